"""A publisher on this machine that misbehaves on request, and a small project that fetches from it."""

import contextlib
import hashlib
import io
import json
import shutil
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import yaml

from pipeline.core.params import BenchmarkParams, FetchParams, Params
from pipeline.core.paths import Paths

ROOT = Path(__file__).parents[3]
HEADER = "location,date,watchlist_size,threshold,total_alerts,faces_seen"
REGISTERED_ROWS = [
    "Camden,06/04/23,9764,0.6,1,5460",
    "Croydon,07/04/23,9744,0.6,0,6790",
    "Croydon,07/04/23,9744,0.6,2,3930",
]


def pdf_with(rows: list[str]) -> bytes:
    """Bytes that pass for a PDF file and carry a table that `read_fake_pdf` understands."""
    return "\n".join(["%PDF-1.4", HEADER, *rows, "%%EOF", ""]).encode()


REGISTERED = pdf_with(REGISTERED_ROWS)


def read_fake_pdf(path: Path, source_id: str) -> pd.DataFrame:
    body = path.read_text().removeprefix("%PDF-1.4\n").removesuffix("%%EOF\n")
    table = pd.read_csv(io.StringIO(body), dtype=str, keep_default_na=False)
    table.insert(0, "source_id", source_id)
    table.insert(1, "page", "1")
    table.insert(2, "row", [str(at) for at in range(1, len(table) + 1)])
    return table


class Publisher:
    """Serves one behaviour per path; `asked` counts requests and `times` keeps when each came."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.times: dict[str, list[float]] = {}
        self.headers: dict[str, str] = {}
        self.body = REGISTERED
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments: object) -> None:
                pass

            def do_GET(self) -> None:
                publisher.asked[self.path] += 1
                publisher.times.setdefault(self.path, []).append(time.monotonic())
                publisher.headers = dict(self.headers)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client hung up
                    getattr(publisher, "answer_" + self.path.strip("/").replace("-", "_"))(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # --- behaviours; each is the path with `-` for `_`

    def _send(self, handler, body=None, status=200, kind="application/pdf", length=None, **more) -> None:
        body = self.body if body is None else body
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        if length != "none":
            handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    def _first(self, handler) -> bool:
        return self.asked[handler.path] == 1

    def answer_good(self, handler) -> None:
        self._send(handler)

    def answer_untyped(self, handler) -> None:
        self._send(handler, kind="application/octet-stream")

    def answer_missing(self, handler) -> None:
        self._send(handler, b"<h1>gone</h1>", status=404, kind="text/html")

    def answer_busy_once(self, handler) -> None:
        if self._first(handler):
            self._send(handler, b"", status=429, Retry_After="1")
        else:
            self._send(handler)

    def answer_busy_for_an_hour(self, handler) -> None:
        self._send(handler, b"", status=429, Retry_After="3600")

    def answer_down_once(self, handler) -> None:
        if self._first(handler):
            self._send(handler, b"", status=503)
        else:
            self._send(handler)

    def answer_down(self, handler) -> None:
        self._send(handler, b"", status=503)

    def answer_truncated(self, handler) -> None:
        self._send(handler, self.body[:-20], length=len(self.body))

    def answer_truncated_once(self, handler) -> None:
        if self._first(handler):
            self.answer_truncated(handler)
        else:
            self._send(handler)

    def answer_web_page(self, handler) -> None:
        self._send(handler, b"<html>Page moved</html>", kind="text/html; charset=utf-8")

    def answer_web_page_in_disguise(self, handler) -> None:
        self._send(handler, b"<html>Page moved</html>")

    def answer_empty(self, handler) -> None:
        self._send(handler, b"")

    def answer_loop(self, handler) -> None:
        self._send(handler, b"", status=302, Location="/loop")

    def answer_moved(self, handler) -> None:
        self._send(handler, b"", status=301, Location="/good")

    def answer_stalled(self, handler) -> None:
        self._send(handler, self.body[:10], length=len(self.body))
        time.sleep(1.5)

    def answer_trickling(self, handler) -> None:
        self._send(handler, b"%PDF-1.4\n", length=10_000)
        for _ in range(60):
            handler.wfile.write(b".")
            time.sleep(0.1)

    def answer_oversize_declared(self, handler) -> None:
        self._send(handler, b"%PDF-", length=10**9)

    def answer_oversize_undeclared(self, handler) -> None:
        self._send(handler, b"%PDF-" + b"x" * 200_000, length="none")


def limits(**changes: object) -> FetchParams:
    defaults = {
        "online": True,
        "timeout_seconds": 2,
        "deadline_seconds": 5,
        "max_bytes": 100_000,
        "retries": 1,
    }
    return FetchParams(**(defaults | changes))


def params(**changes: object) -> Params:
    return Params(fetch=limits(**changes), benchmarks=BenchmarkParams(1, 1, 1, 1), confidence=0.95)


def make_project(root: Path, addresses: list[dict[str, str]]) -> Paths:
    """A project with one fetchable source, `alpha`, and one that is not, `beta`, each with a snapshot."""
    paths = Paths(root)
    (paths.reference / "schemas").mkdir(parents=True)
    schema = "schemas/sources.schema.json"
    shutil.copy(ROOT / "data" / "reference" / schema, paths.reference / schema)
    alpha = {
        "id": "alpha",
        "force_id": "metropolitan",
        "publisher": "A force",
        "title": "A record",
        "landing_page": "https://example.org/records",
        "fetchable": True,
        "addresses": addresses,
        "file_name": "alpha-record.pdf",
        "media_type": "application/pdf",
        "sha256": hashlib.sha256(REGISTERED).hexdigest(),
        "made": "2025-01-11",
        "accessed": "2026-02-03",
        "layout": "met_grid_2023",
        "source_kind": "published_record",
        "trust": "A",
        "trust_reason": "It is the record.",
        "terms": "None stated.",
        "columns": {"date": {"header": "Date", "meaning": "Day", "unit": "DD/MM/YY"}},
    }
    beta = alpha | {
        "id": "beta",
        "fetchable": False,
        "why_not_fetchable": "typed by hand",
        "addresses": [],
        "file_name": "beta.csv",
        "media_type": "text/csv",
    }
    (paths.reference / "sources.yaml").write_text(yaml.safe_dump([alpha, beta], sort_keys=False))
    paths.snapshot.mkdir()
    for source_id in ("alpha", "beta"):
        fake = root / "fake.pdf"
        fake.write_bytes(REGISTERED)
        read_fake_pdf(fake, source_id).to_csv(paths.snapshot / f"{source_id}.csv", index=False)
        fake.unlink()
    return paths


def folder_bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_manifest(paths: Paths) -> dict[str, dict]:
    return json.loads((paths.raw / "manifest.json").read_text())["sources"]
