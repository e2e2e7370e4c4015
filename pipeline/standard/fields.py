"""The record of one deployment: every field of the standard, once. All else is written from this list.

One record is one camera site on one day: cameras that are watched together, with one watchlist and one
threshold. Two vans at two places on a day make two records; a deployment that runs past midnight makes one
record a day.
"""

from dataclasses import dataclass

from pipeline.schemas.fields import DATE_PRECISIONS, ONE_DEPLOYMENT, ONE_WATCHLIST, SOURCE_KINDS

REQUIRED = "required"  # the column stands in every file and no cell is blank
CORE = "core"  # the column stands in every file; a blank cell says "not recorded" and is pointed out
RECOMMENDED = "recommended"  # the column may be left out
PROVENANCE = "provenance"  # for whoever copies a record: where it was read and what to know about it
LEVELS = (REQUIRED, CORE, RECOMMENDED, PROVENANCE)

NOBODY = "Nobody, deployment by deployment."
MET_NOW = "The Met since 2023."
MET = "The Met."
MET_HOME_OFFICE = "The Met and the Home Office."


@dataclass(frozen=True)
class StandardField:
    """One field of the record.

    Args:
        name: Column name, snake_case, unit last.
        title: Heading for a reader.
        definition: What it is and how to count it.
        rationale: What cannot be answered without it.
        printed_by: Who prints it today, deployment by deployment.
        kind: `text`, `date` (YYYY-MM-DD), `time` (HH:MM), `integer`, `number`, or `tally`: counts by group,
            written `group:count` and joined by semicolons.
        example: The value in the template's invented row.
        level: One of `LEVELS`.
        unit: Unit of measurement; empty for text and dates.
        minimum: Lowest value allowed.
        maximum: Highest value allowed; above it a value is a slip.
        allowed: The only values allowed, if the list is closed.
        pattern: Regular expression that the whole cell matches, if the text has a form.
        also_called: Column names under which publishers print it; the validator says how to rename them.
    """

    name: str
    title: str
    definition: str
    rationale: str
    printed_by: str
    kind: str
    example: str
    level: str = RECOMMENDED
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    also_called: tuple[str, ...] = ()


def _text(name: str, title: str, definition: str, rationale: str, printed_by: str, example: str, **more):
    return StandardField(name, title, definition, rationale, printed_by, "text", example, **more)


def _count(
    name: str,
    title: str,
    definition: str,
    rationale: str,
    printed_by: str,
    example: str,
    unit: str,
    level: str = CORE,
    maximum: int = ONE_DEPLOYMENT,
    also_called: tuple[str, ...] = (),
) -> StandardField:
    return StandardField(
        name,
        title,
        definition,
        rationale,
        printed_by,
        "integer",
        example,
        level=level,
        unit=unit,
        minimum=0,
        maximum=maximum,
        also_called=also_called,
    )


