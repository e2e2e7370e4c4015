"""What is printed in a PDF grid is what is read, or the file is refused; the PDFs are made here."""

from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from pipeline.core.errors import RecordError
from pipeline.sources.layouts import PDF_LAYOUTS
from pipeline.sources.pdf_tables import read_pdf
from tests.pdf_factory import PAGE, made_up_rows, write_grid_pdf

LAYOUT_IDS = [layout.id for layout in PDF_LAYOUTS]
COLUMNS = {layout.id: layout.columns for layout in PDF_LAYOUTS}
HEADINGS = {layout.id: layout.headings for layout in PDF_LAYOUTS}


def cells(path: Path) -> list[list[str]]:
    """Read the cells of a PDF, without page and row."""
    return read_pdf(path)[1].iloc[:, 2:].to_numpy().tolist()


def grid_row(**changes: str) -> list[str]:
    """Return one row of the layout of 2025, with some cells changed."""
    (row,) = made_up_rows("met_grid_2025", 1)
    return list((dict(zip(COLUMNS["met_grid_2025"], row, strict=True)) | changes).values())


@pytest.mark.parametrize("layout", LAYOUT_IDS)
def test_each_layout_is_recognised_by_its_heading_and_every_cell_is_read(tmp_path, layout):
    rows = made_up_rows(layout, 9)
    found, table = read_pdf(write_grid_pdf(tmp_path / "any name.pdf", layout, rows))
    assert found.id == layout
    assert list(table.columns) == ["page", "row", *COLUMNS[layout]]
    assert table.iloc[:, 2:].to_numpy().tolist() == rows


def test_many_more_rows_than_today_are_read_with_the_page_and_row_of_each(tmp_path):
    rows = made_up_rows("met_grid_2025", 300)
    table = read_pdf(write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows, rows_per_page=12))[1]
    assert table.iloc[:, 2:].to_numpy().tolist() == rows
    # 300 rows, 12 to a page, are 25 full pages.
    origin = [(str(page), str(row)) for page in range(1, 26) for row in range(1, 13)]
    assert list(zip(table["page"], table["row"], strict=True)) == origin


def test_the_heading_may_change_part_way_from_purposes_to_use_cases(tmp_path):
    rows = made_up_rows("met_grid_2023", 8)
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2023", rows, second_heading_at=5)
    assert cells(path) == rows


def test_a_repeated_heading_is_not_taken_for_data(tmp_path):
    rows = made_up_rows("met_grid_2025", 7)
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows, rows_per_page=2, repeat_headers=True)
    assert cells(path) == rows


@pytest.mark.parametrize("repeat_headers", [False, True])
def test_a_row_torn_apart_by_a_page_break_is_joined_with_one_space(tmp_path, repeat_headers):
    rows = [
        grid_row(location="Ealing"),
        grid_row(location="Belvedere Rd, Waterloo"),
        grid_row(location="Brixton"),
    ]
    path = write_grid_pdf(
        tmp_path / "a.pdf", "met_grid_2025", rows, broken={1}, repeat_headers=repeat_headers
    )
    table = read_pdf(path)[1]
    assert table["location"].tolist() == ["Ealing", "Belvedere Rd, Waterloo", "Brixton"]
    assert list(zip(table["page"], table["row"], strict=True)) == [("1", "1"), ("1", "2"), ("2", "1")]


def test_the_second_part_of_a_row_in_the_middle_of_a_page_is_joined_in_each_column_of_words(tmp_path):
    second_part = ["Rd, Waterloo", "", "", "Hotspot", *[""] * 12]
    rows = [grid_row(location="Belvedere", use_case="Crime"), second_part, grid_row(location="Brixton")]
    table = read_pdf(write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows))[1]
    assert table["location"].tolist() == ["Belvedere Rd, Waterloo", "Brixton"]
    assert table["use_case"].tolist() == ["Crime Hotspot", "Crime Hotspot"]


