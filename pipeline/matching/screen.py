"""Fast exact search: an 8-bit screen with a proved bound, then the oracle's own comparison of what is left.

A template y is written as yq + ey, where yq is a scale times whole numbers from -127 to 127 and ey the rest.
For two templates x and y, by the Cauchy-Schwarz inequality,

    |x.y - xq.yq| = |ex.y + xq.ey| <= |ex| |y| + |xq| |ey| <= |ex| + |ey| + |ex| |ey|,

since |xq| <= |x| + |ex|. So a probe whose best xq.yq in a tile of the gallery lies further below the
threshold than this can have no alert there, whatever the data. All others are compared in float32 and settled
exactly, as in `search`. The sums behind xq.yq are whole numbers below 2**31 and hence exact.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .gallery import Gallery
from .search import Alerts, Hit, alerts, hits, margin, usable_threshold
from .templates import Templates, as_vectors, unit_rows

BLOCK = 512  # probes screened at a time by one thread,
TILE = 256  # against as many gallery rows: their product stays in a core's cache until its maximum is taken
BLOCKS = 16  # at most are settled together: fewer and larger products for what the screen leaves
TILES = 256  # in one graph, so that building it needs little memory beside the gallery
FEW = 8  # probes share one product with the whole gallery, which is divided among the threads instead
WORTH = 2**23  # comparisons pay for handing part of a search to a further thread
ZERO = 128  # probe codes are stored as unsigned bytes around this, the fast form on x86 processors

Maxima = Callable[[NDArray[np.uint8]], NDArray[np.int32]]
"""From (b, d) probe codes, `ZERO` added, to the (b, tiles) largest products with the rows of each tile."""


class FastSearch:
    """A gallery made ready for searches with the same result as `search`, bit for bit, several times faster.

    Args:
        gallery: What to search.
        threads: Threads to use; as many as there are processors for this process if None.

    Raises:
        ImportError: if onnxruntime or onnx is missing.
        RuntimeError: if this machine's 8-bit product is wrong even with 7-bit codes.

    Example:
        >>> gallery = Gallery([[1, 0], [0, 1]], ["p1", "p2"])
        >>> FastSearch(gallery).search([[3, 4], [-1, -1]], threshold=0.8 - 1e-7).identifier
        array(['p2'], dtype='<U2')
    """

    def __init__(self, gallery: Gallery, threads: int | None = None) -> None:
        self.gallery = gallery
        self.threads = threads or processors()
        self._pool = ThreadPoolExecutor(self.threads)
        self._levels = trusted_levels(gallery.width)
        tiles = [self._tile(first) for first in range(0, len(gallery), TILE)]
        self._scales = np.array([scale for scale, _, _ in tiles], np.float64)
        self._rests = np.array([rest for _, rest, _ in tiles], np.float64)
        codes = [codes for _, _, codes in tiles]
        self._maxima = [compiled(codes[first : first + TILES]) for first in range(0, len(codes), TILES)]

    def _tile(self, first: int) -> tuple[np.float32, np.float64, NDArray[np.int8]]:
        """The scale of a tile, the length of its longest rest, and its codes."""
        tile = self.gallery.templates[first : first + TILE]
        scale = np.abs(tile).max() / np.float32(self._levels)
        whole = encode(tile, np.full(len(tile), scale)).astype(np.int16) - ZERO
        gaps = tile - whole * np.float64(scale)
        rest = np.sqrt(np.einsum("ij,ij->i", gaps, gaps).max())
        return scale, rest, whole.astype(np.int8)

    @cached_property
    def _at_once(self) -> Maxima:
        """The product with the whole gallery, divided among the threads: quicker for few probes only."""
        codes = np.vstack([self._tile(first)[2] for first in range(0, len(self.gallery), TILE)])
        product = compiled([codes], self.threads, maximum=False)
        edges = np.arange(0, len(codes), TILE)
        return lambda probes: np.maximum.reduceat(product(probes), edges, axis=1)

    def search(self, probes: ArrayLike, threshold: float) -> Alerts:
        """As `search(gallery, probes, threshold)`."""
        threshold = usable_threshold(threshold)
        vectors = as_vectors(probes, self.gallery.width)
        parts = min(self.threads, 1 + len(vectors) * len(self.gallery) // WORTH)
        size = min(BLOCKS * BLOCK, 1 + len(vectors) // parts)
        starts = range(0, len(vectors), size)
        run = self._pool.map if min(self.threads, len(starts)) > 1 else map
        best: dict[int, Hit] = {}
        for found in run(lambda start: self._share(vectors[start : start + size], start, threshold), starts):
            best |= found
        return alerts(self.gallery, best)

    def _share(self, vectors: NDArray, start: int, threshold: float) -> dict[int, Hit]:
        """The best hit of each of a share's probes that alert: screened block by block, settled together."""
        kept = []
        for first in range(0, len(vectors), BLOCK):
            block = unit_rows(vectors[first : first + BLOCK], start + first)
            suspects = self.suspects(block, threshold)
            rows = np.flatnonzero(suspects.any(axis=1))
            kept.append((start + first + rows, block[rows], suspects[rows]))
        probes, templates, suspects = (np.concatenate(parts) for parts in zip(*kept, strict=True))
        best: dict[int, Hit] = {}
        for tile in np.flatnonzero(suspects.any(axis=0)):
            rows = np.flatnonzero(suspects[:, tile])
            whole = slice(int(tile) * TILE, int(tile + 1) * TILE)
            for row, hit in hits(self.gallery, whole, templates[rows], threshold):
                probe = int(probes[rows[row]])
                best[probe] = min(hit, best.get(probe, hit))
        return best

    def suspects(self, block: Templates, threshold: float) -> NDArray[np.bool_]:
        """Which probes may reach the threshold in which tile, (b, tiles): all that do, and few others.

        A probe's rest is bounded, not measured: no component is off by more than half the scale. For lengths
        that are 1 only to rounding, `margin` is added.
        """
        if not self._maxima:
            return np.zeros((len(block), 0), bool)
        scales = np.abs(block).max(axis=1) / np.float32(self._levels)
        codes = encode(block, scales)
        ways = [self._at_once] if len(block) <= FEW else self._maxima
        best = np.hstack([maxima(codes) for maxima in ways])
        steps = scales.astype(np.float64)[:, None]
        rests = steps * ((0.5 + 2.0**-15) * np.sqrt(self.gallery.width))
        bound = (1 + rests) * (1 + self._rests) - 1 + margin(self.gallery.width)
        return best * (steps * self._scales) + bound >= threshold


