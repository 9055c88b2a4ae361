"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "answers",
        "ask",
        "ASK",
        "GET",
        "/answers",
        about="Ask.",
        answers={
            "200": "One kind",
            "202": "Another kind",
            "204": "Nothing",
            "301": "Elsewhere",
            "4XX": "Your fault",
            "429": "Slow down",
            "5XX": "Our fault",
            "default": "Who knows",
        },
    ),
)
MEMBERS: dict[str, dict[str, str]] = {}
