"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed("security", "open", "OPEN", "GET", "/open", about="Open.", answers={"204": "Nothing"}),
    Listed("security", "default", "DEFAULT", "GET", "/default", about="Default.", answers={"204": "Nothing"}),
    Listed("security", "optional", "OPTIONAL", "GET", "/optional", about="Optional.", answers={"204": "Nothing"}),
)
MEMBERS: dict[str, dict[str, str]] = {}
