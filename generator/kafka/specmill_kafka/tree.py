"""A JSON text as a tree and back, without recursion: with every member as often as it was sent, numbers as text."""

from __future__ import annotations

import json
import re
from typing import Any

TOKEN = re.compile(r'"(?:[^"\\]+|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
WORDS = {"true": True, "false": False, "null": None}
PLAINLY = range(-3, 7)  # powers of ten that the server writes without an exponent


class Number(str):
    """As it was written."""


class Members(list[tuple[str, Any]]):
    """Of an object, in their order."""


def parsed(text: str) -> Any:
    """Of a text whose syntax has been judged."""
    stack: list[Any] = [[]]
    names: list[str | None] = [None]
    for token in TOKEN.findall(text):
        if token in ":,":
            continue
        if token in "{[":
            stack.append(Members() if token == "{" else [])
            names.append(None)
            continue
        if token in "}]":
            value = stack.pop()
            names.pop()
        else:
            value = _scalar(token)
        into = stack[-1]
        if isinstance(into, Members) and names[-1] is None:
            names[-1] = value
        elif isinstance(into, Members):
            into.append((names[-1] or "", value))
            names[-1] = None
        else:
            into.append(value)
    return stack[0][0]


def _scalar(token: str) -> Any:
    if token[0] == '"':
        return json.loads(token, strict=False)
    return WORDS[token] if token in WORDS else Number(token)


def compact(value: Any) -> bytes:
    """As the server stores it: no spaces, the last of a member's values at the place of its first."""
    pieces: list[str] = []
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Verbatim):
            pieces.append(one)
        elif isinstance(one, Members | dict):
            todo.extend(reversed(_object(dict(one))))
        elif isinstance(one, list):
            todo.extend(reversed(_array(one)))
        else:
            pieces.append(_written(one))
    return "".join(pieces).encode("utf-8", "replace")


class Verbatim(str):
    pass


def _object(members: dict[str, Any]) -> list[Any]:
    parts: list[Any] = [Verbatim("{")]
    for name, value in members.items():
        parts += [Verbatim("," if len(parts) > 1 else ""), name, Verbatim(":"), value]
    return [*parts, Verbatim("}")]


def _array(values: list[Any]) -> list[Any]:
    parts: list[Any] = [Verbatim("[")]
    for value in values:
        parts += [Verbatim("," if len(parts) > 1 else ""), value]
    return [*parts, Verbatim("]")]


def _written(value: Any) -> str:
    if isinstance(value, float):
        return decimal(value)
    if not isinstance(value, Number):
        return json.dumps(value, ensure_ascii=False)
    if any(one in ".eE" for one in value):
        return decimal(float(value))
    return "0" if value == "-0" else str(value)


def decimal(value: float) -> str:
    """As Java writes a double."""
    if value in (float("inf"), float("-inf")):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign, digits = ("-", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    whole, _, fraction = digits.partition(".")
    places = whole + fraction
    first = len(places) - len(places.lstrip("0"))
    if first == len(places):
        return f"{sign}0.0"
    power = len(whole) - first - 1 + int(exponent or 0)
    significant = places[first:].rstrip("0")
    if power not in PLAINLY:
        return f"{sign}{significant[0]}.{significant[1:] or '0'}E{power}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{significant}"
    return f"{sign}{significant[: power + 1].ljust(power + 1, '0')}.{significant[power + 1 :] or '0'}"
