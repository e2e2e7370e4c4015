"""The strongest objections, each with its reply, its numbers and the collected items behind it."""

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.claims.reference import find, read_unique
from pipeline.claims.words import Numbers, names_in
from pipeline.core.errors import RecordError

FILE = "objections.yaml"
TARGETS = ("recognition", "coordination", "report")
STATES = ("stands", "partly", "answered")  # the strongest first
WORDS = ("title", "objection", "reply", "conclude", "would_change")


def read_objections(path: Path) -> list[dict[str, Any]]:
    """Read objections.yaml, which must stand in the order of strength: what stands comes first.

    Raises:
        RecordError: for invalid YAML, an unknown key or word, an id used twice, or an entry out of order.
    """
    entries = read_unique(path, "id")
    ranks = [(TARGETS.index(entry["to"]), STATES.index(entry["state"])) for entry in entries]
    for before, after, entry in zip(ranks, ranks[1:], entries[1:], strict=False):
        if after < before:
            raise RecordError(
                path.name,
                "out of order: by what is objected to, and within it what stands, partly, answered",
                row=entry["id"],
                value=entry["state"],
                next_step="move the entry",
            )
    return entries


def answer(entries: list[dict[str, Any]], collected: pd.DataFrame, numbers: Numbers) -> list[dict[str, Any]]:
    """Fill the words of every objection and attach its numbers, claims and collected items.

    Args:
        entries: As `read_objections` returns them.
        collected: The table counter_evidence; needs item_id, side, claim, year, page_url and trust.
        numbers: Derived values and judged claims.

    Returns:
        In the order of the file: id, to, state, pages, the words filled in, numbers, claims, and items
        (item_id, side, claim, year, page_url, trust).

    Raises:
        RecordError: naming the objection, for a key, claim or item that does not exist.
    """
    fields = ["item_id", "side", "claim", "year", "page_url", "trust"]
    known = {row["item_id"]: row for row in collected[fields].to_dict("records")}
    return [_answer(entry, known, numbers) for entry in entries]


def _answer(entry: dict[str, Any], known: dict[str, dict], numbers: Numbers) -> dict[str, Any]:
    place = f"{FILE} row {entry['id']}"
    used = names_in(*(entry[word] for word in WORDS))
    return {
        "id": entry["id"],
        "to": entry["to"],
        "state": entry["state"],
        "pages": entry["pages"],
        **{word: numbers.fill(entry[word], place) for word in WORDS},
        "numbers": numbers.of_values(used, place),
        "claims": numbers.of_claims([*entry["claims"], *used], place),
        "items": [find(known, name, place) for name in entry["items"]],
    }
