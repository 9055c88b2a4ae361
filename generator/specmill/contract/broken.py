"""A valid value with one keyword broken at one place, and nothing else wrong with it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.contract.choices import Choices
from specmill.contract.positions import Position, Token, changed, positions, value_at
from specmill.contract.schemas import Schemas, members_of, types_of
from specmill.contract.valid import Makers
from specmill.values import JSON, Schema

Break = Callable[[JSON], JSON]  # from the valid value at the place to a broken one, which is another object
OF_TYPES: dict[str, tuple[JSON, ...]] = {
    "null": (None,),
    "boolean": (True, False),
    "integer": (7, -1),
    "number": (1.5, -0.25),
    "string": ("text", "", "7", "true"),
    "array": ([], ["text"], [{}]),
    "object": ({}, {"a": 1}),
}
BAD_FORMATS: dict[str, tuple[str, ...]] = {
    "byte": ("Zg", "Zg=", "fooba", "a-_b", "Zm 9", "====", "Zg==\n", "é==="),
    "date-time": (
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-02T24:00:00Z",
        "2026-1-2T03:04:05Z",
        "20260102T030405Z",
        "now",
        "",
        "1",
    ),
    "date": ("2026-13-01", "2026-02-30", "02.01.2026", "20260113", "2026-1-2", "2026-W03-2", ""),
    "time": ("25:00:00Z", "24:00:00Z", "noon", ""),
    "uuid": ("f81d4fae-7dec-11d0-a765", "f81d4fae7dec11d0a76500a0c91e6bf6", "not a uuid", ""),
    "uri": ("no scheme", "http://[", ""),
    "email": ("nobody", "@", ""),
    "hostname": ("-a", "a b", ""),
    "ipv4": ("256.0.0.1", "1.2.3", ""),
    "ipv6": (":::", "1.2.3.4", ""),
    "duration": ("1h", "P", ""),
    "json-pointer": ("a", "/~2"),
    "regex": ("(", "["),
}
OTHER_DIGITS = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
NO_INTEGERS = ("1_0", "0x1", "\u0661")  # texts that many a reader of numbers takes
AROUND: dict[str, Callable[[str], str]] = {  # what is nearly right
    "with a letter behind it": lambda text: text + "x",
    "with a letter before it": lambda text: "x" + text,
    "with the end of a line behind it": lambda text: text + "\n",
    "with a blank behind it": lambda text: text + " ",
    "with a blank before it": lambda text: " " + text,
    "with another line before it": lambda text: "x\n" + text,
}
NEARLY: dict[str, Callable[[str], str]] = {  # the same of a pattern, which says of each letter which it is
    **AROUND,
    "with NUL behind it": lambda text: text + "\0",
    "without its last letter": lambda text: text[:-1],
    "in other digits of Unicode": lambda text: text.translate(OTHER_DIGITS),
    "in the other case": str.swapcase,
}
MOST_MIXED = 12


Found = Iterator[tuple[str, str, Break]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value: the place, the keyword, and how it was broken, in words."""

    path: tuple[Token, ...]
    keyword: str
    what: str

    @property
    def pointer(self) -> str:
        return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in self.path)

    def __str__(self) -> str:
        return f"{self.keyword} at {self.pointer or 'the root'}: {self.what}"


@dataclass(frozen=True, slots=True)
class Breaker:
    """One way to break values of one schema."""

    fault: Fault
    position: Position
    apply: Break

    def value(self, makers: Makers, choices: Choices, position: Position | None = None) -> JSON:
        """Broken at its place, or at the same place of another schema whose values are allowed too."""
        position = position or self.position
        base, path = position.base(makers, choices, several=True), position.path
        valid = value_at(base, path)
        if self.fault.keyword == "dependentRequired":
            members = members_of(position.schema).items()
            valid = {name: makers.of(part)(Choices(b""), len(path) + 1) for name, part in members} | valid
        return changed(base, path, self.apply(valid))


def breakers(schema: Any, schemas: Schemas) -> tuple[Breaker, ...]:
    """All of them, in the order of the schema. Whether one really breaks what it says, a validator has to confirm."""
    places = positions(schema, schemas, each_item=True)
    others = [name for one in places if not one.steps for name in members_of(one.root)]
    return tuple(
        Breaker(Fault(position.path, keyword, what), position, apply)
        for position in places
        for keyword, what, apply in (
            *_breaks(position.schema, bool(position.steps) and position.steps[-1].nullable),
            *(_of_another(position, others) if not position.steps else ()),
        )
    )


