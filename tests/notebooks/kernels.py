"""A plugin for nbval: its kernels are forked like the book's, from a process that has imported everything.

So outputs are compared with those of the same kind of kernel, and a chapter starts in a tenth of the time.
"""

import nbval.kernel

from pipeline.chapters.kernel import ThisInterpreterBlocking


def start_new_kernel(startup_timeout=60, cwd=None, **_):
    """Return a kernel's manager and client, as nbval's function of this name does."""
    manager = ThisInterpreterBlocking()
    manager.start_kernel(cwd=cwd)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=startup_timeout)
    except RuntimeError:
        client.stop_channels()
        manager.shutdown_kernel()
        raise
    return manager, client


nbval.kernel.start_new_kernel = start_new_kernel
