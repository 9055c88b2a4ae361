"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "things",
        "find_things",
        "FIND_THINGS",
        "GET",
        "/things/{simple}/{label}/{matrix}",
        arguments=(
            Argument("simple", "path", True),
            Argument("label", "path", True),
            Argument("matrix", "path", True),
            Argument("limit", "query", True),
            Argument("x_request_id", "header", True),
            Argument("exploded", "query"),
            Argument("joined", "query"),
            Argument("spaced", "query"),
            Argument("piped", "query"),
            Argument("filter", "query"),
            Argument("free", "query"),
            Argument("reserved", "query"),
            Argument("sort", "query"),
            Argument("flag", "query"),
            Argument("query", "query"),
            Argument("x_tags", "header"),
            Argument("session", "cookie"),
        ),
        about="Find things.",
        answers={"200": "Things"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
