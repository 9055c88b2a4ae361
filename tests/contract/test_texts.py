"""Concatenated JSON is split into its values, whatever stands in between and wherever it is cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.contract.texts import Splitter, Text, split

SEPARATORS = st.sampled_from([b"", b" ", b"\n", b"\r\n", b"\t", b" \n\n "])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.lists(VALUES, max_size=3) | st.dictionaries(st.text(), VALUES, max_size=3)


def in_pieces(data: bytes, size: int) -> list[Text]:
    splitter = Splitter()
    found = [text for at in range(0, len(data), size) for text in splitter.feed(data[at : at + size], float(at))]
    return [*found, *splitter.end()]


@given(st.lists(st.tuples(DOCUMENTS, SEPARATORS, st.booleans())), st.integers(1, 9))
def test_values_come_out_as_they_went_in(given: list[tuple[Any, bytes, bool]], size: int) -> None:
    raw = [json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace") for value, _, ascii_only in given]
    data = b"".join(one + separator for one, (_, separator, _) in zip(raw, given, strict=True))
    found = in_pieces(data, size)
    assert raw == [text.raw for text in found]
    assert [json.loads(one) for one in raw] == [text.value for text in found]
    assert [()] * len(raw) == [text.faults for text in found]


EXAMPLES: tuple[tuple[str, bytes, list[Any] | None, dict[int, str]], ...] = (
    (
        "numbers and words",
        b"12 true{}null[]-1.5e3",
        [12, True, {}, None, [], -1500.0],
        {},
    ),
    ("strings", b'"a""b\\""', ["a", 'b"'], {}),
    ("brackets in strings", b'{"}{":"]["}["\\"}"]', [{"}{": "]["}, ['"}']], {}),
    ("a word at the end", b"{}7", [{}, 7], {}),
    ("a member twice", b'{"a":1,"a":2}', [{"a": 2}], {0: "the member 'a' stands there twice"}),
    ("a member twice deep down", b'[{"b":{"a":1,"c":3,"a":2}}]', [[{"b": {"a": 2, "c": 3}}]], {0: "the member 'a'"}),
    ("no number", b'{"a":NaN}', None, {0: "NaN is no JSON"}),
    ("infinity", b"[-Infinity]", None, {0: "-Infinity is no JSON"}),
    ("cut short", b'{}{"a":', [{}, None], {1: "it is cut short"}),
    ("cut short in a string", b'{"a', [None], {0: "it is cut short"}),
    ("garbage", b"{}]{}", [{}, None, {}], {1: "this is no JSON"}),
    ("brackets that do not match", b"[}{}", [None, {}], {0: "this is no JSON"}),
    ("no UTF-8", b'{"a":"\xff"}', [None], {0: "this is no UTF-8: b'\\xff"}),
    ("a control character", b'{"a":"\n"}', [None], {0: "this is no JSON"}),
    ("nothing", b" \r\n", [], {}),
)


@pytest.mark.parametrize(("data", "values", "faults"), [pytest.param(*one[1:], id=one[0]) for one in EXAMPLES])
def test_what_is_wrong_with_a_value_is_noted(data: bytes, values: list[Any] | None, faults: dict[int, str]) -> None:
    for size in (len(data), 1, 2, 3):
        found = in_pieces(data, size)
        assert values is None or values == [text.value for text in found], size
        assert list(faults) == [place for place, text in enumerate(found) if text.faults], size
        assert all(found[place].faults[0].startswith(start) for place, start in faults.items()), size


def test_a_value_has_the_time_at_which_it_was_complete() -> None:
    splitter = Splitter()
    assert [] == splitter.feed(b'{"a":', 1.0)
    assert [(b'{"a":1}', 2.0), (b"{}", 2.0)] == [(text.raw, text.at) for text in splitter.feed(b"1}{}", 2.0)]


def test_depth_beyond_the_parser_is_a_fault() -> None:
    (text,) = split(b"[" * 200_000 + b"]" * 200_000)
    assert text.faults[0].startswith("this is no JSON")