def test_wrapped_blank_and_not_applicable_cells_are_kept_as_printed(tmp_path):
    place = "Oxford Circus (technical fault stopped deployment of both vans)"
    rows = [grid_row(location=place, faces_seen="N/A", arrests="", duration="", false_alert_rate="n/a")]
    assert cells(write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows)) == rows


def test_typographic_apostrophes_and_hyphens_at_a_line_end_are_kept(tmp_path):
    rows = [grid_row(location="Stratford B’way – the Southend-\non-Sea line")]
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows)
    assert cells(path)[0][0] == "Stratford B’way – the Southend- on-Sea line"


@pytest.mark.parametrize("date", ["32/13/25", "1/2/25", "", "llth July", "11/07/2025"])
def test_a_row_with_figures_is_kept_whatever_stands_in_its_date_cell(tmp_path, date):
    rows = [grid_row(), grid_row(date=date), grid_row()]
    assert cells(write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows)) == rows


def test_a_row_with_nothing_but_place_and_date_is_kept(tmp_path):
    rows = [grid_row(), ["Soho", "01/02/25", *[""] * 14]]
    assert cells(write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows)) == rows


def test_a_row_without_a_date_and_with_one_figure_only_is_kept(tmp_path):
    rows = [grid_row(), ["Soho", *[""] * 14, "9780"], grid_row()]
    assert cells(write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", rows)) == rows


@pytest.mark.parametrize(
    "stray",
    [
        ["Soho", "to follow", *[""] * 14],
        ["Soho", "", "", "", "not yet known", *[""] * 11],
        ["Total", "", "", "", "", "", "all alerts", *[""] * 9],
    ],
)
def test_a_row_that_is_neither_heading_nor_deployment_is_refused_with_its_page(tmp_path, stray):
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", [grid_row(), grid_row(), stray, grid_row()])
    with pytest.raises(RecordError, match=rf'a\.pdf page 1: .*"{stray[0]}') as caught:
        read_pdf(path)
    assert "neither heading, deployment nor reference list" in str(caught.value)


def test_figures_printed_outside_the_ruled_table_are_refused_but_a_footnote_is_not(tmp_path):
    path = tmp_path / "a.pdf"
    write_grid_pdf(path, "met_grid_2025", [grid_row()], footnote="1 Revised 11/07/25, page 3 of 10")
    assert len(cells(path)) == 1
    write_grid_pdf(
        path, "met_grid_2025", [grid_row()], footnote="Soho 11/07/25 5h 10m Crime 16000 0.64 3 3 0"
    )
    with pytest.raises(RecordError, match=r"page 2: figures stand outside the ruled table: .Soho 11/07/25"):
        read_pdf(path)


def test_a_renamed_column_is_named_with_what_was_found_and_expected(tmp_path):
    headers = ["Crowd seen" if "Faces" in text else text for text in HEADINGS["met_grid_2025"][0]]
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", [grid_row()], headers=headers)
    with pytest.raises(RecordError) as caught:
        read_pdf(path)
    message = str(caught.value)
    assert (
        'a.pdf: unknown layout on page 1; not expected: "Crowd seen"; missing: "Faces seen (estimate)"'
        in message
    )
    assert 'headers found: "Deployment Location", "Date"' in message
    assert 'headers expected: "Deployment Location", "Date"' in message


def test_two_columns_that_changed_places_are_refused(tmp_path):
    headers = list(HEADINGS["met_grid_2025"][0])
    headers[4], headers[5] = headers[5], headers[4]
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", [grid_row()], headers=headers)
    with pytest.raises(RecordError, match="the columns stand in another order"):
        read_pdf(path)


def test_a_heading_renamed_on_a_later_page_is_refused(tmp_path):
    first = write_grid_pdf(tmp_path / "1.pdf", "met_grid_2025", [grid_row()], reference_list=False)
    headers = ["Crowd seen" if "Faces" in text else text for text in HEADINGS["met_grid_2025"][0]]
    second = write_grid_pdf(tmp_path / "2.pdf", "met_grid_2025", [grid_row()], headers=headers)
    both = pypdfium2.PdfDocument.new()
    for part in (first, second):
        both.import_pages(pypdfium2.PdfDocument(part))
    both.save(tmp_path / "a.pdf")
    with pytest.raises(RecordError, match='unknown layout on page 2; not expected: "Crowd seen"'):
        read_pdf(tmp_path / "a.pdf")


def test_a_grid_without_any_heading_is_refused(tmp_path):
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", [grid_row()], headers=[""] * 16)
    with pytest.raises(RecordError, match=r"unknown layout.*headers found: none"):
        read_pdf(path)


def test_a_file_that_needs_a_password_is_refused(tmp_path):
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", [grid_row()], encrypt="secret")
    with pytest.raises(RecordError, match=r"a\.pdf: the PDF is encrypted; ask"):
        read_pdf(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_anywhere_is_refused(tmp_path, share):
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", made_up_rows("met_grid_2025", 40))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(RecordError, match=r"a\.pdf: the PDF is cut short"):
        read_pdf(path)


def test_a_file_whose_index_of_objects_is_wrong_is_refused(tmp_path):
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", [grid_row()])
    content = path.read_bytes()
    assert b"ReportLab" in content[:60]
    path.write_bytes(content.replace(b"ReportLab", b"", 1))  # a comment; what follows it moves up
    with pytest.raises(RecordError, match=r"a\.pdf: the PDF is damaged"):
        read_pdf(path)


@pytest.mark.parametrize("filling", [b"", b"\0" * 1000])
def test_a_file_with_bytes_missing_or_blanked_in_the_middle_is_refused(tmp_path, filling):
    path = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", made_up_rows("met_grid_2025", 90))
    content = path.read_bytes()
    path.write_bytes(content[:3000] + filling + content[4000:])
    with pytest.raises(RecordError, match=r"a\.pdf: the PDF is damaged"):
        read_pdf(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"<html><title>Not found</title>", 'not a PDF: "<html><title>Not found</title>"'),
        (b"%PDF-1.4\nnothing behind it\n%%EOF\n", "the PDF is damaged"),
    ],
)
def test_a_file_that_is_no_pdf_inside_is_refused(tmp_path, content, problem):
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(RecordError) as caught:
        read_pdf(path)
    assert problem in str(caught.value)


