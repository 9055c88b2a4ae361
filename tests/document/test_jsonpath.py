"""JSONPath as RFC 9535 has it. The expected results are worked out from its text."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.document import limits
from specmill.document.pointers import join, tokens_of
from specmill.document.query import iregexp
from specmill.document.query.jsonpath import BadPath, parse
from specmill.document.query.queries import Run, TooExpensive

TREE = {
    "store": {
        "book": [
            {"category": "reference", "author": "Rees", "title": "Sayings", "price": 8.95},
            {"category": "fiction", "author": "Waugh", "title": "Sword", "price": 12.99},
            {"category": "fiction", "author": "Melville", "title": "Moby", "isbn": "0-553", "price": 8.99},
        ],
        "bicycle": {"color": "red", "price": 399},
    },
    "o'o": {"a b": 1, "\n": 2, "☺": 3, "😀": 4, '"': 5},
    "l": [0, "1", 1, 1.0, True, None, [1], {"a": 1}, "", "ab"],
}

SELECTED: list[tuple[str, list[str]]] = [
    ("$", [""]),
    ("$.store.bicycle.color", ["/store/bicycle/color"]),
    ("$['store']['bicycle'].*", ["/store/bicycle/color", "/store/bicycle/price"]),
    ("$.store.book[0,-1]['title','price']", [f"/store/book/{n}/{name}" for n in (0, 2) for name in ("title", "price")]),
    ("$..price", [*[f"/store/book/{n}/price" for n in range(3)], "/store/bicycle/price"]),
    ("$..book[2]", ["/store/book/2"]),
    ("$..book[-1]", ["/store/book/2"]),
    ("$..book[:2]", ["/store/book/0", "/store/book/1"]),
    ("$..book[?@.isbn]", ["/store/book/2"]),
    ("$..book[?@.price<10]", ["/store/book/0", "/store/book/2"]),
    ("$..book[?(@.price < 10 && @.category == 'fiction') || @.author=='Waugh']", ["/store/book/1", "/store/book/2"]),
    ("$..book[?!@.isbn]", ["/store/book/0", "/store/book/1"]),
    ("$..book[?!(@.price<10)]", ["/store/book/1"]),
    ("$.store[?@..color]", ["/store/bicycle"]),
    ("$[?@..color]", ["/store"]),
    ("$ ['store'] \t[ 'bicycle' ] .color", ["/store/bicycle/color"]),
    ("$[\"o'o\"]['a b']", ["/o'o/a b"]),
    ("$['o\\'o'][\"\\n\",'\\u263A', '\\uD83D\\ude00', '\"']", ["/o'o/\n", "/o'o/☺", "/o'o/😀", "/o'o/\""]),
    ("$['o\\'o'].☺", ["/o'o/☺"]),
    ("$.nothing", []),
    ("$.l.a", []),
    ("$.store[0]", []),
    ("$.l[1:8:3]", ["/l/1", "/l/4", "/l/7"]),
    ("$.l[::-4]", ["/l/9", "/l/5", "/l/1"]),
    ("$.l[8:-20:-4]", ["/l/8", "/l/4", "/l/0"]),
    ("$.l[::0]", []),
    ("$.l[100]", []),
    ("$.l[-100]", []),
    ("$.l[0,0]", ["/l/0", "/l/0"]),
    ("$.l[?@==1]", ["/l/2", "/l/3"]),
    ("$.l[?@==true]", ["/l/4"]),
    ("$.l[?@==null]", ["/l/5"]),
    ("$.l[?@=='1']", ["/l/1"]),
    ("$.l[?@!=1]", [f"/l/{n}" for n in (0, 1, 4, 5, 6, 7, 8, 9)]),
    ("$.l[?@>=1]", ["/l/2", "/l/3"]),
    ("$.l[?@>='1']", ["/l/1", "/l/9"]),
    ("$.l[?@<=1]", ["/l/0", "/l/2", "/l/3"]),
    ("$.l[?@==$.l[6]]", ["/l/6"]),
    ("$.l[?@==$.l[7]]", ["/l/7"]),
    ("$.l[?@.a==@['a']]", [f"/l/{n}" for n in range(10)]),
    ("$.l[?@.a!=@.b]", ["/l/7"]),
    ("$.l[?@.b<=@.b]", [f"/l/{n}" for n in range(10)]),
    ("$.l[?@[0]]", ["/l/6"]),
    ("$.l[?@ == -0]", ["/l/0"]),
    ("$.l[?@ == 1e0]", ["/l/2", "/l/3"]),
    ("$.l[?length(@)==2]", ["/l/9"]),
    ("$.l[?length(@)==1]", ["/l/1", "/l/6", "/l/7"]),
    ("$.l[?count(@.*)==1]", ["/l/6", "/l/7"]),
    ("$[?value(@..color)=='red']", ["/store"]),
    ("$.l[?match(@, 'a.')]", ["/l/9"]),
    ("$.l[?search(@, '[b-c]')]", ["/l/9"]),
    ("$.l[?match(@, '')]", ["/l/8"]),
    ("$.l[?match(@, '[')]", []),
    ("$..book[?match(@.author, $.store.book[0].author)]", ["/store/book/0"]),
    ("$..book[?length(@.title) == length('Moby')]", ["/store/book/2"]),
    ("$.store..[0]", ["/store/book/0"]),
    ("$.store.bicycle..*", ["/store/bicycle/color", "/store/bicycle/price"]),
]


@pytest.mark.parametrize(("path", "expected"), SELECTED, ids=[path for path, _ in SELECTED])
def test_a_path_selects(path: str, expected: list[str]) -> None:
    assert sorted(expected) == sorted(selected(path))


def selected(path: str, tree: Any = TREE) -> list[str]:
    return [join(tokens_of(at)) for _, at in parse(path).nodes(Run(tree))]


def test_nodes_come_in_the_order_of_the_document() -> None:
    assert selected("$..*", {"b": [{"a": 1}, 2], "a": 3}) == ["/b", "/a", "/b/0", "/b/1", "/b/0/a"]


NO_PATHS = [
    *["", " $", "$ ", "a", "@.a", "$.", "$..", "$...a", "$.'a'", "$.a b", "$.1", "$. a", "$.a.", "$a", "$$", "$.-a"],
    *["$[", "$[]", "$[a]", "$['a]", "$[\"a']", "$[01]", "$[-0]", "$[-01]", "$[1.0]", "$[1,]", "$[,1]", "$[0x1]"],
    *["$[9007199254740992]", "$[-9007199254740992]", "$[1:2:3:4]", "$[1 2]", "$[:1-2]", "$['\\x']", "$['\n']"],
    *["$['\\ud800']", "$['\\udc00']", "$['\\ud800\\u0041']", '$["\\\'"]', "$['\\\"']", "$['\\u00']"],
    *["$[?]", "$[?()]", "$[?1]", "$[?true]", "$[?'a']", "$[?@.a=1]", "$[?@.a==]", "$[?==1]", "$[?@.a===1]"],
    *["$[?@==1>0]", "$[?@.a==1==2]", "$[?!@.a==1]", "$[?@==!true]", "$[?(@.a)==1]", "$[?@.*==1]", "$[?@..a==1]"],
    *["$[?@[0,1]==1]", "$[?@[0:1]==1]", "$[?@.a && ]", "$[?@.a & @.b]", "$[?@.a | @.b]", "$[?!!@.a]", "$[?@.a) ]"],
    *["$[?@==01]", "$[?@==1.]", "$[?@==.1]", "$[?@==+1]", "$[?@==TRUE]", "$[?@==nullx]", "$[?@=={}]", "$[?@==[1]]"],
    *["$[?length(@)]", "$[?count(@.*)]", "$[?value(@.*)]", "$[?match(@,'a')==true]", "$[?length(@.*)==1]"],
    *["$[?count(1)==1]", "$[?length()==1]", "$[?length(@,@)==1]", "$[?match(@)]", "$[?match(@,'a',)]", "$[?nope(@)]"],
    *["$[?length (@)==1]", "$[?Length(@)==1]", "$[?length(@==1)==1]", "$[?count(@.a || @.b)==1]"],
]


@pytest.mark.parametrize("path", NO_PATHS)
def test_what_is_no_path_is_refused_with_the_place_in_it(path: str) -> None:
    with pytest.raises(BadPath) as caught:
        parse(path)
    assert 0 <= caught.value.at <= len(path)


@given(st.text(st.sampled_from("$@.*[]()?!=<>&|,:'\"\\ -01eatunlhc") | st.characters(), max_size=30))
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    for path in (text, "$" + text, f"$[?{text}]"):
        try:
            query = parse(path)
        except BadPath:
            continue
        query.nodes(Run(TREE))


@given(st.lists(st.text(), max_size=4))
def test_a_name_in_quotes_is_found_whatever_it_is(names: list[str]) -> None:
    tree: Any = 1
    for name in reversed(names):
        tree = {name: tree}
    path = "$" + "".join("['" + "".join(escaped(c) for c in name) + "']" for name in names)
    assert [join(names)] == selected(path, tree)


def escaped(character: str) -> str:
    return "\\" + character if character in "'\\" else f"\\u{ord(character):04x}" if character < " " else character


MATCHES = [
    ("a", "a", True),
    ("a", "ab", False),
    ("a|b", "b", True),
    ("(ab)*c?", "ababc", True),
    ("a{2,3}", "a", False),
    ("a{2,3}", "aaa", True),
    ("a{2,3}", "aaaa", False),
    ("a{2,}", "a" * 50, True),
    ("a{2}", "aa", True),
    ("[a-c]+", "abc", True),
    ("[^a-c]+", "xyz", True),
    ("[^a-c]+", "xbz", False),
    ("[-a]", "-", True),
    ("[a-]", "-", True),
    (".", "\n", False),
    (".", "😀", True),
    ("\\.", "x", False),
    ("^a$", "a", False),
    ("^a$", "^a$", True),
    ("\\p{Lu}\\P{Lu}", "Ab", True),
    ("\\p{L}[\\p{Nd}x]", "ä7", True),
    ("()", "", True),
    ("|a", "", True),
    *[
        (wrong, "a", False)
        for wrong in ("[", "(", "a)", "a**", "\\d", "a{3,2}", "{1}", "[b-a]", "(?:a)", "\\p{X}", "[]")
    ],
]


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_a_regular_expression_matches_as_a_whole(pattern: str, text: str, expected: bool) -> None:
    assert expected is iregexp.matches(pattern, text, True, lambda work: None)


def test_a_regular_expression_is_found_inside() -> None:
    assert iregexp.matches("b+", "aabba", False, lambda work: None)
    assert iregexp.matches("a", "\na", False, lambda work: None)
    assert not iregexp.matches("ba{3}", "aabba", False, lambda work: None)


EVIL = [
    "(a|aa)+(b|bb)+c",
    "((a*)*)*b",
    "(a{0,200}){0,200}b",
    "((((a{99}){99}){99}){99}){99}",
    "(x{0}){99999}a*b",
    "(" * 3000,
]


@pytest.mark.parametrize("pattern", EVIL)
def test_no_regular_expression_takes_long(pattern: str) -> None:
    started = time.perf_counter()
    assert not iregexp.matches(pattern, "a" * 300, True, lambda work: None)
    assert time.perf_counter() - started < 2


def test_a_path_that_visits_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = {"a": [{"b": [0] * 50}] * 50}
    with pytest.raises(TooExpensive):
        parse("$..[?count(@..*)>count($..*)]").nodes(Run(tree, 100_000))
    with pytest.raises(TooExpensive):
        parse("$[?search(@, 'a*b')]").nodes(Run(["a" * 100_000], 10_000))
    assert Run(tree).steps == limits.STEPS


def test_brackets_inside_each_other_are_bounded() -> None:
    assert selected("$[?" + "(" * 30 + "@[0]" + ")" * 30 + "]") == ["/l"]
    for path in ("$[?" + "(" * 50_000, "$" + "[?@" * 5000, "$[?" + "!" * 5000 + "@]", "$" + ".a" * 10_000):
        with pytest.raises(BadPath):
            parse(path[:9000] if "(" in path else path)


def test_a_deep_tree_is_walked_to_its_end() -> None:
    tree: Any = 1
    for _ in range(5_000):
        tree = [tree]
    assert len(parse("$..*").nodes(Run(tree))) == 5_000
