"""The models of a client: datamodel-code-generator writes the types, this puts them together.

::

    class ProduceRequestHeader(Struct, kw_only=True, gc=False):
        name: str
        value: bytes | None | UnsetType = UNSET

A member that need not be there is ``UNSET`` by default, whatever default the document has: leaving it out
is what lets the server apply its own. That default stands in a comment.
"""

from __future__ import annotations

import ast
import functools
import gc
import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from specmill.emit.completeness import lost
from specmill.emit.components import (
    Component,
    Directions,
    component_of,
    decided,
    directions,
    optional_members,
    read_only_members,
    received_schemas,
    sent_schemas,
)
from specmill.emit.cycles import without_cycles
from specmill.emit.fields import REST, encodable, field_names, renaming
from specmill.emit.gate import Undecodable, build_decoders, imported
from specmill.emit.keywords import SCHEMAS, definitions, source_of
from specmill.emit.refine import Mismatch, annotation, constrained
from specmill.emit.reports import METHODS, Verdict, verdicts
from specmill.emit.source import docstring
from specmill.emit.tags import discriminator_of
from specmill.emit.trouble import Trouble
from specmill.emit.typewriter import EngineTrouble, typewritten
from specmill.emit.uses import Use, parts_of, refs_in, use_of
from specmill.errors import Problems
from specmill.values import File, Normal, Operation, Schema

HEADER = '''"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations
'''
HOMES: Mapping[str, tuple[str, ...]] = {
    "typing": ("TYPE_CHECKING", "Annotated", "Any", "ClassVar", "Literal", "TypeAlias"),
    "uuid": ("UUID",),
    "msgspec": ("UNSET", "Meta", "Struct", "UnsetType", "field"),
    "._json": ("DateTime", "Int32", "Int64", "OpenStruct", "one_of"),
    "._report": ("ReportStruct",),
}
WORD = re.compile(r"[A-Za-z_]\w*")
STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
PROSE = 240  # a docstring is a reminder; the reference tells the rest
COMMENT = 60


@dataclass(frozen=True, slots=True)
class Models:
    """The module, and what the other stages need of it.

    ``types`` has for the ``schema_key`` of any schema that an operation uses the source of its type; ``fields`` has
    for each class its members by their names on the wire, with their names in Python.
    """

    files: tuple[File, ...]
    types: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def schema_key(schema: Schema) -> str:
    """The same text for equal schemas."""
    return json.dumps(schema, sort_keys=True, separators=(",", ":"))


