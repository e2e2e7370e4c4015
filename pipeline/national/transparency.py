"""Which force publishes which field of a deployment, in which form, and how promptly."""

import re
from datetime import date

import pandas as pd

from pipeline.national.rows import Record

FIELDS = {
    "date": "first_day",
    "place": "location",
    "duration": "duration_hours",
    "watchlist size": "watchlist_size",
    "threshold": "threshold_score",
    "faces": "faces_scanned",
    "alerts": "alerts",
    "true alerts": "true_alerts",
    "false alerts": "false_alerts",
    "arrests": "arrests",
    "other outcomes": "other_outcomes",
}
"""Field as a reader knows it -> column of reported_deployments.csv."""

FORMS = {
    "table": ("published_record", "transcription", "government_table"),
    "own statement": ("force_statement",),
    "others' report": ("press", "court"),
}
"""Form of publication, the fullest first -> kinds of source."""
TOTAL, NOTHING = "total only", "nothing found"

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
IN_WORDS = re.compile(r"\b(\d\d?) (" + "|".join(MONTHS) + r")[a-z]* (\d{4})\b", re.IGNORECASE)
IN_ADDRESS = re.compile(r"/(20\d\d)[-/](\d\d)[-/](\d\d)(?!\d)")


def fields_published(record: Record, forces: list[str]) -> pd.DataFrame:
    """Return in which form each force's deployments show each field.

    Args:
        record: The clean tables.
        forces: Keys of the forces to show.

    Returns:
        One row a force and field: form (the fullest in which any deployment shows it: `table`, `own
        statement`, `others' report`, `total only`, `nothing found`), rows (published rows of deployments
        that took place), rows_with (of them with the field).
    """
    shown = _shown(record)
    totals = record.totals[record.totals["subgroup"] == ""].groupby("force_id")["measure"].agg(set).to_dict()
    rows = shown["force_id"].value_counts()
    kinds_of, rows_with = {}, {}
    for field, column in FIELDS.items():
        filled = shown[shown[column].notna() & (shown[column].astype("str") != "")]
        if field == "date":
            filled = filled[filled["date_precision"] == "day"]
        by_force = filled.groupby("force_id")["source_kind"]
        kinds_of[field], rows_with[field] = by_force.agg(set).to_dict(), by_force.size().to_dict()
    table = []
    for force in forces:
        for field, column in FIELDS.items():
            kinds = kinds_of[field].get(force, set())
            forms = [form for form, members in FORMS.items() if kinds & set(members)]
            if not forms and column in totals.get(force, ()):
                forms = [TOTAL]
            form = (forms or [NOTHING])[0]
            table.append(
                {
                    "force_id": force,
                    "field": field,
                    "form": form,
                    "rows": int(rows.get(force, 0)),
                    "rows_with": rows_with[field].get(force, 0),
                }
            )
    return pd.DataFrame(table)


def promptness(record: Record, forces: list[str]) -> pd.DataFrame:
    """Return how many days passed between a deployment and the page on which its figures were read.

    The day of publication is known only where the page's title or address holds it; a table that grows says
    nothing of when a row was added.

    Returns:
        One row a force: form (the fullest of any row), rows with figures, rows_dated (of them with a known
        day of publication), fewest_days, most_days (NaN: unknown).
    """
    shown = _shown(record)
    shown = shown[shown["kind"] == "result"]
    table = []
    for force in forces:
        own = shown[shown["force_id"] == force]
        kinds = set(own["source_kind"])
        days = pd.Series(
            [
                (published - date.fromisoformat(row.last_day)).days
                for row in own.itertuples()
                if (published := published_on(row.page_title, row.page_url))
                and row.date_precision in ("day", "bundled_days")
            ],
            dtype="float64",
        )
        table.append(
            {
                "force_id": force,
                "form": next((form for form, members in FORMS.items() if kinds & set(members)), NOTHING),
                "rows": len(own),
                "rows_dated": len(days),
                "fewest_days": days.min(),
                "most_days": days.max(),
            }
        )
    return pd.DataFrame(table)


def published_on(title: str, address: str) -> date | None:
    """Return the day of publication, if a page's title or address holds a whole date.

    Example:
        >>> published_on("Luton Today 15 Oct 2025", "https://www.lutontoday.co.uk/news")
        datetime.date(2025, 10, 15)
        >>> published_on("BBC News Sept 2025", "https://www.bbc.co.uk/news/articles/cx27ldzd7nvo") is None
        True
    """
    if words := IN_WORDS.search(title):
        return date(int(words[3]), MONTHS.index(words[2].lower()) + 1, int(words[1]))
    if digits := IN_ADDRESS.search(address):
        return date(int(digits[1]), int(digits[2]), int(digits[3]))
    return None


def _shown(record: Record) -> pd.DataFrame:
    """Every published row of a deployment that took place, in the columns of reported_deployments.csv."""
    own = record.deployments[~record.deployments["source_id"].isin(record.reported["source_id"])]
    own = own.assign(
        first_day=own["date"],
        last_day=own["date"],
        date_precision="day",
        kind="result",
        other_outcomes=own["other_disposals"].astype("str").where(own["other_disposals"].notna(), ""),
        page_title="",
        page_url="",
    )
    took_place = record.reported[record.reported["kind"] != "announcement"]
    columns = ["force_id", "last_day", "date_precision", "kind", "page_title", "page_url", "source_kind"]
    both = [*columns, *FIELDS.values()]
    return pd.concat([own[both], took_place[both]], ignore_index=True)
