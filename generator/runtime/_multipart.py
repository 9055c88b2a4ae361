"""Multipart bodies: forms, whose parts have names, and ``multipart/mixed`` or ``related``, whose parts need none.

A part that is a file takes bytes, an open file, or a tuple like those of httpx: ``(name, content)``,
``(name, content, content_type)`` or ``(name, content, content_type, headers)``. So does any part that the document
does not describe. A body that is bytes already goes as it is, with the boundary that it begins with.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import IO, TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias, cast, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import FieldInfo

from ._facts import Field, Form
from ._json import UndecodableAnswer
from ._parameters import TOKEN, checked_header, is_json, pairs, plain, text_of
from ._shapes import REST, OpenStruct, odd_names_of, shape_of

if TYPE_CHECKING:
    from mimetypes import MimeTypes

Content: TypeAlias = bytes | IO[bytes]
File: TypeAlias = Content | tuple[str, Content] | tuple[str, Content, str] | tuple[str, Content, str, Mapping[str, str]]

JSON = "application/json"
BYTES = "application/octet-stream"
FORM_DATA = "multipart/form-data"
MIXED = "multipart/mixed"
RELATED = "multipart/related"
BINARY = (bytes, bytearray, memoryview)
OF_MIME = ("7bit", "8bit", "binary", "quoted-printable", "base64")  # what Content-Transfer-Encoding may be
BOUNDARY = re.compile(rb"(?:\r\n)?--([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])[ \t]*\r\n")
OWN_KIND = re.compile(rb"\r\ncontent-type:[ \t]*([^\r\n]*)", re.IGNORECASE)
OWN_BOUNDARY = re.compile(r";\s*boundary=(\"[^\"]*\"|[^;]*)", re.IGNORECASE)


class Part(NamedTuple):
    """One part, ready to be written."""

    headers: tuple[str, ...]
    kind: str
    content: bytes


def multipart(form: Form, value: Any, media_type: str) -> tuple[bytes, str]:
    """The content and its Content-Type with the boundary."""
    if isinstance(value, BINARY):
        found = BOUNDARY.match(value)
        if found is None:
            raise ValueError("multipart content begins with its boundary")
        return bytes(value), f'{media_type}; boundary="{found[1].decode()}"'
    name = media_type.partition(";")[0].strip().lower()
    parts = list(_positional(form, value) if _is_listed(value) and name != FORM_DATA else _of_fields(form, value))
    media_type = OWN_BOUNDARY.sub("", media_type)
    if name == RELATED and parts and "type=" not in media_type:
        media_type += f'; type="{parts[0].kind or "text/plain"}"'  # RFC 2387: that of the root, which is the first
    boundary = os.urandom(16).hex()
    written = b"".join(_written(part, boundary) for part in parts)
    return written + f"--{boundary}--\r\n".encode(), f"{media_type}; boundary={boundary}"


def _written(part: Part, boundary: str) -> bytes:
    kind = (f"Content-Type: {part.kind}",) if part.kind else ()
    head = "".join(f"{line}\r\n" for line in (f"--{boundary}", *part.headers, *kind))
    return b"%b\r\n%b\r\n" % (head.encode(), part.content)


def received(raw: bytes, media_type: str) -> Iterator[tuple[str, bytes]]:
    """Media type and content of each part of an answer."""
    found = OWN_BOUNDARY.search(media_type)
    if found is None:
        raise UndecodableAnswer(f"{media_type} names no boundary")
    between = b"\r\n--" + found[1].strip().strip('"').encode()
    for part in (b"\r\n" + raw).split(between)[1:]:
        if part.startswith(b"--"):
            return
        head, _, content = part.partition(b"\r\n\r\n")
        kind = OWN_KIND.search(head)
        yield kind[1].decode("latin-1") if kind else "", content


# --- which parts there are


def _is_listed(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | Mapping) and not hasattr(value, "read")


def _positional(form: Form, value: Any) -> Iterator[Part]:
    """Parts without names, in order."""
    type_ = _item_of(form.type)
    for index, item in enumerate(value):
        field = form.prefix[index] if index < len(form.prefix) else form.rest
        try:
            yield _file("", item, field) if _is_file(item, type_, field) else _value("", plain(item, type_), field)
        except ValueError as error:
            raise ValueError(f"part {index}: {error}") from error


def _item_of(type_: Any) -> Any:
    if get_origin(type_) is Annotated:
        return _item_of(get_args(type_)[0])
    return get_args(type_)[0] if get_origin(type_) is list else Any


def _of_fields(form: Form, value: Any) -> Iterator[Part]:
    for name, type_, item in _fields(form, value):
        if item is UNSET or item is None:
            continue
        try:
            yield from _parts(name, type_, item, form.fields.get(name, form.rest))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error


def _fields(form: Form, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Wire name, type and value of each field."""
    structs = _structs(form.type)
    if isinstance(value, Mapping):
        known = _best(structs, value)
        yield from ((name, known[name].type if name in known else Any, item) for name, item in value.items())
    elif isinstance(value, Struct) and (not structs or isinstance(value, structs)):
        for name, member in _members(type(value)).items():
            if isinstance(value, OpenStruct) and member.name == REST:
                yield from ((name, Any, item) for name, item in getattr(value, REST).items())
            else:
                yield name, member.type, getattr(value, member.name)
    else:
        wanted = " or ".join(struct.__name__ for struct in structs) or "an object"
        raise ValueError(f"a form needs {wanted}, got {type(value).__name__}")


