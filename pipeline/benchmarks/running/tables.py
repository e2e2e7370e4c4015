"""What every benchmark's table has in common: exact intervals beside counts, and numbers that travel."""

import numpy as np
import pandas as pd

from pipeline.measures.intervals import clopper_pearson

SIGNIFICANT_DIGITS = 6  # fewer than where two processors begin to differ


def with_share(table: pd.DataFrame, events: str, trials: str, share: str) -> pd.DataFrame:
    """Append `share`, `share`_low and `share`_high: events over trials with the exact 95 % interval.

    Example:
        >>> with_share(pd.DataFrame({"hits": [0], "of": [3]}), "hits", "of", "p").round(4).iloc[0].tolist()
        [0.0, 3.0, 0.0, 0.0, 0.7076]
    """
    exact = clopper_pearson(table[events], table[trials])
    return table.assign(**{share: exact.value, f"{share}_low": exact.low, f"{share}_high": exact.high})


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Cut every float to six significant digits, so that a rounding of another processor moves no byte."""
    return table.apply(
        lambda column: column.map(_cut) if pd.api.types.is_float_dtype(column) else column, axis=0
    )


def _cut(number: float) -> float:
    return number if np.isnan(number) else float(f"{number:.{SIGNIFICANT_DIGITS}g}")