def emit(normal: Normal, operations: Iterable[Operation]) -> Models:
    with _collector_paused():
        return _emitted(normal, tuple(operations))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """The engine leaves millions of objects behind; looking through them again and again takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _emitted(normal: Normal, operations: tuple[Operation, ...]) -> Models:
    schemas: Mapping[str, Schema] = normal.tree.get("components", {}).get("schemas", {})
    trouble = Trouble(normal)
    trouble.refuse_names(schemas, (name for names in HOMES.values() for name in names))
    components = decided({name: trouble.reading(component_of, name, schema) for name, schema in schemas.items()})
    inline = {
        schema_key(schema): schema
        for operation in operations
        for schema in (*sent_schemas(operation), *received_schemas(operation))
    }
    writer = Writer(components, directions(schemas, operations), verdicts(components, operations, trouble), trouble)
    writer.typewrite([trouble.reading(_inline, "", schema) for schema in inline.values()])
    content = writer.module().encode()
    types = dict(zip(inline, writer.inline_types(), strict=True))
    models = Models((File("models.py", content, "models"),), types, writer.fields)
    _check(schemas, models, writer, trouble)
    return models


def _inline(_: str, schema: Schema) -> Use:
    return use_of(schema)


def _check(schemas: Mapping[str, Schema], models: Models, writer: Writer, trouble: Trouble) -> None:
    """The models say all that the schemas say, and msgspec takes every one of them."""
    try:
        with imported(models.files[0].content) as module:
            found = tuple(lost(module, writer.sources, schemas, models.fields, writer.optional))
            if not found:
                build_decoders(module, writer.references(), models.types)
    except Undecodable as error:
        raise trouble.undecodable(error) from None
    if found:
        errors = tuple(map(trouble.lost, found))
        raise errors[0] if len(errors) == 1 else Problems(errors)


class Writer:
    """Puts the module together, class by class."""

    def __init__(
        self,
        components: Mapping[str, Component],
        directions: Directions,
        verdicts: Mapping[str, Verdict],
        trouble: Trouble,
    ) -> None:
        self._components = components
        self._verdicts = verdicts
        self._trouble = trouble
        self._numbers = {name: number for number, name in enumerate(components)}
        self._names = {f"C{number}": name for number, name in enumerate(components)}
        self._without_cycles = without_cycles(components)
        self._nodes: list[list[ast.expr]] = []
        self._inline: list[Use] = []
        self._used: set[str] = set()  # names of other modules, and of our own
        structs = [one for one in components.values() if one.sort == "struct"]
        self.optional = {one.name: optional_members(one, directions) for one in structs}
        self._read_only = {one.name: read_only_members(one, directions) for one in structs}
        self.fields = {one.name: attribute_names(one, one.name in verdicts) for one in structs}
        self.sources: dict[str, str] = {}  # of what is no struct

    def typewrite(self, inline: list[Use]) -> None:
        rows = [component.uses for component in self._components.values()]
        self._inline = inline
        try:
            self._nodes = typewritten([*rows, inline] if inline else rows, self._numbers)
        except EngineTrouble as error:
            raise self._trouble.of_engine(error, tuple(self._components.values())) from None

    def inline_types(self) -> Iterator[str]:
        if self._inline:
            for node, use in zip(self._nodes[-1], self._inline, strict=True):
                yield self._annotation("", "", node, use)

    def references(self) -> dict[str, set[str]]:
        return {name: {part for use in one.uses for part in refs_in(use)} for name, one in self._components.items()}

    def module(self) -> str:
        made = [(component, self._block(component)) for component in self._ordered()]
        self.sources = {component.name: block for component, block in made if component.sort != "struct"}
        blocks = [block for _, block in made]
        if schemas := self._schemas():
            self._used.add("Any")
            blocks.insert(0, f"{SCHEMAS}: dict[str, Any] = {schemas!r}")
        return "\n\n".join((HEADER + "\n".join(_imports(self._used)), *blocks)) + "\n"

    def _schemas(self) -> dict[str, Any]:
        """What the keywords of other schemas refer to."""
        uses = [use for component in self._components.values() for use in component.uses] + self._inline
        rests = [
            *(one.rest for one in self._components.values()),
            *(part.rest for use in uses for part in parts_of(use)),
        ]
        schemas = {name: component.schema for name, component in self._components.items()}
        return definitions(rests, schemas)

    # --- order

    def _ordered(self) -> Iterator[Component]:
        """The order of the document, except that an alias comes after all that it is made of."""
        done: set[str] = set()
        for name in self._components:
            yield from self._with_parts(name, done)

    def _with_parts(self, name: str, done: set[str]) -> Iterator[Component]:
        if name in done:
            return
        done.add(name)
        component = self._components[name]
        if component.sort == "alias":
            for use in component.uses:
                for part in refs_in(use):
                    yield from self._with_parts(part, done)
        yield component

    # --- blocks

    def _block(self, component: Component) -> str:
        if component.sort == "struct":
            return self._struct(component)
        return self._union(component) if component.sort == "union" else self._alias(component)

    def _annotations(self, component: Component, plain: bool = False) -> list[str]:
        nodes = self._nodes[self._numbers[component.name]]
        places = component.members or ("",) * len(nodes)
        rows = zip((*places, ""), nodes, component.uses, strict=False)
        return [self._annotation(component.name, place, node, use, plain) for place, node, use in rows]

    def _annotation(self, name: str, member: str, node: ast.expr, use: Use, plain: bool = False) -> str:
        try:
            return self._using(annotation(node, use, self._names, plain))
        except Mismatch as found:
            raise self._trouble.mismatch(name, member, str(found)) from None

    def _using(self, code: str) -> str:
        self._used |= _words(code)
        return code

    def _alias(self, component: Component) -> str:
        text = self._using(constrained(" | ".join(dict.fromkeys(self._annotations(component))), component.rest))
        self._used.add("TypeAlias")
        return f"{component.name}: TypeAlias = {text}\n{_documented(component, 0)}".rstrip()

    def _union(self, component: Component) -> str:
        name, types = component.name, self._annotations(component)
        plain = " | ".join(dict.fromkeys(self._annotations(component, plain=True)))
        found = discriminator_of(component, self._components)
        choices = f"{', '.join(types)}{',' if len(types) == 1 else ''}"
        given = f"{{{', '.join(f'{value!r}: {one}' for value, one in found[1].items())}}}" if found else f"({choices})"
        tag = f", tag={found[0]!r}{_otherwise(component)}" if found else ""
        how = tag or (", exclusive=True" if component.exclusive else "")
        made = self._using(constrained(f'one_of("{name}", __name__, lambda: {given}{how})', component.rest))
        self._used |= {"TYPE_CHECKING", "TypeAlias"}
        return (
            f"if TYPE_CHECKING:\n    {name}: TypeAlias = {plain!r}\n{_documented(component, 4)}"
            f"else:\n    {name} = {made}"
        )

    def _struct(self, component: Component) -> str:
        names = self.fields[component.name]
        odd = {names[wire]: wire for wire in component.members if not encodable(wire)}
        rule, spelt = renaming(names, odd)
        verdict = self._verdicts.get(component.name)
        options = f", rename={rule!r}" if rule else ""
        if component.name in self._without_cycles:
            options += ", gc=False"
        lines = [self._using(_class_line(component, options, verdict is not None)), _documented(component, 4)]
        if odd or component.rest or verdict:
            self._used |= {"ClassVar", "Any"}
        if verdict:
            lines.append(f"    __verdict__: ClassVar[str] = {names[verdict.member]!r}")
            lines.append(f"    __accepted__: ClassVar[tuple[Any, ...]] = {verdict.accepted!r}")
        if odd:
            lines.append(f"    __wire_names__: ClassVar[dict[str, str]] = {odd!r}")
        if component.rest:
            lines.append(
                f"    __extra_json_schema__: ClassVar[dict[str, Any]] = {self._using(source_of(component.rest))}"
            )
        if reserved := tuple(names[wire] for wire in component.members if wire in self._read_only[component.name]):
            self._used.add("ClassVar")
            lines.append(f"    __read_only__: ClassVar[tuple[str, ...]] = {reserved!r}")
        annotations = self._annotations(component)
        optional = self.optional[component.name]
        for member, use, text in zip(component.members, component.uses, annotations, strict=False):
            line = _field_line(names[member], text, use, member in optional, spelt.get(names[member]))
            lines.append(self._using(line) + _default_comment(component.properties[member]))
        if component.extra is not None:
            wire = _free("*", component.members)
            lines.append(self._using(f"    {REST}: {annotations[-1]} = field(name={wire!r}, default_factory=dict)"))
        return "\n".join(lines)


def _otherwise(component: Component) -> str:
    """The value that stands for all that are not listed, if the document says what these mean."""
    found = component.schema["discriminator"]
    value = next((tag for tag, name in found["mapping"].items() if name == found.get("defaultMapping")), None)
    return "" if value is None else f", otherwise={value!r}"


def attribute_names(component: Component, is_report: bool) -> dict[str, str]:
    taken = METHODS if is_report else ()
    return field_names(component.members, taken if component.extra is None else (*taken, REST))


def _free(name: str, taken: Iterable[str]) -> str:
    taken = set(taken)
    while name in taken:
        name += "*"
    return name


def _class_line(component: Component, options: str, is_report: bool) -> str:
    base = "Struct" if component.extra is None else "OpenStruct"
    if is_report:
        base = "ReportStruct" if base == "Struct" else f"ReportStruct, {base}"
    closed = ", forbid_unknown_fields=True" if component.closed else ""
    return f"class {component.name}({base}, kw_only=True{closed}{options}):"


def _field_line(name: str, text: str, use: Use, optional: bool, wire: str | None) -> str:
    default = "UNSET" if optional else repr(use.values[0]) if is_constant(use) else ""
    annotated = f"{text} | UnsetType" if optional else text
    if wire is not None:
        call = f"field(name={wire!r}, default={default})" if default else f"field(name={wire!r})"
        return f"    {name}: {annotated} = {call}"
    return f"    {name}: {annotated} = {default}" if default else f"    {name}: {annotated}"


def is_constant(use: Use) -> bool:
    """Where there is but one value to send, nobody has to name it."""
    return use.kind == "literal" and len(use.values) == 1 and not use.nullable and isinstance(use.values[0], (str, int))


def _default_comment(schema: Any) -> str:
    if not isinstance(schema, dict) or "default" not in schema:
        return ""
    text = json.dumps(schema["default"], sort_keys=True)
    return f"  # the server's default: {text if len(text) <= COMMENT else text[:COMMENT] + '...'}"


def _prose(schema: Schema, indent: int) -> str:
    """The first paragraph of a description, as a docstring; empty without one."""
    text = str(schema.get("description") or "").strip()
    first = re.split(r"\n\s*\n", text, maxsplit=1)[0]
    # What does not print would be escaped, which nobody wants to read (and half a character is no docstring at all).
    first = " ".join("".join(one if one.isprintable() else " " for one in first).split())
    if len(first) > PROSE:
        first = first[:PROSE].rsplit(" ", 1)[0] + " ..."
    return docstring(first, indent) if first else ""


def _documented(component: Component, indent: int) -> str:
    prose = _prose(component.schema, indent)
    return f"{' ' * indent}{prose}\n" if prose else ""


@functools.lru_cache(maxsize=2**16)
def _words(code: str) -> frozenset[str]:
    """The names in a piece of code, without those in its texts."""
    return frozenset(WORD.findall(STRING.sub("", code)))


def _imports(used: Container[str]) -> Iterator[str]:
    if "datetime" in used:
        yield "import datetime"
    for home, names in HOMES.items():
        if found := [name for name in names if name in used]:
            yield f"from {home} import {', '.join(found)}"
