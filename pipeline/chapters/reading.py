"""How hard a chapter is to read, and whether it keeps its form: answer first, limits last."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from nbformat import NotebookNode

LONG = 7  # letters of a long word, by Björnsson's definition "more than six"
NUMBER = "Number"  # stands for a role, a formula or code, which a reader takes in as one word
ROLE = re.compile(r"\{[\w:-]+\}`[^`]*`|\$[^$\n]+\$|`[^`]*`")
DIRECTIVE = re.compile(r"^\s*:{3,}.*$", re.MULTILINE)
# A sentence ends at . ! or ?, with what closes it, before a space and a capital, a digit or an opening mark.
END = re.compile(r"(?<=[.!?])[\"”’)*_]*\s+(?=[\"“‘(*_]*[A-Z0-9£])")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Reading:
    """The measures of a text.

    Args:
        words: Number of words.
        sentences: Number of sentences.
        words_per_sentence: Average length of a sentence.
        long_share: Share of words of more than six letters, 0 to 1.
        lix: Words per sentence plus the percentage of long words; about 40 for a newspaper, 50 for official
            text, 60 for a learned one.
    """

    words: int
    sentences: int
    words_per_sentence: float
    long_share: float
    lix: float


def sentences(markdown: str) -> list[str]:
    """Sentences of the paragraphs and list items of MyST Markdown; headings and fences are left out.

    Example:
        >>> sentences("# Title\\n\\nOne {value}`x` here. *Two* [there](a.ipynb)!")
        ['One Number here.', 'Two there!']
    """
    text = DIRECTIVE.sub("", ROLE.sub(NUMBER, markdown))
    tokens = MarkdownIt("commonmark").parse(text)
    found = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline" or (before is not None and before.type == "heading_open"):
            continue
        plain = "".join(
            " " if child.type in ("softbreak", "hardbreak") else child.content
            for child in token.children or []
            if child.type in ("text", "softbreak", "hardbreak")
        )
        found += [part.strip() for part in END.split(plain) if part.strip()]
    return found


def reading(markdown: str) -> Reading:
    """Measure a text without a dictionary of syllables, so that the result is the same everywhere.

    Raises:
        ValueError: if there is no sentence with a word in it.

    Example:
        >>> reading("The cat sat. Everybody noticed immediately.").lix  # 6 words, 2 sentences, 3 long words
        53.0

    Source: Björnsson, Läsbarhet (1968); in English Anderson (1983), https://www.jstor.org/stable/40031755.
    """
    parts = [words for words in map(WORD.findall, sentences(markdown)) if words]
    words = [word for part in parts for word in part]
    if not words:
        raise ValueError("no sentence to measure")
    length = len(words) / len(parts)
    share = sum(sum(map(str.isalpha, word)) >= LONG for word in words) / len(words)
    return Reading(len(words), len(parts), length, share, length + 100 * share)


def prose(notebook: NotebookNode) -> str:
    """All Markdown of a notebook."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def answer(notebook: NotebookNode) -> list[str]:
    """Sentences of the paragraph below the title in the first Markdown cell; empty without a title."""
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    title, _, rest = first.strip().partition("\n")
    if not re.match(r"# \S", title):
        return []
    return sentences(rest.strip().split("\n\n")[0])


def last_section(notebook: NotebookNode) -> str:
    """The last heading of the second level, without its marks; empty if there is none."""
    found = re.findall(r"^## +(.+?)\s*$", prose(notebook), re.MULTILINE)
    return found[-1] if found else ""
