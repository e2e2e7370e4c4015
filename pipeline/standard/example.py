"""An invented file with the slips that are made most often, for the book."""

from pipeline.standard.documents import template
from pipeline.standard.fields import CORE, REQUIRED, names

_ROW = template()[list(names(REQUIRED, CORE))].iloc[0].to_dict()
_ROWS = (
    _ROW | {"date": "02/03/2026", "duration_hours": "5h03m", "threshold_score": "64%", "use_case": "="},
    _ROW | {"deployment_id": "simulated-2026-03-02-2", "watchlist_size": "1,200", "true_alerts": "9"},
    _ROW | {"deployment_id": "simulated-2026-03-02-3", "faces_scanned": "c. 4,000", "other_disposals": "N/A"},
    dict.fromkeys(_ROW, "") | {"deployment_id": "Total", "alerts": "27"},
)

SLIPS = "\n".join(
    ";".join(cells)
    for cells in (
        [{"faces_scanned": "Faces Seen"}.get(name, name) for name in _ROW],
        *(list(row.values()) for row in _ROWS),
    )
)
"""Four rows below their header, separated by semicolons."""
