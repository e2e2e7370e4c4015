"""What the data package holds: the clean tables, forces and sources, with keys and words of caution."""

import pandas as pd

from pipeline.schemas import fields
from pipeline.schemas.field import Field
from pipeline.schemas.tables import KEYS
from pipeline.sources.registry import TRUST_GRADES, Source

FORCES = (
    Field("force_id", "Key of the force.", "text", "south_wales", required=True),
    Field("name", "Name of the force.", "text", "South Wales Police", required=True),
    Field("nation", "Where it polices.", "text", "Wales", required=True),
    Field(
        "kind",
        "territorial: one of the forces of England and Wales that police an area.",
        "text",
        "territorial",
        required=True,
    ),
    Field("aliases", "Other names in use, joined by semicolons.", "text", "Heddlu De Cymru;SWP"),
    Field(
        "source_url",
        "Page that establishes the force.",
        "text",
        "https://www.legislation.gov.uk/",
        required=True,
    ),
)

SOURCES = (
    Field("source_id", "Key of the source.", "text", "met_2023_2024", required=True),
    Field("force_id", "The force whose record it is; blank if it is about many.", "text", "metropolitan"),
    Field("publisher", "Who published it.", "text", "Metropolitan Police Service", required=True),
    Field("title", "What it is called.", "text", "LFR Deployment Grid, 2023 to 2024", required=True),
    Field("page_url", "Page on which it is found.", "text", "https://www.met.police.uk/", required=True),
    Field("file_url", "The file itself; blank if the rows were collected from pages.", "text", ""),
    Field("source_kind", "What sort of source it is.", "text", "published_record", required=True),
    Field(
        "trust",
        "How surely it was read, not whether its figures are true. "
        + " ".join(f"{grade}: {words}" for grade, words in TRUST_GRADES.items()),
        "text",
        "A",
        required=True,
        allowed=tuple(TRUST_GRADES),
    ),
    Field("trust_reason", "Why it has this grade.", "text", "The Met's own table.", required=True),
    Field("made", "Day the file was made or transcribed.", "date", "2025-01-11", required=True),
    Field("accessed", "Day its bytes were last checked.", "date", "2026-11-21", required=True),
    Field("sha256", "Checksum of the file read; blank if the rows were collected from pages.", "text", ""),
    Field("terms", "Licence or terms under which its figures stand here.", "text", "", required=True),
    Field("notes", "What to know before using it.", "text", ""),
)

TABLES: dict[str, tuple[Field, ...]] = {**fields.TABLES, "forces": FORCES, "sources": SOURCES}
"""Table name -> its columns, in the order of the package."""

ROWS = {
    **fields.ROWS,
    "forces": "one police force, or another body with powers of its own",
    "sources": "one source, with its address, grade and terms",
}
"""What one row of each table is."""

REFERS_TO = {"force_id": "forces", "source_id": "sources", "deployment_id": "deployments"}
"""Column -> the table whose key it holds, wherever it occurs."""

CAUTIONS = {
    "deployments": "It holds what was published row by row, not every deployment that took place. "
    "Publishers do not mean the same by a deployment. The way in which the Met counts faces changed twice "
    "between late 2023 and July 2024: never add, average or compare faces, or a rate per face, across that "
    "time. Read the warnings.",
    "reported_deployments": "Never count its rows as deployments: a row may stand for several days, for a "
    "plan, or for a row of deployments again.",
    "published_totals": "Never add its rows up: their periods and places overlap.",
    "rollout": "It is what was stated on the day of the page, not what the force has now.",
    "costs": "The rows overlap, and count different things; rows graded derived are our arithmetic.",
    "test_results": "Scores and thresholds of two algorithms share no scale.",
    "stated_claims": "A claim stands here because it was made, not because it holds.",
    "sources": "The grade says how surely a source was read, not whether its figures are true.",
}
"""What to know before counting a table's rows."""


def primary_key(name: str) -> tuple[str, ...]:
    """Return the columns that together tell one row of a table from every other; empty if there are none.

    Example:
        >>> primary_key("costs")  # it has no key of its own, so the row of the source serves
        ('source_id', 'source_row')
    """
    own = {**KEYS, "forces": "force_id", "sources": "source_id"}
    if name in own:
        return (own[name],)
    columns = {field.name for field in TABLES[name]}
    candidates = (("source_id", "source_row"), ("deployment_id", "field"))
    return next((key for key in candidates if columns.issuperset(key)), ())


def referred(name: str) -> dict[str, str]:
    """Return column -> table for the columns of a table that hold another table's key.

    Example:
        >>> referred("rollout")
        {'force_id': 'forces', 'source_id': 'sources'}
    """
    return {
        field.name: REFERS_TO[field.name]
        for field in TABLES[name]
        if field.name in REFERS_TO and REFERS_TO[field.name] != name
    }


def sources_table(sources: list[Source]) -> pd.DataFrame:
    """Return the registry as a table: one row a source, every cell text, columns as in SOURCES."""
    rows = [
        {
            **{field.name: getattr(source, field.name, "") for field in SOURCES},
            "source_id": source.id,
            "page_url": source.landing_page,
            "file_url": source.addresses[0].url if source.addresses else "",
            "terms": " ".join(source.terms.split()),
            "notes": "; ".join(source.notes),
        }
        for source in sources
    ]
    return pd.DataFrame(rows, columns=[field.name for field in SOURCES], dtype="str")
