"""The log can only grow, shows tampering, and holds no biometrics."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import numpy as np
import pytest

from pipeline.matching.audit import AuditLog, Event, check_log
from tests.unit.matching.deployments import MINUTE, OPENS


@pytest.fixture
def log():
    log = AuditLog()
    for number in range(4):
        log.append("scanned", OPENS + number * MINUTE, faces=100, alerts=number)
    return log


def test_the_digest_of_an_event_can_be_recomputed_with_any_tool():
    log = AuditLog()
    log.append("opened", OPENS, people=2, threshold="0.75")
    log.append("closed", OPENS, awaiting=0)
    first = sha256(b'[1, "2031-05-06T10:00:00", "opened", {"people": 2, "threshold": "0.75"}]').hexdigest()
    second = sha256(first.encode() + b'[2, "2031-05-06T10:00:00", "closed", {"awaiting": 0}]').hexdigest()
    assert [event.digest for event in log.events] == [first, second]
    assert log.seal == second


def test_a_log_as_it_was_written_passes(log):
    check_log(log.events, log.seal)
    check_log([])
    check_log([], "")


def test_each_way_of_tampering_shows(log):
    events = list(log.events)
    altered = replace(events[1], line=events[1].line.replace('"alerts": 1', '"alerts": 0'))
    redigested = Event(altered.line, sha256((events[0].digest + altered.line).encode()).hexdigest())
    for number, forged in [
        (2, [events[0], altered, *events[2:]]),
        (3, [events[0], redigested, *events[2:]]),  # its own digest mended, so the next one tells
        (2, [events[0], *events[2:]]),
        (1, events[1:]),
        (2, [events[0], events[2], events[1], events[3]]),
        (3, [*events[:2], events[1], *events[2:]]),
    ]:
        with pytest.raises(ValueError, match=f"event {number} was altered"):
            check_log(forged, log.seal)


def test_a_cut_or_rewritten_log_passes_alone_but_not_against_the_seal(log):
    check_log(log.events[:-1])
    rewritten = AuditLog()
    rewritten.append("scanned", OPENS, faces=100, alerts=0)
    for forged in (log.events[:-1], (), rewritten.events):
        with pytest.raises(ValueError, match="does not end with the seal"):
            check_log(forged, log.seal)


def test_nothing_but_whole_numbers_and_short_texts_can_enter(log):
    for value in (0.83, np.float32(0.83), np.ones(3), [1], b"template", None, {"a": 1}):
        with pytest.raises(TypeError, match="whole numbers and short texts; smuggled is"):
            log.append("scanned", OPENS + timedelta(hours=1), smuggled=value)
    with pytest.raises(ValueError, match="longer than 200"):
        log.append("scanned", OPENS + timedelta(hours=1), smuggled="0" * 201)
    assert len(log.events) == 4


def test_time_may_stand_still_but_not_run_backwards(log):
    log.append("scanned", OPENS + 3 * MINUTE)
    with pytest.raises(ValueError, match="earlier than the last event"):
        log.append("scanned", OPENS)


def test_what_a_reader_gets_is_a_copy_that_cannot_change_the_log(log):
    assert isinstance(log.events, tuple)
    with pytest.raises(AttributeError):
        log.events[0].line = "nothing happened"
    with pytest.raises(AttributeError):
        log.events = ()
