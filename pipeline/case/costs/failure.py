"""The cost of central failure: one wrong threshold everywhere, against the same error in one force.

The error is that a threshold is set at which a larger share of alerts is false. Both shares come from the
Met's own files: what it printed at 0.64, and what it printed at 0.60. People are counted, not priced.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.case.costs.detection import alerts_to_signal, alerts_to_signal_at
from pipeline.case.costs.model import Amount
from pipeline.case.costs.register import Settings

RIGHT, WRONG = 0.64, 0.60  # thresholds that the Met printed, with the shares of alerts that were false
SPOKEN_TO, FALSE_IN_REPORT = 6, 10  # of the false alerts in the Met's report: counter-evidence CE039
YEAR_OF_ALERTS = "2025"
MONTHS = 12
SCENARIOS = ("other_alone", "met_alone", "all_together", "all_apart", "all_unwatched")


@dataclass(frozen=True)
class Record:
    """What the record holds of the two thresholds, and of a year's alerts.

    Args:
        false_right: False alerts at the higher threshold.
        alerts_right: Alerts at it.
        false_wrong: False alerts at the lower one.
        alerts_wrong: Alerts at it.
        alerts_a_year: The Met's alerts in its last whole year.
    """

    false_right: int
    alerts_right: int
    false_wrong: int
    alerts_wrong: int
    alerts_a_year: int

    @property
    def usual(self) -> float:
        """Share of alerts that were false at the higher threshold: what a chart would be tuned to."""
        return self.false_right / self.alerts_right

    def shares(self) -> dict[str, float]:
        """The observed shares, to stand beside assumptions at their modes."""
        return {
            "false_share": self.usual,
            "false_share_wrong": self.false_wrong / self.alerts_wrong,
            "stopped_share": SPOKEN_TO / FALSE_IN_REPORT,
        }

    def draw_shares(self, draws: int, seed: int) -> dict[str, NDArray[np.float64]]:
        """Draws of the shares from what the counts leave open (Jeffreys' posterior)."""
        random = np.random.default_rng(seed)
        counts = {
            "false_share": (self.false_right, self.alerts_right),
            "false_share_wrong": (self.false_wrong, self.alerts_wrong),
            "stopped_share": (SPOKEN_TO, FALSE_IN_REPORT),
        }
        return {
            name: random.beta(events + 0.5, trials - events + 0.5, draws)
            for name, (events, trials) in counts.items()
        }


def read_record(deployments: pd.DataFrame) -> Record:
    """Count the Met's own files at both thresholds, and its year's alerts.

    Args:
        deployments: The Met's rows; needs threshold_score, alerts, false_alerts, date, source_kind.
    """
    own = deployments[deployments["source_kind"] == "published_record"]
    year = deployments[deployments["date"].dt.year == int(YEAR_OF_ALERTS)]

    def counted(threshold: float) -> tuple[int, int]:
        rows = own[own["threshold_score"] == threshold]
        return int(rows["false_alerts"].sum()), int(rows["alerts"].sum())

    return Record(*counted(RIGHT), *counted(WRONG), int(year["alerts"].sum()))


def alerts_exposed(settings: Settings, record: Record) -> dict[str, Amount]:
    """Alerts that pass under the wrong threshold until it is corrected, in each scenario.

    A chart signals after a number of alerts that does not depend on who counts them. So a small force needs
    long, the Met weeks, and all together days; and if it has not signalled by the next full test, that test
    ends it. Then the correction takes its time. `all_unwatched` has no chart and waits for the test.

    Args:
        settings: As for the model, with `false_share_wrong`.
        record: For the Met's alerts a year and the chart's usual share.
    """
    s = settings
    one = np.ndim(s["false_share_wrong"]) == 0
    to_signal = (alerts_to_signal if one else alerts_to_signal_at)(s["false_share_wrong"], record.usual)
    until_test, correction = s["years"] / s["tests"], s["correction_months"] / MONTHS
    met, other = record.alerts_a_year, s["alerts_other_force"]
    others = s["forces"] - 1
    everyone = met + others * other

    def watched(alerts_a_year: Amount) -> Amount:
        return np.minimum(to_signal, alerts_a_year * until_test) + alerts_a_year * correction

    return {
        "other_alone": watched(other),
        "met_alone": watched(met),
        "all_together": watched(everyone),
        "all_apart": watched(met) + others * watched(other),
        "all_unwatched": everyone * (until_test + correction),
    }


def months(settings: Settings, record: Record, exposed: dict[str, Amount]) -> dict[str, Amount]:
    """Months until the error is corrected; `all_apart` is left out, for each force has its own."""
    met, other = record.alerts_a_year, settings["alerts_other_force"]
    everyone = met + (settings["forces"] - 1) * other
    a_year = {"other_alone": other, "met_alone": met, "all_together": everyone, "all_unwatched": everyone}
    return {name: MONTHS * exposed[name] / alerts for name, alerts in a_year.items()}


def false_alerts(settings: Settings, exposed: dict[str, Amount]) -> dict[str, Amount]:
    """False alerts until correction beyond those that the right threshold would have given."""
    extra = settings["false_share_wrong"] - settings["false_share"]
    return {name: alerts * extra for name, alerts in exposed.items()}


def stopped(settings: Settings, exposed: dict[str, Amount]) -> dict[str, Amount]:
    """People spoken to after those false alerts, at the share in the Met's report."""
    return {
        name: alerts * settings["stopped_share"] for name, alerts in false_alerts(settings, exposed).items()
    }


def expected_stops(settings: Settings, record: Record) -> dict[str, Amount]:
    """People spoken to by mistake, times the chance of the error: the centre's one against every force's own.

    Returns:
        central_together and local_apart (charts kept); central_unwatched and local_unwatched (none kept);
        ratio, the chance of a central error, in chances of a local one, at which the first two are equal.
    """
    found = stopped(settings, alerts_exposed(settings, record))
    central, local = settings["central_error"], settings["local_error"]
    return {
        "central_together": central * found["all_together"],
        "local_apart": local * found["all_apart"],
        "central_unwatched": central * found["all_unwatched"],
        "local_unwatched": local * found["all_unwatched"],
        "ratio": found["all_apart"] / found["all_together"],
    }
