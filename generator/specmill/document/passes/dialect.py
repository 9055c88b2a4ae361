"""Second pass: each schema by itself in one dialect, JSON Schema 2020-12 but for one word.

While the passes run ``nullable: true`` says "or null" on any schema at all, so that null is one fact and not five
spellings; the last pass writes it the way 2020-12 does. Here go: nullable and boolean bounds of OpenAPI 3.0, lists of
types, boolean schemas, null among the values of an enum, ranges of integer formats, example and examples.

What a document leaves out and every author means is assumed, and told as a change named ``assumed``: an object where
only ``properties`` stand, an array where only ``items`` do, and so on. These are the only places where a value may be
judged differently before and after.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from specmill.document.media_types import is_text
from specmill.document.tree import AT, Changes, Schema, Tree, is_annotation, places, rebuilt

SIGNED = {f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)}
UNSIGNED = {f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)}
# The formats of OpenAPI's registry that name a range; the last one is what a double holds exactly.
RANGES = {**SIGNED, **UNSIGNED, "double-int": (-(2**53) + 1, 2**53 - 1)}
KINDS = ("string", "integer", "number", "boolean", "array", "object")

# Which keywords say something about values of one type only.
BELONGS: dict[str, tuple[str, ...]] = {
    "object": tuple(
        [
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        ]
    ),
    "array": tuple(
        ["items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems"]
    ),
    "string": ("pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
OF_A_NUMBER = ("integer", "number")
COMPOSED = ("allOf", "anyOf", "oneOf", "$ref")
CONDITION = ("if", "then", "else")
DECIDED = (*COMPOSED, "enum", "const", "not", "if")
IDLE_WITHOUT = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}

SHOWN = 60  # characters of a value in a note

# The words about scalars that listed values are held against, so that nothing need be said beside a list.
BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minLength": lambda value, bound: not isinstance(value, str) or len(value) >= bound,
    "maxLength": lambda value, bound: not isinstance(value, str) or len(value) <= bound,
    "minimum": lambda value, bound: not _is(value, "number") or value >= bound,
    "maximum": lambda value, bound: not _is(value, "number") or value <= bound,
    "exclusiveMinimum": lambda value, bound: not _is(value, "number") or value > bound,
    "exclusiveMaximum": lambda value, bound: not _is(value, "number") or value < bound,
    "multipleOf": lambda value, bound: not _is(value, "number") or not bound or value % bound == 0,
}


def one_dialect(tree: Tree, modern: bool, changes: Changes) -> None:
    """Every schema of the tree in place; ``modern`` is OpenAPI 3.1 and later."""
    dialect = _Dialect(modern, changes)
    for holder, key, _ in places(tree):
        holder[key] = dialect.schema(holder[key])


class _Dialect:
    def __init__(self, modern: bool, changes: Changes) -> None:
        self.modern = modern
        self.changes = changes

    def schema(self, schema: Any) -> Schema:
        if schema is True:
            return {}
        if schema is False:
            return {"not": {}}
        if "$ref" in schema and not self.modern:
            return self.lone_reference(schema)
        schema = self.apart(schema)
        result = rebuilt(schema, lambda inner, inside: inner if self.kept(inner, inside) else self.schema(inner))
        self.bounds(result)
        self.examples(result)
        assume_type(result, self.changes)
        self.nulls(result)
        self.binary(result)
        self.idle(result)
        without_foreign_words(result)
        self.ranges(result)
        self.values(result)
        return self.split(result)

    def apart(self, schema: Schema) -> Schema:
        """Null has to pass a type list, or a list of values, *and* what stands beside it: the parts of an allOf."""
        beside = [key for key in (*COMPOSED, "not", "if") if key in schema]
        values = schema.get("enum") if isinstance(schema.get("enum"), list) else ()
        lists_null = "null" in schema.get("type", ()) or None in (values or ()) or schema.get("const", 0) is None
        if not beside or not lists_null:
            return schema
        outer = {key: value for key, value in schema.items() if is_annotation(key) or key == "nullable"}
        groups = [CONDITION if key == "if" else (key,) for key in beside if key != "allOf"]
        apart = {key for group in groups for key in group} | {"allOf"}
        plain = {key: value for key, value in schema.items() if key not in outer and key not in apart}
        parts = [{key: schema[key] for key in group if key in schema} | {AT: schema[AT]} for group in groups]
        return {**outer, "allOf": [{**plain, AT: schema[AT]}, *schema.get("allOf", ()), *parts], AT: schema[AT]}

    @staticmethod
    def kept(inner: Any, inside: str) -> bool:
        return inner is False and inside in ("/additionalProperties", "/items")

    def lone_reference(self, schema: Schema) -> Schema:
        """OpenAPI 3.0 ignores what stands beside a reference; what an author can only mean as text is kept."""
        ignored = [key for key in schema if key != "$ref" and not is_annotation(key)]
        if ignored:
            self.changes.add("beside-a-reference", schema[AT], f"ignored, as OpenAPI 3.0 says: {', '.join(ignored)}")
        return {key: value for key, value in schema.items() if key in ("$ref", "description", AT)}

    def bounds(self, schema: Schema) -> None:
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)

    def examples(self, schema: Schema) -> None:
        if "example" in schema:
            example = schema.pop("example")
            schema.setdefault("examples", [example])

    def idle(self, schema: Schema) -> None:
        """What says nothing goes; an array says what its items are."""
        for key, needed in IDLE_WITHOUT.items():
            if needed not in schema:
                schema.pop(key, None)
        for key in ("properties", "required", "patternProperties", "prefixItems"):
            if not schema.get(key, True):
                schema.pop(key)
        if isinstance(schema.get("required"), list):
            schema["required"] = [*dict.fromkeys(schema["required"])]
        if schema.get("type") == "array" and "prefixItems" not in schema:
            schema.setdefault("items", {AT: schema[AT]})

    def nulls(self, schema: Schema) -> None:
        """Every spelling of "or null" becomes ``nullable``."""
        types = schema.get("type")
        if isinstance(types, list):
            self.listed(schema, [*dict.fromkeys(types)])
        nullable = schema.pop("nullable", False) is True
        if nullable and ("type" in schema or "enum" in schema or any(key in schema for key in COMPOSED)):
            if None not in schema.get("enum", (None,)):
                self.changes.add("assumed", schema[AT], "nullable: null is allowed although the enum does not list it")
            if "type" not in schema:
                self.changes.add("nullable", schema[AT], "taken as meant for what stands beside it")
            schema["nullable"] = True

    def binary(self, schema: Schema) -> None:
        """The bytes of a media type that is none of text, in no encoding: a JSON string cannot hold these.

        OpenAPI 3.1 writes them without a type, and people with that of a string. 3.0 has a format for it.
        """
        media_type = schema.get("contentMediaType")
        if not isinstance(media_type, str) or "contentEncoding" in schema or is_text(media_type):
            return
        if "type" not in schema and not any(key in schema for key in DECIDED):
            schema["type"] = "string"
            self.changes.add("assumed", schema[AT], f"type: string, since the content is {media_type}")
        if schema.get("type") == "string":
            schema.setdefault("format", "binary")

    def listed(self, schema: Schema, types: list[str]) -> None:
        if "null" in types and len(types) > 1:
            types.remove("null")
            schema["nullable"] = self.lists_null(schema)
        if "number" in types and "integer" in types:
            types.remove("integer")
        schema["type"] = types[0] if len(types) == 1 else types

    @staticmethod
    def lists_null(schema: Schema) -> bool:
        """A type list with null still needs null among the values, where values are listed."""
        return None in schema.get("enum", (None,)) and schema.get("const") is None

    def values(self, schema: Schema) -> None:
        """enum and const: no null, nothing twice, nothing that is forbidden beside; one value is a const."""
        values = listed(schema)
        if values is None:
            return
        bare = [value for value in values if value is not None]
        types = schema.get("type", "null")
        null = len(bare) < len(values) and (schema.get("nullable", False) or "null" in types)
        if null or schema.pop("nullable", False):
            schema["nullable"] = True
        self.left_out(schema, null)
        fitting = with_values(schema, bare)
        schema.clear()
        schema.update(fitting)

    def left_out(self, schema: Schema, null: bool) -> None:
        """Each listed value that what stands beside the list forbids is told by name: it is lost to the client."""
        only = {spelled(schema["const"])} if "const" in schema else None
        for pointer, value in _places_of_values(schema):
            fits = null if value is None else _fits(value, schema)
            if not fits or (only is not None and spelled(value) not in only):
                self.changes.add("enum", pointer, f"{_shown(value)} is left out: what stands beside it forbids it")

    def ranges(self, schema: Schema) -> None:
        low, high = RANGES.get(str(schema.get("format")), (None, None))
        if low is None or high is None or schema.get("type") != "integer":
            return
        if schema.get("exclusiveMinimum", low) < low:
            schema.pop("exclusiveMinimum")
        if schema.get("exclusiveMaximum", high) > high:
            schema.pop("exclusiveMaximum")
        if "exclusiveMinimum" not in schema:
            schema["minimum"] = max(schema.get("minimum", low), low)
        if "exclusiveMaximum" not in schema:
            schema["maximum"] = min(schema.get("maximum", high), high)

    def split(self, schema: Schema) -> Schema:
        """A list of types with words about one of them is a choice between schemas of one type each."""
        types = schema.get("type")
        if not isinstance(types, list) or "enum" in schema or "const" in schema:
            return schema
        special = {word for words in BELONGS.values() for word in words} | {"format"}
        if not special & schema.keys() and not {"array", "object"} & set(types):
            return schema
        shared = {key: value for key, value in schema.items() if key not in special and key != "type"}
        choices: list[Schema] = [{"type": kind, AT: schema[AT], **_words_of(schema, kind)} for kind in types]
        for choice in choices:
            self.ranges(choice)
            self.idle(choice)
        inner = {key: value for key, value in shared.items() if not is_annotation(key) and key != "nullable"}
        outer = {key: value for key, value in shared.items() if key not in inner}
        if not inner:
            return {**outer, "anyOf": choices}
        return {**outer, "allOf": [{**inner, AT: schema[AT]}, {"anyOf": choices, AT: schema[AT]}]}


def assume_type(schema: Schema, changes: Changes) -> None:
    """A schema that only talks about objects means an object; likewise arrays, strings and numbers."""
    if "type" in schema or any(key in schema for key in DECIDED):
        return
    for kind, keywords in BELONGS.items():
        if any(key in schema for key in keywords):
            schema["type"] = kind
            changes.add("assumed", schema[AT], f"type: {kind}, since only such values are described")
            without_foreign_words(schema)
            return


def _words_of(schema: Schema, kind: str) -> Schema:
    words = BELONGS.get("number" if kind == "integer" else kind, ())
    formats = ("format",) if kind in ("string", "integer", "number") else ()
    return {key: schema[key] for key in (*words, *formats) if key in schema}


def listed(schema: Schema) -> list[Any] | None:
    """The values that a schema lists, by enum or const or both; None where it lists none."""
    values = schema["enum"] if isinstance(schema.get("enum"), list) else None
    if "const" not in schema:
        return values
    const = schema["const"]
    return [const] if values is None else [value for value in values if spelled(value) == spelled(const)]


def _places_of_values(schema: Schema) -> list[tuple[str, Any]]:
    if isinstance(schema.get("enum"), list):
        return [(f"{schema[AT]}/enum/{index}", value) for index, value in enumerate(schema["enum"])]
    return [(f"{schema[AT]}/const", schema["const"])]


def with_values(schema: Schema, values: list[Any]) -> Schema:
    """What a schema says in other words, and a list of values as far as these words allow them; null apart."""
    distinct = {spelled(value): _whole(value) for value in values}
    fitting = [value for value in distinct.values() if _fits(value, schema)]
    rest = {key: value for key, value in schema.items() if key not in ("type", "enum", "const", *BOUNDS)}
    if not fitting:
        told = {key: value for key, value in rest.items() if is_annotation(key)}
        return {**told, "type": "null"} if schema.get("nullable") else {**told, "not": {}}
    kinds = {_kind(value) for value in fitting}
    kind = next(iter(kinds)) if len(kinds) == 1 else "number" if kinds <= set(OF_A_NUMBER) else None
    result = {**({"type": kind} if kind else {}), **rest}
    without_foreign_words(result, kinds)
    if len(fitting) == 1:
        return {**result, "const": fitting[0]}
    if {spelled(value) for value in fitting} == {"true", "false"}:
        return result
    return {**result, "enum": fitting}


def without_foreign_words(schema: Schema, kinds: Iterable[str] = ()) -> None:
    """Words about types that no valid value has say nothing, so they go."""
    types = kinds or ([schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ()))
    if types:
        own = {word for kind in types for word in BELONGS.get("number" if kind == "integer" else kind, ())}
        for word in [word for words in BELONGS.values() for word in words if word in schema and word not in own]:
            schema.pop(word)


def _fits(value: Any, schema: Schema) -> bool:
    types = schema.get("type")
    kinds = [types] if isinstance(types, str) else types
    typed = kinds is None or any(_is(value, kind) for kind in kinds)
    return typed and all(holds(value, schema[word]) for word, holds in BOUNDS.items() if word in schema)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def spelled(value: Any) -> str:
    """JSON's own idea of equality: 1 and 1.0 are one value, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    """As JSON in ASCII, so that it can play no tricks on a terminal, and short, since the pointer tells the rest."""
    text = spelled(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def _is(value: Any, kind: str) -> bool:
    own = _kind(value)
    whole = isinstance(value, float) and value.is_integer()
    return own == kind or (kind == "number" and own == "integer") or (kind == "integer" and whole)
