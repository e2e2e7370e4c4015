import json
import re
import subprocess

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths
from pipeline.tools.review import write_review

CLAIM = {
    "id": "HO04",
    "claim": "580 arrests in a year",
    "verdict": "reproduced",
    "value_computed": 580,
    "why": "Two windows.",
}
ROWS = """deployment_id,force_id,date,location,alerts
met-2024-07-11-1,met,2024-07-11,Dalston,3
met-2024-07-12-1,met,2024-07-12,Soho,1
"""


def run_git(root, *arguments):
    identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path):
    """A project with one commit that holds a claim, a value, a table, a chapter and a page."""
    for folder in ("data/clean", "data/derived", "book/chapters"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("/review/\n", encoding="utf-8")
    (tmp_path / "data/derived/claims.json").write_text(json.dumps([CLAIM]), encoding="utf-8")
    (tmp_path / "data/derived/values.json").write_text(
        json.dumps({"rows": {"text": "538", "description": "Rows"}}), encoding="utf-8"
    )
    (tmp_path / "data/clean/deployments.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "book/chapters/a.ipynb").write_text(chapter("538"), encoding="utf-8")
    (tmp_path / "book/index.md").write_text("An answer.\n", encoding="utf-8")
    run_git(tmp_path, "init", "-q")
    run_git(tmp_path, "add", "-A")
    run_git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def chapter(text):
    return json.dumps({"cells": [{"source": "total", "outputs": [{"data": {"text/plain": text}}]}]})


def review(project, base="HEAD"):
    message = write_review(Paths(project), base)
    return message, (project / "review/index.html").read_text(encoding="utf-8")


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_nothing_changed_is_said_plainly(project):
    message, page = review(project)
    assert "nothing changed" in message
    assert "Nothing changed." in page


def test_a_moved_verdict_is_shown_with_its_old_and_new_value(project):
    claim = CLAIM | {"verdict": "not_reproduced", "value_computed": 575}
    (project / "data/derived/claims.json").write_text(json.dumps([claim]), encoding="utf-8")
    message, page = review(project)
    assert "1 claim, 1 verdict" in message
    assert "<del>reproduced</del>" in page and "<ins>not_reproduced</ins>" in page
    assert page.index("<td>verdict") < page.index("<td>value_computed")


def test_values_rows_outputs_and_prose_are_all_on_the_page(project):
    (project / "data/derived/values.json").write_text(
        json.dumps({"rows": {"text": "539", "description": "Rows"}}), encoding="utf-8"
    )
    (project / "data/clean/deployments.csv").write_text(
        ROWS.replace("Soho,1", "Soho,7") + "met-2024-07-13-1,met,2024-07-13,Brent,0\n", encoding="utf-8"
    )
    (project / "book/chapters/a.ipynb").write_text(chapter("539"), encoding="utf-8")
    (project / "book/index.md").write_text("A better answer.\n", encoding="utf-8")
    (project / "book/new.md").write_text("A new page.\n", encoding="utf-8")
    _, page = review(project)
    said = words(page)
    assert "rows changed Rows Column Was Is text 538 539" in said
    assert "1 row added, 1 cell changed" in said
    assert "<del>1</del>" in page and "<ins>7</ins>" in page and "Brent" in page
    assert "<del>-538</del><ins>+539</ins>" in page
    assert "book/index.md +1 −1 lines" in said and "A better answer." in said
    assert "book/new.md +1 −0 lines" in said


def test_files_absent_at_the_base_count_as_added(project):
    (project / "data/derived/fig_new.csv").write_text("year,alerts\n2024,3\n", encoding="utf-8")
    _, page = review(project)
    assert "data/derived/fig_new.csv" in page and "1 row added" in page


def test_a_deleted_table_counts_as_removed(project):
    (project / "data/clean/deployments.csv").unlink()
    assert "2 rows removed" in words(review(project)[1])


def test_hostile_text_is_escaped_everywhere(project):
    hostile = "<script>alert(1)</script>"
    claim = CLAIM | {"claim": hostile, "why": hostile}
    (project / "data/derived/claims.json").write_text(json.dumps([claim]), encoding="utf-8")
    (project / "data/clean/deployments.csv").write_text(ROWS.replace("Soho", hostile), encoding="utf-8")
    (project / "book/chapters/a.ipynb").write_text(chapter(hostile), encoding="utf-8")
    (project / "book/index.md").write_text(hostile, encoding="utf-8")
    run_git(project, "commit", "--allow-empty", "-qm", hostile)
    _, page = review(project, "HEAD")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 4


@pytest.mark.parametrize("base", ["no-such-branch", "--output=x", "HEAD~99", ""])
def test_an_unknown_revision_is_one_clear_message_and_no_page(project, base):
    with pytest.raises(RecordError, match="no such revision"):
        write_review(Paths(project), base)
    assert not (project / "review").exists()


def test_a_folder_without_git_is_one_clear_message(tmp_path):
    with pytest.raises(RecordError):
        write_review(Paths(tmp_path), "HEAD")


def test_broken_json_in_the_tree_is_one_clear_message(project):
    (project / "data/derived/claims.json").write_text("[{", encoding="utf-8")
    with pytest.raises(RecordError, match=r"claims\.json: not valid JSON"):
        write_review(Paths(project), "HEAD")


def test_an_unchanged_project_gives_the_same_page_twice(project):
    (project / "book/index.md").write_text("Changed.\n", encoding="utf-8")
    assert review(project)[1] == review(project)[1]


def test_a_line_of_a_megabyte_and_a_table_of_thousands_of_rows_leave_the_page_readable(project):
    (project / "book/script.js").write_text("x" * 1_000_000, encoding="utf-8")
    (project / "data/derived/fig_long.csv").write_text(
        "n\n" + "\n".join(map(str, range(5000))), encoding="utf-8"
    )
    _, page = review(project)
    assert len(page) < 100_000
    assert "999,001 characters more" in page  # of a plus sign and a million letters, a thousand are shown
    assert "and 4,800 rows more" in words(page)
