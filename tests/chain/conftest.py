"""Copies of the project to ill-treat."""

import pytest

from pipeline.core.paths import find_root
from pipeline.tools.workspace import copy_project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A fresh copy of the project as the author sees it, for one module of tests."""
    return copy_project(find_root(), tmp_path_factory.mktemp("chain") / "project")
