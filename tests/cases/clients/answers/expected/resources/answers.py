"""Answers."""

from __future__ import annotations

from .._facts import Operation
from .._http import AsyncResource, Resource
from ..models import One, Problem, Two

ASK: Operation[One | Two | None] = Operation(
    id="ask",
    method="GET",
    path="/answers",
    returns={"200": {"application/json; charset=utf-8": One}, "202": {"application/vnd.api+json": Two}, "204": None},
    errors={
        "301": None,
        "429": {"text/html": str},
        "4XX": {"application/problem+json": Problem},
        "5XX": {"*/*": Problem},
        "default": None,
    },
)


class Answers(Resource):
    """Answers."""

    def ask(self) -> One | Two | None:
        """Ask."""
        return self._call(ASK)


class AsyncAnswers(AsyncResource):
    """Answers."""

    async def ask(self) -> One | Two | None:
        """Ask. See `Answers.ask`."""
        return await self._call(ASK)
