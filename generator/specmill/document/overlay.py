"""Applies OpenAPI Overlays (1.1, and 1.0) to the document in memory.

An action whose target matches nothing is an error here, and one that changes nothing any more is a warning: an overlay
is written for a document that goes on changing, and nobody reads it again unless it is told. The trees that come in
are left as they are; what an action puts into the document remembers where in the overlay it stands, so that an error
in it leads there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from specmill.document import limits
from specmill.document.faults import all_of, closest, shown
from specmill.document.load import parse
from specmill.document.pointers import Draft, Token, join, tokens_of
from specmill.document.positions import fault, origin_of, places_of
from specmill.document.query import jsonpath
from specmill.document.query.queries import Node, Query, Run, TooExpensive
from specmill.document.repairs import step_of
from specmill.document.source import read_source
from specmill.errors import Place, SpecmillError
from specmill.values import JSON, UNNEEDED, Change, Config, Document, SourceFile

VERSION = re.compile(r"1\.([01])\.[0-9]+")
FIELDS = {  # of each object: those that are required first
    "overlay": (("overlay", "info", "actions"), ("extends",)),
    "info": (("title", "version"), ("description",)),
    "action": (("target",), ("description", "update", "copy", "remove")),
}


@dataclass(frozen=True, slots=True)
class Action:
    pointer: str  # of the action in its overlay
    target: Query
    description: str
    remove: bool
    copy: Query | None
    update: JSON
    old: bool  # of Overlay 1.0: no primitive targets, and what is appended is always one entry


def overlay(document: Document, config: Config) -> tuple[Document, tuple[Change, ...]]:
    """The document with all overlays applied, and what they did."""
    if not config.overlays or not limits.is_container(document.tree):
        return document, ()
    work = _Work(document)
    for path in config.overlays:
        work.apply(config.root / path, config)
    if work.faults:
        raise all_of(work.faults)
    return work.document(), tuple(work.changes)


class _Overlay:
    """One overlay file, checked for its form."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.tree: Any = parse(file)
        self.as_document = Document(self.tree, (file,))

    def fault(self, pointer: str, message: str, hint: str = "") -> SpecmillError:
        return fault(self.as_document, pointer, message, hint)

    def actions(self, config: Config) -> Iterator[Action]:
        old = self._check_head()
        self._check_extends(config)
        actions = self.tree["actions"]
        if not isinstance(actions, list) or not actions:
            raise self.fault("/actions", "the actions have to be a list with one entry at least")
        for number in range(len(actions)):
            yield self._action(f"/actions/{number}", actions[number], old)

    def _check_head(self) -> bool:
        if not isinstance(self.tree, dict) or "overlay" not in self.tree:
            hint = "an overlay begins with `overlay: 1.1.0`, `info` and `actions`"
            raise self.fault("", "this is not an overlay", hint)
        found = VERSION.fullmatch(str(self.tree["overlay"]))
        if not found:
            message = f"Overlay {shown(self.tree['overlay'])} is not known here"
            raise self.fault("/overlay", message, "1.1.0 and 1.0.0 are")
        self._check_fields("overlay", "", self.tree)
        self._check_fields("info", "/info", self.tree["info"])
        return found[1] == "0"

    def _check_fields(self, what: str, pointer: str, node: JSON) -> None:
        required, others = FIELDS[what]
        if not isinstance(node, dict):
            raise self.fault(pointer, f"{'an' if what[0] in 'aio' else 'a'} {what} has to be a mapping")
        for name in required:
            if name not in node:
                raise self.fault(pointer, f'the field "{name}" is missing')
        for name in node:
            if name not in (*required, *others) and not name.startswith("x-"):
                close = closest(name, (*required, *others))
                hint = f"did you mean {close[0]}?" if close else f"there are {', '.join((*required, *others))}"
                raise self.fault(pointer + join([name]), f'there is no field "{shown(name)}" here', hint)

    def _check_extends(self, config: Config) -> None:
        extends = self.tree.get("extends", "")
        if not isinstance(extends, str):
            raise self.fault("/extends", "what an overlay extends is told by a URI")
        try:
            parts = urlsplit(extends)
            path = (config.root / self.file.path).parent / unquote(parts.path)
            same = path.resolve() == (config.root / config.document).resolve()
        except (ValueError, OSError, RuntimeError):
            raise self.fault("/extends", "this is no URI") from None
        if extends and parts.scheme in ("", "file") and not parts.netloc and not same:
            message = f"this overlay is for {shown(extends)}, not for {shown(config.document.name)}"
            raise self.fault("/extends", message, f"take it out of `overlays` in {config.source}, or mend `extends`")

    def _action(self, pointer: str, node: JSON, old: bool) -> Action:
        self._check_fields("action", pointer, node)
        remove, description = node.get("remove", False), node.get("description", "")
        if not isinstance(remove, bool):
            raise self.fault(f"{pointer}/remove", "remove is true or false")
        if not isinstance(description, str):
            raise self.fault(f"{pointer}/description", "a description is text")
        if not remove and ("update" in node) + ("copy" in node) != 1:
            raise self.fault(pointer, "an action has either update, or copy, or remove: true")
        copy = self.path_of(f"{pointer}/copy", node["copy"]) if "copy" in node and not remove else None
        if copy and old:
            raise self.fault(f"{pointer}/copy", "Overlay 1.0 has no copy", "write `overlay: 1.1.0`")
        target = self.path_of(f"{pointer}/target", node["target"])
        return Action(pointer, target, description, remove, copy, node.get("update"), old)

    def path_of(self, pointer: str, text: JSON) -> Query:
        try:
            if isinstance(text, str):
                return jsonpath.parse(text)
            raise jsonpath.BadPath("it has to be text")
        except jsonpath.BadPath as error:
            message = f"this is no JSONPath, at character {error.at + 1} of {shown(text)!r}: {error}"
            raise self.fault(pointer, message) from None


