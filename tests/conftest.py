"""What holds for all tests."""

from __future__ import annotations

from tests.duplex import certificates


def pytest_sessionfinish() -> None:
    certificates.clean_up()  # a worker of xdist ends without the clean-up of the interpreter
