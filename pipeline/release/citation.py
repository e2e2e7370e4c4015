"""How the record is cited, read from CITATION.cff: the one place of title, version, date and licence."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml

LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
}
"""SPDX name -> title and address."""


@dataclass(frozen=True)
class Citation:
    """What CITATION.cff says of this edition.

    Args:
        title: Title of the record.
        version: Semantic version, three whole numbers joined by dots.
        released: Day of the release.
        licence: SPDX name, a key of LICENCES.
        authors: Names, in order.
        keywords: In order.
    """

    title: str
    version: str
    released: date
    licence: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]

    @property
    def words(self) -> str:
        """The citation as one sentence.

        Example:
            >>> Citation("A Record", "0.3.0", date(2026, 11, 2), "CC-BY-4.0", ("A Body",), ()).words
            'A Body. A Record. Version 0.3.0, 2 November 2026.'
        """
        day = f"{self.released.day} {self.released:%B %Y}"
        return f"{', '.join(self.authors)}. {self.title}. Version {self.version}, {day}."


def read_citation(path: Path) -> Citation:
    """Read CITATION.cff.

    Raises:
        RecordError: if a field is missing, the version is not semantic or the licence is not known here.
    """
    content = read_yaml(path)
    try:
        citation = Citation(
            title=content["title"],
            version=str(content["version"]),
            released=content["date-released"],
            licence=content["license"],
            authors=tuple(author["name"] for author in content["authors"]),
            keywords=tuple(content["keywords"]),
        )
    except (KeyError, TypeError) as error:
        raise RecordError(path.name, "a field is missing", value=error.args[0], next_step="add it") from error
    for value, is_right, step in (
        (citation.version, bool(re.fullmatch(r"\d+\.\d+\.\d+", citation.version)), "write it as in 1.2.3"),
        (citation.released, type(citation.released) is date, "write the day as YYYY-MM-DD, without quotes"),
        (citation.licence, citation.licence in LICENCES, "add it to pipeline/release/citation.py"),
    ):
        if not is_right:
            raise RecordError(path.name, "not usable", value=value, next_step=step)
    return citation
