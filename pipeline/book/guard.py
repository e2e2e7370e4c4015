"""Run a command and, when the process that asked for it is gone, kill it with everything it started.

It is a program of its own, leader of a process group, with a pipe from its parent as standard input. The pipe
closes when the parent ends, however it ends: a killed build leaves no engine that goes on writing.
"""

import os
import signal
import subprocess
import sys
import threading


def _watch() -> None:
    sys.stdin.buffer.read()  # returns when the parent is gone
    os.killpg(os.getpgid(0), signal.SIGKILL)  # this process too


def main(command: list[str]) -> int:
    """Run the command and return its exit code."""
    threading.Thread(target=_watch, daemon=True).start()
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # the thread still waits for the parent
