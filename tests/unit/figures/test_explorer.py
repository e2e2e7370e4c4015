"""The data of a table to explore, and the plain table in its place."""

import json
import re

import pandas as pd
import pytest

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.core.paths import Paths, find_root
from pipeline.figures import deployments_explorer as deployments
from pipeline.figures.explorer import Column, Explorer, explorer_html, explorer_script
from pipeline.schemas.fields import DEPLOYMENTS
from pipeline.schemas.warnings import WARNINGS

BIRDS = Explorer(
    name="birds", title="Ringed birds", rows_are=("bird", "birds"), csv="birds.csv",
    columns=(
        Column("ring", "Ring", "text", shown=True),
        Column("species", "Species", "choice", shown=True, labels={"b": "Ant wren"}),
        Column("wing", "Wing", "number", shown=True),
    ),
    key="ring", row_title=("ring",), sort="-wing",
)  # fmt: skip
TABLE = pd.DataFrame(
    {"ring": ["R1", "<b>", "R3", "R2"], "species": ["b", "a", "", "b"], "wing": ["7.0", "1200", "", "7.25"]}
)


def parts(script: str) -> list:
    """The JSON texts of a script, read: the description first, then one for each column."""
    return [json.loads(text) for text in json.loads("[" + script.split("= [", 1)[1].rstrip(",\n];") + "]")]


def test_text_is_a_dictionary_sorted_as_a_reader_sees_it_and_numbers_are_numbers():
    _, ring, species, wing = parts(explorer_script(BIRDS, TABLE))
    assert ring == {"values": ["<b>", "R1", "R2", "R3"], "rows": [1, 0, 3, 2]}
    # "a" has no label and is shown as it is; "a" comes before "Ant wren"
    assert species == {"values": ["a", "b"], "labels": ["a", "Ant wren"], "rows": [1, 0, -1, 1]}
    assert wing == [7, 1200, None, 7.25]


def test_script_is_the_same_each_time_and_has_a_line_for_each_column():
    script = explorer_script(BIRDS, TABLE)
    assert script == explorer_script(BIRDS, TABLE)
    assert script.startswith('(window.BOOK_TABLES ??= {})["birds"] = [\n')
    assert len(script.splitlines()) == 1 + 1 + 3 + 1


@pytest.mark.parametrize("cell", ["c. 4", "nan", "inf", "1e999"])
def test_what_is_no_number_is_named_with_its_row(cell):
    table = TABLE.assign(wing=["7", "8", cell, "9"])
    with pytest.raises(RecordError, match=r"birds\.csv row 4: column wing .*" + re.escape(f'"{cell}"')):
        explorer_script(BIRDS, table)


@pytest.mark.parametrize(
    "column, problem",
    [
        (Column("beak", "Beak", "text"), 'no such column: "beak"'),
        (Column("ring", "Ring", "colour"), "no kind of column 'colour'"),
        (Column("q", "Question", "text"), "addresses of the page use"),
    ],
)
def test_faulty_column_is_refused(column, problem):
    explorer = Explorer("x", "X", ("x", "xs"), "x.csv", (column,), key="q", row_title=("q",), sort="q")
    with pytest.raises(RecordError, match=re.escape(problem)):
        explorer_html(explorer, TABLE.assign(q=""))


def test_plain_table_is_sorted_escaped_and_tells_numbers_apart():
    html = explorer_html(BIRDS, TABLE)
    rows = re.findall(r"<tr>(<td.*?)</tr>", html)
    assert rows[0] == '<td>&lt;b&gt;</td><td>a</td><td class="num">1,200</td>'
    assert rows[1] == '<td>R2</td><td>Ant wren</td><td class="num">7.25</td>'
    assert rows[3] == '<td>R3</td><td>–</td><td class="num">–</td>'  # blank cells come last
    assert '<script src="/data/explorer_birds.js" defer></script>' in html


def test_plain_table_of_many_rows_shows_50_and_says_where_the_rest_is():
    many = pd.concat([TABLE] * 300, ignore_index=True)
    html = explorer_html(BIRDS, many)
    assert html.count("<tr><td") == 50
    assert '50 of 1,200 birds. All are in <a href="/data/birds.csv">the CSV</a>' in html


# --- the explorer of the deployments, from the committed record

PATHS = Paths(find_root())


@pytest.fixture(scope="module")
def found():
    return deployments.deployments_explorer(PATHS)


def test_csv_of_all_rows_would_be_the_record_itself(found):
    table, explorer = found
    record = read_text_table(PATHS.clean / "deployments.csv")
    assert [column.name for column in explorer.columns if column.exported] == list(record.columns)
    _, *columns = parts(explorer_script(explorer, table))
    for column, cells in zip(explorer.columns, columns, strict=True):
        if not column.exported:
            continue
        if column.kind == "number":
            expected = pd.to_numeric(record[column.name])
            assert pd.Series(cells, dtype=float).equals(expected.astype(float)), column.name
        else:
            read = ["" if place < 0 else cells["values"][place] for place in cells["rows"]]
            assert read == record[column.name].tolist(), column.name


def test_every_row_leads_to_a_page_of_the_web_with_a_title(found):
    table, _ = found
    assert table["read_at"].str.startswith("https://").all()
    assert (table["read_in"] != "").all()


def test_every_column_and_warning_is_explained(found):
    _, explorer = found
    described = {column.name: column for column in explorer.columns}
    assert all(described[field.name].description.startswith(field.description) for field in DEPLOYMENTS)
    assert described["warnings"].meanings == WARNINGS


def test_faces_carry_the_changes_in_counting_that_the_measures_found(found):
    _, explorer = found
    breaks = pd.read_csv(PATHS.derived / "faces_break.csv")
    changes = breaks.loc[breaks["change_in_counting"] == "yes", "first_date_after"]
    caveat = next(caveat for caveat in explorer.caveats if caveat.breaks)
    assert caveat.totals == ("faces_scanned",)
    assert caveat.breaks == tuple(changes) != ()
    assert all(day in caveat.text for day in changes)


def test_words_that_caveats_look_for_are_warnings_of_the_vocabulary(found):
    _, explorer = found
    assert {caveat.word for caveat in explorer.caveats if caveat.word} <= set(WARNINGS)


def test_row_read_on_a_page_of_its_own_leads_there_and_others_to_the_page_of_their_source():
    source = next(
        source for source in deployments.read_sources(PATHS.reference) if source.id == "met_2023_2024"
    )
    rows = pd.DataFrame(
        {
            "deployment_id": ["m-1", "x-1"], "date": ["2024-02-03", "2023-01-01"],
            "location": ["Elm St", "Oak Rd"], "source_id": ["met_2023_2024", "x_statements"],
        }
    )  # fmt: skip
    reported = pd.DataFrame(
        [
            ("x-1", "https://news.example/1", "News", "https://force.example/1", "B", "two vans"),
            ("", "https://news.example/2", "Other news", "", "C", "an announcement"),
        ],
        columns=["deployment_id", "page_url", "page_title", "publisher_url", "trust", "note"],
    )
    places = pd.DataFrame({"location": ["Elm St"], "place": ["Elm Street"]})
    table = deployments.with_origin(rows, reported, places, {"met_2023_2024": source})
    columns = ["read_at", "read_in", "trust", "publisher_url", "note", "year", "place"]
    assert table[columns].to_numpy().tolist() == [
        [source.landing_page, source.title, "A", "", "", "2024", "Elm Street"],
        ["https://news.example/1", "News", "B", "https://force.example/1", "two vans", "2023", ""],
    ]
