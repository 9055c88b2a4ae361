"""Search.

Finds things.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from .._facts import Body, Cookie, Field, Form, Operation, QueryString
from .._http import AsyncResource, Resource
from ..models import Event, Filter, Hit, Search

SEARCH: Operation[list[Hit]] = Operation(
    id="search",
    method="QUERY",
    path="/search",
    body=Body("body", Search, required=True),
    returns={"200": {"application/jsonl": list[Hit]}},
    security=(("device",),),
)

COPY_SEARCH: Operation[None] = Operation(
    id="copySearch",
    method="COPY",
    path="/search",
    returns={"204": None},
    security=(("device",),),
)

NOTIFY_SEARCH: Operation[None] = Operation(
    id="notifySearch",
    method="notify",
    path="/search",
    parameters=(Cookie("session", str, style="cookie"),),
    returns={"204": None},
    security=(("device",),),
)

LIST_EVENTS: Operation[list[Event]] = Operation(
    id="listEvents",
    method="GET",
    path="/events",
    parameters=(
        QueryString(
            "filter",
            Form(Filter, {"kinds": Field(style="form", explode=False)}),
            media_type="application/x-www-form-urlencoded",
        ),
    ),
    returns={"200": {"text/event-stream": list[Event]}},
    security=(("device",),),
)

SEND_HITS: Operation[None] = Operation(
    id="sendHits",
    method="POST",
    path="/events",
    parameters=(
        QueryString(
            "filter",
            Form(Filter, {"kinds": Field(style="form", explode=False)}),
            media_type="application/x-www-form-urlencoded",
        ),
    ),
    body=Body(
        "body",
        {"application/x-ndjson": list[Hit], "application/json-seq": list[Hit], "application/json": list[Hit]},
        required=True,
        chosen_by="content_type",
    ),
    returns={"202": None},
    errors={"4XX": {"application/json-seq": list[Hit]}},
    security=(("device",),),
)

SEND_PHOTOS: Operation[None] = Operation(
    id="sendPhotos",
    method="POST",
    path="/photos",
    body=Body(
        "body",
        {
            "multipart/mixed": Form(
                list[Any],
                rest=Field(binary=True, content_type="image/*"),
                prefix=(Field(content_type="application/json"),),
            )
        },
    ),
    returns={"204": None},
    security=(("device",),),
)


class SearchResource(Resource):
    """Search.

    Finds things.
    """

    def search(self, body: Search) -> list[Hit]:
        """Search."""
        return self._call(SEARCH, body=body)

    def copy_search(self) -> None:
        """Copy search."""
        return self._call(COPY_SEARCH)

    def notify_search(self, *, session: str | UnsetType = UNSET) -> None:
        """Notify search."""
        return self._call(NOTIFY_SEARCH, session=session)

    def list_events(self, *, filter: Filter | UnsetType = UNSET) -> list[Event]:
        """List events."""
        return self._call(LIST_EVENTS, filter=filter)

    def send_hits(
        self,
        body: Iterable[Hit] | list[Hit],
        *,
        filter: Filter | UnsetType = UNSET,
        content_type: Literal["application/x-ndjson", "application/json-seq", "application/json"] = "application/json",
    ) -> None:
        """Send hits.

        Args:
            content_type: The media type that is sent.
        """
        return self._call(SEND_HITS, body=body, filter=filter, content_type=content_type)

    def send_photos(self, body: Iterable[Any] | UnsetType = UNSET) -> None:
        """Send photos."""
        return self._call(SEND_PHOTOS, body=body)


class AsyncSearchResource(AsyncResource):
    """Search.

    Finds things.
    """

    async def search(self, body: Search) -> list[Hit]:
        """Search. See `SearchResource.search`."""
        return await self._call(SEARCH, body=body)

    async def copy_search(self) -> None:
        """Copy search. See `SearchResource.copy_search`."""
        return await self._call(COPY_SEARCH)

    async def notify_search(self, *, session: str | UnsetType = UNSET) -> None:
        """Notify search. See `SearchResource.notify_search`."""
        return await self._call(NOTIFY_SEARCH, session=session)

    async def list_events(self, *, filter: Filter | UnsetType = UNSET) -> list[Event]:
        """List events. See `SearchResource.list_events`."""
        return await self._call(LIST_EVENTS, filter=filter)

    async def send_hits(
        self,
        body: Iterable[Hit] | list[Hit],
        *,
        filter: Filter | UnsetType = UNSET,
        content_type: Literal["application/x-ndjson", "application/json-seq", "application/json"] = "application/json",
    ) -> None:
        """Send hits. See `SearchResource.send_hits`."""
        return await self._call(SEND_HITS, body=body, filter=filter, content_type=content_type)

    async def send_photos(self, body: Iterable[Any] | UnsetType = UNSET) -> None:
        """Send photos. See `SearchResource.send_photos`."""
        return await self._call(SEND_PHOTOS, body=body)
