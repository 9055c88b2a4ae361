"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "default",
        "add_animal",
        "ADD_ANIMAL",
        "POST",
        "/animals",
        arguments=(Argument("body", "body"),),
        about="Add animal.",
        answers={"200": "Done"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
