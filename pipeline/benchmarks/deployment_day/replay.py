"""Replay a published deployment through the engine: its list size, threshold and faces, with invented people.

What the published row does not say is assumed here, in the open. Everything else is counted by the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.runner import Runner
from pipeline.matching.deployment import Deployment
from pipeline.matching.record import deployment_record
from pipeline.matching.screen import FastSearch
from pipeline.matching.verification import Decision
from pipeline.matching.watchlist import Entry, Watchlist

POOL = 1_000_001  # names the stream that draws the pool; blocks are numbered from 0
BATCH = 4096  # faces scanned at a time
EVERY = 3  # one row in so many is replayed: fewer alerts lead to the same conclusion, in a third of the time
OPENS = 10  # o'clock; the published rows of these years print a duration, not the hour


@dataclass(frozen=True)
class Officers:
    """How officers judge alerts. Assumed: no force has published how often its officers are right.

    Args:
        sensitivity: Share of true alerts judged true. The record leaves little room below 1: every true alert
            rejected would be printed as a false one, and few false ones are.
        specificity: Share of false alerts judged false. The record leaves this open where nobody is met.
        engagement: Share of alerts after which officers meet the person.
        arrest: Share of confirmed true alerts that end in an arrest; the others end in no action.
    """

    sensitivity: float = 1.0
    specificity: float = 0.9
    engagement: float = 0.9
    arrest: float = 0.5


def replay_rows(rows: pd.DataFrame, seed: int, runner: Runner) -> pd.DataFrame:
    """Run rows whose list size is printed through the engine, one in `EVERY` in the order of their dates.

    It is assumed that as many listed people pass as the printed true alerts imply at the model's TPIR. So the
    replayed true alerts agree with the printed ones by construction; only the false ones are a prediction.

    Returns:
        What `replay` returns, and `expected_mismatches` by the closed form; index deployment_id.
    """
    own = rows[rows["list_assumed"] == "no"].iloc[::EVERY]
    passages = (own["true_alerts"] / Population().tpir(own["threshold_score"])).round()
    asked = pd.DataFrame(
        {
            "date": own["date"].dt.strftime("%Y-%m-%d"),
            "number": own["deployment_id"].str.rsplit("-", n=1).str[1].astype(int),
            "location": "replay of " + own["deployment_id"],
            "duration_hours": own["duration_hours"],
            "watchlist_size": own["watchlist_size"].astype(int),
            "threshold_score": own["threshold_score"],
            "faces_scanned": own["faces_scanned"].astype(int),
            "listed_passages": passages.astype(int),
        }
    ).to_dict("records")
    pool = int(own["watchlist_size"].max())
    work = partial(replay, rows=asked, seed=seed, pool_size=pool)
    counted = pd.DataFrame(runner.run(work, len(asked), "replay"), index=own["deployment_id"])
    strangers = own["faces_scanned"] - passages
    expected = strangers * Population().fpir(own["threshold_score"], own["watchlist_size"])
    return counted.assign(expected_mismatches=expected.to_numpy())


def replay(block: int, rows: list[Mapping[str, Any]], seed: int, pool_size: int) -> dict[str, Any]:
    """Run deployment number `block` of the published rows anew, from watchlist to record.

    Args:
        block: Which row; it draws from its own stream.
        rows: Each with date, number (among those of the day), location, duration_hours, watchlist_size,
            threshold_score, faces_scanned (those of listed people among them) and listed_passages.
        seed: Seed of all streams.
        pool_size: People from whom the watchlists are drawn, at least as many as the longest list.

    Returns:
        `record`, the row in the published columns; and what no record can hold, because here the truth is
        known: `matches` (alerts on a listed person as themselves), `mismatches` (alerts on somebody who is
        not on the list), `mistaken` (a listed person taken for another), `missed` (listed people who raised
        no alert).
    """
    row = rows[block]
    rng = np.random.default_rng([seed, block])
    listed = np.sort(rng.choice(pool_size, row["watchlist_size"], replace=False))
    passers = rng.choice(listed, row["listed_passages"])  # a person may pass more than once
    opened = datetime.fromisoformat(row["date"]) + timedelta(hours=OPENS)
    closed = opened + timedelta(hours=row["duration_hours"])
    deployment = Deployment(
        _watchlist(listed, seed, pool_size, opened, closed + timedelta(hours=1)),
        row["threshold_score"],
        at=opened,
        compare=lambda gallery: FastSearch(gallery, threads=1).search,  # blocks run side by side
    )
    truth = _walk_by(deployment, passers, row["faces_scanned"], seed, pool_size, rng, opened)
    officers = Officers()
    for alert, person in zip(deployment.alerts, truth, strict=True):
        deployment.verify(alert.number, _decide(officers, alert.identifier == person, rng), at=opened)
    deployment.close(at=closed)
    known = [alert.identifier == person for alert, person in zip(deployment.alerts, truth, strict=True)]
    strangers = truth.count(None)
    return {
        "record": deployment_record(deployment, "simulated", row["location"], row["number"]),
        "matches": sum(known),
        "mismatches": strangers,
        "mistaken": len(known) - sum(known) - strangers,
        "missed": len(passers) - (len(known) - strangers),
    }


def _walk_by(
    deployment: Deployment,
    passers: NDArray[np.int64],
    faces: int,
    seed: int,
    pool_size: int,
    rng: np.random.Generator,
    at: datetime,
) -> list[int | None]:
    """Scan listed people and then strangers; return for each alert who it really was, None for a stranger.

    Listed people are scanned with the first strangers: a search is made ready for many faces.
    """
    people, _ = _pool(seed, pool_size)
    population = Population()
    truth: list[int | None] = []
    who: list[int | None] = [int(person) for person in passers]
    batch = population.captures(rng, people[passers])
    for start in range(len(passers), faces, BATCH):
        strangers = population.strangers(rng, min(BATCH, faces - start))
        batch = np.concatenate([batch, strangers])
        who += [None] * len(strangers)
        truth += [who[alert.probe] for alert in deployment.scan(batch, at=at)]
        batch, who = batch[:0], []
    if len(batch):
        truth += [who[alert.probe] for alert in deployment.scan(batch, at=at)]
    return truth


def _watchlist(
    listed: NDArray[np.int64], seed: int, pool_size: int, opened: datetime, expires: datetime
) -> Watchlist:
    _, everyone = _pool(seed, pool_size)
    entries = [everyone[person] for person in listed]
    return Watchlist(
        entries,
        purpose="replay of a published row",
        approved_by="simulation",
        approved_at=opened,
        expires=expires,
        size_limit=len(entries),
    )


def _decide(officers: Officers, is_person: bool, rng: np.random.Generator) -> Decision:
    right, meets, arrests = rng.random(3) < (
        officers.sensitivity if is_person else officers.specificity,
        officers.engagement,
        officers.arrest,
    )
    is_match = bool(is_person == right)
    outcome = ("arrest" if arrests else "no_action") if is_match and meets else ""
    return Decision("simulated officer", is_match=is_match, engaged=bool(meets), outcome=outcome)


@lru_cache(maxsize=1)
def _pool(seed: int, size: int) -> tuple[NDArray, list[Entry]]:
    """Everyone who may be listed: identities (size, k), and an entry each with one enrolled image."""
    rng = np.random.default_rng([seed, POOL])
    population = Population()
    identities = population.identities(rng, size)
    images = population.enrol(rng, identities)
    return identities, [Entry(person, image, "simulated", "simulated") for person, image in enumerate(images)]
