"""What this machine can do at most: matrix products a second in float32 and int8, and bytes read a second.

A peak here is the best raw matrix product that numpy or onnxruntime reached over a sweep of shapes. It is
what a library on this machine reaches, not what its processor could: a processor with matrix units (AMX) has
an instruction peak above it.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Product = Callable[[NDArray], NDArray]

SHAPES = ((512, 512, 4096), (4096, 512, 4096), (1024, 512, 16384), (2048, 2048, 2048))
UNITS = {"float32": "GFLOP/s", "int8": "GOP/s"}
READ_BYTES = 512 * 2**20  # well beyond any cache on which this was run
TURN_SECONDS = 0.3


@dataclass(frozen=True)
class Peak:
    """The best of one kind.

    Args:
        kind: `float32`, `int8` or `read`.
        value: In `unit`.
        median: The median of the turns of the same library and shape, in `unit`.
        unit: GFLOP/s, GOP/s (a multiplication and an addition are two) or GB/s.
        library: What reached it.
        shape: rows x inner x columns of the product, or bytes read.
        turns: How often it was tried.
    """

    kind: str
    value: float
    median: float
    unit: str
    library: str
    shape: str
    turns: int


def onnx_product(right: NDArray, threads: int) -> Product:
    """Return a function that multiplies any left matrix with `right` (inner, columns) in onnxruntime.

    float32 gives a float32 product, int8 the int32 product with unsigned left operands (MatMulInteger).
    """
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    whole = right.dtype == np.int8
    left, out = (TensorProto.UINT8, TensorProto.INT32) if whole else (TensorProto.FLOAT, TensorProto.FLOAT)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger" if whole else "MatMul", ["left", "right"], ["out"])],
        "product",
        [helper.make_tensor_value_info("left", left, ["rows", right.shape[0]])],
        [helper.make_tensor_value_info("out", out, ["rows", right.shape[1]])],
        [numpy_helper.from_array(np.ascontiguousarray(right), "right")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # its waiting threads would otherwise spin, and take the cores from every other library
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda rows: session.run(None, {"left": rows})[0]


class Products:
    """Raw matrix products on this machine: each library at its best shape, found once, then timed at will.

    Args:
        threads: Threads that each product may use.
        turns: Turns of every library and shape in the search for the best shapes.
        shapes: rows, inner, columns.
    """

    def __init__(self, threads: int, turns: int, shapes: tuple[tuple[int, int, int], ...] = SHAPES) -> None:
        self._pool = ThreadPoolExecutor(threads)
        tries = [each for shape in shapes for each in _products(shape, threads, self._pool)]
        rates: list[list[float]] = [[] for _ in tries]
        for _ in range(turns):  # the libraries take turns, so that a busy moment meets all of them
            for done, each in zip(rates, tries, strict=True):
                done.append(_rate(each))
        ranked = sorted(zip(rates, tries, strict=True), key=lambda pair: statistics.median(pair[0]))
        self._best = {each[:2]: each for _, each in ranked}.values()  # the last of a library is its best
        self._rounds: dict[str, list[tuple[float, tuple]]] = {kind: [] for kind in UNITS}

    def turn(self) -> dict[str, float]:
        """Time every library now; 10**9 operations a second of the fastest product of each kind."""
        timed = [(_rate(each), each) for each in self._best]
        for kind, rounds in self._rounds.items():
            rounds.append(max((pair for pair in timed if pair[1][0] == kind), key=lambda pair: pair[0]))
        return {kind: rounds[-1][0] for kind, rounds in self._rounds.items()}

    def peaks(self) -> list[Peak]:
        """The fastest product of all rounds so far, by kind, and the median of the fastest of each round."""
        peaks = []
        for kind, rounds in self._rounds.items():
            best, (_, library, shape, *_) = max(rounds, key=lambda pair: pair[0])
            middle = statistics.median(rate for rate, _ in rounds)
            peaks.append(
                Peak(kind, best, middle, UNITS[kind], library, " x ".join(map(str, shape)), len(rounds))
            )
        return peaks


def measure_reading(threads: int, turns: int, size: int = READ_BYTES) -> Peak:
    """Read memory with every thread at once, as a single probe does with a gallery beyond the caches."""
    parts = np.array_split(np.ones(size // 4, np.float32), threads)
    with ThreadPoolExecutor(threads) as pool:
        rates = [
            size * _a_second(lambda: list(pool.map(lambda part: part @ part, parts))) / 1e9
            for _ in range(turns)
        ]
    return Peak("read", max(rates), statistics.median(rates), "GB/s", "numpy dot", f"{size:,} bytes", turns)


def _products(shape: tuple[int, int, int], threads: int, pool: ThreadPoolExecutor) -> Iterator[tuple]:
    """Kind, library, shape, products made at once and a call that makes them, for each way of multiplying."""
    rows, inner, columns = shape
    rng = np.random.default_rng(0)
    left = rng.standard_normal((rows, inner), np.float32)
    right = rng.standard_normal((inner, columns), np.float32)
    codes = rng.integers(0, 256, (rows, inner), np.uint8)
    whole = rng.integers(-127, 128, (inner, columns), np.int8)
    yield "float32", "numpy", shape, 1, lambda: left @ right
    for kind, name, rows_of, matrix in (
        ("float32", "onnxruntime MatMul", left, right),
        ("int8", "onnxruntime MatMulInteger u8s8", codes, whole),
    ):
        together = partial(onnx_product(matrix, threads), rows_of)
        yield kind, name, shape, 1, together
        if threads > 1:
            alone = onnx_product(matrix, 1)
            yield (
                kind,
                f"{name}, one product a thread",
                shape,
                threads,
                partial(_side_by_side, pool, alone, [rows_of] * threads),
            )


def _rate(product: tuple) -> float:
    """Thousand millions of operations a second of one of `_products`."""
    _, _, shape, products, call = product
    return 2 * float(np.prod(shape)) * products * _a_second(call) / 1e9


def _side_by_side(pool: ThreadPoolExecutor, product: Product, lefts: list[NDArray]) -> list[NDArray]:
    return list(pool.map(product, lefts))


def _a_second(call: Callable[[], object]) -> float:
    """How often a call is made in a second, after one to warm up."""
    call()
    calls, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < TURN_SECONDS or not calls:
        call()
        calls += 1
    return calls / seconds
