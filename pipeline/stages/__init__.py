"""One short module per stage of dvc.yaml, with the same name: load, process, save."""

import gc
import importlib

from pipeline.core.lock import one_run_at_a_time
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root

SCHEDULER = "DASK_SCHEDULER_ADDRESS"  # in the environment: where blocks of a benchmark are worked on

STAGES = {
    "fetch_sources": "Obtain every source: archive folder, publisher (when online), embedded snapshot.",
    "extract_tables": "Read what each source says, as text, with page and row.",
    "clean_deployments": "Harmonise, correct and check the deployment records.",
    "derive_measures": "Count and divide, with exact intervals; bound every national headline.",
    "run_benchmarks": "Run the benchmarks against the matching engine, or one of them.",
    "render_standard": "Write the standard for deployment records: schemas, template, definitions.",
    "package_release": "Put every clean table into a data package: CSV, Parquet, description.",
    "derive_case": "Put the case for national coordination to the test: power, costs, options.",
    "check_claims": "Recompute every headline claim; stop when a typed verdict differs.",
    "derive_figures": "Write the table behind each figure.",
    "render_pages": "Write the generated pages: claims, sources, data dictionary, quality report.",
    "execute_chapters": "Execute the chapters and the page of every force on record, or one of them.",
    "build_book": "Build the static site.",
}


def run_stage(name: str, *arguments: str | None) -> None:
    """Load paths and parameters and run one stage under the project's lock."""
    paths = Paths(find_root())
    with one_run_at_a_time(paths.root, name):
        gc.disable()  # what is imported stays, and to look for garbage in it takes a sixth of the time
        module = importlib.import_module(f"pipeline.stages.{name}")
        gc.freeze()
        gc.enable()
        module.run(paths, load_params(paths.root / "params.yaml"), *arguments)
