"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "readings",
        "send_readings",
        "SEND_READINGS",
        "POST",
        "/readings",
        arguments=(Argument("body", "body", True),),
        about="Send readings.",
        answers={"200": "One report for every reading"},
        stream="send_readings_stream",
    ),
    Listed(
        "readings",
        "send_events",
        "SEND_EVENTS",
        "POST",
        "/events",
        arguments=(Argument("body", "body"),),
        about="Send events.",
        answers={"200": "One report for every event, with whatever else the server has to say"},
        stream="send_events_stream",
    ),
    Listed(
        "readings",
        "send_counts",
        "SEND_COUNTS",
        "POST",
        "/counts",
        arguments=(Argument("body", "body"),),
        about="Send counts.",
        answers={"200": "A number for every number; no member of it is a verdict"},
        stream="send_counts_stream",
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
