"""Every column of the clean tables, described once; all else is built from this list."""

import pandas as pd

from pipeline.schemas.collected import COLLECTED
from pipeline.schemas.field import Field

SIMULATION = "simulation"  # what the matching engine made up; no row of the record may be of this kind
SOURCE_KINDS = (
    "published_record",
    "transcription",
    "government_table",
    "force_statement",
    "press",
    "court",
    SIMULATION,
)
DATE_PRECISIONS = ("day", "month", "year")

ONE_DEPLOYMENT = 500_000  # the largest row so far prints 56,843 faces; ten times that is a misprint
ONE_WATCHLIST = 1_000_000  # no published watchlist has exceeded 20,000 entries; a million is a misprint


def _count(name: str, description: str, example: str, unit: str, maximum: int = ONE_DEPLOYMENT) -> Field:
    return Field(name, description, "integer", example, unit, minimum=0, maximum=maximum)


DEPLOYMENTS: tuple[Field, ...] = (
    Field(
        "deployment_id",
        "Key of the row: force, date, and number among the force's rows of that date, in the source's order.",
        "text",
        "metropolitan-2024-07-11-1",
        required=True,
    ),
    Field(
        "force_id",
        "The police force or body that deployed; key into forces.csv.",
        "text",
        "metropolitan",
        required=True,
    ),
    Field("date", "Day of the deployment, after corrections.", "date", "2024-07-11", required=True),
    Field(
        "date_precision",
        "How much of the date the source states.",
        "text",
        "day",
        required=True,
        allowed=DATE_PRECISIONS,
    ),
    Field("location", "Place label exactly as the source prints it.", "text", "Bond St Stn", required=True),
    Field(
        "use_case",
        "What the deployment was for, in the source's words: a use case of the force's policy or, in "
        "older records, numbered purposes.",
        "text",
        "Crime Hotspot",
    ),
    Field(
        "duration_hours",
        "How long the deployment lasted. Not printed for 2020 to 2022 nor in the transcriptions.",
        "number",
        "5.05",
        "hours",
        minimum=0,
        maximum=24,
    ),
    _count(
        "watchlist_size", "People on the watchlist made for the deployment.", "15695", "people", ONE_WATCHLIST
    ),
    Field(
        "threshold_score",
        "Similarity score at or above which the system alerted. Not printed for 2020 to 2022.",
        "number",
        "0.64",
        "score, 0 to 1",
        minimum=0,
        maximum=1,
    ),
    _count(
        "faces_scanned",
        "The force's estimate of faces seen by the cameras: detections, not people. No method is published, "
        "and the figures jump between 2023 and 2024.",
        "21940",
        "faces",
    ),
    _count("alerts", "Times the system reported a match at or above the threshold.", "13", "alerts"),
    _count(
        "true_alerts", "Alerts that the force judged to show the person on the watchlist.", "12", "alerts"
    ),
    _count("true_alerts_confirmed", "True alerts in which officers met the person.", "11", "alerts"),
    _count(
        "true_alerts_unconfirmed",
        "True alerts in which the person got away or officers chose not to stop them. Blank for "
        "transcriptions, which do not state it reliably.",
        "1",
        "alerts",
    ),
    _count("false_alerts", "Alerts that the force judged to show somebody else.", "1", "alerts"),
    _count(
        "false_alerts_confirmed",
        "False alerts found to be false after officers met the person.",
        "1",
        "alerts",
    ),
    _count(
        "false_alerts_unconfirmed",
        "False alerts found to be false without meeting the person.",
        "0",
        "alerts",
    ),
    _count(
        "arrests",
        "Arrests the force attributes to the deployment. For 2020 to 2022 the source prints arrests and "
        "other disposals as one figure.",
        "5",
        "arrests",
    ),
    _count("other_disposals", "Outcomes other than arrest or no action.", "2", "outcomes"),
    _count("no_action", "Confirmed true alerts after which no action was taken.", "4", "outcomes"),
    Field(
        "source_id",
        "The source from which the row was taken; key into sources.yaml.",
        "text",
        "met_2023_2024",
        required=True,
    ),
    Field(
        "source_page",
        "Page of the publisher's file; blank for transcriptions.",
        "integer",
        "4",
        "page",
        minimum=1,
        maximum=10_000,
    ),
    Field(
        "source_row",
        "Row on that page or, for transcriptions, in the transcriber's table.",
        "integer",
        "15",
        "row",
        required=True,
        minimum=1,
        maximum=10_000_000,
    ),
    Field(
        "source_kind",
        "What sort of source it is. A row of the engine's own making says simulation; the record has none.",
        "text",
        "published_record",
        required=True,
        allowed=SOURCE_KINDS,
    ),
    Field(
        "warnings",
        "What to know before using the row: words of a fixed vocabulary, joined by semicolons; else blank.",
        "text",
        "date_corrected",
    ),
)

