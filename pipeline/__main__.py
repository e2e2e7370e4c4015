"""`python -m pipeline STAGE` runs a stage at once; all else goes to the command line, `pipeline.cli`.

The build starts a process for each stage, so what a stage does not need is not imported before it.
"""

import os
import sys

from pipeline.core.errors import RecordError
from pipeline.core.log import set_up_logging
from pipeline.stages import SCHEDULER, STAGES, run_stage


def plain_stage(arguments: list[str]) -> list[str | None] | None:
    """The stage and its arguments as `dvc.yaml` writes them; None for what the command line must read.

    Example:
        >>> plain_stage(["fetch_sources"]), plain_stage(["fetch_sources", "--help"])
        (['fetch_sources'], None)
    """
    name, *rest = arguments or [""]
    if name not in STAGES or any(word.startswith("-") for word in rest):
        return None
    if name == "run_benchmarks":
        return [name, *(rest or [None]), os.environ.get(SCHEDULER) or None] if len(rest) <= 1 else None
    if name == "execute_chapters":
        return [name, *(rest or [None])] if len(rest) <= 1 else None
    return None if rest else [name]


def main() -> None:
    """Run the command line; a user's mistake is one clear message and exit code 1."""
    set_up_logging()
    try:
        if stage := plain_stage(sys.argv[1:]):
            run_stage(*stage)
        else:
            from pipeline.cli import app

            app()
    except (RecordError, FileNotFoundError) as error:
        if isinstance(error, FileNotFoundError) and "no dvc.yaml" not in str(error):
            raise
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept", file=sys.stderr)
        sys.exit(130)  # as a shell reports a command ended by SIGINT


if __name__ == "__main__":
    main()
