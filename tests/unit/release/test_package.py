"""The files of the package: types, blanks, refusals, the same bytes every time."""

import doctest
import hashlib
import io
import zipfile
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.core.errors import RecordError
from pipeline.release import citation, contents, package, safety
from pipeline.release.archive import zip_folder
from pipeline.release.citation import read_citation
from pipeline.release.contents import sources_table
from pipeline.release.package import checksums
from pipeline.release.parquet import to_parquet
from pipeline.release.safety import refuse_unfit
from pipeline.schemas.field import Field
from pipeline.sources.registry import Address, Source

FIELDS = (
    Field("place", "", "text", ""),
    Field("day", "", "date", ""),
    Field("arrests", "", "integer", ""),
    Field("hours", "", "number", ""),
)
TABLE = pd.DataFrame(
    [["Queen's “Way”, East", "2024-07-11", "0", "5.05"], ["", "", "", ""]],
    columns=["place", "day", "arrests", "hours"],
    dtype="str",
)


def read(content: bytes) -> dict:
    return pq.read_table(io.BytesIO(content)).to_pydict()


def test_a_blank_is_null_and_a_published_zero_is_zero():
    assert read(to_parquet(TABLE, "log", FIELDS)) == {
        "place": ["Queen's “Way”, East", None],
        "day": [date(2024, 7, 11), None],
        "arrests": [0, None],
        "hours": [5.05, None],
    }


def test_a_column_of_blanks_keeps_its_type():
    schema = pq.read_schema(io.BytesIO(to_parquet(TABLE.iloc[1:], "log", FIELDS)))
    assert [str(kind) for kind in schema.types] == ["string", "date32[day]", "int64", "double"]


def test_a_table_without_rows_can_be_written():
    assert read(to_parquet(TABLE.iloc[:0], "log", FIELDS))["arrests"] == []


def test_the_same_table_gives_the_same_bytes():
    assert to_parquet(TABLE, "log", FIELDS) == to_parquet(TABLE.copy(), "log", FIELDS)


@pytest.mark.parametrize(
    ("column", "cell"), [("arrests", "c. 4"), ("arrests", "4.5"), ("day", "11/07/2024"), ("hours", "5,05")]
)
def test_a_cell_of_another_type_is_refused_with_its_row(column, cell):
    table = TABLE.copy()
    table.loc[1, column] = cell
    with pytest.raises(RecordError, match=rf'log\.csv row 3: {column} is not of type .*: "{cell}"'):
        to_parquet(table, "log", FIELDS)


@pytest.mark.parametrize("cell", ["=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_refused(cell):
    table = TABLE.copy()
    table.loc[1, "place"] = cell
    with pytest.raises(RecordError, match=r"log\.csv row 3: place would run as a formula"):
        refuse_unfit(table, "log", FIELDS)


def test_a_negative_number_is_no_formula():
    table = TABLE.copy()
    table.loc[1, "hours"] = "-1"
    refuse_unfit(table, "log", FIELDS)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//example.org", "data:text/html,x", "page 3"])
def test_an_address_that_is_not_on_the_web_is_refused(address):
    fields = (Field("page_url", "", "text", ""),)
    with pytest.raises(RecordError, match=r"log\.csv row 3: page_url is not a web address"):
        refuse_unfit(pd.DataFrame({"page_url": ["https://example.org/", address]}), "log", fields)


def test_columns_that_are_not_described_are_refused():
    with pytest.raises(RecordError, match="officer"):
        refuse_unfit(TABLE.assign(officer="x"), "log", FIELDS)
    with pytest.raises(RecordError, match="their order"):
        refuse_unfit(TABLE[TABLE.columns[::-1]], "log", FIELDS)


def test_a_zip_depends_on_names_and_contents_alone(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "csv").mkdir(parents=True)
    for name, order in (("one", ("b", "a")), ("two", ("a", "b"))):
        for file in order:
            (tmp_path / name / "csv" / f"{file}.csv").write_text(file)
    (tmp_path / "two" / "csv" / "a.csv").chmod(0o600)
    one, two = (zip_folder(tmp_path / name, "record") for name in ("one", "two"))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.namelist() == ["record/csv/a.csv", "record/csv/b.csv"]
        assert archive.read("record/csv/b.csv") == b"b"


def test_checksums_are_listed_by_path():
    abc = hashlib.sha256(b"abc").hexdigest()
    assert abc.startswith("ba7816bf")  # FIPS 180-2, appendix B.1
    lines = checksums({"z.csv": b"abc", "a.csv": b"abc"}).decode()
    assert lines == f"{abc}  a.csv\n{abc}  z.csv\n"


def test_a_source_keeps_its_terms_on_one_line():
    source = Source(
        id="log", publisher="A Force", title="Log", landing_page="https://example.org/", fetchable=True,
        addresses=(Address("https://example.org/log.pdf", "publisher"),), file_name="log.pdf",
        media_type="application/pdf", made="2025-01-01", accessed="2025-01-02", layout="met_grid_2025",
        source_kind="published_record", trust="A", trust_reason="Its own.", terms="Open\nlicence.\n",
        columns=(), notes=("One.", "Two."),
    )  # fmt: skip
    row = sources_table([source]).iloc[0]
    assert row[["source_id", "force_id", "file_url", "terms", "notes"]].to_list() == [
        "log",
        "",
        "https://example.org/log.pdf",
        "Open licence.",
        "One.; Two.",
    ]


CITATION = """\
title: A Record
version: 1.2.3
date-released: 2026-11-22
license: CC-BY-4.0
authors: [{name: A Body}]
keywords: [police]
"""


def test_the_citation_is_read_from_its_file(tmp_path):
    (tmp_path / "CITATION.cff").write_text(CITATION)
    found = read_citation(tmp_path / "CITATION.cff")
    assert found.words == "A Body. A Record. Version 1.2.3, 22 November 2026."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1.2.3", "version: 1.2", "1.2"),
        ("2026-11-22", "'soon'", "soon"),
        ("CC-BY-4.0", "Own", "Own"),
        ("title: A Record\n", "", "title"),
        ("[{name: A Body}]", "[A Body]", "field is missing"),
    ],
)
def test_a_citation_that_cannot_be_used_is_refused(tmp_path, old, new, message):
    (tmp_path / "CITATION.cff").write_text(CITATION.replace(old, new))
    with pytest.raises(RecordError, match=message):
        read_citation(tmp_path / "CITATION.cff")


@pytest.mark.parametrize("module", [citation, contents, package, safety])
def test_the_worked_examples_are_true(module):
    assert doctest.testmod(module).failed == 0
