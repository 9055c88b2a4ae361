"""From a value to the line of the document that describes it: its schema, and the keyword if the schema has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from specmill.contract.values import Finding
from specmill.document.pointers import find, join, split

Path = tuple[str | int, ...]
COMPOSED = ("allOf", "oneOf", "anyOf")


def located(finding: Finding, tree: Any) -> Finding:
    """With a pointer as far into the document as its place and keyword lead; ``tree`` is the document as it is."""
    start = tuple(split(finding.pointer))
    described = find(tree, start) if start else None
    if not isinstance(described, dict):
        return finding
    inside = (*start, "schema") if "schema" in described else start
    place = tuple(split("/" + finding.place.partition("/")[2])) if "/" in finding.place else ()
    keyword = finding.keyword if not finding.keyword.isdecimal() else ""
    return replace(finding, pointer=join(_deepest(tree, inside, place, keyword)))


def _deepest(tree: Any, at: Path, left: Path, keyword: str) -> Path:
    """The farthest that any way leads, and of those the one that has the keyword."""
    ways = list(_ways(tree, at, left, set()))
    fewest = min(missing for missing, _ in ways)
    farthest = [way for missing, way in ways if missing == fewest]
    for way in farthest if not fewest and keyword else ():
        if keyword in find(tree, way):
            return (*way, keyword)
    return farthest[0]


def _ways(tree: Any, at: Path, left: Path, seen: set[tuple[Path, Path]]) -> Iterator[tuple[int, Path]]:
    """How many tokens are left where each way ends, and where that is."""
    schema = find(tree, at)
    if not isinstance(schema, dict) or (at, left) in seen:
        return
    seen.add((at, left))
    yield len(left), at
    for step, taken in _steps(schema, left):
        yield from _ways(tree, (*at, *step), left[taken:], seen)
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        yield from _ways(tree, tuple(split(reference[1:])), left, seen)


def _steps(schema: dict[str, Any], left: Path) -> Iterator[tuple[Path, int]]:
    for composed in COMPOSED:
        for number in range(len(schema.get(composed, ()))):
            yield (composed, number), 0
    if not left:
        return
    token = str(left[0])
    if token in schema.get("properties", {}):
        yield ("properties", token), 1
    elif token.isdecimal() and "items" in schema:
        yield ("items",), 1
    elif isinstance(schema.get("additionalProperties"), dict):
        yield ("additionalProperties",), 1
