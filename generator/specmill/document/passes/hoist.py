"""Fourth pass: every model named once.

What becomes a class or a type of its own (a *model*) moves to the components: objects with members, lists of values,
unions that a decoder cannot tell apart, and what could not be merged. Equal structure under an equal name is one
model. Names come from the document: key of the component, title, owner and member, operation and role.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from specmill import naming
from specmill.document.passes.alternatives import told_apart
from specmill.document.passes.complete import POINTERS
from specmill.document.passes.incoming import name_of_content
from specmill.document.passes.merge import UNIONS, without_annotations
from specmill.document.pointers import escaped
from specmill.document.tree import AT, COMPONENTS, Changes, Schema, Tree, key_of, rebuilt, steps

TOLD = frozenset(("title", "deprecated", "discriminator", "x-discriminator"))
AT_USE = ("nullable", "readOnly", "writeOnly", "default")  # what belongs to the place of use and not to the model
INSIDE = {"properties": "", "items": "Item", "additionalProperties": "Value"}  # steps of a pointer, as names say them
PART = re.compile(r"/allOf/[0-9]+(?=/)")  # no step of a name, unless two would be one
ROLES = ("schema", "items", "content", "additionalProperties")


def hoisted(tree: Tree, changes: Changes) -> dict[str, tuple[str, ...]]:
    """The tree with every model in its components, in place; for each name the places that it stands for."""
    hoist = _Hoist(tree, changes)
    hoist.components()
    hoist.operations()
    tree["components"]["schemas"] = hoist.finished()
    return {name: tuple(pointers) for name, pointers in hoist.origins.items()}


def is_model(schema: Any) -> bool:
    if not isinstance(schema, dict) or "$ref" in schema:
        return False
    if schema.get("type") == "object" and schema.get("properties"):
        return True
    if "enum" in schema or "allOf" in schema:
        return True
    return any(word in schema for word in UNIONS) and not _is_simple_union(schema)


def _is_simple_union(schema: Schema) -> bool:
    return "anyOf" in schema and "discriminator" not in schema and told_apart(schema["anyOf"])


class _Hoist:
    def __init__(self, tree: Tree, changes: Changes) -> None:
        self.tree = tree
        self.changes = changes
        self.raw: dict[str, Schema] = tree["components"]["schemas"]
        self.models: dict[str, Schema] = {}  # final name -> schema, in the order of the document
        self.taken: set[str] = set()
        self.known: dict[tuple[str, str], str] = {}  # (wanted name, structure) -> final name
        self.members: dict[tuple[str, str], str] = {}  # (member, structure) of models without a title -> final name
        self.names: dict[str, str] = {}  # key of a component -> final name
        self.origins: dict[str, dict[str, None]] = {}  # final name -> pointers, in order
        self.shapes: dict[int, tuple[Schema, str]] = {}  # with what has the identity, so that nothing else gets it

    # components

    def components(self) -> None:
        """Names first, since any component may refer to any other; then what is inside them."""
        keys = [key for key in self.raw if not key.startswith("/")]
        # Who is spelled as a class already keeps its name, wherever it stands among others that come close to it.
        for key in sorted(keys, key=lambda key: naming.pascal(key) != key):
            self.name_component(key, [naming.pascal(key)])
        self.models = {self.names[key]: self.raw[key] for key in keys}
        for key in (key for key in self.raw if key.startswith("/")):
            schema = self.raw[key]
            short = _from_pointer(PART.sub("", key))
            wanted = _titled(schema) or short
            same = self.known.get((wanted, self.shape(schema)))
            if same:
                self.names[key] = same
            else:
                self.name_component(key, [wanted, short, _from_pointer(key)])
        for key in self.raw:
            name = self.names[key]
            self.stands_for(name, self.raw[key])
            if self.models[name] is self.raw[key]:
                self.models[name] = self.inside(self.named(self.raw[key]), name)

    def named(self, schema: Schema) -> Schema:
        """The schema with the final name in its reference, if it is one."""
        return {**schema, "$ref": COMPONENTS + self.names[key_of(schema["$ref"])]} if "$ref" in schema else schema

    def name_component(self, key: str, wanted: list[str]) -> None:
        name = naming.unique(wanted, self.taken)
        if name != wanted[0]:
            self.changes.add("name", self.raw[key][AT], f"{wanted[0]} is taken, so this one is called {name}")
        self.taken.add(name.casefold())
        self.names[key] = name
        self.models[name] = self.raw[key]
        self.known.setdefault((wanted[0], self.shape(self.raw[key])), name)

    # operations

    def operations(self) -> None:
        for item in self.tree["paths"].values():
            for operation in item.values():
                self.operation(operation)

    def operation(self, operation: Tree) -> None:
        owner = naming.pascal(naming.snake(operation["operationId"]))
        for parameter in operation["parameters"]:
            self.parameter(parameter, owner + naming.pascal(parameter["name"], "Parameter"))
        if "requestBody" in operation:
            self.contents(operation["requestBody"], [f"{owner}Request"])
        for status, response in operation["responses"].items():
            wanted = f"{owner}Response"
            self.contents(response, [wanted, f"{wanted}{naming.pascal(status.lower(), '')}"])
            for name, header in response.get("headers", {}).items():
                self.parameter(header, owner + naming.pascal(name, "Header"))

    def parameter(self, parameter: Tree, wanted: str) -> None:
        if "schema" in parameter:
            parameter["schema"] = self.used(parameter["schema"], [wanted], "")
        self.contents(parameter, [wanted])

    def contents(self, holder: Tree, wanted: list[str]) -> None:
        for media_type, content in holder.get("content", {}).items():
            kind = naming.pascal(media_type.partition("/")[2], "")
            for key, suffix in (("schema", ""), ("itemSchema", "Item")):
                if key in content:
                    names = [name + suffix for name in (*wanted, f"{wanted[-1]}{kind}")]
                    content[key] = self.used(content[key], names, "")

    # schemas

    def used(self, schema: Any, wanted: list[str], member: str) -> Any:
        """What stands at a place of use: a reference where this is a model, else the schema with its inside done."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self.named(schema)
        if not is_model(schema):
            return self.inside(schema, wanted[0], wanted)
        name = self.model(schema, wanted, member)
        told = {key: schema[key] for key in (*AT_USE, "deprecated", "description", AT) if key in schema}
        return {"$ref": COMPONENTS + name, **told}

    def model(self, schema: Schema, wanted: list[str], member: str) -> str:
        title = _titled(schema)
        shape = self.shape(schema)
        name = self.known.get((title or wanted[0], shape)) or (not title and self.members.get((member, shape))) or ""
        if not name:
            candidates = (
                [title, wanted[0] + title if title not in wanted[0] else wanted[0], *wanted] if title else wanted
            )
            name = self.added(schema, candidates, shape)
            if not title and member:
                self.members[member, shape] = name
        else:
            self.inside(schema, name)  # a copy: what is inside it stands for the same models once more
        self.stands_for(name, schema)
        return name

    def stands_for(self, name: str, schema: Schema) -> None:
        self.origins.setdefault(name, {})[schema[AT]] = None

    def added(self, schema: Schema, candidates: list[str], shape: str) -> str:
        name = naming.unique(candidates, self.taken)
        if name not in candidates:
            self.changes.add("name", schema[AT], f"{candidates[0]} is taken by another structure, so this is {name}")
        self.taken.add(name.casefold())
        self.known[candidates[0], shape] = name
        self.models[name] = {}  # keeps its place before what is inside it
        core = {key: value for key, value in schema.items() if key not in AT_USE}
        self.models[name] = self.inside(core, name)
        self.changes.add("hoist", schema[AT], f"named {name}")
        return name

    def inside(self, schema: Schema, owner: str, wanted: list[str] | None = None) -> Schema:
        """The schema with references in place of the models inside it, which are named after their owner."""

        def change(inner: Any, inside: str) -> Any:
            word, _, rest = inside[1:].partition("/")
            if word == "properties":
                member = steps(inside)[1]
                return self.used(inner, [owner + naming.pascal(member, "Value")], member)
            if word in ("items", "additionalProperties"):
                suffix = "Item" if word == "items" else "Value"
                return self.used(inner, [owner + suffix], "")
            if word in (*UNIONS, "allOf", "prefixItems"):
                return self.used(inner, [f"{owner}{_letter(int(rest))}"], "")
            return self.used(inner, [owner + naming.pascal(word)], "")

        return rebuilt(schema, change)

    # structure

    def shape(self, schema: Any) -> str:
        """A hash of what is valid and what is named, the same for equal structures wherever they stand."""
        if not isinstance(schema, dict):
            return json.dumps(schema)
        if id(schema) not in self.shapes:
            inner = rebuilt(schema, lambda value, _: self.shape_at_use(value))
            core = without_annotations(inner) | {key: inner[key] for key in TOLD if key in inner}
            text = json.dumps({key: value for key, value in core.items() if key not in AT_USE}, sort_keys=True)
            self.shapes[id(schema)] = schema, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self.shapes[id(schema)][1]

    def shape_at_use(self, schema: Any) -> str:
        said = {key: schema[key] for key in AT_USE if key in schema} if isinstance(schema, dict) else {}
        return f"{self.shape(schema)} {json.dumps(said, sort_keys=True)}"

    def finished(self) -> dict[str, Schema]:
        """The models by final name; mappings of discriminators by final name too."""
        for schema in self.models.values():
            for word in ("discriminator", "x-discriminator"):
                if isinstance(schema.get(word), dict) and "mapping" in schema[word]:
                    mapping, default = schema[word]["mapping"], schema[word].get("defaultMapping")
                    schema[word] = {
                        **schema[word],
                        "mapping": {key: self.final(value) for key, value in mapping.items()},
                        **({"defaultMapping": self.final(default)} if default else {}),
                    }
        return self.models

    def final(self, target: str) -> str:
        key = key_of(target)
        return self.names.get(key, key)


