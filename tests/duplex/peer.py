"""A scripted server on a real socket, plain or TLS: every connection is a conversation that a behaviour holds."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from tests.duplex import certificates
from tests.duplex.channel import Channel, Gone
from tests.duplex.conversation import Conversation

Behaviour = Callable[[Conversation], None]

PATIENCE = 10.0
"""Seconds that a behaviour waits for anything. A test that meets this limit fails."""


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour for each connection, the last one for all that follow."""

    def behave(talk: Conversation) -> None:
        behaviours[min(talk.number, len(behaviours) - 1)](talk)

    return behave


class Peer:
    """``with Peer(behaviour) as peer``. What a behaviour raises is raised again at the end of the block."""

    def __init__(
        self,
        behaviour: Behaviour,
        tls: bool | ssl.SSLContext = False,
        *,
        keep: Callable[[Any], Any] = lambda record: record,
        patience: float = PATIENCE,
        receive_buffer: int | None = None,
    ) -> None:
        self.conversations: list[Conversation] = []
        self.stored: list[Any] = []
        """What ``keep`` makes of each stored record, in the order stored, over all connections."""
        self.failures: list[BaseException] = []
        self.refusals: list[str] = []
        """Connections that ended before a word was said, in a TLS handshake say."""
        self._behaviour = behaviour
        self._context = certificates.identity() if tls is True else tls or None
        self._keep = keep
        self._patience = patience
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        if receive_buffer is not None:  # of every connection to come: the kernel's own would swallow megabytes
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.port: int = self._listener.getsockname()[1]
        self._home, self._wake = socket.socketpair()
        self._lock = Lock()
        self._threads: list[Thread] = []

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        """The file with the authority that a client has to trust."""
        return certificates.authority_file()

    def __enter__(self) -> Self:
        self._start(self._accept, "accept")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._wake.close()  # everyone who waits sees the other end readable
        for thread in self._threads:  # the first one accepts; none is added once it has ended
            thread.join(self._patience)
        alive = [thread.name for thread in self._threads if thread.is_alive()]
        self._listener.close()
        self._home.close()
        if alive:
            self.failures.append(AssertionError(f"threads of the peer still run: {alive}"))
        if error is not None:
            for failure in self.failures:
                error.add_note(f"and the peer failed: {failure!r}")
        elif len(self.failures) == 1:
            raise self.failures[0]
        elif self.failures:
            raise BaseExceptionGroup("the peer failed", self.failures)

    def resting(self, port: int) -> bool:
        """Whether the client at that port of its own will hear nothing more before it says something."""
        with self._lock:
            return any(talk.channel.port == port and talk.channel.resting() for talk in self.conversations)

    def store(self, record: Any) -> int:
        kept = self._keep(record)
        with self._lock:
            self.stored.append(kept)
            return len(self.stored) - 1

    def _start(self, target: Callable[..., None], name: str, *arguments: Any) -> None:
        thread = Thread(target=target, name=f"peer-{name}", args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        poll = select.poll()
        poll.register(self._home, select.POLLIN)
        poll.register(self._listener, select.POLLIN)
        for number in range(2**31):
            if self._home.fileno() in dict(poll.poll()):
                return
            connection, address = self._listener.accept()
            self._start(self._serve, str(number), connection, address[1], number)

    def _serve(self, connection: socket.socket, port: int, number: int) -> None:
        channel = Channel(connection, port, self._home, self._patience)
        try:
            if self._context is not None:
                channel.start_tls(self._context)
        except Exception as error:
            self.refusals.append(str(error))
            return channel.drop()
        talk = Conversation(channel, number, self.store)
        with self._lock:
            self.conversations.append(talk)
        try:
            self._behaviour(talk)
            channel.close()
        except Gone as gone:
            talk.ended = str(gone)
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            channel.drop()
