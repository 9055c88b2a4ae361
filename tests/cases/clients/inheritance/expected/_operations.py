"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed("default", "list_pets", "LIST_PETS", "GET", "/pets", about="List pets.", answers={"200": "ok"}),
    Listed(
        "default",
        "add_pet",
        "ADD_PET",
        "POST",
        "/pets",
        arguments=(Argument("body", "body", True),),
        about="Add pet.",
        answers={"200": "ok", "404": "x"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
