"""Draw a specification as SVG: in this process, or in one that many processes share.

Vega's engine takes half a second to start, and chapters run in kernels of their own, most of which draw a
figure or two. So the stage that executes them starts the engine once, and the kernels send it what they want
drawn. That process runs this file as a program of its own: it imports nothing of ours, and begins at once.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import vl_convert

VEGA_LITE = "6.4"  # the version that the site's script bundle holds
SHARED = "LFR_DRAWING"  # environment variable: the socket of the process that draws for others
WAITING = 64  # kernels that may wait for their turn


def draw(spec: dict[str, Any]) -> str:
    """Return the SVG of a Vega-Lite specification.

    Raises:
        ValueError: if Vega-Lite refuses it.
    """
    address = os.environ.get(SHARED)
    if address is None:
        return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as answers:
        line.connect(address)
        line.sendall(json.dumps(spec).encode())
        line.shutdown(socket.SHUT_WR)
        answer = json.loads(answers.read() or b'{"refused": "the process that draws has ended"}')
    if answer.get("said"):
        sys.stderr.write(answer["said"])
    if "refused" in answer:
        raise ValueError(answer["refused"])
    return answer["svg"]


@contextmanager
def drawing_shared() -> Iterator[None]:
    """While this lasts, processes started from here draw in one process, which ends with it or with us."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "drawing")
        # Listening begins here, so that a kernel that comes before the engine is ready only waits. The
        # process has the socket alone: should it die, who asks is refused and does not wait for ever.
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen(WAITING)
            number = listener.fileno()
            process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(number)], stdin=subprocess.PIPE, pass_fds=[number]
            )
        os.environ[SHARED] = address
        try:
            yield
        finally:
            del os.environ[SHARED]
            process.kill()
            process.communicate()


def serve(listener: socket.socket) -> None:
    """Answer who asks, one after the other: with the drawing and what Vega said of it, or its refusal."""
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), sys.stderr.fileno())
        while True:
            asking, _ = listener.accept()
            with asking, asking.makefile("rb") as questions:
                said.seek(0)
                said.truncate()
                try:
                    spec = json.loads(questions.read())
                    answer = {"svg": vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)}
                except ValueError as error:
                    answer = {"refused": str(error)}
                said.seek(0)
                answer["said"] = said.read().decode(errors="replace")
                try:
                    asking.sendall(json.dumps(answer).encode())
                except OSError:  # who asked is gone
                    continue


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # returns when the parent is gone
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(socket.socket(fileno=int(sys.argv[1])))
