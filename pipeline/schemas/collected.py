"""Columns of the tables that were collected page by page: every row says which page it was read on."""

from pipeline.schemas.field import Field

TRUST = ("A", "B", "C")
QUALIFIERS = ("exact", "at_least", "about")
SOURCE_KINDS = ("government_table", "force_statement", "press", "court")
PRECISIONS = ("day", "bundled_days", "month", "year", "window")
KINDS = ("result", "no_figures", "announcement")


def _text(name: str, description: str, example: str, required: bool = False, **more: tuple) -> Field:
    return Field(name, description, "text", example, required=required, **more)


def _count(name: str, description: str, example: str, unit: str, maximum: int = 5_000_000) -> Field:
    return Field(name, description, "integer", example, unit, minimum=0, maximum=maximum)


FORCE = _text("force_id", "Key into forces.csv; blank where the row is not about one force.", "essex")
PAGE = (
    _text("page_url", "Page on which the row was read.", "https://www.essex.police.uk/", required=True),
    _text(
        "publisher_url",
        "The first publisher's own page, if the page read republishes it.",
        "https://www.bbc.co.uk/news",
    ),
)
TITLE = _text("page_title", "What the page is.", "Essex Police news Aug 2024", required=True)
GRADE = _text(
    "trust",
    "How surely the named publisher said it, not whether it is true. A: the publisher's own page or "
    "document; B: a reliable secondary report, or several that agree; C: one weak page.",
    "A",
    required=True,
    allowed=TRUST,
)
NOTE = _text("note", "What to know of the row.", "two vans")
ORIGIN = (
    _text("source_id", "Key into sources.yaml.", "essex_statements", required=True),
    Field("source_row", "Row of data/extracted/<source_id>.csv.", "integer", "3", "row", True, 1, 10_000_000),
)
FIRST_DAY = Field("first_day", "First day that the row may cover.", "date", "2024-08-22")
LAST_DAY = Field("last_day", "Last day that the row may cover.", "date", "2024-08-23")

REPORTED = (
    _text("report_id", "Key of the row.", "OD009", required=True),
    _text("force_id", "The force that deployed; key into forces.csv.", "essex", required=True),
    FIRST_DAY,
    LAST_DAY,
    _text(
        "date_precision",
        "How much of the date is stated. bundled_days: the figures are those of several days together; "
        "window: no date is stated, and the span is that of the table.",
        "bundled_days",
        required=True,
        allowed=PRECISIONS,
    ),
    _text(
        "kind",
        "result: at least one figure; no_figures: it took place; announcement: a plan, which does not show "
        "that it took place.",
        "result",
        required=True,
        allowed=KINDS,
    ),
    _count(
        "deployments_low", "Fewest deployments that the row shows to have taken place.", "1", "deployments"
    ),
    _count(
        "deployments_high",
        "Most deployments that the row can stand for, if each day or named site counts as one.",
        "2",
        "deployments",
    ),
    _text("location", "Place or event as the source names it.", "Clacton Airshow", required=True),
    Field("duration_hours", "How long it lasted.", "number", "6", "hours", minimum=0, maximum=24),
    _count(
        "watchlist_size", "People or images on the watchlist; the lower end of a range.", "1200", "people"
    ),
    _count("watchlist_size_max", "Upper end of a stated range.", "1600", "people"),
    _text(
        "faces_qualifier",
        "How the number of faces is stated; blank if none is.",
        "about",
        allowed=(*QUALIFIERS, ""),
    ),
    _count("faces_scanned", "Faces seen by the cameras, an estimate of detections.", "47000", "faces"),
    _count("alerts", "Alerts, true and false together.", "61", "alerts"),
    _count("true_alerts", "Alerts judged to show the person on the watchlist.", "5", "alerts"),
    _count("false_alerts", "Alerts judged to show somebody else.", "0", "alerts"),
    _count("arrests", "Arrests ascribed to it.", "3", "arrests"),
    _text("other_outcomes", "Anything else that followed, in words.", "7 others spoken to"),
    Field("threshold_score", "Alert threshold.", "number", "0.64", "score, 0 to 1", minimum=0, maximum=1),
    _text(
        "deployment_id",
        "Its row in deployments.csv; blank if it is not exactly one deployment on one known day.",
        "essex-2025-05-03-1",
    ),
    *PAGE,
    TITLE,
    _text("source_kind", "What sort of page it is.", "force_statement", required=True, allowed=SOURCE_KINDS),
    GRADE,
    NOTE,
    *ORIGIN,
)

TOTALS = (
    _text("total_id", "Key of the row.", "OA014", required=True),
    FORCE,
    _text("scope", "one_force, or what the figure covers instead.", "one_force", required=True),
    _text("period_start", "First day, month or year covered, as stated.", "2024-08-22"),
    _text("period_end", "Last day, month or year covered, as stated.", "2024-10"),
    FIRST_DAY,
    LAST_DAY,
    _text(
        "measure",
        "What is counted, under the name of our column where there is one.",
        "deployments",
        required=True,
    ),
    _text("subgroup", "Borough, place, group or reason, if the figure is about a part.", "Croydon"),
    _text("qualifier", "How the value is stated.", "exact", required=True, allowed=QUALIFIERS),
    Field("value", "The figure as stated.", "number", "17", "see unit", required=True, minimum=0),
    _text("unit", "What the figure counts.", "count", required=True),
    *PAGE,
    TITLE,
    GRADE,
    NOTE,
    *ORIGIN,
)

