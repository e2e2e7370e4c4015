"""How large a file may be before it is refused unread, and the refusal."""

from pipeline.core.errors import RecordError

MAX_BYTES = 200_000_000
MAX_ROWS = 500_000  # a thousand times what every force together has published in a decade
MAX_COLUMNS = 200
MAX_CELLS = 25_000_000
MAX_CELL = 100_000  # characters; a spreadsheet stops at a third of it
MAX_UNPACKED = 600_000_000  # bytes of all parts of a workbook; 100,000 full rows take about 130 million
MAX_RATIO = (
    300  # times that a part of a workbook may grow when it is unpacked; sheets of repeated rows reach 60
)
MAX_PARTS = 1_000
MAX_PROBLEMS = 200_000  # after so many, no further column is checked


def refuse(name: str, problem: str, next_step: str) -> RecordError:
    """Return the error that refuses a file."""
    return RecordError(name, problem, next_step=next_step)
