"""From a JSON pointer to ``file:line:col``: worked out from the text, and only when an error is printed.

A pointer without a file is one into the tree of the document as it is now. ``Document.places`` says which parts of
that tree an overlay or a $ref has put there, and from where. A place in a certain file is written ``file#/pointer``.
Nothing here raises: a fault in an error message would hide the error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from specmill.document import marks
from specmill.document.faults import excerpt_at
from specmill.document.pointers import split
from specmill.errors import Place, SpecmillError
from specmill.values import Document, SourceFile

NOWHERE = SourceFile(Path(), "", "", "")  # of a tree that no file holds


def place_of(document: Document, pointer: str) -> Place:
    return places_of(document, [pointer])[0]


def places_of(document: Document, pointers: Iterable[str]) -> list[Place]:
    """The places of several pointers, for which every file is read only once."""
    homes = [home_of(document, pointer) for pointer in pointers]
    found: dict[tuple[str, str], Place] = {}
    for file in dict.fromkeys(file for file, _ in homes):
        inside = [pointer for other, pointer in homes if other is file]
        found.update({(file.name, place.pointer): place for place in _places_in(file, inside)})
    return [found[file.name, pointer] for file, pointer in homes]


def home_of(document: Document, pointer: str) -> tuple[SourceFile, str]:
    """The file in which a pointer of the document stands, and the pointer in that file."""
    place = origin_of(document.places, pointer)
    for file in (*document.files, *document.overlays):
        if place.startswith(file.name + "#"):
            return file, place[len(file.name) + 1 :]
    home = document.files[0] if document.files else NOWHERE
    return home, place.partition("#")[2] if place[:1] not in ("", "/") else place


def origin_of(places: Mapping[str, str], pointer: str) -> str:
    """A pointer as the place that the longest of its beginnings in ``places`` leads to."""
    beginning = pointer
    while places and pointer[:1] in ("", "/"):
        if beginning in places:
            return places[beginning] + pointer[len(beginning) :]
        if not beginning:
            break
        beginning = beginning.rpartition("/")[0]
    return pointer


def excerpt(document: Document, pointer: str) -> str:
    """The line of the document in which a pointer stands."""
    file, inside = home_of(document, pointer)
    return excerpt_at(file, _places_in(file, [inside])[0])


def fault(document: Document, pointer: str, message: str, hint: str = "") -> SpecmillError:
    """An error at a place of the document, with the line that stands there."""
    file, inside = home_of(document, pointer)
    place = _places_in(file, [inside])[0]
    return SpecmillError(message, place=place, text=excerpt_at(file, place), hint=hint)


def _places_in(file: SourceFile, pointers: list[str]) -> list[Place]:
    try:
        wheres = marks.locate(marks.events(file.name, file.text), [split(pointer) for pointer in pointers])
        spots = [(0, 0) if where is None else marks.line_and_column(where, file.text) for where in wheres]
    except Exception:  # a place is worth less than the error it belongs to
        spots = [(0, 0)] * len(pointers)
    return [Place(file.name, line, column, pointer) for (line, column), pointer in zip(spots, pointers, strict=True)]
