"""Answers that are no streams: faults of HTTP, as JSON or as the pages of the server's own front."""

from __future__ import annotations

import re
from collections.abc import Mapping

from specmill.serve.exchange import Exchange, reason
from specmill.serve.head import Request

HTML = {"Content-Type": "text/html;charset=iso-8859-1", "Cache-Control": "must-revalidate,no-cache,no-store"}
AMBIGUOUS = (
    (re.compile("%2[fF]"), "path separator"),
    (re.compile(r"/(?:%2[eE](?:\.|%2[eE])?|\.%2[eE])(?:/|$)"), "path segment"),
    (re.compile("//"), "empty segment"),
)
MAXIMUM = 200  # characters of a target that a page repeats


def fault(exchange: Exchange, code: int, message: str, status: int | None = None, **fields: str) -> None:
    exchange.answer_json(status or code, {"error_code": code, "message": message}, fields)


def bare(exchange: Exchange, status: int, **fields: str) -> None:
    """As it comes for what the API has not: without a word on what it is."""
    body = f'{{"error_code":{status},"message":"HTTP {status} {reason(status)}"}}'
    exchange.answer(status, fields, body.encode())


def page(exchange: Exchange, status: int, message: str, fields: Mapping[str, str] | None = None) -> None:
    exchange.answer(status, {**HTML, **(fields or {})}, _html(status, message, exchange.request))


def unauthorized(exchange: Exchange, with_page: bool) -> None:
    challenge = {"WWW-Authenticate": 'Basic realm="kafka"'}
    if with_page:
        return page(exchange, 401, "Unauthorized", challenge)
    fault(exchange, 40101, "Unauthorized", 401, **challenge)


def ambiguity(path: str) -> str:
    """Why two servers could read a path in two ways; "" if they could not."""
    found = next((what for pattern, what in AMBIGUOUS if pattern.search(path)), "")
    return found and f"Ambiguous URI {found}"


def too_many(exchange: Exchange, closes: bool) -> None:
    """What a filter in front turns away, in the kind that is asked for."""
    if closes:
        exchange.keeps = False
    accept = exchange.request.lower.get("accept", "*/*")
    fields = {"DoSFilter": "unavailable", "Cache-Control": HTML["Cache-Control"]}
    target = exchange.request.target[:MAXIMUM]
    if "application/json" in accept:
        url = target.replace("\\", "\\\\").replace('"', '\\"')
        body = f'{{"message":"Too Many Requests","url":"{url}","status":"429"}}'.encode()
        return exchange.answer(429, {**fields, "Content-Type": "application/json"}, body)
    if "text/plain" in accept:
        body = f"HTTP ERROR 429 Too Many Requests\nURI: {target}\nSTATUS: 429\nMESSAGE: Too Many Requests\n".encode()
        return exchange.answer(429, {**fields, "Content-Type": "text/plain"}, body)
    exchange.answer(429, {**HTML, **fields}, _html(429, "Too Many Requests", exchange.request))


def _html(status: int, message: str, request: Request) -> bytes:
    title = f"{status} {_escaped(message)}"
    rows = (("URI", _escaped(request.target[:MAXIMUM])), ("STATUS", str(status)), ("MESSAGE", _escaped(message)))
    table = "".join(f"<tr><th>{name}:</th><td>{value}</td></tr>\n" for name, value in rows)
    text = (
        f"<html>\n<head>\n<title>Error {title}</title>\n</head>\n<body>\n<h2>HTTP ERROR {title}</h2>\n"
        f"<table>\n{table}</table>\n</body>\n</html>\n"
    )
    return text.encode("latin-1", "replace")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
