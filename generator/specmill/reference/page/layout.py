"""Python that is too long for a line, broken the way ruff breaks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 88
INDENT = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets: each part has its beginning, such as ``name=``, and what follows that."""

    opening: str
    parts: tuple[tuple[str, Source], ...]
    closing: str


Source = str | Group


def called(name: str, arguments: Iterable[tuple[str, Source]]) -> Group:
    return Group(f"{name}(", tuple(arguments), ")")


def flat(source: Source) -> str:
    if isinstance(source, str):
        return source
    return source.opening + ", ".join(begin + flat(one) for begin, one in source.parts) + source.closing


def laid_out(source: Source, indent: int = 0, before: int = 0, behind: int = 0) -> str:
    """``before`` and ``behind`` say how much else stands on the line."""
    if isinstance(source, str) or not source.parts:
        return flat(source)
    if _width(source, WIDTH) <= WIDTH - indent - before - behind:
        return flat(source)
    inner = indent + INDENT
    lines = [f"{' ' * inner}{begin}{laid_out(one, inner, len(begin), 1)}," for begin, one in source.parts]
    return "\n".join([source.opening, *lines, " " * indent + source.closing])


def _width(source: Source, enough: int) -> int:
    """How wide it is on one line; no more is looked at than what is too wide already."""
    if isinstance(source, str):
        return len(source)
    width = len(source.opening) + len(source.closing) + 2 * (len(source.parts) - 1)
    for begin, one in source.parts:
        if width > enough:
            break
        width += len(begin) + _width(one, enough)
    return width