class _Work:
    """The document while actions are applied to it, one after the other."""

    def __init__(self, document: Document) -> None:
        self.before = document
        self.draft = Draft(document.tree)
        self.run = Run(document.tree)
        self.origins = _Origins(document, self.draft)
        self.overlays = list(document.overlays)
        self.changes: list[Change] = []
        self.faults: list[SpecmillError] = []
        self.copied = 0

    def apply(self, path: Path, config: Config) -> None:
        """One overlay. A fault does not end it, so that all can be mended at once."""
        unneeded: list[tuple[str, Change]] = []
        try:
            overlay = _Overlay(read_source(path, config.root))
            self.overlays.append(overlay.file)
            for action in overlay.actions(config):
                if len(self.faults) < limits.PROBLEMS:
                    self._try(overlay, action, unneeded)
        except SpecmillError as error:
            self.faults.append(error)
            return
        where = places_of(overlay.as_document, [pointer for pointer, _ in unneeded])
        for place, (_, change) in zip(where, unneeded, strict=True):
            note = f"{Place(place.file, place.line, place.column)} changes nothing any more: {change.note}"
            self.changes.append(Change(UNNEEDED, change.pointer, note))

    def _try(self, overlay: _Overlay, action: Action, unneeded: list[tuple[str, Change]]) -> None:
        try:
            changed, change = self._act(overlay, action)
        except SpecmillError as error:
            self.faults.append(error)
            return
        if changed:
            self.changes.append(change)
        else:
            unneeded.append((action.pointer, change))

    def document(self) -> Document:
        return Document(self.draft.tree, self.before.files, tuple(self.overlays), self.origins.places())

    def _act(self, overlay: _Overlay, action: Action) -> tuple[bool, Change]:
        """Whether the action changed anything, and what it did."""
        nodes = self._nodes(overlay, f"{action.pointer}/target", action.target)
        if not nodes:
            message = f"{shown(action.target.text, 200)} matches nothing in {shown(self.before.files[0].name)}"
            raise overlay.fault(f"{action.pointer}/target", message, self._near(action.target))
        paths = list(dict.fromkeys(tuple(tokens_of(path)) for _, path in nodes))
        if action.remove:
            self._remove(overlay, action, paths)
        changed = action.remove or self._write(overlay, action, paths, [value for value, _ in nodes])
        verb = "remove" if action.remove else "copy" if action.copy else "update"
        note = shown(" ".join(action.description.split()) or f"{verb} {action.target.text}", 500)
        note += f" ({len(paths):,} places)" if len(paths) > 1 else ""
        return changed, Change("overlay", join(paths[0]), note)

    def _nodes(self, overlay: _Overlay, pointer: str, query: Query) -> list[Node]:
        self.run.root = self.draft.tree
        try:
            return query.nodes(self.run)
        except TooExpensive as error:
            raise overlay.fault(pointer, str(error), "name the place more exactly: every .. visits all of it") from None

    def _near(self, query: Query) -> str:
        """How far the path leads, and what it may have meant there."""
        count = len(query.segments) - 1
        try:
            while not (nodes := query.nodes(self.run, segments=count)):
                count -= 1
        except TooExpensive:
            return ""
        upto = query.text[: query.segments[count - 1].end] if count else "$"
        names = list(dict.fromkeys(name for value, _ in nodes[:1000] if isinstance(value, dict) for name in value))
        wanted = query.segments[count].name
        close = closest(wanted, names) if wanted else []
        if close:
            return f"did you mean {shown(upto + step_of(close[0]), 300)}?"
        there = ", ".join(shown(name, 40) for name in names[:8]) + (", …" if len(names) > 8 else "")
        return f"{shown(upto, 200)} is there; in it are: {there}" if names else f"{shown(upto, 200)} is there"

    def _remove(self, overlay: _Overlay, action: Action, paths: list[tuple[Token, ...]]) -> None:
        # The deepest go first and in a list the last, so that no other path is moved.
        for path in sorted(
            paths, key=lambda path: (-len(path), -path[-1] if path and isinstance(path[-1], int) else 0)
        ):
            if not path:
                raise overlay.fault(f"{action.pointer}/target", "the whole document cannot be removed")
            self.origins.removed(self.draft.own(path[:-1]), path[-1])
            self.draft.remove(list(path))

    def _write(self, overlay: _Overlay, action: Action, paths: list[tuple[Token, ...]], values: list[JSON]) -> bool:
        kinds = {_kind(value) for value in values}
        if len(kinds) > 1:
            message = f"the target matches {' and '.join(sorted(kinds))}; an action takes one kind only"
            raise overlay.fault(f"{action.pointer}/target", message)
        if action.old and kinds == {"primitive values"}:
            hint = "write `overlay: 1.1.0`, or let the target be the mapping around it"
            raise overlay.fault(f"{action.pointer}/target", "Overlay 1.0 cannot change a primitive value itself", hint)
        value, origin = self._source(overlay, action)
        self._check_amount(overlay, action, value, paths)
        writer = _Writer(self.draft, self.origins, action, overlay)
        return any([writer.write(list(path), value, origin) for path in paths])

    def _source(self, overlay: _Overlay, action: Action) -> tuple[JSON, str]:
        """What is written, and where it stands."""
        if action.copy is None:
            return action.update, f"{overlay.file.name}#{action.pointer}/update"
        nodes = self._nodes(overlay, f"{action.pointer}/copy", action.copy)
        if len(nodes) != 1:
            message = f"{shown(action.copy.text, 200)} matches {len(nodes) or 'no'} nodes; what is copied has to be one"
            raise overlay.fault(f"{action.pointer}/copy", message, "" if nodes else self._near(action.copy))
        self._check_amount(overlay, action, nodes[0][0], [()])  # before it is cloned
        return _clone(nodes[0][0]), self.origins.of(tokens_of(nodes[0][1]))

    def _check_amount(self, overlay: _Overlay, action: Action, value: JSON, paths: list[tuple[Token, ...]]) -> None:
        self.copied += limits.size(value, limits.COPIED) * len(paths)
        if self.copied > limits.COPIED:
            raise overlay.fault(action.pointer, f"the overlays write more than {limits.COPIED:,} nodes")
        if max(map(len, paths)) + limits.height(value) > limits.DEPTH:
            message = f"this makes more than {limits.DEPTH} mappings and lists inside each other"
            raise overlay.fault(action.pointer, message)


