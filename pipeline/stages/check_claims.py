"""Recompute every claim, derived value and conclusion; a typed verdict that differs stops the build."""

from collections import Counter

from pipeline.claims.conclusions import conclude, confidence_values, read_conclusions, read_scale, slugs
from pipeline.claims.database import Database
from pipeline.claims.ledger import add_claimed_numbers, fill_words, judge_claims
from pipeline.claims.objections import answer, read_objections
from pipeline.claims.reference import read_claims, read_values
from pipeline.claims.values import evaluate_values
from pipeline.claims.words import Numbers
from pipeline.core.io import read_text_table, read_yaml, write_json
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.tables import MET, read_deployments
from pipeline.schemas.fields import TABLES as CLEAN

# Every table an expression may use, with data/derived/benchmark_*.csv and data/derived/case/*.csv; each bears
# the name of its file.
TABLES = (
    *(f"data/clean/{name}.csv" for name in CLEAN),
    "data/derived/measures_by_year.csv",
    "data/derived/measures_by_month.csv",
    "data/derived/measures_by_location.csv",
    "data/derived/measures_by_force.csv",
    "data/derived/measures_by_force_year.csv",
    "data/derived/spread_map.csv",
    "data/derived/bounds_by_force.csv",
    "data/derived/bounds_headlines.csv",
    "data/derived/promptness.csv",
    "data/derived/measures_by_era.csv",
    "data/derived/faces_break.csv",
    "data/derived/faces_series.csv",
    "data/reference/forces.csv",
    "data/reference/operating_points.csv",
)
# The one force whose whole table is published; most headlines are about it.
VIEWS = {"met": ("deployments", f"force_id = '{MET}'")}


def run(paths: Paths, params: Params) -> None:
    # Load
    ledger = read_claims(paths.reference / "claims.yaml")
    entries = read_values(paths.reference / "values.yaml")
    deployments = read_deployments(paths.clean)
    contents = read_yaml(paths.root / "book" / "myst.yml")["project"]["toc"]
    scale = read_scale(paths.reference / "confidence.yaml")
    conclusions = read_conclusions(paths.reference / "conclusions.yaml", slugs(contents))
    objections = read_objections(paths.reference / "objections.yaml")
    collected = read_text_table(paths.clean / "counter_evidence.csv")
    version = read_yaml(paths.root / "CITATION.cff")["version"]
    found = [*paths.derived.glob("benchmark_*.csv"), *paths.case.glob("*.csv")]
    tables = (*TABLES, *sorted(path.relative_to(paths.root).as_posix() for path in found))
    addresses = {address.rsplit("/")[-1].removesuffix(".csv"): address for address in tables}

    # Process
    with Database((paths.root / address for address in tables), VIEWS) as database:
        add_claimed_numbers(database, ledger)
        addresses["claimed"] = "data/reference/claims.yaml"
        claims = judge_claims(ledger, database, deployments, addresses, params.confidence)
        rows = [(claim["id"], claim["topic"], claim["stated_by"], claim["verdict"]) for claim in claims]
        database.add("claims", dict.fromkeys(("id", "topic", "stated_by", "verdict"), "VARCHAR"), rows)
        database.add(
            "edition", {"version": "VARCHAR", "confidence": "DOUBLE"}, [(version, params.confidence)]
        )
        rows = [(entry["id"], entry["to"], entry["state"]) for entry in objections]
        database.add("objections", dict.fromkeys(("id", "objects_to", "state"), "VARCHAR"), rows)
        values = evaluate_values(entries, database)
        claims = fill_words(claims, values)
    numbers = Numbers(values, {claim["id"]: claim for claim in claims})
    objections = answer(objections, collected, numbers)
    conclusions = conclude(conclusions, scale, numbers)
    values |= confidence_values(conclusions, scale)

    # Save
    write_json(conclusions, paths.derived / "conclusions.json")
    write_json(claims, paths.derived / "claims.json")
    write_json(objections, paths.derived / "objections.json")
    write_json(values, paths.derived / "values.json")
    verdicts = Counter(claim["verdict"] for claim in claims)
    get_logger("check_claims").info(
        "%d claims (%s), %d values, %d conclusions",
        len(claims),
        ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())),
        len(values),
        len(conclusions),
    )
