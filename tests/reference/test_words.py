"""What is said of types, limits and values, and how text of a document is told: in tables."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from specmill.reference.limits import limits, remarks
from specmill.reference.literals import Speller, Unspeakable
from specmill.reference.markdown import code, slug, table
from specmill.reference.prose import beginning, blocks, cell
from specmill.reference.types import Types
from specmill.reference.written import Member, Model


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"minimum": 1, "maximum": 50}, ["at least `1`", "at most `50`"]),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1.5}, ["more than `0`", "less than `1.5`"]),
        ({"multipleOf": 5}, ["a multiple of `5`"]),
        ({"maxLength": 255}, ["up to 255 characters"]),
        ({"maxLength": 1}, ["up to 1 character"]),
        ({"minLength": 1}, ["at least 1 character"]),
        ({"minLength": 2, "maxLength": 4}, ["2 to 4 characters"]),
        ({"minLength": 3, "maxLength": 3}, ["exactly 3 characters"]),
        ({"pattern": "^a|b$"}, ["matches `^a\\|b$`"]),
        ({"minItems": 1, "uniqueItems": True, "items": {"maxLength": 3}}, ["at least 1 item", "no two alike"]),
        ({"maxProperties": 2, "additionalProperties": {"minimum": 0}}, ["up to 2 members", "each at least `0`"]),
        ({"format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}, ["32 bits"]),
        ({"format": "int32", "minimum": 0, "maximum": 2**31 - 1}, ["32 bits", "at least `0`", "at most `2147483647`"]),
        ({"format": "date-time"}, ["with an offset from UTC"]),
        ({"format": "email"}, ["format `email`"]),
        ({"format": "uuid"}, []),
        ({"not": {}}, ["see the keyword `not` of its schema"]),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, ["at least `1`", "at most `2`"]),
        (True, []),
    ],
)
def test_a_limit_is_said_in_words(schema: Any, told: list[str]) -> None:
    found = [*limits(schema)]
    assert told == found[: len(told)]
    assert all(one.startswith("each ") for one in found[len(told) :])


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"readOnly": True}, ["only in answers"]),
        ({"writeOnly": True, "deprecated": True}, ["only in requests", "deprecated"]),
        ({"default": [1, "a"]}, ['the server\'s default: `[1, "a"]`']),
        ({"default": "x" * 300}, []),
        ({"readOnly": False}, []),
    ],
)
def test_what_else_is_to_know_is_said(schema: Any, told: list[str]) -> None:
    assert told == [*remarks(schema)]


@pytest.mark.parametrize(
    ("type_", "told"),
    [
        ("str | UnsetType", "`str`"),
        ("Int32 | None | UnsetType", "`int` or `None`"),
        ("list[Pet]", "list of [`Pet`](../models/Pet.md)"),
        ("list[Pet | str]", "list of ([`Pet`](../models/Pet.md) or `str`)"),
        ("dict[str, list[DateTime]]", "dict of list of `datetime`"),
        ("Annotated[float, Meta(gt=0)]", "`float`"),
        ("Literal['a', 1]", '`"a"` or `1`'),
        ("bytes | IO[bytes]", "`bytes` or open binary file"),
        ("Iterable['Pet']", "iterable of [`Pet`](../models/Pet.md)"),
        ("Pet | Pet", "[`Pet`](../models/Pet.md)"),
    ],
)
def test_a_type_is_said_in_words_with_links_to_its_models(type_: str, told: str) -> None:
    assert told == Types({"Pet"}).told(ast.parse(type_, mode="eval").body)


def parsed(type_: str) -> ast.expr:
    return ast.parse(type_, mode="eval").body


MODELS = {
    "Pet": Model(
        "Pet",
        "struct",
        (Member("name", "Name", parsed("str"), True), Member("born", "born", parsed("DateTime"), False)),
    ),
    "Dog": Model("Dog", "struct", (Member("kind", "kind", parsed("Literal['dog']"), False, True),), closed=True),
    "Any_": Model("Any_", "union", type=parsed("Pet | Dog"), tags={"dog": "Dog", "pet": "Pet"}, tag="kind"),
    "Open": Model("Open", "struct", rest=True),
}


@pytest.mark.parametrize(
    ("type_", "value", "spelt"),
    [
        ("str", "a'b", '"a\'b"'),
        ("bytes", "Zm9v", 'b"foo"'),
        (
            "Pet",
            {"Name": "x", "born": "2021-02-05T19:14:42Z"},
            'Pet(name="x", born=datetime.fromisoformat("2021-02-05T19:14:42Z"))',
        ),
        ("list[Pet] | None", [{"Name": "x"}], '[Pet(name="x")]'),
        ("Any_", {"kind": "dog"}, "Dog()"),
        ("Open", {"a": [1]}, 'Open(additional_properties={"a": [1]})'),
        ("str | int", 1, "1"),
        ("datetime.date | str", "2021-02-05", 'date.fromisoformat("2021-02-05")'),
        ("UUID | str", "no uuid", '"no uuid"'),
        ("dict[str, float]", {"a": 1}, '{"a": 1}'),
        ("Any", {"a": None}, '{"a": None}'),
    ],
)
def test_a_value_is_spelled_as_its_type_wants_it(type_: str, value: Any, spelt: str) -> None:
    assert spelt == Speller(MODELS).spelled(parsed(type_), value).flat()


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("int", True),
        ("int", "1"),
        ("bytes", "no base64"),
        ("DateTime", "2021-02-05T19:14:42"),
        ("Pet", {"born": "2021-02-05T19:14:42Z"}),
        ("Dog", {"kind": "dog", "more": 1}),
        ("Literal[1]", True),
        ("list[int]", ["a"]),
        ("Any", float("inf")),
    ],
)
def test_what_a_type_does_not_take_cannot_be_spelled(type_: str, value: Any) -> None:
    with pytest.raises(Unspeakable):
        Speller(MODELS).spelled(parsed(type_), value)


def test_a_value_that_was_tried_in_vain_leaves_no_import_behind() -> None:
    speller = Speller(MODELS)
    speller.spelled(parsed("list[DateTime] | list[str]"), ["2021-02-05T19:14:42Z", "other"])
    assert (set(), set()) == (speller.used, speller.modules)


def test_a_long_value_has_a_line_for_each_part() -> None:
    piece = Speller(MODELS).spelled(parsed("list[Pet]"), [{"Name": "x" * 60}, {"Name": "y" * 60}])
    assert f'[\n    Pet(name="{"x" * 60}"),\n    Pet(name="{"y" * 60}"),\n]' == piece.laid_out()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a < b && c > d | e", "a &lt; b &amp;&amp; c &gt; d \\| e"),
        ("see [docs](https://example.com/a_b), [there](#section/There)", "see [docs](https://example.com/a_b), there"),
        ("[![Generally Available](https://img.example.com/x)](#section) Writes.", "Generally Available Writes."),
        ("`a|b` and <code>x</code>", "`a\\|b` and `x`"),
        ("**bold** and *open", "\\*\\*bold\\*\\* and \\*open"),
        ("**bold** and *it*", "**bold** and *it*"),
        ("error_code, __init__", "error_code, \\_\\_init\\_\\_"),
        ("one\n\ntwo<br/>three\n- four", "one two three four"),
        ("at https://example.com/x.", "at <https://example.com/x>."),
    ],
)
def test_a_description_is_told_on_one_line(text: str, told: str) -> None:
    assert told == cell(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# Title\ntext", "**Title**\n\ntext"),
        ("a\n```js\nx < 1\n", "a\n\n```text\nx < 1\n```"),
        ("* one\n  * two", "- one\n  - two"),
        ("Title\n=====\ntext", "Title\n\ntext"),
        ("> quoted", "&gt; quoted"),
    ],
)
def test_a_description_keeps_its_blocks(text: str, told: str) -> None:
    assert told == blocks(text)


def test_what_a_description_says_first_is_as_much_as_it_takes_to_say_something() -> None:
    assert "Generally available. It writes records to a topic and answers with reports." == beginning(
        "Generally available.\n\nIt writes records to a topic and answers with reports.\n\nMore."
    )


@pytest.mark.parametrize(
    ("text", "span"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("", '`""`'), ("a\nb", "`a b`")]
)
def test_code_is_a_span_that_nothing_in_it_ends(text: str, span: str) -> None:
    assert span == code(text)


def test_a_column_in_which_nothing_is_said_is_left_out() -> None:
    assert "| A | C |\n| --- | --- |\n| 1 | 3 |" == table("ABC", [("1", "", "3")])
    assert "" == table("A", [])


def test_an_anchor_is_what_renderers_make_of_a_heading() -> None:
    assert "records_v3produce_record" == slug("records_v3.produce_record")
    assert "my-scheme-v2" == slug(" My Scheme (v2)! ")
