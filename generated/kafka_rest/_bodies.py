"""Turns the value of a body into bytes and a Content-Type.

JSON, forms and sequences are checked against their type; text is text; anything else is bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote_plus

import msgspec
from msgspec import UNSET, UnsetType

from ._facts import Body, Field, Form
from ._json import encode
from ._multipart import BYTES, JSON, as_it_is, multipart
from ._parameters import is_json, pairs, plain
from ._sequences import is_listed, written

URL_ENCODED = "application/x-www-form-urlencoded"


def encoded(body: Body, value: Any, chosen: str | UnsetType = UNSET) -> tuple[bytes, str]:
    """The content and its Content-Type."""
    contents = by_media_type(body.contents)
    wanted = default_of(contents) if isinstance(chosen, UnsetType) else chosen
    declared = find(contents, wanted)
    if declared is None:
        raise ValueError(f"the media type is one of {', '.join(contents)}, not {wanted}")
    media_type = concrete(wanted, value)
    name = media_type.partition(";")[0].strip().lower()
    form = contents[declared] if isinstance(contents[declared], Form) else Form(contents[declared])
    if name.startswith("multipart/"):
        return multipart(form, value, media_type)
    if name == URL_ENCODED:
        return _url_encoded(form, value), media_type
    if is_json(media_type):
        return encode(value, form.type), media_type
    if is_listed(form.type, media_type):
        return written(value, form.type, media_type), media_type
    return as_it_is(value, charset_of(media_type)), media_type


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


def _url_encoded(form: Form, value: Any) -> bytes:
    tree = plain(value, form.type)
    if not isinstance(tree, dict):
        raise ValueError("a form needs an object")
    return "&".join(f"{name}={text}" for name, text in _form_pairs(tree, form)).encode()


def _form_pairs(tree: dict[str, Any], form: Form) -> Iterator[tuple[str, str]]:
    for name, item in tree.items():
        field = form.fields.get(name, form.rest)
        if field.content_type and not field.style and is_json(field.content_type):
            yield quote_plus(name), quote_plus(msgspec.json.encode(item).decode())
        else:
            yield from pairs(name, item, field.style or "form", field.explode, _form_escape(field), quote_plus)


def _form_escape(field: Field) -> Callable[[str], str]:
    """``&``, ``=`` and ``+`` mean something in a form, so they never pass."""
    return partial(quote_plus, safe=":/?@!$'()*,;" if field.reserved else "")
