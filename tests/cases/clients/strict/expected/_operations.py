"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "default",
        "add_order",
        "ADD_ORDER",
        "POST",
        "/orders",
        arguments=(Argument("body", "body", True),),
        about="Add order.",
        answers={"200": "The order"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
