"""Does every reference lead to something of its kind, and to an end?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from specmill.document.checks.findings import Findings
from specmill.document.faults import shown
from specmill.document.pointers import MISSING, Path, find, path_of
from specmill.document.refs import default_of, nothing_there, reference_to, tokens_to
from specmill.document.shape import is_reference, kind_at, walk
from specmill.values import JSON

LOOP: Any = object()  # what references lead to that only lead to each other

ITSELF = "this reference leads to itself"

# What applies to the value itself: a schema that reaches itself by these alone would be tried without end.
IN_PLACE = ("not", "if", "then", "else")
IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")


class References:
    """The references of one document. Each target is looked up once, however many references lead to it."""

    def __init__(self, tree: JSON, findings: Findings) -> None:
        self.tree = tree
        self.findings = findings
        self._known: dict[tuple[str, str], tuple[str, str]] = {}  # kind, reference -> message, hint
        self._elsewhere: deque[tuple[str, JSON, Path]] = deque()
        self._schemas: dict[str, Any] = {}  # reference -> schema
        self._ends: dict[tuple[str, str], tuple[JSON, Path]] = {}  # kind, reference -> what it leads to in the end

    def walk(self) -> Iterator[tuple[str, JSON, Path]]:
        """The document, and what only a reference makes a part of it (``#/x-shared/Pet``)."""
        self._elsewhere.append(("document", self.tree, None))
        while self._elsewhere:
            kind, node, path = self._elsewhere.popleft()
            yield from walk(node, kind, path)

    def check(self, kind: str, reference: JSON, path: Path) -> None:
        self._check(kind, reference, (path, "$ref"))

    def check_mapping(self, discriminator: JSON, path: Path) -> None:
        """The values of a discriminator's mapping are references, or names of components."""
        if not isinstance(discriminator, dict):
            return
        mapping = discriminator.get("mapping")
        for value, name in mapping.items() if isinstance(mapping, dict) else ():
            self._check_name(name, ((path, "mapping"), value))
        for field, name in default_of(discriminator).items():
            self._check_name(name, (path, field))

    def _check_name(self, name: JSON, path: Path) -> None:
        if isinstance(name, str):
            bare = "#" not in name and "/" not in name
            self._check("schema", reference_to(["components", "schemas", name]) if bare else name, path)

    def resolved(self, kind: str, node: JSON, path: Path) -> tuple[JSON, Path]:
        """What a node is once its references are followed, and its path; MISSING or LOOP where they never end."""
        seen: dict[tuple[str, str], None] = {}
        while is_reference(kind, node):
            reference = node["$ref"]
            tokens = tokens_to(reference) if isinstance(reference, str) else None
            if tokens is None or (kind, reference) in seen:
                node = MISSING if tokens is None else LOOP
                break
            if (kind, reference) in self._ends:
                node, path = self._ends[kind, reference]
                break
            seen[kind, reference] = None
            node, path = find(self.tree, tokens), path_of(tokens)
        self._ends.update(dict.fromkeys(seen, (node, path)))
        return node, path

    def _check(self, kind: str, reference: JSON, path: Path) -> None:
        if not isinstance(reference, str):
            self.findings.add(path, "a $ref is text")
            return
        if (kind, reference) not in self._known:
            self._known[kind, reference] = self._judged(kind, reference)
        message, hint = self._known[kind, reference]
        if message:
            self.findings.add(path, message, hint)
        if message.startswith(ITSELF):
            self._known[kind, reference] = ("", "")  # a loop is told once

    def _judged(self, kind: str, reference: str) -> tuple[str, str]:
        tokens = tokens_to(reference)
        if tokens is None:
            return f"{shown(reference)} leads out of the document", "a reference here is #/ and a pointer"
        target = find(self.tree, tokens)
        if target is MISSING and self.findings.full:
            return "it is counted, but nobody will see it", ""
        if target is MISSING:
            message, hint = nothing_there(self.tree, tokens)
            return f"{message}, which {shown(reference)} refers to", hint
        found = kind_at(tokens)
        if found is not None and found != kind:
            return f"{shown(reference)} is {_named(found)}, not {_named(kind)}", f"refer to {_named(kind)}"
        if found is None:
            self._elsewhere.append((kind, target, path_of(tokens)))
        if kind == "schema":
            self._schemas[reference] = target
        elif self.resolved(kind, {"$ref": reference}, None)[0] is LOOP and (loop := self._loop(kind, reference)):
            chain = " → ".join(map(shown, [*loop[:5], *(["…"] if len(loop) > 5 else []), loop[0]]))
            return f"{ITSELF}, without anything in between: {chain}", "say somewhere what it is"
        return "", ""

    def _loop(self, kind: str, reference: str) -> list[str]:
        """The references that follow each other in a circle, if nobody was told of it yet."""
        seen: list[str] = []
        while (kind, reference) not in self._known:
            self._known[kind, reference] = ("", "")
            seen.append(reference)
            reference = find(self.tree, tokens_to(reference) or [])["$ref"]
        return seen[seen.index(reference) :] if reference in seen else []

    # Schemas may refer to themselves from inside (a tree has branches that are trees), but not in their own place.

    def check_loops(self) -> None:
        done: set[int] = set()
        for reference, schema in self._schemas.items():
            if id(schema) not in done:
                self._check_loop(reference, schema, done)

    def _check_loop(self, reference: str, schema: JSON, done: set[int]) -> None:
        """Depth first: a schema that is met again while it is still open is in a loop."""
        open_ids, stack = {id(schema)}, [(reference, schema, self._in_place(reference, schema))]
        while stack:
            _, node, inner = stack[-1]
            found = next(inner, None)
            if found is None:
                stack.pop()
                open_ids.discard(id(node))
                done.add(id(node))
            elif id(found[1]) in open_ids:
                names = [] if self.findings.full else self._names_from(found[1], stack)
                message = f"this schema refers to itself, without anything in between: {' → '.join(names)}"
                self.findings.add(path_of(tokens_to(found[0]) or []), message, "say somewhere what it is")
            elif id(found[1]) not in done:
                open_ids.add(id(found[1]))
                stack.append((*found, self._in_place(*found)))

    def _names_from(self, schema: JSON, stack: list[tuple[str, JSON, Any]]) -> list[str]:
        """The references of a loop that begins and ends with a schema."""
        start = next(index for index, (_, node, _) in enumerate(stack) if node is schema)
        names = list(dict.fromkeys(name for name, _, _ in stack[start:]))
        return [shown(name) for name in [*names[:5], *(["…"] if len(names) > 5 else []), names[0]]]

    def _in_place(self, reference: str, schema: JSON) -> Iterator[tuple[str, JSON]]:
        """The schemas that apply to the same value, with the last reference that led to them."""
        if not isinstance(schema, dict):
            return
        target = self._schemas.get(schema["$ref"]) if isinstance(schema.get("$ref"), str) else None
        if target is not None:
            yield schema["$ref"], target
        for keyword in IN_PLACE:
            yield reference, schema.get(keyword)
        for keyword in IN_PLACE_LISTS:
            alternatives = schema.get(keyword)
            for alternative in alternatives if isinstance(alternatives, list) else ():
                yield reference, alternative


def _named(kind: str) -> str:
    if kind[0] in "{[":
        return f"a {'mapping' if kind[0] == '{' else 'list'} of {kind[1:-1]}s"
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"
