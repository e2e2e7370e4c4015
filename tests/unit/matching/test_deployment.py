"""One threshold, alerts, decisions, and deletion that is looked for and not only promised."""

import gc
import tracemalloc
import weakref
from datetime import timedelta

import numpy as np
import pytest

from pipeline.matching.audit import check_log
from pipeline.matching.deployment import Deployment, oracle
from pipeline.matching.gallery import Gallery
from pipeline.matching.retention import count_holders
from pipeline.matching.screen import FastSearch
from pipeline.matching.search import search
from pipeline.matching.verification import Decision
from pipeline.matching.watchlist import RefusedError, Watchlist
from tests.unit.matching.deployments import MINUTE, OPENS, TRUE_ARREST, deployment, entry, watchlist

BOTH = pytest.mark.parametrize("compare", [oracle, lambda gallery: FastSearch(gallery).search])
FALSE = Decision("PC 7", is_match=False, engaged=False)


# Scanning: people at (1, 0) and (0, 1); a face at (4, 3) scores 0.8 and 0.6 by hand.


def test_a_face_at_or_above_the_threshold_alerts_on_the_person_it_is_most_like():
    day = deployment(threshold=0.75)
    (alert,) = day.scan([[4, 3], [1, 1], [-1, 0]], OPENS + MINUTE)
    assert (alert.number, alert.probe, alert.identifier) == (1, 0, "A")
    assert (alert.category, alert.lawful_basis, alert.at) == ("wanted", "warrant", OPENS + MINUTE)
    assert alert.score == pytest.approx(0.8, abs=1e-7)
    assert (day.faces, day.failures_to_acquire, len(day.alerts)) == (3, 0, 1)


def test_a_score_equal_to_the_threshold_alerts_and_one_just_below_does_not():
    score = deployment(threshold=0).scan([[4, 3]], OPENS)[0].score
    assert deployment(threshold=score).scan([[4, 3]], OPENS)
    assert not deployment(threshold=np.nextafter(score, 1)).scan([[4, 3]], OPENS)


def test_alerts_are_numbered_through_the_deployment_and_probes_within_a_scan():
    day = deployment()
    day.scan([[1, 0], [0, 1]], OPENS)
    (third,) = day.scan([[1, 1], [0, 2]], OPENS)
    assert (third.number, third.probe, third.identifier) == (3, 1, "B")


def test_several_images_raise_one_alert_a_face():
    day = deployment(entries=[entry("A", [[1, 0], [4, 3], [3, 4]])])
    assert len(day.scan([[1, 0]], OPENS)) == 1


def test_faces_that_cannot_be_compared_are_counted_apart_and_rows_stay_those_presented():
    day = deployment()
    (alert,) = day.scan([[np.nan, 1], [0, 0], [1, 0], [np.inf, 1]], OPENS)
    assert alert.probe == 2
    assert (day.faces, day.failures_to_acquire) == (4, 3)
    assert '"faces": 4, "failures_to_acquire": 3, "alerts": 1' in day.log.events[-1].line


def test_scans_of_nobody_and_of_none_comparable_raise_nothing():
    day = deployment()
    assert day.scan(np.empty((0, 2)), OPENS) == ()
    assert day.scan([[0, 0]], OPENS) == ()
    assert (day.faces, day.failures_to_acquire) == (1, 1)


def test_faces_of_another_width_are_failures_to_acquire():
    day = deployment()
    (alert,) = day.scan([[1, 0, 0], [0, 1]], OPENS)
    assert (alert.probe, alert.identifier) == (1, "B")
    assert (day.faces, day.failures_to_acquire) == (2, 1)


def test_the_alerts_are_those_of_the_search_alone():
    rng = np.random.default_rng([31, 1])
    people, faces = rng.standard_normal((50, 16)), rng.standard_normal((400, 16))
    expected = search(Gallery(people), faces, 0.6)
    day = deployment(threshold=0.6, entries=[entry(number, row) for number, row in enumerate(people)])
    raised = day.scan(faces, OPENS)
    assert len(expected) > 20
    assert [(a.probe, a.identifier, a.score) for a in raised] == list(
        zip(expected.probe, expected.identifier, expected.score, strict=True)
    )


