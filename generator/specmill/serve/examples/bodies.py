"""Whether the body of a request is what its operation wants: JSON, forms, multipart, sequences and text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from specmill.document.media_types import (
    EVENTS,
    URL_ENCODED,
    bare,
    is_form,
    is_json,
    is_multipart,
    is_sequence,
    is_text,
)
from specmill.schemas.faults import Fault
from specmill.schemas.validate import Judge
from specmill.serve.examples.shapes import TEXT, Shape, shape_of, value_of
from specmill.serve.examples.spelling import Absent, Misspelt, member, of_form, pairs_of
from specmill.values import Content, Operation

THE_BODY = "the body"
BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
NAME = re.compile(r';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
SEPARATOR = b"\x1e"  # ahead of each item of application/json-seq


@dataclass(frozen=True, slots=True)
class _Known:
    content: Content
    shape: Shape


class Bodies:
    def __init__(self, operation: Operation, judge: Judge, schemas: Mapping[str, Any]) -> None:
        self._judge = judge
        self.required = operation.body is not None and operation.body.required
        contents = operation.body.contents if operation.body else ()
        self._known = {bare(one.media_type): _Known(one, _shape(one, schemas)) for one in contents}
        self.media_types = tuple(one.media_type for one in contents)

    def takes(self, media_type: str) -> bool:
        return self._for(media_type) is not None

    def _for(self, media_type: str) -> _Known | None:
        """By its name, or by a range such as ``image/*``."""
        known = self._known.get(media_type)
        if known is None:
            name = bare(media_type)
            known = self._known.get(name) or self._known.get(f"{name.partition('/')[0]}/*") or self._known.get("*/*")
        return known

    def fault(self, body: bytes, media_type: str) -> Fault | None:
        if not body:
            return Fault(THE_BODY, "", "required", "this is missing") if self.required else None
        known = self._for(media_type)
        if known is None:
            return None
        try:
            value = _read(body, media_type, known)
        except Misspelt as wrong:
            return Fault(THE_BODY, "", "content", str(wrong))
        except Absent:
            return None
        return self._judge.fault(known.content.schema, value, THE_BODY)


def _read(body: bytes, media_type: str, known: _Known) -> Any:
    """What the body holds; Absent where it is nothing that a schema could say something about."""
    if is_json(media_type):
        return decoded(body)
    if bare(media_type) == URL_ENCODED:
        return of_form(pairs_of(_text(body)), known.shape, known.content.encoding)
    if is_form(media_type):
        return _form(body, media_type, known) if "object" in known.shape.kinds else _nothing()
    if is_sequence(media_type) and bare(media_type) != EVENTS:
        return [decoded(line) for line in body.replace(SEPARATOR, b"\n").splitlines() if line.strip()]
    if known.shape.kinds == {"string"} and is_text(media_type):
        return _text(body)
    return _nothing()


def _shape(content: Content, schemas: Mapping[str, Any]) -> Shape:
    return TEXT if is_json(content.media_type) else shape_of(content.schema, schemas)


def _nothing() -> Any:
    raise Absent


def decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Misspelt(f"this is not JSON: {str(error).removeprefix('JSON is malformed: ')}") from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Misspelt(f"this is not UTF-8: {error.reason} at byte {error.start}") from None


# --- multipart


def _form(body: bytes, media_type: str, known: _Known) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for head, content in parts_of(body, media_type):
        name = _name_of(head)
        inner = member(known.shape, name)
        told = known.content.encoding.get(name, {})
        if "array" in inner.kinds and not is_json(head.get("content-type", "")):
            value.setdefault(name, []).append(_part(content, head, inner.items or Shape(frozenset()), told))
        else:
            value[name] = _part(content, head, inner, told)
    return value


def parts_of(body: bytes, media_type: str) -> Iterator[tuple[Mapping[str, str], bytes]]:
    found = BOUNDARY.search(media_type)
    if found is None:
        raise Misspelt("the Content-Type names no boundary of the parts")
    pieces = (b"\r\n" + body).split(b"\r\n--" + (found[1] or found[2]).encode("latin-1"))
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Misspelt("the last boundary is missing")
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        lines = (line.partition(b":")[::2] for line in head.split(b"\r\n") if line.strip())
        yield {name.strip().decode("latin-1").lower(): value.strip().decode() for name, value in lines}, content


def _name_of(head: Mapping[str, str]) -> str:
    found = NAME.search(head.get("content-disposition", ""))
    if found is None:
        raise Misspelt("a part has no name")
    return found[2] or re.sub(r"\\(.)", r"\1", found[1])


def _part(content: bytes, head: Mapping[str, str], shape: Shape, told: Mapping[str, Any]) -> Any:
    media_type = head.get("content-type") or str(told.get("contentType", ""))
    if is_json(media_type):
        return decoded(content)
    if shape.binary or (media_type and not is_text(media_type)) or is_multipart(media_type):
        return content.decode("latin-1")  # a character for each byte, so that lengths can be judged
    return value_of(_text(content), shape)