FIELDS: tuple[StandardField, ...] = (
    _text(
        "deployment_id",
        "Deployment",
        "Key of the record: force, date, and number among the force's deployments of that day, joined by "
        "hyphens.",
        "A corrected record can only be told from a second deployment, and two tables only joined, by a key.",
        NOBODY,
        "simulated-2026-03-02-1",
        level=REQUIRED,
        pattern=r"[a-z][a-z0-9_]*-\d{4}-\d\d-\d\d-[1-9]\d*",
        also_called=("id", "deployment number", "ref", "reference"),
    ),
    _text(
        "force_id",
        "Force",
        "The police force or body that decides on the deployment and answers for it, as in forces.csv; "
        "under mutual aid "
        "the one that asked, not the one that lent the van.",
        "Shared vans are otherwise counted by both forces or by neither.",
        "Every publisher, by whose page it is.",
        "simulated",
        level=REQUIRED,
        pattern=r"[a-z][a-z0-9_]*",
        also_called=("force", "police force"),
    ),
    StandardField(
        "date",
        "Date",
        "Day on which the cameras ran, written YYYY-MM-DD.",
        "Totals by year cannot be added when a row stands for several days.",
        "The Met; the Home Office, with some days bundled.",
        "date",
        "2026-03-02",
        level=REQUIRED,
        also_called=("deployment date", "date of deployment"),
    ),
    _text(
        "location",
        "Location",
        "Place at which the cameras stood: street or station, and town.",
        "Where the technology is used is half of the dispute about who is exposed to it.",
        MET_HOME_OFFICE,
        "A square, Sampletown",
        level=REQUIRED,
        also_called=("place", "venue", "site"),
    ),
    _text(
        "use_case",
        "Use case",
        "What the deployment was for, in the words of the force's published policy.",
        "Whether a place was chosen for crime, for an event or for protection cannot be judged from its "
        "name.",
        MET,
        "Crime hotspot",
        level=CORE,
        also_called=("purpose",),
    ),
    StandardField(
        "duration_hours",
        "Duration",
        "Hours from the first camera on to the last camera off, pauses included; 5 hours 3 minutes is 5.05.",
        "Nothing can be said per hour: neither what officers' time yields nor how long a street is watched.",
        "The Met since 2023; the Home Office.",
        "number",
        "5.05",
        level=CORE,
        unit="hours",
        minimum=0,
        maximum=24,
        also_called=("duration", "hours"),
    ),
    _count(
        "watchlist_size",
        "Watchlist size",
        "People on the watchlist made for the deployment, each counted once however many pictures there are.",
        "The chance of a false alert grows with it; a rate cannot be set beside a test without it.",
        MET_HOME_OFFICE,
        "1200",
        "people",
        maximum=ONE_WATCHLIST,
        also_called=("watchlist", "watch list size"),
    ),
    StandardField(
        "threshold_score",
        "Threshold",
        "Similarity score at or above which the system alerted, as a fraction: 0.64, never 64 or 64%.",
        "Alerts at different thresholds are different measurements; the Met has used three.",
        "The Met since 2023; the Home Office.",
        "number",
        "0.64",
        level=CORE,
        unit="score, 0 to 1",
        minimum=0,
        maximum=1,
        also_called=("threshold", "similarity threshold"),
    ),
    _count(
        "faces_scanned",
        "Faces scanned",
        "Faces that were compared with the watchlist, counted in the way that faces_method names. Never a "
        "count of "
        "people.",
        "It is the denominator of the rates that are quoted most.",
        MET_HOME_OFFICE,
        "4100",
        "faces",
        also_called=("faces seen", "faces"),
    ),
    _count(
        "alerts",
        "Alerts",
        "Times the system reported a match at or above the threshold.",
        "It is the denominator of the share of alerts that were false.",
        MET_HOME_OFFICE,
        "9",
        "alerts",
        also_called=("total alerts", "number of alerts"),
    ),
    _count(
        "true_alerts",
        "True alerts",
        "Alerts that the force judged to show the person on the watchlist, met or not.",
        "With false alerts it accounts for every alert; without it the rest is a guess.",
        "The Met; the Home Office as positive alerts.",
        "8",
        "alerts",
        also_called=("positive alerts", "correct alerts"),
    ),
    _count(
        "true_alerts_confirmed",
        "True alerts, confirmed",
        "True alerts in which officers met the person and identity was confirmed.",
        "Only these were checked face to face. The others are judged from two pictures.",
        MET_NOW,
        "7",
        "alerts",
        also_called=("true confirmed", "true alerts confirmed"),
    ),
    _count(
        "true_alerts_unconfirmed",
        "True alerts, unconfirmed",
        "True alerts in which the person got away or officers chose not to stop them.",
        "A share of true alerts among all alerts mixes what was checked with what was not.",
        MET_NOW,
        "1",
        "alerts",
        also_called=("true unconfirmed", "true alerts unconfirmed"),
    ),
    _count(
        "false_alerts",
        "False alerts",
        "Alerts that the force judged to show somebody else, whether or not anyone was stopped.",
        "No error rate can be formed without it.",
        "The Met; the Home Office as incorrect alerts.",
        "1",
        "alerts",
        also_called=("incorrect alerts", "false positives"),
    ),
    _count(
        "false_alerts_confirmed",
        "False alerts, confirmed",
        "False alerts found to be false after officers met the person.",
        "It tells an error that reached a passer-by from one that an officer caught on the screen.",
        MET_NOW,
        "1",
        "alerts",
        also_called=("false confirmed", "false alerts confirmed"),
    ),
    _count(
        "false_alerts_unconfirmed",
        "False alerts, unconfirmed",
        "False alerts found to be false without meeting the person.",
        "Without it nobody can say how much the officer's look at the screen prevents.",
        "The Met since 2023, always as zero.",
        "0",
        "alerts",
        also_called=("false unconfirmed", "false alerts unconfirmed"),
    ),
    _count(
        "arrests",
        "Arrests",
        "People arrested because of an alert of this deployment. Other arrests of the same operation do "
        "not belong here.",
        "Arrests on the day and arrests after an alert are quoted as one figure.",
        MET_HOME_OFFICE,
        "3",
        "arrests",
        also_called=("number of arrests",),
    ),
    _count(
        "other_disposals",
        "Other disposals",
        "People dealt with otherwise because of an alert, such as a caution, a recall or a check of "
        "conditions; not "
        "arrested, and not without action.",
        "Yields of years and forces cannot be compared when disposals are added to arrests or left out.",
        MET_NOW,
        "2",
        "outcomes",
        also_called=("other disposal", "disposals"),
    ),
    _count(
        "no_action",
        "No action",
        "People met because of an alert and let go without arrest or other disposal.",
        "It is the cost to people who were stopped and not needed; it cannot be had by subtraction.",
        MET_NOW,
        "3",
        "outcomes",
        also_called=("no further action", "nfa"),
    ),
    StandardField(
        "start_time",
        "Start",
        "Local time at which the first camera was switched on, HH:MM.",
        "Footfall and crime differ by the hour; a duration alone cannot be set beside either.",
        "The Home Office.",
        "time",
        "10:00",
        also_called=("start", "time start", "from"),
    ),
    StandardField(
        "end_time",
        "End",
        "Local time at which the last camera was switched off, HH:MM; 24:00 at the end of the day.",
        "It proves the duration.",
        "The Home Office.",
        "time",
        "15:03",
        also_called=("end", "time end", "finish", "to"),
    ),
    _text(
        "camera_kind",
        "Kind of camera",
        "What carried the cameras.",
        "Fixed cameras entered the Met's record in October 2025 under a place name; they cannot be "
        "separated.",
        NOBODY,
        "van",
        allowed=("van", "fixed", "handheld", "other"),
        also_called=("camera type",),
    ),
    _count(
        "cameras",
        "Cameras",
        "Cameras whose pictures were searched.",
        "A camera column that is added up over days was read as a number of cameras.",
        "The Home Office.",
        "2",
        "cameras",
        level=RECOMMENDED,
        maximum=1_000,
        also_called=("number of cameras",),
    ),
    _text(
        "vendor",
        "Vendor",
        "Maker of the matching software.",
        "Scores of two vendors share no scale, so a threshold without a vendor means nothing.",
        NOBODY,
        "Invented Ltd",
        also_called=("supplier",),
    ),
    _text(
        "algorithm",
        "Algorithm and version",
        "Product and version of the matching software in use on the day.",
        "A test covers one version. Nobody can say whether the tested one was in use.",
        NOBODY,
        "Invented 4.1",
        also_called=("algorithm version", "software version"),
    ),
    _text(
        "faces_method",
        "How faces were counted",
        "detections: every face found in every picture searched. tracks: one for each passage through the "
        "picture. "
        "estimate: worked out from a sample or from totals. unknown: the force cannot say.",
        "The Met's faces per hour jump between 2023 and 2024 without a change in alerts. No rate per face "
        "can be "
        "compared across the jump.",
        NOBODY,
        "tracks",
        allowed=("detections", "tracks", "estimate", "unknown"),
    ),
    StandardField(
        "watchlist_by_category",
        "Watchlist by category",
        "People on the watchlist by the category of the published policy under which each was added, each "
        "counted once.",
        "Whether a list is for the gravest cases or for anybody wanted is argued without a figure.",
        NOBODY,
        "tally",
        "wanted:900;court order:250;missing:50",
        also_called=("watchlist categories",),
    ),
    _count(
        "watchlist_children",
        "Children on the watchlist",
        "People on the watchlist who were under 18 on the day.",
        "Children are protected by law more strongly, and no record shows how many are on a list.",
        NOBODY,
        "4",
        "people",
        level=RECOMMENDED,
        maximum=ONE_WATCHLIST,
        also_called=("under 18",),
    ),
    _text(
        "legal_basis",
        "Legal basis",
        "Policy document and its version under which the deployment was authorised.",
        "Rules on who and where are what the courts examined; a record must say which rules applied.",
        NOBODY,
        "Invented policy, version 2",
        also_called=("policy",),
    ),
    _text(
        "authorising_rank",
        "Authorising rank",
        "Rank of the officer who authorised the deployment; never a name.",
        "The level of authorisation is among the questions of the national consultation.",
        NOBODY,
        "superintendent",
        also_called=("authorising officer", "authorised by"),
    ),
    StandardField(
        "false_alerts_by_group",
        "False alerts by group",
        "False alerts by the ethnic group of the person alerted on, as the force recorded it, not_recorded "
        "among the "
        "groups.",
        "Whether errors fall on some groups more than on others can be asked only where each error carries "
        "a group.",
        "Nobody, deployment by deployment; the Met for one year in total.",
        "tally",
        "not_recorded:1",
    ),
    _count(
        "engagements_true",
        "Stops after true alerts",
        "People whom officers stopped or spoke to because of an alert later judged true, each counted once.",
        "One person can alert twice. Alerts and people are then two figures, and outcomes belong to people.",
        "The Met for 2020 to 2022; the Home Office as positive interventions.",
        "8",
        "people",
        level=RECOMMENDED,
        also_called=("positive interventions", "true alert engagements"),
    ),
    _count(
        "engagements_false",
        "Stops after false alerts",
        "People whom officers stopped or spoke to because of an alert later judged false, each counted once.",
        '"No incorrect interventions" is weaker than "no false alerts"; only this figure tells them apart.',
        "The Met for 2020 to 2022; the Home Office as incorrect interventions.",
        "1",
        "people",
        level=RECOMMENDED,
        also_called=("incorrect interventions", "false alert engagements"),
    ),
    _count(
        "volunteers_passed",
        "Passages of listed volunteers",
        "Times a volunteer placed on the watchlist walked past the cameras.",
        "Missed people leave no trace. Only planted volunteers show the share that the system finds.",
        NOBODY,
        "20",
        "passages",
        level=RECOMMENDED,
    ),
    _count(
        "volunteers_found",
        "Passages found",
        "Those passages that raised an alert on the volunteer.",
        "It is the numerator of that share.",
        NOBODY,
        "18",
        "passages",
        level=RECOMMENDED,
    ),
    _text(
        "deletion_confirmed",
        "Deletion confirmed",
        "yes if somebody checked that templates of people without an alert, and the watchlist, were "
        "deleted as the "
        "policy says; no if they were not, or nobody checked.",
        "Every policy promises deletion and no record shows it.",
        NOBODY,
        "yes",
        allowed=("yes", "no"),
    ),
    StandardField(
        "date_published",
        "Date of publication",
        "Day on which the record, in this revision, was first published.",
        "How promptly a force publishes cannot be measured.",
        NOBODY,
        "date",
        "2026-03-09",
        also_called=("published", "publication date"),
    ),
    StandardField(
        "revision",
        "Revision",
        "1 when first published, one more with each correction.",
        "Records were changed after publication without a mark; the first figures for Oxford Circus in "
        "July 2022 were "
        "later more than doubled.",
        NOBODY,
        "integer",
        "1",
        unit="revision",
        minimum=1,
        maximum=1_000,
        also_called=("version",),
    ),
    _text(
        "date_precision",
        "Precision of the date",
        "How much of the date the source states.",
        "A copied record must not look more exact than what was copied.",
        "This book.",
        "",
        level=PROVENANCE,
        allowed=DATE_PRECISIONS,
    ),
    _text(
        "source_id",
        "Source",
        "The source from which the record was copied.",
        "A reader must be able to walk back to the publisher.",
        "This book.",
        "",
        level=PROVENANCE,
    ),
    StandardField(
        "source_page",
        "Page",
        "Page of the publisher's file.",
        "A reader must be able to walk back to the publisher.",
        "This book.",
        "integer",
        "",
        level=PROVENANCE,
        unit="page",
        minimum=1,
        maximum=10_000,
    ),
    StandardField(
        "source_row",
        "Row",
        "Row on that page or in that file.",
        "A reader must be able to walk back to the publisher.",
        "This book.",
        "integer",
        "",
        level=PROVENANCE,
        unit="row",
        minimum=1,
        maximum=10_000_000,
    ),
    _text(
        "source_kind",
        "Kind of source",
        "What sort of source it is; simulation for a record that an engine made up.",
        "A transcription or an invented record must not pass for a published one.",
        "This book.",
        "simulation",
        level=PROVENANCE,
        allowed=SOURCE_KINDS,
    ),
    _text(
        "warnings",
        "Warnings",
        "What to know before using the record: words of the book's fixed list, joined by semicolons. A "
        "figure that is "
        "known not to add up is kept as printed and marked here.",
        "Silent correction hides what was printed.",
        "This book.",
        "",
        level=PROVENANCE,
    ),
)

BY_NAME: dict[str, StandardField] = {field.name: field for field in FIELDS}


def names(*levels: str) -> tuple[str, ...]:
    """Return the names of the fields of these levels, in order.

    Example:
        >>> names(REQUIRED)
        ('deployment_id', 'force_id', 'date', 'location')
    """
    return tuple(field.name for field in FIELDS if field.level in levels)
