"""What a person, or a machine, is told about a file."""

import json
from collections import Counter
from dataclasses import dataclass, field

from pipeline.standard.problems import ERROR, Problem, quoted, visible

VALID, PROBLEMS, USAGE, REFUSED = 0, 1, 2, 3
EXIT_CODES = {
    VALID: "valid; there may be warnings",
    PROBLEMS: "at least one error",
    USAGE: "the command was not understood, or there is no such file",
    REFUSED: "the file cannot be read safely, or is no table",
}
SHOWN_PER_KIND = 50


@dataclass(frozen=True)
class Report:
    """The result of a check.

    Args:
        file: Name of the file.
        form: What sort of file it was taken for; blank if it was refused.
        rows: Records in it.
        problems: All of them, by row; those of the whole file first.
        absent: Recommended fields for which there is no column.
        refused: Why the file was not read; blank if it was.
    """

    file: str
    form: str = ""
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    absent: tuple[str, ...] = ()
    refused: str = ""

    @property
    def errors(self) -> int:
        return sum(problem.severity == ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors

    @property
    def exit_code(self) -> int:
        return REFUSED if self.refused else PROBLEMS if self.errors else VALID


def to_text(report: Report, most: int = SHOWN_PER_KIND) -> str:
    """Return the report in words, safe for a terminal: one line a problem, by row, then a summary.

    Args:
        report: The report.
        most: Problems of one kind that are shown; the summary counts them all.

    Example:
        >>> print(to_text(Report("day.csv", "CSV, UTF-8, separated by comma", rows=3)))
        day.csv: CSV, UTF-8, separated by comma; 3 records
        VALID: no errors, no warnings.
    """
    if report.refused:
        return f"NOT READ: {visible(report.refused)}"
    shown, seen = [], Counter()
    for problem in report.problems:
        seen[problem.severity, problem.kind] += 1
        if seen[problem.severity, problem.kind] <= most:
            shown.append(f"  {_line(problem)}")
    left_out = [
        f"  ... and {count - most:,} more of the kind {kind} ({severity})"
        for (severity, kind), count in seen.items()
        if count > most
    ]
    absent = (
        [f"  not stated: {len(report.absent)} recommended fields ({', '.join(report.absent)})"]
        if report.absent
        else []
    )
    first = f"{visible(report.file)}: {visible(report.form)}; {_many(report.rows, 'record')}"
    counts = f"{_many(report.errors, 'error')}, {_many(report.warnings, 'warning')}"
    last = f"NOT VALID: {counts}." if report.errors else f"VALID: {counts}."
    return "\n".join([first, *shown, *left_out, *absent, last])


def to_json(report: Report) -> str:
    """Return the report for machines: every problem, in plain ASCII.

    Keys: file, form, rows, valid, exit_code, refused, errors, warnings, absent, problems; each problem
    has the fields of `Problem`.
    """
    content = {
        "file": report.file,
        "form": report.form,
        "rows": report.rows,
        "valid": report.exit_code == VALID,
        "exit_code": report.exit_code,
        "refused": report.refused,
        "errors": report.errors,
        "warnings": report.warnings,
        "absent": list(report.absent),
        "problems": [problem._asdict() for problem in report.problems],
    }
    return json.dumps(content, indent=1)


def _line(problem: Problem) -> str:
    place = ", ".join(
        part for part in (f"row {problem.row}" if problem.row else "", visible(problem.column)) if part
    )
    value = f"{quoted(problem.value)} " if problem.value else ""
    instead = f"Write {visible(problem.instead)}" if problem.instead else ""
    advice = visible(problem.advice)
    what_to_do = ", ".join(part for part in (instead, advice) if part)
    return f"{problem.severity}: {place + ': ' if place else ''}{value}{visible(problem.wrong)}." + (
        f" {what_to_do[0].upper()}{what_to_do[1:]}." if what_to_do else ""
    )


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}" if count else f"no {word}s"
