"""Benchmarks of the matching engine: a population model, protocols, and a runner that can be stopped."""

BENCHMARKS = (
    "model",
    "accuracy",
    "watchlist-size",
    "equitability",
    "deployment-day",
    "what-if",
    "same-crowd",
)
"""Each is a folder of this package whose `benchmark` has `run(paths, params, runner)`: its tables by name."""
