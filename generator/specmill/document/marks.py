"""Where every key and item of a text stands. Read only when an error is printed, so loading pays nothing for it.

A text is a stream of events ``(what, text, where)``; ``where`` is an offset (JSON) or a mark (YAML) and becomes
line and column last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import yaml

KEY, VALUE, MAP, LIST, END = range(5)
Event = tuple[int, str, Any]

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what libyaml counts as the end of a line


def is_json(name: str, text: str) -> bool:
    """JSON by its name, or by its content: JSON in a ``.yaml`` file is read as JSON where it is some."""
    if name.endswith(".json"):
        return True
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def events(name: str, text: str) -> Iterator[Event]:
    return json_events(text) if is_json(name, text) else yaml_events(text)


def line_and_column(where: Any, text: str) -> tuple[int, int]:
    """Both from 1, as editors count."""
    if isinstance(where, int):
        return text.count("\n", 0, where) + 1, where - text.rfind("\n", 0, where)
    return where.line + 1, where.column + 1


def line_of(name: str, text: str, number: int) -> str:
    lines = text.split("\n") if is_json(name, text) else BREAK.split(text)
    return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


def json_events(text: str) -> Iterator[Event]:
    """As far as the text has the form of JSON; it need not be valid."""
    maps: list[bool] = []  # is it a mapping, for each open bracket
    at_key = False
    for match in TOKEN.finditer(text):
        token, where = match.group(), match.start()
        if token in "{[":
            maps.append(token == "{")
            yield MAP if maps[-1] else LIST, "", where
            at_key = maps[-1]
        elif token in "}]":
            maps[-1:] = []
            yield END, "", where
            at_key = False
        elif token == ",":
            at_key = bool(maps) and maps[-1]
        elif token != ":":
            yield KEY if at_key else VALUE, _unquoted(token), where
            at_key = False


def _unquoted(token: str) -> str:
    if token[0] != '"' or "\\" not in token:
        return token.strip('"')
    try:
        return str(json.loads(token))
    except ValueError:
        return token


def yaml_parser(text: str) -> Callable[[], Any]:
    """What gives the next event of libyaml's parser, or of PyYAML's own, which is slow, where that was not built in."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return yaml.SafeLoader(text).get_event
    return CParser(text).get_event


def yaml_events(text: str) -> Iterator[Event]:
    """As far as the text is YAML."""
    kinds = {
        yaml.ScalarEvent: VALUE,
        yaml.AliasEvent: VALUE,
        yaml.MappingStartEvent: MAP,
        yaml.SequenceStartEvent: LIST,
    }
    ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
    at_key: list[bool | None] = []  # for each open container: is a key next; None in a list
    try:
        get = yaml_parser(text)
        while not isinstance(event := get(), yaml.StreamEndEvent):
            if isinstance(event, ends):
                at_key.pop()
                yield END, "", event.start_mark
            elif (what := kinds.get(type(event))) is not None:
                is_key = bool(at_key) and at_key[-1] is True
                if is_key and what != VALUE:
                    return  # a mapping or a list as a key: nothing that a pointer could name
                yield KEY if is_key else what, getattr(event, "value", ""), event.start_mark
                if at_key and at_key[-1] is not None:
                    at_key[-1] = not is_key
                if what in (MAP, LIST):
                    at_key.append(True if what == MAP else None)
    except yaml.YAMLError:
        return


def twice(stream: Iterator[Event]) -> tuple[str, Any, Any] | None:
    """The first key that stands twice in its mapping, and both places."""
    open_maps: list[dict[str, Any]] = []
    for what, text, where in stream:
        if what in (MAP, LIST):
            open_maps.append({})
        elif what == END:
            open_maps[-1:] = []
        elif what == KEY and open_maps and (first := open_maps[-1].setdefault(text, where)) is not where:
            return text, first, where
    return None


def deeper_than(most: int, stream: Iterator[Event]) -> Any:
    """Where the text first opens more brackets than ``most``, or None."""
    depth = 0
    for what, _, where in stream:
        depth += {MAP: 1, LIST: 1, END: -1}.get(what, 0)
        if depth > most:
            return where
    return None


class Wanted:
    """Some pointers as a tree of their tokens, to be found in one reading of the text."""

    def __init__(self) -> None:
        self.below: dict[str, Wanted] = {}
        self.where: Any = None


def locate(stream: Iterator[Event], pointers: list[list[str]]) -> list[Any]:
    """Where each pointer stands, or the nearest of its ancestors that the text has."""
    root, missing = Wanted(), 1
    for tokens in pointers:
        node = root
        for token in tokens:
            missing += token not in node.below
            node = node.below.setdefault(token, Wanted())
    _mark(stream, root, missing)
    return [_nearest(root, tokens) for tokens in pointers]


def _nearest(node: Wanted, tokens: list[str]) -> Any:
    where = node.where
    for token in tokens:
        node = node.below[token]
        where = where if node.where is None else node.where
    return where


def _mark(stream: Iterator[Event], root: Wanted, missing: int) -> None:
    open_nodes: list[tuple[Wanted | None, Iterator[str] | None]] = []  # with the next index, where it is a list
    found: Wanted | None = root
    for what, text, where in stream:
        if what == END:
            open_nodes[-1:] = []
            continue
        node, indices = open_nodes[-1] if open_nodes else (None, None)
        if what == KEY:
            found = _below(node, text)
        elif indices is not None:
            found = _below(node, next(indices))
        if found is not None and found.where is None:
            found.where = where
            missing -= 1
            if not missing:
                return
        if what in (MAP, LIST):
            open_nodes.append((found, map(str, count()) if what == LIST else None))


def _below(node: Wanted | None, token: str) -> Wanted | None:
    return node.below.get(token) if node else None
