"""Entry: what is taken, what is refused and what comes out, against hand calculation."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.matching.templates import WIDEST, admit, as_vectors, unit_templates

BAD = [
    ("NaN", [[1, 2], [np.nan, 1]], "row 1 cannot be compared: it holds NaN or infinity"),
    ("infinity", [[1, 2], [3, 4], [-np.inf, 1]], "row 2 cannot be compared: it holds NaN or infinity"),
    ("no length", [[0.0, 0.0], [1, 2]], "row 0 cannot be compared: it has no length"),
    ("another width", [[1, 2, 3]], "width 2, got width 3"),
    ("no width", np.empty((3, 0)), "got width 0"),
    ("an empty list", [], "got width 0"),
    ("rows of different widths", [[1, 2], [3]], "rows of different widths"),
    ("three dimensions", np.ones((1, 2, 2)), "shape (1, 2, 2)"),
    ("a number", 3.0, "shape ()"),
    ("objects", np.array([[1, None]], dtype=object), "got object"),
    ("a number too large for any type", [[10**400, 1]], "got object"),
    ("text", [["1", "2"]], "got <U1"),
    ("numbers mixed with text", [[1, "2"]], "got <U"),
    ("complex numbers", [[1, 1j]], "got complex128"),
    ("truth values", [[True, False]], "got bool"),
    ("dates", np.zeros((1, 2), "datetime64[s]"), "got datetime64[s]"),
    ("extended precision", np.ones((1, 2), np.longdouble), f"got {np.dtype(np.longdouble)}"),
    ("hidden values", np.ma.masked_invalid([[1, np.nan]]), "a masked array"),
]


@pytest.mark.parametrize(("vectors", "message"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_cannot_be_compared_is_refused_by_name(vectors, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        unit_templates(vectors, width=2)


def test_a_vector_too_wide_for_exact_sums_is_refused():
    assert as_vectors(np.ones((1, WIDEST), np.float32)).shape == (1, WIDEST)
    with pytest.raises(ValueError, match=f"width 1 to {WIDEST}"):
        as_vectors(np.ones((1, WIDEST + 1), np.float32))
    assert 255 * 127 * WIDEST < 2**31  # the largest sum of unsigned by signed codes fits 32 bits


def test_the_first_bad_row_of_a_later_block_is_named():
    vectors = np.ones((10_000, 2), np.float32)
    vectors[9_001] = 0
    with pytest.raises(ValueError, match="row 9001"):
        unit_templates(vectors)


def test_no_rows_are_no_templates():
    assert unit_templates(np.empty((0, 5))).shape == (0, 5)


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324, 1e154, 1e-160])
def test_neither_huge_nor_tiny_values_lose_their_direction(scale):
    with np.errstate(all="raise", under="ignore"):
        assert unit_templates(np.array([[scale, 0.0, -scale]]))[0] == pytest.approx(
            [0.5**0.5, 0, -(0.5**0.5)]
        )


def test_integers_and_every_width_of_float_give_the_template_worked_out_by_hand():
    for kind in ("i1", "u2", "i8", "f2", "f4", "f8", ">f4", ">i2"):
        template = unit_templates(np.array([[3, 4]], kind))  # 3-4-5 triangle
        assert template.dtype == np.dtype("f4")
        assert template.tolist() == [[np.float32(0.6), np.float32(0.8)]]
    assert unit_templates(np.array([[-(2**63), 0]]))[0].tolist() == [
        -1,
        0,
    ]  # whose negative int64 cannot hold


def test_memory_order_does_not_matter():
    array = np.random.default_rng(1).standard_normal((40, 24))
    expected = unit_templates(array[::2, ::3].copy())
    for same in (array[::2, ::3], np.asfortranarray(array)[::2, ::3], array[::-1][1::2, ::3][::-1]):
        assert np.array_equal(unit_templates(same), expected)
        assert unit_templates(same).flags.c_contiguous


def test_one_vector_is_one_row():
    assert unit_templates(np.array([0.0, 2.0])).tolist() == [[0, 1]]


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 7)), elements=FINITE))
def test_templates_have_unit_length_and_are_never_scaled_twice(vectors):
    vectors[~vectors.any(axis=1)] = 1
    templates = unit_templates(vectors)
    lengths = np.sqrt(np.square(templates.astype(np.float64)).sum(axis=1))
    assert (
        np.abs(lengths - 1).max() <= 2**-24 + 1e-12
    )  # each component is rounded by at most 2**-24 of itself
    assert np.array_equal(unit_templates(templates), templates)


@given(
    hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-3)),
    st.integers(-900, 900),
)
def test_a_power_of_two_changes_no_bit(vectors, exponent):
    assert np.array_equal(unit_templates(np.ldexp(vectors, exponent)), unit_templates(vectors))


def test_a_template_is_the_same_in_whatever_batch_it_comes():
    vectors = np.random.default_rng(2).standard_normal((300, 33)).astype(np.float32)
    vectors[::3] = unit_templates(vectors[::3])  # ready ones among others
    alone = np.concatenate([unit_templates(row) for row in vectors])
    assert np.array_equal(unit_templates(vectors), alone)


def test_the_callers_array_is_neither_changed_nor_kept():
    vectors = unit_templates([[3, 4]])
    templates = unit_templates(vectors)
    vectors[0] = 9
    assert templates.tolist() == [[np.float32(0.6), np.float32(0.8)]]


def test_a_batch_counts_what_it_refuses_by_reason():
    batch = admit(
        [
            [3, 4],
            [np.nan, 1],
            [0, 0],
            np.array([0, 5], np.int8),
            [1, 2, 3],
            [np.inf, 0],
            ["1", "2"],
            [[1, 2]],
            [True, False],
            [1, [2]],
            np.ma.array([1, 2], mask=[0, 1]),
            [1e300, 0],
        ],
        width=2,
    )
    assert batch.rows.tolist() == [0, 3, 11]
    assert batch.templates.tolist() == [[np.float32(0.6), np.float32(0.8)], [0, 1], [1, 0]]
    assert batch.refused == {"wrong_type": 4, "wrong_width": 2, "not_finite": 2, "no_length": 1}


def test_a_batch_of_nothing_and_a_batch_of_nothing_usable_give_no_templates():
    for vectors, refused in (([], 0), ([[0, 0], [0, 0]], 2), (np.empty((0, 2)), 0)):
        batch = admit(vectors, width=2)
        assert batch.templates.shape == (0, 2)
        assert batch.rows.tolist() == []
        assert sum(batch.refused.values()) == refused


def test_a_batch_without_fault_gives_the_templates_of_the_single_call():
    vectors = np.random.default_rng(3).standard_normal((50, 8)).astype(np.float32)
    assert np.array_equal(admit(vectors, 8).templates, unit_templates(vectors))
