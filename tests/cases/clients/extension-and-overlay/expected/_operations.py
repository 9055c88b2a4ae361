"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "greetings",
        "hello",
        "HELLO",
        "GET",
        "/hello",
        arguments=(Argument("times", "query"),),
        about="Hello.",
        answers={"200": "A greeting"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
