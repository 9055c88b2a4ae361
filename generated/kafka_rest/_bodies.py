"""Turns the value of a body into bytes and a Content-Type.

JSON, forms and sequences are checked against their type; text is text; anything else is bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from ._facts import Body, Form
from ._json import encode
from ._multipart import BYTES, JSON, as_it_is, multipart
from ._parameters import URL_ENCODED, form_text, is_json
from ._sequences import is_listed, written


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
        return form_text(value, form).encode(), media_type
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
    """The entry for a media type: itself, the one most like it in its parameters, or the range it falls into."""
    if media_type in contents:
        return media_type
    bare, parameters = _parted(media_type)
    for wanted in (bare, f"{bare.partition('/')[0]}/*", "*/*"):
        named = {name: more for name in contents for base, more in [_parted(name)] if base == wanted}
        if named:
            return max(named, key=lambda name: (named[name] <= parameters, len(named[name] & parameters)))
    return None


def _parted(media_type: str) -> tuple[str, frozenset[str]]:
    """The name and the parameters, but for charset, which says nothing about what is meant."""
    name, *more = (part.replace(" ", "").replace('"', "").lower() for part in media_type.split(";"))
    return name, frozenset(one for one in more if one and not one.startswith("charset="))


def concrete(media_type: str, value: Any) -> str:
    """What a range such as ``*/*`` means for this value."""
    if "*" not in media_type:
        return media_type
    if media_type.startswith("text/"):
        return "text/plain"
    if isinstance(value, str):
        return "text/plain" if media_type == "*/*" else BYTES
    return BYTES if isinstance(value, bytes | bytearray | memoryview) or hasattr(value, "read") else JSON
