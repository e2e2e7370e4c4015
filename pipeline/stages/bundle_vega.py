"""Make the script that draws live figures; it changes only with the pinned vl-convert."""

from pipeline.book.vega import vega_bundle
from pipeline.core.io import write_text
from pipeline.core.params import Params
from pipeline.core.paths import Paths


def run(paths: Paths, params: Params) -> None:
    write_text(vega_bundle(), paths.book / "vega.js")
