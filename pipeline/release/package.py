"""Put the data package together: path of every file in it, with its bytes."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.release.citation import LICENCES, Citation
from pipeline.release.contents import CAUTIONS, ROWS, TABLES
from pipeline.release.descriptor import data_dictionary, describe_package, describe_table
from pipeline.release.parquet import to_parquet
from pipeline.release.safety import refuse_unfit
from pipeline.release.shape import shape_of
from pipeline.sources.registry import Source


def build_package(
    tables: Mapping[str, pd.DataFrame], citation: Citation, sources: list[Source]
) -> tuple[dict, dict[str, bytes]]:
    """Return the package's description and its files, checksums not yet among them.

    Args:
        tables: Name -> table, for every name of `contents.TABLES`; every cell text, blank the empty string.
        citation: Title, version, licence.
        sources: The registry.

    Returns:
        The content of datapackage.json; and path within the package -> bytes.

    Raises:
        RecordError: if a table is not fit to be handed out, or a cell is not of its column's type.
    """
    files = {}
    resources = []
    for name, fields in TABLES.items():
        table = tables[name]
        refuse_unfit(table, name, fields)
        files[f"csv/{name}.csv"] = _csv(table)
        files[f"parquet/{name}.parquet"] = to_parquet(table, name, fields)
        resources.append(describe_table(name, table, fields, files, sources))
    package = describe_package(citation, resources, sources)
    files["datapackage.json"] = _json(package)
    files["shape.json"] = _json(shape_of(package))
    files["data-dictionary.csv"] = _csv(data_dictionary(package))
    files["README.md"] = _readme(package, citation).encode()
    return package, files


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the content of SHA256SUMS, by path; `sha256sum --check SHA256SUMS` verifies it.

    Example:
        >>> checksums({"empty.csv": b""})[:20]
        b'e3b0c44298fc1c149afb'
    """
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    return "".join(lines).encode()


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _json(content: dict) -> bytes:
    """In our order, which is the reader's: the title before the tables, columns as in the file."""
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _readme(package: Mapping, citation: Citation) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # noqa: S701 - the output is Markdown, and every word of it is ours
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("README.md.j2")
    title, address = LICENCES[citation.licence]
    return template.render(
        package=package, citation=citation, rows=ROWS, cautions=CAUTIONS, licence=title, licence_url=address
    )
