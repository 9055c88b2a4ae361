"""Every style of OpenAPI spells every kind of value as its tables say, and what comes off the wire is the value."""

from __future__ import annotations

import datetime
import enum
import uuid
from typing import Annotated, Any, Literal
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType, json
from msgspec import field as named

from runtime._calls import Place, prepare
from runtime._facts import Cookie, Field, Form, Header, Operation, Parameter, Path, Query, QueryString, Request
from runtime.errors import InvalidArgument

PLACE = Place("http://host/base", (), {})
LIST = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}
AWARE = datetime.datetime(2026, 11, 21, 1, 2, 3, tzinfo=datetime.UTC)


class Colour(enum.Enum):
    RED = "red"


class Filter(Struct, kw_only=True):
    """A model with names that differ, an unset member and a null."""

    min_size: int | UnsetType = named(name="minSize", default=UNSET)
    tags: list[str] | UnsetType = UNSET
    other: str | UnsetType | None = UNSET


def request_of(parameter: Parameter, value: Any) -> Request:
    path = "/{color}" if isinstance(parameter, Path) else "/"
    operation: Operation[None] = Operation(id="op", method="GET", path=path, parameters=(parameter,))
    return prepare(operation, {"color": value}, PLACE)


def spelt(parameter: Parameter, value: Any) -> str:
    """What the parameter adds to the request."""
    request = request_of(parameter, value)
    if isinstance(parameter, Header | Cookie):
        return request.headers.get(parameter.name if isinstance(parameter, Header) else "Cookie", "-")
    return request.url.removeprefix("http://host/base/")


# The tables of the OpenAPI specification, "Style Examples", with the characters that RFC 3986 does not allow escaped.
TABLE: list[tuple[Parameter, Any, str]] = [
    (Path("color", str), "blue", "blue"),
    (Path("color", list[str]), LIST, "blue,black,brown"),
    (Path("color", list[str], explode=True), LIST, "blue,black,brown"),
    (Path("color", dict[str, int]), OBJECT, "R,100,G,200,B,150"),
    (Path("color", dict[str, int], explode=True), OBJECT, "R=100,G=200,B=150"),
    (Path("color", str, style="label"), "", "%2E"),  # a bare dot would be taken out of the path
    (Path("color", str, style="label"), "blue", ".blue"),
    (Path("color", list[str], style="label"), LIST, ".blue,black,brown"),
    (Path("color", list[str], style="label", explode=True), LIST, ".blue.black.brown"),
    (Path("color", dict[str, int], style="label"), OBJECT, ".R,100,G,200,B,150"),
    (Path("color", dict[str, int], style="label", explode=True), OBJECT, ".R=100.G=200.B=150"),
    (Path("color", str, style="matrix"), "", ";color"),
    (Path("color", str, style="matrix"), "blue", ";color=blue"),
    (Path("color", list[str], style="matrix"), LIST, ";color=blue,black,brown"),
    (Path("color", list[str], style="matrix", explode=True), LIST, ";color=blue;color=black;color=brown"),
    (Path("color", dict[str, int], style="matrix"), OBJECT, ";color=R,100,G,200,B,150"),
    (Path("color", dict[str, int], style="matrix", explode=True), OBJECT, ";R=100;G=200;B=150"),
    (Query("color", str), "", "?color="),
    (Query("color", str), "blue", "?color=blue"),
    (Query("color", list[str]), LIST, "?color=blue&color=black&color=brown"),
    (Query("color", list[str], explode=False), LIST, "?color=blue,black,brown"),
    (Query("color", dict[str, int]), OBJECT, "?R=100&G=200&B=150"),
    (Query("color", dict[str, int], explode=False), OBJECT, "?color=R,100,G,200,B,150"),
    (Query("color", list[str], style="spaceDelimited", explode=False), LIST, "?color=blue%20black%20brown"),
    (Query("color", list[str], style="spaceDelimited"), LIST, "?color=blue&color=black&color=brown"),
    (
        Query("color", dict[str, int], style="spaceDelimited", explode=False),
        OBJECT,
        "?color=R%20100%20G%20200%20B%20150",
    ),
    (Query("color", list[str], style="pipeDelimited", explode=False), LIST, "?color=blue%7Cblack%7Cbrown"),
    (
        Query("color", dict[str, int], style="pipeDelimited", explode=False),
        OBJECT,
        "?color=R%7C100%7CG%7C200%7CB%7C150",
    ),
    (Query("color", dict[str, int], style="deepObject"), OBJECT, "?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    (
        Query("color", dict[str, Any], style="deepObject"),
        {"a": {"b": [1, {"c": 2}]}, "d": None},
        "?color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=2",
    ),
    (Query("color", list[str], style="deepObject"), LIST, "?color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown"),
    (Header("color", str), "blue", "blue"),
    (Header("color", list[str]), LIST, "blue,black,brown"),
    (Header("color", dict[str, int]), OBJECT, "R,100,G,200,B,150"),
    (Header("color", dict[str, int], explode=True), OBJECT, "R=100,G=200,B=150"),
    (Cookie("color", str), "blue", "color=blue"),
    (Cookie("color", list[str], explode=False), LIST, "color=blue,black,brown"),
    (Cookie("color", list[str]), LIST, "color=blue; color=black; color=brown"),
    (Cookie("color", dict[str, int]), OBJECT, "R=100; G=200; B=150"),
    (Cookie("color", str, style="cookie"), "a=b/c", "color=a=b/c"),
    (Cookie("color", str), "a=b/c", "color=a%3Db%2Fc"),
]