def encode(rows: Templates, scales: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Codes (n, d) of the rows: the whole numbers nearest to the rows over their scales, plus `ZERO`.

    Rounding misses the nearest by less than 2**-15 in float32, which `suspects` allows for.

    Example:
        >>> encode(np.array([[0.6, -0.8]], np.float32), np.array([0.25], np.float32))  # 2.4 and -3.2 quarters
        array([[130, 125]], dtype=uint8)
    """
    codes = rows * (1 / scales)[:, None]
    codes += np.float32(ZERO + 0.5)
    return codes.astype(np.int32).astype(np.uint8)  # two steps, which numpy does faster than one


@cache
def trusted_levels(width: int) -> int:
    """Largest code that this machine multiplies exactly: 127, or 63 where products saturate at 16 bits.

    On x86 processors without VNNI instructions, 8-bit kernels may add two products of up to 255 x 127 in 16
    bits. Products of extreme codes are therefore compared with numpy's, once per width and process.
    """
    signs = np.random.default_rng(width).choice([-1, 1], (TILE + 70, width))
    signs[0], signs[1] = 1, -1
    for levels in (127, 63):
        rows = (levels * signs).astype(np.int8)
        maxima = compiled([rows[:TILE], rows[TILE:]])
        products = rows.astype(np.float64) @ rows.T  # exact: whole numbers below 2**53
        expected = np.stack([products[:, :TILE].max(axis=1), products[:, TILE:].max(axis=1)], axis=1)
        if all(
            np.array_equal(maxima((rows[:count] + np.int16(ZERO)).astype(np.uint8)), expected[:count])
            for count in (1, 3, len(rows))  # kernels differ by the number of rows
        ):
            return levels
    raise RuntimeError("the 8-bit product of this machine's onnxruntime is not exact: use `search` instead")


def compiled(tiles: list[NDArray[np.int8]], threads: int = 1, maximum: bool = True) -> Maxima:
    """Build the product of probe codes with the codes (n, d) of each tile, and its maximum, as one graph.

    Without `maximum`, all products are returned, (b, n of all tiles), for the caller to take the maxima.
    """
    try:
        import onnxruntime
        from onnx import TensorProto, helper, numpy_helper
    except ImportError as error:
        raise ImportError(
            "FastSearch needs onnxruntime and onnx: run `pip install onnxruntime onnx`, or use `search`"
        ) from error

    def constant(name: str, array: NDArray) -> TensorProto:
        return numpy_helper.from_array(np.ascontiguousarray(array), name)

    constants, nodes = [constant("zero", np.uint8(ZERO)), constant("axis", np.array([1]))], []
    names = [f"best{number}" for number in range(len(tiles))]
    for name, codes in zip(names, tiles, strict=True):
        constants.append(constant(f"codes of {name}", codes.T))
        product = f"product for {name}" if maximum else name
        nodes.append(helper.make_node("MatMulInteger", ["probes", f"codes of {name}", "zero"], [product]))
        if maximum:
            nodes.append(helper.make_node("ReduceMax", [product, "axis"], [name]))
    nodes.append(helper.make_node("Concat", names, ["best"], axis=1))
    graph = helper.make_graph(
        nodes,
        "screen",
        [helper.make_tensor_value_info("probes", TensorProto.UINT8, ["probes", tiles[0].shape[1]])],
        [helper.make_tensor_value_info("best", TensorProto.INT32, ["probes", "columns"])],
        constants if maximum else [each for each in constants if each.name != "axis"],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin while they wait answer one probe sooner, but take a core from all else meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1" if threads > 1 else "0")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return lambda codes: session.run(None, {"probes": codes})[0]


def processors() -> int:
    """Processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
