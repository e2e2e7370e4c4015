"""The parameters of a run, from params.yaml; DVC knows the same file, so a changed value reruns its stage."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml


@dataclass(frozen=True)
class FetchParams:
    """How `fetch_sources` may use the network.

    Args:
        online: Ask the publishers' addresses; off by default, so a build needs no network.
        timeout_seconds: Longest silence from a server, and longest wait for a connection.
        deadline_seconds: Longest time for one file, however slowly it trickles.
        max_bytes: Largest file accepted.
        retries: Further tries after a failure that may pass (429, 500, 502, 503, 504, a broken connection).
    """

    online: bool
    timeout_seconds: float
    deadline_seconds: float
    max_bytes: int
    retries: int


@dataclass(frozen=True)
class BenchmarkParams:
    """How large the benchmarks of the matching engine are.

    Args:
        seed: Seed of every random draw.
        non_mated_probes: Passages of strangers in the accuracy benchmark.
        mated_probes: Passages of listed people in the accuracy benchmark.
        draws: Posterior-predictive draws of each published row in the deployment-day benchmark.
    """

    seed: int
    non_mated_probes: int
    mated_probes: int
    draws: int


@dataclass(frozen=True)
class Params:
    """All parameters of a run."""

    fetch: FetchParams
    benchmarks: BenchmarkParams
    confidence: float  # coverage of every interval, 0 to 1


def load_params(path: Path) -> Params:
    """Read params.yaml.

    Raises:
        RecordError: if a parameter is missing, unknown or out of range.
    """
    content = read_yaml(path) or {}
    try:
        fetch = FetchParams(**content.pop("fetch"))
        benchmarks = BenchmarkParams(**content.pop("benchmarks"))
        params = Params(fetch=fetch, benchmarks=benchmarks, **content)
        confidence_ok = 0 < params.confidence < 1
    except (TypeError, KeyError, AttributeError) as error:
        raise RecordError(
            path.name,
            f"parameter missing or unknown ({error})",
            next_step="compare with the comments in the file",
        ) from error
    if not confidence_ok:
        raise RecordError(
            path.name,
            "confidence must lie between 0 and 1",
            value=params.confidence,
            next_step="0.95 is usual",
        )
    return params
