"""Pulls what external ``$ref``s name into the document, so that afterwards every ``$ref`` is ``#/...``.

Each target becomes one component, however often it is referred to: a component or a path of the document that
is nothing but a reference to it, otherwise a new one in ``components``, named after the last step of its pointer
or after its file. A ``$ref`` counts only where OpenAPI expects one; in examples and defaults it is data, and
``externalValue`` stays a string. References that are ``#/...`` already are not followed here; ``check`` does that.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from specmill.document import limits
from specmill.document.access import Access, Location
from specmill.document.faults import closest, shown
from specmill.document.load import parse
from specmill.document.pointers import (
    MISSING,
    Draft,
    Path,
    Token,
    find,
    join,
    path_of,
    pointer_of,
    split,
    step,
    tokens_of,
)
from specmill.document.positions import fault
from specmill.document.resources import Resources, joined
from specmill.document.shape import FIELDS, SECTIONS, is_reference, kind_at, walk
from specmill.errors import SpecmillError
from specmill.values import JSON, Config, Document, SourceFile

STRUCTURE = frozenset(name for fields in FIELDS.values() for name in fields)  # words that name no component


def bundle(document: Document, config: Config) -> Document:
    """The document with all that its references name in one tree."""
    return Bundler(document, config).bundled()


def reference_to(tokens: Sequence[Token]) -> str:
    """The ``$ref`` to a place of the document itself."""
    return "#" + join(tokens).replace("%", "%25")


def tokens_to(reference: str) -> list[str] | None:
    """The place that an internal ``$ref`` names; None where it is no pointer."""
    fragment = unquote(reference[1:])
    return split(fragment) if reference[:1] == "#" and fragment[:1] in ("", "/") else None


def default_of(discriminator: dict[str, Any]) -> dict[str, Any]:
    """What a discriminator says about values that its mapping does not list, by the name of the field."""
    return {key: discriminator[key] for key in ("defaultMapping",) if key in discriminator}


def nothing_there(tree: JSON, tokens: list[str]) -> tuple[str, str]:
    """Message and hint for a pointer that leads nowhere."""
    there = 0
    while (below := step(tree, tokens[there])) is not MISSING:
        tree, there = below, there + 1
    wanted, upto = tokens[there], join(tokens[:there])
    message = f'there is no "{shown(wanted)}" in {shown(upto) or "the document"}'
    if isinstance(tree, dict) and "$ref" in tree and len(tree) == 1:
        return message, f"that is a reference itself; refer to what it names: {shown(tree['$ref'])}"
    close = closest(wanted, tree if isinstance(tree, dict) else (), 3)
    near = " or ".join(f"#{shown(join([*tokens[:there], name]), 200)}" for name in close)
    return message, f"did you mean {near}?" if near else "mend the $ref, or add what it names"


@dataclass(slots=True)
class _File:
    location: Location
    source: SourceFile
    tree: JSON
    anchors: dict[str, list[str]] | None = field(default=None)  # name -> pointers; collected when one is asked for
    resources: Resources | None = field(default=None)


class Bundler:
    """One document on its way to a single tree."""

    def __init__(self, document: Document, config: Config) -> None:
        self.document = document
        self.access = Access(config)
        self.main = _File(self.access.document, document.files[0], document.tree)
        # A way back from another file leads to the document through its links, if it is one.
        self.files: dict[Location, _File] = {
            self.access.document: self.main,
            self.access.document.resolve(): self.main,
        }
        self.pulled: list[SourceFile] = list(document.files)
        self.draft = Draft(document.tree)
        self.places = dict(document.places)
        self.homes: dict[tuple[Location, str, str], list[str]] = {}  # file, pointer, kind -> where it is now
        self.taken: dict[tuple[str, str], int] = {}  # section, name -> how often it was wished for
        self.pending: deque[tuple[str, JSON, Path, _File]] = deque()
        self.visited: set[tuple[str, str]] = set()  # what is not reached by walking the document: pointer, kind
        self.copied = 0

    def bundled(self) -> Document:
        for kind, node, path in self._slots():
            self._fill(kind, node, path)
        self.pending.append(("document", self.main.tree, None, self.main))
        while self.pending:
            kind, node, path, file = self.pending.popleft()
            for inner_kind, inner, inner_path in walk(node, kind, path):
                self._visit(inner_kind, inner, inner_path, file)
        return self._so_far() if self.draft.tree is not self.document.tree else self.document

    def _so_far(self) -> Document:
        return Document(self.draft.tree, tuple(self.pulled), self.document.overlays, self.places)

    def _fault(self, path: Path, message: str, hint: str = "") -> SpecmillError:
        return fault(self._so_far(), pointer_of(path), message, hint)

    # What is nothing but a reference to another file, in a place with a name, is the best home for its target.

    def _slots(self) -> list[tuple[str, JSON, Path]]:
        tree = self.main.tree if isinstance(self.main.tree, dict) else {}
        maps: list[tuple[str, JSON, Path]] = [("path item", tree.get("paths"), (None, "paths"))]
        for kind, section in SECTIONS.items():
            maps.append((kind, find(tree, ["components", section]), ((None, "components"), section)))
        return [
            (kind, node, (path, name))
            for kind, nodes, path in maps
            if isinstance(nodes, dict)
            for name, node in nodes.items()
            if isinstance(node, dict) and len(node) == 1 and "$ref" in node and isinstance(node["$ref"], str)
        ]

    def _fill(self, kind: str, node: Any, path: Path) -> None:
        if node["$ref"].startswith("#"):
            return
        file, tokens = self._target(node["$ref"], self.main, (path, "$ref"))
        key = (file.location, join(tokens), kind)
        if file is not self.main and key not in self.homes:
            self._settle(key, tokens_of(path), file, tokens, (path, "$ref"))

    # Every reference of the document and of what it has pulled in.

    def _visit(self, kind: str, node: JSON, path: Path, file: _File) -> None:
        if is_reference(kind, node) and isinstance(node["$ref"], str):
            self._refer(kind, node["$ref"], (path, "$ref"), file)
        elif kind == "schema" and isinstance(node, dict) and isinstance(node.get("$dynamicRef"), str):
            self._refer_dynamically(node, path, file)
        if kind == "schema" and isinstance(node, dict) and isinstance(node.get("discriminator"), dict):
            discriminator = node["discriminator"]
            self._map(discriminator.get("mapping"), ((path, "discriminator"), "mapping"), file)
            self._map(default_of(discriminator), (path, "discriminator"), file)

    def _refer(self, kind: str, reference: str, path: Any, file: _File) -> None:
        plain = file is self.main and reference.startswith("#/") and "%" not in reference
        if plain and not self._resources(file):
            self._follow_into_data(kind, split(reference[1:]))
            return
        target, tokens = self._target(reference, file, path)
        if target is self.main:
            home: list[Any] = tokens
            self._follow_into_data(kind, tokens)
        else:
            home = self._home(kind, target, tokens, path)
            if file is self.main and home == tokens_of(path[0]):
                return  # the reference has given way to its target
        wanted = reference_to(home)
        if wanted != reference:
            self.draft.put(tokens_of(path), wanted)

    def _refer_dynamically(self, node: dict[str, Any], path: Path, file: _File) -> None:
        """Where nothing else has the anchor, nothing can take its place, and the reference is one like any other."""
        target, tokens = self._target(node["$dynamicRef"], file, (path, "$dynamicRef"))
        there = find(target.tree, tokens)
        anchor = there.get("$dynamicAnchor") if isinstance(there, dict) else None
        if file is target is self.main and (anchor is None or len(self._anchors(file)[anchor]) == 1):
            rest = {key: value for key, value in node.items() if key != "$dynamicRef"}
            self.draft.put(tokens_of(path), {**rest, "$ref": reference_to(tokens)})

    def _follow_into_data(self, kind: str, tokens: list[str]) -> None:
        """A target that stands where OpenAPI expects nothing (``#/x-shared/Pet``) is not reached by the walk."""
        if kind_at(tokens) is None and (join(tokens), kind) not in self.visited:
            self.visited.add((join(tokens), kind))
            node = find(self.main.tree, tokens)
            if node is not MISSING:
                self.pending.append((kind, node, path_of(tokens), self.main))

    def _map(self, mapping: JSON, path: Path, file: _File) -> None:
        """The values of a discriminator's mapping are names of components, or references."""
        for name, value in mapping.items() if isinstance(mapping, dict) else ():
            if not isinstance(value, str):
                continue
            own = ["components", "schemas", value]
            if find(file.tree, own) is not MISSING:
                value = reference_to(own)
            elif re.fullmatch(r"[\w-]+", value):
                continue
            if not (file is self.main and value.startswith("#")):
                self._refer("schema", value, (path, name), file)

    # Where a reference leads.

    def _target(self, reference: str, file: _File, path: Path) -> tuple[_File, list[str]]:
        uri, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        target, root = self._resource(uri, file, path)
        if fragment[:1] not in ("", "/"):
            return target, self._anchor(fragment, target, root, path)
        tokens = [*root, *split(fragment)]
        if not uri and root and find(target.tree, tokens) is MISSING:
            # Strictly it is wrong, but people who give a schema an $id still mean the document.
            tokens = split(fragment)
        return target, tokens

    def _resources(self, file: _File) -> Resources:
        if file.resources is None:
            named = any("$id" in one.text for one in (file.source, *self.document.overlays))
            file.resources = Resources(file.tree if named else None, is_document=file is self.main)
        return file.resources

    def _resource(self, uri: str, file: _File, path: Path) -> tuple[_File, list[str]]:
        """The schema that has the URI as its ``$id``, or the file that has it as its name, with the place therein."""
        resources = self._resources(file)
        base, around = resources.around(tokens_of(path)) if resources and file is self.main else ("", [])
        if not uri:
            return file, around
        for known in (file, self.main):
            for name in (joined(base, uri), uri):
                if name in self._resources(known).places:
                    return known, self._resources(known).places[name]
        return self._opened(uri, file, path), []

    def _opened(self, uri: str, file: _File, path: Path) -> _File:
        if isinstance(self.main.tree, dict) and uri == self.main.tree.get("$self"):
            return self.main  # under the name that it gives itself
        try:
            location = self.access.locate(uri, file.location)
            if location not in self.files:
                source = self.access.read(location)
                self.pulled.append(source)
                self._check_amount(path)
                self.files[location] = _File(location, source, parse(source))
        except SpecmillError as error:
            if error.place and error.place.line:
                raise  # it says where in the other file
            raise self._fault(path, error.message, error.hint) from None
        return self.files[location]

    def _check_amount(self, path: Path) -> None:
        if len(self.pulled) > limits.FILES:
            raise self._fault(path, f"the references of this document lead to more than {limits.FILES} files")
        if sum(len(file.text) for file in self.pulled) > limits.TOTAL_BYTES:
            raise self._fault(path, f"the files of this document have more than {limits.TOTAL_BYTES:,} characters")

    @staticmethod
    def _anchors(file: _File) -> dict[str, list[str]]:
        if file.anchors is None:
            file.anchors = _anchors(file.tree)
        return file.anchors

    def _anchor(self, name: str, file: _File, root: list[str], path: Path) -> list[str]:
        everywhere = self._anchors(file).get(name, [])
        found = [one for one in everywhere if split(one)[: len(root)] == root] or everywhere
        if len(found) == 1:
            return split(found[0])
        if found:
            raise self._fault(path, f'the $anchor "{shown(name)}" stands at {" and ".join(map(shown, found[:3]))}')
        hint = f"a pointer begins with a slash: #/{shown(name)}"
        raise self._fault(path, f'there is no $anchor "{shown(name)}" in {shown(file.source.name)}', hint)

    # Where a target goes.

    def _home(self, kind: str, file: _File, tokens: list[str], path: Path) -> list[str]:
        key = (file.location, join(tokens), kind)
        if key not in self.homes:
            section = SECTIONS[kind]
            home = ["components", section, self._name(section, file, tokens)]
            self._make_room(section, path)
            self._settle(key, home, file, tokens, path)
        return self.homes[key]

    def _settle(
        self, key: tuple[Location, str, str], home: list[Any], file: _File, tokens: list[str], path: Path
    ) -> None:
        node = find(file.tree, tokens)
        if node is MISSING:
            message, hint = nothing_there(file.tree, tokens)
            raise self._fault(path, f"{message} of {shown(file.source.name)}", hint)
        self.copied += limits.size(node, limits.COPIED)
        if self.copied > limits.COPIED:
            raise self._fault(path, f"the references of this document pull in more than {limits.COPIED:,} nodes")
        self.homes[key] = home
        self.places[join(home)] = f"{file.source.name}#{join(tokens)}"
        self.draft.put(home, node)
        self.pending.append((key[2], node, path_of(home), file))

    def _name(self, section: str, file: _File, tokens: list[str]) -> str:
        uri = str(file.location)
        stem = PurePosixPath(urlsplit(uri).path if "://" in uri else file.source.name).stem
        last = tokens[-1] if tokens else stem
        full = last if last == stem else f"{stem}_{last}"
        wishes = [full] if last in STRUCTURE or last.isdigit() else [last, full]
        names = find(self.draft.tree, ["components", section])
        for wish in map(_plain, wishes):
            if not (isinstance(names, dict) and wish in names):
                return wish
        number = self.taken.get((section, full), 1)
        while (name := f"{_plain(full)}_{number + 1}") in names:
            number += 1
        self.taken[section, full] = number
        return name

    def _make_room(self, section: str, path: Path) -> None:
        for tokens in (["components"], ["components", section]):
            there = find(self.draft.tree, tokens)
            if there is MISSING:
                self.draft.put(tokens, self.draft.adopt({}))
            elif not isinstance(there, dict):
                raise self._fault(path_of(tokens), f"{tokens[-1]} has to be a mapping")


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name).strip("_") or "External"


def _anchors(tree: JSON) -> dict[str, list[str]]:
    anchors: dict[str, list[str]] = {}
    pending: list[tuple[JSON, Path]] = [(tree, None)]
    while pending:
        node, path = pending.pop()
        if isinstance(node, dict):
            for name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                if isinstance(name, str):
                    anchors.setdefault(name, []).append(pointer_of(path))
            pending += [(child, (path, key)) for key, child in reversed(node.items()) if isinstance(child, dict | list)]
        elif isinstance(node, list):
            pending += [(child, (path, index)) for index, child in enumerate(node) if isinstance(child, dict | list)]
    return anchors