def _of_another(position: Position, names: list[str]) -> Found:
    """A member of another alternative of the whole."""
    schema = position.schema
    if schema.get("additionalProperties") is False:
        for name in dict.fromkeys(names):
            if name not in schema.get("properties", ()):
                yield "additionalProperties", f"with {name!r}, of another alternative", _with(name)


def _breaks(schema: Schema, nullable: bool) -> Found:
    yield from _types(schema, nullable)
    yield from _members(schema)
    for keyword, breaks in BREAKS.items():
        if keyword in schema:
            for what, apply in breaks(schema[keyword], schema):
                yield keyword, what, apply


def _always(value: JSON) -> Break:
    return lambda valid: value


def _types(schema: Schema, nullable: bool) -> Found:
    if "type" not in schema:
        return
    allowed = set(types_of(schema)) | ({"null"} if nullable else set())
    for kind, values in OF_TYPES.items():
        if kind in allowed or (kind == "integer" and "number" in allowed):
            continue
        what = f"{kind} in place of {' or '.join(sorted(allowed))}"
        yield "type", f"{what}, the valid value spelt so", _spelt(kind)
        yield from (("type", what, _always(value)) for value in values)
    if "integer" in allowed and "number" not in allowed:
        yield "type", f"number in place of {' or '.join(sorted(allowed))}, half more than is valid", _half_more
    if allowed & {"integer", "number"} and "string" not in allowed:
        yield from (("type", f"the text {text!r} in place of a number", _always(text)) for text in NO_INTEGERS)


def _spelt(kind: str) -> Break:
    """The valid value in a type that it has not, as far as it has a spelling there; else it stays valid."""
    return lambda valid: copy.deepcopy(SPELT.get(kind, lambda value: value)(valid))


def _as_text(value: JSON) -> JSON:
    return value if isinstance(value, str) else json.dumps(value)


def _as_read(value: JSON, wanted: type | tuple[type, ...]) -> JSON:
    """A text read as JSON is, if that is of the type."""
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
    return read if isinstance(read, wanted) and type(read) is not type(value) else value


def _as_integer(value: JSON) -> JSON:
    if isinstance(value, bool):
        return int(value)
    return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,15}", value) else value


def _as_boolean(value: JSON) -> JSON:
    return bool(value) if isinstance(value, int) and value in (0, 1) else _as_read(value, bool)


def _as_object(value: JSON) -> JSON:
    return {str(number): item for number, item in enumerate(value)} if isinstance(value, list) else value


SPELT: Mapping[str, Callable[[JSON], JSON]] = {
    "string": _as_text,
    "integer": _as_integer,
    "number": lambda value: _as_read(value, (int, float)),
    "boolean": _as_boolean,
    "array": lambda value: [value],
    "object": _as_object,
}


def _half_more(valid: JSON) -> JSON:
    return valid + 0.5 if isinstance(valid, int) and not isinstance(valid, bool) else 18.5


def _members(schema: Schema) -> Found:
    for name in schema.get("required", ()):
        yield "required", f"without {name!r}", _without(name)
    if schema.get("additionalProperties") is False and not schema.get("patternProperties"):
        for name in ("another", *(_other_spelling(one) for one in list(schema.get("properties", ()))[:2])):
            if name not in schema.get("properties", ()):
                yield "additionalProperties", f"with {name!r}", _with(name)


def _without(name: str) -> Break:
    return lambda valid: {key: value for key, value in valid.items() if key != name}


def _with(name: str) -> Break:
    return lambda valid: {**valid, name: 1}


def _other_spelling(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest) if rest else name.upper()


Way = tuple[str, Break]


def _enum(members: Any, schema: Schema) -> Iterator[Way]:
    tried: list[JSON] = ["", "another"]
    for member in members:
        if isinstance(member, str):
            tried += [member.lower(), member.upper(), member.title(), member + " ", " " + member, member[:-1]]
    tried += _mixed([member for member in members if isinstance(member, str)])
    if "type" not in schema:
        tried += [0, None, True, [], {}]
    for value in dict.fromkeys(tried) if "type" in schema else tried:
        if not any(type(value) is type(member) and value == member for member in members):
            yield f"{value!r} is none of its members", _always(value)


