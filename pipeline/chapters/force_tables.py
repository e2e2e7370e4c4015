"""The tables of a force's page, and the list of all forces: published text beside the page it was read on."""

from urllib.parse import urlsplit

import pandas as pd

from pipeline.chapters.force_words import FIELDS, VERDICTS, between, span, when
from pipeline.chapters.forces import Force, Record, address
from pipeline.chapters.linked import Link

STATUS = {
    "own": "equipment of its own",
    "shared_own": "equipment held jointly",
    "shared": "with the help of others",
    "trial_only": "a trial, and no later use found",
    "none": "none, as published",
    "": "nothing found",
}
PRECISION = {"bundled_days": "several days together", "window": "day not stated"}
QUALIFIER = {"exact": "", "at_least": "at least ", "about": "about "}
WHY = {
    "part_exceeds_whole": "the first period lies within the second, and its figure is larger",
    "rows_exceed_total": "single rows within the period add up to more than the total",
    "alerts_do_not_add_up": "true and false alerts do not add up to the alerts",
}


def equipment(force: Force) -> pd.DataFrame:
    """What is stated of a force's equipment, one line a fact; what nobody stated has no line."""
    row = force.rollout
    vans = row["vans_stated"] or ("" if pd.isna(row["vans"]) else f"{row['vans']}")
    facts = {
        "status": STATUS[row["status"]],
        "first use": when(row["first_use"]) if row["first_use"] else "",
        "own equipment since": when(row["own_capability_from"]) if row["own_capability_from"] else "",
        "vendor, as named": row["vendor"],
        "algorithm, as named": row["algorithm"],
        "alert threshold": "" if pd.isna(row["threshold_score"]) else f"{row['threshold_score']:.2f}",
        "vans and cameras": vans,
        "together with": row["joint_with"],
        "paid by": row["funder"],
        "to know": row["note"],
        "read on": _page(row, urlsplit(row["page_url"]).hostname),
        "trust": row["trust"],
    }
    return pd.DataFrame(
        [(name, fact) for name, fact in facts.items() if fact], columns=["fact", "as published"]
    )


def years(force: Force) -> pd.DataFrame:
    """The counted rows of a force by year; a sum to which not every row contributes says how many do."""
    rows = force.rows("deployments")
    groups = rows.groupby(rows["date"].str[:4])
    shown = {"year": list(groups.groups), "deployments": groups.size().map("{:,}".format).to_list()}
    for field in ("faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests"):
        shown[FIELDS[field]] = [_sum(column) for _, column in groups[field]]
    return pd.DataFrame(shown)


def reports(force: Force) -> pd.DataFrame:
    """Every row published about a force outside a table of its own, and whether it is counted."""
    rows = force.rows("reported_deployments")
    table = pd.DataFrame(
        {
            "when": [_days(row) for _, row in rows.iterrows()],
            "where": rows["location"],
            "shows": [_shows(row) for _, row in rows.iterrows()],
            "counted": ["yes" if key else "no" for key in rows["deployment_id"]],
            **{name: _figures(rows, field) for field, name in FIELDS.items()},
            "page": [_page(row) for _, row in rows.iterrows()],
            "trust": rows["trust"],
            "also": [_joined(row["other_outcomes"], row["note"]) for _, row in rows.iterrows()],
        }
    )
    return _without_blank(table)


def totals(force: Force) -> pd.DataFrame:
    """Every total or rate published about a force, as stated, for the period stated."""
    rows = force.rows("published_totals").sort_values(["measure", "subgroup", "first_day", "total_id"])
    table = pd.DataFrame(
        {
            "what": [_joined(_words(row["measure"]), row["subgroup"]) for _, row in rows.iterrows()],
            "period": [_period(row["period_start"], row["period_end"]) for _, row in rows.iterrows()],
            "stated": [_stated(row) for _, row in rows.iterrows()],
            "page": [_page(row) for _, row in rows.iterrows()],
            "trust": rows["trust"],
            "to know": rows["note"],
        }
    )
    return _without_blank(table)


def claims(force: Force) -> pd.DataFrame:
    """Headline claims that concern a force: who says so, what we recomputed, and the verdict."""
    rows = []
    for _, claim in force.claims.iterrows():
        entry = force.record.judged.get(claim["claim_id"])
        card = Link(claim["claim_id"], f"/headline-claims#claim-{claim['claim_id'].lower()}")
        rows.append(
            {
                "claim": card if entry else Link(claim["claim_id"], claim["page_url"]),
                "in our words": entry["claim"] if entry else claim["claim"],
                "stated by": claim["stated_by"],
                "recomputed": entry["text"] if entry else "–",
                "verdict": VERDICTS[entry["verdict"]] if entry else "not judged",
            }
        )
    return pd.DataFrame(rows)


