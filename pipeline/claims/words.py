"""Words kept by hand that name their numbers: {key} is a derived value, {HO04} a recomputed claim."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.claims.reference import find

PLACEHOLDER = re.compile(r"\{(.*?)\}")
CLAIM = re.compile(r"[A-Z]{2}\d{2,}")


@dataclass(frozen=True)
class Numbers:
    """The numbers that words may use.

    Args:
        values: Evaluated derived values, by key.
        claims: Judged claims, by id.
    """

    values: dict[str, dict[str, Any]]
    claims: dict[str, dict[str, Any]]

    def fill(self, words: str, place: str) -> str:
        """Put the numbers in the place of their names.

        Args:
            words: Text with names in braces.
            place: File and entry, for the message.

        Raises:
            RecordError: for a name that is neither a value nor a claim.

        Example:
            >>> numbers = Numbers({"arrests": {"text": "962"}}, {"HO04": {"text": "575"}})
            >>> numbers.fill("{arrests} or {HO04}", "a file")
            '962 or 575'
        """
        return PLACEHOLDER.sub(lambda name: self._one(name[1], place)["text"], words).strip()

    def of_values(self, names: Iterable[str], place: str) -> list[dict[str, str]]:
        """Key, text and description of values, each once and in order; names of claims are passed over."""
        found = {name: find(self.values, name, place) for name in names if not CLAIM.fullmatch(name)}
        return [
            {"key": key, "text": value["text"], "description": value["description"]}
            for key, value in found.items()
        ]

    def of_claims(self, names: Iterable[str], place: str) -> list[dict[str, str]]:
        """Id, verdict, wording and recomputed text of claims, each once, in order; keys are passed over."""
        found = {name: find(self.claims, name, place) for name in names if CLAIM.fullmatch(name)}
        return [
            {field: claim[field] for field in ("id", "verdict", "claim", "text")} for claim in found.values()
        ]

    def _one(self, name: str, place: str) -> dict[str, Any]:
        return find(self.claims if CLAIM.fullmatch(name) else self.values, name, place)


def names_in(*words: str) -> list[str]:
    """Names in braces, in order.

    Example:
        >>> names_in("{a} and {HO04}", "{a}")
        ['a', 'HO04', 'a']
    """
    return [name for text in words for name in PLACEHOLDER.findall(text)]
