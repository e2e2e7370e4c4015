"""Where each layer lives. Every path in the project is derived from one root."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The folders of the project.

    Args:
        root: The folder that holds `dvc.yaml`.

    Example:
        >>> Paths(Path("project")).clean.as_posix()
        'project/data/clean'
    """

    root: Path

    @property
    def reference(self) -> Path:
        return self.root / "data" / "reference"

    @property
    def snapshot(self) -> Path:
        return self.root / "data" / "snapshot"

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def extracted(self) -> Path:
        return self.root / "data" / "extracted"

    @property
    def clean(self) -> Path:
        return self.root / "data" / "clean"

    @property
    def derived(self) -> Path:
        return self.root / "data" / "derived"

    @property
    def case(self) -> Path:
        return self.derived / "case"

    @property
    def book(self) -> Path:
        return self.root / "book"

    @property
    def notebooks(self) -> Path:
        return self.book / "notebooks"

    @property
    def chapters(self) -> Path:
        return self.book / "chapters"

    @property
    def generated(self) -> Path:
        return self.book / "generated"

    @property
    def site(self) -> Path:
        return self.root / "site"


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` (default: where we stand) that holds `dvc.yaml`.

    Raises:
        FileNotFoundError: if there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "dvc.yaml").is_file():
            return folder
    raise FileNotFoundError(f"no dvc.yaml at or above {here}; run this inside a clone of the project")
