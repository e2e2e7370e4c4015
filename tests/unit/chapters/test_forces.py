"""Pages of the forces: which cells stay, which words stand in them, and that outside text stays text."""

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pipeline.book import markdown
from pipeline.chapters import force_tables, linked
from pipeline.chapters.force_words import between, listed, several, span, when, words
from pipeline.chapters.forces import SOURCE, Force, Record, address, fill, read_record
from pipeline.chapters.linked import Link, show_linked
from pipeline.chapters.sources import read_source
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.fields import TABLES
from pipeline.schemas.tables import typed

PATHS = Paths(find_root())
FULL = read_record(PATHS)
HOSTILE = "<img src=x onerror=alert(1)> {claim}`LW01` [go](javascript:alert(1)) | a"


def table(name: str, *rows: dict) -> pd.DataFrame:
    columns = [field.name for field in TABLES[name]]
    return typed(
        pd.DataFrame(
            [{column: row.get(column, "") for column in columns} for row in rows], columns=columns, dtype=str
        ),
        name,
    )


def deployment(day: str, force_id: str = "essex", **figures: str) -> dict:
    return {
        "force_id": force_id,
        "date": day,
        "deployment_id": f"{force_id}-{day}-1",
        "source_row": "1",
        **figures,
    }


def report(**cells: str) -> dict:
    row = {"force_id": "essex", "report_id": "R1", "first_day": "2024-09-19", "last_day": "2024-09-22"}
    row |= {
        "date_precision": "bundled_days",
        "kind": "result",
        "deployments_low": "4",
        "deployments_high": "8",
    }
    row |= {
        "page_url": "https://example.org/a",
        "page_title": "News",
        "trust": "A",
        "location": "High Street",
    }
    return row | cells


def record(**rows: list[dict]) -> Record:
    """A record of two forces, of which Kent has nothing unless a row says so."""
    names = ("deployments", "reported_deployments", "published_totals", "rollout", "stated_claims")
    forces = pd.DataFrame(
        [("essex", "Essex Police", "England"), ("kent", "Kent Police", "England")],
        columns=["force_id", "name", "nation"],
    )
    judged = {"PC1": {"id": "PC1", "claim": "It is so", "text": "11", "verdict": "not_reproduced"}}
    return Record(
        forces.set_index("force_id"), {name: table(name, *rows.get(name, [])) for name in names}, judged
    )


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(linked, "display", lambda data, raw: outputs.append(data))
    return outputs


def test_a_force_has_a_page_if_any_table_names_it_and_only_then():
    one = record(reported_deployments=[report()], published_totals=[{"force_id": "", "source_row": "1"}])
    assert one.on_record == ["essex"]
    with pytest.raises(RecordError, match=r'nothing on record: "kent"; known: essex'):
        Force("kent", one)


def notebook(*cells) -> nbformat.NotebookNode:
    return new_notebook(cells=list(cells))


def test_a_cell_stays_only_where_there_is_what_it_needs():
    source = notebook(
        new_markdown_cell("# {{ name }}", id="force-title"),
        new_code_cell("1", id="a", metadata={"tags": ["needs:totals", "remove-cell"]}),
        new_code_cell("2", id="b", metadata={"tags": ["needs:claims"]}),
    )
    page = fill(source, "essex", {"name": "Essex Police"}, {"totals": True, "claims": False})
    assert [cell.id for cell in page.cells] == ["essex-title", "essex-a"]
    assert page.cells[0].source == "# Essex Police"
    assert page.cells[1].metadata["tags"] == ["remove-cell"]
    assert len(source.cells) == 3 and source.cells[0].source == "# {{ name }}"  # the source is as it was


@pytest.mark.parametrize(
    "cell",
    [new_markdown_cell("{{ nmae }}"), new_code_cell("1", metadata={"tags": ["needs:nmae"]})],
)
def test_a_misspelt_placeholder_or_need_names_those_there_are(cell):
    with pytest.raises(RecordError, match=r'force\.ipynb.*"nmae"; known: name'):
        fill(notebook(cell), "essex", {"name": "Essex"}, {"name": True})


