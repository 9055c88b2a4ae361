"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "default",
        "plant_tree",
        "PLANT_TREE",
        "POST",
        "/trees",
        arguments=(Argument("body", "body"),),
        about="Plant tree.",
        answers={"200": "ok"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
