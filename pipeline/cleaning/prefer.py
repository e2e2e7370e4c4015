"""Prefer the publisher's own file to a transcription of it, and list every cell in which the two differ."""

import pandas as pd

from pipeline.cleaning.columns import describe_row
from pipeline.core.errors import RecordError

COMPARED = (
    "location",
    "use_case",
    "faces_scanned",
    "alerts",
    "true_alerts_unconfirmed",
    "false_alerts",
    "arrests",
)


def pair_with_published(table: pd.DataFrame) -> pd.DataFrame:
    """Match each transcribed row that the publisher's own file also holds with its row there.

    A transcription is superseded in each year up to and including the last date of the publisher's own file
    for that year. Rows are matched by force, date, faces and, where these are equal, by order.

    Args:
        table: Rows of all sources, dates corrected.

    Returns:
        One row per pair: `published` and `transcribed`, indices of `table`, in the order of the publisher's
        file.

    Raises:
        RecordError: if a row on either side has no counterpart on the other.
    """
    rows = table[["force_id", "date", "source_kind"]].assign(
        year=table["date"].str[:4], faces=table["faces_scanned"].fillna(-1), index=table.index
    )
    published = rows[rows["source_kind"] == "published_record"]
    transcribed = rows[rows["source_kind"] == "transcription"]

    years = ["force_id", "year"]
    last = published.groupby(years)["date"].max().rename("last").reset_index()
    transcribed = transcribed.merge(last, on=years)
    transcribed = transcribed[transcribed["date"] <= transcribed["last"]]
    published = published.merge(transcribed[years].drop_duplicates(), on=years)

    key = ["force_id", "date", "faces"]
    pairs = _numbered(published, key).merge(
        _numbered(transcribed, key), on=[*key, "n"], how="outer", suffixes=("_published", "_transcribed")
    )
    for side, other in (("published", "transcription"), ("transcribed", "publisher's own file")):
        alone = pairs.loc[
            pairs[f"index_{'transcribed' if side == 'published' else 'published'}"].isna(), f"index_{side}"
        ]
        if len(alone):
            row = table.loc[int(alone.min())]
            file, where = describe_row(row)
            raise RecordError(
                file,
                f"no row of the {other} has this date and number of faces",
                row=where,
                value=f"{row['date']}, {row['faces_scanned']}",
                next_step="compare the sources and correct the wrong one in data/reference/corrections.yaml",
            )
    pairs = pairs[["index_published", "index_transcribed"]].astype("int64")
    return pairs.set_axis(["published", "transcribed"], axis=1).sort_values("published", ignore_index=True)


def _numbered(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    return rows.assign(n=rows.groupby(key).cumcount())[[*key, "n", "index"]]


def list_differences(
    as_printed: pd.DataFrame, pairs: pd.DataFrame, deployments: pd.DataFrame
) -> pd.DataFrame:
    """List every cell in which a transcribed row differs from the publisher's own.

    Args:
        as_printed: Rows of all sources before any correction, with totals filled from their parts.
        pairs: Indices of rows that describe the same deployment.
        deployments: The record, whose index is that of `as_printed`; gives key and date.

    Returns:
        The table `differences`: one row per cell. A remark about unconfirmed true alerts that the
        transcription lacks counts as none; a number of false alerts that it does not give is not compared.
    """
    published = as_printed.loc[pairs["published"]].reset_index(drop=True)
    transcribed = as_printed.loc[pairs["transcribed"]].reset_index(drop=True)
    if len(pairs):
        transcribed["true_alerts_unconfirmed"] = transcribed["_unconfirmed_remark"].fillna(0)
    record = deployments.loc[pairs["published"]].reset_index(drop=True)

    cells = []
    for column in COMPARED:
        known = published[column].notna() & transcribed[column].notna()
        differs = known & (published[column] != transcribed[column]).fillna(False)
        cells.append(
            pd.DataFrame(
                {
                    "deployment_id": record["deployment_id"],
                    "date": record["date"],
                    "location": record["location"],
                    "field": column,
                    "published": published[column].astype("str"),
                    "transcribed": transcribed[column].astype("str"),
                }
            )[differs]
        )
    return pd.concat(cells).sort_index(kind="stable").reset_index(drop=True)
