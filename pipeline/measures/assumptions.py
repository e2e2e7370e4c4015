"""Read data/reference/assumptions.yaml: choices that the data do not make."""

from pathlib import Path

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml
from pipeline.measures.breaks import BreakSettings


def read_assumptions(path: Path) -> BreakSettings:
    """Read the settings of the search for breaks.

    Raises:
        RecordError: if one is missing, unknown or not a positive number.
    """
    content = read_yaml(path)
    try:
        settings = BreakSettings(**content["breaks"])
        fine = (
            all(number > 0 for number in content["breaks"].values())
            and settings.change_in_counting_factor > 1
        )
    except (TypeError, KeyError) as error:
        raise RecordError(
            path.name,
            f"assumption missing or unknown ({error})",
            next_step="compare with the comments in the file",
        ) from error
    if not fine:
        raise RecordError(
            path.name,
            "an assumption under `breaks` is not positive, or the factor is not above 1",
            value=content["breaks"],
            next_step="correct it and run again",
        )
    return settings
