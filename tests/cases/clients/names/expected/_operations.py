"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "calls_co",
        "list_calls",
        "LIST_CALLS",
        "GET",
        "/calls",
        arguments=(
            Argument("start_time", "query"),
            Argument("start_time_lt", "query"),
            Argument("start_time_gt", "query"),
            Argument("class_", "query"),
            Argument("self_query", "query"),
            Argument("x_trace", "header"),
            Argument("x_trace_query", "query"),
            Argument("body", "query"),
            Argument("timeout_query", "query"),
            Argument("x_labels", "header"),
        ),
        about="List calls.",
        answers={"200": "Calls"},
    ),
    Listed(
        "calls_co",
        "list_calls2",
        "LIST_CALLS2",
        "POST",
        "/calls",
        arguments=(Argument("body", "body"),),
        about="List calls.",
        answers={"204": "Done"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
