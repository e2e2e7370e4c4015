"""What duplication costs, and what doing it once would cost: a model of ranges, its drivers, its break-evens.

No published figure prices a test, a procurement or a training package, so nearly every input is an
assumption; each stands in data/reference/cost_assumptions.yaml. Intervals are the middle 95 of 100 draws from
those ranges: what the ranges leave open, and no measure of how good they are.
"""

import pandas as pd

from pipeline.case.costs.breakeven import break_evens, by_forces, value_of_a_stop
from pipeline.case.costs.failure import read_record
from pipeline.case.costs.register import at_mode, draw, read_assumptions
from pipeline.case.costs.sensitivity import rated, tornados
from pipeline.case.costs.simulate import DRAWS, SEED
from pipeline.case.costs.tables import (
    cost_failure,
    cost_failure_chances,
    cost_false_shares,
    cost_parts,
    cost_test_sizes,
    cost_totals,
)
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.tables import read_deployments


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """Every table of the part, by name; the functions that make them say what is in them.

    Raises:
        RecordError: if the register is wrong, or a clean table is missing.
    """
    assumptions = read_assumptions(paths)
    record = read_record(read_deployments(paths.clean))
    middle, drawn = at_mode(assumptions), draw(assumptions, DRAWS, SEED)
    bars = tornados(assumptions, record)
    at_risk = drawn | record.draw_shares(DRAWS, SEED)
    return {
        "cost_register": rated(assumptions, bars),
        "cost_totals": cost_totals(middle, drawn, params.confidence),
        "cost_parts": cost_parts(middle, drawn),
        "cost_test_sizes": cost_test_sizes(assumptions, middle),
        "cost_tornado": bars,
        "cost_break_evens": break_evens(middle, drawn),
        "cost_by_forces": by_forces(middle, drawn, record, params.confidence),
        "cost_failure": cost_failure(at_risk, record, params.confidence),
        "cost_failure_chances": cost_failure_chances(middle, at_risk, record, params.confidence),
        "cost_false_shares": cost_false_shares(record),
        "cost_stop_values": value_of_a_stop(middle, record),
    }
