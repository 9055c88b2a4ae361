"""Markdown, put together so that no text of a document can leave the place it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SPECIAL = re.compile(r"[\\`*_\[\]<>|~#&]")
TICKS = re.compile(r"`+")
OUT_OF_SLUGS = re.compile(r"[^\w\- ]")


def plain(text: str) -> str:
    """A text of no markup, on one line: whatever Markdown would take for a sign stands for itself."""
    return SPECIAL.sub(lambda sign: ENTITIES.get(sign[0], f"\\{sign[0]}"), one_line(text))


ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def one_line(text: str) -> str:
    """Without what breaks lines or does not print."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))


def code(text: str) -> str:
    """A code span; the pipes in it are escaped, since in a table they would end the cell even there."""
    text = one_line(text).replace("|", "\\|")
    if not text:
        return '`""`'
    fence = "`" * (1 + max((len(run) for run in TICKS.findall(text)), default=0))
    if text[0] == "`" or text[-1] == "`":
        text = f" {text} "
    return f"{fence}{text}{fence}"


def link(text: str, target: str) -> str:
    return f"[{text}]({target})"


def block(language: str, text: str) -> str:
    """A block of code, with a fence that nothing in it closes."""
    fence = "`" * max(3, 1 + max((len(run) for run in TICKS.findall(text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Columns in which no row says anything are left out; nothing, where there are no rows."""
    headers, lines = list(headers), [list(row) for row in rows]
    told = [any(row[index] for row in lines) for index in range(len(headers))]
    if not lines:
        return ""
    return "\n".join(
        [
            _row(headers, told),
            _row(["---"] * len(headers), told),
            *(_row(row, told) for row in lines),
        ]
    )


def _row(cells: list[str], told: list[bool]) -> str:
    return f"| {' | '.join(cell for cell, is_told in zip(cells, told, strict=True) if is_told)} |"


def slug(heading: str) -> str:
    """The anchor that renderers make of a heading: of its text, without signs, with dashes for spaces."""
    return OUT_OF_SLUGS.sub("", heading.strip().lower()).replace(" ", "-")


def anchors(headings: Iterable[str]) -> Iterator[str]:
    """The anchors of the headings of one page: of equal ones the second is numbered 1."""
    seen: dict[str, int] = {}
    for heading in headings:
        name = slug(heading)
        number = seen.get(name, -1) + 1
        seen[name] = number
        yield f"{name}-{number}" if number else name


def paragraphs(*parts: str) -> str:
    """What is said, with an empty line in between."""
    return "\n\n".join(part for part in parts if part)
