"""Spells the values of parameters the way OpenAPI says: style, explode, allowReserved and content.

A value is checked against its type and becomes plain JSON first, so there are only text, numbers, booleans, null,
lists and objects to spell. What OpenAPI leaves open is decided here, once:

* null is what RFC 6570 calls undefined: not sent, neither on its own nor inside a list or an object;
* an empty list or object is not sent either, as there is nothing to send;
* a list or an object inside another one is spelt as JSON, except in deepObject, where every step into the value
  is one more pair of brackets: ``filter[tags][0]=new``;
* a path parameter may not come out empty, because the call would then reach another operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus

from msgspec import json

from ._facts import Field, Form, Parameter
from ._json import encode

URL_ENCODED = "application/x-www-form-urlencoded"

RESERVED = ":/?#[]@!$&'()*+,;="  # RFC 3986
# A character of allowReserved that would end the part of the URL it stands in is escaped all the same.
FREE = {"path": RESERVED.replace("?", "").replace("#", ""), "query": RESERVED.replace("#", "")}
SEPARATORS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}
PREFIXES = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}
TEMPLATE = re.compile(r"\{([^{}]*)\}")
TRIPLE = re.compile(r"(%[0-9A-Fa-f]{2})")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110: the name of a header
NO_COOKIE = re.compile(r"[\x00-\x20\x7f;,\"\\]|[^\x00-\x7f]")  # RFC 6265
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

Escape = Callable[[str], str]
Pair = tuple[str, str]


def plain(value: Any, type_: Any) -> Any:
    """The value as plain JSON, once it has been checked against its type."""
    if type_ is str and type(value) is str:
        return value
    return json.decode(encode(value, type_))


def in_path(parameter: Parameter, value: Any) -> str:
    """The value as a part of the path."""
    escape = _escape_for(parameter, "path")
    if parameter.media_type:
        text = escape(_document(value, parameter))
    else:
        text = _expanded(parameter, plain(value, parameter.type), escape)
    if not text:
        raise ValueError("a path parameter may not be empty")
    return text


def in_query(parameter: Parameter, value: Any) -> list[Pair]:
    """The value as escaped pairs of the query."""
    escape = _escape_for(parameter, "query")
    if parameter.media_type:
        return [(unreserved(parameter.name), escape(_document(value, parameter)))]
    tree = plain(value, parameter.type)
    return list(pairs(parameter.name, tree, parameter.style, parameter.explode, escape, unreserved))


def in_query_string(parameter: Parameter, value: Any) -> str:
    """The value as the whole query string."""
    text = _document(value, parameter)
    return text if _is_form(parameter) else unreserved(text)


def in_header(parameter: Parameter, value: Any) -> str | None:
    """The value as that of a header field; nothing is escaped there, so nothing may need it."""
    if parameter.media_type:
        text = _document(value, parameter)
    else:
        tree = plain(value, parameter.type)
        if tree is None:
            return None
        text = _expanded(parameter, tree, str)
    if not TOKEN.fullmatch(parameter.name):
        raise ValueError(f"{parameter.name!r} is not the name of a header")
    return checked_header(text)


def in_cookie(parameter: Parameter, value: Any) -> list[Pair]:
    """The value as cookies."""
    if parameter.media_type:
        return [(parameter.name, unreserved(_document(value, parameter)))]
    tree = plain(value, parameter.type)
    raw = parameter.style == "cookie"
    escape: Escape = cookie_text if raw else _escape_for(parameter, "query")
    return list(pairs(parameter.name, tree, "form", parameter.explode, escape, cookie_text if raw else unreserved))


def checked_header(text: str) -> str:
    """The text, if it may stand in a header field: a line break would start another one."""
    if CONTROL.search(text) or text != text.strip(" \t"):
        raise ValueError("a header may not hold line breaks, control characters or spaces at its ends")
    return text


def pairs(name: str, tree: Any, style: str, explode: bool, escape: Escape, named: Escape) -> Iterator[Pair]:
    """A value of a query, a form or a cookie as escaped pairs; ``named`` escapes their names."""
    if style == "deepObject" and isinstance(tree, dict | list):
        yield from ((named(path), escape(text_of(item))) for path, item in _deep(name, tree))
    elif isinstance(tree, dict | list) and not explode:
        text = SEPARATORS.get(style, ",").join(_flat(tree, escape))
        if text or tree:
            yield named(name), text
    elif isinstance(tree, dict):
        yield from ((named(member), escape(text_of(item))) for member, item in tree.items() if item is not None)
    elif isinstance(tree, list):
        yield from ((named(name), escape(text_of(item))) for item in tree if item is not None)
    elif tree is not None:
        yield named(name), escape(text_of(tree))


def text_of(tree: Any) -> str:
    """One value as text: what is not text already is spelt as in JSON."""
    return tree if isinstance(tree, str) else json.encode(tree).decode()


def fill(template: str, values: dict[str, str]) -> str:
    """The path with its parameters filled in; no value can climb out of its place with ``..``."""
    parts = TEMPLATE.split(template)
    literal = [quote(part, safe=RESERVED + "%") for part in parts[::2]]
    filled = [values[name] for name in parts[1::2]]
    path = "".join(text for pair in zip(literal, [*filled, ""], strict=True) for text in pair)
    if not any("." in value for value in filled):
        return path
    return "/".join(_no_dots(segment) for segment in path.split("/"))


def _no_dots(segment: str) -> str:
    return segment.replace(".", "%2E") if segment in (".", "..") else segment


def _expanded(parameter: Parameter, tree: Any, escape: Escape) -> str:
    """Styles simple, label and matrix, as RFC 6570 has them."""
    prefix, between = PREFIXES[parameter.style]
    named = f"{escape(parameter.name)}=" if parameter.style == "matrix" else ""
    if tree is None:
        return ""
    if not isinstance(tree, dict | list):
        text = escape(text_of(tree))
        return prefix + (f"{named}{text}" if text else named.rstrip("="))
    if not parameter.explode:
        return prefix + named + ",".join(_flat(tree, escape)) if tree else ""
    if isinstance(tree, dict):
        items = [f"{escape(name)}={escape(text_of(item))}" for name, item in tree.items() if item is not None]
    else:
        items = [f"{named}{escape(text_of(item))}" for item in tree if item is not None]
    return prefix + between.join(items) if items else ""


def _flat(tree: Any, escape: Escape) -> Iterable[str]:
    if isinstance(tree, list):
        return (escape(text_of(item)) for item in tree if item is not None)
    present = ((name, item) for name, item in tree.items() if item is not None)
    return (escape(text) for name, item in present for text in (name, text_of(item)))


def _deep(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, item in steps:
        if isinstance(item, dict | list):
            yield from _deep(f"{name}[{step}]", item)
        elif item is not None:
            yield f"{name}[{step}]", item


def form_text(value: Any, form: Form) -> str:
    """A URL-encoded form. An object in it is JSON, unless the document gives it a style."""
    tree = plain(value, form.type)
    if not isinstance(tree, dict):
        raise ValueError("a form needs an object")
    return "&".join(f"{name}={text}" for name, text in _form_pairs(tree, form))


def _form_pairs(tree: dict[str, Any], form: Form) -> Iterator[Pair]:
    for name, item in tree.items():
        field = form.fields.get(name, form.rest)
        if not field.style and (isinstance(item, dict) or is_json(field.content_type)):
            yield quote_plus(name), quote_plus(json.encode(item).decode())
        else:
            yield from pairs(name, item, field.style or "form", field.explode, _form_escape(field), quote_plus)


def _form_escape(field: Field) -> Escape:
    """``&``, ``=`` and ``+`` mean something in a form, so they never pass."""
    return partial(quote_plus, safe=":/?@!$'()*,;" if field.reserved else "")


def _is_form(parameter: Parameter) -> bool:
    return parameter.media_type.partition(";")[0].strip().lower() == URL_ENCODED


def _document(value: Any, parameter: Parameter) -> str:
    """The value of a parameter that has ``content``: a form, JSON, or text as it is."""
    if _is_form(parameter):
        return form_text(value, parameter.type if isinstance(parameter.type, Form) else Form(parameter.type))
    tree = plain(value, parameter.type)
    if isinstance(tree, str) and not is_json(parameter.media_type):
        return tree
    return json.encode(tree).decode()


def is_json(media_type: str) -> bool:
    name = media_type.partition(";")[0].strip().lower()
    return name in ("application/json", "text/json") or name.endswith("+json")


def _escape_for(parameter: Parameter, part: str) -> Escape:
    return partial(_reserved, free=FREE[part]) if parameter.reserved else unreserved


def unreserved(text: str) -> str:
    return quote(text, safe="")


def _reserved(text: str, free: str) -> str:
    """What RFC 6570 calls reserved expansion: reserved characters and percent-encoded ones pass unchanged."""
    parts = TRIPLE.split(text)
    return "".join(part if index % 2 else quote(part, safe=free) for index, part in enumerate(parts))


def cookie_text(text: str) -> str:
    if NO_COOKIE.search(text):
        raise ValueError("a cookie may not hold spaces, quotes, commas, semicolons, backslashes or other than ASCII")
    return text
