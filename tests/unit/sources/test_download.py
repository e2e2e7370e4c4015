import hashlib

import pytest

from pipeline.core.errors import RecordError
from pipeline.sources.download import download
from tests.unit.sources.local_publisher import REGISTERED, Publisher, limits


@pytest.fixture(scope="module", autouse=True)
def no_proxy():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield


@pytest.fixture
def publisher():
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def fetch(publisher, tmp_path):
    """Download one path into tmp_path/record.pdf, which holds a former download."""
    target = tmp_path / "record.pdf"
    target.write_bytes(b"former")

    def fetch(path, **changes):
        return download(publisher.address(path), target, "application/pdf", limits(**changes))

    fetch.target = target
    return fetch


def refused(fetch, path, **changes):
    """Check that the download is refused, names its address and leaves no trace; return the message."""
    with pytest.raises(RecordError) as error:
        fetch(path, **changes)
    assert fetch.target.read_bytes() == b"former"
    assert [file.name for file in fetch.target.parent.iterdir()] == ["record.pdf"]
    assert f"/{path}" in str(error.value)
    assert error.value.next_step
    return str(error.value)


def test_a_good_file_arrives_whole_with_size_and_checksum(fetch, publisher):
    result = fetch("good")
    assert fetch.target.read_bytes() == REGISTERED
    assert result.bytes == len(REGISTERED)
    assert result.sha256 == hashlib.sha256(REGISTERED).hexdigest()
    assert "LFR-Record" in publisher.headers["User-Agent"]


def test_a_pdf_without_a_declared_type_is_known_by_its_first_bytes(fetch):
    assert fetch("untyped").bytes == len(REGISTERED)


def test_a_moved_file_is_followed_to_its_new_address(fetch, publisher):
    assert fetch("moved").bytes == len(REGISTERED)
    assert publisher.asked["/good"] == 1


def test_a_missing_file_is_refused_at_once(fetch, publisher):
    assert "404" in refused(fetch, "missing")
    assert publisher.asked["/missing"] == 1


def test_a_busy_server_is_asked_again_after_the_time_it_named(fetch, publisher):
    fetch("busy-once")
    first, second = publisher.times["/busy-once"]
    assert second - first >= 1.0  # Retry-After: 1; without it the wait would be 0.5 s


def test_a_wait_past_the_deadline_is_not_begun(fetch, publisher):
    assert "3600 s" in refused(fetch, "busy-for-an-hour")
    assert publisher.asked["/busy-for-an-hour"] == 1


def test_a_server_that_was_down_for_a_moment_is_asked_again(fetch, publisher):
    fetch("down-once")
    assert publisher.asked["/down-once"] == 2


def test_waits_double_until_the_tries_are_used_up(fetch, publisher):
    assert "503" in refused(fetch, "down", retries=2)
    first, second, third = publisher.times["/down"]
    assert second - first >= 0.5
    assert third - second >= 1.0


def test_a_body_cut_short_is_noticed(fetch, publisher):
    assert "ended before its declared length" in refused(fetch, "truncated")
    assert publisher.asked["/truncated"] == 2  # it may pass, so it was tried again


def test_a_body_cut_short_once_is_fetched_again_whole(fetch):
    fetch("truncated-once")
    assert fetch.target.read_bytes() == REGISTERED


def test_a_web_page_in_place_of_the_file_is_refused(fetch):
    assert "'text/html' instead of application/pdf" in refused(fetch, "web-page")


def test_a_web_page_that_claims_to_be_a_pdf_is_refused(fetch):
    assert "not a PDF" in refused(fetch, "web-page-in-disguise")


def test_an_empty_file_is_refused(fetch):
    assert "empty" in refused(fetch, "empty")


def test_a_redirect_loop_is_left(fetch, publisher):
    assert "redirected more than 5 times" in refused(fetch, "loop")
    assert publisher.asked["/loop"] == 6


def test_a_body_that_falls_silent_is_given_up(fetch):
    assert "fell silent" in refused(fetch, "stalled", retries=0, timeout_seconds=0.4)


def test_a_body_that_trickles_meets_the_deadline(fetch):
    # Every 0.1 s a byte: never silent for long, and never done.
    assert "not complete after 1 s" in refused(fetch, "trickling", deadline_seconds=1)


def test_a_file_that_declares_to_be_too_large_is_not_read(fetch):
    assert "larger than 100,000 bytes" in refused(fetch, "oversize-declared")


def test_a_file_that_turns_out_too_large_is_stopped(fetch):
    assert "larger than 100,000 bytes" in refused(fetch, "oversize-undeclared")


def test_a_file_exactly_at_the_size_limit_is_accepted(fetch):
    assert fetch("good", max_bytes=len(REGISTERED)).bytes == len(REGISTERED)
    fetch.target.write_bytes(b"former")
    assert "larger" in refused(fetch, "good", max_bytes=len(REGISTERED) - 1)


def test_a_server_that_is_not_there_is_named(publisher, tmp_path):
    address = publisher.address("good")
    publisher.close()
    with pytest.raises(RecordError, match="no connection to the server"):
        download(address, tmp_path / "record.pdf", "application/pdf", limits(retries=0))
