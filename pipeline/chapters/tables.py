"""Tables in a chapter: load one by name, shape it for a reader, show it."""

from html import escape

import pandas as pd
from IPython.display import display

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json
from pipeline.core.paths import Paths, find_root

LONG_CELL = 40  # characters, as in the theme
LABELS = {
    "group": "",
    "deployments": "deployments",
    "faces_scanned": "faces scanned (estimate)",
    "alerts": "alerts",
    "true_alerts": "true alerts",
    "false_alerts": "false alerts",
    "arrests": "arrests",
    "hours": "hours (where printed)",
    "false_alerts_per_alert": "false alerts per alert",
    "false_alerts_per_face_scanned": "false alerts per face scanned",
    "arrests_per_alert": "arrests per alert",
    "alerts_per_hour": "alerts per hour",
    "arrests_per_hour": "arrests per hour",
}


def load(name: str) -> pd.DataFrame:
    """Return a clean, derived, reference or benchmark table by its file name without `.csv`.

    Raises:
        RecordError: if there is no such table; the message lists those there are.
    """
    paths = Paths(find_root())
    folders = (paths.clean, paths.derived, paths.case, paths.reference, paths.root / "data" / "bench")
    for folder in folders:
        if (folder / f"{name}.csv").is_file():
            return pd.read_csv(folder / f"{name}.csv", dtype={"group": "str"})
    known = sorted(file.stem for folder in folders for file in folder.glob("*.csv"))
    raise RecordError(f"{name}.csv", "no such table", next_step=f"use one of {', '.join(known)}")


def counts(measures: pd.DataFrame, by: str) -> pd.DataFrame:
    """Shape long measures as one row a group and one column a count; what nobody printed is a dash.

    Args:
        measures: A table of data/derived/measures_by_*.csv.
        by: What the groups are, such as `year`: the heading of the first column.
    """
    wide = measures.pivot(index="group", columns="measure", values="value")
    names = ["deployments", "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests", "hours"]
    shown = wide[names].map(lambda value: "–" if pd.isna(value) else f"{value:,.0f}")
    return shown.rename(columns=LABELS).rename_axis(by).rename_axis(None, axis=1).reset_index()


def rates(measures: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Shape one rate as a table: group, numerator, denominator, rate and its interval."""
    rows = measures[(measures["measure"] == measure) & measures["value"].notna()]
    per_face = measure.endswith("per_face_scanned")
    top, bottom = measure.split("_per_", 1)
    return pd.DataFrame(
        {
            "": rows["group"],
            LABELS.get(top, top.replace("_", " ")): rows["numerator"].map("{:,.0f}".format),
            {"alert": "alerts", "face_scanned": "faces scanned", "hour": "hours"}[bottom]: rows[
                "denominator"
            ].map("{:,.0f}".format),
            LABELS[measure]: [_rate(value, per_face) for value in rows["value"]],
            "95 % interval": [
                f"{_rate(a, per_face)} to {_rate(b, per_face)}"
                for a, b in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    )


def _rate(value: float, per_face: bool) -> str:
    if pd.isna(value):
        return "–"
    if per_face:
        return f"1 in {1 / value:,.0f}" if value else "none"
    return f"{value:.2%}".replace("%", " %") if value < 0.1 else f"{value:.1%}".replace("%", " %")


def breaks(table: pd.DataFrame) -> pd.DataFrame:
    """Shape the steps found in faces per hour, each beside what alerts per hour did on the same days."""
    faces = table[(table["series"] == "faces_per_hour") & (table["located_in"] == "faces_per_hour")]
    alerts = table[(table["series"] == "alerts_per_hour") & (table["located_in"] == "faces_per_hour")]
    both = faces.merge(alerts, on=["last_date_before", "first_date_after"], suffixes=("", "_alerts"))
    return pd.DataFrame(
        {
            "between": both["last_date_before"] + " and " + both["first_date_after"],
            "faces an hour before": both["before"].map("{:,.0f}".format),
            "after": both["after"].map("{:,.0f}".format),
            "times": [_times(*row) for row in both[["ratio", "low", "high"]].itertuples(index=False)],
            "alerts an hour, times": [
                _times(*row)
                for row in both[["ratio_alerts", "low_alerts", "high_alerts"]].itertuples(index=False)
            ],
            "change in counting": both["change_in_counting"],
        }
    )


def _times(ratio: float, low: float, high: float) -> str:
    return f"{ratio:.2f} ({low:.2f} to {high:.2f})"


def benchmark(table: pd.DataFrame) -> pd.DataFrame:
    """Shape what `make bench` measured: one row a measure, beside its target where there is one."""
    return pd.DataFrame(
        {
            "measure": table["measure"],
            "measured": [
                f"{value:,.4g} {unit}" for value, unit in zip(table["value"], table["unit"], strict=True)
            ],
            "target": table["target"].fillna("–"),
            "runs": table["runs"],
            "note": table["note"].fillna(""),
        }
    )


def machine() -> pd.DataFrame:
    """Say on which machine the benchmark ran: one row."""
    facts = read_json(find_root() / "data" / "bench" / "machine.json")
    names = {
        "cpu": "processor",
        "cores": "cores",
        "memory_gb": "memory, GB",
        "os": "system",
        "python": "Python",
    }
    return pd.DataFrame([{label: str(facts[name]) for name, label in names.items()}])


def show_table(table: pd.DataFrame, caption: str = "") -> None:
    """Display a table as plain HTML: text escaped, figures to the right, no styles of its own."""
    figures = [_is_figures(table.iloc[:, place]) for place in range(table.shape[1])]
    head = "".join(
        f"<th{_right(num)}>{escape(str(name))}</th>" for name, num in zip(table.columns, figures, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_right(num) or kept(_text(cell))}>{escape(_text(cell))}</td>"
            for cell, num in zip(row, figures, strict=True)
        )
        + "</tr>"
        for row in table.itertuples(index=False)
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    html = f'<table class="data">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    display({"text/html": html, "text/plain": table.to_string(index=False)}, raw=True)


def kept(text: str) -> str:
    """The class of a cell whose text keeps a readable width rather than be squeezed by the other columns."""
    return ' class="long"' if len(text) > LONG_CELL else ""


def _right(is_figures: bool) -> str:
    return ' class="num"' if is_figures else ""


def _text(cell: object) -> str:
    if isinstance(cell, float) and pd.isna(cell):
        return "–"
    return f"{cell:,}" if isinstance(cell, int | float) else str(cell)


def _is_figures(column: pd.Series) -> bool:
    return (
        column.map(_text).astype("str").str.fullmatch(r"[–\-\d][\d,. %–]*( (to|in|of) [\d,. %]+)*|none").all()
        and len(column) > 0
    )