def test_every_topic_of_a_page_is_used_in_the_notebook_and_the_other_way_round():
    source = read_source(PATHS.notebooks / f"{SOURCE}.ipynb")
    used = {
        tag.removeprefix("needs:")
        for cell in source.cells
        for tag in cell.metadata.get("tags", [])
        if "needs:" in tag
    }
    assert used == set(Force("essex", record(reported_deployments=[report()])).topics)


def test_a_force_of_which_little_is_known_gets_a_short_page():
    stated = {
        "force_id": "kent",
        "status": "none",
        "page_url": "https://example.org",
        "trust": "B",
        "source_row": "1",
    }
    force = Force("kent", record(rollout=[stated]))
    assert [name for name, there in force.topics.items() if there] == ["equipment"]
    assert words(force)["answer"].startswith("No use of live facial recognition by Kent Police was found")


def test_the_answer_counts_days_bundles_and_plans_apart():
    rows = [report(), report(report_id="R2", kind="announcement", deployments_low="0", deployments_high="1")]
    rows.append(
        report(report_id="R3", date_precision="day", deployment_id="essex-2024-05-03-1")
    )  # counted: not further
    counted = [
        deployment("2024-05-03", alerts="3"),
        deployment("2025-06-01"),
        deployment("2025-06-02", "kent"),
    ]
    answer = words(Force("essex", record(deployments=counted, reported_deployments=rows)))["answer"]
    days = "2 are this force's, from 3 May 2024 to 1 June 2025."
    assert f"Of the 3 deployments on known days in this record, {days}" in answer
    assert "1 row without one single day stands for 4 to 8 more, and is not counted." in answer
    assert "1 announcement shows a plan, not that anything took place." in answer
    never = "duration, size of the watchlist, threshold, faces scanned, true alerts, false alerts and arrests"
    assert answer.endswith(f"Never stated in a published row: {never}.")


def test_missing_fields_are_counted_over_all_rows_that_show_use():
    counted = [deployment("2024-05-03", alerts="3", false_alerts="0"), deployment("2024-05-04", alerts="1")]
    rows = [report(alerts="7"), report(report_id="R2", kind="announcement", alerts="")]
    shown = force_tables.missing(Force("essex", record(deployments=counted, reported_deployments=rows)))
    stated = dict(shown.itertuples(index=False, name=None))
    assert (stated["alerts"], stated["false alerts"], stated["arrests"]) == ("3 of 3", "1 of 3", "none")


def test_a_sum_by_year_says_when_not_every_row_contributes():
    alerts = {"2024-05-03": "3", "2024-05-04": "4", "2025-01-01": "", "2025-01-02": "0", "2026-01-01": ""}
    counted = [deployment(day, alerts=number) for day, number in alerts.items()]
    years = force_tables.years(Force("essex", record(deployments=counted)))
    assert years["alerts"].to_list() == ["7", "0 (in 1 of 2)", "–"]


def test_a_claim_leads_to_its_card_and_an_unjudged_one_to_its_page():
    claim = {
        "claim_id": "PC1",
        "scope": "kent;essex",
        "stated_by": "A",
        "page_url": "https://example.org/1",
        "source_row": "1",
    }
    other = claim | {"claim_id": "PC2", "claim": "It was so", "scope": "essex"}
    elsewhere = claim | {"claim_id": "PC3", "scope": "south_essex"}
    force = Force(
        "essex", record(deployments=[deployment("2024-05-03")], stated_claims=[claim, other, elsewhere])
    )
    rows = force_tables.claims(force)
    assert [cell.address for cell in rows["claim"]] == ["/headline-claims#claim-pc1", "https://example.org/1"]
    assert rows["verdict"].to_list() == ["not reproduced", "not judged"]
    assert "1 headline claim about it was judged: 1 not reproduced." in words(force)["answer"]


