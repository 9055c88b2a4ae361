"""What the document itself says of a place, as its owner wrote it: the text, and the file with its line."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from textwrap import dedent
from typing import Any

from specmill.document.marks import BREAK, is_json
from specmill.document.positions import home_of, places_of
from specmill.values import Document, SourceFile

AFTER_KEY = re.compile(r"\s*:\s*")
WITHOUT_MEANING = re.compile(r"\s*(#.*)?")


def sources_of(document: Document, pointers: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Pointer -> file, line, language and text; nothing for what an overlay alone says."""
    pointers = list(pointers)
    files: dict[str, File] = {}
    found: dict[str, Mapping[str, Any]] = {}
    for pointer, place in zip(pointers, places_of(document, pointers), strict=True):
        source, _ = home_of(document, pointer)
        if not place.line or source in document.overlays:
            continue
        file = files.get(source.name) or files.setdefault(source.name, File(source))
        text = file.text_at(place.line, place.column)
        if text:
            language = "json" if file.is_json else "yaml"
            found[pointer] = {"file": _told(source, document), "line": place.line, "language": language, "text": text}
    return found


def _told(source: SourceFile, document: Document) -> str:
    """The file from the root of the project; one that lies outside, from the folder of the document.

    So the page says nothing of the machine that it was made on.
    """
    inside = not os.path.isabs(source.name) and not source.name.startswith("../")
    if inside or "://" in source.name:
        return source.name
    return os.path.relpath(source.path, document.files[0].path.parent).replace(os.sep, "/")


class File:
    def __init__(self, source: SourceFile) -> None:
        self.is_json = is_json(source.name, source.text)
        self._text = source.text
        self._lines = source.text.split("\n") if self.is_json else BREAK.split(source.text)
        self._starts = [0]
        for line in self._lines if self.is_json else ():
            self._starts.append(self._starts[-1] + len(line) + 1)

    def text_at(self, line: int, column: int) -> str:
        return self._json_at(line, column) if self.is_json else self._yaml_at(line, column)

    def _json_at(self, line: int, column: int) -> str:
        """The member that begins there; a document on one line is broken into more."""
        decoder = json.JSONDecoder()
        start = self._starts[line - 1] + column - 1
        try:
            _, behind = decoder.raw_decode(self._text, start)
            between = AFTER_KEY.match(self._text, behind)
            value, end = decoder.raw_decode(self._text, between.end()) if between else (None, behind)
        except (ValueError, RecursionError):
            return ""
        if "\n" not in self._text[start:end]:
            return self._text[start:behind] + ": " + json.dumps(value, indent=2, ensure_ascii=False)
        return dedent(" " * (column - 1) + self._text[start:end])

    def _yaml_at(self, line: int, column: int) -> str:
        """The line from there on, and all lines below it that are further in."""
        lines = [self._lines[line - 1][column - 1 :]]
        for one in self._lines[line:]:
            depth = len(one) - len(one.lstrip(" "))
            if depth < column and WITHOUT_MEANING.fullmatch(one) is None:
                break
            lines.append(one[min(depth, column - 1) :])
        while WITHOUT_MEANING.fullmatch(lines[-1]) and len(lines) > 1:
            lines.pop()
        return "\n".join(lines)
