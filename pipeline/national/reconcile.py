"""Set each national headline beside what the public record supports: in all, by force and by year."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.national.bounds import Statement, bounds, month_text
from pipeline.national.headlines import Choices, Headline, Reading
from pipeline.national.rows import Record, read_rows
from pipeline.national.statements import statements

Said = Mapping[tuple[str, str], Sequence[Statement]]
"""(measure, reading) -> every statement about it."""

AREA = (
    "England",
    "Wales",
    "Great Britain",
    "United Kingdom",
)  # nations of forces.csv within the headlines' area


def area(forces: pd.DataFrame) -> tuple[str, ...]:
    """Return the forces that work in England and Wales, from forces.csv, sorted."""
    return tuple(sorted(forces.loc[forces["nation"].isin(AREA), "force_id"]))


def all_statements(record: Record, choices: Choices) -> Said:
    """Return the statements about every measure in every reading.

    Raises:
        RecordError: if headlines.yaml names a total that no page has.
    """
    return {
        (measure, reading.id): statements(record, measure, choices, reading)
        for measure in choices.measures
        for reading in choices.readings
    }


def headline_bounds(record: Record, choices: Choices, said: Said, stated: pd.Series) -> pd.DataFrame:
    """Return the bounds of each headline over all forces.

    Args:
        record: The clean tables.
        choices: headlines.yaml.
        said: See `all_statements`.
        stated: The number of each claim, by claim_id.

    Returns:
        One row a headline and reading: headline_id, claim_id, measure, reading, first_month, last_month,
        stated, recorded (sum over the rows of deployments.csv), lower, upper (NaN: nothing published sets a
        limit), unexplained (stated less lower), lower_rests_on.

    Raises:
        RecordError: naming statements that cannot all be true.
    """
    rows = []
    for headline in choices.headlines:
        printed = read_rows(record, headline.measure, rounded=False)
        for reading in choices.readings:
            found = bounds(said[headline.measure, reading.id], record.forces, headline.first, headline.last)
            number = float(stated[headline.claim_id])
            rows.append(
                {
                    **_window(headline, reading),
                    "stated": number,
                    "recorded": _recorded(printed, headline.first, headline.last).sum(),
                    "lower": found.lower,
                    "upper": found.upper,
                    "unexplained": round(number - found.lower, 6),
                    "lower_rests_on": ";".join(found.lower_rests_on),
                }
            )
    return pd.DataFrame(rows).astype({"upper": "float64"})


def force_bounds(record: Record, choices: Choices, said: Said, headlines: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds of each headline force by force.

    Args:
        headlines: See `headline_bounds`.

    Returns:
        One row a headline, reading and force: recorded, either_way (how much more the same rows can be read
        to say), lower, upper, most_if_stated (what the stated total leaves for the force if every other
        force had its lower bound), lower_rests_on. The force is blank in the row of what is published of
        several forces together and cannot be split.
    """
    rows = []
    for headline in choices.headlines:
        printed = read_rows(record, headline.measure, rounded=False)
        recorded = _recorded(printed, headline.first, headline.last)
        either_way = _recorded(printed, headline.first, headline.last, "high") - recorded
        for reading in choices.readings:
            total = headlines.set_index(["headline_id", "reading"]).loc[(headline.id, reading.id)]
            own = []
            alone = _by_force(said[headline.measure, reading.id])
            for force in record.forces:
                found = bounds(alone.get(force, ()), [force], headline.first, headline.last)
                own.append(
                    {
                        **_window(headline, reading),
                        "force_id": force,
                        "recorded": recorded.get(force, 0.0),
                        "either_way": either_way.get(force, 0.0),
                        "lower": found.lower,
                        "upper": found.upper,
                        "most_if_stated": round(total["stated"] - total["lower"] + found.lower, 6),
                        "lower_rests_on": ";".join(found.lower_rests_on),
                    }
                )
            rest = round(total["lower"] - sum(row["lower"] for row in own), 6)
            rows += own
            if rest > 0:
                rows.append(
                    {
                        **_window(headline, reading),
                        "force_id": "",
                        "recorded": 0.0,
                        "either_way": 0.0,
                        "lower": rest,
                    }
                    | {"upper": None, "most_if_stated": None, "lower_rests_on": total["lower_rests_on"]}
                )
    return pd.DataFrame(rows).astype({"upper": "float64", "most_if_stated": "float64"})


