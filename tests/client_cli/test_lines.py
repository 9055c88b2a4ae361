"""Lines are the same however the input is cut, passed on and looked at."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_rest._cli.trouble import CommandError
from kafka_rest._produce import lines
from kafka_rest._produce.lines import Lines
from kafka_rest._produce.texts import Texts

LINES = st.lists(st.sampled_from([b"", b"a", b"\r", b"0123456789" * 3, b'{"value": 1}']), min_size=1)


class Dribbling(io.BytesIO):
    """Gives as many bytes at once as it is told to."""

    def __init__(self, text: bytes, sizes: list[int]) -> None:
        super().__init__(text)
        self._sizes = sizes

    def read1(self, size: int | None = -1) -> bytes:
        return self.read(self._sizes.pop() if self._sizes else size)


def pieces(file: Any, *more: int) -> list[tuple[int, int, list[bytes]]]:
    """As from a regular file, since no thread is needed here to read."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "size_of", lambda _: 1)
        made = Lines(cast(BinaryIO, file), *more)
    found = []
    while (piece := made.piece()) is not None:
        assert len(piece.texts) == len(list(piece.texts)) > 0
        found.append((piece.first, piece.start, piece.texts.lines))
    if made.error is not None:
        raise made.error
    return found


@given(LINES, st.lists(st.integers(1, 40)), st.integers(0, 20), st.booleans(), st.integers(1, 5))
def test_each_line_has_its_number_and_its_place(
    given: list[bytes], sizes: list[int], skip: int, ends: bool, wanted: int
) -> None:
    text = b"\n".join(given) + b"\n" * ends
    expected = text.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    found = pieces(Dribbling(text, sizes), 0, 0, skip, wanted)
    assert expected[skip:] == [line for _, _, some in found for line in some]
    for first, start, some in found:
        assert sum(len(line) + 1 for line in expected[: first - 1]) == start
        assert expected[first - 1 : first - 1 + len(some)] == some


def test_a_mark_of_the_order_of_bytes_belongs_to_no_line() -> None:
    assert [(1, 0, [b"   a", b"b"])] == pieces(io.BytesIO(b"\xef\xbb\xbfa\nb\n"), 0, 0, 0)


def test_no_line_is_longer_than_memory_should_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 10)
    monkeypatch.setattr(lines, "PIECE", 8)
    with pytest.raises(CommandError, match="line 2 has more than 10 bytes"):
        pieces(io.BytesIO(b"a\n" + b"x" * 30), 0, 0, 0)


def test_pieces_have_about_as_many_lines_as_are_wanted() -> None:
    found = pieces(io.BytesIO(b"0123456789\n" * 100_000), 0, 0, 0, 1000)
    assert {1000} == {round(len(some), -2) for _, _, some in found[1:-1]}


@given(LINES, st.data())
def test_texts_are_those_lines_in_either_form(given: list[bytes], data: st.DataObject) -> None:
    for made in (Texts(b"\n".join(given)), Texts.of(given), Texts(b"\n".join(given), len(given))):
        assert sum(len(line) + 1 for line in given) == made.size
        for form in data.draw(st.permutations(["whole", "lines", "len", "at"])):
            if form == "whole":
                assert b"\n".join(given) == made.whole
            elif form == "lines":
                assert given == made.lines
            elif form == "len":
                assert len(given) == len(made)
            else:
                assert given[-1] == made[len(given) - 1]


@given(LINES.filter(lambda lines: len(lines) > 1), st.data())
def test_a_cut_leaves_nothing_out(given: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(given) - 1))
    whole = Texts(b"\n".join(given))
    first, second = whole.cut(at)
    assert (given[:at], given[at:], whole.size) == (first.lines, second.lines, first.size + second.size)
