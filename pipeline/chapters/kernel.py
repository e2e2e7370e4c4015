"""The kernel in which chapters are executed: a fork of a process that has imported what chapters import.

A kernel of its own for each chapter keeps one chapter from touching another, but starting Python and
importing pandas and Altair takes longer than most chapters do. So Python's own fork server does that once,
draws nothing and starts no thread; each kernel is forked from it as it stands then.
"""

import gc
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Mapping
from multiprocessing import forkserver
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning import LocalProvisioner

from pipeline.core.machine import end_with_parent

READY = "pipeline.ready"  # imported before the fork


def make_ready() -> None:
    """Start the fork server, if need be, so that it imports while the caller does something else."""
    multiprocessing.get_context("forkserver").set_forkserver_preload([READY])
    forkserver.ensure_running()


class ForkedProcess:
    """A kernel's process, with what Jupyter asks of a `subprocess.Popen`.

    Args:
        connection_file: Tells the kernel where to listen.
        folder: Where it works.
        environment: All of its environment.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection_file: str, folder: str, environment: Mapping[str, str]) -> None:
        make_ready()
        arguments = (connection_file, folder, dict(environment))
        context = multiprocessing.get_context("forkserver")
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedKernel(LocalProvisioner):
    """Tells a kernel manager how to start a kernel by forking."""

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> dict[str, Any]:
        """Start it; `cmd`, which would start a new interpreter, is not used."""
        self.cwd = str(settings.get("cwd") or os.getcwd())
        self.process = ForkedProcess(self.parent.connection_file, self.cwd, settings["env"])
        self.pid = self.process.pid
        return self.connection_info


class _Forking:
    """A kernel manager that forks, whatever kernels the machine has installed.

    With no folder to look in, Jupyter falls back on the kernel of the running environment. Sockets are files:
    two kernels that start at the same time can draw the same port, and one of them dies of it.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments | {"kernel_spec_manager": KernelSpecManager(kernel_dirs=[])})
        self.transport = "ipc"
        self.connection_file = str(Path(tempfile.gettempdir()) / f"kernel-{uuid4()}.json")
        self.ip = self.connection_file.removesuffix(".json")
        self.provisioner = ForkedKernel(kernel_id="", kernel_spec=self.kernel_spec, parent=self)


class ThisInterpreter(_Forking, AsyncKernelManager):
    """For papermill."""


class ThisInterpreterBlocking(_Forking, KernelManager):
    """For nbval."""


def _serve(connection_file: str, folder: str, environment: Mapping[str, str]) -> None:
    """Be a kernel until told to stop, or until the process that asked for it is gone."""
    from ipykernel.kernelapp import IPKernelApp

    gc.freeze()  # what was there before the fork is not garbage: no collection need walk through it
    end_with_parent()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    IPKernelApp.launch_instance(argv=["-f", connection_file, "--log-level=CRITICAL"])
