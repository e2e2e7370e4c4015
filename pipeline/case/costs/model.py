"""What four ways of working cost over the years counted, part by part.

alone       every force tests, buys, and writes training and papers by itself: the comparison of the slogan
as_now      few tests are made, a framework is shared, some forces write packages of their own
central     a national team tests every vendor once a version, and writes one package
accepting   central, and every force makes a small acceptance test of each version besides

Every formula holds for single numbers and for arrays of draws alike. What costs the same in all four (vans,
software, officers on the street, teaching) is left out.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.case.costs.register import Settings
from pipeline.measures.power import design_effect, trials_needed

OPTIONS = ("alone", "as_now", "central", "accepting")
PARTS = ("testing", "procurement", "training", "papers", "team")

# What is asked: name -> (the option that costs, the option that it is set against).
COMPARISONS = {
    "gross": ("alone", "central"),
    "net": ("as_now", "central"),
    "net_accepting": ("as_now", "accepting"),
}

Amount = float | NDArray[np.float64]
POINT = 0.1  # percentage points: nobody plans a test for a finer difference


@cache
def _trials(found: float, tenths: int) -> float:
    return trials_needed(found, found - tenths * POINT / 100)


def passes_of_a_test(settings: Settings) -> Amount:
    """Passes of all groups together that tell one group's share found from another's, power four in five.

    Example:
        >>> test = {"found": 0.89, "difference_points": 2.0, "groups": 3}
        >>> round(passes_of_a_test(test | {"passes_each": 10, "correlation": 0.3}))  # 3 * 3.7 * 4137.5
        45926
    """
    tenths, place = np.unique(np.rint(np.divide(settings["difference_points"], POINT)), return_inverse=True)
    trials = np.array([_trials(float(settings["found"]), int(tenth)) for tenth in tenths])[place]
    passes = settings["groups"] * trials * design_effect(settings["passes_each"], settings["correlation"])
    return float(passes) if np.ndim(settings["difference_points"]) == 0 else passes


def cost_of_a_test(settings: Settings, passes: Amount) -> Amount:
    """Pounds for one test of so many passes."""
    return settings["test_setup"] + passes * settings["pass_cost"]


def costs(settings: Settings) -> dict[str, dict[str, Amount]]:
    """Pounds by option and part.

    Args:
        settings: A value, or an array of draws, for each assumption.

    Returns:
        OPTIONS, each with PARTS.
    """
    s = settings
    forces, post_years = s["forces"], s["post_cost"] * s["years"]
    full = cost_of_a_test(s, passes_of_a_test(s))
    once = s["tests"] * s["vendors"] * full
    framework = s["procurement_cost"] * (s["framework_share"] + forces * s["calloff_share"])
    one_package = s["package_cost"] * (1 + forces * s["adaptation_share"])
    own, lent = s["own_package_now"], (1 - s["own_package_now"]) * s["adaptation_share"]
    papers = forces * s["papers_posts"] * post_years
    led = papers * (1 - s["papers_saved"]) + forces * s["returns_posts"] * post_years
    team = s["team_posts"] * (1 + s["team_overhead"]) * post_years
    central = dict(zip(PARTS, (once, framework, one_package, led, team), strict=True))
    return {
        "alone": {
            "testing": forces * s["tests"] * full,
            "procurement": forces * s["procurement_cost"],
            "training": forces * s["package_cost"],
            "papers": papers,
            "team": 0.0 * team,
        },
        "as_now": {
            "testing": s["tests_now"] * cost_of_a_test(s, s["passes_now"]),
            "procurement": framework,
            "training": forces * s["package_cost"] * (own + lent),
            "papers": papers,
            "team": s["team_exists"] * team,
        },
        "central": central,
        "accepting": central | {"testing": once + forces * s["tests"] * s["acceptance_share"] * full},
    }


def totals(settings: Settings) -> dict[str, Amount]:
    """Pounds by option."""
    return {option: sum(parts.values()) for option, parts in costs(settings).items()}


def savings(settings: Settings) -> dict[str, Amount]:
    """Pounds that central work saves in each comparison; below 0 it costs more."""
    total = totals(settings)
    return {name: total[dear] - total[cheap] for name, (dear, cheap) in COMPARISONS.items()}
