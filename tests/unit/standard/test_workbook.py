"""Workbooks are read as a person sees them, and hostile ones are refused before they are parsed."""

import datetime
import io
import random
import zipfile

import openpyxl
import pytest

from pipeline.core.errors import RecordError
from pipeline.standard import unpack
from pipeline.standard.report import REFUSED
from pipeline.standard.validate import validate_bytes
from tests.unit.standard.records import errors, record

SHEET = "xl/worksheets/sheet1.xml"
NUMBERS = ("faces_scanned", "alerts", "threshold_score", "duration_hours")


def workbook(*rows, change=None):
    """A workbook of records whose numbers, day and times are typed as a spreadsheet types them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Deployments"
    sheet.append(list(rows[0]))
    for row in rows:
        typed = row | {name: float(row[name]) for name in NUMBERS if row[name] != "x y"}
        typed |= {"date": datetime.datetime(2026, 3, 2), "start_time": datetime.time(10)}
        sheet.append(list(typed.values()))
    if change:
        change(book, sheet)
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content, name, change):
    """The workbook with one part changed, or added."""
    file, old = io.BytesIO(), zipfile.ZipFile(io.BytesIO(content))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, change(old.read(name) if name in old.namelist() else b""))
    return file.getvalue()


def test_typed_cells_are_read_as_a_person_would_type_them():
    report = validate_bytes(workbook(record()), "test.xlsx")
    assert (report.exit_code, report.problems, report.rows) == (0, [], 1)
    assert report.form == 'workbook, sheet "Deployments"'


def test_a_broken_cell_is_reported_at_its_row_and_column():
    report = validate_bytes(workbook(record(1), record(2, arrests="N/A")), "test.xlsx")
    assert errors(report) == [("word_for_blank", 3, "arrests")]


def test_a_formula_that_was_never_calculated_is_reported_and_does_not_run():
    def formula(book, sheet):
        sheet["B2"] = '=HYPERLINK("https://example.org","x")'

    found = errors(validate_bytes(workbook(record(), change=formula), "test.xlsx"))
    assert found == [("formula", 2, "column 2"), ("blank", 2, "force_id")]


def test_merged_cells_and_other_sheets_are_pointed_out():
    def merge(book, sheet):
        sheet.merge_cells("D2:D3")
        book.create_sheet("Notes")["A1"] = "provisional"

    report = validate_bytes(workbook(record(1), record(2), change=merge), "test.xlsx")
    assert {(found.kind, found.value) for found in report.problems} >= {
        ("merged_cells", "D2:D3"),
        ("sheet_not_read", "Notes"),
    }
    assert ("blank", 3, "location") in errors(report)


def test_the_sheet_with_the_columns_of_the_standard_is_read_wherever_it_stands():
    def cover(book, sheet):
        book.create_sheet("Cover", 0)["A1"] = "Deployments"

    report = validate_bytes(workbook(record(), change=cover), "test.xlsx")
    assert (report.form, report.exit_code) == ('workbook, sheet "Deployments"', 0)


def test_a_wrong_statement_of_size_does_not_hide_rows():
    stated = b'<dimension ref="A1:AL3"'
    content = workbook(record(1), record(2, alerts="x y"))
    assert stated in zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
    small = with_part(content, SHEET, lambda part: part.replace(stated, b'<dimension ref="A1:B2"'))
    report = validate_bytes(small, "test.xlsx")
    assert (report.rows, errors(report)) == (2, [("not_readable", 3, "alerts")])


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
FILLER = b"<!--" + random.Random(1).randbytes(unpack.CHUNK).hex().encode()[: unpack.CHUNK - 32] + b"-->"
HOSTILE = {
    "XML entities": (SHEET, lambda part: BOMB + part, "entities"),
    "entities across two chunks": (SHEET, lambda part: FILLER + BOMB + part, "entities"),
    "entities in UTF-16": (SHEET, lambda part: (BOMB + part).decode().encode("utf-16"), "UTF-8"),
    "another encoding": (SHEET, lambda part: b'<?xml version="1.0" encoding="cp037"?>' + part, "UTF-8"),
    "a zip bomb": ("xl/media/image1.png", lambda part: b"\0" * 5_000_000, "larger than itself"),
    "macros": ("xl/vbaProject.bin", lambda part: b"macro", "macros"),
    "a broken sheet": (SHEET, lambda part: part[:200], "not a readable workbook"),
    "no sheet": (SHEET, lambda part: b"", "not a readable workbook"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_or_damaged_workbook_is_refused(case):
    name, change, why = HOSTILE[case]
    report = validate_bytes(with_part(workbook(record()), name, change), "test.xlsx")
    assert (report.exit_code, report.problems) == (REFUSED, [])
    assert why in report.refused


def test_a_workbook_cut_short_is_refused():
    content = workbook(record())
    assert validate_bytes(content[: len(content) // 2], "test.xlsx").exit_code == REFUSED


def test_more_rows_or_columns_than_allowed_are_refused():
    def far(book, sheet):
        sheet.cell(2, 16_000, "x")

    assert "more than 200 cells" in validate_bytes(workbook(record(), change=far), "test.xlsx").refused


FAR_CELLS = {  # each hides in its own way that a cell stands at the far corner of the sheet
    "plainly": b'<c r="XFD1048576" t="str"><v>x</v></c>',
    "in single quotes": b"<c r = 'XFD1048576' t='str'><v>x</v></c>",
    "behind another attribute": b'<c t="str" x=">" r="XFD1048576"><v>x</v></c>',
    "behind the sign of an empty cell": b'<c r="XFD1048576" t="str" x="/>"><v>x</v></c>',
    "in small letters": b'<c r="xfd1048576" t="str"><v>x</v></c>',
    "without a place": b'<c t="str"><v>x</v></c>',
    "without a place, behind a sign": b'<c x="/" t="str"><v>x</v></c>',
}


@pytest.mark.parametrize("case", FAR_CELLS)
@pytest.mark.parametrize("place", [SHEET, "xl/other/part"])
def test_a_cell_at_the_far_corner_never_reaches_the_parser(case, place, monkeypatch):
    monkeypatch.setattr(unpack, "CHUNK", 64)  # so that every tag lies across two windows
    far = b'<row r="1048576">' + FAR_CELLS[case] + b"</row></sheetData>"
    content = with_part(workbook(record()), SHEET, lambda part: part.replace(b"</sheetData>", far))
    if place != SHEET:  # the sheet may be any part that the workbook names
        sheet = zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
        content = with_part(content, place, lambda part: sheet)
        content = with_part(content, SHEET, lambda part: b"<worksheet/>")
    with pytest.raises(RecordError, match=r"more than|do not say where"):
        unpack.inspect(content, "test.xlsx")


def test_a_far_cell_without_a_value_is_no_reason_to_refuse():
    empty = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    content = with_part(workbook(record()), SHEET, lambda part: part.replace(b"</sheetData>", empty))
    assert validate_bytes(content, "test.xlsx").exit_code == 0


def test_a_saved_value_of_a_formula_is_read():
    part = b'<c r="I2"><f>A1&amp;B1</f><v>4001</v></c>'

    def change(sheet):
        start = sheet.index(b'<c r="I2"')
        return sheet[:start] + part + sheet[sheet.index(b"</c>", start) + 4 :]

    report = validate_bytes(with_part(workbook(record()), SHEET, change), "test.xlsx")
    assert (report.exit_code, report.problems) == (0, [])


def test_a_formula_on_a_sheet_that_is_not_read_is_not_reported():
    def notes(book, sheet):
        book.create_sheet("Notes")["A1"] = "=1+1"

    assert errors(validate_bytes(workbook(record(), change=notes), "test.xlsx")) == []
