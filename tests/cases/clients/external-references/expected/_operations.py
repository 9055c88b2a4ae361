"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed("orders", "list_orders", "LIST_ORDERS", "GET", "/orders", about="List orders.", answers={"200": "Orders"}),
)
MEMBERS: dict[str, dict[str, str]] = {}
