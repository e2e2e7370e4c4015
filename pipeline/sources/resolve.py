"""Obtain each source from the first place that has it: archive folder, publisher, embedded snapshot."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.errors import RecordError
from pipeline.core.io import write_bytes
from pipeline.core.log import get_logger
from pipeline.core.params import FetchParams
from pipeline.sources.registry import Source

if TYPE_CHECKING:
    from pipeline.sources.download import Download

log = get_logger("fetch_sources")


@dataclass(frozen=True)
class Changed:
    """A file that an address serves in place of the registered edition; kept in changed/, never used."""

    file: str
    address: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Resolved:
    """How one source was obtained; one entry of manifest.json.

    Args:
        file: Its name in the folder.
        resolver: Who served it: `archive`, `publisher`, `carrier` (a public copy) or `snapshot`.
        address: The address that served it, if it came over the network.
        bytes: Size of the file.
        sha256: Checksum of the file; equal to the registered one unless the snapshot served.
        accessed: ISO date: today if it came over the network now, else the date in the registry.
        changed: Other editions that addresses served on the way.
    """

    file: str
    resolver: str
    address: str | None
    bytes: int
    sha256: str
    accessed: str
    changed: tuple[Changed, ...] = ()


def resolve(
    source: Source, folder: Path, snapshot: Path, archive: Path | None, fetch: FetchParams
) -> Resolved:
    """Put one source into `folder` and say where it came from.

    The order is: the archive folder, the registered addresses if `fetch.online` and the source allows it, the
    snapshot. An edition other than the registered one is never used: in the archive it is an error; from an
    address it is kept as changed/<id>-<first 12 digits of its sha256>, and the next place is asked.

    Raises:
        RecordError: if the archive holds another edition, no address served a file, or there is no snapshot.
    """
    if archive and source.sha256 and (archive / source.file_name).is_file():
        return _from_archive(source, folder, archive)
    changed: tuple[Changed, ...] = ()
    if fetch.online and source.fetchable:
        served, changed = from_addresses(source, folder, fetch)
        if served:
            return served
    return _from_snapshot(source, folder, snapshot, changed)


def manifest(resolved: dict[str, Resolved]) -> dict[str, Any]:
    """The content of manifest.json: per source id, how it was obtained."""
    return {"sources": {source_id: asdict(entry) for source_id, entry in resolved.items()}}


def from_addresses(
    source: Source, folder: Path, fetch: FetchParams
) -> tuple[Resolved | None, tuple[Changed, ...]]:
    """Ask the addresses of a source in turn until one serves the registered edition.

    Returns:
        How it was obtained, or None if only other editions were served; and those editions, kept in changed/.

    Raises:
        RecordError: if no address served a file of any edition; it names every address.
    """
    from pipeline.sources.download import download  # requests, for a run that asks the publishers

    changed: dict[str, Changed] = {}
    failures: list[RecordError] = []
    target = folder / f"{source.id}{source.suffix}"
    for address in source.addresses:
        try:
            got = download(address.url, target, source.media_type, fetch)
        except RecordError as error:
            log.warning("%s", error)
            failures.append(error)
            continue
        if got.sha256 == source.sha256:
            others = tuple(changed.values())
            served = Resolved(
                target.name, address.held_by, address.url, got.bytes, got.sha256, _today(), others
            )
            return served, others
        changed.setdefault(got.sha256, _keep_changed(source, target, address.url, got))
    if not changed:
        if len(failures) == 1:
            raise failures[0]
        problems = "; ".join(f"{error.file}: {error.problem}" for error in failures)
        raise RecordError(source.id, f"not fetched: {problems}", next_step=failures[0].next_step)
    return None, tuple(changed.values())


def _keep_changed(source: Source, target: Path, address: str, got: "Download") -> Changed:
    kept = target.parent / "changed" / f"{source.id}-{got.sha256[:12]}{source.suffix}"
    kept.parent.mkdir(exist_ok=True)
    target.replace(kept)
    log.warning("%s: %s serves another edition; kept as changed/%s, not used", source.id, address, kept.name)
    return Changed(f"changed/{kept.name}", address, got.bytes, got.sha256)


def _from_archive(source: Source, folder: Path, archive: Path) -> Resolved:
    content = (archive / source.file_name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise RecordError(
            source.file_name,
            f"the file in the archive folder is not the registered edition of {source.id} "
            f"(sha256 {found[:12]}..., registered {source.sha256[:12]}...)",
            next_step="put the registered file there or take this one away; to accept this edition, look at "
            "it with `python -m pipeline extract FILE`, then change sha256 in data/reference/sources.yaml",
        )
    target = folder / f"{source.id}{source.suffix}"
    write_bytes(content, target)
    return Resolved(target.name, "archive", None, len(content), found, source.accessed)


def _from_snapshot(source: Source, folder: Path, snapshot: Path, changed: tuple[Changed, ...]) -> Resolved:
    origin = snapshot / f"{source.id}.csv"
    if not origin.is_file():
        raise RecordError(
            f"data/snapshot/{origin.name}",
            f"there is no snapshot of {source.id}, and no other place was asked or had it",
            next_step="restore the file from git, or name a folder with the publishers' files in LFR_ARCHIVE",
        )
    content = origin.read_bytes()
    target = folder / origin.name
    write_bytes(content, target)
    found = hashlib.sha256(content).hexdigest()
    return Resolved(target.name, "snapshot", None, len(content), found, source.accessed, changed)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
