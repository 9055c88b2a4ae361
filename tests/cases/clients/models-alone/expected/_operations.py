"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Listed

OPERATIONS: tuple[Listed, ...] = ()
MEMBERS: dict[str, dict[str, str]] = {}
