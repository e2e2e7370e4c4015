"""Every fault of an author stops the build with one message that names the page and the fault."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_output

from pipeline.book.engine import faults, guarded
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths
from pipeline.stages import build_book

from .conftest import ROOT, lay_out

FAULTS = {
    "unknown claim": ("{claim}`XX99`", 'unknown claim "XX99"'),
    "claim without a value": ("{claim}`HO05`", 'claim "HO05" has no "text" to print'),
    "unknown value": ("{value}`no-such-key`", 'unknown value "no-such-key"'),
    "unknown role": ("{nosuchrole}`x`", "unknown role: nosuchrole"),
    "unknown directive": (":::{nosuchdirective}\nx\n:::", "unknown directive: nosuchdirective"),
    "unknown label": ("[x](#no-such-label)", "no-such-label"),
    "unknown citation": ("{cite}`nobody1999`", "nobody1999"),
    "frame": (":::{iframe} https://example.org\n:::", 'no renderer for node type "iframe"'),
    "diagram by script": ("```{mermaid}\ngraph LR\n```", 'no renderer for node type "mermaid"'),
}


def test_one_build_reports_every_fault_with_its_page(tmp_path, params):
    # One page a fault, one build: the engine takes seconds, and all faults must be listed at once anyway.
    failed = new_output("error", ename="ValueError", evalue="no such year", traceback=[])
    paths = lay_out(tmp_path, [new_code_cell("x", outputs=[failed])])
    names = [f"fault-{place}" for place in range(len(FAULTS))]
    for name, (text, _) in zip(names, FAULTS.values(), strict=True):
        (paths.book / f"{name}.md").write_text(f"# {name}\n\n{text}\n", encoding="utf-8")
    toc = (paths.book / "myst.yml").read_text()
    files = "".join(f"    - file: {name}.md\n" for name in names)
    (paths.book / "myst.yml").write_text(toc.replace("site:\n", files + "site:\n"))
    with pytest.raises(RecordError) as raised:
        build_book.run(paths, params)
    lines = str(raised.value).splitlines()
    for name, (_, message) in zip(names, FAULTS.values(), strict=True):
        assert any(f"{name}.md" in line and message in line for line in lines), (name, message, lines)
    assert any("chapters/figures.ipynb a cell ended in ValueError: no such year" in line for line in lines)
    assert not paths.site.exists()


def test_dead_links_and_resources_of_other_sites_are_found_in_the_finished_pages(tmp_path, params):
    picture = new_output("display_data", {"text/html": '<img src="https://example.org/x.png" alt="">'})
    paths = lay_out(tmp_path, [new_code_cell("x", outputs=[picture])])
    links = "[a](/nowhere) [b](/nodes#nowhere) [c](nofile.md) [d](/data/none.csv)"
    (paths.book / "index.md").write_text(f"# Front\n\n{links}\n", encoding="utf-8")
    paths.site.mkdir()
    (paths.site / "old.html").write_text("the site before")
    with pytest.raises(RecordError) as raised:
        build_book.run(paths, params)
    message = str(raised.value)
    assert 'index.html: "nowhere" leads nowhere' in message
    assert 'nodes.html has no element with the id "nowhere"' in message
    assert "nofile.md" in message
    assert "there is no data/none.csv in the site" in message
    assert "figures.html: loads https://example.org/x.png from another site" in message
    assert [file.name for file in paths.site.iterdir()] == ["old.html"]  # the old site stands


def test_missing_values_name_the_file_and_the_next_step(tmp_path, params):
    paths = lay_out(tmp_path)
    (paths.derived / "values.json").unlink()
    with pytest.raises(
        RecordError, match=r"data/derived/values.json cannot be read .* run `dvc repro` first"
    ):
        build_book.run(paths, params)


def test_a_chart_script_that_was_not_made_stops_the_build(tmp_path):
    (tmp_path / "page.html").write_text('<figure class="vega-figure">')
    failing = [sys.executable, "-c", "print('half of it'); raise SystemExit(1)"]
    with (
        guarded(failing, stdout=subprocess.PIPE) as maker,
        pytest.raises(RecordError, match=r"vega\.js: not made"),
    ):
        build_book.add_vega(maker, tmp_path)
    assert not (tmp_path / "vega.js").exists()


def test_warnings_and_errors_of_the_log_are_found_once_each():
    log = "📖 Built a.md in 3 ms.\n⚠️  a.md:3 No target\n⛔️ b.md no role\n   more\n⚠️  a.md:3 No target\n"
    assert faults(log) == ["a.md:3 No target", "b.md no role"]


def processes_in(folder: Path) -> list[str]:
    """Return the ids of the processes whose working directory is the folder or below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            if Path(os.readlink(process / "cwd")).is_relative_to(folder.resolve()):
                found.append(process.name)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_build_leaves_no_process_behind(tmp_path):
    paths = lay_out(tmp_path)
    template = paths.book / "theme" / "template.yml"
    template.write_text(template.read_text().replace("python3 render.py", "sleep 20"))  # an engine that lasts
    code = "import sys, pathlib, pipeline.book.engine as e; e.run_engine(pathlib.Path(sys.argv[1]))"
    build = subprocess.Popen([sys.executable, "-c", code, paths.book], cwd=ROOT)
    while not (paths.book / "_build").exists():
        time.sleep(0.01)
    assert processes_in(paths.book) != []
    build.kill()
    build.wait()
    patience = time.monotonic() + 3
    while processes_in(paths.book) and time.monotonic() < patience:
        time.sleep(0.05)
    assert processes_in(paths.book) == []


def test_two_tables_of_one_name_are_refused(tmp_path):
    paths = Paths(tmp_path)
    for folder in (paths.clean, paths.derived):
        folder.mkdir(parents=True)
        (folder / "same.csv").write_text("a\n")
    (tmp_path / "site").mkdir()
    with pytest.raises(RecordError, match=r"same\.csv: two tables would be published under this name"):
        build_book.add_data(paths, tmp_path / "site")
