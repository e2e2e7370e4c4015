"""The data package in a chapter: where its tables lie, and what they are."""

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json
from pipeline.core.paths import find_root


def release(name: str, form: str = "parquet") -> str:
    """Return where a table of the data package lies, as pandas and DuckDB take it.

    Args:
        name: Name of the table, such as `deployments`.
        form: `parquet` or `csv`.

    Raises:
        RecordError: if the package has no such table in this form; the message lists those it has.
    """
    folder = find_root() / "data" / "release" / form
    file = folder / f"{name}.{form}"
    if form not in ("parquet", "csv") or not file.is_file():
        known = sorted(path.stem for path in folder.glob(f"*.{form}"))
        raise RecordError(
            f"{name}.{form}",
            "no such table in the data package",
            next_step=f"use one of {', '.join(known)}" if known else "use the form parquet or csv",
        )
    return str(file)


def release_tables() -> pd.DataFrame:
    """Return the tables of the data package: name, rows, columns, and what one row is and is not."""
    package = read_json(find_root() / "data" / "release" / "datapackage.json")
    return pd.DataFrame(
        [
            {
                "table": resource["name"],
                "rows": resource["rows"],
                "columns": len(resource["schema"]["fields"]),
                "what to know": resource["description"],
            }
            for resource in package["resources"]
        ]
    )