@pytest.mark.parametrize(("parameter", "value", "expected"), TABLE, ids=lambda value: repr(value)[:60])
def test_each_style_spells_text_lists_and_objects_as_the_specification_shows(
    parameter: Parameter, value: Any, expected: str
) -> None:
    assert expected == spelt(parameter, value)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (bool, True, "true"),
        (bool, False, "false"),
        (int, -5, "-5"),
        (int, 2**70, str(2**70)),
        (float, 0.1, "0.1"),
        (float, 5, "5"),
        (datetime.datetime, AWARE, "2026-11-21T01%3A02%3A03Z"),
        (datetime.date, datetime.date(2026, 11, 21), "2026-11-21"),
        (uuid.UUID, uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (bytes, b"\xff\xfe?", "%2F%2F4%2F"),
        (Colour, Colour.RED, "red"),
        (Literal["a b"], "a b", "a%20b"),
        (str, "naïve & wild?#/", "na%C3%AFve%20%26%20wild%3F%23%2F"),
        (str, "~-._", "~-._"),
        (str, "100%25", "100%2525"),
        (Any, {"a": [1]}, None),
    ],
)
def test_each_type_has_one_spelling(type_: Any, value: Any, expected: str | None) -> None:
    if expected is None:
        assert spelt(Query("color", type_), value) == "?a=%5B1%5D"
    else:
        assert spelt(Query("color", type_), value) == f"?color={expected}"


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (Query("color", str | None), None, ""),
        (Query("color", list[str]), [], ""),
        (Query("color", list[str], explode=False), [], ""),
        (Query("color", list[str | None]), ["a", None, "b"], "?color=a&color=b"),
        (Query("color", dict[str, str | None], explode=False), {"a": None, "b": "c"}, "?color=b,c"),
        (Header("color", str | None), None, "-"),
        (Cookie("color", str | None), None, "-"),
        (Query("color", str), UNSET, ""),
    ],
)
def test_what_is_null_or_unset_or_empty_is_not_sent(parameter: Parameter, value: Any, expected: str) -> None:
    assert expected == spelt(parameter, value)


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (Query("color", Filter), Filter(min_size=3, tags=["a", "b"]), "?minSize=3&tags=%5B%22a%22%2C%22b%22%5D"),
        (
            Query("color", Filter, style="deepObject"),
            Filter(min_size=3, tags=["a"], other=None),
            "?color%5BminSize%5D=3&color%5Btags%5D%5B0%5D=a",
        ),
        (Query("color", Filter, media_type="application/json"), Filter(min_size=3), "?color=%7B%22minSize%22%3A3%7D"),
        (Query("color", str, media_type="text/plain"), 'a"b', "?color=a%22b"),
        (Path("color", Filter, media_type="application/json"), Filter(min_size=3), "%7B%22minSize%22%3A3%7D"),
        (Header("color", Filter, media_type="application/json"), Filter(min_size=3), '{"minSize":3}'),
        (Cookie("color", Filter, media_type="application/json"), Filter(min_size=3), "color=%7B%22minSize%22%3A3%7D"),
        (QueryString("color", Filter, media_type="application/json"), Filter(min_size=3), "?%7B%22minSize%22%3A3%7D"),
        (
            QueryString("color", dict[str, Any], media_type="application/x-www-form-urlencoded"),
            {"a b": [1, 2], "c": "&"},
            "?a+b=1&a+b=2&c=%26",
        ),
        (
            QueryString(
                "color",
                Form(
                    dict[str, Any],
                    {"a": Field(style="form", explode=False), "b": Field(style="deepObject")},
                ),
                media_type="application/x-www-form-urlencoded",
            ),
            {"a": [1, 2], "b": {"x": 1}, "c": {"y": 2}},
            "?a=1,2&b%5Bx%5D=1&c=%7B%22y%22%3A2%7D",
        ),
        (
            Query("color", dict[str, int], media_type="application/x-www-form-urlencoded"),
            {"r": 1, "g": 2},
            "?color=r%3D1%26g%3D2",
        ),
        (QueryString("color", str, media_type="text/plain"), "$.a[?(@.b)]", "?%24.a%5B%3F%28%40.b%29%5D"),
    ],
)
def test_models_and_content_are_spelt_by_their_names_on_the_wire(
    parameter: Parameter, value: Any, expected: str
) -> None:
    assert expected == spelt(parameter, value)


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (Query("color", str, reserved=True), "a/b?c=d&e,f", "?color=a/b?c=d&e,f"),
        (Query("color", str, reserved=True), "50% of %41 é#", "?color=50%25%20of%20%41%20%C3%A9%23"),
        (Path("color", str, reserved=True), "a/b;c", "a/b;c"),
        (Path("color", str, reserved=True), "a?b#c", "a%3Fb%23c"),
        (Path("color", str, reserved=True), "../../admin", "%2E%2E/%2E%2E/admin"),
    ],
)
def test_reserved_characters_pass_where_the_document_allows_it(parameter: Parameter, value: str, expected: str) -> None:
    assert expected == spelt(parameter, value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a/b", "a%2Fb"), (".", "%2E"), ("..", "%2E%2E"), ("...", "..."), ("a.b", "a.b"), ("?", "%3F"), ("%2e", "%252e")],
)
def test_no_value_leaves_its_segment_of_the_path(value: str, expected: str) -> None:
    assert expected == spelt(Path("color", str), value)


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_a_path_segment_is_the_value_again_when_it_is_unescaped(value: str) -> None:
    path = spelt(Path("color", str), value)
    assert value == unquote(path)
    assert "/" not in path
    assert path not in (".", "..")


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4), st.text(max_size=9))
def test_a_query_is_the_value_again_when_it_is_parsed(members: dict[str, str], text: str) -> None:
    both = (Query("free", dict[str, str]), Query("text", str))
    operation: Operation[None] = Operation(id="op", method="GET", path="/", parameters=both)
    url = prepare(operation, {"free": members, "text": text}, PLACE).url
    pairs = [tuple(map(unquote, pair.split("="))) for pair in url.partition("?")[2].split("&")]
    assert [*members.items(), ("text", text)] == pairs


