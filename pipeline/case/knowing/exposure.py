"""Alerts a year of each force, from what is published: alone, with its region, and nationally."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths
from pipeline.measures.tables import MET, read_deployments
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

DAYS_A_YEAR = 365.25
SETTINGS = "data/reference/knowing.yaml"
MET_SYSTEM = "NEC 0.64"
NATIONAL = {"true_alerts": "OA090", "false_alerts": "OA091"}  # England and Wales, January to September 2025


@dataclass(frozen=True)
class Published:
    """The record and the statements that exposures are worked out from.

    Args:
        met: The Met's deployments with alerts and false alerts printed, in date order.
        totals: published_totals.csv by total_id.
        rows: reported_deployments.csv by report_id.
    """

    met: pd.DataFrame
    totals: pd.DataFrame
    rows: pd.DataFrame

    def count(self, key: str, measure: str) -> float:
        """A count by the id of a total (of whatever measure) or of a row (of this measure).

        Raises:
            RecordError: if there is no such id, or the row does not state the measure.
        """
        if key in self.totals.index:
            return float(self.totals.loc[key, "value"])
        value = self.rows[measure].get(key)
        if value is None or pd.isna(value):
            raise RecordError(
                SETTINGS,
                f"no total or row that states {measure}",
                value=key,
                next_step="use an id of published_totals.csv or reported_deployments.csv with that count",
            )
        return float(value)

    def met_alerts(self, first: str, last: str, measure: str = "alerts") -> float:
        """The Met's alerts, or another count, on the days from `first` to `last`."""
        inside = self.met["date"].between(pd.Timestamp(first), pd.Timestamp(last))
        return float(self.met.loc[inside, measure].sum())

    def national(self, measures: tuple[str, ...] = ("true_alerts", "false_alerts")) -> float:
        """The stated national count of January to September 2025."""
        return sum(self.count(NATIONAL[measure], measure) for measure in measures)


def read_published(paths: Paths) -> Published:
    """Read the clean tables that exposures rest on."""
    met = read_deployments(paths.clean, MET).dropna(subset=["alerts", "false_alerts"])
    return Published(
        met,
        read_table(paths.clean / "published_totals.csv").set_index("total_id"),
        read_table(paths.clean / "reported_deployments.csv").set_index("report_id"),
    )


def read_settings(paths: Paths) -> dict[str, Any]:
    """Read data/reference/knowing.yaml."""
    schemas = paths.reference / "schemas"
    return read_document(paths.reference / "knowing.yaml", schemas / "knowing.schema.json")


def read_regions(paths: Paths) -> dict[str, str]:
    """Region of each force, from data/reference/lookups/police_regions.yaml.

    Raises:
        RecordError: if a territorial force of England and Wales has no region, or two, or is unknown.
    """
    name = "lookups/police_regions.yaml"
    content = read_document(
        paths.reference / name, paths.reference / "schemas" / "lookups_police_regions.schema.json"
    )
    pairs = [(force, entry["region"]) for entry in content for force in entry["forces"]]
    listed = [force for force, _ in pairs]
    forces = pd.read_csv(paths.reference / "forces.csv")
    territorial = set(forces.loc[forces["kind"] == "territorial", "force_id"])
    wrong = {force for force in listed if listed.count(force) > 1} | territorial.symmetric_difference(listed)
    if wrong:
        raise RecordError(
            name,
            "forces without a region, with two, or unknown",
            value=", ".join(sorted(wrong)),
            next_step="list each territorial force of England and Wales once, by its key in forces.csv",
        )
    return dict(pairs)


def van_alerts_a_day(settings: dict[str, Any], published: Published) -> list[float]:
    """Alerts (or true alerts, where only those are stated) a day of each row in `van_rows`."""
    stated = published.rows.loc[settings["van_rows"]]
    alerts = stated["alerts"].fillna(stated["true_alerts"]).astype(float)
    return sorted(alerts / stated["deployments_high"].astype(float))


def exposures(settings: dict[str, Any], published: Published, regions: dict[str, str]) -> pd.DataFrame:
    """Alerts a year of each force with live facial recognition of its own: low, central, high.

    Central is the geometric mean of low and high, which is ASSUMED: it lies as many times above the one as
    below the other. The Met's is its record of the baseline year.

    Returns:
        One row per force or pair of forces that share vans: exposure_id, name, region, system, low, central,
        high (alerts a year), basis.
    """
    year = settings["baseline"]["year"]
    met = published.met_alerts(f"{year}-01-01", f"{year}-12-31")
    rows = [("metropolitan", "Met", regions[MET], MET_SYSTEM, met, met, "its record")]
    day, days = van_alerts_a_day(settings, published), settings["van_days_a_year"]
    for one in settings["exposures"]:
        if one.get("van"):
            low, high = days["low"] * day[0], days["high"] * day[-1]
        else:
            low, high = (_a_year(one[end], published) for end in ("low", "high"))
        basis = "assumed from vans' first days" if one.get("van") else "stated totals"
        rows.append((one["id"], one["name"], regions[one["forces"][0]], one["system"], low, high, basis))
    table = pd.DataFrame(rows, columns=["exposure_id", "name", "region", "system", "low", "high", "basis"])
    table.insert(5, "central", (table["low"] * table["high"]) ** 0.5)
    return table


def _a_year(end: dict[str, str], published: Published) -> float:
    first, last = (date.fromisoformat(end[name]) for name in ("first_day", "last_day"))
    if end["alerts"] == "others":
        alerts = published.national() - published.met_alerts(end["first_day"], end["last_day"])
    else:
        alerts = published.count(end["alerts"], "alerts")
    return alerts * DAYS_A_YEAR / ((last - first).days + 1)


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Add up exposures of one system alone, by region and nationally; another system's do not count.

    Returns:
        One row per exposure and scope (alone, region, national): the columns of `exposures`, `scope`, and
        low, central and high of the scope.
    """
    ends = ["low", "central", "high"]
    scopes = {
        "alone": table[ends],
        "region": table.groupby(["system", "region"])[ends].transform("sum"),
        "national": table.groupby("system")[ends].transform("sum"),
    }
    parts = [table.assign(scope=scope, **added) for scope, added in scopes.items()]
    return pd.concat(parts, ignore_index=True)