ROLLOUT = (
    FORCE,
    _text("scope", "one_force, or england_and_wales.", "one_force", required=True),
    _text(
        "status",
        "own; shared (mutual aid); shared_own (two forces with joint vans); trial_only; none (as the force "
        "said at the date of the page); national.",
        "own",
        required=True,
        allowed=("own", "shared", "shared_own", "trial_only", "none", "national"),
    ),
    _text("first_use", "First day, month or year of use.", "2023-10-24"),
    _text(
        "own_capability_from",
        "Day, month or year from which the force has had its own equipment.",
        "2024-08-22",
    ),
    _text("vendor", "Vendor as named.", "NEC"),
    _text("algorithm", "Algorithm as named.", "NeoFace V4"),
    Field(
        "threshold_score", "Alert threshold in use.", "number", "0.64", "score, 0 to 1", minimum=0, maximum=1
    ),
    _count("vans", "Vans that the force states it has.", "2", "vans"),
    _text("vans_stated", "Vans and cameras, in words.", "2 joint"),
    _text(
        "vans_announced_with", "Forces with one key were announced to share the same vans.", "surrey_sussex"
    ),
    _text("vans_shared_with", "Forces with one key say that they share the same vans.", "surrey_sussex"),
    _text("joint_with", "With whom equipment is shared.", "Sussex"),
    _text("funder", "Who paid.", "Home Office"),
    *PAGE,
    GRADE,
    NOTE,
    *ORIGIN,
)

COSTS = (
    _text("item", "What was paid for.", "Essex Police tender", required=True),
    Field(
        "value",
        "The figure; blank where the source says that it is not published.",
        "number",
        "400000",
        "see unit",
        minimum=0,
    ),
    _text("unit", "What the figure is.", "GBP"),
    _text("period", "Day, year, financial year or span, as stated.", "2024/25"),
    *PAGE[:1],
    _text(
        "trust",
        "Grade A to C; derived: our arithmetic, never to be quoted as published.",
        "A",
        True,
        allowed=(*TRUST, "derived"),
    ),
    NOTE,
    *ORIGIN,
)

TIMELINE = (
    _text("date", "Day, month or year.", "2020-08-11", required=True),
    FIRST_DAY,
    LAST_DAY,
    _text("event", "What happened, in our words.", "The Court of Appeal rules", required=True),
    _text("actor", "Who acted.", "Court of Appeal", required=True),
    *PAGE[:1],
    GRADE,
    *ORIGIN,
)

TEST_RESULTS = (
    _text("point_id", "Key of the row.", "NP001", required=True),
    _text("study", "Test or record.", "NPL 2023 equitability study", required=True),
    _text("algorithm", "Algorithm tested, as named.", "NEC NeoFace V4"),
    _text(
        "threshold_stated", "Threshold as stated; scores of two algorithms share no scale.", "0.60 and above"
    ),
    Field(
        "threshold_score",
        "The same as a number, if one number is stated.",
        "number",
        "0.6",
        "score, 0 to 1",
        minimum=0,
        maximum=1,
    ),
    _text("watchlist_stated", "Size of the list as stated.", "2000-4000"),
    _count(
        "watchlist_size", "The same as a number, if one number is stated.", "10000", "people", 100_000_000
    ),
    _text("measure", "What is measured.", "TPIR (LFR)", required=True),
    _text("subgroup", "Group of people, or all.", "all"),
    Field("value", "The figure as stated.", "number", "0.89", "see measure", required=True, minimum=0),
    Field("ci_low", "Lower exact 95 % limit; ours.", "number", "0.87", "see measure", minimum=0),
    Field("ci_high", "Upper exact 95 % limit; ours.", "number", "0.91", "see measure", minimum=0),
    *PAGE,
    GRADE,
    NOTE,
    *ORIGIN,
)

COUNTER_EVIDENCE = (
    _text("item_id", "Key of the row.", "CE001", required=True),
    _text("side", "critical, or response.", "critical", required=True, allowed=("critical", "response")),
    _text("claim", "What is said, in our words.", "Few early alerts could be verified", required=True),
    _text("figure", "The figure it rests on.", "8 of 42"),
    _text("who", "Who says it.", "University of Essex", required=True),
    _text("year", "When.", "2019"),
    *PAGE,
    GRADE,
    *ORIGIN,
)

STATED_CLAIMS = (
    _text("claim_id", "Key of the claim, the same as in the ledger.", "LW01", required=True),
    _text("stated_by", "Who states it.", "Leapwise", required=True),
    _text("stated_in", "Where.", "announcement of its LFR report", required=True),
    _text("stated_on", "Day, month or year.", "2025"),
    _text("claim", "The claim in our words.", "police forces carried out 613 deployments", required=True),
    _text("quantity", "What is counted.", "deployments", required=True),
    _text("qualifier", "How the value is stated.", "exact", required=True, allowed=QUALIFIERS),
    Field("value", "The figure as stated.", "number", "613", "see unit", required=True, minimum=0),
    _text("unit", "What the figure counts.", "count", required=True),
    _text("period_start", "First day, month or year, as stated.", "2015-06"),
    _text("period_end", "Last day, month or year, as stated.", "2025-09"),
    _text("scope", "Force or forces, or what it covers instead.", "england_and_wales", required=True),
    *PAGE[:1],
    _text(
        "what_would_check_it", "The test, as set down when the claim was collected.", "sum of force records"
    ),
    _text("expected_difficulty", "How hard a check was expected to be then.", "hard"),
    _text("contradiction_found", "What is known to disagree.", "annual report"),
    *ORIGIN,
)

COLLECTED: dict[str, tuple[Field, ...]] = {
    "reported_deployments": REPORTED,
    "published_totals": TOTALS,
    "rollout": ROLLOUT,
    "costs": COSTS,
    "policy_timeline": TIMELINE,
    "test_results": TEST_RESULTS,
    "counter_evidence": COUNTER_EVIDENCE,
    "stated_claims": STATED_CLAIMS,
}
"""Table name -> its columns in order."""
