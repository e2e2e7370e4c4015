"""The tables of what was published nationally: bounds of every headline, who publishes what, definitions."""

from pathlib import Path

import pandas as pd

from pipeline.core.io import read_text_table
from pipeline.national.headlines import read_choices
from pipeline.national.reconcile import (
    all_statements,
    area,
    force_bounds,
    headline_bounds,
    to_publish,
    totals_used,
    used_by,
    year_bounds,
)
from pipeline.national.rows import Record
from pipeline.national.segments import headline_segments, year_cells
from pipeline.national.spread import read_tiles
from pipeline.national.transparency import fields_published, promptness
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table


def bounds_tables(clean: Path, reference: Path) -> dict[str, pd.DataFrame]:
    """Return every table, by the name of its file in data/derived.

    Args:
        clean: data/clean.
        reference: data/reference.

    Raises:
        RecordError: naming published statements that cannot all be true.
    """
    names = ("deployments", "reported_deployments", "published_totals", "rollout")
    forces = read_text_table(reference / "forces.csv")
    record = Record(*(read_table(clean / f"{name}.csv") for name in names), forces=area(forces))
    stated = read_table(clean / "stated_claims.csv").set_index("claim_id")["value"]
    choices = read_choices(reference)
    definitions = read_document(
        reference / "definitions.yaml", reference / "schemas" / "definitions.schema.json"
    )
    said = all_statements(record, choices)
    headlines = headline_bounds(record, choices, said, stated)
    by_force = force_bounds(record, choices, said, headlines)
    by_year = year_bounds(record, choices, said)
    name_of = read_tiles(reference / "tiles.csv", forces).set_index("force_id")["short_name"]
    fields = fields_published(record, used_by(record))
    tables = {
        "bounds_headlines": headlines,
        "bounds_by_force": by_force,
        "bounds_by_force_year": by_year,
        "bounds_to_publish": to_publish(by_year),
        "bounds_totals_used": totals_used(record, choices, said),
        "fig_headline_segments": headline_segments(headlines, by_force),
        "fig_bounds_by_force_year": year_cells(by_year, by_force, name_of),
        "fig_fields_published": fields.assign(force=fields["force_id"].map(name_of)),
        "promptness": promptness(record, used_by(record)),
        "definitions": pd.DataFrame(definitions),
    }
    return {name: _plain(table) for name, table in tables.items()}


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers with missing values as plain floats, whose digits `write_measures` cuts."""
    return table.astype(dict.fromkeys(table.select_dtypes("Float64"), "float64"))
