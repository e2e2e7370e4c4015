"""Search the decade's faces on this machine, and put a national year on paper from what that took."""

from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.throughput.national import National, search_block
from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, read_yaml, write_table
from pipeline.core.paths import Paths

DECADE, NATIONAL_YEAR = "LW04", "PC76"  # claims: faces since 2015, and in one year nationally
MET_YEAR = "2025"
QUICK_FACES = 20_000


def bench_national(paths: Paths, folder: Path, quick: bool) -> None:
    """Write national.csv; a killed run goes on where it stopped."""
    # Load
    assumed = read_yaml(paths.reference / "assumptions.yaml")["national_run"]
    decade = QUICK_FACES if quick else int(claimed(paths, DECADE))
    run = National(decade, assumed["watchlist_entries"], tuple(assumed["thresholds"]))

    # Process
    runner = Runner(paths.root / ".cache" / "benchmarks" / folder.name / "national")
    blocks = runner.run(partial(search_block, run=run), run.blocks, "national")
    measured = of_decade(run, blocks)
    year = of_year(measured, claimed(paths, NATIONAL_YEAR), assumed["forces"] * met_faces(paths), assumed)

    # Save
    write_table(pd.concat([measured, year]), folder / "national.csv")
    runner.finish()


def of_decade(run: National, blocks: list[dict]) -> pd.DataFrame:
    """What the run found, which is the same everywhere, and what it took, which is not."""
    cost = pd.DataFrame([block["cost"] for block in blocks])
    total, faces = cost.sum(), sum(block["faces"] for block in blocks)
    scores = [score for block in blocks for _, _, score in block["alerts"]]
    rows = [
        ("faces", faces, "faces", "the claimed total since 2015, all taken for strangers"),
        ("entries", run.entries, "people", "one list for every face: an assumption"),
    ]
    for threshold in run.thresholds:
        expected = faces * float(run.population.fpir(threshold, run.entries))
        note = f"all false; the closed form expects {expected:,.1f}"
        rows.append(
            (f"alerts at {threshold:.2f}", sum(score >= threshold for score in scores), "alerts", note)
        )
    seconds = total["draw_seconds"] + total["search_seconds"]
    cpu = total["draw_cpu_seconds"] + total["search_cpu_seconds"]
    rows += [
        ("drawing the faces", total["draw_seconds"], "s", "the model's own work, which no police system has"),
        ("searching them", total["search_seconds"], "s", "the engine's fast search, checks included"),
        ("faces a second", faces / seconds, "faces/s", "drawing and searching"),
        ("faces searched a second", faces / total["search_seconds"], "faces/s", "searching alone"),
        ("CPU-hours", cpu / 3600, "h", "over all threads, drawing and searching"),
        ("CPU-hours of searching", total["search_cpu_seconds"] / 3600, "h", "over all threads"),
        ("peak memory", cost["peak_bytes"].max() / 1e6, "MB", "of the whole process"),
    ]
    table = pd.DataFrame(rows, columns=["measure", "value", "unit", "note"]).assign(low=None, high=None)
    table["value"] = pd.Series([_short(value) for value in table["value"]], dtype=object)
    return table.assign(part="decade")[COLUMNS]


COLUMNS = ["part", "measure", "value", "low", "high", "unit", "note"]


def of_year(measured: pd.DataFrame, faces_low: float, faces_high: float, assumed: dict) -> pd.DataFrame:
    """A national year on paper: the measured cost of a search times a range of faces.

    Args:
        measured: From `of_decade`.
        faces_low: Faces that all forces together scan in a year, least,
        faces_high: and most.
        assumed: `forces` and `pounds_per_cpu_hour` [low, high].
    """
    value = measured.set_index("measure")["value"]
    hours_per_face = value["CPU-hours of searching"] / value["faces"]
    price_low, price_high = assumed["pounds_per_cpu_hour"]
    hours = [faces * hours_per_face for faces in (faces_low, faces_high)]
    year_seconds = 365 * 24 * 3600
    busy = [faces / value["faces searched a second"] / 3600 for faces in (faces_low, faces_high)]
    rows = [
        ("faces a year", faces_low, faces_high, "faces", "from a reported national year to "
         f"{assumed['forces']} forces that each scan as many as the Met in {MET_YEAR}"),
        ("faces a second, on average", faces_low / year_seconds, faces_high / year_seconds, "faces/s",
         "spread over every hour of the year; real ones come in a few hours"),
        ("hours of this machine", *busy, "h", "searching alone, at the measured rate and list size"),
        ("CPU-hours of searching", *hours, "h", "grows in proportion to the list"),
        ("price of a CPU-hour", price_low, price_high, "£", "ASSUMED; nobody's quotation"),
        ("cost of searching", hours[0] * price_low, hours[1] * price_high, "£",
         "without cameras, encoding, staff, vans, testing or oversight"),
        ("templates of non-alerts kept", 0, 0, "templates", "retention nil: nothing to store"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["measure", "low", "high", "unit", "note"]).assign(
        part="year", value=None
    )
    for name in ("low", "high"):
        table[name] = pd.Series([_short(number) for number in table[name]], dtype=object)
    return table[COLUMNS]


def _short(number: float) -> float | int:
    """Counts whole, everything else to four digits."""
    return float(f"{number:.4g}") if number % 1 else int(number)


def claimed(paths: Paths, claim: str) -> float:
    """The number that a claim of the ledger states."""
    found = [entry for entry in read_json(paths.derived / "claims.json") if entry["id"] == claim]
    if not found:
        raise RecordError(
            "claims.json", "no such claim", value=claim, next_step="correct it in bench_national.py"
        )
    return found[0]["value_claimed"]


def met_faces(paths: Paths) -> float:
    """Faces that the Met's record counts in its fullest year."""
    table = pd.read_csv(paths.derived / "measures_by_year.csv", dtype={"group": str})
    row = table[(table["group"] == MET_YEAR) & (table["measure"] == "faces_scanned")]
    return float(row["value"].iloc[0])
