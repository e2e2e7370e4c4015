"""Two editions of one record: from the publisher's file to the snapshot, the ledger and the page."""

import doctest
import hashlib
import shutil
from dataclasses import asdict

import pandas as pd
import pytest
import yaml

from pipeline.book.pages import render_page
from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table, write_table
from pipeline.sources import revisions, take_up
from pipeline.sources.read import read_source
from pipeline.sources.registry import read_sources
from pipeline.sources.revisions import read_revisions
from pipeline.stages import accept, refresh
from tests.pdf_factory import made_up_rows, write_grid_pdf
from tests.unit.sources.local_publisher import (
    REGISTERED_ROWS,
    ROOT,
    Publisher,
    folder_bytes,
    make_project,
    params,
    pdf_with,
    read_fake_pdf,
)

CAMDEN, FIRST_VAN, SECOND_VAN = REGISTERED_ROWS
CAMDEN_REVISED = "Camden,06/04/23,9764,0.6,2,5460"  # alerts 1 -> 2
BRENT = "Brent,01/04/23,9000,0.6,4,777"
WRONG = "The new figure contradicts the total."


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def paths(publisher, tmp_path):
    paths = make_project(tmp_path / "project", [{"url": publisher.address("good"), "held_by": "publisher"}])
    for name in ("revisions", "corrections"):
        schema = f"schemas/{name}.schema.json"
        shutil.copy(ROOT / "data" / "reference" / schema, paths.reference / schema)
        (paths.reference / f"{name}.yaml").write_text("# nothing yet\n")
    return paths


def proposal_of(paths):
    return paths.root / "data" / "refresh" / "revisions.yaml"


def look(paths, read=read_fake_pdf):
    """`make refresh`; returns the proposed entries."""
    refresh.run(paths, params(online=False), read=read)
    return read_revisions(proposal_of(paths), paths.reference)


def decide(paths, *rejected):
    """Write the decisions as a person would: entries in `rejected` (kind, location, column) are rejected."""
    entries = yaml.safe_load(proposal_of(paths).read_text())
    for entry in entries:
        wrong = (entry["kind"], entry["location"], entry["column"]) in rejected
        entry |= {"decision": "reject", "reason": WRONG} if wrong else {"decision": "accept"}
    proposal_of(paths).write_text(yaml.safe_dump(entries))


def take(paths, read=read_fake_pdf):
    return accept.run(paths, proposal_of(paths), read=read)


def ledger_of(paths):
    return read_revisions(paths.reference / "revisions.yaml", paths.reference)


def kept(paths):
    """What the project holds, without what `make refresh` wrote."""
    return {name: held for name, held in folder_bytes(paths.root).items() if "refresh" not in name}


def edition(paths, publisher, rows, *rejected):
    """Publish rows, look, decide and take up."""
    publisher.body = pdf_with(rows)
    look(paths)
    decide(paths, *rejected)
    take(paths)


def snapshot(paths):
    table = read_text_table(paths.snapshot / "alpha.csv")
    return [tuple(row) for row in table[["page", "row", "location", "total_alerts", "faces_seen"]].to_numpy()]


# --- end to end, with true PDFs


@pytest.fixture
def grid(paths, publisher, tmp_path):
    """Edition 1 registered, with six rows on two pages; returns its rows and a way to publish edition 2."""
    rows = made_up_rows("met_grid_2023", 6)
    first = write_grid_pdf(tmp_path / "first.pdf", "met_grid_2023", rows, rows_per_page=3)
    registry = paths.reference / "sources.yaml"
    old_sha = read_sources(paths.reference)[0].sha256
    new_sha = hashlib.sha256(first.read_bytes()).hexdigest()
    head, _, rest = registry.read_text().partition(old_sha)
    registry.write_text(head + new_sha + rest)
    write_table(read_source(first, "alpha"), paths.snapshot / "alpha.csv")

    def publish(rows):
        second = write_grid_pdf(tmp_path / "second.pdf", "met_grid_2023", rows, rows_per_page=3)
        publisher.body = second.read_bytes()
        return second

    return rows, publish


