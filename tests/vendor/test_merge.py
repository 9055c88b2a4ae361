"""Three texts become one: no change of either side is lost, and where both touch the same lines a person decides."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.vendor.merge import merged
from tests.vendor.copies import LINES, changed
from tests.work import calls_of

BASE = "".join(LINES)
INSERTED = BASE.replace("line 5\n", "line 5\nnew\n")
CLEAN = {
    "changes apart": (changed(3), changed(9), changed(3, 9)),
    "a change and an insertion": (changed(20), INSERTED, changed(20).replace("line 5\n", "line 5\nnew\n")),
    "a change and a removal": (changed(20), BASE.replace("line 5\n", ""), changed(20).replace("line 5\n", "")),
    "one line between them": (changed(3), changed(5), changed(3, 5)),
    "the same change": (changed(3), changed(3), changed(3)),
    "the same change and another": (changed(3), changed(3, 9), changed(3, 9)),
    "everything removed here": ("", BASE, ""),
    "no line end here": (BASE.removesuffix("\n"), changed(3), changed(3).removesuffix("\n")),
    "carriage returns there": (
        changed(3),
        BASE.replace("line 9\n", "line 9\r\n"),
        changed(3).replace("9\n", "9\r\n", 1),
    ),
}


@pytest.mark.parametrize("what", CLEAN)
def test_what_is_apart_is_merged(what: str) -> None:
    ours, theirs, expected = CLEAN[what]
    for one, other in ((ours, theirs), (theirs, ours)):
        result = merged(BASE.encode(), one.encode(), other.encode())
        assert (expected, 0) == (result.content.decode(), result.conflicts)


CONFLICT = """\
one
<<<<<<< here
ours
||||||| as it came
two
=======
theirs
>>>>>>> in the source
three
"""
MARKED = {
    "one line": ("one\ntwo\nthree\n", "one\nours\nthree\n", "one\ntheirs\nthree\n", CONFLICT),
    "with lines in common": (
        "one\ntwo\nthree\n",
        "one\nsame\nours\nalso\nthree\n",
        "one\nsame\ntheirs\nalso\nthree\n",
        CONFLICT.replace("<<<<", "same\n<<<<", 1).replace("three", "also\nthree"),
    ),
    "changed here, removed there": (
        "one\ntwo\nthree\n",
        "one\nours\nthree\n",
        "one\nthree\n",
        CONFLICT.replace("theirs\n", ""),
    ),
    "without a line end": (
        "one\ntwo",
        "one\nours",
        "one\ntheirs",
        CONFLICT.removesuffix("three\n"),
    ),
}


@pytest.mark.parametrize("what", MARKED)
def test_what_touches_is_marked_with_all_three_texts(what: str) -> None:
    base, ours, theirs, expected = MARKED[what]
    result = merged(base.encode(), ours.encode(), theirs.encode())
    assert (expected, 1) == (result.content.decode(), result.conflicts)


# Few different lines make for many ways to read a difference.
texts = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n"]), max_size=12).map("".join).map(str.encode)
unended = st.tuples(texts, st.sampled_from([b"", b"end"])).map(b"".join)


@given(unended, unended)
def test_a_side_that_left_the_text_alone_has_no_say(base: bytes, side: bytes) -> None:
    assert (side, 0) == ((one := merged(base, side, base)).content, one.conflicts)
    assert (side, 0) == ((other := merged(base, base, side)).content, other.conflicts)
    assert (side, 0) == ((same := merged(base, side, side)).content, same.conflicts)


@given(unended, unended, unended)
def test_the_sides_may_change_places(base: bytes, ours: bytes, theirs: bytes) -> None:
    one, other = merged(base, ours, theirs), merged(base, theirs, ours)
    assert one.conflicts == other.conflicts
    if not one.conflicts:
        assert one.content == other.content


@given(texts, st.data())
def test_no_line_that_a_side_wrote_is_lost(base: bytes, data: st.DataObject) -> None:
    lines = base.splitlines(keepends=True)
    ours, theirs = (rewritten(lines, mark, data) for mark in (b"ours", b"theirs"))
    result = merged(base, b"".join(ours), b"".join(theirs)).content.splitlines(keepends=True)
    written = [line for line in (*ours, *theirs) if line.startswith((b"ours", b"theirs"))]
    assert sorted(written) == sorted(line for line in result if line.startswith((b"ours", b"theirs")))


def rewritten(lines: list[bytes], mark: bytes, data: st.DataObject) -> list[bytes]:
    """The lines, some of them removed and others put between them, each like no other."""
    result = []
    for number, line in enumerate([*lines, b""]):
        what = data.draw(st.sampled_from(["keep", "keep", "drop", "add", "replace"]))
        result += [mark + b" %d\n" % number] if what in ("add", "replace") else []
        result += [line] if what in ("keep", "add") and line else []
    return result


@given(st.integers(1, 25), st.data())
def test_where_git_merges_so_do_we_and_to_the_same_text(length: int, data: st.DataObject) -> None:
    """With lines that are all different there is but one way to read a difference."""
    lines = [b"line %d\n" % number for number in range(length)]
    ours, theirs = (b"".join(rewritten(lines, mark, data)) for mark in (b"ours", b"theirs"))
    result = merged(b"".join(lines), ours, theirs)
    content, conflicts = git_merges(b"".join(lines), ours, theirs)
    assert (conflicts > 0) == (result.conflicts > 0)
    if not conflicts:
        assert content == result.content


def git_merges(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, int]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for name, content in zip(names, (ours, base, theirs), strict=True):
            name.write_bytes(content)
        done = subprocess.run(["git", "merge-file", "-p", *names], capture_output=True, check=False)
    return done.stdout, done.returncode


def test_a_module_of_ten_thousand_lines_is_merged_with_little_work() -> None:
    lines = [f"    member_{number % 500}: str | UnsetType = UNSET\n" for number in range(10_000)]
    ours, theirs = list(lines), list(lines)
    ours[100], theirs[9_000] = "ours\n", "theirs\n"
    texts = ["".join(text).encode() for text in (lines, ours, theirs)]
    assert calls_of(lambda: merged(*texts)) < 100_000