@cache
def _structs(type_: Any) -> tuple[type[Struct], ...]:
    """The structs that a type is made of: those of all alternatives."""
    shape = shape_of(type_)
    others = shape.union.alternatives if shape.union is not None else ()
    return (*((shape.struct,) if shape.struct else ()), *(struct for one in others for struct in _structs(one)))


@cache
def _members(struct: type[Struct]) -> Mapping[str, FieldInfo]:
    """The fields of a struct by their names on the wire."""
    odd = odd_names_of(struct)
    return {odd.get(member.name, member.encode_name): member for member in msgspec.structs.fields(struct)}


def _best(structs: Iterable[type[Struct]], value: Mapping[str, Any]) -> Mapping[str, FieldInfo]:
    """The fields of the struct that a mapping is most like, of those for which nothing is missing."""
    candidates = [_members(struct) for struct in structs]
    missing = [[name for name, one in known.items() if one.required and name not in value] for known in candidates]
    fitting = [known for known, names in zip(candidates, missing, strict=True) if not names]
    if candidates and not fitting:
        raise ValueError(f"the field {missing[0][0]} is missing")
    return max(fitting, key=lambda known: len(known.keys() & value.keys()), default={})


# --- what is in a part


def _parts(name: str, type_: Any, item: Any, field: Field) -> Iterator[Part]:
    """The parts of one field: several for a list."""
    items = item if isinstance(item, list) else [item]
    if any(_is_file(one, type_, field) for one in items):
        for one in items:
            file = _is_file(one, type_, field)
            yield _file(name, one, field) if file else _value(name, plain([one], type_)[0], field)
        return
    tree = plain(item, type_)
    if field.style:
        for key, text in pairs(name, tree, field.style, field.explode, str, str):
            yield Part(_disposition(key, ""), _first(field), text.encode())
    else:
        for value in tree if isinstance(tree, list) else [tree]:
            yield _value(name, value, field)


def _value(name: str, value: Any, field: Field) -> Part:
    kind = _first(field) or (JSON if isinstance(value, dict | list) else BYTES if field.transfer else "")
    text = msgspec.json.encode(value).decode() if is_json(kind) else text_of(value)
    return Part((*_disposition(name, ""), *_transfer(field)), kind, text.encode())


def _is_file(item: Any, type_: Any, field: Field) -> bool:
    if isinstance(item, tuple) or hasattr(item, "read"):
        return True
    return isinstance(item, BINARY) and (field.binary or (not field.transfer and _takes_anything(type_)))


@cache
def _takes_anything(type_: Any) -> bool:
    shape = shape_of(type_)
    return shape.any or (shape.items is not None and shape.items.any)


def _file(name: str, file: Any, field: Field) -> Part:
    if not isinstance(file, tuple):
        file = (os.path.basename(str(getattr(file, "name", ""))) or name, file)
    file_name, given, *more = file
    kind = more[0] if more else _kind_of(file_name, field)
    headers = _checked(more[1] if len(more) > 1 else {})
    content = as_it_is(given)
    content = base64.b64encode(content) if field.transfer == "base64" else content
    return Part((*_disposition(name, file_name), *headers, *_transfer(field)), checked_header(kind), content)


def _kinds(field: Field) -> list[str]:
    return [one.strip() for one in field.content_type.split(",")]


def _first(field: Field) -> str:
    """The media type of what is no file, if the document names one."""
    return next((one for one in _kinds(field) if "*" not in one), "")


def _kind_of(file_name: str, field: Field) -> str:
    """The media type of a file: what its name says, where the document allows that; else the first that it allows."""
    guessed, _ = _media_types().guess_type(file_name)
    ranges = (guessed, f"{str(guessed).partition('/')[0]}/*")
    return guessed if guessed and any(one in ranges for one in _kinds(field)) else _first(field) or BYTES


@cache
def _media_types() -> MimeTypes:
    """Python's own table, whatever the machine has."""
    from mimetypes import MimeTypes  # late, since most calls send no file

    return MimeTypes()


def _checked(headers: Mapping[str, str]) -> list[str]:
    for name in headers:
        if not TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a header")
    return [f"{name}: {checked_header(text)}" for name, text in headers.items()]


def _transfer(field: Field) -> tuple[str, ...]:
    return (f"Content-Transfer-Encoding: {field.transfer}",) if field.transfer in OF_MIME else ()


def _disposition(name: str, file_name: str) -> tuple[str, ...]:
    file = f'; filename="{_quoted(file_name)}"' if file_name else ""
    if name:
        return (f'Content-Disposition: form-data; name="{_quoted(name)}"{file}',)
    return (f"Content-Disposition: attachment{file}",) if file else ()


def _quoted(text: str) -> str:
    """As HTML spells names in a multipart form: nothing can end the quotes or the line."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def as_it_is(value: Any, charset: str = "utf-8") -> bytes:
    """Bytes, text or an open file as bytes."""
    if isinstance(value, str):
        try:
            return value.encode(charset)
        except LookupError:
            return value.encode()
    if isinstance(value, BINARY):
        return bytes(value)
    if hasattr(value, "read"):
        return _read(value)
    raise ValueError(f"expected bytes, text or an open file, got {type(value).__name__}")


def _read(file: IO[bytes]) -> bytes:
    content = cast("bytes | str", file.read())
    if isinstance(content, str):
        raise ValueError("open the file in binary mode")
    return content
