"""Turns the value of a body into bytes and a Content-Type.

JSON, URL-encoded forms and multipart forms are checked against their type; text is text; anything else is bytes.
A field of a multipart form that holds a file takes bytes, an open file, or a tuple like those of httpx:
``(name, content)`` or ``(name, content, content_type)``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import IO, Any, TypeAlias, cast
from urllib.parse import quote_plus

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import FieldInfo

from ._facts import Body, Field, Form
from ._json import encode
from ._parameters import is_json, pairs, plain, text_of
from ._shapes import REST, OpenStruct

File: TypeAlias = bytes | IO[bytes] | tuple[str, bytes | IO[bytes]] | tuple[str, bytes | IO[bytes], str]

JSON = "application/json"
BYTES = "application/octet-stream"
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
PLAIN_FIELD = Field()


def encoded(body: Body, value: Any, chosen: str | UnsetType = UNSET) -> tuple[bytes, str]:
    """The content and its Content-Type."""
    contents = by_media_type(body.contents)
    wanted = default_of(contents) if isinstance(chosen, UnsetType) else chosen
    declared = find(contents, wanted)
    if declared is None:
        raise ValueError(f"the media type is one of {', '.join(contents)}, not {wanted}")
    media_type = concrete(wanted, value)
    name = media_type.partition(";")[0].strip().lower()
    form = contents[declared] if isinstance(contents[declared], Form) else Form(contents[declared], {})
    if name == MULTIPART:
        return _multipart(form, value, media_type)
    if name == URL_ENCODED:
        return _url_encoded(form, value), media_type
    if is_json(media_type):
        return encode(value, form.type), media_type
    return _as_it_is(value, charset_of(media_type)), media_type


def charset_of(media_type: str) -> str:
    """How text of this media type says it is encoded; UTF-8 if it says nothing."""
    _, _, after = media_type.lower().partition("charset=")
    return after.partition(";")[0].strip().strip("'\"") or "utf-8"


def by_media_type(contents: Any) -> Mapping[str, Any]:
    """Media type -> type; a type on its own is that of JSON."""
    return contents if isinstance(contents, Mapping) else {JSON: contents}


def default_of(contents: Mapping[str, Any]) -> str:
    """The media type that is sent when nobody chose: the first JSON, else the first."""
    return next((name for name in contents if is_json(name)), next(iter(contents)))


def find(contents: Mapping[str, Any], media_type: str) -> str | None:
    """The entry for a media type: itself, without its parameters, or the range it falls into."""
    bare = media_type.partition(";")[0].strip().lower()
    names = {name.partition(";")[0].strip().lower(): name for name in reversed(list(contents))}
    ranges = (bare, f"{bare.partition('/')[0]}/*", "*/*")
    return media_type if media_type in contents else next((names[name] for name in ranges if name in names), None)


def concrete(media_type: str, value: Any) -> str:
    """What a range such as ``*/*`` means for this value."""
    if "*" not in media_type:
        return media_type
    if media_type.startswith("text/"):
        return "text/plain"
    if isinstance(value, str):
        return "text/plain" if media_type == "*/*" else BYTES
    return BYTES if isinstance(value, bytes | bytearray | memoryview) or hasattr(value, "read") else JSON


def _as_it_is(value: Any, charset: str = "utf-8") -> bytes:
    if isinstance(value, str):
        try:
            return value.encode(charset)
        except LookupError:
            return value.encode()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if hasattr(value, "read"):
        return _read(value)
    raise ValueError(f"expected bytes, text or an open file, got {type(value).__name__}")


def _url_encoded(form: Form, value: Any) -> bytes:
    tree = plain(value, form.type)
    if not isinstance(tree, dict):
        raise ValueError("a form needs an object")
    return "&".join(f"{name}={text}" for name, text in _form_pairs(tree, form.fields)).encode()


