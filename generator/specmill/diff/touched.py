"""What people wrote by hand and a change of the document touches: the extension, samples, overlays.

Python is searched for what works no more, as a reader would: the name of a model anywhere, an attribute where its model
is named in the same file, an argument in a call of its method, a text that was one of a list. Nothing is imported or
run. The runtime knows nothing of any document, so no change of one touches it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specmill.diff.handwritten import Source, extension_of, samples_of
from specmill.diff.overlaid import touched_overlays
from specmill.diff.told import line_of
from specmill.diff.values import Difference, Use
from specmill.errors import Place
from specmill.values import Config, Normal

LISTED = re.compile(r"'([^'\\]*)'")


@dataclass(frozen=True, slots=True)
class Touched:
    kind: str  # "extension", "sample", "overlay" or "recording"
    place: Place
    why: str


def touched_by(differences: Iterable[Difference], config: Config, normal: Normal) -> tuple[Touched, ...]:
    """``normal`` is that of the new document."""
    differences = tuple(differences)
    found = [Touched("overlay", place, why) for place, why in touched_overlays(differences, normal)]
    lost = [one for one in differences if one.of == "python" and one.severity in ("breaking", "possible")]
    for source in (*extension_of(config), *samples_of(config)):
        found += _in_python(source, lost)
    return tuple(dict.fromkeys(found))


class Index:
    """Where in some Python each name is used, so that any number of differences cost one look each."""

    def __init__(self, text: str) -> None:
        self.names: dict[str, list[int]] = {}
        self.attributes: dict[str, list[int]] = {}
        self.texts: dict[str, list[int]] = {}
        self.keywords: dict[str, list[int]] = {}
        self.calls: dict[str, list[tuple[int, frozenset[str | None]]]] = {}
        for node in ast.walk(ast.parse(text)):
            for name in _named(node):
                self.names.setdefault(name, []).append(getattr(node, "lineno", 0))
            if isinstance(node, ast.Attribute):
                self.attributes.setdefault(node.attr, []).append(node.lineno)
            elif isinstance(node, ast.Call):
                given = frozenset(one.arg for one in node.keywords)
                for name in _named(node.func):
                    self.calls.setdefault(name, []).append((node.lineno, given))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.texts.setdefault(node.value, []).append(node.lineno)
            elif isinstance(node, ast.keyword) and node.arg:
                self.keywords.setdefault(node.arg, []).append(node.value.lineno)


def _in_python(source: Source, differences: Iterable[Difference]) -> Iterator[Touched]:
    try:
        index = Index(source.text)
    except (SyntaxError, ValueError):
        return
    for one in differences:
        sure = [(line, line_of(one)) for line in _lines_of(index, one)]
        for line, why in sure or _perhaps(source, index, one):
            yield Touched(source.kind, Place(source.name, source.line + line, 1), why)


def _perhaps(source: Source, index: Index, one: Difference) -> Iterator[tuple[int, str]]:
    """A sample reads answers without ever naming their model."""
    parts = one.where.split(".")
    if source.kind == "sample" and parts[0] == "models" and len(parts) == 3:
        yield from ((line, f"perhaps {line_of(one)}") for line in index.attributes.get(parts[2], ()))


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.alias):
        yield node.name.rpartition(".")[2]


def _lines_of(index: Index, one: Difference) -> Iterator[int]:
    """Where the source uses what is not what it was, by its old name."""
    use = one.witness.tried if one.witness and isinstance(one.witness.tried, Use) else None
    parts = (use.name if use else one.where.partition("(")[0]).split(".")
    argument = _argument(one)
    for text in _values_gone(one):
        yield from index.texts.get(text, ())
    if argument or (use and use.given is not None):
        calls = index.calls.get(parts[1], []) if len(parts) > 1 else []
        yield from (line for line, given in calls if not argument or argument in given)
    elif parts[0] == "models" and len(parts) == 3:
        if parts[1] in index.names:
            yield from (*index.names.get(parts[2], ()), *index.keywords.get(parts[2], ()))
    else:
        yield from index.names.get(parts[-1] if parts[-1] != "returns" else parts[-2], ())


def _values_gone(one: Difference) -> list[str]:
    """What was among the listed values that may be sent, and is not any more."""
    before, _, after = one.what.partition(" → ")
    left = LISTED.findall(after)
    return [text for text in LISTED.findall(before) if text not in left] if one.id.startswith("sent-") else []


def _argument(one: Difference) -> str:
    """The old name of the argument that a difference is about."""
    if not one.id.startswith(("python-argument", "python-required-argument")) or one.id.endswith("-added"):
        return ""
    if one.id.endswith("-renamed"):
        return one.what.partition(" → ")[0]
    return one.where.partition("(")[2].rstrip(")")
