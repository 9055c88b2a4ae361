"""Places where no stream can begin, each with how the attempt ends."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.duplex.certificates import ELSEWHERE, authority_file, identity
from tests.duplex.conversation import Conversation
from tests.duplex.expected import Ends
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer


@dataclass(frozen=True, slots=True)
class Place:
    """``with place.opened() as url``. A client trusts ``certificate`` there. No record is stored at any of them, and
    none was sent where the place is unreachable."""

    name: str
    opened: Callable[[], AbstractContextManager[str]]
    ends: Ends

    @property
    def certificate(self) -> Path:
        return authority_file()


@contextmanager
def unknown_name() -> Iterator[str]:
    yield "http://nowhere.invalid"  # RFC 6761: never resolves


@contextmanager
def nobody_listens() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def full_queue() -> Iterator[str]:
    """Nobody accepts, and the kernel's queue is full: the connection neither comes about nor fails."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as held:
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def silent(scheme: str) -> Iterator[str]:
    """The kernel makes the connection, and nobody ever reads a byte or says one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def elsewhere() -> Iterator[str]:
    with Peer(Honest(), identity(ELSEWHERE)) as peer:
        yield peer.url


@contextmanager
def untrusted() -> Iterator[str]:
    with Peer(Honest(), identity(signed_by="a stranger")) as peer:
        yield peer.url


@contextmanager
def expired() -> Iterator[str]:
    with Peer(Honest(), identity(until=datetime(2020, 1, 1, tzinfo=UTC))) as peer:
        yield peer.url


@contextmanager
def plain_behind_https() -> Iterator[str]:
    """What a plain server makes of a ClientHello: an answer in plain words."""
    with Peer(_bad_request) as peer:
        yield peer.url.replace("http:", "https:")


@contextmanager
def tls_behind_http() -> Iterator[str]:
    with Peer(Honest(), tls=True) as peer:
        yield peer.url.replace("https:", "http:")


def _bad_request(talk: Conversation) -> None:
    talk.channel.fill()
    talk.raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    talk.half_close()
    talk.linger()


PLACES: tuple[Place, ...] = (
    Place("a name that does not resolve", unknown_name, "unreachable"),
    Place("a port where nobody listens", nobody_listens, "unreachable"),
    Place("a port whose queue is full", full_queue, "unreachable"),
    Place("a certificate of another name", elsewhere, "unreachable"),
    Place("a certificate of a stranger", untrusted, "unreachable"),
    Place("a certificate that has expired", expired, "unreachable"),
    Place("a plain server behind https", plain_behind_https, "unreachable"),
    Place("a TLS server behind http", tls_behind_http, "broken"),
    Place("a silent server behind https", lambda: silent("https"), "unreachable"),
    Place("a silent server", lambda: silent("http"), "timed out"),
)
