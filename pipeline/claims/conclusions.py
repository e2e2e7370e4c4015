"""What the chapters conclude: its numbers, its counter-argument and a computed confidence."""

import re
from pathlib import Path
from typing import Any

from pipeline.claims.reference import find, read_unique
from pipeline.core.errors import RecordError
from pipeline.schemas.documents import read_document

FILE = "conclusions.yaml"
SCALE = "confidence.yaml"
PREFIX = "confidence-"  # of the value that says in prose how sure the book is of a conclusion
WORDS = ("conclusion", "against", "would_change")
PLACEHOLDER = re.compile(r"\{(.*?)\}")
CLAIM = re.compile(r"[A-Z]{2}\d{2,}")


def read_scale(path: Path) -> dict[str, Any]:
    """Read confidence.yaml: the words with their meanings, and the table from evidence and agreement.

    Raises:
        RecordError: for an unknown word, a missing combination or a missing meaning.
    """
    return read_document(path, path.parent / "schemas" / "confidence.schema.json")


def read_conclusions(path: Path, chapters: set[str]) -> list[dict[str, Any]]:
    """Read conclusions.yaml.

    Args:
        path: The file.
        chapters: Slugs of the pages in the table of contents.

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
    return entries


def slugs(contents: Any) -> set[str]:
    """Slugs of all pages in the table of contents of book/myst.yml, at any depth.

    Example:
        >>> sorted(slugs([{"file": "chapters/a.ipynb"}, {"children": [{"file": "chapters/b.ipynb"}]}]))
        ['a', 'b']
    """
    found = set()
    for item in contents:
        if "file" in item:
            found.add(Path(item["file"]).stem)
        found |= slugs(item.get("children", []))
    return found


def conclude(
    entries: list[dict[str, Any]],
    scale: dict[str, Any],
    values: dict[str, dict[str, Any]],
    claims: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Fill the words of every conclusion, compute its confidence and attach its numbers and claims.

    Args:
        entries: As `read_conclusions` returns them.
        scale: As `read_scale` returns it.
        values: Evaluated derived values, by key.
        claims: The judged claims.

    Returns:
        In the order of the file: id, chapter, the words with {key} and {HO04} filled in, evidence, agreement,
        confidence (very low to very high), numbers (key, text, description: those listed and those that the
        words use, each once) and claims (id, verdict, claim, text).

    Raises:
        RecordError: naming the conclusion, for a key or claim that does not exist.
    """
    judged = {claim["id"]: claim for claim in claims}
    return [_conclude(entry, scale["scale"], values, judged) for entry in entries]


def _conclude(entry, scale, values, judged) -> dict[str, Any]:
    place = f"{FILE} row {entry['id']}"
    used = [name for word in WORDS for name in PLACEHOLDER.findall(entry[word])]
    keys = dict.fromkeys([*entry["numbers"], *(name for name in used if not CLAIM.fullmatch(name))])
    ids = dict.fromkeys([*entry["claims"], *(name for name in used if CLAIM.fullmatch(name))])
    numbers = {key: find(values, key, place) for key in keys}
    rests_on = {name: find(judged, name, place) for name in ids}
    texts = {name: item["text"] for name, item in (numbers | rests_on).items()}
    return {
        "id": entry["id"],
        "chapter": entry["chapter"],
        **{word: PLACEHOLDER.sub(lambda match: texts[match[1]], entry[word]).strip() for word in WORDS},
        "evidence": entry["evidence"],
        "agreement": entry["agreement"],
        "confidence": scale[entry["evidence"]][entry["agreement"]],
        "numbers": [
            {"key": key, "text": number["text"], "description": number["description"]}
            for key, number in numbers.items()
        ],
        "claims": [
            {field: claim[field] for field in ("id", "verdict", "claim", "text")}
            for claim in rests_on.values()
        ],
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
