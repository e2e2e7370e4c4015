"""A watchlist: the people sought in one deployment, why, on whose approval, and until when."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .gallery import Gallery
from .templates import unit_templates


class RefusedError(ValueError):
    """The engine will not do this; the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One person sought.

    Args:
        identifier: Whole number or text, of one kind throughout a watchlist.
        vectors: (d,) one image, or (images, d) several.
        category: Why this person is sought, such as "wanted on warrant".
        lawful_basis: The power or the order that permits it.
    """

    identifier: int | str
    vectors: ArrayLike
    category: str
    lawful_basis: str


class Watchlist:
    """Composed for one deployment, used in that one, refused after its expiry, zeroed on close.

    Args:
        entries: The people sought, at least one.
        purpose: What the deployment is for.
        approved_by: Role of whoever reviewed and approved this list.
        approved_at: When; it may not be used before.
        expires: From this moment on it is refused.
        size_limit: Most people that may be listed.

    Attributes:
        people: Number of people listed: the N of FPIR(N, T).
        categories: How many people of each category.

    Raises:
        RefusedError: if a duty above is not met, a text is blank, an identifier occurs twice or an image
            cannot be compared.

    Example:
        >>> sought = [Entry("A", [[3, 4], [4, 3]], "wanted on warrant", "warrant of 2 May"),
        ...           Entry("B", [-1, 0], "missing", "concern for safety")]
        >>> day = datetime(2031, 5, 6)
        >>> watchlist = Watchlist(sought, purpose="warrants", approved_by="superintendent", approved_at=day,
        ...                       expires=day.replace(hour=22), size_limit=10)
        >>> watchlist.people, len(watchlist.gallery.templates)
        (2, 3)
        >>> watchlist.categories
        {'wanted on warrant': 1, 'missing': 1}
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        *,
        purpose: str,
        approved_by: str,
        approved_at: datetime,
        expires: datetime,
        size_limit: int,
    ) -> None:
        entries = list(entries)
        if not (purpose.strip() and approved_by.strip()):
            raise RefusedError("a watchlist states its purpose and who approved it")
        if expires <= approved_at:
            raise RefusedError(f"the watchlist would expire at {expires}, before it is approved")
        _check_entries(entries, size_limit)
        self.purpose = purpose
        self.approved_by = approved_by
        self.approved_at = approved_at
        self.expires = expires
        self.people = len(entries)
        self.categories = dict(Counter(entry.category for entry in entries))
        self._grounds = {entry.identifier: (entry.category, entry.lawful_basis) for entry in entries}
        self._gallery: Gallery | None = _gallery(entries)
        self._assigned = False

    @property
    def gallery(self) -> Gallery:
        """The templates of the people listed.

        Raises:
            RefusedError: if the watchlist is closed.
        """
        if self._gallery is None:
            raise RefusedError("the watchlist is closed and its templates are deleted; compose a new one")
        return self._gallery

    def grounds(self, identifier: int | str) -> tuple[str, str]:
        """Category and lawful basis of a person listed; unknown once the watchlist is closed."""
        return self._grounds[identifier]

    def check(self, at: datetime) -> None:
        """Refuse the watchlist unless it may be used at this time; an expired one is deleted on the spot."""
        if at < self.approved_at:
            raise RefusedError(f"the watchlist is approved from {self.approved_at}, not yet at {at}")
        if at >= self.expires:
            self.close()
            raise RefusedError(f"the watchlist expired at {self.expires} and is deleted; compose a new one")

    def assign(self, at: datetime) -> Gallery:
        """Give the watchlist to its one deployment.

        Raises:
            RefusedError: if it is closed, not yet approved, expired, or was given to a deployment before.
        """
        gallery = self.gallery
        self.check(at)
        if self._assigned:
            raise RefusedError("the watchlist already served a deployment; compose one for each")
        self._assigned = True
        return gallery

    def close(self) -> None:
        """Overwrite the templates with zeros and let them go, and the identifiers with them."""
        if self._gallery is not None:
            zero(self._gallery.templates)
        self._gallery = None
        self._grounds = {}


def zero(array: NDArray) -> None:
    """Overwrite an array in place, even a read-only one."""
    array.flags.writeable = True
    array.fill(0)


def _check_entries(entries: list[Entry], size_limit: int) -> None:
    if not entries:
        raise RefusedError("a watchlist without entries seeks nobody")
    if len(entries) > size_limit:
        raise RefusedError(f"{len(entries):,} people are more than the limit of {size_limit:,}")
    if len({type(entry.identifier) for entry in entries}) > 1:
        raise RefusedError("identifiers must be all whole numbers or all texts")
    blank = {text for text in _texts(entries) if not text.strip()}
    seen: dict[int | str, Entry] = {}
    for entry in entries:
        if blank and (entry.category in blank or entry.lawful_basis in blank):
            raise RefusedError(f"{entry.identifier!r} has no category or no lawful basis")
        if entry.identifier in seen:
            raise RefusedError(
                f"{entry.identifier!r} is listed twice ({seen[entry.identifier].category}, "
                f"{entry.category}); give one entry all images of the person"
            )
        seen[entry.identifier] = entry


def _texts(entries: list[Entry]) -> set[str]:
    """The few different categories and lawful bases of a list."""
    return {entry.category for entry in entries} | {entry.lawful_basis for entry in entries}


def _gallery(entries: list[Entry]) -> Gallery:
    try:
        images = [_images(entry.vectors) for entry in entries]
        counts = [len(vectors) for vectors in images]
        gallery = Gallery(np.concatenate(images), np.repeat([entry.identifier for entry in entries], counts))
    except ValueError:
        _name_the_entry_at_fault(entries)
        raise
    if 0 in counts:
        raise RefusedError(f"{entries[counts.index(0)].identifier!r} has no image")
    return gallery


def _images(vectors: ArrayLike) -> NDArray:
    """The images of one person, (images, d); an array, as it mostly comes, is not looked into."""
    array = vectors if type(vectors) is np.ndarray else np.asanyarray(vectors)
    return array if array.ndim == 2 else array[None] if array.ndim == 1 else np.atleast_2d(array)


def _name_the_entry_at_fault(entries: list[Entry]) -> None:
    width = None
    for entry in entries:
        try:
            width = unit_templates(entry.vectors, width).shape[1]
        except ValueError as error:
            raise RefusedError(f"an image of {entry.identifier!r} is refused: {error}") from error
