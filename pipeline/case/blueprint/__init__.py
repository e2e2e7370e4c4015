"""The blueprint, element by element: national control, coordination, local autonomy, legal certainty.

Each element is put as a question that the record might answer; tests, rules and typed verdicts stand in
data/reference/blueprint.yaml.
"""

from dataclasses import asdict
from typing import Any

import pandas as pd

from pipeline.case.blueprint import (
    breaks,
    events,
    learning,
    lists,
    policies,
    records,
    sites,
    transfer,
    verdicts,
)
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.power import trials_needed
from pipeline.measures.tables import read_deployments
from pipeline.schemas.tables import read_table

SITE_THRESHOLDS = (0.60, 0.64)  # those with enough of the Met's rows; the last is the one judged
FOUND, TWO_POINTS_LESS = 0.89, 0.87  # share of listed people found in the laboratory, and two points fewer


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """Compute the tables of the chapter, blueprint_*.

    Args:
        paths: Of the project; clean and reference tables are read.
        params: The coverage of every interval is used.

    Raises:
        RecordError: if a typed verdict differs from the computed one, or an input is wrong.
    """
    # Load
    confidence = params.confidence
    rules = verdicts.read_blueprint(paths)
    deployments = read_deployments(paths.clean, None)
    reported = read_table(paths.clean / "reported_deployments.csv")
    totals = read_table(paths.clean / "published_totals.csv")
    timeline = read_table(paths.clean / "policy_timeline.csv")
    forces = pd.read_csv(paths.reference / "forces.csv")
    coded = [
        policies.read_coding(paths.reference / f"{name}.csv", forces["force_id"].tolist())
        for name in ("policies", "policies_second")
    ]

    # Process
    made = {
        "ratios": transfer.ratios(deployments, totals, rules["transfer"], confidence),
        "needed": transfer.needed(deployments, rules["transfer"], confidence),
        "trials": _trials(forces),
        "fields": records.completeness(deployments, reported, totals, forces),
        "pooling": records.pooling(deployments, totals, rules["transfer"], confidence),
    }
    made["completeness"] = records.by_force(made["fields"])
    rows = learning.numbered(deployments, reported, rules["learning"]["before"])
    made["starts"] = learning.starts(rows, rules["learning"], confidence)
    made["plain_starts"] = learning.plain(rows, rules["learning"], confidence)
    made["sites"] = _sites(deployments, confidence)
    made["lists"] = lists.marginal_yield(deployments, confidence)
    made["siting"] = lists.siting(rules["siting"], confidence)
    when = rules["events"]
    trials = float(totals.set_index("total_id")["value"][when["trials"]])
    months = made["months"] = events.by_month(deployments, when)
    made["judgment"] = events.first_judgment(months, trials, when, confidence)
    last_row = deployments.loc[deployments["force_id"] == "metropolitan", "date"].max()
    made["second_judgment"] = events.second_judgment(months, last_row, when)
    made["breaks"] = breaks.placebos(months, timeline, when, confidence)
    made["placebos"] = breaks.summary(made["breaks"])
    made["series"] = _series(months, made["breaks"])
    cells = made["policy_cells"] = policies.compare(*coded, rules["policies"]["alike"])
    made["policy_agreement"] = policies.agreement(cells, confidence)
    made["policies"] = policies.differences(cells)
    made["tests"] = verdicts.judge(rules, _numbers(made))
    made["elements"] = verdicts.judge_elements(rules, made["tests"])
    return {f"blueprint_{name}": table for name, table in made.items()}


def _trials(forces: pd.DataFrame) -> pd.DataFrame:
    """Independent passes a group that tell two shares found two points apart, once and force by force."""
    each = trials_needed(FOUND, TWO_POINTS_LESS)
    territorial = int(((forces["kind"] == "territorial") & forces["nation"].isin(["England", "Wales"])).sum())
    return pd.DataFrame(
        [{"passes_a_group": each, "forces": territorial, "passes_in_all": each * territorial}]
    )


def _sites(deployments: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Where the variation in arrests an hour lies, a row a threshold."""
    table = []
    for threshold in SITE_THRESHOLDS:
        counts, rows = sites.select(deployments, threshold)
        visits = rows.groupby("place").size()
        table.append(
            {
                "threshold": f"{threshold:.2f}",
                "rows": len(rows),
                "places": len(visits),
                "places_twice": int((visits > 1).sum()),
                "arrests": counts.arrests.sum(),
                "hours": counts.hours.sum(),
            }
            | asdict(sites.fit(counts, confidence))
        )
    return pd.DataFrame(table)


def _series(months: pd.DataFrame, scanned: pd.DataFrame) -> pd.DataFrame:
    """Each month's deployments, with the jump in level of a break there, where one was fitted."""
    everything = scanned[scanned["series"] == "all"].drop(columns="series")
    named = months.assign(month=months["month"].dt.strftime("%Y-%m"))
    return named.merge(everything, on="month", how="left")


def _numbers(made: dict[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """What each test is judged by; an empty entry where the record gives nothing to judge."""
    ratios = made["ratios"].set_index("id")
    others = made["completeness"].set_index("force_id").loc["others"]
    pooled = made["pooling"].set_index(["measure", "who"]).loc[("false_alerts_per_alert", "with others")]
    starts = made["starts"]
    site = made["sites"].iloc[-1]
    listed = made["lists"].set_index("model").loc["a level for each threshold, with time"]
    judgment = made["judgment"].iloc[-1]
    policy = made["policies"]
    placebo = made["placebos"].iloc[0]

    def ratio(name: str) -> dict[str, float]:
        row = ratios.loc[name]
        return {
            "value": row["ratio"],
            "low": row["low"],
            "high": row["high"],
            "events": row["false_alerts"] + row["reference_false_alerts"],
            "rows": row["alerts"],
        }

    return {
        "one-test-serves": ratio("together"),
        "one-camera-like-another": ratio("fixed_cameras"),
        "records-have-gaps": {"value": others["share"], "rows": others["deployments"]},
        "pooling-narrows": {"value": pooled["narrower"], "events": pooled["numerator"]},
        "late-start-further-along": {
            "value": starts["start"].iloc[0],
            "low": starts["start_low"].min(),
            "high": starts["start_high"].max(),
            "events": starts["late_arrests"].min(),
            "rows": starts["late_rows"].min(),
        },
        "sites-differ": {
            "value": site["between_sites"],
            "low": site["low"],
            "high": site["high"],
            "events": site["arrests"],
            "rows": site["rows"],
        },
        "longer-lists-yield": {
            "value": listed["ratio"],
            "low": listed["low"],
            "high": listed["high"],
            "events": listed["arrests"],
            "rows": listed["rows"],
        },
        "sited-by-crime": {},
        "judgment-cut-use": {
            "value": judgment["ratio"],
            "low": judgment["low"],
            "high": judgment["high"],
            "events": judgment["events"],
        },
        "judgment-raised-use": {"rows": made["second_judgment"]["days_after"].iloc[0]},
        "policies-differ": {"value": policy["differ"].sum(), "rows": policy["comparable"].sum()},
        "method-tells-dates-apart": {"value": placebo["share"], "rows": placebo["dates"]},
    }
