import json
from importlib.metadata import version

import pytest
from filelock import FileLock

from pipeline.core.lock import LOCK_NAME
from pipeline.tools.doctor import (
    check_disk,
    check_killed_run,
    check_lock,
    check_own_program,
    check_packages,
    check_pipeline,
    check_program,
    check_python,
    check_raw,
    diagnose,
    read_pins,
)


@pytest.mark.parametrize(
    ("found", "ok"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_python_from_3_11_to_3_13_will_do(found, ok):
    assert check_python(found).ok is ok


def test_a_pin_whose_marker_excludes_this_machine_is_left_out():
    lock = "# made by uv\na==1.0 \\\n    --hash=sha256:00\nb==2.0 ; sys_platform == 'nowhere' \\\n"
    assert read_pins(lock) == {"a": "1.0"}


def test_a_missing_and_an_outdated_package_are_named_with_the_remedy(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"jinja2==0.0.1\nno-such-package==1.0\npyyaml=={version('pyyaml')}\n", encoding="utf-8")
    finding = check_packages(lock)
    assert not finding.ok
    assert "2 of 3 differ" in finding.detail
    assert f"jinja2 {version('jinja2')} (pinned 0.0.1)" in finding.detail
    assert "no-such-package missing" in finding.detail
    assert "make book" in finding.detail


def test_an_environment_like_the_lock_file_is_well(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"pyyaml=={version('pyyaml')}\n", encoding="utf-8")
    assert check_packages(lock).ok


def test_node_on_the_machine_but_not_in_the_environment_is_missing(tmp_path):
    assert not check_own_program("node", tmp_path).ok
    (tmp_path / "node").touch()
    assert check_own_program("node", tmp_path).ok


def test_a_missing_browser_is_reported_but_optional():
    finding = check_program(("no-such-browser",), "for tests", "install it", optional=True)
    assert (finding.ok, finding.optional) == (False, True)
    assert "install it" in finding.detail


def test_a_full_disk_is_reported_with_what_is_needed():
    assert not check_disk(10_000_000).ok
    assert "1 GB" in check_disk(10_000_000).detail
    assert check_disk(50_000_000_000).ok


def test_a_broken_pipeline_file_is_reported(tmp_path):
    file = tmp_path / "dvc.yaml"
    file.write_text("stages: [", encoding="utf-8")
    assert not check_pipeline(file).ok
    file.write_text("stages: {a: {}, b: {}}", encoding="utf-8")
    assert check_pipeline(file).detail == "2 stages"


def test_sources_not_fetched_yet_are_no_fault_but_a_broken_manifest_is(tmp_path):
    manifest = tmp_path / "manifest.json"
    assert check_raw(manifest).optional
    manifest.write_text("{", encoding="utf-8")
    assert not check_raw(manifest).optional
    manifest.write_text(
        json.dumps({"sources": {"a": {"resolver": "snapshot"}, "b": {"resolver": "archive"}}}),
        encoding="utf-8",
    )
    assert check_raw(manifest).detail == "2 fetched (1 by archive, 1 by snapshot)"


def test_a_run_that_holds_the_lock_is_seen_and_left_alone(tmp_path):
    with FileLock(tmp_path / LOCK_NAME):
        assert not check_lock(tmp_path).ok
    assert check_lock(tmp_path).ok


def test_a_lock_file_cut_off_by_a_kill_is_reported_with_the_remedy(tmp_path):
    assert check_killed_run(tmp_path).ok
    (tmp_path / "dvc.lock").touch()
    assert not check_killed_run(tmp_path).ok
    assert "pipeline mend" in check_killed_run(tmp_path).detail


def test_every_finding_has_a_name_and_a_line(tmp_path):
    findings = diagnose(tmp_path)
    assert len(findings) == 12
    assert all(finding.what and finding.detail and "\n" not in finding.detail for finding in findings)
