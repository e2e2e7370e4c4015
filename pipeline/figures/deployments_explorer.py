"""The explorer of every deployment: which columns it has, what they mean, and what may be added up."""

import pandas as pd

from pipeline.core.io import read_text_table
from pipeline.core.paths import Paths, find_root
from pipeline.figures.explorer import Caveat, Column, Explorer, explorer_html, explorer_script
from pipeline.schemas.fields import DEPLOYMENTS
from pipeline.schemas.warnings import WARNINGS
from pipeline.sources.registry import TRUST_GRADES, Source, read_sources

SOURCE_KINDS = {
    "published_record": "force's own record",
    "transcription": "transcription of a record",
    "government_table": "government table",
    "force_statement": "force's statement",
    "press": "press report",
    "court": "court judgment",
    "simulation": "simulation",
}
LABELS = {  # column of deployments.csv -> head of its column here
    "deployment_id": "Deployment", "force_id": "Force", "date": "Date", "date_precision": "Date precision",
    "location": "Location", "use_case": "Use case", "duration_hours": "Hours", "watchlist_size": "Watchlist",
    "threshold_score": "Threshold", "faces_scanned": "Faces", "alerts": "Alerts",
    "true_alerts": "True alerts", "true_alerts_confirmed": "True, confirmed",
    "true_alerts_unconfirmed": "True, unconfirmed",
    "false_alerts": "False alerts", "false_alerts_confirmed": "False, confirmed",
    "false_alerts_unconfirmed": "False, unconfirmed", "arrests": "Arrests",
    "other_disposals": "Other disposals", "no_action": "No action", "source_id": "Source",
    "source_page": "Page of the source", "source_row": "Row of the source", "source_kind": "Kind of source",
    "warnings": "Warnings",
}  # fmt: skip
SHOWN = (
    "date", "force_id", "location", "watchlist_size", "threshold_score", "faces_scanned", "alerts",
    "true_alerts", "false_alerts", "arrests",
)  # fmt: skip
PROMINENT = ("force_id", "date", "threshold_score", "source_kind", "location")
CHOICES = ("force_id", "date_precision", "use_case", "threshold_score", "source_id", "source_kind")
TOTALS = ("duration_hours", "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests")
NOT_A_QUANTITY = ("threshold_score", "source_page", "source_row")


def show_explorer() -> None:
    """Display the explorer of every deployment; once in a notebook, as its name is its anchor on the page."""
    from IPython.display import display  # the stage that writes the data shows nothing

    paths = Paths(find_root())
    table, explorer = deployments_explorer(paths)
    display(
        {"text/html": explorer_html(explorer, table), "text/plain": f"Explorer: {explorer.title}"}, raw=True
    )


def deployments_script(paths: Paths) -> str:
    """The script with the data of the explorer, for the site's data folder."""
    table, explorer = deployments_explorer(paths)
    return explorer_script(explorer, table)


def deployments_explorer(paths: Paths) -> tuple[pd.DataFrame, Explorer]:
    """Read the record and say how to explore it.

    Returns:
        The table, one row per deployment with cells as text, and its description.

    Raises:
        RecordError: if one of the files is missing.
    """
    deployments = read_text_table(paths.clean / "deployments.csv")
    reported = read_text_table(paths.clean / "reported_deployments.csv")
    places = read_text_table(paths.clean / "places.csv")
    breaks = read_text_table(paths.derived / "faces_break.csv")
    forces = read_text_table(paths.reference / "forces.csv").set_index("force_id")["name"]
    sources = {source.id: source for source in read_sources(paths.reference)}
    table = with_origin(deployments, reported, places, sources)
    counted_anew = tuple(breaks.loc[breaks["change_in_counting"] == "yes", "first_date_after"])
    return table, describe(table, forces.to_dict(), sources, counted_anew)


def with_origin(
    deployments: pd.DataFrame, reported: pd.DataFrame, places: pd.DataFrame, sources: dict[str, Source]
) -> pd.DataFrame:
    """Add the year, the place by one spelling, and where the row can be read.

    Args:
        deployments: The clean record, as text.
        reported: The rows published outside the Met's tables; those of one page each name it.
        places: One spelling for each place label.
        sources: The registry, by id; the page of a source's rows unless the row has one of its own.

    Returns:
        `deployments` with year, place, read_at (address), read_in (its title), publisher_url, trust and note;
        a cell that does not apply is the empty string.
    """
    own = (
        reported[reported["deployment_id"] != ""].drop_duplicates("deployment_id").set_index("deployment_id")
    )
    table = deployments.assign(
        year=deployments["date"].str[:4],
        place=deployments["location"].map(dict(zip(places["location"], places["place"], strict=True))),
    )
    registry = pd.DataFrame(
        {name: (source.landing_page, source.title, source.trust) for name, source in sources.items()},
        index=["read_at", "read_in", "trust"],
    ).T
    of_row = {"read_at": "page_url", "read_in": "page_title", "trust": "trust"}
    for name, column in of_row.items():
        page = table["deployment_id"].map(own[column])
        table[name] = page.where(page.fillna("") != "", table["source_id"].map(registry[name]))
    for name in ("publisher_url", "note"):
        table[name] = table["deployment_id"].map(own[name])
    return table.fillna("")


