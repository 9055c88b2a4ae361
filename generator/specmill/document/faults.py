"""The errors of a text that is not a tree yet, and how pieces of a document are shown."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import Any

from specmill.document import limits, marks
from specmill.errors import Place, Problems, SpecmillError
from specmill.values import SourceFile

WIDTH = 140  # of a line of the document in an error
NAME = 100  # of a name of the document in an error


def fault_in(file: SourceFile, where: Any, message: str, hint: str = "") -> SpecmillError:
    """An error at a place of a text, with the line that stands there."""
    if where is None:
        return SpecmillError(message, place=Place(file.name), hint=hint)
    place = Place(file.name, *marks.line_and_column(where, file.text))
    return SpecmillError(message, place=place, text=excerpt_at(file, place), hint=hint)


def duplicate_fault(file: SourceFile) -> SpecmillError:
    key, first, second = marks.twice(marks.events(file.name, file.text)) or ("", None, None)
    before = Place(file.name, *marks.line_and_column(first, file.text)) if first is not None else ""
    return fault_in(file, second, f'the key "{shown(key)}" stands twice; first at {before}', "remove one of the two")


def depth_fault(file: SourceFile) -> SpecmillError:
    where = marks.deeper_than(limits.DEPTH, marks.events(file.name, file.text))
    return fault_in(file, where, f"more than {limits.DEPTH} mappings and lists inside each other")


def number_fault(file: SourceFile, where: Any, number: str) -> SpecmillError:
    if number[-1:].isdigit():
        message = f"{shown(number, 30)} is more than a number can hold"
        return fault_in(file, where, message, "put it in quotes if it is text")
    return fault_in(file, where, f"{shown(number)} is no number of JSON", "use null, or leave it out")


def excerpt_at(file: SourceFile, place: Place) -> str:
    return cut(marks.line_of(file.name, file.text, place.line), place.column)


def cut(line: str, column: int) -> str:
    """What of a line is around a column, since a whole document may stand in one line."""
    start = 0 if len(line) <= WIDTH else max(0, column - WIDTH // 2)
    piece = shown(line[start : start + WIDTH], WIDTH).strip()
    return ("… " if start else "") + piece + (" …" if start + WIDTH < len(line) else "")


def shown(text: object, most: int = NAME) -> str:
    """Text of a document as it may be printed: short, on one line, without what moves the cursor or turns the text."""
    text = str(text)
    short = text if len(text) <= most else text[: most - 1] + "…"
    return "".join([c if c.isprintable() else " " if c == "\t" else ascii(c)[1:-1] for c in short])


def closest(name: str, names: Iterable[str], most: int = 1) -> list[str]:
    """Names that may have been meant. Few and short ones only, since comparing takes the square of the length."""
    few = [other for other in islice(names, 2_000) if len(other) <= NAME]
    return get_close_matches(name, few, most, 0.7) if len(name) <= NAME else []


def all_of(faults: list[SpecmillError], count: int = 0) -> SpecmillError:
    """Several errors as one. ``count`` is how many there were, where only the first are told."""
    more = max(count, len(faults)) - len(faults)
    if len(faults) == 1 and not more:
        return faults[0]
    return Problems((*faults, *([SpecmillError(f"and {more:,} more")] if more else ())))
