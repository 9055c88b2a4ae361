"""Differences are unified ones, kept to a length that is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specmill.keep.difference import LONGEST, WINDOW, difference
from tests.work import calls_of

LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30).map(lambda lines: "\n".join(lines).encode())


def test_a_difference_names_the_file_and_counts_its_lines() -> None:
    old = b"".join(b"line %d\n" % number for number in range(1, 101))
    expected = """\
--- models.py
+++ models.py (as generated)
@@ -88,5 +88,5 @@
 line 88
 line 89
-line 90
+changed
 line 91
 line 92"""
    assert expected == difference("models.py", old, old.replace(b"line 90\n", b"changed\n"))


@given(LINES, LINES)
def test_a_difference_leads_from_the_one_to_the_other(old: bytes, new: bytes) -> None:
    lines = (old.decode().split("\n"), new.decode().split("\n"))
    found = difference("x", old, new, limit=None).split("\n") if old != new else []
    assert applied(lines[0], found) == lines[1]


def applied(old: list[str], diff: list[str]) -> list[str]:
    """What a patch program would make of it."""
    new, done = [], 0
    for line in diff[2:]:
        if line.startswith("@@"):
            first, _, count = line.split(" ")[1][1:].partition(",")
            start = int(first) - (0 if count == "0" else 1)
            new += old[done:start]
            done = start
        elif line.startswith("+"):
            new.append(line[1:])
        else:
            assert old[done] == line[1:]
            new += [line[1:]] if line.startswith(" ") else []
            done += 1
    return new + old[done:]


def test_a_long_difference_is_cut_and_says_so() -> None:
    old, new = (b"".join(b"%s %d\n" % (word, number) for number in range(100)) for word in (b"old", b"new"))
    lines = difference("x", old, new, limit=10).split("\n")
    assert len(lines) == 11
    assert lines[-1] == "… and 194 more lines"


def test_a_long_line_is_cut_unless_all_is_wanted() -> None:
    old, new = b"a" * 5000, b"b" * 5000
    assert max(map(len, difference("x", old, new).split("\n"))) == LONGEST + 1
    assert "+" + "b" * 5000 in difference("x", old, new, limit=None)


def test_windows_line_ends_are_shown() -> None:
    assert "-a␍\n+a" in difference("x", b"a\r\n", b"a\n")


def test_bytes_that_are_no_text_are_shown_somehow() -> None:
    assert "-\ufffd" in difference("x", b"\xff", b"a")


def test_the_work_of_a_large_difference_grows_with_its_lines() -> None:
    lines = 10 * WINDOW
    old = b"".join(b"    name_%d: str\n" % (number % 97) for number in range(lines))
    new = b"".join(b"    name_%d: int\n" % (number % 89) for number in range(lines))
    assert calls_of(lambda: difference("x", old, new)) < 100 * lines
