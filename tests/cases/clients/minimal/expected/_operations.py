"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "pets",
        "get_pet",
        "GET_PET",
        "GET",
        "/pets/{pet_id}",
        arguments=(Argument("pet_id", "path", True),),
        about="One pet.",
        answers={"200": "The pet", "404": "No such pet"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
