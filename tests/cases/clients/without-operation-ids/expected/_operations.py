"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed("default", "get_root", "GET_ROOT", "GET", "/", about="Get root.", answers={"200": "Root"}),
    Listed(
        "default",
        "get_users_by_id",
        "GET_USERS_BY_ID",
        "GET",
        "/users/{id}",
        arguments=(Argument("id", "path", True),),
        about="Get users by id.",
        answers={"200": "A user"},
    ),
    Listed(
        "default",
        "delete_users_by_id",
        "DELETE_USERS_BY_ID",
        "DELETE",
        "/users/{id}",
        arguments=(Argument("id", "path", True),),
        about="Delete users by id.",
        answers={"204": "Gone"},
    ),
    Listed(
        "default",
        "head_users_by_id",
        "HEAD_USERS_BY_ID",
        "HEAD",
        "/users/{id}",
        arguments=(Argument("id", "path", True),),
        about="Head users by id.",
        answers={"200": "There"},
    ),
    Listed(
        "default",
        "get_users_by_id_posts",
        "GET_USERS_BY_ID_POSTS",
        "GET",
        "/users/{id}/posts",
        arguments=(Argument("id", "path", True),),
        about="Get users by id posts.",
        answers={"200": "Posts"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
