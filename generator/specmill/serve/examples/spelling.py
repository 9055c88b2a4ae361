"""Reads values that are spelt the way OpenAPI says, by style and explode: what a client writes, backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from specmill.document.media_types import is_json
from specmill.serve.examples.shapes import TEXT, Shape, value_of

Pair = tuple[str, str]  # a decoded name and a value as it was sent
Decode = Callable[[str], str]
SEPARATORS = {"form": (",",), "spaceDelimited": ("%20", "+", " "), "pipeDelimited": ("%7C", "%7c", "|")}
STARTS = {"label": ".", "matrix": ";"}


class Misspelt(Exception):
    """What stands there is no value of this style."""


class Absent(Exception):
    """Nothing stands there."""


def pairs_of(query: str) -> list[Pair]:
    split = (part.partition("=") for part in query.split("&") if part)
    return [(unquote_plus(name), value) for name, _, value in split]


def cookies_of(header: str) -> list[Pair]:
    split = (part.strip().partition("=") for part in header.split(";") if part.strip())
    return [(unquote(name), value) for name, _, value in split]


# --- paths and headers: simple, label, matrix


def of_segment(text: str, name: str, style: str, explode: bool, shape: Shape, decode: Decode = unquote) -> Any:
    start = STARTS.get(style, "")
    if not text.startswith(start):
        raise Misspelt(f"style {style} begins with {start!r}")
    text = text[len(start) :]
    between = start if explode and start else ","
    if style == "matrix" and not (explode and "object" in shape.kinds):
        text = _unnamed(text, name, explode)
        between = "," if not explode else "\0"
    if "array" in shape.kinds:
        return _list(text.split(between) if text else [], shape, decode)
    if "object" in shape.kinds:
        return _object(text.split(between) if text else [], explode, shape, decode)
    return value_of(decode(text), shape)


def _unnamed(text: str, name: str, explode: bool) -> str:
    values = []
    for part in text.split(";") if explode else [text]:
        found, _, value = part.partition("=")
        if unquote(found) != name:
            raise Misspelt(f"style matrix repeats the name {name!r}")
        values.append(value)
    return "\0".join(values)


def _list(parts: Iterable[str], shape: Shape, decode: Decode) -> list[Any]:
    return [value_of(decode(part), shape.items or TEXT) for part in parts]


def _object(parts: list[str], explode: bool, shape: Shape, decode: Decode) -> dict[str, Any]:
    if explode:
        named = [part.partition("=")[::2] for part in parts]
    elif len(parts) % 2:
        raise Misspelt("an object is names and values in turn")
    else:
        named = list(zip(parts[::2], parts[1::2], strict=True))
    return {decode(name): value_of(decode(value), member(shape, decode(name))) for name, value in named}


def member(shape: Shape, name: str) -> Shape:
    return (shape.members or {}).get(name) or shape.further or TEXT


# --- queries, forms and cookies: form, spaceDelimited, pipeDelimited, deepObject


def of_pairs(
    pairs: list[Pair],
    name: str,
    style: str,
    explode: bool,
    shape: Shape,
    decode: Decode = unquote_plus,
    others: frozenset[str] = frozenset(),
) -> Any:
    """``others`` are the names that are not this value's where its members stand without one."""
    if style == "deepObject":
        return _deep(pairs, name, shape, decode)
    if explode and "object" in shape.kinds:
        return _scattered(pairs, shape, decode, others)
    found = [value for given, value in pairs if given == name]
    if not found:
        raise Absent
    if "array" in shape.kinds:
        parts = found if explode else _apart(found[0], style)
        return _list([] if parts == [""] else parts, shape, decode)
    if "object" in shape.kinds and not _is_document(found[0]):
        return _object(_apart(found[0], style), False, shape, decode)
    return value_of(decode(found[0]), shape)


def _is_document(text: str) -> bool:
    return text.startswith(("{", "%7B", "%7b"))


def _apart(text: str, style: str) -> list[str]:
    for separator in SEPARATORS.get(style, (",",)):
        text = text.replace(separator, "\0")
    return text.split("\0")


def _scattered(pairs: list[Pair], shape: Shape, decode: Decode, others: frozenset[str]) -> dict[str, Any]:
    members = shape.members or {}
    is_open = shape.further is not None or not members
    found = {
        given: value_of(decode(value), member(shape, given))
        for given, value in pairs
        if given in members or (is_open and given not in others)
    }
    if not found:
        raise Absent
    return found


def _deep(pairs: list[Pair], name: str, shape: Shape, decode: Decode) -> Any:
    tree: dict[str, Any] = {}
    for given, value in pairs:
        if not given.startswith(f"{name}[") or not given.endswith("]"):
            continue
        *steps, last = given[len(name) + 1 : -1].split("][")
        place = tree
        for step in steps:
            inner = place.setdefault(step, {})
            place = inner if isinstance(inner, dict) else {}
        texts = place.setdefault(last, [])
        if isinstance(texts, list):
            texts.append(decode(value))
    if not tree:
        raise Absent
    return _grown(tree, shape)


def _grown(tree: Any, shape: Shape) -> Any:
    """The tree of brackets as values: indexes are lists where lists are meant."""
    if isinstance(tree, list):
        several = [value_of(text, shape.items or TEXT) for text in tree]
        return several if "array" in shape.kinds else value_of(tree[-1], shape)
    if "array" in shape.kinds:
        return [_grown(inner, shape.items or TEXT) for inner in tree.values()]
    return {name: _grown(inner, member(shape, name)) for name, inner in tree.items()}


# --- forms


def of_form(pairs: list[Pair], shape: Shape, encoding: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A URL-encoded form as an object. An object in it is JSON, unless the document gives it a style."""
    value: dict[str, Any] = {}
    names: list[str] = [*(shape.members or {}), *(name.partition("[")[0] for name, _ in pairs)]
    for name in dict.fromkeys(names):
        told = encoding.get(name, {})
        style, inner = told.get("style"), member(shape, name)
        try:
            if style is None and ("object" in inner.kinds or is_json(str(told.get("contentType", "")))):
                value[name] = _document(pairs, name, inner)
            else:
                explode = bool(told.get("explode", style in (None, "form")))
                value[name] = of_pairs(pairs, name, style or "form", explode, inner)
        except Absent:
            continue
    return value


def _document(pairs: list[Pair], name: str, shape: Shape) -> Any:
    found = [unquote_plus(value) for given, value in pairs if given == name]
    if not found:
        return _deep(pairs, name, shape, unquote_plus)  # as many do, though the document does not say so
    return value_of(found[0], Shape(shape.kinds | {"object", "array"}, shape.items, shape.members, shape.further))
