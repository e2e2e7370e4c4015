"""Write the table behind each figure."""

from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, write_table, write_text
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.figures import data
from pipeline.figures.deployments_explorer import deployments_script
from pipeline.measures.tables import MET

log = get_logger("derive_figures")


def run(paths: Paths, params: Params) -> None:
    # Load
    tables = read_tables(paths) | {"params": pd.DataFrame({"confidence": [params.confidence]})}

    # Process
    names = [name for name in dir(data) if name.startswith("fig_")]
    figures = {name: getattr(data, name)(tables) for name in names}

    # Save
    for name, table in figures.items():
        write_table(table, paths.derived / f"{name}.csv")
    write_text(deployments_script(paths), paths.derived / "explorer_deployments.js")
    log.info("%d tables of figure data", len(figures))


def read_tables(paths: Paths) -> dict[str, pd.DataFrame]:
    """Read every table from which figure data are made, by file name; `met` are the Met's deployments."""
    names = ("deployments", "differences", "places", "reported_deployments", "published_totals")
    clean = [paths.clean / f"{name}.csv" for name in names]
    derived = [
        paths.derived / f"{name}.csv" for name in ("measures_by_year", "measures_by_era", "faces_break")
    ]
    claims = pd.DataFrame(read_json(paths.derived / "claims.json"))
    files = [*clean, *derived, paths.reference / "forces.csv"]
    tables = {path.stem: _read(path) for path in files} | {"claims": claims}
    deployments = tables["deployments"]
    return tables | {"met": deployments[deployments["force_id"] == MET]}


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise RecordError(path.name, "file not found", next_step="run `dvc repro` to make it")
    return pd.read_csv(path, dtype={"group": str})
