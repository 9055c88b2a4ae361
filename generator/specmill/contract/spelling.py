"""Parameters as they are written on the wire, by their style, and what a server may read out of that again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

from specmill.values import JSON, Parameter

BETWEEN = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


def spelt(parameter: Parameter, value: JSON) -> str:
    """For a path the segment, for a query ``name=value`` and so on, for a header or a cookie the value."""
    if parameter.media_type is not None:
        text = json.dumps(value, separators=(",", ":"))
        return _named(parameter, text if parameter.location in ("header", "cookie") else quote(text, safe=""))
    if parameter.location == "path":
        return _path(parameter, value)
    if parameter.location == "query":
        return "&".join(_query(parameter, value))
    return _named(parameter, _simple(value, parameter.explode, lambda text: text))


def _named(parameter: Parameter, text: str) -> str:
    return f"{_escaped(parameter.name)}={text}" if parameter.location == "query" else text


def text_of(value: JSON) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _escaped(text: str) -> str:
    """A segment of dots alone would change the path, and no spelling of it survives every server."""
    return quote(text, safe="").replace(".", "%2E") if text in (".", "..") else quote(text, safe="")


def _simple(value: JSON, explode: bool, write: Callable[[str], str]) -> str:
    if isinstance(value, list):
        return ",".join(write(text_of(item)) for item in value)
    if isinstance(value, dict):
        sign = "=" if explode else ","
        return ",".join(f"{write(key)}{sign}{write(text_of(item))}" for key, item in value.items())
    return write(text_of(value))


def _path(parameter: Parameter, value: JSON) -> str:
    name = parameter.name
    if parameter.style == "label":
        joined = _simple(value, parameter.explode, _escaped)
        return "." + (joined.replace(",", ".") if parameter.explode else joined)
    if parameter.style == "matrix":
        if isinstance(value, list) and parameter.explode:
            return "".join(f";{name}={_escaped(text_of(item))}" for item in value)
        if isinstance(value, dict) and parameter.explode:
            return "".join(f";{_escaped(key)}={_escaped(text_of(item))}" for key, item in value.items())
        return f";{name}={_simple(value, False, _escaped)}"
    return _simple(value, parameter.explode, _escaped)


def _query(parameter: Parameter, value: JSON) -> Iterator[str]:
    name = _escaped(parameter.name)
    if isinstance(value, list):
        items = [_escaped(text_of(item)) for item in value]
        if parameter.explode and parameter.style == "form":
            yield from (f"{name}={item}" for item in items)
        elif items:
            yield f"{name}={BETWEEN.get(parameter.style, ',').join(items)}"
    elif isinstance(value, dict):
        if parameter.style == "deepObject":
            yield from (f"{name}[{_escaped(key)}]={_escaped(text_of(item))}" for key, item in value.items())
        elif parameter.explode:
            yield from (f"{_escaped(key)}={_escaped(text_of(item))}" for key, item in value.items())
        elif value:
            yield f"{name}={_simple(value, False, _escaped)}"
    else:
        yield f"{name}={_escaped(text_of(value))}"


def readings(value: JSON) -> tuple[JSON, ...]:
    """Everything that a server may take the text of a value for: on the wire a number is a text, and so is true.

    No text at all is null as well: there is no other way to write it.
    """
    if isinstance(value, (list, dict)):
        return (value,)
    text = text_of(value)
    found: list[JSON] = [text] if text else [text, None]
    try:
        read = json.loads(text)
    except ValueError:
        return tuple(found)
    if isinstance(read, (bool, int, float)) or read is None:
        found.append(read)
    return tuple(found)
