"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed("none", "a", "A", "GET", "/a", arguments=(Argument("q", "query"),), about="A.", answers={"200": "Anything"}),
    Listed(
        "unset_type", "b", "B", "GET", "/b", arguments=(Argument("q", "query"),), about="B.", answers={"200": "Nothing"}
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
