"""Things."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from .._facts import Cookie, Header, Operation, Path, Query
from .._http import AsyncResource, Resource
from ..models import FindThingsFilter, FindThingsSort
from ..models import Query as QueryModel

FIND_THINGS: Operation[list[str]] = Operation(
    id="findThings",
    method="GET",
    path="/things/{simple}/{label}/{matrix}",
    parameters=(
        Path("simple", list[str]),
        Path("label", list[int], style="label", explode=True),
        Path("matrix", str, style="matrix"),
        Query("exploded", list[str]),
        Query("joined", list[str], explode=False),
        Query("spaced", list[str], style="spaceDelimited", explode=False),
        Query("piped", list[str], style="pipeDelimited", explode=False),
        Query("filter", FindThingsFilter, style="deepObject"),
        Query("free", dict[str, str]),
        Query("reserved", str, reserved=True),
        Query("limit", Annotated[int, Meta(ge=1, le=100)], required=True),
        Query("sort", FindThingsSort),
        Query("flag", bool),
        Query("query", QueryModel, media_type="application/json"),
        Header("X-Tags", list[str], argument="x_tags"),
        Header("X-Request-Id", UUID, argument="x_request_id", required=True),
        Cookie("session", str),
    ),
    returns={"200": list[str]},
)


class Things(Resource):
    """Things."""

    def find_things(
        self,
        simple: list[str],
        label: list[int],
        matrix: str,
        *,
        limit: int,
        x_request_id: UUID,
        exploded: list[str] | UnsetType = UNSET,
        joined: list[str] | UnsetType = UNSET,
        spaced: list[str] | UnsetType = UNSET,
        piped: list[str] | UnsetType = UNSET,
        filter: FindThingsFilter | UnsetType = UNSET,
        free: dict[str, str] | UnsetType = UNSET,
        reserved: str | UnsetType = UNSET,
        sort: FindThingsSort | UnsetType = UNSET,
        flag: bool | UnsetType = UNSET,
        query: QueryModel | UnsetType = UNSET,
        x_tags: list[str] | UnsetType = UNSET,
        session: str | UnsetType = UNSET,
    ) -> list[str]:
        """Find things."""
        return self._call(
            FIND_THINGS,
            simple=simple,
            label=label,
            matrix=matrix,
            limit=limit,
            x_request_id=x_request_id,
            exploded=exploded,
            joined=joined,
            spaced=spaced,
            piped=piped,
            filter=filter,
            free=free,
            reserved=reserved,
            sort=sort,
            flag=flag,
            query=query,
            x_tags=x_tags,
            session=session,
        )


class AsyncThings(AsyncResource):
    """Things."""

    async def find_things(
        self,
        simple: list[str],
        label: list[int],
        matrix: str,
        *,
        limit: int,
        x_request_id: UUID,
        exploded: list[str] | UnsetType = UNSET,
        joined: list[str] | UnsetType = UNSET,
        spaced: list[str] | UnsetType = UNSET,
        piped: list[str] | UnsetType = UNSET,
        filter: FindThingsFilter | UnsetType = UNSET,
        free: dict[str, str] | UnsetType = UNSET,
        reserved: str | UnsetType = UNSET,
        sort: FindThingsSort | UnsetType = UNSET,
        flag: bool | UnsetType = UNSET,
        query: QueryModel | UnsetType = UNSET,
        x_tags: list[str] | UnsetType = UNSET,
        session: str | UnsetType = UNSET,
    ) -> list[str]:
        """Find things. See `Things.find_things`."""
        return await self._call(
            FIND_THINGS,
            simple=simple,
            label=label,
            matrix=matrix,
            limit=limit,
            x_request_id=x_request_id,
            exploded=exploded,
            joined=joined,
            spaced=spaced,
            piped=piped,
            filter=filter,
            free=free,
            reserved=reserved,
            sort=sort,
            flag=flag,
            query=query,
            x_tags=x_tags,
            session=session,
        )
