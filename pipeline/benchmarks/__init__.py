"""Benchmarks of the matching engine: a population model, protocols, and a runner that can be stopped."""

BENCHMARKS = (
    "population",
    "accuracy",
    "watchlist-size",
    "equitability",
    "deployment-day",
    "what-if",
)
"""Each is a module of this package with `run(paths, params, runner)`, which returns its tables by name."""
