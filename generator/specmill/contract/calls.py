"""A call of an operation, put together from values of its parameters, its body and credentials."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from specmill.contract.choices import Choices
from specmill.contract.spelling import spelt, text_of
from specmill.contract.valid import Make, Makers
from specmill.contract.values import Call
from specmill.values import JSON, Content, Operation, Parameter

ATTEMPTS = 60
BOUNDARY = "specmill-boundary-8d1f"


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a call is made of, each part replaceable."""

    operation: Operation
    parameters: Mapping[tuple[str, str], JSON] = field(default_factory=dict)  # (location, name) -> value
    content: Content | None = None
    body: Any = None
    raw: bytes | None = None  # in place of the body's own bytes
    media_type: str | None = None  # in place of the content's own
    credentials: tuple[tuple[str, str], ...] = ()  # header fields
    secret_query: str = ""  # a credential in the query
    fixed: tuple[tuple[str, str], ...] = ()  # header fields that the user gave


def is_json(media_type: str) -> bool:
    bare = media_type.partition(";")[0].strip().lower()
    return bare == "application/json" or bare.endswith("+json") or bare == "*/*"


def encoded(content: Content, value: JSON, files: frozenset[str] = frozenset()) -> tuple[str, bytes]:
    """The media type with its parameters, and the bytes; ``files`` are the members that are sent as such."""
    bare = content.media_type.partition(";")[0].strip().lower()
    if is_json(bare):
        kind = "application/json" if bare == "*/*" else content.media_type
        return kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if bare == "application/x-www-form-urlencoded":
        pairs = [(name, item) for name, one in value.items() for item in (one if isinstance(one, list) else [one])]
        return bare, urlencode([(name, _field(item)) for name, item in pairs]).encode()
    if bare == "multipart/form-data":
        return f"{bare}; boundary={BOUNDARY}", _multipart(content, value, files)
    return content.media_type, text_of(value).encode("utf-8", "surrogatepass")


def _field(value: JSON) -> str:
    return json.dumps(value) if isinstance(value, (list, dict)) else text_of(value)


def _multipart(content: Content, value: Mapping[str, JSON], files: frozenset[str]) -> bytes:
    parts = []
    for name, one in value.items():
        file = '; filename="specmill"' if name in files else ""
        for item in one if isinstance(one, list) else [one]:
            kind = _kind_of_part(content, name, item, bool(file))
            said = f"Content-Type: {kind}\r\n" if kind else ""
            head = f'Content-Disposition: form-data; name="{quote(name, safe=" ")}"{file}\r\n{said}\r\n'
            parts.append(f"--{BOUNDARY}\r\n{head}{_field(item)}\r\n".encode("utf-8", "surrogatepass"))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _kind_of_part(content: Content, name: str, item: JSON, is_file: bool) -> str:
    """As the document has it, or else what a part of its kind is."""
    told = str(content.encoding.get(name, {}).get("contentType", "")).partition(",")[0].strip()
    if told and "*" not in told:
        return told
    return "application/json" if isinstance(item, dict) else "application/octet-stream" if is_file else ""


def call_of(draft: Draft, base: str, files: frozenset[str] = frozenset()) -> Call:
    """As it goes over the wire, to a server at this base address."""
    operation = draft.operation
    path, query, fields, cookies = operation.path, [], [*draft.fixed, *draft.credentials], []
    for parameter in operation.parameters:
        key = (parameter.location, parameter.name)
        if key not in draft.parameters:
            continue
        text = spelt(parameter, draft.parameters[key])
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", text)
        elif parameter.location == "header":
            fields.append((parameter.name, text))
        elif parameter.location == "cookie":
            cookies.append(f"{parameter.name}={text}")
        elif text:
            query.append(text)
    if draft.secret_query:
        query.append(draft.secret_query)
    if cookies:
        fields.append(("Cookie", "; ".join(cookies)))
    body = draft.raw
    if draft.content is not None:
        media_type, data = draft.content.media_type, b""
        if draft.raw is None:
            media_type, data = encoded(draft.content, draft.body, files)
        body = data if draft.raw is None else draft.raw
        fields.append(("Content-Type", draft.media_type or media_type))
    prefix = urlsplit(base).path.rstrip("/")
    target = prefix + (path or "/") + ("?" + "&".join(query) if query else "")
    return Call(operation.method, target, tuple(fields), body)


def parameters_for(
    operation: Operation, makers: Makers, choices: Choices, given: Mapping[str, str], all_of_them: bool = False
) -> dict[tuple[str, str], JSON]:
    """Values for the parameters: those that were given, the required ones, and by choice the others."""
    found: dict[tuple[str, str], JSON] = {}
    for parameter in operation.parameters:
        key = (parameter.location, parameter.name)
        if parameter.name in given:
            found[key] = given[parameter.name]
        elif parameter.required or all_of_them or choices.chance():
            found[key] = _sendable(parameter, makers.of(parameter.schema), choices)
    return found


def _sendable(parameter: Parameter, make: Make, choices: Choices) -> JSON:
    """The first that can be written where it has to stand; the plain ones are last, for whoever takes nothing else."""
    value = make(choices, 0)
    for number in range(ATTEMPTS):
        if can_be_written(parameter, value):
            return value
        value = make(Choices(bytes([number, number * 7 % 256, number])), 0)
    return value


def can_be_written(parameter: Parameter, value: JSON) -> bool:
    """A path with an empty segment is another path, and a header takes visible ASCII alone."""
    if parameter.location == "path":
        return value not in ("", ".", "..", [], {}, None)
    if parameter.location in ("header", "cookie"):
        text = text_of(value) if not isinstance(value, (list, dict)) else "x"
        return text.isascii() and text.isprintable() and text.strip() == text != ""
    return True
