"""The version that each kind of change needs, against the rules of Semantic Versioning 2.0.0."""

import doctest

import pytest

from pipeline.core.errors import RecordError
from pipeline.release import shape
from pipeline.release.shape import changes, least_version, refuse_wrong_version, shape_of
from tests.unit.release.packages import log_fields, package


def remove_column(content):
    log_fields(content).pop()


def rename_column(content):
    log_fields(content)[2]["name"] = "arrests_made"


def retype_column(content):
    log_fields(content)[2]["type"] = "number"


def move_column(content):
    log_fields(content).reverse()


def remove_table(content):
    content["resources"].pop()


def change_key(content):
    content["resources"][0]["schema"]["primaryKey"] = ["day", "force_id"]


def drop_reference(content):
    del content["resources"][0]["schema"]["foreignKeys"]


def add_column(content):
    log_fields(content).append({"name": "alerts", "type": "integer"})


def add_column_in_the_middle(content):
    log_fields(content).insert(1, {"name": "alerts", "type": "integer"})


def add_table(content):
    content["resources"].append({**content["resources"][1], "name": "places"})


def change_a_cell(content):
    content["resources"][0]["hash"] = "sha256:cc"


BREAKING = [
    remove_column, rename_column, retype_column, move_column, remove_table, change_key, drop_reference
]  # fmt: skip
ADDITIONS = [add_column, add_column_in_the_middle, add_table]


def after(change, version):
    content = package(version)
    change(content)
    return shape_of(content)


@pytest.mark.parametrize("change", BREAKING)
def test_a_breaking_change_needs_a_new_first_number(change):
    released = shape_of(package("1.4.2"))
    with pytest.raises(RecordError, match=r"raise it to 2\.0\.0"):
        refuse_wrong_version(released, after(change, "1.5.0"))
    refuse_wrong_version(released, after(change, "2.0.0"))


@pytest.mark.parametrize("change", [*BREAKING, *ADDITIONS])
def test_below_version_one_every_change_of_shape_needs_a_new_second_number(change):
    released = shape_of(package("0.4.2"))
    with pytest.raises(RecordError, match=r"raise it to 0\.5\.0"):
        refuse_wrong_version(released, after(change, "0.4.3"))
    refuse_wrong_version(released, after(change, "0.5.0"))


@pytest.mark.parametrize("change", ADDITIONS)
def test_an_added_table_or_column_needs_a_new_second_number(change):
    released = shape_of(package("1.4.2"))
    with pytest.raises(RecordError, match=r"raise it to 1\.5\.0"):
        refuse_wrong_version(released, after(change, "1.4.3"))
    refuse_wrong_version(released, after(change, "1.5.0"))


def test_a_changed_cell_needs_a_new_third_number():
    released = shape_of(package("1.4.2"))
    with pytest.raises(RecordError, match=r"figures: log has other cells[\s\S]*raise it to 1\.4\.3"):
        refuse_wrong_version(released, after(change_a_cell, "1.4.2"))
    refuse_wrong_version(released, after(change_a_cell, "1.4.3"))


def test_nothing_changed_needs_no_new_version_but_the_version_may_not_fall():
    released = shape_of(package("1.4.2"))
    refuse_wrong_version(released, shape_of(package("1.4.2")))
    with pytest.raises(RecordError, match=r"too low: \"1\.4\.1\""):
        refuse_wrong_version(released, shape_of(package("1.4.1")))


def test_the_tenth_version_is_above_the_ninth():
    refuse_wrong_version(shape_of(package("0.9.0")), after(add_column, "0.10.0"))


def test_the_message_names_what_broke():
    found = changes(shape_of(package()), after(rename_column, "1.4.2"))
    assert [change.what for change in found] == ["log.arrests is gone", "log.arrests_made is new"]
    (retyped,) = changes(shape_of(package()), after(retype_column, "1.4.2"))
    assert retyped.what == "log.arrests was `integer` and is `number`"


def test_no_change_leaves_the_version():
    assert least_version("0.4.2", []) == "0.4.2"


def test_the_worked_examples_are_true():
    assert doctest.testmod(shape).failed == 0
