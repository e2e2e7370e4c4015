"""Mistakes in book/figures.yaml, each one clear message."""

import shutil

import pytest
import yaml

from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.figures.registry import read_data, read_figure, read_registry, sources_of

ENTRY = {
    "title": "There are {met-deployments-total} of them",
    "subtitle": "deployments",
    "alt": "Bars. They rise.",
    "takeaway": "Many.",
    "sources": ["met_2020_2022"],
    "data": "fig_deployments_by_year.csv",
    "builder": "pipeline.figures.volume:deployments_by_year",
}


@pytest.fixture
def project(tmp_path):
    """A project with one figure; returns its paths and a function that changes the entry."""
    paths = Paths(tmp_path)
    shutil.copytree(Paths(find_root()).reference, paths.reference)
    paths.derived.mkdir(parents=True)
    (paths.derived / "values.json").write_text('{"met-deployments-total": {"text": "1,234"}}')
    paths.book.mkdir()

    def write(**changes) -> Paths:
        entry = {key: value for key, value in (ENTRY | changes).items() if value is not None}
        (paths.book / "figures.yaml").write_text(yaml.safe_dump({"demo": entry}))
        return paths

    return write


def test_a_placeholder_is_filled_from_the_derived_values(project):
    assert read_figure("demo", project()).title == "There are 1,234 of them"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alt": None}, "'alt' is a required property"),
        ({"alt": " "}, "demo.alt"),
        ({"colour": "red"}, "'colour' was unexpected"),
        ({"data": "../clean/deployments.csv"}, "demo.data"),
        ({"builder": "os:system"}, "demo.builder"),
        ({"sources": "met_2020_2022"}, "demo.sources"),
    ],
)
def test_an_entry_of_the_wrong_form_names_the_field(project, change, words):
    with pytest.raises(RecordError) as error:
        read_registry(project(**change))
    assert words in str(error.value) and "figures.yaml" in str(error.value)


def test_an_unknown_value_names_the_near_ones(project):
    with pytest.raises(RecordError, match="did you mean met-deployments-total"):
        read_figure("demo", project(title="{met-deployment-total}"))


def test_an_unknown_source_names_the_near_ones(project):
    paths = project(sources=["met_2020_2023"])
    with pytest.raises(RecordError, match="did you mean met_2020_2022"):
        sources_of(read_figure("demo", paths), paths)


def test_an_unknown_builder_is_named(project):
    figure = read_figure("demo", project(builder="pipeline.figures.volume:no_such_chart"))
    with pytest.raises(RecordError, match=r"no such builder.*no_such_chart"):
        figure.build(None)


def test_missing_data_say_what_to_run(project):
    paths = project()
    with pytest.raises(RecordError, match="dvc repro"):
        read_data(read_figure("demo", paths), paths)


def test_thresholds_stay_as_printed(project):
    paths = project()
    (paths.derived / "fig_deployments_by_year.csv").write_text("threshold\n0.60\n")
    assert read_data(read_figure("demo", paths), paths)["threshold"].tolist() == ["0.60"]
