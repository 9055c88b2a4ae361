"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "shapes",
        "add_shape",
        "ADD_SHAPE",
        "POST",
        "/shapes",
        arguments=(Argument("body", "body", True),),
        about="Add shape.",
        answers={"200": "All", "default": "Trouble"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