def describe(
    table: pd.DataFrame, forces: dict[str, str], sources: dict[str, Source], counted_anew: tuple[str, ...]
) -> Explorer:
    """Describe the table of `with_origin` for a reader.

    Args:
        table: Gives the title of each page that a row was read on.
        forces: Name of each force, by id.
        sources: The registry, by id.
        counted_anew: First days on which the Met counted faces in a new way (ISO days).
    """
    labels = {
        "force_id": forces,
        "source_id": {name: f"{source.publisher}: {source.title}" for name, source in sources.items()},
        "source_kind": SOURCE_KINDS,
        "threshold_score": {value: f"{float(value):.2f}" for value in table["threshold_score"] if value},
    }
    columns = [
        Column(
            field.name, LABELS[field.name], _kind(field.name, field.kind),
            description=f"{field.description} ({field.unit})" if field.unit else field.description,
            shown=field.name in SHOWN, prominent=field.name in PROMINENT, labels=labels.get(field.name, {}),
            meanings=WARNINGS if field.name == "warnings" else {},
        )
        for field in DEPLOYMENTS
    ]  # fmt: skip
    titles = dict(zip(table["read_at"], table["read_in"], strict=True))
    extra = [
        Column("year", "Year", "choice", "Calendar year of the date.", prominent=True, exported=False),
        Column("place", "Place", "text", "One spelling for all labels of one place.", exported=False),
        Column(
            "read_at", "Read at", "link", "The page on which the row was read.",
            exported=False, labels=titles,
        ),
        Column(
            "publisher_url", "Publisher’s own page", "link",
            "The publisher’s address, where the row was read in a copy; not opened by us.", exported=False,
        ),
        Column(
            "trust", "Trust", "choice", "How surely the publisher said it, not whether it is true.",
            exported=False, labels={grade: f"{grade}: {words}" for grade, words in TRUST_GRADES.items()},
        ),
        Column("note", "Note", "text", "What to know of this row.", exported=False),
    ]  # fmt: skip
    return Explorer(
        name="deployments",
        title="Every deployment published row by row",
        rows_are=("deployment", "deployments"),
        csv="deployments.csv",
        columns=(*columns, *extra),
        key="deployment_id",
        row_title=("date", "force_id", "location"),
        sort="-date",
        totals=TOTALS,
        caveats=_caveats(counted_anew),
    )


def _kind(name: str, kind: str) -> str:
    """How a reader filters a column of the record."""
    if name == "warnings":
        return "words"
    if name in CHOICES:
        return "choice"
    return {"text": "text", "date": "date"}.get(kind, "number")


def _caveats(counted_anew: tuple[str, ...]) -> tuple[Caveat, ...]:
    days = " and ".join(counted_anew)
    counts = ("faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests")
    return (
        Caveat(
            ("faces_scanned",), "date",
            f"The selection crosses a change in how the Met’s faces were counted ({days}), so this sum adds "
            "unlike counts. Choose dates on one side to compare.",
            breaks=counted_anew,
        ),
        Caveat(
            counts, "force_id",
            "The selection holds more than one force, and forces do not count alike.",
        ),
        Caveat(
            counts, "warnings",
            "Some rows are statements about one deployment. The force may have made others, so a sum of its "
            "rows is not its total.",
            word="stated_not_recorded",
        ),
        Caveat(
            ("faces_scanned",), "warnings",
            "Some rows state only that more faces were seen than the number given.",
            word="faces_at_least",
        ),
        Caveat(
            ("arrests",), "warnings", "In some rows arrests and other disposals are one figure.",
            word="arrests_include_disposals",
        ),
        Caveat(
            ("alerts", "true_alerts", "arrests"), "warnings",
            "Some rows were transcribed by machine; their alerts or arrests may be off by one or two each.",
            word="transcribed_by_machine",
        ),
    )  # fmt: skip