def test_a_letter_without_tables_is_refused(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=PAGE)
    canvas.drawString(50, 500, "Dear reader, the figures follow in the new year.")
    canvas.save()
    with pytest.raises(RecordError, match="holds no table of deployments"):
        read_pdf(tmp_path / "a.pdf")


def test_a_scan_is_refused_as_a_picture(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=PAGE)
    picture = tmp_path / "scan.ppm"
    picture.write_bytes(b"P6 2 2 255\n" + bytes(range(12)))
    canvas.drawImage(str(picture), 50, 50, 400, 300)
    canvas.save()
    with pytest.raises(RecordError, match="pictures of pages, no text"):
        read_pdf(tmp_path / "a.pdf")


WORDS = st.text("ABCDEFGHIJKLMnopqrstuvwxyz0123456789&'’().,/–-%", min_size=1, max_size=6)
PLACES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
CELLS = st.one_of(st.just(""), st.just("N/A"), st.integers(0, 999_999).map(str), WORDS)


@st.composite
def printed_tables(draw):
    """A layout, with rows of any printable cells; each has a date or a figure, as a deployment must."""
    layout = draw(st.sampled_from(LAYOUT_IDS))
    width = len(COLUMNS[layout])
    row = st.tuples(PLACES, st.dates().map(lambda day: f"{day:%d/%m/%y}"), *[CELLS] * (width - 2))
    return layout, [list(cells) for cells in draw(st.lists(row, min_size=1, max_size=30))]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(printed_tables(), st.integers(1, 20), st.booleans())
def test_any_printed_table_is_read_back_equal(tmp_path, table, rows_per_page, repeat_headers):
    layout, rows = table
    path = write_grid_pdf(
        tmp_path / "a.pdf", layout, rows, rows_per_page=rows_per_page, repeat_headers=repeat_headers
    )
    assert cells(path) == rows
