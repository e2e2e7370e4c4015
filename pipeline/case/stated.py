"""What some page states of each force's settings and policies: value, short form and page, cell by cell."""

from urllib.parse import urlsplit

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.national.rows import Record

VENDOR = "vendor"  # its page is that of the whole row of the roll-out table, which other pages back up
SETTINGS = (VENDOR, "threshold", "list size")
POLICIES = {
    "list_cap": "list cap",
    "authorising_rank": "who authorises",
    "deletion": "deletion",
    "children_on_lists": "children on lists",
}
"""Item of policies.csv -> what a reader is shown; its threshold is that of `SETTINGS`."""
SHORT = {  # values of policies.csv as a narrow cell shows them
    "superintendent": "Supt",
    "no match at once; alert 24 hours; video 31 days": "24 h",
    "2000": "2,000",
}
OWN_PAGES = (".police.uk", ".gov.uk")
LIST_TOTALS = ("watchlist_size", "watchlist_size_low", "watchlist_size_high")

Cells = dict[tuple[str, str], tuple[str, str, str]]
"""(force, item) -> what is stated, the same in few letters, and the page that states it."""


def settings_stated(record: Record) -> Cells:
    """Vendor, threshold and the range of lists that each force's rows and statements show."""
    cells: Cells = {}
    for row in record.rollout[record.rollout["force_id"] != ""].itertuples():
        if row.vendor:
            cells[row.force_id, VENDOR] = (vendor_name(row.vendor), "", row.page_url)
        if pd.notna(row.threshold_score):
            cells[row.force_id, "threshold"] = (f"{row.threshold_score:.2f}", "", row.page_url)
    for force, (low, high, page) in lists_stated(record).items():
        cells[force, "list size"] = (f"{low:,.0f}–{high:,.0f}", thousands(low, high), page)
    reported = record.totals[record.totals["measure"] == "threshold"]
    for row in reported.itertuples():  # the page that prints it, where the roll-out table names another
        if (row.force_id, "threshold") in cells:
            cells[row.force_id, "threshold"] = (f"{row.value:.2f}", "", row.page_url)
    return cells


def lists_stated(record: Record) -> dict[str, tuple[float, float, str]]:
    """Shortest and longest list of each force and a page; of rows with a threshold, those at the last one."""
    pages = record.rollout.set_index("force_id")["page_url"]
    single = record.deployments.assign(watchlist_size_max=pd.NA, page_url="")
    took_place = record.reported[record.reported["kind"] == "result"]
    columns = ["force_id", "watchlist_size", "watchlist_size_max", "threshold_score", "page_url"]
    rows = pd.concat([single[columns], took_place[columns]], ignore_index=True)
    totals = record.totals[record.totals["measure"].isin(LIST_TOTALS)]
    rows = rows.dropna(subset=["watchlist_size"])
    found = {}
    for force, own in rows.groupby("force_id"):
        if own["threshold_score"].notna().any():
            own = own[own["threshold_score"] == own["threshold_score"].max()]
        page = next((page for page in own["page_url"] if page), pages[force])
        found[force] = _range(pd.concat([own["watchlist_size"], own["watchlist_size_max"]]), page)
    for force, own in totals.groupby("force_id"):
        if force not in found:
            found[force] = _range(own["value"], own["page_url"].iloc[0])
    return found


def policies_stated(policies: pd.DataFrame) -> Cells:
    """What the first coder found of each policy; blank values leave no cell.

    Raises:
        RecordError: for an unknown item, or a value without the page that states it.
    """
    cells: Cells = {}
    first = policies[(policies["coder"] == "1") & (policies["value"] != "")]
    for row in first.itertuples():
        if row.item not in POLICIES and row.item != "threshold":
            raise _wrong("unknown item", row.Index, row.item, f"use threshold, {', '.join(POLICIES)}")
        if not row.page_url.startswith("https://"):
            raise _wrong("a value without its page", row.Index, row.page_url, "name the page that states it")
        if row.item in POLICIES:
            cells[row.force_id, POLICIES[row.item]] = (row.value, SHORT.get(row.value, ""), row.page_url)
    return cells


def vendor_name(vendor: str) -> str:
    """The maker of the algorithm in one word.

    Example:
        >>> [vendor_name(v) for v in ("NEC (Northgate Public Services)", "Digital Barriers / Corsight AI")]
        ['NEC', 'Corsight']
    """
    return vendor.split(" (")[0].split(" / ")[-1].split()[0]


def thousands(low: float, high: float) -> str:
    """A range of list sizes in few letters.

    Example:
        >>> thousands(13419, 19199), thousands(400, 800), thousands(1200, 1600)
        ('13–19k', '400–800', '1.2–1.6k')
    """
    if high < 1000:
        return f"{low:,.0f}–{high:,.0f}"
    digits = 0 if low >= 1900 else 1
    return f"{low / 1000:.{digits}f}–{high / 1000:.{digits}f}k"


def is_own(page: str) -> bool:
    """Whether a page is a force's own or the government's.

    Example:
        >>> is_own("https://www.gmp.police.uk/x"), is_own("https://www.bbc.co.uk/police.uk")
        (True, False)
    """
    host = urlsplit(page).hostname or ""
    return f".{host}".endswith(OWN_PAGES)


def _range(sizes: pd.Series, page: str) -> tuple[float, float, str]:
    known = sizes.dropna().astype("float64")
    return float(known.min()), float(known.max()), page


def _wrong(what: str, index: int, value: str, step: str) -> RecordError:
    return RecordError("policies.csv", what, row=index + 2, value=value, next_step=step)
