"""Command line: `python -m pipeline --help`."""

from pathlib import Path
from typing import Annotated, Optional

import typer
import yaml

from pipeline.benchmarks import BENCHMARKS
from pipeline.core.lock import one_run_at_a_time
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root
from pipeline.stages import SCHEDULER, STAGES, run_stage

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 110},
    help="The LFR Record: from published records of live facial recognition to a book. "
    "`dvc repro` runs the stages in order; each can also be run alone.",
)


def _add_stage(name: str, about: str) -> None:
    if name == "execute_chapters":

        @app.command(name, help=about)
        def chapters(
            slug: Annotated[
                Optional[str],
                typer.Argument(help="A notebook of book/notebooks, without .ipynb; or forces/essex."),
            ] = None,
        ) -> None:
            run_stage(name, slug)

    elif name == "run_benchmarks":

        @app.command(name, help=about)
        def one_benchmark(
            slug: Annotated[
                Optional[str], typer.Argument(help=f"One of {', '.join(BENCHMARKS)}; all if not given.")
            ] = None,
            scheduler: Annotated[
                Optional[str],
                typer.Option(
                    envvar=SCHEDULER,
                    help="Address of a Dask scheduler, such as tcp://host:8786; this machine if not given.",
                ),
            ] = None,
        ) -> None:
            run_stage(name, slug, scheduler)

    else:

        @app.command(name, help=about)
        def one_stage() -> None:
            run_stage(name)


for _name, _about in STAGES.items():
    _add_stage(_name, _about)


@app.command("list")
def list_stages() -> None:
    """List the stages in the order of dvc.yaml, with what each reads and writes."""
    stages = yaml.safe_load((find_root() / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for name, stage in stages.items():
        body = stage.get("do", stage)
        written = [next(iter(out)) if isinstance(out, dict) else out for out in body.get("outs", [])]
        slugs = stage.get("matrix", {}).get("slug", [])
        typer.echo(f"{name}\n  {STAGES[name]}")
        typer.echo(f"  writes: {', '.join(written)}" + (f"\n  for: {', '.join(slugs)}" if slugs else ""))


@app.command()
def doctor() -> None:
    """Check that this machine has what the project needs, and say what is missing."""
    from pipeline.tools.doctor import diagnose

    findings = diagnose(find_root())
    for finding in findings:
        state = "ok" if finding.ok else "optional" if finding.optional else "PROBLEM"
        typer.echo(f"{state:<8}  {finding.what}: {finding.detail}")
    raise typer.Exit(0 if all(finding.ok or finding.optional for finding in findings) else 1)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A PDF or CSV in a known layout.")],
    out: Annotated[
        Optional[Path], typer.Option("--out", help="Write the table to this CSV instead of showing it.")
    ] = None,
) -> None:
    """Show, or write with --out, what any one file in a known layout says."""
    from pipeline.stages.extract_tables import extract_file

    extract_file(file, out)


@app.command(epilog="Exit codes: 0 valid; 1 at least one error; 2 usage; 3 the file cannot be read safely.")
def validate(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX, one row a deployment.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Every problem, for machines.")] = False,
) -> None:
    """Check a file of deployment records against the standard, row by row."""
    from pipeline.core.io import read_text_table
    from pipeline.standard.report import to_json, to_text
    from pipeline.standard.validate import validate_file

    forces = list(read_text_table(Paths(find_root()).reference / "forces.csv")["force_id"])
    report = validate_file(file, forces)
    typer.echo(to_json(report) if as_json else to_text(report))
    raise typer.Exit(report.exit_code)


@app.command()
def refresh() -> None:
    """Ask the publishers for newer files and report, row by row, what changed."""
    from pipeline.stages import refresh as stage

    paths = Paths(find_root())
    with one_run_at_a_time(paths.root, "refresh"):
        code = stage.run(paths, load_params(paths.root / "params.yaml"))
    raise typer.Exit(code)


@app.command()
def accept(
    proposal: Annotated[
        Path, typer.Argument(help="The decided proposal, data/refresh/revisions.yaml.")
    ] = Path("data/refresh/revisions.yaml"),
) -> None:
    """Take up the revisions that a reviewer decided: snapshot, registry, ledger of revisions."""
    from pipeline.stages import accept as stage

    paths = Paths(find_root())
    with one_run_at_a_time(paths.root, "accept"):
        lines = stage.run(paths, proposal)
    typer.echo("\n".join(lines) or "nothing to take up")


@app.command()
def snapshot() -> None:
    """Take data/extracted as the new embedded snapshot, after its difference report was reviewed."""
    from pipeline.sources.snapshot import write_snapshot

    changed = write_snapshot(Paths(find_root()))
    typer.echo(f"changed: {', '.join(changed)}" if changed else "nothing changed")


@app.command()
def review(
    base: Annotated[str, typer.Option("--base", help="Git revision to compare with.")] = "HEAD",
) -> None:
    """Write one page of every claim, verdict, table row and notebook output that changed since a revision."""
    from pipeline.tools.review import write_review

    typer.echo(write_review(Paths(find_root()), base))


@app.command()
def mend() -> None:
    """Remove what DVC left half-written when it was killed, so that `dvc repro` can go on."""
    from pipeline.tools.mend import mend as put_right

    for line in put_right(find_root()):
        typer.echo(line)


@app.command()
def bench(
    part: Annotated[
        str,
        typer.Argument(
            help="build: the build and a record of 100,000 rows. throughput: the matching engine beside its "
            "peers, and approximate indexes. national: the decade's faces against one list; a killed run "
            "goes on where it stopped. Or all."
        ),
    ] = "all",
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Try throughput and national small, in a minute; writes to .cache/bench_quick."
        ),
    ] = False,
) -> None:
    """Measure this machine while it is quiet; writes data/bench (about 15 minutes a part)."""
    from pipeline.tools.bench import bench as measure

    measure(Paths(find_root()), part, quick)
