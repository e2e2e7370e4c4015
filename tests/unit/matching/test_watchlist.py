"""A watchlist states its duties, serves one deployment, and is gone afterwards."""

from datetime import timedelta

import numpy as np
import pytest

from pipeline.matching.watchlist import RefusedError, Watchlist
from tests.unit.matching.deployments import OPENS, deployment, entry, watchlist


def test_it_counts_people_and_not_images():
    listed = watchlist(entry("A", [[1, 0], [3, 4], [0, 1]]), entry("B", (1, 1)))
    assert listed.people == 2
    assert list(listed.gallery.identifiers) == ["A", "A", "A", "B"]
    assert listed.categories == {"wanted": 2}


def test_the_templates_are_those_of_the_entry_scaled_to_length_one():
    np.testing.assert_allclose(watchlist(entry(1, (3, 4))).gallery.templates, [[0.6, 0.8]], atol=1e-7)


@pytest.mark.parametrize(
    ("entries", "changes", "message"),
    [
        ([], {"purpose": " "}, "states its purpose and who approved it"),
        ([], {"approved_by": ""}, "states its purpose and who approved it"),
        ([], {"expires": OPENS - timedelta(hours=1)}, "before it is approved"),
        ([], {"size_limit": 1}, "2 people are more than the limit of 1"),
        ([entry(), entry("A", (0, 1), "missing")], {}, r"'A' is listed twice \(wanted, missing\)"),
        ([entry(), entry(1)], {}, "all whole numbers or all texts"),
        ([entry(category="")], {}, "'A' has no category or no lawful basis"),
        ([entry(lawful_basis=" ")], {}, "'A' has no category or no lawful basis"),
        ([entry(vectors=[])], {}, "an image of 'A' is refused"),
        ([entry(), entry("B", np.empty((0, 2)))], {}, "'B' has no image"),
        ([entry(), entry("B", [[1, 0], [1]])], {}, "an image of 'B' is refused"),
        ([entry(), entry("B", (np.nan, 1))], {}, "an image of 'B' is refused"),
        ([entry(), entry("B", (0, 0))], {}, "an image of 'B' is refused"),
        ([entry(), entry("B", (1, 2, 3))], {}, "an image of 'B' is refused"),
    ],
)
def test_a_list_that_breaks_a_duty_is_refused_by_name(entries, changes, message):
    with pytest.raises(RefusedError, match=message):
        watchlist(*entries, **changes)


def test_a_list_of_nobody_is_refused():
    until = OPENS + timedelta(hours=1)
    with pytest.raises(RefusedError, match="seeks nobody"):
        Watchlist([], purpose="p", approved_by="s", approved_at=OPENS, expires=until, size_limit=1)


def test_a_list_as_large_as_its_limit_is_accepted():
    assert watchlist(size_limit=2).people == 2


def test_it_may_be_used_from_its_approval_until_just_before_its_expiry():
    listed = watchlist()
    listed.check(listed.approved_at)
    listed.check(listed.expires - timedelta(microseconds=1))
    with pytest.raises(RefusedError, match="not yet"):
        listed.check(listed.approved_at - timedelta(microseconds=1))


def test_an_expired_list_is_refused_and_deleted_on_the_spot():
    listed = watchlist()
    templates = listed.gallery.templates
    with pytest.raises(RefusedError, match="expired at 2031-05-06 20:00:00 and is deleted"):
        listed.check(listed.expires)
    assert not templates.any()
    with pytest.raises(RefusedError, match="closed"):
        _ = listed.gallery


def test_close_overwrites_the_templates_even_for_those_who_still_hold_them():
    listed = watchlist()
    held, slice_of_it = listed.gallery.templates, listed.gallery.templates[1:]
    assert held.any()
    listed.close()
    assert not held.any() and not slice_of_it.any()
    with pytest.raises(RefusedError, match="closed"):
        _ = listed.gallery
    with pytest.raises(KeyError):
        listed.grounds("A")
    listed.close()  # once more does no harm


def test_close_leaves_the_vectors_of_the_caller_alone():
    vectors = np.array([1.0, 0.0], dtype=np.float32)
    watchlist(entry(vectors=vectors)).close()
    assert list(vectors) == [1, 0]


def test_a_list_serves_one_deployment():
    used = deployment().watchlist
    with pytest.raises(RefusedError, match="already served a deployment"):
        used.assign(OPENS)
