"""Write the generated pages of the book from the reference files and the derived results."""

import dataclasses
from collections import Counter

from pipeline.book.pages import HEADINGS, STATES, render_page
from pipeline.claims.conclusions import read_scale
from pipeline.core.io import read_json, read_text_table, replace_folder, write_text
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.schemas.fields import ROWS, TABLES
from pipeline.schemas.warnings import SEPARATOR, WARNINGS
from pipeline.sources.registry import read_sources
from pipeline.sources.revisions import REVISIONS, read_revisions


def run(paths: Paths, params: Params) -> None:
    # Load
    sources = read_sources(paths.reference)
    ledger = read_revisions(paths.reference / REVISIONS, paths.reference)
    quality = read_json(paths.derived / "quality.json")
    claims = read_json(paths.derived / "claims.json")
    conclusions = read_json(paths.derived / "conclusions.json")
    objections = read_json(paths.derived / "objections.json")
    scale = read_scale(paths.reference / "confidence.yaml")
    differences = read_text_table(paths.clean / "differences.csv").to_dict("records")
    deployments = read_text_table(paths.clean / "deployments.csv")
    rows = {source.id: len(read_text_table(paths.extracted / f"{source.id}.csv")) for source in sources}

    # Process
    warning_rows = Counter(word for cell in deployments["warnings"] for word in cell.split(SEPARATOR) if word)
    pages = {
        "claims": render_page("claims", claims=claims),
        "conclusions": render_page("conclusions", conclusions=conclusions, scale=scale),
        "objections": render_page("objections", objections=objections, headings=HEADINGS, states=STATES),
        "sources": render_page("sources", sources=sources, rows=rows),
        "corrections": render_page("corrections", quality=quality),
        "differences": render_page("differences", quality=quality, differences=differences),
        "revisions": render_page("revisions", revisions=[dataclasses.asdict(entry) for entry in ledger]),
        "quality": render_page("quality", quality=quality),
        "data-dictionary": render_page(
            "data-dictionary",
            tables={name: [dataclasses.asdict(field) for field in fields] for name, fields in TABLES.items()},
            rows=ROWS,
            warnings=WARNINGS,
            warning_rows=warning_rows,
        ),
    }

    # Save
    with replace_folder(paths.generated) as folder:
        for name, page in pages.items():
            write_text(page, folder / f"{name}.md")
