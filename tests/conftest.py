"""What holds for all tests."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.duplex import certificates

# The same examples in every run, so that what is red is red for everybody; ``--hypothesis-profile=random`` has others.
# Nothing is judged by the clock: the machine may be busy.
settings.register_profile("committed", derandomize=True, deadline=None)
settings.register_profile("random", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("committed")

# Hypothesis also draws the constants of all modules loaded so far, which differ between the workers of xdist.
NO_CONSTANTS = providers._local_constants
providers._get_local_constants = lambda: NO_CONSTANTS


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell, and so in all children
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: half of the time of a test on a socket is waiting."""
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """How a worker ended that was not told to, which xdist keeps to itself."""
    process = getattr(getattr(node.gateway, "_io", None), "popen", None)
    if error and process is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            node.config.get_terminal_writer().line(f"\n{node.gateway.id} ended with {process.wait(2)}", red=True)


def pytest_collection_finish() -> None:
    """Thousands of tests live to the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    certificates.clean_up()  # a worker of xdist ends without the clean-up of the interpreter
