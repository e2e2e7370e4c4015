"""The worked example of CONTRIBUTING.md, carried out to the letter in a copy of the project's data."""

import re
import shutil
import textwrap

import pytest

from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.tables import read_table
from pipeline.stages import clean_deployments, extract_tables, fetch_sources

ROOT = find_root()
STEP = re.compile(r"^\d\. .*?`(data/[^`]+)`.*?^   ```\n(.*?)^   ```$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """File and what is added to it, for each step of the section."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## A force\n")[1].split("\n## ")[0]
    return [(file, textwrap.dedent(added)) for file, added in STEP.findall(section)]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for folder in ("reference", "snapshot"):
        shutil.copytree(ROOT / "data" / folder, root / "data" / folder)
    shutil.copy(ROOT / "params.yaml", root)
    for file, added in steps():
        with (root / file).open("a", encoding="utf-8") as target:
            target.write(added)
    paths, params = Paths(root), load_params(root / "params.yaml")
    paths.derived.mkdir(parents=True)
    for stage in (fetch_sources, extract_tables, clean_deployments):
        stage.run(paths, params)
    return paths.clean


def test_the_example_has_its_five_steps():
    assert [file for file, _ in steps()] == [
        "data/reference/forces.csv",
        "data/reference/sources.yaml",
        "data/snapshot/wessex_statements.csv",
        "data/reference/lookups/bundles.yaml",
        "data/reference/row_counts.csv",
    ]


def test_the_new_force_has_one_deployment_and_everybody_elses_are_untouched(cleaned):
    table = read_table(cleaned / "deployments.csv")
    own = table["force_id"] == "wessex"
    assert table[own]["deployment_id"].tolist() == ["wessex-2031-05-06-1"]
    before = read_table(ROOT / "data" / "clean" / "deployments.csv")
    assert table[~own].reset_index(drop=True).equals(before)


def test_its_bundle_and_its_plan_are_kept_and_not_counted(cleaned):
    table = read_table(cleaned / "reported_deployments.csv")
    own = table[table["force_id"] == "wessex"].set_index("report_id")
    assert own["deployment_id"].to_dict() == {"WX1": "wessex-2031-05-06-1", "WX2": "", "WX3": ""}
    assert own["deployments_low"].to_dict() == {"WX1": 1, "WX2": 2, "WX3": 0}
    assert own["deployments_high"].to_dict() == {"WX1": 1, "WX2": 3, "WX3": 1}