@pytest.mark.parametrize(
    ("parameter", "value", "complaint"),
    [
        (Query("color", int), "5", "op: color: Expected `int`, got `str`"),
        (Query("color", Annotated[int, Meta(le=5)]), 6, "op: color: Expected `int` <= 5"),
        (Query("color", Literal["a"]), "b", "op: color: Invalid enum value 'b'"),
        (Query("color", list[int]), ["x"], "op: color: Expected `int`, got `str`"),
        (Query("color", float), float("nan"), "op: color: "),
        (Path("color", str), "", "op: color: a path parameter may not be empty"),
        (Path("color", list[str]), [], "op: color: a path parameter may not be empty"),
        (Path("color", str | None), None, "op: color: a path parameter may not be empty"),
        (Path("color", str), UNSET, "op: the argument color is missing"),
        (Query("color", str, required=True), UNSET, "op: the argument color is missing"),
        (Header("color", str), "a\r\nX-Other: b", "op: color: a header may not hold line breaks"),
        (Header("color", str), " a", "op: color: a header may not hold line breaks"),
        (Cookie("color", str, style="cookie"), "a; b", "op: color: a cookie may not hold"),
        (Query("color", str), "\ud800", "op: color: "),
        (Header("a b", str, argument="color"), "v", "op: color: 'a b' is not the name of a header"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_a_value_that_does_not_fit_is_refused_before_anything_is_sent(
    parameter: Parameter, value: Any, complaint: str
) -> None:
    with pytest.raises(InvalidArgument) as raised:
        request_of(parameter, value)
    assert str(raised.value).startswith(complaint)


def test_an_unknown_argument_is_refused_with_the_nearest_name() -> None:
    operation: Operation[None] = Operation(id="op", method="GET", path="/", parameters=(Query("color", str),))
    with pytest.raises(InvalidArgument, match=r"op has no argument colour; did you mean color\?"):
        prepare(operation, {"colour": "x"}, PLACE)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a b/ü/{color}.json", "/a%20b/%C3%BC/v.json"),
        ("/a%2Fb:c@d/{color}", "/a%2Fb:c@d/v"),
        ("/{color}/x/{color}", "/v/x/v"),
        ("/{color}?fixed=1", "/v?fixed=1&q=1"),
        ("/{color}#fragment", "/v"),
    ],
)
def test_the_path_of_the_document_goes_out_as_a_url_allows(path: str, url: str) -> None:
    query = (Query("q", int),) if "&q=" in url else ()
    operation: Operation[None] = Operation(id="op", method="GET", path=path, parameters=(Path("color", str), *query))
    arguments = {"color": "v", **({"q": 1} if query else {})}
    assert f"http://host/base{url}" == prepare(operation, arguments, PLACE).url


def test_json_in_a_parameter_is_the_value_again() -> None:
    value = {"text": 'a"b', "list": [1, None]}
    url = spelt(Query("color", Any, media_type="application/json"), value)
    assert value == json.decode(unquote(url.partition("=")[2]))
