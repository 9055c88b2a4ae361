"""Second pass: each schema by itself in one dialect, JSON Schema 2020-12 but for one word.

While the passes run ``nullable: true`` says "or null" on any schema at all, so that null is one fact and not five
spellings; the last pass writes it the way 2020-12 does. Here go: nullable and boolean bounds of OpenAPI 3.0, lists of
types, boolean schemas, null among the values of an enum, ranges of int32 and int64, example and examples.

What a document leaves out and every author means is assumed, and told as a change named ``assumed``: an object where
only ``properties`` stand, an array where only ``items`` do, and so on. These are the only places where a value may be
judged differently before and after.
"""

from __future__ import annotations

import json
from typing import Any

from specmill.document.tree import AT, Changes, Schema, Tree, is_annotation, places, rebuilt

RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
KINDS = ("string", "integer", "number", "boolean", "array", "object")

# Which keywords say something about values of one type only.
BELONGS: dict[str, tuple[str, ...]] = {
    "object": tuple(
        "properties required additionalProperties patternProperties propertyNames minProperties maxProperties "
        "dependentRequired dependentSchemas unevaluatedProperties".split()
    ),
    "array": tuple("items prefixItems contains minContains maxContains minItems maxItems uniqueItems".split()),
    "string": ("pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
OF_A_NUMBER = ("integer", "number")
COMPOSED = ("allOf", "anyOf", "oneOf", "$ref")
DECIDED = (*COMPOSED, "enum", "const", "not", "if")


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
        result = rebuilt(self.apart(schema), lambda inner, inside: inner if self.kept(inner, inside) else self.schema(inner))
        self.bounds(result)
        self.examples(result)
        self.open_members(result)
        self.nulls(result)
        self.values(result)
        self.assume_type(result)
        self.ranges(result)
        return self.split(result)

    def apart(self, schema: Schema) -> Schema:
        """In 3.1 null has to pass a type list *and* what is composed beside it, so the two become parts of an allOf."""
        composed = [key for key in COMPOSED if key in schema]
        values = schema.get("enum") if isinstance(schema.get("enum"), list) else ()
        lists_null = "null" in schema.get("type", ()) or None in (values or ()) or schema.get("const", 0) is None
        if not self.modern or not composed or not lists_null:
            return schema
        outer = {key: value for key, value in schema.items() if is_annotation(key)}
        plain = {key: value for key, value in schema.items() if key not in outer and key not in composed}
        parts = [{key: schema[key], AT: schema[AT]} for key in composed if key != "allOf"]
        return {**outer, "allOf": [{**plain, AT: schema[AT]}, *schema.get("allOf", ()), *parts]}

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
            if isinstance(schema.get(exclusive), bool):
                if schema.pop(exclusive) and bound in schema:
                    schema[exclusive] = schema.pop(bound)

    def examples(self, schema: Schema) -> None:
        if "example" in schema:
            example = schema.pop("example")
            schema.setdefault("examples", [example])

    def open_members(self, schema: Schema) -> None:
        """``true`` for further members is said as ``{}``: somebody meant them. Absent stays absent."""
        if schema.get("items") is True:
            schema.pop("items")

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
        """enum and const: no null, nothing twice, nothing that the type forbids; one value is a const."""
        if "const" in schema and schema["const"] is None:
            schema.pop("const")
            schema["enum"] = [None]
        if not isinstance(schema.get("enum"), list):
            return
        types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type")
        listed = {_spelled(value): value for value in schema.pop("enum")}
        if listed.pop("null", self) is None and (schema.pop("nullable", False) or types in (None, ["null"])):
            schema["nullable"] = True
        whole = [int(value) if isinstance(value, float) and value.is_integer() else value for value in listed.values()]
        fitting = [value for value in whole if types is None or any(_is(value, kind) for kind in types)]
        if len(fitting) < len(listed):
            self.changes.add("enum", schema[AT], "values that the type forbids are left out")
        self.of_values(schema, fitting)

    def of_values(self, schema: Schema, fitting: list[Any]) -> None:
        kinds = {_kind(value) for value in fitting}
        if not fitting:
            only_null = schema.pop("nullable", False)
            schema["type"] = "null"
            if not only_null:
                schema.pop("type")
                schema["not"] = {}
            return
        if isinstance(schema.get("type"), str) and kinds <= set(OF_A_NUMBER) and schema["type"] in OF_A_NUMBER:
            pass
        elif len(kinds) == 1:
            schema["type"] = kinds.pop()
        else:
            schema.pop("type", None)
        if len(fitting) == 1:
            schema["const"] = fitting[0]
        elif set(map(_spelled, fitting)) == {"true", "false"}:
            schema["type"] = "boolean"
        else:
            schema["enum"] = fitting

    def assume_type(self, schema: Schema) -> None:
        """A schema that only talks about objects means an object; likewise arrays, strings and numbers."""
        if "type" in schema or any(key in schema for key in DECIDED):
            return
        for kind, keywords in BELONGS.items():
            if any(key in schema for key in keywords):
                schema["type"] = kind
                self.changes.add("assumed", schema[AT], f"type: {kind}, since only such values are described")
                return

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
        choices = [{"type": kind, AT: schema[AT], **_words_of(schema, kind)} for kind in types]
        inner = {key: value for key, value in shared.items() if not is_annotation(key) and key != "nullable"}
        outer = {key: value for key, value in shared.items() if key not in inner}
        choice: Schema = {**outer, "anyOf": choices}
        return choice if not inner else {**outer, "allOf": [{**inner, AT: schema[AT]}, {"anyOf": choices, AT: schema[AT]}]}


def _words_of(schema: Schema, kind: str) -> Schema:
    words = BELONGS.get("number" if kind == "integer" else kind, ())
    formats = ("format",) if kind in ("string", "integer", "number") else ()
    return {key: schema[key] for key in (*words, *formats) if key in schema}


def _spelled(value: Any) -> str:
    """JSON's own idea of equality: 1 and 1.0 are one value, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def _is(value: Any, kind: str) -> bool:
    own = _kind(value)
    whole = isinstance(value, float) and value.is_integer()
    return own == kind or (kind == "number" and own == "integer") or (kind == "integer" and whole)
