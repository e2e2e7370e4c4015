"""Contracts of the data package: valid, alike in both forms, true to the clean tables, rightly versioned."""

import json
import shutil
import subprocess
import tomllib

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from pipeline.core.io import read_json, read_text_table, read_yaml
from pipeline.core.paths import Paths, find_root
from pipeline.release.contents import TABLES, sources_table
from pipeline.release.package import checksums
from pipeline.release.shape import RELEASED, refuse_wrong_version, shape_of
from pipeline.sources.registry import read_sources

PATHS = Paths(find_root())
RELEASE = PATHS.root / "data" / "release"
VERSION = str(read_yaml(PATHS.root / "CITATION.cff")["version"])


def opened(folder):
    from frictionless import Package  # slow to import, and only these two tests need it

    return Package(str(folder / "datapackage.json"))


def test_the_package_is_valid_to_the_frictionless_library():
    assert opened(RELEASE).validate().flatten(["name", "type", "fieldName", "note"]) == []


def test_the_library_would_notice_a_force_that_does_not_exist(tmp_path):
    folder = shutil.copytree(RELEASE, tmp_path / "release")
    table = folder / "csv" / "rollout.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("\nessex,", "\nessexx,"), encoding="utf-8")
    content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in content["resources"]:  # so that not only the checksum gives it away
        del resource["hash"], resource["bytes"]
    (folder / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")
    errors = opened(folder).get_resource("rollout").validate().flatten(["type"])
    assert errors == [["foreign-key"]]


@pytest.mark.parametrize("name", TABLES)
def test_parquet_and_csv_agree_cell_by_cell(name):
    parquet = pq.read_table(RELEASE / "parquet" / f"{name}.parquet")
    options = pyarrow.csv.ConvertOptions(
        column_types=parquet.schema,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    csv = pyarrow.csv.read_csv(
        RELEASE / "csv" / f"{name}.csv", convert_options=options, parse_options=parsing
    )
    assert csv.equals(parquet)
    assert parquet.num_rows > 0


@pytest.mark.parametrize("name", TABLES)
def test_the_csv_holds_the_project_s_own_table(name):
    released = read_text_table(RELEASE / "csv" / f"{name}.csv")
    if name == "sources":
        own = sources_table(read_sources(PATHS.reference))
    else:
        own = read_text_table((PATHS.reference if name == "forces" else PATHS.clean) / f"{name}.csv")
    assert released.equals(own.astype(released.dtypes))


def test_the_description_lists_every_file_with_its_checksum():
    files = {
        path.relative_to(RELEASE).as_posix(): path.read_bytes()
        for path in RELEASE.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert (RELEASE / "SHA256SUMS").read_bytes() == checksums(files)
    check = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=RELEASE, check=False)
    assert check.returncode == 0
    tables = {name for name in files if name.startswith(("csv/", "parquet/"))}
    assert tables == {f"{form}/{name}.{form}" for form in ("csv", "parquet") for name in TABLES}


def test_the_version_allows_for_what_changed_since_the_last_release():
    package = read_json(RELEASE / "datapackage.json")
    assert read_json(RELEASE / "shape.json") == shape_of(package)
    refuse_wrong_version(read_json(PATHS.root / RELEASED), shape_of(package))


def test_every_file_that_states_the_version_states_the_same():
    assert read_json(RELEASE / "datapackage.json")["version"] == VERSION
    project = tomllib.loads((PATHS.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    for name, words in (("README.md", f"Version {VERSION}, "), ("CHANGELOG.md", f"\n## {VERSION} (")):
        assert words in (PATHS.root / name).read_text(encoding="utf-8"), name
    first = (PATHS.root / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert first.startswith(VERSION)


def test_the_package_is_light():
    assert sum(path.stat().st_size for path in RELEASE.rglob("*") if path.is_file()) < 1_500_000
