"""What holds for all tests."""

from __future__ import annotations

import signal

from tests.duplex import certificates


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell, and so in all children
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish() -> None:
    certificates.clean_up()  # a worker of xdist ends without the clean-up of the interpreter