def _titled(schema: Schema) -> str:
    title = str(schema.get("title") or "")
    return naming.pascal(title) if naming.words(title) else ""


def _letter(index: int) -> str:
    return f"Option{chr(ord('A') + index)}" if index < 26 else f"Option{index + 1}"


def _from_pointer(pointer: str) -> str:
    """A name for a schema that was reached inside another, as it would be named where it stands."""
    parts = steps(pointer)
    if parts[:2] == ["components", "schemas"] and "$defs" not in parts:
        return naming.pascal(parts[2]) + "".join(INSIDE.get(part, naming.pascal(part, "")) for part in parts[3:])
    if named := name_of_content(parts):
        return named
    last = next((part for part in reversed(parts) if part not in ROLES and not part.isdigit()), "Model")
    return naming.pascal(last)


def all_pointers(tree: Tree) -> Iterator[tuple[str, str]]:
    """For each part of an operation in this tree, where it stands in the document."""
    for path, item in tree["paths"].items():
        for method, operation in item.items():
            yield from _pointers(operation, f"/paths/{escaped(path)}/{escaped(method)}")


def _pointers(node: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if POINTERS in node:
            yield at, node.pop(POINTERS)
        for key, value in node.items():
            if key not in ("schema", "itemSchema", "examples", "example"):
                yield from _pointers(value, f"{at}/{escaped(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _pointers(value, f"{at}/{index}")
