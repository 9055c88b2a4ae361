"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "parts",
        "send_either",
        "SEND_EITHER",
        "POST",
        "/either",
        arguments=(Argument("body", "body", True),),
        about="Send either.",
        answers={"204": "Sent"},
    ),
    Listed(
        "parts",
        "send_composed",
        "SEND_COMPOSED",
        "POST",
        "/composed",
        arguments=(Argument("body", "body", True),),
        about="Send composed.",
        answers={"204": "Sent"},
    ),
    Listed(
        "parts",
        "send_any_names",
        "SEND_ANY_NAMES",
        "POST",
        "/any-names",
        arguments=(Argument("body", "body", True),),
        about="Send any names.",
        answers={"204": "Sent"},
    ),
    Listed(
        "parts",
        "send_related",
        "SEND_RELATED",
        "POST",
        "/related",
        arguments=(Argument("body", "body", True),),
        about="Send related.",
        answers={"204": "Sent"},
    ),
    Listed(
        "parts",
        "send_mixed",
        "SEND_MIXED",
        "POST",
        "/mixed",
        arguments=(Argument("body", "body", True),),
        about="Send mixed.",
        answers={"200": "Scanned"},
    ),
    Listed(
        "parts",
        "send_package",
        "SEND_PACKAGE",
        "POST",
        "/package",
        arguments=(Argument("body", "body", True),),
        about="Send package.",
        answers={"204": "Sent"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
