"""The tables of arithmetic alone: what tests of every size could find, and how large they must be."""

import pandas as pd

from pipeline.measures import power

THIRD = 1 / 3  # share of the trials of each of three equal groups
LONDON = 0.135  # share of London's residents who gave a Black ethnic group in the 2021 Census
CORRELATION = 0.3  # assumed, of the outcomes of two passes of one volunteer


def power_curve() -> pd.DataFrame:
    """Power of the exact test of one of three equal groups against the others, by events in all."""
    rows = [
        {"events": events, "ratio": ratio, "power": power.power(events, THIRD, ratio)}
        for ratio in (2, 4, 8)
        for events in range(1, 101)
    ]
    return pd.DataFrame(rows)


def sample_sizes() -> pd.DataFrame:
    """Events in all that the exact test needs to find a true ratio four times in five."""
    exposures = {"half": 1 / 2, "one of three equal groups": THIRD, "as London's residents": LONDON}
    rows = []
    for name, exposure in exposures.items():
        for ratio in (1.5, 2, 3, 4, 5, 8):
            needed = power.events_needed(exposure, ratio)
            rows.append(
                {
                    "exposure_is": name,
                    "exposure": exposure,
                    "ratio": ratio,
                    "events_smallest": needed.smallest,
                    "events_stays": needed.stays,
                    "power_of_7": power.power(7, exposure, ratio),
                    "power_of_10": power.power(10, exposure, ratio),
                }
            )
    return pd.DataFrame(rows)


def passage_sizes(passes: int) -> pd.DataFrame:
    """Passages of volunteers that each of two groups needs to tell its TPIR from 0.89, four times in five."""
    effect = power.design_effect(passes, CORRELATION)
    rows = []
    for difference in (0.02, 0.03, 0.05, 0.10):
        trials = power.trials_needed(0.89, 0.89 - difference)
        rows.append(
            {
                "tpir": 0.89,
                "difference": difference,
                "independent_passages": round(trials),
                "design_effect": effect,
                "passages": round(trials * effect),
                "people": round(trials * effect / passes),
            }
        )
    return pd.DataFrame(rows)


def zero_events() -> pd.DataFrame:
    """What no event in so many trials leaves possible: the one-sided 95 % limit of the rate."""
    trials = [1_000, 10_000, 42_000, 100_000, 1_000_000]
    return pd.DataFrame({"trials": trials, "rate_high": [power.none_in(number) for number in trials]})
