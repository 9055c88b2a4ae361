"""The clients of Answers: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.answers import Answers, AsyncAnswers

SERVERS = ()


class Client(BaseClient):
    """Answers."""

    SERVERS = SERVERS

    answers: Lazy[Answers] = Lazy("answers", "Answers")


class AsyncClient(BaseAsyncClient):
    """Answers."""

    SERVERS = SERVERS

    answers: Lazy[AsyncAnswers] = Lazy("answers", "AsyncAnswers")
