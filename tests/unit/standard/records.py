"""Files of records for the tests: one sound row, and the same with one cell changed."""

import csv
import io

from pipeline.standard.documents import template
from pipeline.standard.validate import validate_bytes

SOUND = template().iloc[0].to_dict()


def record(number=1, **changes):
    """The template's row, the number-th of its day, with changes."""
    return (
        SOUND
        | {"deployment_id": f"simulated-2026-03-02-{number}", "faces_scanned": str(4000 + number)}
        | changes
    )


def as_csv(rows, separator=","):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def check(rows, encoding="utf-8", separator=",", forces=None):
    return validate_bytes(as_csv(rows, separator).encode(encoding), "test.csv", forces)


def errors(report):
    """Kind, row, column of every error."""
    return [(found.kind, found.row, found.column) for found in report.problems if found.severity == "error"]


def advice(report, column):
    """What to write instead in the first faulty cell of a column."""
    return next(found.instead for found in report.problems if found.column == column)
