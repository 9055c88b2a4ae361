"""Random small documents, OpenAPI 3.0 and 3.1, and JSON values that their schemas allow or narrowly forbid.

What documents in the wild do to a generator, on little room: the same title for different things, keys that differ in
case or punctuation only, references that come back to where they began, alternatives that overlap, and null in every
spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.document import oracle

Draw = Callable[[st.SearchStrategy[Any]], Any]
Document = dict[str, Any]
Schema = dict[str, Any]
T = TypeVar("T")

KEYS = ("Pet", "pet", "tree-node", "tree_node", "Error", "list", "Thing", "2nd")
TITLES = ("Pet", "Thing", "Error", "Some thing", "class")
MEMBERS = ("a", "b", "kind", "next", "A")
PATTERNS = ("^a", "b", "^[ab]*$")
TEXTS = ("", "a", "ab", "b", "aab", "x", "2021-02-05T19:14:42Z")
NUMBERS = (255, 256, 2**64, 0, 1, 2, 3, -1, 4, 1.0, 1.5, -0.5, 2**31, 2**31 - 1, -(2**31) - 1, 2**63, 2**63 - 1)
ENUMS: tuple[list[Any], ...] = (
    ["a", "b"],
    ["a"],
    ["b", "a"],
    ["a", "A"],
    [1, 2],
    [1, "a"],
    [0.5, 2],
    ["a", None],
    [None],
    [True, False],
    [1, 1.0],
)
REMARKS: tuple[Schema, ...] = (
    {"description": "Some text."},
    {"deprecated": True},
    {"x-note": {"$ref": "nowhere"}},
    {"readOnly": True},
)
BODY = ("paths", "/things", "post", "requestBody", "content", "application/json", "schema")


def body_of(tree: Document) -> Any:
    """The schema that is judged, in a random document or in its normal form."""
    node: Any = tree
    for step in BODY:
        node = node[step]
    return node


@st.composite
def documents(draw: Draw) -> Document:
    """One operation, with a JSON body, over one to five components."""
    modern = draw(st.booleans())
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True))
    schemas = {key: _Grower(draw, modern, keys, index + 1).schema(2) for index, key in enumerate(keys)}
    grower = _Grower(draw, modern, keys, 0)
    post = {
        "operationId": draw(st.sampled_from(["addThing", "pet"])),
        "requestBody": {"content": {"application/json": {"schema": grower.large(3)}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": grower.schema(1)}}}},
    }
    return {
        "openapi": "3.1.0" if modern else "3.0.3",
        "info": {"title": "Random", "version": "1"},
        "paths": {"/things": {"post": post}},
        "components": {"schemas": schemas},
    }


class _Grower:
    """Grows schemas. A reference in place goes to a later component only: one that means itself means nothing."""

    def __init__(self, draw: Draw, modern: bool, keys: Sequence[str], later: int) -> None:
        self.draw = draw
        self.modern = modern
        self.keys = keys
        self.later = keys[later:]

    def one(self, choices: Sequence[T]) -> T:
        return self.draw(st.sampled_from(choices))  # type: ignore[no-any-return]

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    def some(self, choices: Sequence[T]) -> list[T]:
        return self.draw(st.lists(st.sampled_from(choices), max_size=3, unique=True))  # type: ignore[no-any-return]

    def inside(self) -> _Grower:
        """For members and items, where a reference may go anywhere."""
        return _Grower(self.draw, self.modern, self.keys, 0)

    def schema(self, depth: int) -> Schema:
        schema = self.one(self.kinds(depth))(depth - 1)
        if self.chance(5):
            schema["title"] = self.one(TITLES)
        if self.chance(8):
            schema.update(deepcopy(self.one(REMARKS)))
        if not self.modern and self.chance(4):
            schema["nullable"] = self.one((True, True, True, False))
        return schema

    def large(self, depth: int) -> Schema:
        """Something with something inside."""
        return self.one((self.object, self.object, self.array, self.all_of, self.one_of, self.any_of))(depth - 1)

    def kinds(self, depth: int) -> list[Callable[[int], Schema]]:
        kinds: list[Callable[[int], Schema]] = [self.string, self.integer, self.number, self.plain, self.enum]
        if self.later:
            kinds += [self.reference, self.reference]
        if self.modern:
            kinds += [self.several_types, self.const]
        if depth <= 0:
            return kinds
        kinds += [self.object, self.object, self.object, self.array, self.map, self.all_of, self.one_of, self.any_of]
        if self.modern:
            kinds += [self.modern_object, self.tuple_, self.conditional]
        return [
            *kinds,
            self.all_of,
            self.untyped,
            self.negation,
            *([self.discriminated] if len(self.later) > 1 else []),
        ]

    def member(self, depth: int) -> Any:
        """What stands at a member or an item: often a reference, back to the beginning too."""
        if self.chance(3):
            return self.inside().reference(depth)
        if self.modern and self.chance(15):
            return self.one((True, False))
        return self.inside().schema(depth)

    def reference(self, depth: int) -> Schema:
        key = self.one(self.later or self.keys)
        schema: Schema = {"$ref": f"#/components/schemas/{key}"}
        if self.chance(6):
            schema |= self.one(({"description": "Beside."}, {"nullable": False}, {"type": "string", "maxLength": 1}))
        return schema

    def string(self, depth: int) -> Schema:
        words: dict[str, Any] = {"minLength": self.one((0, 1, 2)), "maxLength": self.one((1, 2, 20))}
        words |= {"pattern": self.one(PATTERNS), "format": self.one(("date-time", "byte", "own"))}
        return {"type": "string"} | self.chosen(words)

    def integer(self, depth: int) -> Schema:
        return (
            {"type": "integer"}
            | self.bounds()
            | self.chosen({"format": self.one(("int32", "int64", "uint8", "uint64"))})
        )

    def number(self, depth: int) -> Schema:
        return {"type": "number"} | self.bounds()

    def bounds(self) -> Schema:
        words: dict[str, Any] = {"minimum": self.one((0, 1, -1)), "maximum": self.one((1, 2, 3, 2**40))}
        words |= {"multipleOf": self.one((1, 2))}
        if self.modern:
            words |= {"exclusiveMinimum": self.one((0, 1)), "exclusiveMaximum": self.one((2, 3))}
        else:
            words |= {"exclusiveMinimum": self.one((True, False)), "exclusiveMaximum": self.one((True, False))}
        return self.chosen(words)

    def chosen(self, words: Schema) -> Schema:
        return {key: words[key] for key in self.some(list(words))}

    def plain(self, depth: int) -> Schema:
        choices: list[Schema] = [{"type": "boolean"}, {}, {"type": "object"}, {"type": "array", "items": {}}]
        return dict(self.one([*choices, {"type": "null"}] if self.modern else choices))

    def enum(self, depth: int) -> Schema:
        values = self.one(ENUMS)
        types = {"string" if isinstance(value, str) else "number" for value in values if value is not None}
        typed = len(types) == 1 and values != [True, False] and self.chance(2)
        return ({"type": types.pop()} if typed else {}) | {"enum": list(values)}

    def const(self, depth: int) -> Schema:
        return {"const": self.one(("a", 1, None, True, {"a": 1}))}

    def several_types(self, depth: int) -> Schema:
        types = self.draw(
            st.lists(st.sampled_from(["string", "integer", "null", "boolean", "array"]), min_size=1, unique=True)
        )
        return {"type": types} | self.chosen({"minLength": 1, "minimum": 1, "maxItems": 1, "enum": ["a", 1, None]})

    def object(self, depth: int) -> Schema:
        schema: Schema = {"type": "object", "properties": self.properties(depth)}
        if self.chance(2):
            schema["required"] = self.some(MEMBERS)
        if self.chance(3):
            schema["additionalProperties"] = self.one((False, False, True, {"type": "string"}, {}))
        return schema | (self.chosen({"minProperties": 1, "maxProperties": 2}) if self.chance(6) else {})

    def properties(self, depth: int) -> Schema:
        return {name: self.member(depth) for name in self.some(MEMBERS)}

    def modern_object(self, depth: int) -> Schema:
        words = {"patternProperties": {"^a": self.member(depth)}, "propertyNames": {"maxLength": 4}}
        return self.object(depth) | self.chosen(words)

    def array(self, depth: int) -> Schema:
        words = {"minItems": self.one((0, 1)), "maxItems": self.one((1, 2)), "uniqueItems": True}
        return {"type": "array", "items": self.member(depth)} | self.chosen(words)

    def tuple_(self, depth: int) -> Schema:
        words = {"items": self.member(depth), "minItems": 1, "contains": {"type": "string"}}
        return {"type": "array", "prefixItems": [self.member(depth)]} | self.chosen(words)

    def map(self, depth: int) -> Schema:
        return {"type": "object", "additionalProperties": self.member(depth)}

    def untyped(self, depth: int) -> Schema:
        words = {"properties": self.properties(depth), "required": self.some(MEMBERS), "items": self.member(depth)}
        words |= {"maxLength": 2, "minimum": 1, "additionalProperties": False}
        return self.chosen(words)

    def all_of(self, depth: int) -> Schema:
        parts = [self.one((self.reference, self.object, self.schema))(depth) for _ in range(self.one((1, 2, 2, 3)))]
        return {"allOf": [part for part in parts if self.later or "$ref" not in part] or [{}]} | self.beside(depth)

    def one_of(self, depth: int) -> Schema:
        return {"oneOf": self.alternatives(depth)} | self.beside(depth)

    def any_of(self, depth: int) -> Schema:
        return {"anyOf": self.alternatives(depth)} | self.beside(depth)

    def alternatives(self, depth: int) -> list[Schema]:
        return [self.schema(depth) for _ in range(self.one((1, 2, 2, 3)))]

    def beside(self, depth: int) -> Schema:
        """What often stands beside a composition."""
        if not self.chance(4):
            return {}
        return self.one(({"type": "object"}, {"type": "object", "required": ["a"]}, self.object(depth)))

    def negation(self, depth: int) -> Schema:
        return {"not": self.schema(depth - 1)}

    def conditional(self, depth: int) -> Schema:
        schema = {"if": self.object(depth - 1)} | self.chosen({"then": self.schema(depth), "else": self.schema(depth)})
        return schema | (self.object(depth) if self.chance(2) else {})

    def discriminated(self, depth: int) -> Schema:
        keys = [*dict.fromkeys(self.one(self.later) for _ in range(3))]
        discriminator: Schema = {"propertyName": "kind"}
        if self.chance(2):
            discriminator["mapping"] = {"a": f"#/components/schemas/{keys[0]}", "b": keys[-1]}
        alternatives = [{"$ref": f"#/components/schemas/{key}"} for key in keys]
        return {self.one(("oneOf", "anyOf")): alternatives, "discriminator": discriminator}


def values(document: Document) -> st.SearchStrategy[Any]:
    """JSON values near the body's schema: one made after it, and then perhaps one thing changed."""
    return st.composite(_value)(document)


