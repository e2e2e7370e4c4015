"""Which fields of the standard a table leaves blank, force by force."""

import pandas as pd

from pipeline.standard.fields import FIELDS, PROVENANCE


def missing_fields(table: pd.DataFrame) -> pd.DataFrame:
    """Count the blank cells of each field of the standard, by force.

    A field that the table has no column for is blank in every row. Provenance is left out. A blank shows that
    the row does not state the figure, not that the force never recorded it.

    Args:
        table: One row a deployment; needs force_id. Blank is missing or the empty string.

    Returns:
        force_id, field, level, rows, blank; sorted by force, fields in the order of the standard.

    Example:
        >>> counted = missing_fields(pd.DataFrame({"force_id": ["essex", "essex"], "alerts": [1, None]}))
        >>> counted.set_index("field").loc[["alerts", "arrests"], ["rows", "blank"]].values.tolist()
        [[2, 1], [2, 2]]
    """
    fields = [field for field in FIELDS if field.level != PROVENANCE]
    cells = table.reindex(columns=[field.name for field in fields])
    blank = (cells.isna() | (cells == "")).groupby(table["force_id"]).sum().astype("int64")
    rows = table.groupby("force_id").size()
    return pd.DataFrame(
        [
            {
                "force_id": force,
                "field": field.name,
                "level": field.level,
                "rows": int(rows[force]),
                "blank": int(blank.loc[force, field.name]),
            }
            for force in rows.index
            for field in fields
        ]
    )
