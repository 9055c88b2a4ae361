"""Known flaws of documents and the overlay actions that mend them, ready to paste.

- target: $.paths['/pets'].get.parameters[0].schema
  description: int64 is a format, not a type
  update: {type: integer, format: int64}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from specmill.document.pointers import Token
from specmill.values import JSON

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")


def _formats(kind: str, *names: str, **others: str) -> dict[str, dict[str, JSON]]:
    formats = {**{name: name for name in names}, **{name.replace("_", "-"): value for name, value in others.items()}}
    return {name: {"type": kind, "format": value} for name, value in formats.items()}


# What stands as a type -> what is meant.
WRONG_TYPES: Mapping[str, Mapping[str, JSON]] = {
    **_formats("integer", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    **_formats("integer", long="int64", bigint="int64", short="int16"),
    **_formats("number", "float", "double", "decimal", float32="float", float64="double"),
    **_formats("string", "date", "date-time", "time", "duration", "uuid", "uri", "email", "hostname", "ipv4", "ipv6"),
    **_formats("string", "byte", "binary", "password"),
    **_formats(
        "string", datetime="date-time", timestamp="date-time", guid="uuid", url="uri", base64="byte", file="binary"
    ),
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    **{name: {"type": "string"} for name in ("str", "text", "char", "enum")},
    **{name: {"type": "object"} for name in ("dict", "map", "hash", "json", "struct")},
    **{name: {"type": "array", "items": {}} for name in ("list", "set", "tuple")},
    **{name: {"type": "null"} for name in ("none", "nil", "undefined")},
}
UNTYPED = ("any", "mixed", "anytype", "*", "")  # a schema without a type is meant


def of_type(path: Sequence[Token], name: str) -> str:
    """The repair of a schema whose type is none; "" where none is known."""
    lower = name.strip().lower()
    if lower in UNTYPED:
        return removal([*path, "type"], "A schema without a type takes any value")
    meant = {"type": lower} if lower in TYPES else WRONG_TYPES.get(lower)
    why = f"{name} is a format, not a type" if meant and "format" in meant else f"{name} is no type"
    return update(path, meant, why) if meant else ""


def update(path: Sequence[Token], value: JSON, why: str) -> str:
    return _action(path, why, "update", value)


def removal(path: Sequence[Token], why: str) -> str:
    return _action(path, why, "remove", True)


def rename(path: Sequence[Token], old: Token, new: str, why: str) -> str:
    """A member under another name: an action cannot rename, but create, copy and remove."""
    return "\n".join(
        (
            update(path, {new: {}}, why),
            _action([*path, new], why, "copy", jsonpath_of([*path, old])),
            removal([*path, old], why),
        )
    )


def jsonpath_of(path: Sequence[Token]) -> str:
    return "$" + "".join(map(step_of, path))


def step_of(token: Token) -> str:
    if isinstance(token, int):
        return f"[{token}]"
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", token):
        return f".{token}"
    quoted = token.replace("\\", "\\\\").replace("'", "\\'")
    return "['" + re.sub("[\x00-\x1f]", lambda control: f"\\u{ord(control[0]):04x}", quoted) + "']"


def _action(path: Sequence[Token], why: str, verb: str, value: JSON) -> str:
    written = _block(value) if verb == "copy" else _flow(value)
    lines = (f"- target: {_block(jsonpath_of(path))}", f"  description: {_block(why)}", f"  {verb}: {written}")
    return "\n".join(lines)


# YAML as people write it, where that is safe; otherwise JSON, which is YAML as well.

WORD = re.compile(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z_][A-Za-z0-9_-]*")
LINE = re.compile(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[$A-Za-z_]([ !-9;-~]|:(?! |$))*")


def _block(text: str) -> str:
    return text if LINE.fullmatch(text) and " #" not in text and text == text.strip() else _quoted(text)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return value if WORD.fullmatch(value) else _quoted(value)
    return json.dumps(value)


def _quoted(text: str) -> str:
    """In double quotes, where YAML takes the escapes of JSON and ``\\U`` for what needs more digits."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if c <= "\uffff" else f"\\U{ord(c):08x}" for c in quoted
    )
