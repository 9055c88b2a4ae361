"""The keywords of JSON Schema that msgspec cannot check: what is sent is held to them, answers are not.

A schema in which a keyword is not listed here says nothing about a value, so nothing right is ever refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, to_builtins

from ._shapes import REST, OneOf, Shape, keywords_for, keywords_of, members_of, rest_of, shape_of

Schema = Mapping[str, Any]


def broken(value: Any, shape: Shape, path: str = "$") -> Iterator[tuple[str, str]]:
    """Each place in a decoded value that breaks a keyword, and what it breaks."""
    if value is UNSET or (value is None and shape.null):
        return
    for keywords in keywords_for(shape, value):
        yield from _broken_by(keywords, value, path)
    if isinstance(value, Struct):
        yield from _in_struct(value, path)
    elif shape.union is not None:
        yield from _in_union(value, shape.union, path)
    elif isinstance(value, list) and shape.items is not None:
        for index, one in enumerate(value):
            yield from broken(one, shape.items, f"{path}[{index}]")
    elif isinstance(value, dict) and shape.values is not None:
        for key, one in value.items():
            yield from broken(one, shape.values, f"{path}[{key!r}]")


def _in_struct(value: Struct, path: str) -> Iterator[tuple[str, str]]:
    if keywords := keywords_of(type(value)):
        yield from _broken_by(keywords, value, path)
    for member in members_of(type(value)).values():
        yield from broken(getattr(value, member.python), member.shape, f"{path}.{member.wire}")
    if (rest := rest_of(type(value))) is not None:
        yield from broken(getattr(value, REST), rest.shape, path)


def _in_union(value: Any, union: OneOf, path: str) -> Iterator[tuple[str, str]]:
    """One alternative without a complaint is enough."""
    first: list[tuple[str, str]] = []
    for alternative in union.alternatives:
        found = list(broken(value, shape_of(alternative), path))
        if not found:
            return
        first = first or found
    yield from first


def _broken_by(keywords: Schema, value: Any, path: str) -> Iterator[tuple[str, str]]:
    wire = to_wire(value)
    for keyword, limit in keywords.items():
        if not _holds(keyword, limit, wire, keywords):
            yield path, f"does not hold to {keyword}: {limit!r}"


def to_wire(value: Any) -> Any:
    """A decoded value as the JSON it stands for."""
    if isinstance(value, Struct):
        pairs = ((member.wire, getattr(value, member.python)) for member in members_of(type(value)).values())
        found = {wire: to_wire(one) for wire, one in pairs if one is not UNSET}
        if isinstance(rest := getattr(value, REST, None), dict) and rest_of(type(value)) is not None:
            found = {key: to_wire(one) for key, one in rest.items()} | found
        return found
    if isinstance(value, dict):
        return {key: to_wire(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_wire(one) for one in value]
    return value if isinstance(value, str) else to_builtins(value)


def holds(schema: Any, wire: Any) -> bool:
    """Whether a JSON value is valid, as far as the keywords are known."""
    if isinstance(schema, bool):
        return schema
    return all(_holds(keyword, limit, wire, schema) for keyword, limit in schema.items())


def _holds(keyword: str, limit: Any, wire: Any, schema: Schema) -> bool:
    check = KEYWORDS.get(keyword)
    if check is not None:
        return _passes(*check, limit, wire)
    if keyword in ("items", "additionalProperties"):
        others = _other_items(wire, schema) if keyword == "items" else _other_members(wire, schema)
        return all(holds(limit, one) for one in others)
    if keyword == "not":
        return not decided(limit) or not holds(limit, wire)
    if keyword == "if":
        branch = schema.get("then" if holds(limit, wire) else "else", True)
        return not decided(limit) or holds(branch, wire)
    return True


def _passes(kind: Any, test: Callable[[Any, Any], bool], limit: Any, wire: Any) -> bool:
    if not isinstance(wire, kind) or (isinstance(wire, bool) and kind is NUMBER):
        return True
    try:
        return test(limit, wire)
    except TypeError:
        return True  # the limit itself is none


def _other_items(wire: Any, schema: Schema) -> list[Any]:
    return wire[len(schema.get("prefixItems", ())) :] if isinstance(wire, list) else []


def _other_members(wire: Any, schema: Schema) -> list[Any]:
    if not isinstance(wire, dict) or "patternProperties" in schema:
        return []
    return [one for key, one in wire.items() if key not in schema.get("properties", {})]


def decided(schema: Any) -> bool:
    """Whether every keyword is known, so that failing to break the schema means to hold to it."""
    if isinstance(schema, bool):
        return True
    inner = [schema[keyword] for keyword in ("items", "additionalProperties", "contains", "not") if keyword in schema]
    inner += [one for keyword in ("allOf", "anyOf", "oneOf", "prefixItems") for one in schema.get(keyword, ())]
    inner += schema.get("properties", {}).values()
    known = all(keyword in KEYWORDS or keyword in ("not", "items", "additionalProperties") for keyword in schema)
    return known and all(map(decided, inner))


def same(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1, but 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _unique(limit: bool, wire: list[Any]) -> bool:
    plain = [one for one in wire if isinstance(one, str)]
    others = [one for one in wire if not isinstance(one, str)]
    apart = all(not same(one, other) for index, one in enumerate(others) for other in others[:index])
    return not limit or (len(set(plain)) == len(plain) and apart)


def _multiple(limit: float, wire: float) -> bool:
    # In decimals, since 19.99 is a multiple of 0.01 although the nearest floats are not.
    try:
        return Decimal(repr(wire)) % Decimal(repr(limit)) == 0
    except ArithmeticError:
        return True  # more digits than decimals hold: nothing can be said


def _is_type(limit: str | list[str], wire: Any) -> bool:
    return any(_is_kind(kind, wire) for kind in ([limit] if isinstance(limit, str) else limit))


def _is_kind(kind: str, wire: Any) -> bool:
    if isinstance(wire, bool) or kind == "boolean":
        return kind == "boolean" and isinstance(wire, bool)
    if kind == "integer":
        return isinstance(wire, int) or (isinstance(wire, float) and wire.is_integer())
    return isinstance(wire, JSON_KINDS.get(kind, object))


def _contains(limit: Any, wire: list[Any]) -> bool:
    return not decided(limit) or any(holds(limit, one) for one in wire)


def _dependent(limit: Mapping[str, list[str]], wire: dict[str, Any]) -> bool:
    return all(name in wire for key, names in limit.items() if key in wire for name in names)


def _one_of(limit: list[Any], wire: Any) -> bool:
    fitting = sum(holds(one, wire) for one in limit)
    return fitting == 1 or (fitting > 1 and not all(map(decided, limit)))


NUMBER = (int, float)
JSON_KINDS: dict[str, Any] = {
    "string": str, "number": NUMBER, "object": dict, "array": list, "null": type(None),
}  # fmt: skip
KEYWORDS: dict[str, tuple[Any, Callable[[Any, Any], bool]]] = {
    "type": (object, _is_type),
    "enum": (object, lambda limit, wire: any(same(one, wire) for one in limit)),
    "const": (object, same),
    "minimum": (NUMBER, lambda limit, wire: wire >= limit),
    "maximum": (NUMBER, lambda limit, wire: wire <= limit),
    "exclusiveMinimum": (NUMBER, lambda limit, wire: wire > limit),
    "exclusiveMaximum": (NUMBER, lambda limit, wire: wire < limit),
    "multipleOf": (NUMBER, _multiple),
    "minLength": (str, lambda limit, wire: len(wire) >= limit),
    "maxLength": (str, lambda limit, wire: len(wire) <= limit),
    "x-python-pattern": (str, lambda limit, wire: re.search(limit, wire) is not None),  # beside the document's own
    "minItems": (list, lambda limit, wire: len(wire) >= limit),
    "maxItems": (list, lambda limit, wire: len(wire) <= limit),
    "uniqueItems": (list, _unique),
    "prefixItems": (list, lambda limit, wire: all(map(holds, limit, wire))),
    "contains": (list, _contains),
    "minProperties": (dict, lambda limit, wire: len(wire) >= limit),
    "maxProperties": (dict, lambda limit, wire: len(wire) <= limit),
    "required": (dict, lambda limit, wire: all(name in wire for name in limit)),
    "properties": (dict, lambda limit, wire: all(holds(limit[key], wire[key]) for key in limit if key in wire)),
    "propertyNames": (dict, lambda limit, wire: all(holds(limit, key) for key in wire)),
    "dependentRequired": (dict, _dependent),
    "allOf": (object, lambda limit, wire: all(holds(one, wire) for one in limit)),
    "anyOf": (object, lambda limit, wire: any(holds(one, wire) for one in limit)),
    "oneOf": (object, _one_of),
}
