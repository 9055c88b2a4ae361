"""Random schemas, and changes of them that are known to narrow them or to add to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
Narrowing = Callable[[Schema], None]
NAMES = ("a", "b", "kind", "next")

TEXTS = st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": st.integers(4, 9)})
LISTED = st.builds(lambda n: {"type": "string", "enum": ["a", "b", "c"][:n]}, st.integers(2, 3))
WHOLES = st.fixed_dictionaries(
    {"type": st.just("integer")}, optional={"minimum": st.integers(-5, 0), "maximum": st.integers(10, 20)}
)
NUMBERS = st.fixed_dictionaries({"type": st.just("number")}, optional={"minimum": st.integers(-5, 0)})
SEVERAL = st.just({"type": ["string", "integer"]})
NULLABLE = st.just({"type": ["string", "null"]})
FLAGS = st.just({"type": "boolean"})
SCALARS = st.one_of(TEXTS, LISTED, WHOLES, NUMBERS, SEVERAL, NULLABLE, FLAGS)


def _objects(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    members = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3)
    return st.builds(_object, members, st.data())


def _object(members: dict[str, Schema], data: st.DataObject) -> Schema:
    required = data.draw(st.lists(st.sampled_from(sorted(members)), unique=True))
    return {"type": "object", "properties": members, **({"required": required} if required else {})}


def _lists(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.builds(lambda items: {"type": "array", "items": items}, inner)


SCHEMAS: st.SearchStrategy[Schema] = st.recursive(SCALARS, lambda inner: _objects(inner) | _lists(inner), max_leaves=6)


def parts(schema: Schema) -> Iterator[Schema]:
    """A schema and all that are inside of it."""
    yield schema
    for member in schema.get("properties", {}).values():
        yield from parts(member)
    if "items" in schema:
        yield from parts(schema["items"])


def narrowings(schema: Schema) -> Iterator[Narrowing]:
    """What makes this schema, without those inside of it, refuse something that it took."""
    types = schema["type"]
    if isinstance(types, list):
        yield lambda one: one.update(type=types[0])
    elif types == "string":
        yield from _of_texts(schema)
    elif types in ("integer", "number"):
        yield lambda one: one.update(minimum=one.get("minimum", 0) + 1)
        yield lambda one: one.update(maximum=one.get("maximum", 8) - 1)
        yield lambda one: one.update(multipleOf=3)
    elif types == "array":
        yield lambda one: one.update(minItems=1)
        yield lambda one: one.update(maxItems=2)
        yield lambda one: one.update(uniqueItems=True)
    elif types == "object":
        yield from _of_objects(schema)


def _of_texts(schema: Schema) -> Iterator[Narrowing]:
    if "enum" in schema:
        yield lambda one: one.update(enum=one["enum"][:-1])
    else:
        yield lambda one: one.update(maxLength=one.get("maxLength", 9) - 1)
        yield lambda one: one.update(minLength=1)
        yield lambda one: one.update(pattern="^[a-z]*$")


def _of_objects(schema: Schema) -> Iterator[Narrowing]:
    yield lambda one: one.update(additionalProperties=False)
    yield lambda one: one.update(required=[*one.get("required", ()), "new"])
    optional = [name for name in schema["properties"] if name not in schema.get("required", ())]
    if optional:
        yield lambda one: one.update(required=[*one.get("required", ()), optional[0]])


@st.composite
def narrowed(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[Schema, Schema]:
    """A schema, and the same with one narrowing somewhere."""
    schema = draw(SCHEMAS.filter(lambda one: any(list(narrowings(part)) for part in parts(one))))
    changed = deepcopy(schema)
    part = draw(st.sampled_from([part for part in parts(changed) if list(narrowings(part))]))
    draw(st.sampled_from(list(narrowings(part))))(part)
    return schema, changed


ADDITIONS: dict[str, Any] = {
    "an operation": {
        "paths": {"/more": {"get": {"operationId": "more", "responses": {"204": {"description": "Yes."}}}}}
    },
    "a parameter": {"paths": {"/thing": {"put": {"parameters": [{"name": "q", "in": "query", "schema": {}}]}}}},
    "an error": {"paths": {"/thing": {"put": {"responses": {"409": {"description": "No."}}}}}},
    "a header": {"paths": {"/thing": {"put": {"responses": {"204": {"headers": {"X-A": {"schema": {}}}}}}}}},
    "a model": {"components": {"schemas": {"More": {"type": "object", "properties": {"a": {"type": "string"}}}}}},
    "a way to prove who calls": {"security": [{}, {"key": []}]},
    "a server": {"servers": [{"url": "/"}, {"url": "https://two.example.com"}]},
    "a media type": {
        "paths": {"/thing": {"put": {"requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}}}}}
    },
}
