"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "search",
        "search",
        "SEARCH",
        "QUERY",
        "/search",
        arguments=(Argument("body", "body", True),),
        about="Search.",
        answers={"200": ""},
        example={"body": {"text": "x"}},
    ),
    Listed("search", "copy_search", "COPY_SEARCH", "COPY", "/search", about="Copy search.", answers={"204": "Copied"}),
    Listed(
        "search",
        "notify_search",
        "NOTIFY_SEARCH",
        "notify",
        "/search",
        arguments=(Argument("session", "cookie"),),
        about="Notify search.",
        answers={"204": ""},
    ),
    Listed(
        "search",
        "list_events",
        "LIST_EVENTS",
        "GET",
        "/events",
        arguments=(Argument("filter", "querystring"),),
        about="List events.",
        answers={"200": ""},
    ),
    Listed(
        "search",
        "send_hits",
        "SEND_HITS",
        "POST",
        "/events",
        arguments=(
            Argument("body", "body", True),
            Argument("filter", "querystring"),
            Argument("content_type", "", False, "The media type that is sent."),
        ),
        about="Send hits.",
        answers={"202": "Taken", "4XX": ""},
    ),
    Listed(
        "search",
        "send_photos",
        "SEND_PHOTOS",
        "POST",
        "/photos",
        arguments=(Argument("body", "body"),),
        about="Send photos.",
        answers={"204": "Taken"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
