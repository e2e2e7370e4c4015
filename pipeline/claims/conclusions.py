"""What the chapters conclude: its numbers, its counter-argument and a computed confidence."""

from pathlib import Path
from typing import Any

from pipeline.claims.reference import read_unique
from pipeline.claims.words import Numbers, names_in
from pipeline.core.errors import RecordError
from pipeline.schemas.documents import read_document

FILE = "conclusions.yaml"
SCALE = "confidence.yaml"
PREFIX = "confidence-"  # of the value that says in prose how sure the book is of a conclusion
WORDS = ("conclusion", "against", "would_change")


def read_scale(path: Path) -> dict[str, Any]:
    """Read confidence.yaml: the words with their meanings, and the table from evidence and agreement.

    Raises:
        RecordError: for an unknown word, a missing combination or a missing meaning.
    """
    return read_document(path, path.parent / "schemas" / "confidence.schema.json")


def read_conclusions(path: Path, chapters: list[str]) -> list[dict[str, Any]]:
    """Read conclusions.yaml, in the order of the chapters and within one in that of the file.

    Args:
        path: The file.
        chapters: Slugs of the pages in the order of the table of contents.

    Raises:
        RecordError: for invalid YAML, an unknown key or word, an id used twice, or a chapter that the book
            does not have.
    """
    entries = read_unique(path, "id")
    for entry in entries:
        if entry["chapter"] not in chapters:
            raise RecordError(
                path.name,
                "no such chapter in book/myst.yml",
                row=entry["id"],
                value=entry["chapter"],
                next_step="correct the slug",
            )
    return sorted(entries, key=lambda entry: chapters.index(entry["chapter"]))


def slugs(contents: list[dict[str, Any]]) -> list[str]:
    """Slugs of all pages in the table of contents of book/myst.yml, at any depth and in its order.

    Example:
        >>> slugs([{"file": "chapters/a.ipynb"}, {"children": [{"file": "chapters/b.ipynb"}]}])
        ['a', 'b']
    """
    found = []
    for item in contents:
        if "file" in item:
            found.append(Path(item["file"]).stem)
        found += slugs(item.get("children", []))
    return found


def conclude(entries: list[dict[str, Any]], scale: dict[str, Any], numbers: Numbers) -> list[dict[str, Any]]:
    """Fill the words of every conclusion, compute its confidence and attach its numbers and claims.

    Args:
        entries: As `read_conclusions` returns them.
        scale: As `read_scale` returns it.
        numbers: Derived values and judged claims.

    Returns:
        In the order given: id, chapter, the words with {key} and {HO04} filled in, evidence, agreement,
        confidence (very low to very high), numbers (key, text, description: those listed and those that the
        words use, each once) and claims (id, verdict, claim, text).

    Raises:
        RecordError: naming the conclusion, for a key or claim that does not exist.
    """
    return [_conclude(entry, scale["scale"], numbers) for entry in entries]


def _conclude(entry: dict[str, Any], scale: dict[str, dict[str, str]], numbers: Numbers) -> dict[str, Any]:
    place = f"{FILE} row {entry['id']}"
    used = names_in(*(entry[word] for word in WORDS))
    return {
        "id": entry["id"],
        "chapter": entry["chapter"],
        **{word: numbers.fill(entry[word], place) for word in WORDS},
        "evidence": entry["evidence"],
        "agreement": entry["agreement"],
        "confidence": scale[entry["evidence"]][entry["agreement"]],
        "numbers": numbers.of_values([*entry["numbers"], *used], place),
        "claims": numbers.of_claims([*entry["claims"], *used], place),
    }


def confidence_values(conclusions: list[dict[str, Any]], scale: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The word for each conclusion's confidence, as a derived value `confidence-<id>` that leads to its card.

    Returns:
        By key, as in values.json, with `href`: the place of the conclusion in the book.
    """
    means = {level["word"]: level["means"] for level in scale["confidence"]}
    return {
        f"{PREFIX}{entry['id']}": {
            "text": entry["confidence"],
            "value": entry["confidence"],
            "low": None,
            "high": None,
            "description": (
                f"Confidence from {entry['evidence']} evidence and {entry['agreement']} agreement. "
                f"{means[entry['confidence']]} The conclusion: {entry['conclusion']}"
            ),
            "sql": None,
            "href": f"/executive-summary#conclusion-{entry['id']}",
        }
        for entry in conclusions
    }
