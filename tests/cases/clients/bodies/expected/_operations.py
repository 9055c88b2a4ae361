"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "bodies",
        "send_form",
        "SEND_FORM",
        "POST",
        "/form",
        arguments=(Argument("body", "body", True),),
        about="Send form.",
        answers={"201": "Sent"},
    ),
    Listed(
        "bodies",
        "upload",
        "UPLOAD",
        "POST",
        "/upload",
        arguments=(Argument("body", "body"),),
        about="Upload.",
        answers={"200": "The file"},
    ),
    Listed(
        "bodies",
        "put_raw",
        "PUT_RAW",
        "PUT",
        "/raw",
        arguments=(Argument("body", "body", True),),
        about="Put raw.",
        answers={"204": "Stored"},
    ),
    Listed(
        "bodies",
        "either",
        "EITHER",
        "POST",
        "/either",
        arguments=(
            Argument("body", "body", True),
            Argument("content_type", "", False, "The media type that is sent."),
        ),
        about="Either.",
        answers={"200": "Either"},
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
