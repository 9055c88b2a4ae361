"""Operations without a tag."""

from __future__ import annotations

from .._facts import Operation, Path
from .._http import AsyncResource, Resource
from ..models import GetUsersByIdPostsResponseItem

GET_ROOT: Operation[None] = Operation(
    id="get_root",
    method="GET",
    path="/",
    returns={"200": None},
)

GET_USERS_BY_ID: Operation[None] = Operation(
    id="get_users_by_id",
    method="GET",
    path="/users/{id}",
    parameters=(Path("id", str),),
    returns={"200": None},
)

DELETE_USERS_BY_ID: Operation[None] = Operation(
    id="delete_users_by_id",
    method="DELETE",
    path="/users/{id}",
    parameters=(Path("id", str),),
    returns={"204": None},
)

HEAD_USERS_BY_ID: Operation[None] = Operation(
    id="head_users_by_id",
    method="HEAD",
    path="/users/{id}",
    parameters=(Path("id", str),),
    returns={"200": None},
)

GET_USERS_BY_ID_POSTS: Operation[list[GetUsersByIdPostsResponseItem]] = Operation(
    id="get_users_by_id_posts",
    method="GET",
    path="/users/{id}/posts",
    parameters=(Path("id", str),),
    returns={"200": list[GetUsersByIdPostsResponseItem]},
)


class Default(Resource):
    """Operations without a tag."""

    def get_root(self) -> None:
        """Get root."""
        return self._call(GET_ROOT)

    def get_users_by_id(self, id: str) -> None:
        """Get users by id."""
        return self._call(GET_USERS_BY_ID, id=id)

    def delete_users_by_id(self, id: str) -> None:
        """Delete users by id."""
        return self._call(DELETE_USERS_BY_ID, id=id)

    def head_users_by_id(self, id: str) -> None:
        """Head users by id."""
        return self._call(HEAD_USERS_BY_ID, id=id)

    def get_users_by_id_posts(self, id: str) -> list[GetUsersByIdPostsResponseItem]:
        """Get users by id posts."""
        return self._call(GET_USERS_BY_ID_POSTS, id=id)


class AsyncDefault(AsyncResource):
    """Operations without a tag."""

    async def get_root(self) -> None:
        """Get root. See `Default.get_root`."""
        return await self._call(GET_ROOT)

    async def get_users_by_id(self, id: str) -> None:
        """Get users by id. See `Default.get_users_by_id`."""
        return await self._call(GET_USERS_BY_ID, id=id)

    async def delete_users_by_id(self, id: str) -> None:
        """Delete users by id. See `Default.delete_users_by_id`."""
        return await self._call(DELETE_USERS_BY_ID, id=id)

    async def head_users_by_id(self, id: str) -> None:
        """Head users by id. See `Default.head_users_by_id`."""
        return await self._call(HEAD_USERS_BY_ID, id=id)

    async def get_users_by_id_posts(self, id: str) -> list[GetUsersByIdPostsResponseItem]:
        """Get users by id posts. See `Default.get_users_by_id_posts`."""
        return await self._call(GET_USERS_BY_ID_POSTS, id=id)