# What is fixed, and what is refused


@pytest.mark.parametrize("threshold", [-0.01, 1.01, np.nan, np.inf])
def test_a_threshold_that_no_record_could_state_is_refused(threshold):
    listed = watchlist()
    with pytest.raises(ValueError, match="between 0 and 1"):
        Deployment(listed, threshold, at=OPENS)
    Deployment(listed, 0.5, at=OPENS)  # the list was not used up by the refusal


def test_the_threshold_cannot_be_moved_once_the_deployment_has_started():
    with pytest.raises(AttributeError):
        deployment().threshold = 0.5


def test_a_closed_deployment_scans_no_more_and_closes_no_more():
    day = deployment()
    day.close(OPENS + MINUTE)
    with pytest.raises(RefusedError, match="closed at 2031-05-06 10:01:00; it scans no more"):
        day.scan([[1, 0]], OPENS + MINUTE)
    with pytest.raises(RefusedError, match="closed at"):
        day.close(OPENS + MINUTE)


def test_an_expired_watchlist_is_not_scanned_and_the_deployment_can_still_be_closed():
    day = deployment()
    after = OPENS + timedelta(hours=10)
    with pytest.raises(RefusedError, match="expired"):
        day.scan([[1, 0]], after)
    assert day.faces == 0
    day.close(after)


def test_a_closed_an_early_and_an_expired_list_start_no_deployment():
    closed = watchlist()
    closed.close()
    for listed, message in [
        (closed, "closed"),
        (watchlist(approved_at=OPENS + MINUTE), "not yet"),
        (watchlist(expires=OPENS), "expired"),
    ]:
        with pytest.raises(RefusedError, match=message):
            Deployment(listed, 0.6, at=OPENS)


def test_time_running_backwards_is_refused_and_changes_nothing():
    day = deployment(keep_alerts=timedelta(hours=1))
    day.scan([[1, 0]], OPENS + MINUTE)
    for step in (
        lambda: day.scan([[1, 0]], OPENS),
        lambda: day.verify(1, TRUE_ARREST, OPENS),
        lambda: day.close(OPENS),
    ):
        with pytest.raises(ValueError, match="earlier than the last event"):
            step()
    assert (day.faces, len(day.alerts), day.decisions, day.closed) == (1, 1, {}, None)
    assert day.template(1).any()


# The officer's decision


def test_an_alert_awaits_an_officer_until_one_has_decided():
    day = deployment()
    day.scan([[1, 0], [0, 1]], OPENS)
    assert [alert.number for alert in day.awaiting] == [1, 2]
    day.verify(2, TRUE_ARREST, OPENS + MINUTE)
    assert [alert.number for alert in day.awaiting] == [1]
    assert day.decisions == {2: TRUE_ARREST}


def test_a_decision_stands():
    day = deployment()
    day.scan([[1, 0]], OPENS)
    day.verify(1, FALSE, OPENS)
    with pytest.raises(RefusedError, match="decided on alert 1 before"):
        day.verify(1, TRUE_ARREST, OPENS)
    assert day.decisions == {1: FALSE}


@pytest.mark.parametrize("number", [0, -1, 2])
def test_an_alert_that_was_never_raised_cannot_be_verified(number):
    day = deployment()
    day.scan([[1, 0]], OPENS)
    with pytest.raises(RefusedError, match=f"no alert {number}; there are 1"):
        day.verify(number, FALSE, OPENS)


def test_an_officer_may_decide_after_close():
    day = deployment()
    day.scan([[1, 0]], OPENS)
    day.close(OPENS + MINUTE)
    day.verify(1, FALSE, OPENS + 2 * MINUTE)
    assert day.awaiting == ()


@pytest.mark.parametrize(
    ("is_match", "engaged", "outcome", "message"),
    [
        (True, True, "", "ends in one of"),
        (True, True, "caution", "ends in one of"),
        (True, False, "arrest", "only a confirmed true alert"),
        (False, True, "arrest", "only a confirmed true alert"),
        (False, False, "no_action", "only a confirmed true alert"),
    ],
)
def test_an_outcome_belongs_to_confirmed_true_alerts_and_to_no_others(is_match, engaged, outcome, message):
    with pytest.raises(ValueError, match=message):
        Decision("PC 7", is_match, engaged, outcome)


