"""One page a force, from one notebook: what is on record of the force, and the words that stand in its prose.

The notebook's prose holds `{{ name }}` and `{{ answer }}`; a cell tagged `needs:totals` stays only on the
page of a force that has totals. So a force of which little is known gets a short page, not empty tables.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, read_text_table
from pipeline.core.paths import Paths, find_root
from pipeline.measures.tables import MET
from pipeline.national.contradictions import contradictions, side_by_side
from pipeline.schemas.tables import read_table

SOURCE = "force"  # the notebook from which every page is made
FOLDER = "forces"  # where the pages lie among the chapters
MANY = 40  # rows; a longer record is summed by year
PLACEHOLDER = re.compile(r"\{\{ *(\w+) *\}\}")
NEEDS = "needs:"
TABLES = ("deployments", "reported_deployments", "published_totals", "rollout", "stated_claims")


@dataclass(frozen=True)
class Record:
    """The tables from which the pages are made.

    Args:
        forces: forces.csv, by force_id.
        tables: The clean tables named in `TABLES`, typed, missing text being the empty string.
        judged: The entries of claims.json by id.
    """

    forces: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    judged: Mapping[str, dict]

    @cached_property
    def on_record(self) -> list[str]:
        """Ids of the forces that get a page: those with any row in any table; in alphabetical order."""
        named = [table["force_id"] for name, table in self.tables.items() if name != "stated_claims"]
        return sorted(set(pd.concat(named)) & set(self.forces.index))


def read_record(paths: Paths | None = None) -> Record:
    """Read what the pages are made of.

    Raises:
        RecordError: if a table is missing or does not keep its contract.
    """
    paths = paths or Paths(find_root())
    tables = {name: read_table(paths.clean / f"{name}.csv") for name in TABLES}
    judged = {claim["id"]: claim for claim in read_json(paths.derived / "claims.json")}
    return Record(read_text_table(paths.reference / "forces.csv").set_index("force_id"), tables, judged)


@dataclass(frozen=True)
class Force:
    """What is on record of one force: its rows of each table.

    Args:
        force_id: Key into forces.csv.
        record: The tables of all forces.
    """

    force_id: str
    record: Record

    def __post_init__(self) -> None:
        if self.force_id not in self.record.on_record:
            known = ", ".join(self.record.on_record)
            raise RecordError("forces", "nothing on record", value=self.force_id, next_step=f"known: {known}")

    @property
    def name(self) -> str:
        return self.record.forces.at[self.force_id, "name"]

    def rows(self, table: str) -> pd.DataFrame:
        """The force's rows of a clean table, in its order."""
        whole = self.record.tables[table]
        return whole[whole["force_id"] == self.force_id].reset_index(drop=True)

    @cached_property
    def rollout(self) -> pd.Series | None:
        """What is stated of its equipment; None if nothing is."""
        rows = self.rows("rollout")
        return None if rows.empty else rows.iloc[0]

    @cached_property
    def further(self) -> pd.DataFrame:
        """Published rows that show use, and are not counted as deployments."""
        rows = self.rows("reported_deployments")
        return rows[(rows["deployment_id"] == "") & (rows["kind"] != "announcement")]

    @cached_property
    def announced(self) -> pd.DataFrame:
        rows = self.rows("reported_deployments")
        return rows[rows["kind"] == "announcement"]

    @cached_property
    def shown(self) -> pd.DataFrame:
        """All rows that show use: those counted, and those that are not."""
        return pd.concat([self.rows("deployments"), self.further], ignore_index=True)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """Headline claims about this force, alone or among others that are named."""
        claims = self.record.tables["stated_claims"]
        return (
            claims[[self.force_id in scope.split(";") for scope in claims["scope"]]]
            if len(claims)
            else claims
        )

    @cached_property
    def contradictions(self) -> pd.DataFrame:
        return contradictions(self.rows("published_totals"), self.rows("reported_deployments"))

    @cached_property
    def topics(self) -> dict[str, bool]:
        """The names that a cell's `needs:` tag may give, and whether there is anything to tell under each."""
        totals = self.rows("published_totals")
        return {
            "equipment": self.rollout is not None,
            "published": any(map(len, (self.shown, self.announced, totals))),
            "chapters": self.force_id == MET,
            "years": len(self.rows("deployments")) > MANY,
            "reports": len(self.rows("reported_deployments")) > 0,
            "totals": len(totals) > 0,
            "periods": len(side_by_side(totals)) > 0,
            "claims": len(self.claims) > 0,
            "picture": len(self.shown) + len(self.announced) > 0,
            "missing": len(self.shown) > 0,
            "contradictions": len(self.contradictions) > 0,
        }


def address(force_id: str) -> str:
    """Name of a force's page, without ending.

    Example:
        >>> address("greater_manchester")
        'greater-manchester'
    """
    return force_id.replace("_", "-")


def fill(
    source: NotebookNode, page_name: str, words: Mapping[str, str], topics: Mapping[str, bool]
) -> NotebookNode:
    """Return the notebook of one page.

    Args:
        source: The notebook of all pages.
        page_name: Name of the page, with which its cells' ids begin: an id may occur once in the book.
        words: Markdown for each `{{ placeholder }}` of the prose; whoever calls has made outside text inert.
        topics: Whether there is anything to tell under each name that a `needs:` tag may give; a cell that
            needs what is not there is left out.

    Raises:
        RecordError: for a placeholder or a topic that nobody knows.
    """
    page = deepcopy(source)
    page.cells = [cell for cell in page.cells if all(_known(need, topics) for need in _needs(cell))]
    for cell in page.cells:
        cell.id = f"{page_name}-{cell.id.removeprefix(f'{SOURCE}-')}"
        if cell.cell_type == "markdown":
            cell.source = PLACEHOLDER.sub(lambda found: _known(found[1], words), cell.source)
        kept = [tag for tag in cell.metadata.pop("tags", []) if not tag.startswith(NEEDS)]
        if kept:
            cell.metadata["tags"] = kept
    return page


def _needs(cell: NotebookNode) -> list[str]:
    tags = cell.metadata.get("tags", [])
    return [tag.removeprefix(NEEDS) for tag in tags if tag.startswith(NEEDS)]


def _known(name: str, values: Mapping[str, Any]) -> Any:
    if name not in values:
        known = ", ".join(sorted(values))
        raise RecordError(
            f"{SOURCE}.ipynb", "unknown name in a cell", value=name, next_step=f"known: {known}"
        )
    return values[name]
