"""What is different, as people read it: unified differences, kept to a length that is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

LINES = 40  # of one file's difference
LONGEST = 200  # of its lines: one of what a client was made from can be as long as a page
WINDOW = 2000  # lines compared from the first difference on: difflib's time grows faster than its input


def difference(path: str, disk: bytes, wanted: bytes, limit: int | None = LINES) -> str:
    """From what lies on the disk to what would be written; ``limit`` is the number of lines, None is all."""
    import difflib

    old, new = _lines(disk), _lines(wanted)
    start = _first_difference(old, new)
    window = slice(start, None if limit is None else start + WINDOW)
    found = difflib.unified_diff(old[window], new[window], path, f"{path} (as generated)", lineterm="", n=2)
    lines = list(_moved(found, start))
    if limit is None:
        return "\n".join(lines)
    more = [f"… and {len(lines) - limit} more lines"] if len(lines) > limit else []
    return "\n".join([*map(_cut, islice(lines, limit)), *more])


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _lines(content: bytes) -> list[str]:
    """Without line ends, unless they are Windows': those would be invisible."""
    return [line.replace("\r", "␍") for line in content.decode("utf-8", "replace").split("\n")]


def _first_difference(old: list[str], new: list[str]) -> int:
    """The line to start at, a little before the first that differs."""
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return max(0, same - 2)


def _moved(lines: Iterator[str], by: int) -> Iterator[str]:
    """Counts the lines of a window as lines of its file."""
    for line in lines:
        yield _moved_header(line, by) if line.startswith("@@") else line


def _moved_header(line: str, by: int) -> str:
    _, old, new, _ = line.split(" ")
    return f"@@ {_moved_range(old, by)} {_moved_range(new, by)} @@"


def _moved_range(text: str, by: int) -> str:
    first, comma, count = text[1:].partition(",")
    return f"{text[0]}{int(first) + by}{comma}{count}"