class _Writer:
    """Writes the value of one action, by the rules of Overlay 1.1 for merging."""

    def __init__(self, draft: Draft, origins: _Origins, action: Action, overlay: _Overlay) -> None:
        self.draft = draft
        self.origins = origins
        self.action = action
        self.overlay = overlay

    def write(self, path: list[Token], value: JSON, origin: str) -> bool:
        """Whether that changed anything."""
        there = self.draft.own(path)
        if isinstance(there, list):
            one_entry = not isinstance(value, list) or self.action.old
            return self._append(there, [value] if one_entry else value, origin, one_entry)
        if isinstance(there, dict) and isinstance(value, dict):
            return self._merge(path, value, origin)
        if isinstance(there, dict) or isinstance(value, dict | list):
            raise self._misfit(path, there, value)
        return self._replace(self.draft.own(path[:-1]), path[-1], value, origin)

    def _append(self, there: list[JSON], values: list[JSON], origin: str, one_entry: bool = False) -> bool:
        self.origins.appended(there, [origin] if one_entry else [f"{origin}/{n}" for n in range(len(values))])
        there.extend(values)
        return bool(values)

    def _replace(self, parent: Any, key: Token, value: JSON, origin: str) -> bool:
        if type(parent[key]) is type(value) and parent[key] == value:
            return False
        parent[key] = value
        self.origins.written(parent, key, origin)
        return True

    def _merge(self, path: list[Token], value: dict[str, JSON], origin: str) -> bool:
        return any([self._member([*path, key], value[key], origin + join([key])) for key in value])

    def _member(self, path: list[Token], value: JSON, origin: str) -> bool:
        parent, key = self.draft.own(path[:-1]), path[-1]
        if key not in parent:
            parent[key] = value
            self.origins.written(parent, key, origin)
            return True
        there = parent[key]
        if _kind(there) != _kind(value):
            raise self._misfit(path, there, value)
        if isinstance(value, dict):
            return self._merge(path, value, origin)
        if isinstance(value, list):
            return self._append(self.draft.own(path), value, origin)
        return self._replace(parent, key, value, origin)

    def _misfit(self, path: list[Token], there: JSON, value: JSON) -> SpecmillError:
        message = (
            f"at {shown(join(path), 200) or 'the root'} are {_kind(there)}, which {_kind(value)} cannot be merged with"
        )
        return self.overlay.fault(self.action.pointer, message, "remove it in an action before this one")


