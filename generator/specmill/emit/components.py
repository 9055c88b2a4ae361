"""What each component of the normal form becomes: a struct, an alias, or a union that the runtime decodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from specmill.emit.decided import Decider
from specmill.emit.refine import scalar_types
from specmill.emit.uses import REF, Use, fits_literal, refs_in, says, use_of, without_annotations
from specmill.values import Content, Operation, Schema

Sort = Literal["struct", "alias", "union"]
# What the attributes of a struct say themselves.
TOLD = frozenset({"type", "properties", "required", "additionalProperties"})
DEPENDING = ("patternProperties", "unevaluatedProperties")


@dataclass(frozen=True, slots=True)
class Component:
    """``uses`` are the members of a struct, the alternatives of a union, or the one type of an alias."""

    name: str
    schema: Schema
    sort: Sort
    members: tuple[str, ...]  # of a struct, by their names on the wire
    uses: tuple[Use, ...]
    rest: Mapping[str, Any]  # keywords that are about the whole
    exclusive: bool = False  # a value may fit but one of the alternatives

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of the members, those that are required without being declared included."""
        return properties_of(self.schema)

    @property
    def extra(self) -> Any:
        """The schema of the members that a struct does not declare, None if it keeps none."""
        given = self.schema.get("additionalProperties")
        if "patternProperties" in self.schema:
            return {}
        if given is None and self.schema.get("unevaluatedProperties", False) is not False:
            return {}
        return None if given in (None, False) else given

    @property
    def closed(self) -> bool:
        return self.schema.get("additionalProperties") is False and "patternProperties" not in self.schema


def properties_of(schema: Schema) -> Mapping[str, Any]:
    declared: Mapping[str, Any] = schema["properties"]
    others = schema.get("additionalProperties", {})
    missing = [] if others is False else [name for name in schema.get("required", ()) if name not in declared]
    return {**declared, **dict.fromkeys(missing, others)}


def components_of(schemas: Mapping[str, Schema]) -> dict[str, Component]:
    read = {name: component_of(name, schema) for name, schema in schemas.items()}
    return decided(read)


def decided(components: Mapping[str, Component]) -> dict[str, Component]:
    """The same with every alias that msgspec cannot decode as a union of the runtime."""
    known = Decider({name: component.schema for name, component in components.items()})
    counted = {
        name: replace(one, exclusive=asks_for_one(one.schema) and known(one.schema)) for name, one in components.items()
    }
    kinds = Kinds(counted)
    return {name: kinds.decided(component) for name, component in counted.items()}


def asks_for_one(schema: Schema) -> bool:
    """Whether a value may fit but one alternative. A discriminator says which, so that nobody has to count."""
    return "oneOf" in schema and "discriminator" not in schema


def component_of(name: str, schema: Schema) -> Component:
    if schema.get("type") == "object" and schema.get("properties"):
        properties = properties_of(schema)
        members = tuple(properties)
        uses = tuple(map(use_of, properties.values()))
        component = Component(name, schema, "struct", members, uses, _rest_of_struct(schema))
        return component if component.extra is None else _with_rest(component)
    use = use_of(schema)
    if use.kind == "null":  # a bare None would be no type, and None | None is none
        return Component(name, schema, "alias", (), (use,), {"type": "null"})
    if use.kind == "union":
        return Component(name, schema, "alias", (), use.parts, use.rest)
    return Component(name, schema, "alias", (), (use,), {})


def _rest_of_struct(schema: Schema) -> dict[str, Any]:
    """What the attributes do not say: all of it, where one keyword depends on which members the others speak about."""
    whole: dict[str, Any] = without_annotations(schema)
    if any(keyword in schema for keyword in DEPENDING):
        return whole
    rest = {key: one for key, one in whole.items() if key not in TOLD}
    # A member that is required and forbidden at once has no attribute; nothing at all is valid then.
    impossible = [name for name in schema.get("required", ()) if name not in properties_of(schema)]
    return rest | ({"required": impossible} if impossible else {})


def _with_rest(struct: Component) -> Component:
    """The last use is that of the members which the struct does not declare."""
    values = Use("map", parts=(use_of(struct.extra),))
    return Component(struct.name, struct.schema, "struct", struct.members, (*struct.uses, values), struct.rest)


class Kinds:
    """Tells which unions msgspec decodes itself: those whose alternatives are of different kinds of JSON values."""

    def __init__(self, components: Mapping[str, Component]) -> None:
        self._components = components
        self._known: dict[str, frozenset[str]] = {}
        self._open: list[str] = []
        self._circular: set[str] = set()

    def decided(self, component: Component) -> Component:
        if component.sort == "struct" or self.of(component.name) != CUSTOM:
            return component
        return replace(component, sort="union", members=())

    def of(self, name: str) -> frozenset[str]:
        component = self._components.get(name)
        if component is None or component.sort == "struct":
            return frozenset({"object"})
        if name in self._open:
            self._circular.update(self._open[self._open.index(name) :])
            return CUSTOM
        if name not in self._known:
            self._open.append(name)
            found = self._alias(component)
            self._open.pop()
            self._known[name] = CUSTOM if name in self._circular else found
        return self._known[name]

    def _alias(self, component: Component) -> frozenset[str]:
        for use in component.uses:
            for name in refs_in(use):
                self.of(name)  # finds circles through arrays and maps
        kinds = [self._use(use) for use in component.uses]
        return CUSTOM if component.exclusive and _may_overlap(kinds) else self._together(kinds)

    def _together(self, alternatives: list[frozenset[str]]) -> frozenset[str]:
        if len(alternatives) == 1:
            return alternatives[0]
        flat = [kind for one in alternatives for kind in one]
        return frozenset(flat) if _are_apart(flat) else CUSTOM

    def _use(self, use: Use) -> frozenset[str]:
        if use.kind == "ref":
            return self.of(use.name)
        if use.kind == "union":
            return self._together([self._use(one) for one in use.parts])
        return frozenset(_kinds(use))


