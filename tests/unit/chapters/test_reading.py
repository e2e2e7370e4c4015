"""Reading level and form of a chapter, against texts counted by hand."""

import nbformat
import pytest

from pipeline.chapters.reading import answer, last_section, reading, sentences


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(cell) for cell in cells])


def test_words_sentences_and_long_words_are_counted_as_by_hand():
    # 4 + 5 words; "recorded" and "between" have seven letters or more
    found = reading("The force recorded three. They fell between two stools.")
    assert (found.words, found.sentences) == (9, 2)
    assert found.words_per_sentence == pytest.approx(4.5)
    assert found.long_share == pytest.approx(2 / 9)
    assert found.lix == pytest.approx(4.5 + 200 / 9)


def test_seven_letters_are_long_and_six_are_not():
    assert reading("Abcdefg.").long_share == 1
    assert reading("Abcdef.").long_share == 0


def test_a_hyphen_joins_a_word_and_is_no_letter():
    found = reading("Six-six ab.")
    assert found.words == 2
    assert found.long_share == 0


def test_a_role_a_formula_and_code_are_one_word_each():
    assert sentences("We saw {value}`against-items` at $0.64$ in `met`.") == [
        "We saw Number at Number in Number."
    ]


def test_headings_fences_and_link_targets_are_no_prose():
    text = "## A heading. Of two\n\n:::{include} ../a.md\n:::\n\nSee [the page](https://example.org/a.b.C)."
    assert sentences(text) == ["See the page."]


def test_each_item_of_a_list_is_a_sentence_of_its_own():
    assert sentences("- one thing\n- another thing") == ["one thing", "another thing"]


def test_a_decimal_and_a_small_letter_end_no_sentence():
    assert len(sentences("It was 0.64 and e.g. not more. Next.")) == 2


def test_a_sentence_may_end_in_a_quotation_and_start_with_a_number():
    assert len(sentences('They said "no." {value}`x` of them did. "Not now." Good.')) == 4


def test_nothing_cannot_be_measured():
    with pytest.raises(ValueError, match="no sentence"):
        reading("# Title")


def test_the_answer_is_the_paragraph_below_the_title():
    found = answer(notebook("# Title\n\nOne thing\nholds. Another does not.\n\nMore evidence. And more."))
    assert found == ["One thing holds.", "Another does not."]
    assert answer(notebook("No title.")) == []


def test_the_last_section_is_the_last_heading_of_the_second_level():
    assert last_section(notebook("# T\n\n## One", "### Deeper\n\n## Limits\n\nText.")) == "Limits"
    assert last_section(notebook("# T")) == ""
