"""How much of anything a document may have: it is untrusted input, so every stage is bounded in time and memory.

The numbers are generous: the largest public documents have 40 MB, 12 levels of nesting at a place and no aliases.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BYTES = 64 * 1024 * 1024  # of one file
DEPTH = 200  # mappings and lists inside each other
DIGITS = 400  # of one number; a double has 309 before the point
ALIASED = 1_000_000  # nodes that YAML's aliases and merge keys add to what is written
FILES = 1_000  # that the $refs of one document pull in
TOTAL_BYTES = 4 * BYTES  # of all these files
COPIED = 2_000_000  # nodes that overlays and $refs write into the document
STEPS = 10_000_000  # nodes that the JSONPaths of one run visit
FETCH_BYTES = 16 * 1024 * 1024  # of one allowed URL
FETCH_SECONDS = 30.0  # for all of it
PROBLEMS = 25  # that are told at once
FRAMES = 20_000  # of Python's stack, while a document is worked on


def is_container(value: Any) -> bool:
    return isinstance(value, dict | list)


def height(tree: Any, most: int = DEPTH) -> int:
    """How many mappings and lists stand inside each other; at most ``most + 1``, so that it ends on any tree."""
    level, height = [tree] if is_container(tree) else [], 0
    while level and height <= most:
        height += 1
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return height


def size(tree: Any, most: int) -> int:
    """How many values a tree has, shared ones as often as they occur; counting stops soon after ``most``."""
    count, pending = 0, [tree]
    while pending and count <= most:
        node = pending.pop()
        count += 1
        if isinstance(node, dict):
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return count


@contextmanager
def room_for_depth() -> Iterator[None]:
    """Room for Python to walk a document as deep as ``DEPTH``: the passes and the engines take many frames a level."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