def _mixed(members: list[str]) -> list[JSON]:
    """What stands before one member before each other one, and two at once."""
    before = {one.removesuffix(other) for one in members for other in members if other and one.endswith(other)}
    mixed = [prefix + member for prefix in sorted(before) if prefix for member in members]
    return [*mixed[:MOST_MIXED], *([",".join(members[:2])] if len(members) > 1 else [])]


def _changed(ways: Mapping[str, Callable[[str], str]]) -> Iterator[Way]:
    for what, change in ways.items():
        yield f"a valid one {what}", _of_text(change)


def _of_text(change: Callable[[str], str]) -> Break:
    """What is no text stays valid."""
    return lambda valid: change(valid) if isinstance(valid, str) else valid


def _const(wanted: Any, schema: Schema) -> Iterator[Way]:
    yield "another value", _always([wanted])
    if isinstance(wanted, str):
        yield from _enum([wanted], {"type": "string"})


def _format(name: Any, schema: Schema) -> Iterator[Way]:
    for text in BAD_FORMATS.get(name, ()):
        yield f"{text!r} is no {'base64' if name == 'byte' else name}", _always(text)
    if name in BAD_FORMATS:
        yield from _changed(AROUND)


def _min_length(least: Any, schema: Schema) -> Iterator[Way]:
    yield f"{least - 1} characters", _of_text(lambda valid: (valid + "x" * least)[: least - 1])
    yield f"{least - 1} characters of four bytes", _always("\N{GRINNING FACE}" * (least - 1))


def _max_length(most: Any, schema: Schema) -> Iterator[Way]:
    yield f"{most + 1} characters", _of_text(lambda valid: (valid + "x" * (most + 1))[: most + 1])
    yield f"{most + 1} characters, the last a blank", _of_text(lambda valid: (valid + "x" * most)[:most] + " ")


def _pattern(pattern: Any, schema: Schema) -> Iterator[Way]:
    for text in ("", "\x00", " ", "A", "a", "0", "\N{GRINNING FACE}"):
        yield f"{text!r} does not match {pattern}", _always(text)
    yield from _changed(NEARLY)


def _minimum(least: Any, schema: Schema) -> Iterator[Way]:
    yield f"one less than {least}", _always(least - 1)


def _maximum(most: Any, schema: Schema) -> Iterator[Way]:
    yield f"one more than {most}", _always(most + 1)


def _bound(bound: Any, schema: Schema) -> Iterator[Way]:
    yield f"{bound} itself", _always(bound)


def _multiple(step: Any, schema: Schema) -> Iterator[Way]:
    yield f"no multiple of {step}", lambda valid: (valid or 0) + step / 2 if step != 1 else (valid or 0) + 0.5


def _min_items(least: Any, schema: Schema) -> Iterator[Way]:
    yield f"{least - 1} items", lambda valid: valid[: least - 1]


def _max_items(most: Any, schema: Schema) -> Iterator[Way]:
    yield f"{most + 1} items", lambda valid: (valid * (most + 1) or [None] * (most + 1))[: most + 1]


def _unique(unique: Any, schema: Schema) -> Iterator[Way]:
    if unique:
        yield "one item twice", lambda valid: [*valid, valid[0]] if valid else [0, 0]


def _min_properties(least: Any, schema: Schema) -> Iterator[Way]:
    yield f"{least - 1} members", lambda valid: dict(list(valid.items())[: least - 1])


def _max_properties(most: Any, schema: Schema) -> Iterator[Way]:
    yield f"{most + 1} members", lambda valid: {**valid, **{f"member {n}": 1 for n in range(most + 1 - len(valid))}}


def _dependent(wanted: Any, schema: Schema) -> Iterator[Way]:
    for name, others in wanted.items():
        for other in others:
            yield f"{name!r} without {other!r}", _without(other)


BREAKS: Mapping[str, Callable[[Any, Schema], Iterator[Way]]] = {
    "enum": _enum,
    "const": _const,
    "format": _format,
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _bound,
    "exclusiveMaximum": _bound,
    "multipleOf": _multiple,
    "minItems": _min_items,
    "maxItems": _max_items,
    "uniqueItems": _unique,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
    "dependentRequired": _dependent,
}


def keywords_of(schema: Schema) -> tuple[str, ...]:
    """The keywords of a place that can be broken, as coverage counts them."""
    found = ["type"] if "type" in schema else []
    found += ["required"] if schema.get("required") else []
    found += ["additionalProperties"] if schema.get("additionalProperties") is False else []
    return (*found, *(keyword for keyword in BREAKS if keyword in schema))