class _Origins:
    """Where the nodes come from that stand elsewhere than the text of the document says.

    Facts are kept with the containers that were written to, so that they move along when an index before them goes.
    """

    def __init__(self, document: Document, draft: Draft) -> None:
        self.document = document
        self.draft = draft
        self._members: dict[int, dict[Token, str]] = {}  # container -> key -> place
        self._items: dict[int, list[int | str]] = {}  # list -> for each item, the index it had or its place

    def written(self, parent: Any, key: Token, place: str) -> None:
        if isinstance(parent, list):
            self._of_list(parent)[int(key)] = place
        else:
            self._members.setdefault(id(parent), {})[key] = place

    def appended(self, there: list[JSON], places: list[str]) -> None:
        self._of_list(there).extend(places)

    def removed(self, parent: Any, key: Token) -> None:
        if isinstance(parent, list):
            del self._of_list(parent)[int(key)]
        else:
            self._members.get(id(parent), {}).pop(key, None)

    def _of_list(self, items: list[JSON]) -> list[int | str]:
        return self._items.setdefault(id(items), list(range(len(items))))

    def of(self, path: list[Token]) -> str:
        """The place of one node."""
        node, origin = self.draft.tree, ""
        for token in path:
            origin = self._child(node, token, origin)
            node = node[token]
        return self._placed(origin)

    def places(self) -> dict[str, str]:
        """``Document.places``: of all nodes whose place is not simply that of their parent and their own key."""
        found = dict(self.document.places)
        pending: list[tuple[JSON, str, str]] = [(self.draft.tree, "", "")]
        while pending:
            node, pointer, origin = pending.pop()
            for token, child in node.items() if isinstance(node, dict) else enumerate(node):
                child_origin = self._child(node, token, origin)
                if child_origin != origin + join([token]):
                    found[pointer + join([token])] = self._placed(child_origin)
                if isinstance(child, dict | list) and self.draft.owns(child):
                    pending.append((child, pointer + join([token]), child_origin))
        return found

    def _child(self, node: JSON, token: Token, origin: str) -> str:
        if id(node) in self._items:
            known = self._items[id(node)][int(token)]
            return known if isinstance(known, str) else f"{origin}/{known}"
        return self._members.get(id(node), {}).get(token) or origin + join([token])

    def _placed(self, origin: str) -> str:
        place = origin_of(self.document.places, origin) if origin[:1] in ("", "/") else origin
        return self.document.files[0].name + "#" + place if place[:1] in ("", "/") else place


def _kind(value: JSON) -> str:
    return "mappings" if isinstance(value, dict) else "lists" if isinstance(value, list) else "primitive values"


def _clone(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _clone(child) for key, child in value.items()}
    return [_clone(child) for child in value] if isinstance(value, list) else value
