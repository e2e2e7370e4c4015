"""Bare figures in prose: what is refused, what may stand."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.chapters.prose import check_prose, find_figures
from pipeline.core.errors import RecordError


def figures(markdown: str) -> list[str]:
    return [figure for _, figure in find_figures(markdown)]


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("The Met made 580 arrests.", ["580"]),
        ("Some 1,343 of 4,220,097 faces", ["1,343", "4,220,097"]),
        ("It cost £55 million, 85.7 % of it early.", ["£55", "85.7 %"]),
        ("At a threshold of 0.64 it fell to 1 in 3,940.", ["0.64", "1", "3,940."]),
        ("# Findings in 60 seconds", ["60"]),
        ("- item\n- 7 items", ["7"]),
        ("| a | b |\n|---|---|\n| x | 31 |", ["31"]),
        ("> quoted 9 times", ["9"]),
        ("*12* and **13**", ["12", "13"]),
        ("[14 pages](a.md)", ["14"]),
        ("![15 bars](a.png)", ["15"]),
        ("<b>16</b> and\n\n<div>\n17\n</div>", ["16", "17"]),
        (":::{note} Only 18\n:class: x-1\nand 19\n:::", ["18", "19"]),
        ("```{admonition} 20 things\n21\n```", ["20", "21"]),
        (":::{figure} a-1.png\n:name: fig-2\n:alt: 22 bars\nCaption of 23\n:::", ["22", "23"]),
        ("---\ntitle: 24 findings\ndate: 2024-01-01\n---\n", ["24"]),
        ("Text[^a].\n\n[^a]: Note with 25 words.", ["25"]),
        ("In 2024, 2,024 of them", ["2,024"]),
        ("20`x`24", ["20", "24"]),  # not the year 2024
    ],
)
def test_a_figure_in_prose_is_found(prose, found):
    assert [figure.rstrip(".") for figure in figures(prose)] == [figure.rstrip(".") for figure in found]


@pytest.mark.parametrize(
    "prose",
    [
        "From 17 September 2024 to 9 September 2025, in July 2025, since 2020, 2020-22, 2024/25, the 2010s.",
        "On 3 May and 17–19 July 2024, mid-2024, 2024-09-17, Sept 2024.",
        "The Met made {value}`met-arrests-2024` arrests; see {claim}`HO04` and {cite}`key2020`.",
        "`x = 5` and ``{value}`a1` ``",
        "```python\nx = 580\n```\n\n~~~\n581\n~~~\n\n    indented = 582",
        "```{code-cell}\n583\n```\n\n:::{math}\na_1 = 584\n:::",
        "[text](page-2.md#s3) <https://a.org/2> https://a.org/585 ![x](7.png)",
        "[text][1]\n\n[1]: https://example.org/586",
        "# 1.2 How faces are counted\n\nSee section 3, Table 2 and figure 4.1.",
        'In “580 arrests in a year” and "more than 1,400" the span matters.',
        "1. first\n2. second",
        "A note[^1] and a citation [@smith2020], @jones2021.\n\n[^1]: The note.",
        "With a 95 % interval, SHA-256, UTF-8, HO04, met_2020_2022, Python 3.11, ISO/IEC 19795-1, 24/7.",
        "$x_1 = 5$ and $$y = 6$$",
        "% comment 587\n\n(target-5)=\n\n<!-- 588 -->",
        "---\nnumbering: 2\nlabel: page-3\n---\nWords.",
    ],
)
def test_what_is_no_bare_figure_may_stand(prose):
    assert figures(prose) == []


@given(st.integers(min_value=0, max_value=10**9).filter(lambda n: not 1900 <= n <= 2099))
def test_any_count_is_found_and_the_same_count_by_role_is_not(number):
    assert figures(f"The Met counted {number:,} alerts.") == [f"{number:,}"]
    assert figures(f"The Met counted {{value}}`v-{number}` alerts.") == []
    assert figures(f"The Met counted `{number}` alerts.") == []


@given(st.floats(min_value=0, max_value=100).map(lambda share: f"{share:.2f} %"))
def test_any_percentage_is_found(share):
    assert figures(f"That is {share} of them.") == [share]


@given(st.dates())
def test_no_date_is_taken_for_a_figure(day):
    if 1900 <= day.year <= 2099:
        assert figures(f"On {day.day} {day:%B %Y}, that is {day.isoformat()}, in {day:%b %Y}.") == []


@given(st.text(alphabet="abc \n#*>`:{}[]()-~%$|<!1\"'_@^", max_size=60))
def test_no_text_breaks_the_check(text):
    lines = text.split("\n")
    assert all(1 <= line <= len(lines) for line, _ in find_figures(text))


@given(st.integers(min_value=0, max_value=30), st.integers(min_value=0, max_value=5))
def test_the_line_is_that_of_the_file(before, notes):
    text = "word\n\n" * before + ":::{note}\ntext\n:::\n\n" * notes + "```\n1\n```\n\nso 77 it is"
    assert find_figures(text) == [(text.split("\n").index("so 77 it is") + 1, "77")]


def test_every_finding_is_listed_with_file_cell_and_next_step(tmp_path):
    (tmp_path / "index.md").write_text("Fine.\n\nNot 580.\n")
    cells = [nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_markdown_cell("ok\n\n12 and 13")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "alerts.ipynb")
    with pytest.raises(RecordError) as error:
        check_prose([tmp_path / "index.md", tmp_path / "alerts.ipynb"])
    message = str(error.value)
    assert "3 bare figures" in message and "values.yaml" in message
    for place in ("index.md line 3: 580", "alerts.ipynb cell 2 line 3: 12", "alerts.ipynb cell 2 line 3: 13"):
        assert place in message


def test_clean_prose_passes(tmp_path):
    (tmp_path / "index.md").write_text("Since 2020 there were {value}`met-deployments-total`.\n")
    check_prose([tmp_path / "index.md"])
