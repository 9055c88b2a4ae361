"""Values as the bytes of an answer, by its media type."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from specmill.document.media_types import EVENTS, URL_ENCODED, bare, is_json, is_multipart, is_sequence

BOUNDARY = "specmill"
NO_FIELD = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
NAME = re.compile(r"[^A-Za-z0-9_.-]")


def written(value: Any, media_type: str, schema: Any) -> tuple[str, bytes]:
    """The media type, with a boundary if it needs one, and the bytes."""
    name = bare(media_type)
    if is_json(media_type):
        return media_type, compact(value)
    if is_multipart(media_type):
        return f"{media_type}; boundary={BOUNDARY}", _multipart(value, name)
    if is_sequence(media_type) and isinstance(value, list):
        return media_type, b"".join(_item(one, name) for one in value)
    if isinstance(value, dict) and name == URL_ENCODED:
        return media_type, "&".join(f"{quote_plus(k)}={quote_plus(_text(v))}" for k, v in value.items()).encode()
    if name.endswith(("/xml", "+xml")) and not isinstance(value, str):
        return media_type, f'<?xml version="1.0"?>{_element(_root(schema), value)}'.encode()
    return media_type, _text(value).encode()


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def header_text(value: Any, explode: bool) -> str | None:
    """Style simple; None where nothing may be said that a header could hold."""
    if isinstance(value, list):
        value = ",".join(map(_text, value))
    elif isinstance(value, dict):
        pairs = [(name, _text(one)) for name, one in value.items()]
        value = ",".join(f"{name}={one}" if explode else f"{name},{one}" for name, one in pairs)
    text = _text(value)
    return None if value is None or NO_FIELD.search(text) or text != text.strip() else text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else compact(value).decode()


def _item(value: Any, name: str) -> bytes:
    if name == EVENTS:
        fields = value if isinstance(value, dict) and "data" in value else {"data": value}
        lines = [f"{key}: {line}" for key, one in fields.items() for line in _text(one).split("\n")]
        return "\n".join([*lines, "", ""]).encode()
    return (b"\x1e" if name == "application/json-seq" else b"") + compact(value) + b"\n"


def _multipart(value: Any, name: str) -> bytes:
    named = list(value.items()) if isinstance(value, dict) else [("", one) for one in value or ()]
    parts = []
    for key, one in named:
        kind = "text/plain" if isinstance(one, str) else "application/json"
        place = f'Content-Disposition: form-data; name="{quote_plus(key)}"\r\n' if name.endswith("form-data") else ""
        parts.append(f"--{BOUNDARY}\r\n{place}Content-Type: {kind}\r\n\r\n{_text(one)}\r\n")
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def _root(schema: Any) -> str:
    named = schema if isinstance(schema, dict) else {}
    told = (named.get("xml") or {}).get("name") or named.get("title") or str(named.get("$ref", "")).rpartition("/")[2]
    return str(told or "value")


def _element(name: str, value: Any) -> str:
    name = NAME.sub("_", name)
    if isinstance(value, dict):
        inside = "".join(_element(key, one) for key, one in value.items())
    elif isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    else:
        inside = escape("" if value is None else _text(value))
    return f"<{name}>{inside}</{name}>"
