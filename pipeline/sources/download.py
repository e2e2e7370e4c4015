"""Download one file politely and safely, or say plainly why it could not be had."""

import hashlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import responses
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from pipeline.core.errors import RecordError
from pipeline.core.log import get_logger, progress
from pipeline.core.params import FetchParams

USER_AGENT = (
    f"The-LFR-Record (reproducible research on published records) python-requests/{requests.__version__}"
)
MAX_REDIRECTS = 5
FIRST_WAIT_SECONDS = 0.5  # doubles with every try
MAY_PASS = {429, 500, 502, 503, 504}  # answers that a later try may turn into a file
CHUNK = 64 * 1024
# Servers of plain files often declare `octet-stream`; the first bytes then tell what the file is.
UNTYPED = {"application/octet-stream", "binary/octet-stream", ""}
log = get_logger("fetch_sources")


@dataclass(frozen=True)
class Download:
    """What came: its size in bytes and its sha256 in hexadecimal."""

    bytes: int
    sha256: str


class _MayPassError(Exception):
    """A failure that a later try may cure; `wait` is what the server asked for, in seconds."""

    def __init__(self, problem: str, wait: float | None = None, more_tries: float = math.inf) -> None:
        super().__init__(problem)
        self.problem, self.wait, self.more_tries = problem, wait, more_tries


def download(address: str, target: Path, media_type: str, limits: FetchParams) -> Download:
    """Fetch `address` into `target`, whole or not at all.

    Tries again, with a doubling wait or the one the server asks for (Retry-After), after 429, 500, 502, 503,
    504, a broken connection, a silence or a body cut short. All tries together end by
    `limits.deadline_seconds`. The loop is ours, for urllib3's neither covers the body nor knows a deadline.

    Args:
        media_type: What the file must be, `application/pdf` or `text/csv`; a web page instead is refused.
        limits: Timeouts and deadline in seconds, largest size in bytes, number of further tries.

    Raises:
        RecordError: naming the address, what happened and what to do next. `target` is then as it was.
    """
    deadline = time.monotonic() + limits.deadline_seconds
    part = target.with_name(target.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        for tries in range(1, limits.retries + 2):
            try:
                result = _once(address, part, media_type, limits, deadline)
                part.replace(target)
                return result
            except _MayPassError as trouble:
                wait = FIRST_WAIT_SECONDS * 2 ** (tries - 1) if trouble.wait is None else trouble.wait
                if tries > min(trouble.more_tries, limits.retries):
                    raise _refuse(address, f"{trouble.problem} (tried {tries} times)") from trouble
                if time.monotonic() + wait > deadline:
                    late = f"{trouble.problem}, and the next try would be in {wait:.0f} s, past the deadline"
                    raise _refuse(address, late) from trouble
                log.info("%s: %s; trying again in %.1f s", address, trouble.problem, wait)
                time.sleep(wait)
        raise AssertionError("the last try either returns or raises")
    finally:
        part.unlink(missing_ok=True)


def _once(address: str, part: Path, media_type: str, limits: FetchParams, deadline: float) -> Download:
    with requests.Session() as session:
        session.max_redirects = MAX_REDIRECTS
        # Identity: a compressed body has another length than the one declared for the file.
        session.headers.update(
            {"User-Agent": USER_AGENT, "Accept": media_type, "Accept-Encoding": "identity"}
        )
        try:
            response = session.get(address, stream=True, timeout=limits.timeout_seconds)
        except requests.TooManyRedirects as error:
            raise _refuse(address, f"redirected more than {MAX_REDIRECTS} times") from error
        except requests.ConnectTimeout as error:
            raise _MayPassError(f"no connection within {limits.timeout_seconds:g} s", more_tries=1) from error
        except requests.Timeout as error:
            raise _MayPassError(f"no answer within {limits.timeout_seconds:g} s") from error
        except requests.exceptions.SSLError as error:
            raise _refuse(address, "the server's certificate is not valid") from error
        except requests.ConnectionError as error:
            # A machine without a network should say so soon.
            raise _MayPassError("no connection to the server", more_tries=1) from error
        except requests.RequestException as error:
            raise _refuse(address, f"not a usable address ({error})") from error
        with response:
            _check_answer(response, address, media_type, limits)
            return _store(response, address, part, media_type, limits, deadline)


def _check_answer(response: requests.Response, address: str, media_type: str, limits: FetchParams) -> None:
    # The words of the status are the standard's: the server's own could be anything.
    answer = f"the server answered {response.status_code} {responses.get(response.status_code, '')}".strip()
    if response.status_code in MAY_PASS:
        raise _MayPassError(answer, _retry_after(response))
    if response.status_code != 200:
        raise _refuse(address, answer)
    declared = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if declared != media_type and declared not in UNTYPED:
        raise _refuse(address, f"the server sent {declared!r} instead of {media_type}")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limits.max_bytes:
        raise _too_large(address, limits)


def _store(
    response: requests.Response,
    address: str,
    part: Path,
    media_type: str,
    limits: FetchParams,
    deadline: float,
) -> Download:
    digest, size, head = hashlib.sha256(), 0, b""
    with part.open("wb") as file:
        for chunk in progress(_chunks(response), f"fetching {part.stem}"):
            size += len(chunk)
            if size > limits.max_bytes:
                raise _too_large(address, limits)
            if time.monotonic() > deadline:
                raise _refuse(address, f"not complete after {limits.deadline_seconds:g} s")
            digest.update(chunk)
            file.write(chunk)
            head = (head + chunk[:1024])[:1024]
    if size == 0:
        raise _refuse(address, "the server sent an empty file")
    if media_type == "application/pdf" and b"%PDF-" not in head:
        raise _refuse(address, f"the server sent something that is not a PDF file; it begins {head[:20]!r}")
    return Download(size, digest.hexdigest())


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it arrives; urllib3 notices when it ends before its declared length."""
    try:
        # read1 returns what has come, so that a body that trickles does not hide from the deadline.
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            yield chunk
    except (HTTPError, OSError) as error:
        kind = "fell silent" if "timed out" in str(error).lower() else "ended before its declared length"
        raise _MayPassError(f"the file {kind}") from error


def _retry_after(response: requests.Response) -> float | None:
    """Seconds the server asks us to wait; it may be written as a number or as a date."""
    try:
        return Retry().parse_retry_after(response.headers["Retry-After"])
    except (KeyError, InvalidHeader):
        return None


def _too_large(address: str, limits: FetchParams) -> RecordError:
    return RecordError(
        address,
        f"the file is larger than {limits.max_bytes:,} bytes",
        next_step="look at it in a browser; if it is right, raise fetch.max_bytes in params.yaml",
    )


def _refuse(address: str, problem: str) -> RecordError:
    return RecordError(
        address,
        problem,
        next_step="open the address in a browser; if the file has moved, correct data/reference/sources.yaml",
    )
