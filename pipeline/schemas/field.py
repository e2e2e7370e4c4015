"""What one column of a published table is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One column of a published table.

    Args:
        name: Column name, snake_case, unit last.
        description: What it is, in a reader's words.
        kind: `text`, `date` (ISO 8601 day), `integer` or `number`.
        example: A value that occurs.
        unit: Unit of measurement; empty for text and dates.
        required: True if no cell may be blank.
        minimum: Lowest value allowed.
        maximum: Highest value allowed; above it a value is a misprint, not a fact.
        allowed: The only values allowed, if the list is closed.
    """

    name: str
    description: str
    kind: str
    example: str
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
