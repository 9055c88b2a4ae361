"""Values of a body are split in one way, whatever the pieces it comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.serve.roots import Roots, roots_of

SPLIT: dict[str, tuple[bytes, list[bytes]]] = {
    "nothing": (b"", []),
    "white space": (b" \r\n\t", []),
    "one": (b'{"a":1}', [b'{"a":1}']),
    "glued": (b"{}{}[]", [b"{}", b"{}", b"[]"]),
    "lines": (b'{"a":1}\r\n{"b":[{}]}\r\n', [b'{"a":1}', b'{"b":[{}]}']),
    "behind a mark": (b"\xef\xbb\xbf{}", [b"{}"]),
    "brackets in texts": (b'{"a":"}{"}{"b":"\\"}"}', [b'{"a":"}{"}', b'{"b":"\\"}"}']),
    "a backslash at the end of a text": (b'{"a":"\\\\"}{}', [b'{"a":"\\\\"}', b"{}"]),
    "words": (b'1 2true{}"a""b"null', [b"1", b"2true", b"{}", b'"a"', b'"b"', b"null"]),
    "garbage": (b"{},{}]x", [b"{}", b",", b"{}", b"]", b"x"]),
    "cut": (b'{} {"a":"x', [b"{}", b'{"a":"x']),
}


@pytest.mark.parametrize("name", SPLIT)
def test_a_body_is_split_into_its_values(name: str) -> None:
    body, expected = SPLIT[name]
    found, rest = roots_of(body, True)
    assert expected == [root.text for root in found]
    assert b"" == rest
    assert expected == [body[root.start : root.end] for root in found]


@given(st.sampled_from(sorted(SPLIT)), st.lists(st.integers(0, 40)).map(sorted))
def test_cuts_change_nothing(name: str, cuts: list[int]) -> None:
    body, expected = SPLIT[name]
    roots = Roots()
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        found += roots.feed(body[start:end])
    assert expected == [root.text for root in [*found, *roots.finish()]]


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('"\\{}[] é', max_size=3), inner, max_size=3),
    max_leaves=8,
).filter(lambda value: isinstance(value, dict | list))


@given(st.lists(JSON, max_size=5), st.sampled_from(["", " ", "\r\n", "\n\n"]), st.integers(1, 9), st.booleans())
def test_all_json_comes_back(values: list[Any], between: str, size: int, ascii_only: bool) -> None:
    body = between.join(json.dumps(value, ensure_ascii=ascii_only) for value in values).encode()
    roots = Roots()
    found = [root for at in range(0, len(body), size) for root in roots.feed(body[at : at + size])]
    assert values == [json.loads(root.text) for root in found]
