"""What holds for all tests."""

from __future__ import annotations

import signal

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


def pytest_sessionfinish() -> None:
    certificates.clean_up()  # a worker of xdist ends without the clean-up of the interpreter
