"""The blueprint in its chapter: the scorecard, and an element's evidence for and against."""

import re
from urllib.parse import urlsplit

import pandas as pd

from pipeline.chapters.linked import Link
from pipeline.chapters.tables import load
from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, read_yaml
from pipeline.core.paths import Paths, find_root

ADDRESS = "/headline-claims#claim-"  # of a claim's card
CARD = "/executive-summary#conclusion-"  # of a conclusion's card
SIDES = ("for", "against")
PLACEHOLDER = re.compile(r"\{([a-z0-9][a-z0-9-]*)\}")


def scorecard() -> pd.DataFrame:
    """A row an element: question, verdict, how its deciding tests came out, confidence in the conclusion."""
    values = _values()
    return pd.DataFrame(
        {
            "element": row["name"],
            "question": row["question"],
            "verdict": row["verdict"],
            "deciding tests": _tests(row),
            "confidence": Link(values[f"confidence-{row['conclusion']}"]["text"], CARD + row["conclusion"]),
        }
        for row in load("blueprint_elements").to_dict("records")
    )


def _tests(row: dict) -> str:
    counts = ((row[name.replace(" ", "_")], name) for name in ("supported", "undecided", "not supported"))
    return ", ".join(f"{count} {name}" for count, name in counts if count)


def tests() -> pd.DataFrame:
    """A row a test: its element, what would be supported, the number with its interval, the verdict."""
    rows = load("blueprint_tests")
    names = load("blueprint_elements").set_index("element")["name"]
    return pd.DataFrame(
        {
            "element": rows["element"].map(names).str.split(",").str[0],
            "what would be supported": rows["says"],
            "result": [_result(row) for row in rows.itertuples()],
            "verdict": rows["verdict"],
            "decides": rows["deciding"].map({True: "yes", False: "no"}),
        }
    )


def _result(row: tuple) -> str:
    if pd.isna(row.value):
        return "not computable"
    return f"{row.value:.2f}" + ("" if pd.isna(row.low) else f" ({row.low:.2f} to {row.high:,.2f})")


def evidence(element: str) -> pd.DataFrame:
    """A row a piece of evidence, on which side it stands and what it rests on.

    Raises:
        RecordError: if there is no such element, or its words name a value that does not exist.
    """
    written = _element(element)
    items = load("counter_evidence").set_index("item_id")["page_url"]
    values = _values()

    def rests_on(one: dict) -> tuple[Link, ...]:
        claims = [Link(f"claim {name}", ADDRESS + name.lower()) for name in one.get("claims", [])]
        pages = [Link(urlsplit(page).netloc.removeprefix("www."), page) for page in one.get("pages", [])]
        return (*(Link(name, items[name]) for name in one.get("items", [])), *claims, *pages)

    return pd.DataFrame(
        {"": side, "evidence": _filled(one["words"], values), "rests on": rests_on(one)}
        for side in SIDES
        for one in written[side]
    )


def unknown(element: str) -> pd.DataFrame:
    """What nobody published that would bear on an element, a row each."""
    values = _values()
    return pd.DataFrame(
        {"not published, or not found": [_filled(one, values) for one in _element(element)["unknown"]]}
    )


def verdict_words() -> pd.DataFrame:
    """The three verdicts, each with what it means."""
    return pd.DataFrame(_document()["verdicts"].items(), columns=["verdict", "what it means"])


def _document() -> dict:
    return read_yaml(Paths(find_root()).reference / "blueprint.yaml")


def _element(name: str) -> dict:
    elements = {one["id"]: one for one in _document()["elements"]}
    if name not in elements:
        raise RecordError(
            "blueprint.yaml", "no such element", value=name, next_step=f"use one of {', '.join(elements)}"
        )
    return elements[name]


def _values() -> dict:
    return read_json(find_root() / "data" / "derived" / "values.json")


def _filled(words: str, values: dict) -> str:
    def text(match) -> str:
        if match[1] not in values:
            raise RecordError(
                "blueprint.yaml", "unknown value", value=match[1], next_step="define it in values.yaml"
            )
        return values[match[1]]["text"]

    return PLACEHOLDER.sub(text, words)
