"""The answer at the head of a force's page, in sentences made from its rows. Plain text, not yet Markdown."""

from calendar import month_name

from pipeline.chapters.forces import Force

VERDICTS = {
    "reproduced": "reproduced",
    "reproduced_with_caveat": "reproduced with a caveat",
    "consistent": "consistent with the public record",
    "not_reproduced": "not reproduced",
    "not_checkable": "not checkable",
}
FIELDS = {
    "duration_hours": "duration",
    "watchlist_size": "size of the watchlist",
    "threshold_score": "threshold",
    "faces_scanned": "faces scanned",
    "alerts": "alerts",
    "true_alerts": "true alerts",
    "false_alerts": "false alerts",
    "arrests": "arrests",
}


def words(force: Force) -> dict[str, str]:
    """What the placeholders of the notebook stand for: name and answer."""
    sentences = [_use(force), _rows(force), _totals(force), _claims(force), _missing(force)]
    return {"name": force.name, "answer": " ".join(sentence for sentence in sentences if sentence)}


def when(stated: str) -> str:
    """Write a day, month or year as a person would.

    Example:
        >>> when("2024-08-22"), when("2016-08"), when("2025")
        ('22 August 2024', 'August 2016', '2025')
    """
    year, _, rest = stated.partition("-")
    month, _, day = rest.partition("-")
    parts = [str(int(day))] if day else []
    return " ".join([*parts, *([month_name[int(month)]] if month else []), year])


def between(start: str, end: str) -> str:
    """Write a period; what its ends share is said once.

    Example:
        >>> between("2024-08-22", "2024-08-23"), between("2024-08", "2025-02")
        ('22 to 23 August 2024', 'August 2024 to February 2025')
    """
    same_month = start[:7] == end[:7] and start.count("-") == end.count("-") == 2
    return f"{int(start[8:]) if same_month else when(start)} to {when(end)}"


def at(stated: str) -> str:
    """Write when it was, with its preposition.

    Example:
        >>> at("2024-08-22"), at("2016-08")
        ('on 22 August 2024', 'in August 2016')
    """
    return ("on " if stated.count("-") == 2 else "in ") + when(stated)


def several(number: int, one: str, many: str) -> str:
    """Write a count with the words that agree with it.

    Example:
        >>> several(1, "row is", "rows are"), several(1200, "row is", "rows are")
        ('1 row is', '1,200 rows are')
    """
    return f"{number:,} {one if number == 1 else many}"


def listed(items: list[str]) -> str:
    """Join with commas and a last "and".

    Example:
        >>> listed(["a"]), listed(["a", "b", "c"])
        ('a', 'a, b and c')
    """
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def span(low: int, high: int) -> str:
    """Write a range of counts.

    Example:
        >>> span(1, 4), span(2, 2)
        ('1 to 4', '2')
    """
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _use(force: Force) -> str:
    row, name = force.rollout, force.name
    if row is None:
        return f"Nothing was found on how {name} came by its equipment."
    first = f" It first used the technology {at(row['first_use'])}." if row["first_use"] else ""
    since = row["own_capability_from"]
    match row["status"]:
        case "own":
            dated = f" since {when(since)}" if since else ""
            own = f"{name} has had live facial recognition equipment of its own{dated}."
            return own + (first if row["first_use"] != since else "")
        case "shared_own":
            return f"{name} has used equipment that it holds jointly with another force since {when(since)}."
        case "shared":
            return f"{name} has used live facial recognition with the help of others.{first}"
        case "trial_only":
            return (
                f"{name} tried live facial recognition, first {at(row['first_use'])}. No later use was found."
            )
        case _:
            return (
                f"No use of live facial recognition by {name} was found, and the page read says that there "
                "was none. It speaks of its own day; later decisions were not found."
            )


def _rows(force: Force) -> str:
    counted, all_counted = len(force.rows("deployments")), len(force.record.tables["deployments"])
    further, announced = len(force.further), len(force.announced)
    sentences = []
    if counted:
        days = force.rows("deployments")["date"]
        spanned = at(days.min()) if counted == 1 else f"from {when(days.min())} to {when(days.max())}"
        record = f"the {all_counted:,} deployments on known days in this record"
        sentences.append(f"Of {record}, {several(counted, 'is', 'are')} this force's, {spanned}.")
    elif further or announced:
        sentences.append("No deployment of this force on a known day is on record.")
    if further:
        low, high = (int(force.further[f"deployments_{end}"].sum()) for end in ("low", "high"))
        rows = several(further, "row without one single day stands", "rows without one single day stand")
        counted_not = "is not counted" if further == 1 else "are not counted"
        sentences.append(f"{rows} for {span(low, high)}{' more' if counted else ''}, and {counted_not}.")
    if announced:
        plans = several(announced, "announcement shows a plan", "announcements show plans")
        sentences.append(f"{plans}, not that anything took place.")
    return " ".join(sentences)


def _totals(force: Force) -> str:
    totals, clashes = len(force.rows("published_totals")), len(force.contradictions)
    if not totals:
        return ""
    published = several(totals, "total or rate of it is published", "totals and rates of it are published")
    clash = several(clashes, "pair of figures", "pairs of figures")
    return f"{published}; {clash} cannot both be right." if clashes else f"{published}."


def _claims(force: Force) -> str:
    ids = [claim_id for claim_id in force.claims["claim_id"] if claim_id in force.record.judged]
    if not ids:
        return ""
    verdicts = [force.record.judged[claim_id]["verdict"] for claim_id in ids]
    counts = [f"{verdicts.count(name):,} {text}" for name, text in VERDICTS.items() if name in verdicts]
    judged = several(len(ids), "headline claim about it was", "headline claims about it were")
    return f"{judged} judged: {listed(counts)}."


def _missing(force: Force) -> str:
    if force.shown.empty:
        return ""
    never = [text for field, text in FIELDS.items() if force.shown[field].isna().all()]
    return f"Never stated in a published row: {listed(never)}." if never else ""