CUSTOM = frozenset({"custom"})


def _kinds(use: Use) -> Iterator[str]:
    """What a value looks like and how much it is held to: ``string:literal``, ``int``, ``object``, ..."""
    if use.kind == "literal":
        names = {"string" if isinstance(one, str) else "int" for one in use.values}
        yield from sorted(f"{name}:literal" for name in names) if all(map(fits_literal, use.values)) else ["any"]
    elif use.kind == "scalar" and use.name == "string":
        bare = scalar_types(use)[1] == "str" and not use.rest
        yield "string:pattern" if "pattern" in use.rest else "string" if bare else "string:held"
    elif use.kind == "scalar":
        name = {"integer": "int"}.get(use.name, use.name)
        yield f"{name}:held" if use.rest else name
    else:
        yield use.kind if use.kind in ("array", "map", "null") else "any"


def _are_apart(kinds: list[str]) -> bool:
    """Whether msgspec tells these apart. A string beside listed strings is one type for it, and so are two lists."""
    texts = [kind for kind in kinds if kind.startswith("string")]
    others = [kind.partition(":")[0] for kind in kinds if not kind.startswith("string")]
    if len(set(others)) < len(others) or {"object", "map"} <= {*others} or {"custom", "any"} & {*others}:
        return False
    if "number" in others and {"int:literal", "int:held"} & {*kinds}:
        return False  # 3 would have to be one of the integers, although the numbers allow it
    if "string:pattern" in texts and {"array", "map", "object"} & {*others}:
        return False  # see refine: msgspec would free the wrong memory
    bare, listed = texts.count("string"), texts.count("string:literal")
    return len(texts) < 2 or (bare < 2 and bare + listed == len(texts))


def _may_overlap(alternatives: list[frozenset[str]]) -> bool:
    """Whether one JSON value could be of several kinds: a listed text is a text, and an integer a number."""
    bases = [{_base(kind) for kind in one} for one in alternatives]
    return len(set[str]().union(*bases)) < sum(map(len, bases)) or {"any"} in bases


def _base(kind: str) -> str:
    base = kind.partition(":")[0]
    return {"int": "number", "map": "object"}.get(base, base)


# --- which structs are sent and which are received


@dataclass(frozen=True, slots=True)
class Directions:
    sent: frozenset[str]
    received: frozenset[str]


def directions(schemas: Mapping[str, Schema], operations: Iterable[Operation]) -> Directions:
    sent: list[Any] = []
    received: list[Any] = []
    for operation in operations:
        sent += sent_schemas(operation)
        received += received_schemas(operation)
    return Directions(_reachable(sent, schemas), _reachable(received, schemas))


def sent_schemas(operation: Operation) -> list[Schema]:
    found = [parameter.schema for parameter in operation.parameters]
    found += _of_contents(operation.body.contents) if operation.body else []
    return found + ([operation.stream.record] if operation.stream else [])


def received_schemas(operation: Operation) -> list[Schema]:
    found = [schema for response in operation.responses for schema in _of_contents(response.contents)]
    found += [header.schema for response in operation.responses for header in response.headers]
    return found + ([operation.stream.report] if operation.stream else [])


def _of_contents(contents: Iterable[Content]) -> list[Schema]:
    items = [content.items for content in contents if content.items is not None]
    return [*(content.schema for content in contents), *items]


def _reachable(roots: list[Any], schemas: Mapping[str, Schema]) -> frozenset[str]:
    seen: set[str] = set()
    stack = roots
    while stack:
        for name in _all_refs(stack.pop()):
            if name not in seen and name in schemas:
                seen.add(name)
                stack.append(schemas[name])
    return frozenset(seen)


def _all_refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(REF)
        for one in value.values():
            yield from _all_refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from _all_refs(one)


def optional_members(component: Component, directions: Directions) -> frozenset[str]:
    """The members that a client may leave out, although perhaps the document requires them.

    A request need not hold what only the server may write, an answer not what only the client may.
    """
    required = component.schema.get("required", ())
    spared = "readOnly" if component.name in directions.sent else "writeOnly"
    return frozenset(name for name in component.properties if name not in required) | members_saying(spared, component)


def read_only_members(component: Component, directions: Directions) -> frozenset[str]:
    """The members that a client never sends, though it may have them from an answer."""
    return members_saying("readOnly", component) if component.name in directions.sent else frozenset()


def members_saying(keyword: str, component: Component) -> frozenset[str]:
    return frozenset(name for name, schema in component.properties.items() if says(schema, keyword))
