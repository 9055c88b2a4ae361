"""One text out of the hand-written files of the page and the data that it tells of.

The script and the style are named by their hashes in a policy that the page begins with, so a browser runs these and
no others, whatever a document says; and it lets the page load nothing, only ask the servers that the reader names.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from specmill.reference.page.numbers import embedded

ASSETS = Path(__file__).parent / "assets"
STYLES = ("colours.css", "layout.css", "parts.css")
SCRIPTS = (
    *("dom.js", "markdown.js", "code.js", "tabs.js"),
    *("schemas.js", "tree.js"),
    *("requests.js", "reports.js", "trying.js"),
    *("operation.js", "model.js", "overview.js", "contents.js", "main.js"),
)


def assembled(title: str, content: Any) -> str:
    style, script = _joined(STYLES), f'"use strict";\n(() => {{\n{_joined(SCRIPTS)}}})();\n'
    parts = {
        "policy": _policy(style, script),
        "title": escape(title),
        "style": style,
        "script": script,
        "content": embedded(content),
    }
    page = _asset("page.html")
    pieces = page.split("%%")  # text and names by turns, so that no part is looked for in another
    return "".join(piece if index % 2 == 0 else parts[piece] for index, piece in enumerate(pieces))


def _policy(style: str, script: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "connect-src http: https:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(map(_asset, names))


@cache
def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
