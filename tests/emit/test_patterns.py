"""A pattern of the document matches in Python exactly what it matches in ECMA-262, or it is not enforced."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyright.node import run

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
    ("^(?!ab)a(?=c)", ["ac"], ["a", "ab"]),
    ("b", ["abc"], ["ac"]),
    (r"^[\w-.]+$", ["a-b.c_1"], ["a b", "é"]),
    (r"^[a-\d]+$", ["a-1"], ["b"]),
    (r"^[\D-\d]$", ["a", "-", "1"], [""]),
    (r"^\uD83D\uDE00$", ["😀"], ["😁"]),
    (r"^[\ud83d\ude00-\u{1F602}]$", ["😁"], ["😃"]),
]


@pytest.mark.parametrize(("pattern", "matching", "others"), TRANSLATED)
def test_a_translation_matches_the_same_texts(pattern: str, matching: list[str], others: list[str]) -> None:
    translated = python_pattern(pattern)
    assert translated is not None
    assert matching == [text for text in matching + others if re.search(translated, text)]


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d+",
        "(?i)a",
        "a++",
        r"\A",
        r"\Qa",
        "(?<=ab*)c",
        "[z-a]",
        "(",
        "a**",
        r"\p{Lu}",
        r"\uD83D",
        r"\uDE00\uD83D",
        r"\07",
    ][1:],
)
def test_what_python_would_read_differently_is_not_translated(pattern: str) -> None:
    assert python_pattern(pattern) is None


PIECES = (
    *(
        "a",
        "b",
        "1",
        "é",
        " ",
        ".",
        "^",
        "$",
        "|",
        r"\d",
        r"\D",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        r"\b",
        r"\B",
        r"\/",
        r"\.",
        r"\n",
    ),
    *(
        "[ab]",
        "[^a]",
        "[a-c1]",
        r"[\d_]",
        r"[^\w]",
        r"[^\S1]",
        r"[\]^]",
        "[]",
        "[^]",
        r"\p{L}",
        r"[\p{L}1]",
        r"[^\p{L}]",
        r"\P{L}",
    ),
    *("(a|b)", "(?:a|1)", "(?=b)", "(?!b)", "(?<=a)", "(?<!a)", "(?<n>a)?"),
    *(r"(?:(b)?\1)", r"\x61", r"\u00e9", r"\u{61}"),
)
UNQUANTIFIED = ("^", "$", "|", r"\b", r"\B", "(?=b)", "(?!b)", "(?<=a)", "(?<!a)", "(?<n>a)?", r"(?:(b)?\1)")
ONCE = ("(?<n>a)?", r"(?:(b)?\1)")
QUANTIFIERS = ("", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?")
JUDGE = """
const judge = ([pattern, texts]) => {
  const expression = new RegExp(pattern, "u")
  return texts.map((text) => expression.test(text))
}
console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8")).map(judge)))
"""


def random_cases(random: Random, count: int) -> list[tuple[str, list[str]]]:
    cases = []
    for _ in range(count):
        pieces = random.choices(PIECES, k=random.randint(1, 5))
        used = [piece for piece in pieces if pieces.count(piece) == 1 or piece not in ONCE]
        ends = ["" if piece in UNQUANTIFIED else random.choice(QUANTIFIERS) for piece in used]
        pattern = "".join(piece + end for piece, end in zip(used, ends, strict=True))
        texts = ["".join(random.choices("ab1é _\n.-/\u2028\u0663\ufeff", k=random.randint(0, 5))) for _ in range(12)]
        cases.append((pattern, texts))
    return cases


def test_python_and_ecma_agree_on_random_patterns() -> None:
    cases = random_cases(Random(7), 1500)
    done = run("node", "-e", JUDGE, input=json.dumps(cases), capture_output=True, text=True)
    verdicts = json.loads(done.stdout)
    for (pattern, texts), verdict in zip(cases, verdicts, strict=True):
        translated = python_pattern(pattern)
        assert translated is not None, pattern
        assert (pattern, verdict) == (pattern, [re.search(translated, text) is not None for text in texts]), texts


@given(st.text(r"ab\[](){}^$.*+?|-/<>!=:,0159dpuxk", max_size=12))
def test_no_text_at_all_is_a_traceback(pattern: str) -> None:
    translated = python_pattern(pattern)
    assert translated is None or re.compile(translated)
