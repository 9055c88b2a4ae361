"""Actions of overlays that a change of the document touches.

    an action that              is told
    changes nothing any more    always
    names what is gone          as a key, a value, or a part of a path in it
    writes into a schema        if a keyword of that schema has changed, or what it wrote

An action whose target is gone as well is an error long before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from specmill.diff.told import line_of
from specmill.diff.values import Difference
from specmill.document.load import parse
from specmill.document.pointers import escaped
from specmill.document.positions import places_of
from specmill.errors import Place
from specmill.values import UNNEEDED, Change, Document, Normal, SourceFile

PROSE = ("description", "summary", "title", "info")
WORD = re.compile(r"[\w-]+")
LAST = re.compile(r"[^ .]+$")  # of `Pet.name`, or `GET /pets query limit`
VALUE = re.compile(r'^enum "([\w-]+)"')  # as it is told
GONE = ("property-removed", "parameter-removed", "header-removed")
OF_A_SCHEMA = ("request-", "response-")
Why = tuple[Place, str]
Home = tuple[SourceFile, str]  # where an action stands


def touched_overlays(differences: Iterable[Difference], normal: Normal) -> Iterator[Why]:
    yield from _unneeded(normal.changes)
    of_document = [one for one in differences if one.of == "document" and one.severity != "neutral"]
    told: set[Place] = set()
    for place, why in (*_named(of_document, normal.document), *_beside(of_document, normal.document)):
        if place not in told:  # the first reason will do
            told.add(place)
            yield place, why


def _unneeded(changes: Iterable[Change]) -> Iterator[Why]:
    for change in changes:
        if change.rule == UNNEEDED:
            where, _, why = change.note.partition(" changes nothing any more: ")
            yield Place(where), f"changes nothing any more: {why}"


# ---------------------------------------------------------------- by name


def _named(differences: Iterable[Difference], document: Document) -> Iterator[Why]:
    gone = {name: one for one in differences for name in _gone(one)}
    for file in document.overlays if gone else ():
        found = [(pointer, word) for pointer, word in _words(parse(file), "") if word in gone]
        for place, (_, word) in zip(_places(file, [pointer for pointer, _ in found]), found, strict=True):
            yield place, f"{line_of(gone[word])}; this names it"


def _gone(one: Difference) -> list[str]:
    if one.id.endswith("enum-removed"):
        return VALUE.findall(one.what)
    return LAST.findall(one.where) if one.id.endswith(GONE) else []


def _words(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """What the keys and values below are made of, but for what is written for people."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in PROSE:
                yield f"{pointer}/{escaped(key)}", key
                yield from _words(value, f"{pointer}/{escaped(key)}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _words(value, f"{pointer}/{number}")
    elif isinstance(node, str):
        yield from ((pointer, word) for word in WORD.findall(node))


# ---------------------------------------------------------------- by place


def _beside(differences: Iterable[Difference], document: Document) -> Iterator[Why]:
    written = _written(document)
    into: dict[str, list[Home]] = {}
    for pointer, home in written.items():
        into.setdefault(pointer.rpartition("/")[0], []).append(home)
    for one in differences:
        at = one.pointers[1]
        homes = [written[pointer] for pointer in _around(at) if pointer in written]
        if one.id.startswith(OF_A_SCHEMA) and "property" not in one.id:
            homes += into.get(at, ())
        for file, pointer in homes:
            yield _places(file, [pointer])[0], f"{line_of(one)}; this writes there as well"


def _written(document: Document) -> dict[str, Home]:
    """What actions have put into the document, and where each of them stands."""
    files = {file.name: file for file in document.overlays}
    found = {}
    for pointer, origin in document.places.items():
        name, _, inside = origin.partition("#")
        if name in files:
            found[pointer] = files[name], "/".join(inside.split("/")[:3])  # /actions/3
    return found


def _around(pointer: str) -> list[str]:
    """A pointer and those of all that it lies in, the innermost first."""
    parts = pointer.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 1, -1)]


def _places(file: SourceFile, pointers: list[str]) -> list[Place]:
    """Without pointers: whoever reads it looks for a line."""
    found = places_of(Document(None, (file,)), pointers)
    return [Place(place.file, place.line, place.column) for place in found]