def missing(force: Force) -> pd.DataFrame:
    """For each field of the record, in how many of the force's published rows it is stated."""
    rows = force.shown
    stated = [int(rows[field].notna().sum()) for field in FIELDS]
    shown = [f"{number:,} of {len(rows):,}" if number else "none" for number in stated]
    return pd.DataFrame({"field": list(FIELDS.values()), "rows that state it": shown})


def contradictions(force: Force) -> pd.DataFrame:
    """Pairs of published figures that cannot both be right, each with the page it was read on."""
    reports = force.rows("reported_deployments")
    reports = reports.assign(period_start=reports["first_day"], period_end=reports["last_day"])
    known = pd.concat([force.rows("published_totals").set_index("total_id"), reports.set_index("report_id")])
    rows = []
    for pair in force.contradictions.itertuples():
        parts, whole = known.loc[pair.part_ids.split(";")], known.loc[pair.whole_id]
        pages = {page.address: page for _, row in parts.iterrows() for page in _page(row)[:1]}
        rows.append(
            {
                "of": _words(pair.measure),
                "one figure": f"{pair.part_value:,.0f}",
                "for": _period(parts["period_start"].min(), parts["period_end"].max()),
                "read on": tuple(pages.values()),
                "the other": f"{pair.whole_value:,.0f}",
                "for ": _period(whole["period_start"], whole["period_end"]),
                "read on ": _page(whole),
                "why not both": WHY[pair.kind],
            }
        )
    return pd.DataFrame(rows)


def index(record: Record) -> pd.DataFrame:
    """Every force of the list, with or without a page: its status, and how much was published about it."""
    rows = []
    for force_id, about in record.forces.iterrows():
        force = Force(force_id, record) if force_id in record.on_record else None
        if force is None:
            rows.append({"force": about["name"], "nation": about["nation"], "use": STATUS[""]})
            continue
        capability = force.rollout
        use = STATUS["" if capability is None else capability["status"]]
        first = capability["first_use"] if capability is not None else ""
        low, high = (int(force.further[f"deployments_{end}"].sum()) for end in ("low", "high"))
        rows.append(
            {
                "force": Link(force.name, f"/{address(force_id)}"),
                "nation": about["nation"],
                "use": use,
                "first use": when(first) if first else "–",
                "deployments on known days": f"{len(force.rows('deployments')):,}",
                "further rows stand for": span(low, high) if len(force.further) else "–",
                "totals published": f"{len(force.rows('published_totals')):,}",
                "claims": f"{len(force.claims):,}",
            }
        )
    return pd.DataFrame(rows).fillna("–")


def _page(row: pd.Series, title: str | None = None) -> tuple[Link, ...]:
    """The page on which a row was read and, if that page republishes another, the first publisher's own."""
    first = (Link("first publisher", row["publisher_url"]),) if row["publisher_url"] else ()
    return (Link(title or row["page_title"], row["page_url"]), *first)


def _days(row: pd.Series) -> str:
    if row["date_precision"] == "day":
        return when(row["first_day"])
    if row["date_precision"] in ("month", "year"):
        return when(row["first_day"][: 7 if row["date_precision"] == "month" else 4])
    return f"{between(row['first_day'], row['last_day'])}, {PRECISION[row['date_precision']]}"


def _shows(row: pd.Series) -> str:
    if row["kind"] == "announcement":
        return "a plan"
    low, high = int(row["deployments_low"]), int(row["deployments_high"])
    return f"{span(low, high)} deployment{'' if high == 1 else 's'}"


def _figures(rows: pd.DataFrame, field: str) -> list[str]:
    """One field of the rows as printed; a dash is "not stated"."""
    if field == "watchlist_size":
        ends = zip(rows["watchlist_size"], rows["watchlist_size_max"], strict=True)
        return ["–" if pd.isna(low) else span(low, low if pd.isna(high) else high) for low, high in ends]
    before = rows["faces_qualifier"] if field == "faces_scanned" else [""] * len(rows)
    return [
        "–" if pd.isna(value) else QUALIFIER.get(how, "") + f"{value:,}"
        for how, value in zip(before, rows[field], strict=True)
    ]


def _sum(column: pd.Series) -> str:
    stated = column.notna().sum()
    if not stated:
        return "–"
    return f"{int(column.sum()):,}" + (f" (in {stated} of {len(column)})" if stated < len(column) else "")


def _stated(row: pd.Series) -> str:
    value, unit = row["value"], row["unit"]
    number = f"{value:,.0f}" if value == int(value) else f"{value:,}"
    return QUALIFIER[row["qualifier"]] + number + ("" if unit == "count" else f" {unit}")


def _period(start: str, end: str) -> str:
    """Write the period of a total as stated."""
    if start and end and start != end:
        return between(start, end)
    if start or end:
        return when(start) if start == end else f"since {when(start)}" if start else f"until {when(end)}"
    return "not stated"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part) or "–"


def _without_blank(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the columns in which nothing is stated."""
    return table[[name for name in table if not table[name].isin(["–", ""]).all()]]
