"""Columns of text, as wide as what stands in them; on a terminal no wider than that."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

GAP = "  "


def width() -> int | None:
    """Of the terminal; a pipe has none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(rows: Iterable[Sequence[str]], heads: Sequence[str] = (), limit: int | None = None) -> str:
    """The rows below their heads; the last column is cut where a line would be longer than ``limit``."""
    listed = [tuple(map(_one_line, row)) for row in (*([heads] if heads else []), *rows)]
    if not listed:
        return ""
    widths = [max(len(row[index]) for row in listed) for index in range(len(listed[0]))]
    return "\n".join(_cut(_line(row, widths), limit) for row in listed)


def _one_line(cell: str) -> str:
    """What stands in front of the first word is the indent of a tree."""
    text = cell.lstrip(" ")
    return " " * (len(cell) - len(text)) + " ".join(text.split())


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()


def _cut(line: str, limit: int | None) -> str:
    return line if limit is None or len(line) <= limit else f"{line[: max(1, limit - 1)]}…"


def wrapped(text: str, indent: str, limit: int | None = None) -> str:
    """Paragraphs, each folded behind its indent."""
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    size = min(limit or 100, 100)
    filled = (textwrap.fill(one, size, initial_indent=indent, subsequent_indent=indent) for one in paragraphs if one)
    return "\n\n".join(filled)