def test_a_row_says_when_where_what_it_shows_and_whether_it_is_counted():
    bundle = report(watchlist_size="1200", watchlist_size_max="1600") | {
        "faces_scanned": "35000",
        "faces_qualifier": "at_least",
    }
    one = report(report_id="R2", date_precision="day", last_day="2024-09-19") | {
        "deployments_low": "1",
        "deployments_high": "1",
        "deployment_id": "essex-2024-09-19-1",
        "publisher_url": "https://example.org/b",
    }
    rows = [bundle, one]
    shown = force_tables.reports(Force("essex", record(reported_deployments=rows)))
    assert shown["when"].to_list() == ["19 to 22 September 2024, several days together", "19 September 2024"]
    assert shown["shows"].to_list() == ["4 to 8 deployments", "1 deployment"]
    assert shown["counted"].to_list() == ["no", "yes"]
    assert shown["faces scanned"].to_list() == ["at least 35,000", "–"]
    assert shown["size of the watchlist"].to_list() == ["1,200 to 1,600", "–"]
    assert "arrests" not in shown  # nobody states any
    assert [[link.address[-1] for link in cell] for cell in shown["page"]] == [["a"], ["a", "b"]]


def test_hostile_text_from_a_source_is_text_on_the_page(shown):
    row = report(location=HOSTILE, page_title=HOSTILE, page_url="javascript:alert(1)", note=HOSTILE)
    show_linked(force_tables.reports(Force("essex", record(reported_deployments=[row]))), HOSTILE)
    html = shown[0]["text/html"]
    assert "<img" not in html and "<a" not in html and html.count("&lt;img src=x onerror=alert(1)&gt;") == 4


def test_an_address_ends_neither_its_attribute_nor_its_page():
    assert (
        Link("a", 'https://example.org/"onclick="x').html
        == '<a href="https://example.org/&quot;onclick=&quot;x">a</a>'
    )
    for address_ in ("javascript:x", "//example.org", "data:text/html,x", " https://example.org", ""):
        assert Link("a", address_).html == "a"


def test_a_long_table_is_folded_and_keeps_its_caption(shown):
    show_linked(pd.DataFrame({"n": range(21)}), "Rows")
    show_linked(pd.DataFrame({"n": range(20)}), "Rows")
    assert "<summary>Rows (21 rows)</summary>" in shown[0]["text/html"]
    assert "<caption>Rows</caption>" in shown[1]["text/html"] and "<details" not in shown[1]["text/html"]


def test_the_list_names_every_force_and_links_those_with_a_page():
    rows = force_tables.index(FULL)
    linked_names = [cell.address for cell in rows["force"] if isinstance(cell, Link)]
    assert len(rows) == 47  # 43 territorial forces, BTP, Scotland, Northern Ireland, Immigration Enforcement
    assert linked_names == [
        f"/{address(force_id)}" for force_id in FULL.forces.index if force_id in FULL.on_record
    ]
    assert (rows["use"] == "nothing found").sum() == 47 - len(FULL.on_record)


def test_every_page_of_the_record_can_be_written_and_no_word_of_it_is_markup():
    source = read_source(PATHS.notebooks / f"{SOURCE}.ipynb")
    for force_id in FULL.on_record:
        force = Force(force_id, FULL)
        plain = words(force)
        page = fill(
            source,
            address(force_id),
            {name: markdown.text(text) for name, text in plain.items()},
            force.topics,
        )
        assert page.cells[0].source.startswith("# ") and "{{" not in page.cells[0].source
        assert "nan" not in plain["answer"].lower().split() and "<NA>" not in plain["answer"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (when("2024-08-22"), "22 August 2024"),
        (when("2016-08"), "August 2016"),
        (between("2024-12-31", "2025-01-01"), "31 December 2024 to 1 January 2025"),
        (between("2024-08", "2024-08-23"), "August 2024 to 23 August 2024"),
        (several(0, "row", "rows"), "0 rows"),
        (listed(["a", "b"]), "a and b"),
        (span(2, 1000), "2 to 1,000"),
    ],
)
def test_dates_and_counts_read_as_a_person_would_write_them(written, expected):
    assert written == expected
