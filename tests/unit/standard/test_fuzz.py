"""Whatever bytes come in, a report comes out; and no broken cell of an otherwise sound file goes unseen."""

import io
import random

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.standard.cells import find_fault
from pipeline.standard.fields import FIELDS, names
from pipeline.standard.report import to_json, to_text
from pipeline.standard.validate import validate_bytes
from tests.unit.standard.records import SOUND, as_csv, check, errors, record

# Bytes that are no table are refused at once and cost little; a whole check takes some 15 ms.
CHEAP = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
WHOLE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

SOUND_FILE = as_csv([record(1), record(2), record(3)]).encode()
NUMERIC = [field.name for field in FIELDS if field.name in SOUND and field.kind in ("integer", "number")]
FREE_TEXT = ("location", "use_case", "vendor", "algorithm", "legal_basis", "authorising_rank")
FORMED = [name for name in SOUND if name not in FREE_TEXT]
# Text that no field with a form takes: it begins with letters no list and no key begins with.
NONSENSE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(
    lambda text: "zq" + text
)


def is_report(report):
    """A report that can be shown, and that says what is wrong if the file was not read."""
    shown = to_text(report) + to_json(report)
    return shown.replace("\n", "").isprintable() and (report.refused != "") == (report.exit_code == 3)


@given(st.binary(max_size=2000))
@CHEAP
def test_any_bytes_give_a_report_and_are_not_accepted(content):
    report = validate_bytes(content, "fuzz")
    assert is_report(report)
    assert report.exit_code != 0


@given(
    st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"date,alerts,arrests\n"]),
    st.binary(max_size=500),
)
@CHEAP
def test_any_bytes_after_a_likely_beginning_give_a_report_and_are_not_accepted(beginning, rest):
    report = validate_bytes(beginning + rest, "fuzz")
    assert is_report(report)
    assert report.exit_code != 0


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6))
@WHOLE
def test_any_table_below_the_header_gives_a_report(rows):
    header = ",".join(SOUND)
    lines = [",".join(cell.replace(",", "") for cell in row) for row in rows]
    report = validate_bytes("\n".join([header, *lines]).encode("utf-8", "ignore"), "fuzz")
    assert is_report(report)
    assert report.exit_code != 0


@given(st.integers(0, len(SOUND_FILE) - 1), st.integers(0, 255))
@WHOLE
def test_one_changed_byte_never_crashes_the_check(place, value):
    changed = SOUND_FILE[:place] + bytes([value]) + SOUND_FILE[place + 1 :]
    assert is_report(validate_bytes(changed, "fuzz"))


@given(st.sampled_from(FORMED), NONSENSE, st.integers(1, 3))
@WHOLE
def test_nonsense_in_a_cell_with_a_form_is_an_error_at_that_row_and_column(column, nonsense, number):
    rows = [record(1), record(2), record(3)]
    rows[number - 1][column] = nonsense
    assert (number + 1, column) in {(row, name) for _, row, name in errors(check(rows, forces=[]))}


@given(st.sampled_from(NUMERIC), st.integers(10**7, 10**12) | st.integers(-(10**6), -1), st.integers(1, 3))
@WHOLE
def test_a_number_out_of_range_is_an_error_at_that_row_and_column(column, value, number):
    rows = [record(1), record(2), record(3)]
    rows[number - 1][column] = str(value)
    assert (number + 1, column) in {(row, name) for _, row, name in errors(check(rows))}


@given(
    st.sampled_from(list(SOUND)),
    st.sampled_from(["=1", "+A1", "@x", "-cmd", "a\x1bb", "a\u202eb", "<b>x", "N/A", " 1"]),
)
@WHOLE
def test_an_unsafe_cell_is_an_error_in_any_column(column, cell):
    rows = [record(1), record(2) | {column: cell}]
    assert (3, column) in {(row, name) for _, row, name in errors(check(rows))}


@given(st.sampled_from(names("required")), st.integers(1, 3))
@WHOLE
def test_a_blank_required_cell_is_an_error_at_that_row_and_column(column, number):
    rows = [record(1), record(2), record(3)]
    rows[number - 1][column] = ""
    assert ("blank", number + 1, column) in errors(check(rows))


@given(st.sampled_from(FIELDS), st.text(max_size=15) | st.from_regex(r"[0-9,.:/ hm%-]{1,12}", fullmatch=True))
@CHEAP
def test_what_is_proposed_instead_is_itself_without_fault(field, cell):
    fault = find_fault(field, cell) if cell else None
    assert fault is None or fault.instead == "" or find_fault(field, fault.instead) is None


@given(st.integers(0, 10**9))
@WHOLE
def test_a_workbook_with_damaged_bytes_gives_a_report(seed):
    draw = random.Random(seed)
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(SOUND))
    book.active.append(list(record().values()))
    book.save(file)
    content = bytearray(file.getvalue())
    for _ in range(draw.randint(1, 20)):
        content[draw.randrange(len(content))] = draw.randrange(256)
    assert is_report(validate_bytes(bytes(content), "fuzz.xlsx"))
