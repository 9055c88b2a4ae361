"""Calls & Co."""

from __future__ import annotations

import datetime

from msgspec import UNSET, UnsetType

from .._facts import Body, Header, Operation, Query
from .._http import AsyncResource, Resource
from .._json import DateTime
from ..models import ApiV2CallList, ApiV2CallList2

LIST_CALLS: Operation[ApiV2CallList] = Operation(
    id="list-calls",
    method="GET",
    path="/calls",
    parameters=(
        Query("StartTime", DateTime, argument="start_time"),
        Query("StartTime<", DateTime, argument="start_time_lt"),
        Query("StartTime>", DateTime, argument="start_time_gt"),
        Query("class", str, argument="class_"),
        Query("self", str, argument="self_query"),
        Header("X-Trace", str, argument="x_trace"),
        Query("x_trace", str, argument="x_trace_query"),
        Query("body", str),
        Query("timeout", int, argument="timeout_query"),
        Header("X-Labels", list[str], argument="x_labels"),
    ),
    returns={"200": ApiV2CallList},
)

LIST_CALLS2: Operation[None] = Operation(
    id="list_calls",
    method="POST",
    path="/calls",
    body=Body("body", ApiV2CallList2),
    returns={"204": None},
)


class CallsCo(Resource):
    """Calls & Co."""

    def list_calls(
        self,
        *,
        start_time: datetime.datetime | UnsetType = UNSET,
        start_time_lt: datetime.datetime | UnsetType = UNSET,
        start_time_gt: datetime.datetime | UnsetType = UNSET,
        class_: str | UnsetType = UNSET,
        self_query: str | UnsetType = UNSET,
        x_trace: str | UnsetType = UNSET,
        x_trace_query: str | UnsetType = UNSET,
        body: str | UnsetType = UNSET,
        timeout_query: int | UnsetType = UNSET,
        x_labels: list[str] | UnsetType = UNSET,
    ) -> ApiV2CallList:
        """List calls."""
        return self._call(
            LIST_CALLS,
            start_time=start_time,
            start_time_lt=start_time_lt,
            start_time_gt=start_time_gt,
            class_=class_,
            self_query=self_query,
            x_trace=x_trace,
            x_trace_query=x_trace_query,
            body=body,
            timeout_query=timeout_query,
            x_labels=x_labels,
        )

    def list_calls2(self, body: ApiV2CallList2 | UnsetType = UNSET) -> None:
        """List calls."""
        return self._call(LIST_CALLS2, body=body)


class AsyncCallsCo(AsyncResource):
    """Calls & Co."""

    async def list_calls(
        self,
        *,
        start_time: datetime.datetime | UnsetType = UNSET,
        start_time_lt: datetime.datetime | UnsetType = UNSET,
        start_time_gt: datetime.datetime | UnsetType = UNSET,
        class_: str | UnsetType = UNSET,
        self_query: str | UnsetType = UNSET,
        x_trace: str | UnsetType = UNSET,
        x_trace_query: str | UnsetType = UNSET,
        body: str | UnsetType = UNSET,
        timeout_query: int | UnsetType = UNSET,
        x_labels: list[str] | UnsetType = UNSET,
    ) -> ApiV2CallList:
        """List calls. See `CallsCo.list_calls`."""
        return await self._call(
            LIST_CALLS,
            start_time=start_time,
            start_time_lt=start_time_lt,
            start_time_gt=start_time_gt,
            class_=class_,
            self_query=self_query,
            x_trace=x_trace,
            x_trace_query=x_trace_query,
            body=body,
            timeout_query=timeout_query,
            x_labels=x_labels,
        )

    async def list_calls2(self, body: ApiV2CallList2 | UnsetType = UNSET) -> None:
        """List calls. See `CallsCo.list_calls2`."""
        return await self._call(LIST_CALLS2, body=body)