def test_a_second_edition_is_proposed_decided_taken_up_and_shown_with_its_old_values(grid, paths):
    rows, publish = grid
    before = read_text_table(paths.snapshot / "alpha.csv")
    names = list(before.columns[3:])
    alerts, faces, place = (names.index(name) for name in ("total_alerts", "faces_seen", "location"))
    new_rows = made_up_rows("met_grid_2023", 8)[6:]
    for row in new_rows:
        row[names.index("date")] = "31/01/20"
    second = [list(row) for row in rows]
    second[0][alerts] = "22"  # 0 -> 22
    second[3][place] = "Station Parade, Woolwich Arsenal"
    second[4][faces] = "9999"
    del second[1]
    path = publish([*new_rows, *second])  # two rows before the others: all stand elsewhere now

    entries = look(paths, read_source)
    assert [(entry.kind, entry.location, entry.column) for entry in entries] == [
        ("changed", rows[0][place], "total_alerts"),
        ("removed", rows[1][place], ""),
        ("changed", rows[3][place], "location"),
        ("changed", rows[4][place], "faces_seen"),
        ("added", new_rows[0][place], ""),
        ("added", new_rows[1][place], ""),
    ]  # and none for the third and the sixth row, which moved to another page unchanged
    assert {entry.decision for entry in entries} == {"undecided"}
    assert {entry.made for entry in entries} == {"2000-01-01"}  # the day the PDF itself gives
    report = (proposal_of(paths).parent / "difference-report.md").read_text()
    assert "rows: 2 added, 1 removed, 3 changed; 5 stand on another page or line" in report

    decide(paths, ("changed", rows[4][place], "faces_seen"), ("added", new_rows[1][place], ""))
    assert take(paths, read_source) == ["alpha: edition made 2000-01-01, 4 accepted, 2 rejected"]

    # The snapshot: three rows to a page, the rejected row's place left empty, the rejected cell as it was.
    table = read_text_table(paths.snapshot / "alpha.csv")
    expected = [
        ("1", "1", new_rows[0][place], new_rows[0][alerts], new_rows[0][faces]),
        ("1", "3", rows[0][place], "22", rows[0][faces]),
        ("2", "1", rows[2][place], rows[2][alerts], rows[2][faces]),
        ("2", "2", "Station Parade, Woolwich Arsenal", rows[3][alerts], rows[3][faces]),
        ("2", "3", rows[4][place], rows[4][alerts], rows[4][faces]),
        ("3", "1", rows[5][place], rows[5][alerts], rows[5][faces]),
    ]
    assert snapshot(paths) == expected
    assert list(table.columns) == list(before.columns)

    # The publisher's file and the snapshot give the same rows.
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    from_file = take_up.hold_rejected(
        read_source(path, "alpha"), take_up.rejections(ledger_of(paths), "alpha", sha)
    )
    write_table(from_file, paths.root / "from_file.csv")
    assert (paths.root / "from_file.csv").read_bytes() == (paths.snapshot / "alpha.csv").read_bytes()
    assert read_source(paths.snapshot / "alpha.csv", "alpha").equals(
        read_source(paths.root / "from_file.csv", "alpha")
    )

    # The registry and the ledger.
    source = read_sources(paths.reference)[0]
    assert (source.sha256, source.made) == (sha, "2000-01-01")
    assert read_sources(paths.reference)[1].sha256 != sha
    ledger = {(entry.kind, entry.location, entry.column): entry for entry in ledger_of(paths)}
    cell = ledger["changed", rows[0][place], "total_alerts"]
    assert (cell.old, cell.new, cell.old_page, cell.old_row, cell.page, cell.row) == (
        "0",
        "22",
        "1",
        "1",
        "1",
        "3",
    )
    assert ledger["removed", rows[1][place], ""].old["faces_seen"] == rows[1][faces]
    assert ledger["changed", rows[4][place], "faces_seen"].reason == WRONG

    # The page of the book.
    page = render_page("revisions", revisions=[asdict(entry) for entry in ledger_of(paths)])
    lines = [line for line in page.splitlines() if line.startswith("| alpha")]
    assert len(lines) == 6
    assert "`total_alerts` | 0 | 22 | the new is used |" in lines[0]
    assert f", faces\\_seen {rows[1][faces]} |" in lines[1] and "row removed" in lines[1]
    assert f"`faces_seen` | {rows[4][faces]} | 9999 | the old is kept | {WRONG} |" in lines[3]

    # Accepting and looking again change nothing.
    held = kept(paths)
    take(paths, read_source)
    assert kept(paths) == held
    assert look(paths, read_source) == []


