"""Shape the tables of the chapter "What one force can know" for readers."""

import pandas as pd

QUESTIONS = {
    "known": "all, rate known",
    "before_after": "all, before and after",
    "cusum": "all, CUSUM on average",
    "group": "one group",
}
SCOPES = {"alone": "alone", "region": "with its region", "national": "nationally"}


def years_to_see(table: pd.DataFrame, ratio: float, exposures: list[str]) -> pd.DataFrame:
    """Years until a rise shows: a row per force and question, a column per scope.

    Args:
        table: know_detection.csv.
        ratio: True rate over the usual one, one of those in the table.
        exposures: Which forces, in the order wanted.

    Returns:
        Text: the years, with the ends of the force's exposure where these differ.
    """
    rows = table[(table["ratio"] == ratio) & table["exposure_id"].isin(exposures)]
    words = rows.assign(words=[_words(*row) for row in rows[["years", "years_low", "years_high"]].to_numpy()])
    wide = words.pivot(index=["exposure_id", "name", "question"], columns="scope", values="words")
    order = [(one, question) for one in exposures for question in QUESTIONS]
    wide = wide.reset_index("name").reindex(order).reset_index()
    wide["question"] = wide["question"].map(QUESTIONS)
    return wide[["name", "question", *SCOPES]].rename(columns={"name": "force", **SCOPES})


def _words(years: float, low: float, high: float) -> str:
    if f"{low:.3g}" == f"{high:.3g}":
        return _plain(years)
    return f"{_plain(years)} ({_plain(low)} to {_plain(high)})"


def _plain(years: float) -> str:
    return f"{years:.2g}" if years < 100 else f"{years:,.0f}"
