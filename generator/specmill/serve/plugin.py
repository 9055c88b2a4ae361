"""Fixtures for pytest: a server for each test that asks for one. Nothing is imported before that.

What is served is the client that pyproject.toml configures, or ``specmill_document`` in pytest's settings.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specmill.document.api import Api
    from specmill.serve.exchange import Responder
    from specmill.serve.replay import Mode
    from specmill.serve.transcript import Transcript
    from specmill.values import Config

SHOWN = 50_000  # letters of a transcript in the report of a failing test, the last ones
APIS = pytest.StashKey["dict[str, Api]"]()
SERVERS = pytest.StashKey["list[Served]"]()


class Served:
    """A server, and what tests ask of it."""

    def __init__(self, responder: Responder) -> None:
        from specmill.serve.server import Server

        self.responder = responder
        self.server = Server(responder)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def transcript(self) -> Transcript:
        """Both directions of all connections on one clock."""
        return self.server.transcript

    def behave(self, **switches: str) -> None:
        """Sets switches of the emulator while it serves, underscores for their hyphens."""
        self.do(lambda: self._emulator("behave")(**switches))

    def records(self, topic: str) -> Any:
        """What was sent to it, in the order stored."""
        return self._emulator("records")(topic)

    def do(self, call: Callable[[], Any]) -> Any:
        """Calls between two events of the server."""
        return self.server.do(call)

    def _emulator(self, name: str) -> Callable[..., Any]:
        found: Callable[..., Any] | None = getattr(self.responder, name, None)
        if found is None:
            raise TypeError(f"{type(self.responder).__name__} cannot {name}: no emulator knows this document")
        return found


@contextmanager
def serving(request: pytest.FixtureRequest, responder: Responder) -> Iterator[Served]:
    """Ready when it is given, gone without a thread or socket afterwards; a fault of its responder fails the test."""
    served = Served(responder)
    request.node.stash.setdefault(SERVERS, []).append(served)
    with served.server:
        yield served
    if served.server.failures:
        raise served.server.failures[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "specmill_document", "the OpenAPI document to serve, instead of the one in [tool.specmill]", default=""
    )
    parser.addini("specmill_package", "which client of [tool.specmill] is served, if there are several", default="")


def configured(config: pytest.Config) -> Config:
    from specmill.config import Options, load

    document, package = config.getini("specmill_document"), config.getini("specmill_package")
    alone = {"document": document, "package": package or "client", "output": "."} if document else {}
    return load(Options(**(alone or {"package": package or None})), config.rootpath)[0]


def api(config: pytest.Config) -> Api:
    """Of the configured document; read once."""
    from specmill.document.api import api_of

    known = config.stash.setdefault(APIS, {})
    if not known:
        known[""] = api_of(configured(config))
    return known[""]


@pytest.fixture
def specmill_server(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Stands in for the API: its emulator where one knows the document, its examples otherwise."""
    from specmill.serve.emulators import emulation_for

    given = api(request.config)
    emulation = emulation_for(given.operations)
    if emulation is None:
        from specmill.serve.examples import examples

        responder: Responder = examples(given)
    else:
        responder = emulation.emulator({})
    with serving(request, responder) as served:
        yield served


@pytest.fixture
def specmill_replay(request: pytest.FixtureRequest) -> Iterator[Callable[..., Served]]:
    """``specmill_replay("name")`` serves one of the configured recordings, or ``"some/file.jsonl"``."""
    from specmill.serve.replay import responder

    config = configured(request.config)
    with ExitStack() as stack:

        def serve(name: str, replay: Mode = "meaning") -> Served:
            given = Path(name)
            path = config.root / (given if given.suffix else (config.recordings or Path()) / f"{name}.jsonl")
            return stack.enter_context(serving(request, responder(config, path, replay)))

        yield serve


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        for served in item.stash.get(SERVERS, []):
            text = str(served.transcript)
            cut = f"… {len(text) - SHOWN} letters before …\n" if len(text) > SHOWN else ""
            report.sections.append((f"specmill transcript of {served.url}", cut + text[-SHOWN:]))
    if report.when == "teardown":  # a suite keeps its items to the end, and need not keep what they were told
        item.stash.setdefault(SERVERS, []).clear()
    return report
