"""Text of the document as Python source: it can become a string or a docstring there, never code.

``repr`` escapes whatever does not print, which takes in line breaks, control characters and the marks that turn the
direction of writing around, so that what a person reads is what Python reads.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 120
ITEM = re.compile(r"[*+-] +|\d+[.)] +")  # how Markdown begins an item of a list


def py(value: Any) -> str:
    """A value of the document as a Python literal."""
    if isinstance(value, tuple):
        return f"({', '.join(map(py, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{py(key)}: {py(item)}' for key, item in value.items())}}}"
    if not isinstance(value, str | int | float | bool | None):
        raise TypeError(f"{type(value).__name__} has no literal here")
    return repr(value)


def call(function: str, /, *positional: str, **named: str) -> str:
    """The source of a call; arguments without a text are left out."""
    arguments = [*positional, *(f"{key}={value}" for key, value in named.items() if value)]
    return f"{function}({', '.join(arguments)})"


def docstring(text: str, indent: int) -> str:
    """A docstring with its quotes, wrapped to fit behind ``indent`` spaces."""
    lines = [_escaped(line) for line in _wrapped(text, WIDTH - indent - 4)] or [""]
    if len(lines) == 1 and len(lines[0]) + indent + 6 <= WIDTH:
        return f'"""{lines[0]}"""'
    margin = " " * indent
    rest = "".join(f"{margin}{line}\n" if line else "\n" for line in lines[1:])
    return f'"""{lines[0]}\n{rest}{margin}"""'


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most this width; what is indented stays so, and no two empty ones follow each other."""
    last = ""
    for line in text.strip().splitlines():
        stripped = line.strip()
        if stripped:
            margin = " " * min(len(line) - len(line.lstrip()), width // 2)
            hanging = margin + " " * (4 if margin else len(item.group()) if (item := ITEM.match(stripped)) else 0)
            yield from textwrap.wrap(
                stripped,
                width,
                initial_indent=margin,
                subsequent_indent=hanging,
                break_long_words=False,
                break_on_hyphens=False,
            )
        elif last:
            yield ""
        last = stripped


def _escaped(line: str) -> str:
    """One line of a docstring; a quote at its end may not join those that close it."""
    plain = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if (len(line) - len(line.rstrip('"'))) % 3:
        plain = plain[:-1] + '\\"'
    return "".join(one if one.isprintable() else _spelt(one) for one in plain)


def _spelt(character: str) -> str:
    return repr(character)[1:-1]