def year_bounds(record: Record, choices: Choices, said: Said) -> pd.DataFrame:
    """Return the bounds of each measure for each force and calendar year within the widest headline.

    Returns:
        One row a measure, reading, force (see `used_by`) and year: recorded, lower, upper.
        The first and last year hold only the months of the widest headline.
    """
    first = min(headline.first for headline in choices.headlines)
    last = max(headline.last for headline in choices.headlines)
    windows = {
        year: (max(first, 12 * year), min(last, 12 * year + 11))
        for year in range(first // 12, last // 12 + 1)
    }
    recorded_in = {
        (measure, year): _recorded(read_rows(record, measure, rounded=False), *window)
        for measure in choices.measures
        for year, window in windows.items()
    }
    rows = []
    forces = used_by(record)
    for (measure, reading), about in said.items():
        alone = _by_force(about)
        for year, window in windows.items():
            recorded = recorded_in[measure, year]
            for force in forces:
                found = bounds(alone.get(force, ()), [force], *window, resting=False)
                rows.append(
                    {
                        "measure": measure,
                        "reading": reading,
                        "force_id": force,
                        "year": year,
                        "recorded": recorded.get(force, 0.0),
                        "lower": found.lower,
                        "upper": found.upper,
                    }
                )
    return pd.DataFrame(rows).astype({"upper": "float64"})


def to_publish(years: pd.DataFrame) -> pd.DataFrame:
    """Return what each force would have to publish for its yearly totals to be known (strict reading).

    Args:
        years: See `year_bounds`.

    Returns:
        One row a force and measure that is open in some year: first_year, last_year, years (open).
    """
    strict = years[years["reading"] == "strict"]
    gaps = strict[strict["upper"].isna() | (strict["upper"] > strict["lower"])]
    return gaps.groupby(["force_id", "measure"], as_index=False, sort=True).agg(
        first_year=("year", "min"), last_year=("year", "max"), years=("year", "size")
    )


def totals_used(record: Record, choices: Choices, said: Said) -> pd.DataFrame:
    """Return every published total about a measure of the headlines, and what was done with it.

    Returns:
        One row a total: total_id, force_id, scope, measure, first_day, last_day, qualifier, value, trust,
        page_title, page_url, use (`both`, `lower`, `upper`, `none`), reason (blank where it is used in full).
    """
    totals = record.totals
    counted = {name for use_of in choices.measures.values() for name in use_of}
    totals = totals[totals["measure"].isin(counted) & (totals["subgroup"] == "")]
    used = {one.id for about in said.values() for one in about}
    tested = {headline.total_id for headline in choices.headlines}
    columns = [
        "total_id",
        "force_id",
        "scope",
        "measure",
        "first_day",
        "last_day",
        "qualifier",
        "value",
        "trust",
    ]
    table = totals[[*columns, "page_title", "page_url"]].copy()
    most = {name: use for use_of in choices.measures.values() for name, use in use_of.items()}
    use = [
        choices.use.get(name, most[counts] if name in used else "none")
        for name, counts in zip(table["total_id"], table["measure"], strict=True)
    ]
    reasons = []
    for total, done in zip(table.itertuples(), use, strict=True):
        if total.total_id in choices.reasons:
            reasons.append(choices.reasons[total.total_id])
        elif done != "none":
            reasons.append("")
        elif total.total_id in tested:
            reasons.append("It is one of the totals tested here.")
        elif total.trust not in choices.trust:
            reasons.append("One weak page.")
        elif not (total.first_day and total.last_day):
            reasons.append("The page does not say from when or until when.")
        elif total.force_id in choices.complete:
            reasons.append("The force's own rows are finer.")
        else:
            reasons.append("It sets no limit.")
    return table.assign(use=use, reason=reasons).sort_values("total_id", ignore_index=True)


def _window(headline: Headline, reading: Reading) -> dict[str, str]:
    return {
        "headline_id": headline.id,
        "claim_id": headline.claim_id,
        "measure": headline.measure,
        "reading": reading.id,
        "first_month": month_text(headline.first),
        "last_month": month_text(headline.last),
    }


def used_by(record: Record) -> list[str]:
    """Return the forces of the area of which some use was published: a row, a total or a first use."""
    stated = record.rollout.loc[record.rollout["first_use"] != "", "force_id"]
    named = {
        *record.deployments["force_id"],
        *record.reported["force_id"],
        *record.totals["force_id"],
        *stated,
    }
    return sorted(named & set(record.forces))


def _by_force(about: Sequence[Statement]) -> dict[str, list[Statement]]:
    """By force, the statements about it alone."""
    alone: dict[str, list[Statement]] = {}
    for one in about:
        if len(set(one.forces)) == 1:
            alone.setdefault(one.forces[0], []).append(one)
    return alone


def _recorded(rows: pd.DataFrame, first: int, last: int, limit: str = "low") -> pd.Series:
    """By force, what the rows of deployments.csv add up to at least (or, where they say so, at most)."""
    inside = rows[rows["counted"] & (rows["first"] >= first) & (rows["last"] <= last)]
    return inside[limit].fillna(inside["low"]).groupby(inside["force_id"]).sum()
