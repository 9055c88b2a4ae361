"""Three texts become one: what came, what somebody made of it, and what comes now.

::

    <<<<<<< here
    TIMEOUT = 30
    ||||||| as it came
    TIMEOUT = 60
    =======
    TIMEOUT = 90
    >>>>>>> in the source

A change of one side is taken where the other left the text alone, and lines between two changes keep them apart, as in
diff3. Built on difflib: git need not be there, and if it is, its version would decide what a merge looks like; merge3
is a dependency more, under the GPL.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Lines = Sequence[bytes]
HERE, CAME, APART, THERE = b"<<<<<<< here\n", b"||||||| as it came\n", b"=======\n", b">>>>>>> in the source\n"


@dataclass(frozen=True, slots=True)
class Merged:
    content: bytes
    conflicts: int


@dataclass(frozen=True, slots=True)
class _Same:
    """A run of lines that both sides left alone, by where it begins in each text."""

    base: int
    ours: int
    theirs: int
    length: int


def is_text(*contents: bytes) -> bool:
    return not any(b"\0" in content for content in contents)


def with_line_ends(base: bytes, here: bytes) -> bytes:
    """A checkout or an editor that made each line end like those of Windows has edited none of them."""
    plain = here.replace(b"\r\n", b"\n")
    return plain if b"\r" not in base + plain and here.count(b"\r") == here.count(b"\n") else here


def merged(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    lines = [content.splitlines(keepends=True) for content in (base, ours, theirs)]
    result: list[bytes] = []
    conflicts = 0
    for same, regions in _regions(*lines):
        settled = _settled(*regions)
        conflicts += settled is None
        result += _marked(*regions) if settled is None else settled
        result += same
    return Merged(b"".join(result), conflicts)


def _regions(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[Lines, tuple[Lines, Lines, Lines]]]:
    """Each run that is the same in all three, and before it what each text has since the run before."""
    b = o = t = 0
    for run in _runs(base, ours, theirs):
        same = base[run.base : run.base + run.length]
        yield same, (base[b : run.base], ours[o : run.ours], theirs[t : run.theirs])
        b, o, t = run.base + run.length, run.ours + run.length, run.theirs + run.length


def _runs(base: Lines, ours: Lines, theirs: Lines) -> Iterator[_Same]:
    """Where both sides have the same lines of the base; in the end an empty one, behind everything."""
    left, right = _blocks(base, ours), _blocks(base, theirs)
    here = there = 0
    while here < len(left) and there < len(right):
        one, other = left[here], right[there]
        start = max(one.a, other.a)
        end = min(one.a + one.size, other.a + other.size)
        if start < end:
            yield _Same(start, one.b + start - one.a, other.b + start - other.a, end - start)
        if one.a + one.size < other.a + other.size:
            here += 1
        else:
            there += 1
    yield _Same(len(base), len(ours), len(theirs), 0)


def _blocks(base: Lines, side: Lines) -> list[difflib.Match]:
    return difflib.SequenceMatcher(None, base, side).get_matching_blocks()


def _settled(base: Lines, ours: Lines, theirs: Lines) -> Lines | None:
    if ours == theirs or theirs == base:
        return ours
    return theirs if ours == base else None


def _marked(base: Lines, ours: Lines, theirs: Lines) -> Iterator[bytes]:
    """A conflict, without the lines at its ends that both sides agree about."""
    head = _common(ours, theirs)
    tail = _common(ours[head:][::-1], theirs[head:][::-1])
    yield from ours[:head]
    for marker, text in (
        (HERE, ours[head : len(ours) - tail]),
        (CAME, base),
        (APART, theirs[head : len(theirs) - tail]),
    ):
        yield marker
        yield from _ended(text)
    yield THERE
    yield from ours[len(ours) - tail :]


def _common(one: Lines, other: Lines) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _ended(lines: Lines) -> Iterator[bytes]:
    """A marker begins a line, also where the text before it ends without one."""
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n"
