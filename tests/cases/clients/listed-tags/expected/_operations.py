"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "default",
        "send_event",
        "SEND_EVENT",
        "POST",
        "/events",
        arguments=(Argument("body", "body", True),),
        about="Send event.",
        answers={"204": "Taken"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
