"""The kernel in which chapters are executed."""

from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager


class ThisInterpreter(AsyncKernelManager):
    """Starts the kernel in the interpreter that runs us, whatever kernels the machine has installed.

    With no folder to look in, Jupyter falls back on the kernel of the running environment.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments | {"kernel_spec_manager": KernelSpecManager(kernel_dirs=[])})
