"""Addresses: every page lies in one folder, so a page-relative address is a file name.

The engine and the notebooks write root-absolute addresses (`/methods#intervals`, `/data/x.csv`); the site
must work under any mount point and from `file://`, so the leading slash goes and a page gains its `.html`.
"""

import re
from collections.abc import Collection

OUTSIDE = ("https://", "http://", "mailto:")


class RefusedAddressError(Exception):
    """An address with a scheme that a page may not carry, such as `javascript:`."""


class Addresses:
    """Turns addresses as written into page-relative ones.

    Args:
        index: Slug of the front page.
        slugs: Slugs of all pages.
    """

    def __init__(self, index: str, slugs: Collection[str]) -> None:
        self.index, self.slugs = index, {"", *slugs}

    def page(self, slug: str) -> str:
        """Return the file name of a page."""
        return "index.html" if slug in ("", self.index) else f"{slug}.html"

    def resolve(self, url: str) -> str:
        """Return the address to write into a page.

        Raises:
            RefusedAddressError: for a scheme other than http, https and mailto, and for `//host`.
        """
        if url.startswith(OUTSIDE) or url.startswith("#"):
            return url
        if url.startswith("//") or re.match(r"[\s\x00-\x1f]*[a-zA-Z][a-zA-Z0-9+.\-\s]*:", url):
            raise RefusedAddressError(
                f'address "{url}" is neither a page of the book nor http, https or mailto'
            )
        if not url.startswith("/"):
            return url
        path, hash_sign, anchor = url.partition("#")
        slug = path.strip("/")
        target = self.page(slug) if slug in self.slugs else path.lstrip("/")
        return target + hash_sign + anchor

    def in_html(self, html: str) -> str:
        """Rewrite the root-absolute `href` and `src` of a piece of finished HTML."""
        return re.sub(
            r'(?<=\s)(href|src)=(["\'])(/[^"\']*)\2',
            lambda found: f"{found[1]}={found[2]}{self.resolve(found[3])}{found[2]}",
            html,
        )
