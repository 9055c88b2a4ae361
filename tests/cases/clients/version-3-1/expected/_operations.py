"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "items",
        "list_items",
        "LIST_ITEMS",
        "GET",
        "/items",
        arguments=(Argument("limit", "query"),),
        about="List items.",
        answers={"200": "Items"},
        example={"limit": 10},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {"Item": {"id": "Who it is"}}