DIFFERENCES: tuple[Field, ...] = (
    Field(
        "deployment_id",
        "Key of the row in deployments.csv.",
        "text",
        "metropolitan-2025-03-11-1",
        required=True,
    ),
    Field("date", "Day of the deployment.", "date", "2025-03-11", required=True),
    Field("location", "Place label as the force printed it.", "text", "Dalston Kingsland", required=True),
    Field("field", "The column in which the two sources differ.", "text", "alerts", required=True),
    Field("published", "What the force's own file says.", "text", "13"),
    Field("transcribed", "What the transcription says.", "text", "12"),
)

PLACES: tuple[Field, ...] = (
    Field("location", "Place label as printed.", "text", "Ealing B’way Stn", required=True),
    Field(
        "place",
        "One spelling for all labels that name the same place.",
        "text",
        "Ealing Broadway",
        required=True,
    ),
    Field(
        "rows", "Rows of deployments.csv with this label.", "integer", "1", "rows", required=True, minimum=1
    ),
)

TABLES: dict[str, tuple[Field, ...]] = {
    "deployments": DEPLOYMENTS,
    "differences": DIFFERENCES,
    "places": PLACES,
    **COLLECTED,
}
"""Table name -> its columns in order. The file is data/clean/<table>.csv."""

ROWS = {
    "deployments": "one deployment on one known day, as a force or somebody else published it",
    "differences": "one cell in which a transcription differs from the publisher's own file",
    "places": "one place label as printed",
    "reported_deployments": "one published statement about a deployment, a bundle of days or a plan, outside "
    "the Met's own tables",
    "published_totals": "one published total or rate",
    "rollout": "the capability of one force, as stated",
    "costs": "one published cost, price or budget",
    "policy_timeline": "one dated event in law or policy",
    "test_results": "one result of a published test or evaluation",
    "counter_evidence": "one criticism of police use, or an answer to one",
    "stated_claims": "one headline claim, as collected",
}
"""What one row of each table is."""

COUNTS = tuple(
    field.name for field in DEPLOYMENTS if field.kind == "integer" and not field.name.startswith("source_")
)


def data_dictionary() -> pd.DataFrame:
    """Return the data dictionary: one row per column of each clean table.

    Returns:
        Columns table, column, description, unit, type, blank_allowed, range, example; all text.
    """
    return pd.DataFrame(
        [
            {
                "table": table,
                "column": field.name,
                "description": field.description,
                "unit": field.unit,
                "type": field.kind,
                "blank_allowed": "no" if field.required else "yes",
                "range": _range_in_words(field),
                "example": field.example,
            }
            for table, fields in TABLES.items()
            for field in fields
        ]
    )


def _range_in_words(field: Field) -> str:
    if field.allowed:
        return ", ".join(field.allowed)
    if field.minimum is None:
        return ""
    return (
        f"{field.minimum:,} or more" if field.maximum is None else f"{field.minimum:,} to {field.maximum:,}"
    )
