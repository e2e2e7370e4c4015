"""The few numbers that authors watch from one revision to the next (`dvc metrics diff`)."""

import pandas as pd

from pipeline.measures.tables import rounded


def headline_metrics(
    by_year: pd.DataFrame, by_era: pd.DataFrame, breaks: pd.DataFrame
) -> dict[str, float | int | None]:
    """Headline numbers, flat: totals, deployments by year, false alerts per alert by threshold, breaks."""
    values = by_year.set_index(["measure", "group"])["value"]
    counts = ("deployments", "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests", "hours")
    metrics = {f"{measure}_total": values[measure].sum() for measure in counts}
    metrics |= {f"deployments_{year}": value for year, value in values["deployments"].items()}
    rates = by_era[by_era["measure"] == "false_alerts_per_alert"]
    for era, value in zip(rates["group"], rates["value"], strict=True):
        metrics[f"false_alerts_per_alert_{era.replace('.', '').replace(' ', '_')}"] = value
    own = breaks.loc[breaks["series"] == breaks["located_in"], "series"]
    metrics |= {f"breaks_in_{series}": count for series, count in own.value_counts().items()}
    metrics["changes_in_counting"] = (breaks["change_in_counting"] == "yes").sum()
    return {name: rounded(float(value)) for name, value in metrics.items()}