# --- one step at a time, with files that are quick to read


def test_a_rejected_removal_keeps_the_row_at_the_end_on_no_page(paths, publisher):
    edition(paths, publisher, [FIRST_VAN, SECOND_VAN], ("removed", "Camden", ""))
    assert snapshot(paths) == [
        ("1", "1", "Croydon", "0", "6790"),
        ("1", "2", "Croydon", "2", "3930"),
        ("", "1", "Camden", "1", "5460"),
    ]
    held = take_up.hold_rejected(read_text_table(paths.snapshot / "alpha.csv"), ledger_of(paths))
    assert held.equals(read_text_table(paths.snapshot / "alpha.csv"))


def test_a_row_kept_against_a_file_without_pages_takes_no_other_rows_place():
    rows = [
        ["", str(at), f"0{at}/04/23", place, "9"] for at, place in enumerate(["Brent", "Camden", "Acton"], 1)
    ]
    old = pd.DataFrame(rows, columns=["page", "row", "date", "location", "alerts"]).assign(source_id="alpha")
    new = old[1:].assign(row=["1", "2"])
    proposed = revisions.propose(
        "alpha", "", old, new, revisions.Edition("b" * 64, "2026-01-01", "2026-01-02")
    )
    held = take_up.hold_rejected(new, proposed)
    assert held[["row", "location"]].to_numpy().tolist() == [["1", "Camden"], ["2", "Acton"], ["3", "Brent"]]
    assert take_up.hold_rejected(held, proposed).equals(held)


