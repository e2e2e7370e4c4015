"""Addresses: every page lies in one folder, so a page-relative address is a file name.

The engine and the notebooks write root-absolute addresses (`/methods#intervals`, `/data/x.csv`); the site
must work under any mount point and from `file://`, so the leading slash goes and a page gains its `.html`.
"""

import re
from collections.abc import Collection
from posixpath import basename

OUTSIDE = ("https://", "http://", "mailto:")


class RefusedAddressError(Exception):
    """An address with a scheme that a page may not carry, such as `javascript:`."""


class Addresses:
    """Turns addresses as written into page-relative ones.

    Args:
        index: Slug of the front page.
        slugs: Slugs of all pages.
        public: Root-absolute addresses of the files the engine publishes (images, downloads).
    """

    def __init__(self, index: str, slugs: Collection[str], public: Collection[str]) -> None:
        self.index, self.slugs, self.public = index, set(slugs), set(public)

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
        if path in self.public:
            return self.published(path)
        slug = path.strip("/")
        target = (
            self.page(slug) if slug == "" or slug in self.slugs or slug == self.index else path.lstrip("/")
        )
        return target + hash_sign + anchor

    @staticmethod
    def published(path: str) -> str:
        """Return where a file of the engine's public folder is put in the site."""
        return f"files/{basename(path)}"

    def in_html(self, html: str) -> str:
        """Rewrite the root-absolute `href` and `src` of a piece of finished HTML."""
        return re.sub(
            r'(?<=\s)(href|src)=(["\'])(/[^"\']*)\2',
            lambda found: f"{found[1]}={found[2]}{self.resolve(found[3])}{found[2]}",
            html,
        )
