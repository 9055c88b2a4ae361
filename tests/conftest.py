"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

from tests.duplex import certificates

# The same examples in every run, so that what is red is red for everybody; ``--hypothesis-profile=random`` has others.
settings.register_profile("committed", derandomize=True)
settings.register_profile("random", derandomize=False, print_blob=True)
settings.load_profile("committed")


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell, and so in all children
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish() -> None:
    certificates.clean_up()  # a worker of xdist ends without the clean-up of the interpreter
