"""Answers.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.answers import Answers, AsyncAnswers


class Client(BaseClient):
    """Answers."""

    answers: Lazy[Answers] = Lazy("answers", "Answers")


class AsyncClient(BaseAsyncClient):
    """Answers."""

    answers: Lazy[AsyncAnswers] = Lazy("answers", "AsyncAnswers")
