"""The register of assumptions, data/reference/cost_assumptions.yaml, and draws from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

FILE = "cost_assumptions.yaml"
ASSUMED = "ASSUMED"

Settings = dict[str, float | NDArray[np.float64]]
"""A value, or one value a draw, for each assumption by its id."""


@dataclass(frozen=True)
class Assumption:
    """One entry of the register.

    Args:
        id: Name in the model.
        part: Part of the model that uses it.
        label: Its short name, for a figure.
        what: What it is, for a reader.
        unit: Unit of its values.
        distribution: fixed, triangular, pert, uniform or loguniform.
        mode: The value at which it stands while another one is moved.
        low: Smallest value; the mode if fixed.
        high: Largest value; the mode if fixed.
        source: "ASSUMED", or the table and the row.
        page_url: The publisher's page; blank if assumed.
        quality: A (published for this purpose) to D (assumed without a source).
        reason: Why these values.
    """

    id: str
    part: str
    label: str
    what: str
    unit: str
    distribution: str
    mode: float
    low: float
    high: float
    source: str
    page_url: str
    quality: str
    reason: str

    @property
    def fixed(self) -> bool:
        """Whether it is not drawn."""
        return self.distribution == "fixed"

    def frozen(self) -> stats._distn_infrastructure.rv_frozen:
        """Its distribution, of scipy; PERT is the beta distribution with a mean of (low + 4 mode + high) / 6.

        Example:
            >>> one = Assumption("a", "", "", "", "", "pert", 2, 1, 9, "", "", "D", "")
            >>> float(one.frozen().mean())  # (1 + 4 * 2 + 9) / 6
            3.0

        Source: Malcolm and others (1959), https://doi.org/10.1287/opre.7.5.646.
        """
        low, span = self.low, self.high - self.low
        share = (self.mode - low) / span
        match self.distribution:
            case "triangular":
                return stats.triang(share, low, span)
            case "pert":
                return stats.beta(1 + 4 * share, 5 - 4 * share, low, span)
            case "uniform":
                return stats.uniform(low, span)
            case "loguniform":
                return stats.loguniform(low, self.high)
        raise ValueError(f"{self.distribution} is not drawn")


def read_assumptions(paths: Paths) -> list[Assumption]:
    """Read the register.

    Raises:
        RecordError: naming the entry, if a key is wrong, its values are not in order, an id stands twice, or
            the row that it names has another page.
    """
    schema = paths.reference / "schemas" / "cost_assumptions.schema.json"
    entries = read_document(paths.reference / FILE, schema)
    named = {entry["source"]["table"] for entry in entries if entry["source"] != ASSUMED}
    tables = {name: read_table(paths.clean / f"{name}.csv") for name in sorted(named)}
    found = [_assumption(entry, tables) for entry in entries]
    names = [one.id for one in found]
    for number, one in enumerate(found, start=1):
        if names.count(one.id) > 1:
            raise RecordError(FILE, "id stands twice", row=number, value=one.id, next_step="rename one")
        if not one.fixed and not (one.low <= one.mode <= one.high and one.low < one.high):
            values = f"{one.low}, {one.mode}, {one.high}"
            raise RecordError(
                FILE,
                "low, mode and high are not in order",
                row=one.id,
                value=values,
                next_step="correct them",
            )
        if one.distribution == "loguniform" and one.low <= 0:
            raise RecordError(
                FILE, "loguniform needs a low above 0", row=one.id, value=one.low, next_step="use uniform"
            )
    return found


def _assumption(entry: dict, tables: dict[str, pd.DataFrame]) -> Assumption:
    source = entry["source"]
    assumed = source == ASSUMED
    page_url = "" if assumed else _checked_page(entry["id"], source, tables[source["table"]])
    name = ASSUMED if assumed else f"{source['table']} row {source['row']}"
    ends = {end: entry.get(end, entry["mode"]) for end in ("low", "high")}
    return Assumption(**(entry | ends | {"source": name, "page_url": page_url}))


def _checked_page(name: str, source: dict, table: pd.DataFrame) -> str:
    """The page of the row that an assumption names, which must be the one printed beside it."""
    rows = table.loc[table["source_row"] == source["row"], "page_url"]
    if list(rows) != [source["page_url"]]:
        raise RecordError(
            FILE,
            f"row {source['row']} of {source['table']}.csv has another page",
            row=name,
            value=source["page_url"],
            next_step="name the row that was used, with its page_url",
        )
    return source["page_url"]


def at_mode(assumptions: Sequence[Assumption]) -> Settings:
    """Every assumption at its mode."""
    return {one.id: float(one.mode) for one in assumptions}


def at_quantiles(assumptions: Sequence[Assumption], quantiles: NDArray[np.float64]) -> Settings:
    """Settings for given quantiles of every assumption that is drawn.

    Args:
        assumptions: The register.
        quantiles: 0 to 1; one row for each assumption that is not fixed, in order; one column a draw.
    """
    drawn = [one for one in assumptions if not one.fixed]
    values = {one.id: one.frozen().ppf(row) for one, row in zip(drawn, quantiles, strict=True)}
    return at_mode(assumptions) | values


def draw(assumptions: Sequence[Assumption], draws: int, seed: int) -> Settings:
    """Independent draws of every assumption that is not fixed; the same for every option: common numbers."""
    random = np.random.default_rng(seed)
    drawn = {one.id: one.frozen().rvs(draws, random_state=random) for one in assumptions if not one.fixed}
    return at_mode(assumptions) | drawn


def as_table(assumptions: Sequence[Assumption]) -> pd.DataFrame:
    """The register as a table, one row an assumption."""
    table = pd.DataFrame([vars(one) for one in assumptions])
    return table.rename(columns={"id": "assumption"})