def test_somebody_takes_the_decision():
    with pytest.raises(ValueError, match="officer who took it"):
        Decision(" ", is_match=False, engaged=False)


# Deletion


def wide(seed, alike=2, strangers=200, people=5, width=64):
    """A watchlist, and faces of which the first few are those of people listed."""
    rng = np.random.default_rng([seed, 64])
    listed = rng.standard_normal((people, width)).astype(np.float32)
    return listed, np.vstack([listed[:alike], rng.standard_normal((strangers, width))]).astype(np.float32)


def open_wide(listed, **changes):
    return deployment(0.9, [entry(number, row) for number, row in enumerate(listed)], **changes)


def test_the_search_for_copies_finds_one_wherever_it_hides():
    """Else the next tests would prove nothing."""
    from functools import lru_cache

    vector = np.random.default_rng(1).standard_normal(64)
    before = count_holders(vector)

    class Object:
        pass

    def closure(held):
        return lambda: held

    cached = lru_cache(lambda key: key and vector * 5)
    thing = Object()
    thing.plain = {1: (vector * 2).astype(np.float32)}  # such a dictionary is unknown to the collector
    hiding = [
        [vector * 3],
        closure(np.vstack([vector * 4, np.ones(64)])),
        cached,
        thing,
        np.vstack([np.ones(64), vector])[:1],  # a slice that keeps the whole alive
    ]
    cached(True)
    assert count_holders(vector) == before + 5
    hiding.clear()
    del thing, cached
    assert count_holders(vector) == before


def test_the_search_for_copies_looks_into_what_was_frozen_before_a_fork():
    vector, album = np.random.default_rng(1).standard_normal(64), [[]]
    before = count_holders(vector)
    gc.freeze()
    album[0].append(vector * 2)
    assert count_holders(vector) == before + 1


@BOTH
def test_after_a_scan_nothing_holds_a_face_but_the_array_of_the_caller(compare):
    listed, faces = wide(2)
    holder = [faces]
    day = open_wide(listed, compare=compare)
    assert count_holders(faces[2:]) == 1
    assert len(day.scan(faces, OPENS)) == 2
    assert count_holders(faces[2:]) == 1
    alive = weakref.ref(faces)
    holder.clear()
    del faces
    gc.collect()
    assert alive() is None
    again = wide(2)[1]
    assert count_holders(again[2:]) == 0
    assert day.faces == 202


@BOTH
def test_a_scan_leaves_no_byte_of_an_array_behind(compare):
    """A second opinion that sees every array of numpy's, whoever holds it."""
    listed, faces = wide(3, strangers=3000)
    day = open_wide(listed, compare=compare)
    numpys = tracemalloc.DomainFilter(inclusive=True, domain=np.lib.tracemalloc_domain)

    def bytes_of_arrays():
        gc.collect()
        return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([numpys]).traces)

    tracemalloc.start()
    try:
        day.scan(faces[:3], OPENS)  # what is made once; of another size, so that nothing kept can hide in it
        before = bytes_of_arrays()
        held = faces.copy()
        assert bytes_of_arrays() - before == faces.nbytes  # it does see arrays
        del held
        assert len(day.scan(faces, OPENS)) == 2
        assert bytes_of_arrays() == before
    finally:
        tracemalloc.stop()


def test_log_and_alerts_hold_no_score_and_no_identifier_of_a_face_without_alert():
    listed, faces = wide(4)
    day = open_wide(listed)
    day.scan(faces, OPENS)
    day.close(OPENS)
    assert [alert.probe for alert in day.alerts] == [0, 1]
    assert not any("." in event.line.replace('"0.9"', "") for event in day.log.events)  # no fraction at all
    text = "".join(event.line for event in day.log.events)
    assert all(f"{alert.score:.4f}"[2:] not in text for alert in day.alerts)


def test_the_template_of_an_alert_is_not_kept_unless_a_time_is_stated():
    listed, faces = wide(5)
    day = open_wide(listed)
    day.scan(faces, OPENS)
    with pytest.raises(RefusedError, match="no template of alert 1 is kept"):
        day.template(1)


