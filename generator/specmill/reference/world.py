"""What all pages of one reference share: the client, its document, and where everything else is told of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from specmill.emit.calls import sentence
from specmill.emit.client import filled, listed_tags
from specmill.emit.names import exception_of
from specmill.reference.examples import Examples
from specmill.reference.markdown import anchors, code, link, slug
from specmill.reference.notes import Notes
from specmill.reference.samples import Samples
from specmill.reference.types import names_in
from specmill.reference.written import Model, Written
from specmill.values import Build, Operation


@dataclass(frozen=True)
class World:
    build: Build
    notes: Notes
    used: set[str] = field(default_factory=set)  # names of the notes that have found their place

    @cached_property
    def written(self) -> Written:
        return Written(self.build)

    @cached_property
    def samples(self) -> Samples:
        return Samples(self.written, Examples(self.build.normal, self.build.operations))

    @property
    def package(self) -> str:
        return self.build.config.package

    @property
    def title(self) -> str:
        return " ".join(str(self.build.normal.tree["info"].get("title", "")).split()) or self.package

    @property
    def models(self) -> Mapping[str, Model]:
        return self.written.models

    @cached_property
    def schemas(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.build.normal.tree.get("components", {}).get("schemas", {})
        return found

    @cached_property
    def schemes(self) -> Mapping[str, Any]:
        return self.samples.schemes

    @cached_property
    def servers(self) -> tuple[str, ...]:
        return tuple(filled(server) for server in self.build.normal.tree.get("servers", ()))

    # ---------------------------------------------------------------- resources

    @cached_property
    def by_resource(self) -> Mapping[str, list[Operation]]:
        groups: dict[str, list[Operation]] = {}
        for operation in self.build.operations:
            groups.setdefault(operation.resource, []).append(operation)
        return dict(sorted(groups.items()))

    @cached_property
    def _tags(self) -> Mapping[str, Any]:
        return {tag["name"]: tag.get("description") for _, tag in listed_tags(self.build.normal.document.tree)}

    def title_of(self, resource: str) -> str:
        return self.by_resource[resource][0].tag or "Operations without a tag"

    def about(self, resource: str) -> str:
        told = self._tags.get(self.by_resource[resource][0].tag)
        return told if isinstance(told, str) else ""

    # ---------------------------------------------------------------- where things are

    @staticmethod
    def heading(operation: Operation) -> str:
        """A dot stands in no other heading of its page, so its anchor is its own."""
        return f"{operation.resource}.{operation.python_name}"

    def to_operation(self, operation: Operation, up: str, text: str = "") -> str:
        target = f"{up}resources/{operation.resource}.md#{slug(self.heading(operation))}"
        return link(code(text or self.heading(operation)), target)

    @cached_property
    def scheme_anchors(self) -> Mapping[str, str]:
        """Where each security scheme is told of; schemes are called as their document likes."""
        return dict(zip(self.schemes, anchors(map(heading_of_scheme, self.schemes)), strict=True))

    def to_scheme(self, name: str, up: str) -> str:
        return link(code(name), f"{up}authentication.md#{self.scheme_anchors.get(name, '')}".rstrip("#"))

    def note(self, name: str, level: int) -> str:
        """What people wrote about it."""
        self.used.add(name)
        return self.notes.text(name, level)

    # ---------------------------------------------------------------- who uses a model

    @cached_property
    def holders(self) -> Mapping[str, list[str]]:
        """Model -> models that are made of it."""
        found: dict[str, list[str]] = {}
        for model in self.models.values():
            types = [member.type for member in model.members] + ([model.type] if model.type else [])
            for name in dict.fromkeys(name for type_ in types for name in self._models_in(type_)):
                found.setdefault(name, []).append(model.name)
        return found

    @cached_property
    def sent(self) -> Mapping[str, list[Operation]]:
        """Model -> operations that take it."""
        found: dict[str, list[Operation]] = {}
        for operation in self.build.operations:
            method = self.written.resources[operation.resource].methods[operation.python_name]
            types = (argument.type for argument in method.arguments)
            for name in dict.fromkeys(name for type_ in types for name in self._models_in(type_)):
                found.setdefault(name, []).append(operation)
        return found

    @cached_property
    def sent_within(self) -> frozenset[str]:
        """All models that are sent, those inside of others included."""
        found: set[str] = set()
        waiting = list(self.sent)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                model = self.models[name]
                types = [member.type for member in model.members] + ([model.type] if model.type else [])
                waiting += [one for type_ in types for one in self._models_in(type_)]
        return frozenset(found)

    @cached_property
    def answered(self) -> Mapping[str, list[Operation]]:
        """Model -> operations that answer with it, as a success or in an error."""
        found: dict[str, list[Operation]] = {}
        for operation in self.build.operations:
            method = self.written.resources[operation.resource].methods[operation.python_name]
            names = [*self._models_in(method.returns), *self._in_answers(operation)]
            for name in dict.fromkeys(names):
                found.setdefault(name, []).append(operation)
        return found

    def _models_in(self, type_: ast.expr) -> Iterator[str]:
        return (name for name in names_in(type_) if name in self.models)

    def _in_answers(self, operation: Operation) -> Iterator[str]:
        for response in operation.responses:
            for content in response.contents:
                reference = content.schema.get("$ref") if isinstance(content.schema, Mapping) else None
                if isinstance(reference, str) and (name := reference.rpartition("/")[2]) in self.models:
                    yield name


def heading_of_scheme(name: str) -> str:
    return " ".join(name.split())


def title_of(operation: Operation) -> str:
    """The summary, or the words of the id."""
    return sentence(operation.summary) or sentence(operation.python_name.replace("_", " "))


def about(operation: Operation) -> str:
    """What the document says about a call beside its summary."""
    said = operation.description.strip()
    return "" if said.rstrip(".") == operation.summary.strip().rstrip(".") else said


def exception(status: str) -> str:
    return exception_of(status)
