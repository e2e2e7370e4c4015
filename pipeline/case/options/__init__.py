"""Five ways to run live facial recognition, scored on ten criteria: does their order rest on the weights?

Scores are judgements with ranges, each with a reason and its evidence (data/reference/options.yaml). The
value of an option is the weighted mean of its scores. Weights are nobody's data; so they are varied over all
that is plausible, and shares of weights are reported, not one order: stochastic multicriteria acceptability
analysis, Lahdelma and Salminen (2001), https://doi.org/10.1287/opre.49.3.444.11220.
"""

from pipeline.case.options.tables import tables

__all__ = ["tables"]