def test_a_kept_template_is_overwritten_at_the_first_call_at_or_after_its_time():
    day = deployment(keep_alerts=timedelta(minutes=30))
    day.scan([[4, 3]], OPENS)
    kept = day.template(1)
    np.testing.assert_allclose(kept, [0.8, 0.6], atol=1e-7)
    day.purge(OPENS + timedelta(minutes=30) - timedelta(microseconds=1))
    assert kept.any()
    day.scan([[0, 1]], OPENS + timedelta(minutes=30))
    assert not kept.any()
    with pytest.raises(RefusedError, match="no template of alert 1"):
        day.template(1)
    assert day.template(2).any()
    lines = [event.line for event in day.log.events]
    assert '"deleted", {"alert_templates": 1, "templates_kept": 0}' in lines[2]
    assert '"templates_kept": 1' in lines[3]


def test_a_decision_also_deletes_what_is_over_time():
    day = deployment(keep_alerts=MINUTE)
    day.scan([[4, 3]], OPENS)
    kept = day.template(1)
    day.verify(1, FALSE, OPENS + MINUTE)
    assert not kept.any()


def test_a_scan_that_is_refused_deletes_what_is_over_time_all_the_same():
    day = deployment(keep_alerts=MINUTE)
    day.scan([[4, 3]], OPENS)
    kept = day.template(1)
    with pytest.raises(RefusedError, match="expired"):
        day.scan([[4, 3]], OPENS + timedelta(hours=10))
    assert not kept.any()


def test_close_deletes_watchlist_and_alert_templates_whatever_their_time():
    listed, faces = wide(6)
    day = open_wide(listed, keep_alerts=timedelta(hours=24))
    day.scan(faces, OPENS)
    kept, templates = day.template(2), day.watchlist.gallery.templates
    everything = np.vstack([listed, faces])
    holder = [everything]
    del listed, faces
    assert count_holders(everything) > 1
    day.close(OPENS + MINUTE)
    assert not kept.any() and not templates.any()
    assert count_holders(everything) == 1
    assert holder


def test_a_negative_time_to_keep_templates_is_refused():
    with pytest.raises(ValueError, match="for some time or not at all"):
        deployment(keep_alerts=-MINUTE)


# The log


def test_the_log_tells_the_day_in_order_and_its_counts_are_the_deployments():
    day = deployment()
    day.scan([[1, 0], [1, 1]], OPENS + MINUTE)
    day.verify(1, TRUE_ARREST, OPENS + 2 * MINUTE)
    day.close(OPENS + 3 * MINUTE)
    assert [event.line for event in day.log.events] == [
        '[1, "2031-05-06T10:00:00", "opened", {"purpose": "warrants", "approved_by": "superintendent", '
        '"people": 2, "threshold": "0.75"}]',
        '[2, "2031-05-06T10:01:00", "scanned", {"faces": 2, "failures_to_acquire": 0, "alerts": 1, '
        '"templates_kept": 0}]',
        '[3, "2031-05-06T10:02:00", "verified", {"alert": 1, "officer": "PC 7", "is_match": true, '
        '"engaged": true, "outcome": "arrest"}]',
        '[4, "2031-05-06T10:03:00", "closed", {"faces": 2, "alerts": 1, "awaiting": 0, '
        '"watchlist_deleted": true}]',
    ]
    check_log(day.log.events, day.log.seal)


def test_the_fast_search_raises_the_same_alerts():
    listed, faces = wide(7, alike=4)
    days = [open_wide(listed, compare=compare) for compare in (oracle, lambda g: FastSearch(g).search)]
    assert days[0].scan(faces, OPENS) == days[1].scan(faces, OPENS)
    assert len(days[0].alerts) == 4


def test_a_deployment_needs_a_watchlist_of_its_own():
    listed = watchlist()
    assert isinstance(listed, Watchlist)
    Deployment(listed, 0.6, at=OPENS)
    with pytest.raises(RefusedError, match="already served"):
        Deployment(listed, 0.6, at=OPENS)