def test_what_was_rejected_once_is_proposed_as_rejected_by_the_next_edition(paths, publisher):
    rejected = ("changed", "Camden", "total_alerts")
    edition(paths, publisher, [CAMDEN_REVISED, FIRST_VAN, SECOND_VAN], rejected)
    publisher.body = pdf_with([BRENT, CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    again, added = look(paths)
    assert (again.column, again.decision, again.reason) == ("total_alerts", "reject", WRONG)
    assert (added.kind, added.decision) == ("added", "undecided")
    decide(paths, rejected)
    take(paths)
    assert snapshot(paths)[:2] == [("1", "1", "Brent", "4", "777"), ("1", "2", "Camden", "1", "5460")]
    assert [(entry.kind, entry.row) for entry in ledger_of(paths)] == [("changed", "2"), ("added", "1")]


def test_an_earlier_revision_follows_its_row_to_its_new_place(paths, publisher):
    edition(paths, publisher, [CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    edition(paths, publisher, [BRENT, CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    earlier, _ = ledger_of(paths)
    assert (earlier.old, earlier.new, earlier.old_row, earlier.row) == ("1", "2", "1", "2")


def test_a_cell_changed_there_and_back_stands_in_the_ledger_twice(paths, publisher):
    edition(paths, publisher, [CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    edition(paths, publisher, [CAMDEN, FIRST_VAN, SECOND_VAN, BRENT])
    edition(paths, publisher, [CAMDEN_REVISED, FIRST_VAN, SECOND_VAN, BRENT])
    cells = [(entry.old, entry.new) for entry in ledger_of(paths) if entry.kind == "changed"]
    assert cells == [("1", "2"), ("2", "1"), ("1", "2")]
    assert len({entry.id for entry in ledger_of(paths)}) == len(ledger_of(paths))


def test_a_correction_whose_row_moved_or_went_is_named(paths, publisher):
    places = [("stays", "alpha", 1), ("moves", "alpha", 3), ("goes", "alpha", 2), ("other", "beta", 3)]
    corrections = [
        {"id": name, "source_id": source_id, "page": 1, "row": row, "column": "alerts", "action": "drop"}
        | {
            "expect": {"blank": True},
            "reason": "A reason of some length.",
            "source": "page 1",
            "status": "open",
        }
        for name, source_id, row in places
    ]
    (paths.reference / "corrections.yaml").write_text(yaml.safe_dump(corrections))
    publisher.body = pdf_with([CAMDEN, SECOND_VAN])
    look(paths)
    decide(paths)
    assert take(paths)[1:] == [
        "corrections.yaml (moves): page 1, row 3 is now page 1, row 2",
        "corrections.yaml (goes): page 1, row 2 is gone",
    ]


def test_another_file_with_the_same_rows_is_a_reissue_that_changes_only_the_registry(paths, publisher):
    publisher.body = pdf_with(REGISTERED_ROWS).replace(b"%%EOF", b"%%EOF\n%%EOF")

    def read(path, source_id):
        whole = path.with_name("whole.pdf")
        whole.write_bytes(pdf_with(REGISTERED_ROWS))
        return read_fake_pdf(whole, source_id)

    (entry,) = look(paths, read)
    assert (entry.kind, entry.new) == ("reissued", hashlib.sha256(publisher.body).hexdigest())
    decide(paths)
    before = (paths.snapshot / "alpha.csv").read_bytes()
    take(paths, read)
    assert (paths.snapshot / "alpha.csv").read_bytes() == before
    assert read_sources(paths.reference)[0].sha256 == entry.new


def test_decisions_survive_another_look_and_a_failed_one(paths, publisher):
    publisher.body = pdf_with([CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    look(paths)
    decide(paths, ("changed", "Camden", "total_alerts"))
    (entry,) = look(paths)
    assert (entry.decision, entry.reason) == ("reject", WRONG)
    registry = paths.reference / "sources.yaml"
    registry.write_text(registry.read_text().replace("/good", "/missing"))
    assert look(paths) == [entry]


def refused(paths, *words):
    held = kept(paths)
    with pytest.raises(RecordError) as caught:
        take(paths)
    assert kept(paths) == held
    for word in words:
        assert word in str(caught.value)


@pytest.fixture
def proposed(paths, publisher):
    publisher.body = pdf_with([BRENT, CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    return look(paths)


def edit(paths, change):
    entries = yaml.safe_load(proposal_of(paths).read_text())
    change(entries)
    proposal_of(paths).write_text(yaml.safe_dump(entries))


def test_an_undecided_entry_is_refused_by_name(proposed, paths):
    edit(paths, lambda entries: entries[0].update(decision="accept"))
    refused(paths, "1 undecided", proposed[1].id)


def test_a_rejection_without_a_reason_is_refused(proposed, paths):
    edit(paths, lambda entries: [entry.update(decision="reject") for entry in entries])
    refused(paths, proposed[1].id, "reason")


@pytest.mark.parametrize("field", ["new", "old", "page", "location"])
def test_an_entry_of_which_more_than_the_decision_was_edited_is_refused(proposed, paths, field):
    decide(paths)
    edit(paths, lambda entries: entries[0].update({field: "7"}))
    refused(paths, "no longer fits", proposed[0].id)


def test_an_entry_taken_out_is_missed(proposed, paths):
    decide(paths)
    edit(paths, lambda entries: entries.pop())
    refused(paths, "taken out", proposed[1].id)


def test_a_proposal_that_no_longer_fits_the_snapshot_is_refused_by_name(proposed, paths):
    decide(paths)
    table = paths.snapshot / "alpha.csv"
    table.write_text(table.read_text().replace("Camden,06/04/23,9764,0.6,1", "Camden,06/04/23,9764,0.6,5"))
    refused(paths, "no longer fits the snapshot of alpha", proposed[0].id, "06/04/23, Camden, total_alerts")


def test_a_kept_file_that_was_altered_is_refused(proposed, paths):
    decide(paths)
    (file,) = (proposal_of(paths).parent / "changed").iterdir()
    file.write_bytes(file.read_bytes() + b"\n")
    refused(paths, file.name)


def test_an_edition_taken_up_before_is_not_decided_otherwise_nor_taken_up_over_a_later_one(paths, publisher):
    edition(paths, publisher, [CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    of_the_first = proposal_of(paths).read_text()
    decide(paths, ("changed", "Camden", "total_alerts"))
    refused(paths, "taken up before")
    edition(paths, publisher, [BRENT, CAMDEN_REVISED, FIRST_VAN, SECOND_VAN])
    proposal_of(paths).write_text(of_the_first)
    refused(paths, "taken up before")


@pytest.mark.parametrize(
    ("writer", "files_written"), [("write_text", 0), ("write_text", 1), ("write_table", 0)]
)
def test_a_killed_run_goes_on_when_started_again(proposed, paths, monkeypatch, writer, files_written):
    decide(paths, ("changed", "Camden", "total_alerts"))
    before = kept(paths)
    written = []
    original = getattr(accept, writer)

    def dies(content, path):
        if len(written) == files_written:
            raise KeyboardInterrupt
        written.append(path)
        original(content, path)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(accept, writer, dies)
        take(paths)
    take(paths)
    after_a_restart = kept(paths)
    for name, content in before.items():
        (paths.root / name).write_bytes(content)
    take(paths)
    assert kept(paths) == after_a_restart != before


def test_a_ledger_that_does_not_fit_the_table_is_refused(paths, publisher):
    edition(paths, publisher, [CAMDEN_REVISED, FIRST_VAN, SECOND_VAN], ("changed", "Camden", "total_alerts"))
    table = read_text_table(paths.snapshot / "alpha.csv")
    table.loc[0, "total_alerts"] = "77"
    with pytest.raises(RecordError, match="neither the old nor the new value"):
        take_up.hold_rejected(table, ledger_of(paths))


def test_an_entry_of_the_registry_in_another_hand_is_left_to_a_person():
    text = "- {id: alpha, sha256: aa, made: '2025-01-01', accessed: '2025-01-01'}\n"
    with pytest.raises(RecordError, match="alpha"):
        take_up.register_edition(text, "alpha", revisions.Edition("b" * 64, "2026-01-01", "2026-01-02"))


def test_only_three_lines_of_the_true_registry_change():
    text = (ROOT / "data" / "reference" / "sources.yaml").read_text(encoding="utf-8")
    changed = take_up.register_edition(
        text, "met_2023_2024", revisions.Edition("b" * 64, "2026-01-01", "2026-01-02")
    )
    lines = [
        (old, new) for old, new in zip(text.splitlines(), changed.splitlines(), strict=True) if old != new
    ]
    assert [new for _, new in lines] == [
        f"  sha256: {'b' * 64}",
        '  made: "2026-01-01"',
        '  accessed: "2026-01-02"',
    ]
    assert lines[0][0] == "  sha256: 06dd59146e701edea8571654f0f4d3ce6ccbba98d381c7d653ddabcd19697baf"


def test_text_of_a_publisher_is_inert_on_the_page_and_in_the_proposal(paths, publisher):
    publisher.body = pdf_with(
        [*REGISTERED_ROWS, "<script>x</script>[a](javascript:y) {claim}`z`,08/04/23,1,0.6,=1+1,5"]
    )
    (entry,) = look(paths)
    assert entry.location.startswith("<script>")
    page = render_page("revisions", revisions=[asdict(entry)])
    (line,) = [line for line in page.splitlines() if line.startswith("| alpha")]
    assert "\\<script\\>" in line and "\\[a\\](javascript:y)" in line and "\\{claim\\}" in line
    assert line.replace("\\|", "").count("|") == 8  # seven cells


def test_without_revisions_the_page_says_so():
    assert "No publisher has changed" in render_page("revisions", revisions=[])


def test_the_ledger_of_this_project_is_sound():
    reference = ROOT / "data" / "reference"
    assert {entry.decision for entry in read_revisions(reference / "revisions.yaml", reference)} <= {
        "accept",
        "reject",
    }


def test_the_worked_example_is_true():
    assert doctest.testmod(revisions) == (0, 5)