def _form_pairs(tree: dict[str, Any], fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    for name, item in tree.items():
        field = fields.get(name, PLAIN_FIELD)
        if field.content_type and not field.style and is_json(field.content_type):
            yield quote_plus(name), quote_plus(msgspec.json.encode(item).decode())
        else:
            yield from pairs(name, item, field.style or "form", field.explode, _form_escape(field), quote_plus)


def _form_escape(field: Field) -> Callable[[str], str]:
    """``&``, ``=`` and ``+`` mean something in a form, so they never pass."""
    return partial(quote_plus, safe=":/?@!$'()*,;" if field.reserved else "")


def _multipart(form: Form, value: Any, media_type: str) -> tuple[bytes, str]:
    boundary = os.urandom(16).hex()
    parts = [part for name, type_, item in _fields(form, value) for part in _named_parts(name, type_, item, form)]
    lines = b"".join(b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), head, content) for head, content in parts)
    return lines + f"--{boundary}--\r\n".encode(), f"{media_type}; boundary={boundary}"


def _fields(form: Form, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Wire name, type and value of each field that is set."""
    known = _types(form.type)
    if isinstance(value, Mapping):
        by_wire = {member.encode_name: member for member in known}
        for name, member in by_wire.items():
            if member.required and name not in value:
                raise ValueError(f"the field {name} is missing")
        for name, item in value.items():
            yield name, by_wire[name].type if name in by_wire else Any, item
    elif isinstance(value, Struct) and (not known or isinstance(value, form.type)):
        for member in _types(type(value)):
            if isinstance(value, OpenStruct) and member.name == REST:
                yield from ((name, Any, item) for name, item in getattr(value, REST).items())
            else:
                yield member.encode_name, member.type, getattr(value, member.name)
    else:
        wanted = form.type.__name__ if known else "an object"
        raise ValueError(f"a form needs {wanted}, got {type(value).__name__}")


@cache
def _types(type_: Any) -> tuple[FieldInfo, ...]:
    """The fields of a Struct; none of other types."""
    return msgspec.structs.fields(type_) if isinstance(type_, type) and issubclass(type_, Struct) else ()


def _named_parts(name: str, type_: Any, item: Any, form: Form) -> Iterator[tuple[bytes, bytes]]:
    try:
        yield from _parts(name, type_, item, form)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _parts(name: str, type_: Any, item: Any, form: Form) -> Iterator[tuple[bytes, bytes]]:
    """The parts of one field: several for a list."""
    field = form.fields.get(name, PLAIN_FIELD)
    if item is UNSET or item is None:
        return
    files = item if isinstance(item, list) else [item]
    if all(_is_file(file, field) for file in files):
        yield from (_file(name, file, field) for file in files)
        return
    tree = plain(item, type_)
    if field.style:
        for key, text in pairs(name, tree, field.style, field.explode, str, str):
            yield _head(key, "", field.content_type), text.encode()
    else:
        for value in tree if isinstance(tree, list) else [tree]:
            kind = field.content_type or (JSON if isinstance(value, dict | list) else "")
            yield _head(name, "", kind), _field_text(value, kind).encode()


def _field_text(value: Any, kind: str) -> str:
    return msgspec.json.encode(value).decode() if is_json(kind) else text_of(value)


def _is_file(item: Any, field: Field) -> bool:
    if isinstance(item, tuple) or hasattr(item, "read"):
        return True
    return field.binary and isinstance(item, bytes | bytearray | memoryview)


def _file(name: str, file: Any, field: Field) -> tuple[bytes, bytes]:
    kind = field.content_type.partition(",")[0].strip()
    if isinstance(file, tuple):
        file_name, content = file[0], file[1]
        kind = file[2] if len(file) == 3 else kind
    else:
        file_name, content = os.path.basename(str(getattr(file, "name", ""))) or name, file
    return _head(name, file_name, kind if kind and "*" not in kind else BYTES), _as_it_is(content)


def _read(file: IO[bytes]) -> bytes:
    content = cast("bytes | str", file.read())
    if isinstance(content, str):
        raise ValueError("open the file in binary mode")
    return content


def _head(name: str, file_name: str, kind: str) -> bytes:
    lines = [f'Content-Disposition: form-data; name="{_quoted(name)}"']
    if file_name:
        lines[0] += f'; filename="{_quoted(file_name)}"'
    if kind:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode()


def _quoted(text: str) -> str:
    """As HTML spells names in a multipart form: nothing can end the quotes or the line."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
