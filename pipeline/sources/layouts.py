"""The layouts in which the record is published: printed headings and the columns they stand over, as data.

A publisher's new layout is a new entry here, not new code elsewhere.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import RecordError

TEXT_COLUMNS = frozenset(
    {"location", "duration", "use_case", "purpose"}
)  # may run on in a second printed row

Heading = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How one kind of table is printed.

    Args:
        id: Name of the layout.
        columns: Our column names, in printed order.
        headings: What is printed above each of these columns, read downwards; more than one where the wording
            changes within a file.
    """

    id: str
    columns: tuple[str, ...]
    headings: tuple[Heading, ...]

    def matches(self, found: Sequence[str]) -> bool:
        """Whether `found` is one of this layout's headings, but for case, spaces and punctuation."""
        return [normalise(cell) for cell in found] in [
            [normalise(cell) for cell in known] for known in self.headings
        ]


GRID_COLUMNS = (
    "location",
    "date",
    "duration",
    "use_case",
    "watchlist_size",
    "threshold",
    "total_alerts",
    "true_confirmed",
    "true_unconfirmed",
    "false_confirmed",
    "false_unconfirmed",
    "false_alert_rate",
    "arrests",
    "other_disposals",
    "no_action",
    "faces_seen",
)

PDF_LAYOUTS = (
    Layout(
        id="met_grid_2020",
        columns=(
            "location",
            "date",
            "purpose",
            "watchlist_size",
            "total_alerts",
            "false_alerts",
            "false_alert_engagements",
            "true_alerts",
            "true_alert_engagements",
            "arrests_or_disposals",
            "faces_seen",
            "false_alert_rate",
        ),
        headings=(
            (
                "Deployment",
                "Date (DD/MM/ YY)",
                "Purpose Reference",
                "Watchlist Size",
                "Total Alerts",
                "False Alert / Confirmed False Alerts",
                "False Alert / Confirmed False Alert Engagements",
                "True Alerts1",
                "True Alert Engagements",
                "Arrests / Disposals",
                "Faces seen (Estimate)",
                "False Alert Rate",
            ),
        ),
    ),
    Layout(
        id="met_grid_2023",
        columns=GRID_COLUMNS,
        headings=(
            (
                "Deployment Location",
                "Date",
                "Duration of Deployment",
                "LFR Purpose Reference / LFR Purpose",
                "Watchlist Size",
                "Min Threshold Setting",
                "Total Alerts",
                "True Alerts Confirmed",
                "True Alerts Unconfirmed",
                "False Alerts Confirmed",
                "False Alerts Unconfirmed",
                "False Alert Rate",
                "Engagement Outcomes Arrest",
                "Engagement Outcomes Other Disposal",
                "Engagement Outcomes No Action",
                "Faces seen (Estimate)",
            ),
            (
                "Deployment Location",
                "Date",
                "Duration",
                "LFR Use Case",
                "Watchlist Size",
                "Min Threshold Setting",
                "Total Alerts",
                "True Alerts Confirmed",
                "True Alerts Unconfirmed",
                "False Alerts Confirmed",
                "False Alerts Unconfirmed",
                "False Alert Rate",
                "Engagement Outcomes Arrest",
                "Engagement Outcomes Other Disposal",
                "Engagement Outcomes No Action",
                "Faces seen (Estimate)",
            ),
        ),
    ),
    Layout(
        id="met_grid_2025",
        columns=GRID_COLUMNS,
        headings=(
            (
                "Deployment Location",
                "Date",
                "Duration",
                "LFR Use Case",
                "Watchlist Size",
                "Min Threshold Setting",
                "Total Alerts",
                "True Alerts Confirmed",
                "True Alerts Unconfirmed",
                "False Alerts Confirmed",
                "False Alerts Unconfirmed",
                "False Alert Rate",
                "Outcome - Arrest",
                "Outcome - Other",
                "No action",
                "Faces seen (estimate)",
            ),
        ),
    ),
)

# A table whose first row reads so explains codes and holds no deployments.
REFERENCE_LISTS: tuple[Heading, ...] = (
    ("Reference", "Purpose"),
    ("Reference", "Use Case", "LFR Policy Document Reference"),
)

# Headings of a transcribed CSV; None where we leave a column out, because it holds a reading, not a print.
TRANSCRIPTION = {
    "source_row": "row",
    "date": None,
    "date_printed": "date",
    "location": "location",
    "borough": "borough",
    "use_case": "use_case",
    "faces_seen": "faces_seen",
    "total_alerts": "total_alerts",
    "arrests": "arrests",
    "false_alert_rate_printed": "false_alert_rate",
    "false_alert_text_printed": "false_alert_text",
    "false_alerts_stated": None,
    "true_alerts_unconfirmed_stated": "true_unconfirmed_text",
    "remark": None,
}
TRANSCRIPTION_LAYOUT = Layout(
    id="transcription",
    columns=(
        "location",
        "date",
        "borough",
        "use_case",
        "faces_seen",
        "total_alerts",
        "arrests",
        "false_alert_rate",
        "false_alert_text",
        "true_unconfirmed_text",
    ),
    headings=(tuple(TRANSCRIPTION),),
)

