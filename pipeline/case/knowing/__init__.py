"""What one force can know: how long until it sees a doubling of its false alerts, or of one group's.

Alone, with its region, nationally; by power, funnel, shrinkage and CUSUM. False alerts are counted per alert,
and never added up across vendors or thresholds.
"""

import pandas as pd

from pipeline.case.knowing.exposure import exposures, read_published, read_regions, read_settings
from pipeline.case.knowing.monitor import baseline, charts, cusum_path, run_lengths
from pipeline.case.knowing.power_check import power_table
from pipeline.case.knowing.record import (
    at_threshold,
    dispersion,
    funnel,
    funnel_points,
    shrinkage,
)
from pipeline.case.knowing.years import detection, effects, national, pooling, rates_a_year
from pipeline.core.params import Params
from pipeline.core.paths import Paths

LAST = "0.64"  # the threshold in force; its chart's baseline is the stated year's


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """The tables of the chapter, by the names of their files."""
    settings, published, seed = read_settings(paths), read_published(paths), params.benchmarks.seed
    known = exposures(settings, published, read_regions(paths))
    chart = charts(published.met, settings)[LAST]
    needs = effects(settings, chart)
    met_a_year = known.loc[known["exposure_id"] == "metropolitan", "central"].item()
    years = national(known, settings, published, needs)
    points = funnel_points(published, settings["elsewhere"])
    wide = years.set_index("scope")["alerts_a_year"].add_prefix("a_year_").to_dict()
    return {
        "know_baseline": baseline(settings, chart),
        "know_exposures": known,
        "know_effects": needs.assign(rate=chart.rate, **wide),
        "know_detection": detection(known, needs, settings["main_share"]),
        "know_national": years,
        "know_rates_a_year": rates_a_year(published, settings, needs),
        "know_pooling": pooling(known, at_threshold(published.met, LAST), chart.rate),
        "know_power": power_table(seed),
        "know_funnel_points": points,
        "know_funnel": funnel(points),
        "know_dispersion": dispersion(published.met, seed),
        "know_shrinkage": shrinkage(points),
        "know_cusum_lengths": run_lengths(chart, settings["effects"], met_a_year, seed),
        "know_cusum_path": cusum_path(published.met, settings),
    }
