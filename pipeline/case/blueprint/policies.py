"""Do published policies differ? Two codings of the same collected statements, and how far they agree.

Both coders are members of this project and worked from the statements transcribed in data/clean. That tests
the coding, not the policies: it is no substitute for reading each policy whole.
"""

from pathlib import Path

import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.measures.intervals import clopper_pearson

COLUMNS = ["force_id", "item", "value", "page_url", "coder"]
ITEMS = ("threshold", "list_cap", "deletion", "authorising_rank", "children_on_lists")


def read_coding(path: Path, forces: list[str]) -> pd.DataFrame:
    """Read one coding: force_id, item, value (blank: not stated), page_url, coder.

    Raises:
        RecordError: if the columns differ, a force or an item is unknown, or a cell is coded twice.
    """
    table = read_text_table(path)
    if list(table.columns) != COLUMNS:
        raise RecordError(
            path.name, "columns differ", value=", ".join(table.columns), next_step=f"use {', '.join(COLUMNS)}"
        )
    for column, known in (("force_id", forces), ("item", ITEMS)):
        wrong = table[~table[column].isin(known)]
        if len(wrong):
            raise RecordError(
                path.name,
                f"unknown {column}",
                row=int(wrong.index[0]) + 2,
                value=wrong[column].iloc[0],
                next_step=f"use one of {', '.join(known)}",
            )
    twice = table[table.duplicated(["force_id", "item"])]
    if len(twice):
        raise RecordError(
            path.name, "a cell is coded twice", row=int(twice.index[0]) + 2, next_step="keep one of the rows"
        )
    return table


def compare(first: pd.DataFrame, second: pd.DataFrame, alike: list[list[str]]) -> pd.DataFrame:
    """Lay the two codings side by side, cell by cell; a cell that only one coder looked at is left out.

    Args:
        first: One coding.
        second: The other.
        alike: Groups of values that say the same in other words, `policies` of blueprint.yaml.

    Returns:
        force_id, item, first, second (as coded; blank is not stated), agree_stated (both say that something
        is stated, or that nothing is), agree (the same value, numbers compared as numbers).
    """
    keys = ["force_id", "item"]
    both = first[[*keys, "value"]].merge(second[[*keys, "value"]], on=keys, suffixes=("_1", "_2"))
    both = both.rename(columns={"value_1": "first", "value_2": "second"}).sort_values(keys, ignore_index=True)
    same = {_plain(value): _plain(group[0]) for group in alike for value in group}
    plain = both[["first", "second"]].map(lambda value: same.get(_plain(value), _plain(value)))
    return both[[*keys, "first", "second"]].assign(
        agree_stated=(plain["first"] == "") == (plain["second"] == ""),
        agree=plain["first"] == plain["second"],
    )


def _plain(value: str) -> str:
    """A value without differences of writing: 0.640 and 0.64, 2,000 and 2000 are one."""
    text = " ".join(value.casefold().split())
    try:
        return repr(float(text.replace(",", "")))
    except ValueError:
        return text


def agreement(cells: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Percent agreement and Cohen's kappa on whether a cell is stated, with intervals.

    Kappa's limits are those of the exact limits of the share, chance agreement held: the usual large-sample
    interval has no width where the coders agree throughout.

    Returns:
        One row: cells, both_stated, one_stated, agree, share, low, high (exact), kappa, kappa_low,
        kappa_high, same_value (of the cells that both coded as stated).

    Source: Cohen (1960), https://doi.org/10.1177/001316446002000104.
    """
    stated = cells[["first", "second"]].ne("").to_numpy()
    agree = int(cells["agree_stated"].sum())
    share = clopper_pearson(agree, len(cells), confidence)
    counts = to_table(stated.astype(int), bins=2)[0]
    kappa = float(cohens_kappa(counts).kappa)
    by_chance = float(counts.sum(axis=0) @ counts.sum(axis=1) / counts.sum() ** 2)
    both = stated.all(axis=1)
    return pd.DataFrame(
        [
            {
                "cells": len(cells),
                "both_stated": int(both.sum()),
                "one_stated": int((stated.sum(axis=1) == 1).sum()),
                "agree": agree,
                "share": share.value,
                "low": share.low,
                "high": share.high,
                "kappa": kappa,
                "kappa_low": (share.low - by_chance) / (1 - by_chance),
                "kappa_high": (share.high - by_chance) / (1 - by_chance),
                "same_value": int((both & cells["agree"]).sum()),
            }
        ]
    )


def differences(cells: pd.DataFrame) -> pd.DataFrame:
    """For each item, how many forces state it and how many different values they state.

    A value counts if both coders have it; where they differ, neither does.

    Returns:
        item, forces, stated, values, comparable (two forces or more state it), differ.
    """
    agreed = cells.assign(value=cells["first"].map(_plain).where(cells["agree"] & cells["first"].ne(""), ""))
    table = []
    for item, own in agreed.groupby("item", sort=True):
        stated = own.loc[own["value"] != "", "value"]
        different = stated.nunique()
        table.append(
            (item, own["force_id"].nunique(), len(stated), different, len(stated) > 1, different > 1)
        )
    return pd.DataFrame(table, columns=["item", "forces", "stated", "values", "comparable", "differ"])
