"""The rule that turns a recomputation into a verdict, case by case."""

import pytest

from pipeline.claims.judge import Recomputed, combine, judge


@pytest.mark.parametrize(
    ("operator", "claimed", "tolerance", "recomputed", "verdict"),
    [
        ("=", 10, 0, Recomputed(value=10), "reproduced"),
        ("=", 10, 0, Recomputed(value=11), "not_reproduced"),
        ("=", 0.3, 0, Recomputed(value=0.1 + 0.2), "reproduced"),  # differs in the seventeenth digit
        ("=", 0.48, 0.005, Recomputed(value=0.4824), "reproduced"),
        ("=", 0.48, 0.005, Recomputed(value=0.4851), "not_reproduced"),
        ("~", 4_000_000, 500_000, Recomputed(value=4_220_097), "reproduced"),
        ("~", 4_000_000, 500_000, Recomputed(value=4_500_001), "not_reproduced"),
        (">", 1300, 0, Recomputed(value=1301), "reproduced"),
        (">", 1300, 0, Recomputed(value=1300), "not_reproduced"),
        ("=", 613, 0, Recomputed(low=375), "consistent"),
        ("=", 375, 0, Recomputed(low=375), "consistent"),
        ("=", 374, 0, Recomputed(low=375), "not_reproduced"),
        ("=", 10, 0, Recomputed(low=10, high=12), "consistent"),
        ("=", 13, 0, Recomputed(low=10, high=12), "not_reproduced"),
        ("=", 2017, 0, Recomputed(high=2019), "consistent"),
        ("~", 370, 10, Recomputed(low=375), "consistent"),
        (">", 600, 0, Recomputed(low=375), "consistent"),
        (">", 600, 0, Recomputed(low=601), "reproduced"),
        (">", 600, 0, Recomputed(low=100, high=600), "not_reproduced"),
    ],
)
def test_the_verdict_follows_from_operator_value_and_bounds(
    operator, claimed, tolerance, recomputed, verdict
):
    assert judge(operator, claimed, tolerance, recomputed) == verdict


def test_the_weakest_part_decides():
    assert combine(["reproduced", "consistent"], caveat=False) == "consistent"
    assert combine(["consistent", "not_reproduced", "reproduced"], caveat=True) == "not_reproduced"


def test_a_caveat_downgrades_what_is_reproduced_and_nothing_else():
    assert combine(["reproduced"], caveat=True) == "reproduced_with_caveat"
    assert combine(["consistent"], caveat=True) == "consistent"


def test_neither_value_nor_bound_is_no_verdict():
    with pytest.raises(ValueError, match="neither"):
        judge("=", 1, 0, Recomputed())
    with pytest.raises(ValueError, match="operator"):
        judge("<", 1, 0, Recomputed(value=1))
