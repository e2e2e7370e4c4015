"""A plugin for nbval: start a kernel a second time if it dies before its first answer.

Kernels are started side by side, and one that dies so early has run no cell; no output is compared twice.
"""

import nbval.kernel

_start = nbval.kernel.start_new_kernel


def start_new_kernel(*arguments, **options):
    """Start a kernel as nbval does, twice at most."""
    try:
        return _start(*arguments, **options)
    except RuntimeError:
        return _start(*arguments, **options)


nbval.kernel.start_new_kernel = start_new_kernel
