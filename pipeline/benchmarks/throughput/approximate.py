"""Which alerts an approximate index loses, true ones and false ones, beside how fast it is."""

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.benchmarks.throughput.compare import Sizes
from pipeline.benchmarks.throughput.peers import Decide, faiss_decides, hnswlib_decides
from pipeline.core.log import get_logger
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch
from pipeline.matching.templates import Templates
from pipeline.measures.intervals import clopper_pearson

log = get_logger("approximate")

TRUE_AT, FALSE_AT = 0.60, 0.56  # the lower threshold gives enough false alerts to count
LINKS, EFFORT = 16, 200  # of the graphs: neighbours kept, and looked at while building


def run_approximate(sizes: Sizes, threads: int) -> pd.DataFrame:
    """Search strangers and listed people exactly and approximately, and count the exact alerts that are kept.

    Returns:
        Two rows an index and setting. Of the `exact` search's alerts, `kept` are raised by the index too:
        true alerts (the person's own entry is named) at 0.60, false alerts (a stranger's) at 0.56. The share
        has an exact 95 % interval; `probes_per_second` is over all strangers in one call.
    """
    rng = np.random.default_rng([sizes.seed, sizes.approximate_gallery, 1])
    people = sizes.population.identities(rng, sizes.approximate_gallery)
    gallery = Gallery(sizes.population.enrol(rng, people))
    who = rng.integers(0, len(people), sizes.mated)
    mated = sizes.population.captures(rng, people[who])
    strangers = sizes.population.strangers(rng, sizes.strangers)

    exact = FastSearch(gallery, threads)
    found = exact.search(mated, TRUE_AT)
    own = found.identifier == who[found.probe]
    true_probes, true_rows = found.probe[own], found.identifier[own]
    wrong = exact.search(strangers, FALSE_AT)
    log.info("%d true alerts at %.2f, %d false ones at %.2f", len(true_probes), TRUE_AT, len(wrong), FALSE_AT)

    rows = []
    for library, setting, decide in indexes(gallery.templates, threads):
        kept_true = int((decide(mated, TRUE_AT)[true_probes] == true_rows).sum())
        start = time.perf_counter()
        answers = decide(strangers, FALSE_AT)
        rate = float(f"{len(strangers) / (time.perf_counter() - start):.4g}")
        kept_false = int((answers[wrong.probe] == wrong.identifier).sum())
        of = {"library": library, "setting": setting, "gallery": sizes.approximate_gallery}
        for kind, threshold, kept, all_of in (
            ("true alerts", TRUE_AT, kept_true, len(true_probes)),
            ("false alerts", FALSE_AT, kept_false, len(wrong)),
        ):
            counts = {"alerts": kind, "threshold_score": threshold, "exact": all_of, "kept": kept}
            rows.append(of | counts | {"probes_per_second": rate})
        log.info("%s, %s: done", library, setting)
    table = pd.DataFrame(rows)
    share = clopper_pearson(table["kept"], table["exact"])
    return table.assign(share=share.value, low=share.low, high=share.high).round(
        {"share": 4, "low": 4, "high": 4}
    )


def indexes(gallery: Templates, threads: int) -> Iterator[tuple[str, str, Decide]]:
    """Each approximate index with each of its settings, built one after the other."""
    import faiss
    import hnswlib
    from usearch.index import Index

    width, cells = gallery.shape[1], int(4 * len(gallery) ** 0.5)
    graph = hnswlib.Index(space="ip", dim=width)
    graph.init_index(len(gallery), EFFORT, LINKS, 1)
    graph.add_items(gallery, num_threads=threads)
    graph.set_num_threads(threads)
    for effort in (128, 512):
        graph.set_ef(effort)
        yield "hnswlib HNSW", f"ef {effort}", hnswlib_decides(graph)
    del graph

    faiss.omp_set_num_threads(threads)
    lists = faiss.IndexIVFFlat(faiss.IndexFlatIP(width), width, cells, faiss.METRIC_INNER_PRODUCT)
    lists.train(gallery)
    lists.add(gallery)
    for probed in (max(1, cells // 40), cells // 4):
        lists.nprobe = probed
        yield "faiss IVF", f"{probed} of {cells:,} lists", faiss_decides(lists)
    del lists

    links = Index(
        ndim=width, metric="ip", dtype="f32", connectivity=LINKS, expansion_add=EFFORT, expansion_search=128
    )
    links.add(np.arange(len(gallery)), gallery, threads=threads)

    def decide(probes: Templates, threshold: float) -> np.ndarray:
        found = links.search(probes, 1, threads=threads)
        keys, distances = found.keys.reshape(-1), found.distances.reshape(-1)
        return np.where(distances <= 1 - threshold, keys.astype(np.int64), -1)

    yield "usearch HNSW", "expansion 128", decide