def _value(draw: Draw, document: Document) -> Any:
    maker = _Maker(draw, document)
    value = maker.value(body_of(document), 5)
    return maker.changed(value) if draw(st.booleans()) else value


class _Maker:
    """Makes values that a schema allows, as far as that is easily done."""

    def __init__(self, draw: Draw, document: Document) -> None:
        self.draw = draw
        self.document = document

    def one(self, choices: Sequence[T]) -> T:
        return self.draw(st.sampled_from(choices))  # type: ignore[no-any-return]

    def anything(self) -> Any:
        return self.one((None, True, 1, 1.5, "a", "ab", [], ["a"], {}, {"a": 1}, {"kind": "a", "b": "b"}))

    def value(self, schema: Any, depth: int) -> Any:
        if isinstance(schema, bool) or depth <= 0:
            return self.anything()
        if "$ref" in schema:
            return self.value(oracle.target_of(self.document, schema["$ref"]), depth - 1)
        if oracle.is_nullable(schema) and self.one((False, False, True)):
            return None
        if "enum" in schema or "const" in schema:
            return deepcopy(self.one(schema["enum"] if "enum" in schema else [schema["const"]]))
        parts = [*schema.get("allOf", ()), *(self.one(schema[key]) for key in ("oneOf", "anyOf") if schema.get(key))]
        parts += [schema[key] for key in ("then",) if key in schema]
        made = [self.value(part, depth - 1) for part in parts]
        return self.together(made + ([self.own(schema, depth)] if oracle.types_of(schema) or not made else []))

    def together(self, made: list[Any]) -> Any:
        """One object that has the members of all; or else one of them."""
        if len(made) > 1 and all(isinstance(value, dict) for value in made):
            return {name: value for members in made for name, value in members.items()}
        return made[0] if len(made) == 1 else self.one(made)

    def own(self, schema: Schema, depth: int) -> Any:
        kind = self.one(oracle.types_of(schema) or ["any"])
        if kind == "object":
            return self.object(schema, depth)
        if kind == "array":
            return self.array(schema, depth)
        if kind in ("integer", "number"):
            near = [schema[key] + more for key in ("minimum", "maximum") if key in schema for more in (0, 1, -1)]
            return self.one([*near, *NUMBERS])
        return {"string": self.one(TEXTS), "boolean": True, "null": None, "any": self.anything()}[kind]

    def object(self, schema: Schema, depth: int) -> Any:
        known = schema.get("properties", {})
        names = [name for name in known if name in schema.get("required", ()) or self.one((True, True, False))]
        value = {name: self.value(known[name], depth - 1) for name in names}
        value |= {name: self.anything() for name in schema.get("required", ()) if name not in value}
        further = schema.get("additionalProperties", True)
        if further is not False and self.one((False, False, True)):
            value["more"] = self.value(further, depth - 1)
        return value

    def array(self, schema: Schema, depth: int) -> Any:
        first = [self.value(inner, depth - 1) for inner in schema.get("prefixItems", ())]
        return first + [self.value(schema.get("items", True), depth - 1) for _ in range(self.one((0, 1, 2)))]

    def changed(self, value: Any) -> Any:
        """The same but for one thing, somewhere."""
        if isinstance(value, dict) and value and self.one((True, True, False)):
            name = self.one(list(value))
            rest = {key: inner for key, inner in value.items() if key != name}
            return rest if self.one((False, False, True)) else rest | {name: self.changed(value[name])}
        if isinstance(value, list) and value and self.one((True, True, False)):
            return [self.changed(value[0]), *value[1:]] if self.one((True, False)) else [*value, value[0]]
        if isinstance(value, dict):
            return value | {self.one((*MEMBERS, "more")): self.anything()}
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value + (self.one((1, -1, 0.5)) if abs(value) < 2**53 else 1)
        return self.anything()
