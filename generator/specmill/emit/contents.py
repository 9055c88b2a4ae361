"""What the content of a body or an answer is in Python, and how the fields of a form are spelt.

A sample of what comes out::

    Form(Upload, {"photo": Field(binary=True, content_type="image/png")}, rest=Field(binary=True))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from specmill.document.media_types import bare, is_form, is_json, is_multipart, is_text, named
from specmill.emit.models import schema_key
from specmill.emit.source import call, py
from specmill.emit.uses import is_annotation
from specmill.values import Content, Schema

ANYTHING = ("*/*", "application/*")
UNIONS = ("anyOf", "oneOf", "allOf")
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """What all operations of a document share."""

    types: Mapping[str, str]  # schema key -> annotation
    schemas: Mapping[str, Any]  # the components
    servers: tuple[str, ...]

    def type_of(self, schema: Schema) -> str:
        return self.types[schema_key(schema)]


def sent(content: Content, world: World) -> str:
    """The type of a content that goes out: a form is made of its model."""
    return world.type_of(content.schema) if is_form(content.media_type) else received(content, world)


def given(content: Content, world: World) -> Iterator[str]:
    """What a caller may give as this content."""
    type_ = sent(content, world)
    if content.items is not None:
        yield f"Iterable[{world.type_of(content.items)}]"
        return
    yield type_
    if is_multipart(content.media_type) and not _is(content.schema, "array"):
        yield "Mapping[str, Any]"
    elif type_ == "bytes":
        yield "IO[bytes]"


def received(content: Content, world: World) -> str:
    """The type of a content that comes: its model where it is JSON or a sequence, else text or bytes."""
    name = bare(content.media_type)
    if is_json(name) or content.items is not None:
        return world.type_of(content.schema)
    if name.startswith("text/"):
        return "str"
    if name in ANYTHING and not is_binary(content.schema):
        return world.type_of(content.schema)
    return "bytes"


def is_binary(schema: Mapping[str, Any]) -> bool:
    """Whether a string is bytes as they are."""
    return _is(schema, "string") and schema.get("format") == "binary"


def _is(schema: Mapping[str, Any], kind: str) -> bool:
    """Whether this is one of the types of a schema."""
    kinds = schema.get("type")
    return kind == kinds or (isinstance(kinds, list) and kind in kinds)


# ---------------------------------------------------------------- forms


def form_of(content: Content, world: World) -> dict[str, str] | None:
    """The arguments of ``Form`` besides its type; None where the type says it all."""
    if not is_form(content.media_type):
        return None
    multipart = is_multipart(content.media_type)
    members, others = _members(content.schema, world)
    found = {
        name: _field(members.get(name, ()), content.encoding.get(name, {}), multipart, world)
        for name in dict.fromkeys((*members, *content.encoding))
    }
    fields = ", ".join(f"{py(name)}: {call('Field', **field)}" for name, field in found.items() if any(field.values()))
    rest = _field(others, content.item_encoding, multipart, world)
    first = [*_first(content, others, world)] if multipart else []
    prefix = ", ".join(call("Field", **field) for field in first)
    told = {
        "fields": f"{{{fields}}}" if fields else "",
        "rest": call("Field", **rest) if any(rest.values()) else "",
        "prefix": f"({prefix},)" if any(any(field.values()) for field in first) else "",
    }
    return told if any(told.values()) else None


def _first(content: Content, others: list[Any], world: World) -> Iterator[dict[str, str]]:
    """The first parts without a name, as far as the document describes each by itself."""
    lists = (one["prefixItems"] for one in _alternatives([content.schema], world) if "prefixItems" in one)
    schemas: list[Any] = next(lists, [])
    for schema, encoding in zip_longest(schemas, content.prefix_encoding):
        yield _field(others if schema is None else [schema], encoding or {}, True, world)


def _members(schema: Schema, world: World) -> tuple[Mapping[str, list[Any]], list[Any]]:
    """Name -> what it may be in any of the alternatives of a form; and what all others may be, or all items."""
    members: dict[str, list[Any]] = {}
    others: list[Any] = []
    for one in _alternatives([schema], world):
        for name, member in one.get("properties", {}).items():
            members.setdefault(name, []).append(member)
        others += [one[key] for key in ("additionalProperties", "items") if isinstance(one.get(key), Mapping)]
    return members, others


def _alternatives(schemas: Iterable[Any], world: World) -> Iterator[Mapping[str, Any]]:
    """All that is said behind references, unions and ``or null``, each once."""
    pending = [*schemas]
    seen: set[int] = set()
    for schema in pending:  # it grows on the way
        if not isinstance(schema, Mapping) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        if "$ref" in schema:
            pending.append(world.schemas.get(schema["$ref"].rpartition("/")[2], {}))
        pending += [part for word in UNIONS for part in schema.get(word, ())]


def _field(schemas: Iterable[Any], encoding: Mapping[str, Any], multipart: bool, world: World) -> dict[str, str]:
    """The arguments of ``Field``, each empty where it is the default."""
    style = encoding.get("style") or ("form" if "explode" in encoding or "allowReserved" in encoding else "")
    explode = encoding.get("explode", style in ("form", "deepObject", ""))
    content_type = str(encoding.get("contentType") or "")
    part = _part(schemas, content_type, world) if multipart else {}
    return {
        "binary": part.get("binary", ""),
        "content_type": part.get("content_type") or (py(content_type) if content_type else ""),
        "transfer": part.get("transfer", ""),
        "style": py(style) if style else "",
        "explode": "" if explode else "False",
        "reserved": "True" if encoding.get("allowReserved") else "",
    }


def _part(schemas: Iterable[Any], content_type: str, world: World) -> Facts:
    """What only a part of a multipart body has: it may be a file, and have a media type and an encoding of its own."""
    whole = [*_alternatives(schemas, world)]
    items = [one["items"] for one in whole if _is(one, "array") and "items" in one]
    leaves = [*whole, *_alternatives(items, world)]
    told = next((str(one["contentMediaType"]) for one in leaves if "contentMediaType" in one), "")
    transfer = next(filter(None, map(_encoding_in, leaves)), "")
    files = content_type and not all(map(is_text, named(content_type))) and not transfer
    binary = any(is_binary(one) or (files and _may_be_bytes(one)) for one in leaves)
    return {
        "binary": "True" if binary else "",
        "content_type": py(told) if told and not content_type else "",
        "transfer": py(transfer) if transfer else "",
    }


def _encoding_in(schema: Mapping[str, Any]) -> str:
    """The encoding of a text that stands for bytes; OpenAPI 3.0 has a format for the usual one."""
    return str(schema.get("contentEncoding") or ("base64" if schema.get("format") == "byte" else ""))


def _may_be_bytes(schema: Mapping[str, Any]) -> bool:
    """A string, or anything at all."""
    said = [key for key in schema if not is_annotation(key)]
    return _is(schema, "string") if said else True
