"""Copies of the project to ill-treat."""

import shutil

import pytest

from pipeline.core.paths import find_root
from pipeline.tools.workspace import copy_project

BUILT = ("site", "data/raw")  # not in git; DVC sees whether they are those of dvc.lock, and else makes them


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project as the author sees it, as built, for one module of tests."""
    root = find_root()
    copy = copy_project(root, tmp_path_factory.mktemp("chain") / "project")
    for name in BUILT:
        if (root / name).exists():
            shutil.copytree(root / name, copy / name)
    return copy
