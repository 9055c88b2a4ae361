"""What the standard library makes of an answer: a second opinion on what a peer wrote."""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
from dataclasses import dataclass
from typing import Any, cast

HERALDS = re.compile(rb"(?:HTTP/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+")


@dataclass(frozen=True, slots=True)
class Understood:
    """``complete``: the answer ended where its framing says. The reports are those ahead of the first that is none."""

    status: int | None
    reports: list[dict[str, Any]]
    complete: bool


class _Bytes:
    """As much of a socket as http.client wants to see."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def understood(data: bytes) -> Understood:
    found = HERALDS.match(data)
    response = http.client.HTTPResponse(cast(socket.socket, _Bytes(data[found.end() if found else 0 :])))
    try:
        response.begin()
    except (http.client.HTTPException, ConnectionError):
        return Understood(None, [], False)
    if b"\r\n\r\n" not in data:
        return Understood(None, [], False)
    try:
        content, complete = response.read(), True
    except http.client.IncompleteRead as cut:
        content, complete = cut.partial, False
    except (http.client.HTTPException, ValueError, OverflowError):
        return Understood(response.status, [], False)
    if response.chunked and not data.endswith(b"\r\n\r\n"):  # http.client forgives the last chunk its blank line
        complete = False
    return Understood(response.status, reports(content) if response.status == 200 else [], complete)


def reports(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    text = content.decode("utf-8", "surrogateescape").lstrip()
    while text:
        try:
            report, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            break
        if not isinstance(report, dict) or type(report.get("error_code")) is not int:
            break
        found.append(report)
        text = text[end:].lstrip()
    return found
