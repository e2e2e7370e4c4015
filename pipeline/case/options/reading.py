"""Read the scores of the options, and refuse those whose evidence cannot be found."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml
from pipeline.core.paths import Paths
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

FILE = "options.yaml"
NOT_LOOKED_UP = "chapter:"  # the build checks links between pages
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Perspective:
    """Who puts which criteria first.

    Args:
        id: Key.
        name: For a reader.
        tiers: Positions of criteria; none of a lower tier outweighs one of a higher.
    """

    id: str
    name: str
    tiers: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Model:
    """Options, criteria and the range of every score.

    Args:
        options: Ids, in the order of the file.
        names: Names of the options for a reader.
        shorts: The same in one word or two.
        criteria: Ids.
        criterion_names: Names of the criteria for a reader.
        low: Lowest scores, 0 to 100: (options, criteria).
        high: Highest, likewise.
        quality: recorded, reported or judged: (options, criteria).
        idle: Whether a score is earned only because nothing happens: (options, criteria).
        perspectives: Who puts what first.
        method: Seed, draws and limits of the weights.
    """

    options: tuple[str, ...]
    names: tuple[str, ...]
    shorts: tuple[str, ...]
    criteria: tuple[str, ...]
    criterion_names: tuple[str, ...]
    low: Array
    high: Array
    quality: NDArray[np.str_]
    idle: NDArray[np.bool_]
    perspectives: tuple[Perspective, ...]
    method: dict[str, Any]

    @property
    def mid(self) -> Array:
        """Middle of every range."""
        return (self.low + self.high) / 2

    def scored(self, low: Array, high: Array) -> "Model":
        """The same model with other ranges."""
        return replace(self, low=low, high=high)


def read_model(paths: Paths) -> tuple[Model, dict[str, Any]]:
    """Read the options; return the model, and the document as written for the words in it.

    Raises:
        RecordError: if the file breaks its schema, scores a pair twice or not at all, has a range upside
            down, names an unknown option or criterion, or rests on evidence that is not there.
    """
    document = read_document(
        paths.reference / FILE, paths.reference / "schemas" / FILE.replace(".yaml", ".schema.json")
    )
    model = build_model(document)
    check_evidence(document["scores"], known_evidence(paths))
    return model, document


def build_model(document: dict[str, Any]) -> Model:
    """Arrange a document that satisfies the schema as arrays; errors as in `read_model`."""
    options = [entry["id"] for entry in document["options"]]
    criteria = [entry["id"] for entry in document["criteria"]]
    for what, ids in (("option", options), ("criterion", criteria)):
        if len(set(ids)) < len(ids):
            raise RecordError(FILE, f"the same {what} twice", value=ids, next_step="remove one")
    shape = (len(options), len(criteria))
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    quality, idle = np.full(shape, "judged", dtype="<U8"), np.zeros(shape, dtype=bool)
    for number, entry in enumerate(document["scores"], start=1):
        place = (_position(entry, "option", options), _position(entry, "criterion", criteria))
        if not np.isnan(low[place]) or entry["low"] > entry["high"]:
            problem = "scored twice" if not np.isnan(low[place]) else "low above high"
            raise RecordError(
                FILE, problem, row=f"scores {number}", value=_pair(entry), next_step="correct the entry"
            )
        low[place], high[place] = entry["low"], entry["high"]
        quality[place], idle[place] = entry["quality"], entry.get("idle", False)
    if np.isnan(low).any():
        gap = [f"{options[i]} on {criteria[k]}" for i, k in np.argwhere(np.isnan(low))]
        raise RecordError(FILE, "no score", value=", ".join(gap), next_step="add an entry under scores")
    method = document["method"]
    return Model(
        tuple(options),
        tuple(entry["name"] for entry in document["options"]),
        tuple(entry["short"] for entry in document["options"]),
        tuple(criteria),
        tuple(entry["name"] for entry in document["criteria"]),
        low,
        high,
        quality,
        idle,
        tuple(_perspective(entry, criteria) for entry in method["perspectives"]),
        {key: value for key, value in method.items() if key != "perspectives"},
    )


def known_evidence(paths: Paths) -> set[str]:
    """Every name that a score may point at: claims, counter-evidence, rows, values."""
    counter = read_table(paths.clean / "counter_evidence.csv")["item_id"]
    timeline = read_table(paths.clean / "policy_timeline.csv")["source_row"]
    costs = read_table(paths.clean / "costs.csv")["source_row"]
    stated = read_table(paths.clean / "stated_claims.csv")["claim_id"]
    ledger = [entry["id"] for entry in read_yaml(paths.reference / "claims.yaml")]
    values = [f"value:{entry['key']}" for entry in read_yaml(paths.reference / "values.yaml")]
    rows = {f"timeline-{row}" for row in timeline} | {f"costs-{row}" for row in costs}
    return {*counter, *stated, *ledger, *values, *rows}


def check_evidence(scores: list[dict[str, Any]], known: set[str]) -> None:
    """Refuse evidence that is nowhere to be found.

    Raises:
        RecordError: naming the score and the pointer.
    """
    for number, entry in enumerate(scores, start=1):
        for pointer in entry["evidence"]:
            if not pointer.startswith(NOT_LOOKED_UP) and pointer not in known:
                raise RecordError(
                    FILE,
                    f"{_pair(entry)}: no such evidence",
                    row=f"scores {number}",
                    value=pointer,
                    next_step="correct the pointer, or collect the evidence first",
                )


def _perspective(entry: dict[str, Any], criteria: list[str]) -> Perspective:
    named = [name for tier in entry["tiers"] for name in tier]
    if sorted(named) != sorted(criteria):
        wrong = set(named) ^ set(criteria) or {name for name in named if named.count(name) > 1}
        raise RecordError(
            FILE,
            f"perspective {entry['id']} must name every criterion once",
            value=", ".join(sorted(wrong)),
            next_step="correct its tiers",
        )
    tiers = tuple(tuple(criteria.index(name) for name in tier) for tier in entry["tiers"])
    return Perspective(entry["id"], entry["name"], tiers)


def _position(entry: dict[str, Any], what: str, known: list[str]) -> int:
    if entry[what] not in known:
        raise RecordError(
            FILE, f"unknown {what}", value=entry[what], next_step=f"use one of {', '.join(known)}"
        )
    return known.index(entry[what])


def _pair(entry: dict[str, Any]) -> str:
    return f"{entry['option']} on {entry['criterion']}"
