"""The committed ledger is judged anew, and a copy is broken in every way that must stop the build."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from pipeline.claims.reference import find, read_claims, read_values
from pipeline.core.errors import RecordError
from pipeline.core.params import load_params
from pipeline.core.paths import Paths
from pipeline.stages import check_claims

ROOT = Path(__file__).parents[3]
PARAMS = load_params(ROOT / "params.yaml")
VALUES_NEEDED = {
    "faces-2025",
    "annual-report-deployments",
    "ledger-annual-report-days",
    "arrests-year-to-van-announcement",
    "deployments-2025",
}
ALWAYS = {*(f"LW{n:02d}" for n in range(1, 18)), *(f"HO{n:02d}" for n in range(1, 9))}


@pytest.fixture(scope="module")
def small_reference():
    """A few entries of each kind from the committed files, so that breaking them takes no time."""
    claims = read_claims(ROOT / "data/reference/claims.yaml")
    values = read_values(ROOT / "data/reference/values.yaml")
    return {
        "claims": [
            entry
            for entry in claims
            if entry["id"] in {"PC01", "PC05", "PC20", "PC41", "PC40", "HO04", "PC37"}
        ],
        "values": [entry for entry in values if entry["key"] in VALUES_NEEDED],
    }


@pytest.fixture
def copy(tmp_path, small_reference):
    for address in check_claims.TABLES:
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / address, tmp_path / address)
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    (tmp_path / "book").mkdir()
    shutil.copy(ROOT / "book" / "myst.yml", tmp_path / "book")
    shutil.copy(ROOT / "data" / "reference" / "confidence.yaml", tmp_path / "data" / "reference")
    paths = Paths(tmp_path)
    write(paths, "conclusions", [])
    write(paths, "objections", [])
    for section, entries in small_reference.items():
        write(paths, section, entries)
    shutil.copytree(ROOT / "data" / "reference" / "schemas", paths.reference / "schemas")
    return paths


def write(paths, section, entries):
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)
    (paths.reference / f"{section}.yaml").write_text(text, encoding="utf-8")


def edit(paths, file, section, name, entry_name, change):
    """Change one entry of a reference file in the copy."""
    entries = yaml.safe_load((paths.reference / file).read_text(encoding="utf-8"))
    (entry,) = (entry for entry in entries if entry[name] == entry_name)
    change(entry)
    write(paths, section, entries)


def change_claim(paths, claim, **changes):
    edit(paths, "claims.yaml", "claims", "id", claim, lambda entry: entry.update(changes))


def refused(paths, words):
    """The stage stops with these words and writes nothing."""
    with pytest.raises(RecordError, match=words):
        check_claims.run(paths, PARAMS)
    assert not (paths.derived / "claims.json").exists()
    assert not (paths.derived / "values.json").exists()


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    derived = ROOT / "data" / "derived"
    found = [*derived.glob("benchmark_*.csv"), *derived.glob("case/*.csv"), ROOT / "book" / "myst.yml"]
    for address in (*check_claims.TABLES, *(str(file.relative_to(ROOT)) for file in found)):
        (root / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / address, root / address)
    shutil.copytree(ROOT / "data" / "reference", root / "data" / "reference", dirs_exist_ok=True)
    shutil.copy(ROOT / "CITATION.cff", root)
    check_claims.run(Paths(root), PARAMS)
    derived = root / "data" / "derived"
    claims = json.loads((derived / "claims.json").read_text(encoding="utf-8"))
    return {claim["id"]: claim for claim in claims}, json.loads(
        (derived / "values.json").read_text(encoding="utf-8")
    )


def test_the_consultancys_and_the_home_offices_claims_are_all_there(judged):
    claims, _ = judged
    assert set(claims) >= ALWAYS
    assert len(claims) >= 107  # as many as were collected


def test_every_claim_carries_the_contract_and_evidence_or_what_is_missing(judged):
    contract = {
        "id", "claim", "stated_by", "source_url", "value_claimed", "value_computed", "interval", "unit",
        "numerator", "denominator", "verdict", "why", "evidence", "topic", "text", "expression", "caveat",
        "missing", "windows",
    }  # fmt: skip
    for claim in judged[0].values():
        assert contract <= set(claim)
        assert claim["evidence"] or claim["missing"]
        assert "{" not in claim["why"]
        for piece in claim["evidence"]:
            assert (ROOT / piece["path"]).is_file()


@pytest.mark.parametrize(
    ("claim", "value"),
    [  # the contradictions listed with the published claims, counted there by hand
        ("PC01", 207),
        ("PC02", 2073),
        ("PC03", 10),
        ("PC04", 957),
        ("PC05", 3_147_436),
        ("PC36", 902_748),
        ("PC45", 34_286),
        ("PC56", 89),
        ("PC74", 1639),
        ("LW06", 1432),
        ("LW17", 43),
    ],
)
def test_the_recomputed_value_is_the_one_counted_by_hand(judged, claim, value):
    assert judged[0][claim]["value_computed"] == value


@pytest.mark.parametrize(
    ("claim", "bounds"),
    [
        ("LW01", [375 + 10 + 150 + 39 + 9, None]),  # the Met's rows and trials, South Wales, Essex, others
        ("LW02", [343 + 20 + 37 + 8, None]),
        ("LW09", [27, None]),
        ("LW11", [12, None]),
        ("HO01", [10, 12]),
    ],
)
def test_national_figures_are_bounded_by_what_was_published(judged, claim, bounds):
    assert judged[0][claim]["bounds"] == bounds
    assert judged[0][claim]["value_computed"] is None
    assert judged[0][claim]["verdict"] == "consistent"


def test_580_arrests_names_the_windows_that_come_nearest(judged):
    windows = judged[0]["HO04"]["windows"]
    assert [window["total"] for window in windows] == [575, 582]
    # Only windows ending between late December 2024 and about 9 January 2025 come near 580.
    assert min(window["first_end"] for window in windows) >= "2024-12-18"
    assert max(window["last_end"] for window in windows) <= "2025-01-10"


def test_a_rate_has_its_exact_interval_in_the_unit_of_the_claim(judged):
    claim = judged[0]["PC07"]
    assert (claim["numerator"], claim["denominator"]) == (10, 2073)
    assert claim["interval"] == pytest.approx([0.23, 0.89], abs=0.005)  # 0.23 to 0.88 for 10 of 2,077


@pytest.mark.parametrize(
    ("key", "text"),
    [  # from the sources' notes and the evidence guide
        ("met-deployments-total", "538"),
        ("faces-2025", "4,220,097"),
        ("false-per-alert-060-interval", "3.6 % (2.4–5.3)"),
        ("false-per-face-060-one-in", "1 in 19,650"),
        ("faces-per-hour-autumn-2023", "5,065"),
        ("faces-per-hour-late-2024", "1,725"),
        ("watchlist-median-060", "13,048"),
        ("arrests-year-to-van-announcement", "844"),
        ("first-date-064", "25 July 2024"),
        ("annual-report-deployments", "207"),
        ("deployments-2021", "0"),
    ],
)
def test_derived_values_are_written_as_the_prose_needs_them(judged, key, text):
    assert judged[1][key]["text"].replace("\N{NO-BREAK SPACE}", " ") == text


def test_verdicts_are_counted(judged):
    claims, values = judged
    assert values["claims-total"]["value"] == len(claims)
    counted = [key for key in values if key.startswith("claims-") and key.removeprefix("claims-") in {
        "reproduced", "reproduced-with-caveat", "consistent", "not-reproduced", "not-checkable"
    }]  # fmt: skip
    assert sum(values[key]["value"] for key in counted) == len(claims)


def test_a_changed_verdict_stops_the_build_naming_all_a_person_needs(copy):
    change_claim(copy, "PC01", verdict="reproduced")
    refused(
        copy,
        r"claims.yaml row PC01: the typed verdict is reproduced, the computed one is not_reproduced: "
        r'"claimed = 203, recomputed 207"; look at the rows',
    )


def test_a_changed_record_stops_the_build(copy):
    path = copy.clean / "deployments.csv"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("metropolitan-2025-08-24-1"))
    cells = line.replace(",23,", ",24,")
    assert cells != line
    path.write_text(text.replace(line, cells), encoding="utf-8")
    refused(copy, "row PC20: the typed verdict is reproduced, the computed one is not_reproduced")


def test_a_part_that_fails_takes_the_claim_with_it(copy):
    edit(copy, "claims.yaml", "claims", "id", "PC41", lambda entry: entry["also"][0].update(value_claimed=13))
    refused(copy, "row PC41: the typed verdict is reproduced, the computed one is not_reproduced")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "row 2 .PC01.: Additional properties .*'colour'"),
        ({"operator": "<"}, "row 2 .PC01.: operator"),
        ({"verdict": "true"}, "row 2 .PC01.: verdict"),
        ({"source_url": "the annual report"}, "row 2 .PC01.: source_url"),
        ({"missing": "the days"}, "row PC01: needs exactly one of expression"),
        ({"evidence": []}, "row PC01: no evidence"),
        ({"function": "running_total"}, "row PC01: needs exactly one of expression"),
        ({"see": ["PC99"]}, 'row PC01: unknown claim under see: "PC99"'),
        (
            {"why": "They are {deployments-2052}."},
            'row PC01: unknown name: "deployments-2052"; did you mean deployments-2025',
        ),
        ({"caveat": "None."}, "row PC01: a caveat without effect"),
        ({"interval": "binomial"}, "row PC01: an interval needs numerator and denominator"),
        ({"format": "roman"}, "row PC01: cannot be written as roman"),
        ({"expression": "SELECT count(*) AS value FROM arrests"}, "row PC01: SQL that DuckDB refuses"),
        (
            {"expression": "SELECT count(*) AS n FROM deployments"},
            "row PC01: the expression must give numbers",
        ),
        ({"expression": "SELECT 'a lot' AS value"}, "row PC01: the expression must give numbers"),
        (
            {"expression": "SELECT sum(alerts) AS value FROM deployments WHERE alerts < 0"},
            "row PC01: the expression must",
        ),
        (
            {"expression": "SELECT count(*) AS value FROM read_csv('/etc/passwd')"},
            "row PC01: reaches outside the record",
        ),
        ({"expression": "DROP TABLE deployments"}, "row 2 .PC01.: expression"),
        (
            {"evidence": [{"table": "deployments", "rows": "year(date) = 2024"}]},
            "row PC01: evidence picks other rows",
        ),
        ({"evidence": [{"table": "arrests", "rows": "true"}]}, "row PC01: evidence from an unknown table"),
    ],
)
def test_a_wrong_entry_is_one_clear_message(copy, changes, words):
    change_claim(copy, "PC01", **changes)
    refused(copy, words)


def test_an_unknown_function_or_argument_is_one_clear_message(copy):
    change_claim(copy, "HO04", arguments={"columns": "arrests"})
    refused(copy, "row HO04: function twelve_month_windows does not work with these arguments")
    change_claim(copy, "HO04", function="eval")
    refused(copy, "row . .HO04.: function: 'eval' is not one of")


def test_an_id_used_twice_is_refused(copy):
    change_claim(copy, "PC05", id="PC01")
    refused(copy, 'id used twice: "PC01"')


def test_a_missing_key_names_the_entry(copy):
    edit(copy, "claims.yaml", "claims", "id", "PC01", lambda entry: entry.pop("why"))
    refused(copy, "row 2 .PC01.: 'why' is a required property")


def test_invalid_yaml_names_the_line(copy):
    path = copy.reference / "claims.yaml"
    path.write_text("- id: PC01\n  claim: [unclosed\n", encoding="utf-8")
    refused(copy, r"claims.yaml row \d+: invalid YAML")


@pytest.mark.parametrize("content", ["", "[]\n", "none\n", "other: 1\n", "- just words\n"])
def test_a_file_of_another_shape_is_refused(copy, content):
    (copy.reference / "claims.yaml").write_text(content, encoding="utf-8")
    refused(copy, "claims.yaml")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "one_in"}, "row faces-2025: cannot be written as one_in"),
        ({"format": "words"}, r"row \d: format"),
        ({"sql": "SELECT faces FROM deployments"}, "row faces-2025: SQL that DuckDB refuses"),
        ({"sql": "SELECT 1 AS number"}, "row faces-2025: .*columns are number"),
        (
            {"sql": "SELECT sum(alerts) AS value FROM deployments WHERE alerts < 0"},
            "row faces-2025: .*gave nothing",
        ),
    ],
)
def test_a_wrong_value_is_one_clear_message(copy, changes, words):
    edit(copy, "values.yaml", "values", "key", "faces-2025", lambda entry: entry.update(changes))
    refused(copy, words)


def test_an_unknown_name_is_refused_with_the_nearest_known_one():
    with pytest.raises(RecordError, match=r"unknown name.*did you mean faces-2025"):
        find({"faces-2025": 1, "arrests-2025": 2}, "faces-2052", "values.json")
    assert find({"faces-2025": 1}, "faces-2025", "values.json") == 1


def test_two_runs_write_the_same_bytes(copy):
    check_claims.run(copy, PARAMS)
    first = [(copy.derived / name).read_bytes() for name in ("claims.json", "values.json")]
    check_claims.run(copy, PARAMS)
    assert first == [(copy.derived / name).read_bytes() for name in ("claims.json", "values.json")]


def test_the_order_of_the_page_keeps_a_topic_together():
    topics = [entry["topic"] for entry in read_claims(ROOT / "data/reference/claims.yaml")]
    assert sum(a != b for a, b in pairwise(topics)) + 1 == len(set(topics))