ORIGIN_COLUMNS = ("source_id", "page", "row")

# Tables collected by hand from many pages: the embedded snapshot is the only file that there is.
COLLECTED = {
    "reported_deployments": (
        "report_id",
        "date_start",
        "date_end",
        "date_precision",
        "result_kind",
        "location",
        "duration_hours",
        "watchlist_size",
        "watchlist_size_max",
        "faces_qualifier",
        "faces_seen",
        "alerts",
        "true_alerts",
        "false_alerts",
        "arrests",
        "other_outcomes",
        "threshold",
        "page_url",
        "publisher_url",
        "page_title",
        "page_kind",
        "trust",
        "note",
    ),
    "published_totals": (
        "total_id",
        "force_id",
        "scope",
        "period_start",
        "period_end",
        "measure",
        "subgroup",
        "qualifier",
        "value",
        "unit",
        "page_url",
        "publisher_url",
        "page_title",
        "trust",
        "note",
    ),
    "rollout": (
        "force_id",
        "scope",
        "status",
        "first_use",
        "own_capability_from",
        "vendor",
        "algorithm",
        "threshold",
        "vans",
        "vans_stated",
        "vans_announced_with",
        "vans_shared_with",
        "joint_with",
        "funder",
        "page_url",
        "publisher_url",
        "trust",
        "note",
    ),
    "costs": (
        "item",
        "value",
        "unit",
        "period",
        "page_url",
        "trust",
        "note",
    ),
    "policy_timeline": (
        "date",
        "event",
        "actor",
        "page_url",
        "trust",
    ),
    "test_results": (
        "point_id",
        "study",
        "algorithm",
        "threshold",
        "watchlist_size",
        "measure",
        "subgroup",
        "value",
        "ci_low",
        "ci_high",
        "page_url",
        "publisher_url",
        "trust",
        "note",
    ),
    "counter_evidence": (
        "item_id",
        "side",
        "claim",
        "figure",
        "who",
        "year",
        "page_url",
        "publisher_url",
        "trust",
    ),
    "stated_claims": (
        "claim_id",
        "stated_by",
        "stated_in",
        "stated_on",
        "wording_in_our_words",
        "quantity",
        "operator",
        "value",
        "unit",
        "period_start",
        "period_end",
        "scope",
        "page_url",
        "what_would_check_it",
        "expected_difficulty",
        "contradiction_found",
    ),
}

# Tables that this project wrote: the embedded snapshot and the output of `extract_tables`.
EXTRACTED_LAYOUTS = tuple(
    Layout("extracted_table", columns, headings=((*ORIGIN_COLUMNS, *columns),))
    for columns in dict.fromkeys(
        (*(layout.columns for layout in (*PDF_LAYOUTS, TRANSCRIPTION_LAYOUT)), *COLLECTED.values())
    )
)


def normalise(cell: str) -> str:
    """Return a heading without the differences that printing makes: case, white space, punctuation.

    Example:
        >>> normalise("Faces seen\\n(Estimate )")
        'faces seen estimate'
    """
    return re.sub(r"[^a-z0-9]+", " ", cell.casefold()).strip()


def detect_pdf_layout(found: Sequence[str]) -> Layout | None:
    """Return the layout of the grid whose columns are headed by `found`, or None."""
    return next((layout for layout in PDF_LAYOUTS if layout.matches(found)), None)


def is_reference_list(cells: Sequence[str]) -> bool:
    """Whether a printed row opens a list that explains codes."""
    found = [normalise(cell) for cell in cells if cell]
    return any(found == [normalise(cell) for cell in known] for known in REFERENCE_LISTS)


def unknown_layout(
    path: Path, found: Sequence[str], known: Sequence[Heading], page: int | None = None
) -> RecordError:
    """Return the error for headings that match none of `known`: the difference, found and expected."""

    def likeness(heading: Heading) -> float:
        theirs, ours = " | ".join(map(normalise, found)), " | ".join(map(normalise, heading))
        return difflib.SequenceMatcher(None, theirs, ours, autojunk=False).ratio()

    nearest = max(known, key=likeness)
    theirs, ours = {normalise(cell) for cell in found}, {normalise(cell) for cell in nearest}
    surplus = [cell for cell in found if normalise(cell) not in ours]
    missing = [cell for cell in nearest if normalise(cell) not in theirs]
    where = f" on page {page}" if page else ""
    if surplus or missing:
        difference = f"not expected: {_quoted(surplus)}; missing: {_quoted(missing)}"
    else:
        difference = "the columns stand in another order or are repeated"
    return RecordError(
        path.name,
        f"unknown layout{where}; {difference}; headers found: {_quoted(found)}; "
        f"headers expected: {_quoted(nearest)}",
        next_step="if the publisher changed the layout, describe it in pipeline/sources/layouts.py",
    )


def _quoted(cells: Sequence[str]) -> str:
    return ", ".join(f'"{cell}"' for cell in cells) or "none"
