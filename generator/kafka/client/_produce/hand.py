"""The processes that produce, as whoever began them sees them."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from .._cli.trouble import CommandError
from .told import Leave, Lot, Over, send
from .worker import work

AHEAD = 1024 * 1024  # bytes that lie between two processes: who sends should not wait for who is busy


class Hand:
    """One process."""

    def __init__(self, process: Any, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.load = 0  # lines that it has and that have no outcome
        self.over: Over | None = None

    @property
    def is_there(self) -> bool:
        return not self.connection.closed

    def send(self, what: Lot | Leave | None) -> None:
        with suppress(OSError):  # it is gone, which is seen when it is heard
            send(self.connection, what)

    def end(self, patience: float) -> None:
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def begun(options: Namespace, cluster_id: str, apart: Sequence[int]) -> list[Hand]:
    """``apart``: descriptors that are none of their business."""
    hands: list[Hand] = []
    try:
        for _ in range(options.processes):
            others = [hand.connection.fileno() for hand in hands]
            hands.append(_begun(options, cluster_id, f"producing {len(hands)}", [*apart, *others]))
    except OSError as error:
        for hand in hands:
            hand.connection.close()  # at which it ends
        told = f"{len(hands)} of {options.processes} processes could begin: {error.strerror or error}"
        raise CommandError(told, "give a smaller number to --processes") from None
    return hands


def _begun(options: Namespace, cluster_id: str, name: str, apart: Sequence[int]) -> Hand:
    anew = not forks()
    context: Any = get_context("spawn" if anew else "fork")
    ours, theirs = context.Pipe()
    _widen(ours)
    _widen(theirs)
    inherited = () if anew else (*apart, ours.fileno())
    arguments = (options, cluster_id, options.processes, theirs, inherited)
    process = context.Process(target=work, args=arguments, name=name, daemon=True)
    with _deaf_to_ctrl_c():
        process.start()
    theirs.close()
    return Hand(process, ours)


def forks() -> bool:
    """A fork is there at once, and has all modules. It would take over locks of threads that it does not have."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Whoever is begun here stays so from its first moment on; what a Ctrl-C means to all says who began them."""
    if sys.platform == "win32":
        yield  # there it hears nothing as soon as it runs
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _widen(connection: Connection) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as pipe:  # it is none everywhere
        pipe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD)
