"""Read data/reference/headlines.yaml: the national totals, and how statements are read beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.errors import RecordError
from pipeline.national.bounds import month_number
from pipeline.schemas.documents import read_document

FILE = "headlines.yaml"


@dataclass(frozen=True)
class Headline:
    """A stated national total.

    Args:
        id: Our name for it.
        claim_id: Key into stated_claims.csv, which holds its number and wording.
        total_id: Key into published_totals.csv, where it stands too; a total is no evidence for itself.
        measure: What is summed.
        first: First month of its window, see `pipeline.national.bounds.month_number`.
        last: Last month of its window.
    """

    id: str
    claim_id: str
    total_id: str
    measure: str
    first: int
    last: int


@dataclass(frozen=True)
class Reading:
    """One way to read words such as "more than" and "about"; the file says it in full.

    Args:
        id: `strict` or `natural`.
        rounded_words: Whether a round number in words is round to its last digit that is not nought.
        counted_from_first_use: Whether a total that begins in the month or year of first use counts from
            then on.
        only_reported_without_own: Whether a force without equipment of its own deployed on the reported days
            only.
        about: The reading in words.
    """

    id: str
    rounded_words: bool
    counted_from_first_use: bool
    only_reported_without_own: bool
    about: str


@dataclass(frozen=True)
class Choices:
    """The whole file.

    Args:
        headlines: The stated totals.
        measures: Measure -> measures of published totals that say something of it, `both` or `lower`.
        readings: The ways to read words.
        complete: Force -> first and last month in which the record holds every deployment.
        trust: Grades of published totals that are used.
        use: total_id -> `lower`, `upper` or `none`, where not both.
        reasons: total_id -> why it is not used for both.
        also_says: What pages say besides their number.
        not_added: Rows that may be the same deployment as another row, and so add nothing to it.
    """

    headlines: tuple[Headline, ...]
    measures: dict[str, dict[str, str]]
    readings: tuple[Reading, ...]
    complete: dict[str, tuple[int, int]]
    trust: tuple[str, ...]
    use: dict[str, str]
    reasons: dict[str, str]
    also_says: tuple[dict[str, Any], ...]
    not_added: tuple[str, ...]


def read_choices(reference: Path) -> Choices:
    """Read and check the file.

    Args:
        reference: The folder data/reference.

    Raises:
        RecordError: if an entry is incomplete or unknown, or a window ends before it begins.
    """
    content = read_document(reference / FILE, reference / "schemas" / "headlines.schema.json")
    for entry in (*content["headlines"], *content["complete_records"], *content["also_says"]):
        if entry["first"] > entry["last"]:
            raise RecordError(
                FILE,
                "a window that ends before it begins",
                row=entry.get("id") or entry["force_id"],
                value=f"{entry['first']} to {entry['last']}",
                next_step="correct `first` or `last`",
            )
        if entry.get("measure", "deployments") not in content["measures"]:
            raise RecordError(
                FILE,
                "unknown measure",
                row=entry["id"],
                value=entry["measure"],
                next_step=f"known: {', '.join(content['measures'])}",
            )
    return Choices(
        headlines=tuple(Headline(**_months(entry)) for entry in content["headlines"]),
        measures=content["measures"],
        readings=tuple(Reading(**entry) for entry in content["readings"]),
        complete={
            entry["force_id"]: (month_number(entry["first"]), month_number(entry["last"]))
            for entry in content["complete_records"]
        },
        trust=tuple(content["trust"]),
        use={entry["total_id"]: entry["use"] for entry in content["totals"]},
        reasons={entry["total_id"]: entry["reason"] for entry in content["totals"]},
        also_says=tuple(_months(entry) for entry in content["also_says"]),
        not_added=tuple(entry["report_id"] for entry in content["rows_not_added"]),
    )


def _months(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {name: month_number(entry[name]) for name in ("first", "last")}
