"""A small record, made by hand, on which every number can be checked with a pencil."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def small_record() -> pd.DataFrame:
    """Two rows of 2023 at threshold 0.60, three of 2025 (one without hours, one called off)."""
    nan = np.nan
    rows = [
        # date, place, hours, threshold, faces, alerts, true, false, arrests, kind, warnings
        ("2023-05-01", "Camden", 4.0, 0.60, 1000, 3, 2, 1, 1, "published_record", ""),
        ("2023-06-01", "Camden", 6.0, 0.60, 3000, 1, 1, 0, 2, "published_record", ""),
        ("2025-01-01", "Brixton", 5.0, 0.64, 2000, 5, 5, 0, 9, "published_record", ""),
        ("2025-02-01", "Camden", nan, 0.64, 4000, 4, 4, 0, 1, "transcription", ""),
        ("2025-03-01", "Camden", nan, nan, nan, nan, nan, nan, nan, "published_record", "deployment_aborted"),
    ]
    columns = [
        "date", "place", "duration_hours", "threshold_score", "faces_scanned", "alerts", "true_alerts",
        "false_alerts", "arrests", "source_kind", "warnings",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(
        date=pd.to_datetime(table["date"]),
        location=table["place"],
        deployment_id=[f"force-{day}-1" for day in table["date"]],
    )
