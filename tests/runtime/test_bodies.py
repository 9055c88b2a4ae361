"""What goes into the body of a request, read back by somebody else's parser."""

from __future__ import annotations

import datetime
import io
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType
from msgspec import field as named

from runtime._bodies import encoded, find
from runtime._calls import Place, prepare
from runtime._facts import Body, Field, Form, Operation
from runtime._json import OpenStruct
from runtime.errors import InvalidArgument

AWARE = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
URL_ENCODED = "application/x-www-form-urlencoded"


class Pet(Struct, kw_only=True):
    name: str
    born: datetime.datetime | UnsetType = named(name="bornAt", default=UNSET)
    tags: list[str] | UnsetType = UNSET
    owner: dict[str, Any] | UnsetType | None = UNSET
    good: bool | UnsetType = UNSET


class Open(OpenStruct, kw_only=True):
    name: str
    additional_properties: dict[str, int] = named(default_factory=dict)


@pytest.mark.parametrize(
    ("contents", "value", "content", "content_type"),
    [
        (Pet, Pet(name="Rex"), b'{"name":"Rex"}', "application/json"),
        (Pet, Pet(name="Rex", owner=None), b'{"name":"Rex","owner":null}', "application/json"),
        (Pet, {"name": "Rex"}, b'{"name":"Rex"}', "application/json"),
        (list[int], [1, 2], b"[1,2]", "application/json"),
        (int | None, None, b"null", "application/json"),
        ({"application/vnd.pets+json; v=1": Pet}, Pet(name="x"), b'{"name":"x"}', "application/vnd.pets+json; v=1"),
        ({"text/plain": str}, "naïve", "naïve".encode(), "text/plain"),
        ({"application/octet-stream": bytes}, b"\x00\xff", b"\x00\xff", "application/octet-stream"),
        ({"application/octet-stream": bytes}, io.BytesIO(b"open"), b"open", "application/octet-stream"),
        ({"application/xml": bytes}, b"<a/>", b"<a/>", "application/xml"),
        ({"application/xml": bytes}, "<a/>", b"<a/>", "application/xml"),
        ({"image/*": bytes}, b"GIF", b"GIF", "application/octet-stream"),
        ({"*/*": Pet}, Pet(name="x"), b'{"name":"x"}', "application/json"),
        ({"*/*": Any}, b"x", b"x", "application/octet-stream"),
        ({"*/*": Any}, "x", b"x", "text/plain"),
        ({"text/plain; charset=ISO-8859-1": str}, "é", b"\xe9", "text/plain; charset=ISO-8859-1"),
        ({"text/plain; charset=nonsense": str}, "é", "é".encode(), "text/plain; charset=nonsense"),
        ({"text/*": str}, "x", b"x", "text/plain"),
        ({"application/xml": bytes, "application/json": Pet}, Pet(name="x"), b'{"name":"x"}', "application/json"),
        ({"application/xml": bytes, "text/plain": str}, b"<a/>", b"<a/>", "application/xml"),
    ],
)
def test_the_media_type_says_how_a_value_is_written(
    contents: Any, value: Any, content: bytes, content_type: str
) -> None:
    assert (content, content_type) == encoded(Body("body", contents), value)


@pytest.mark.parametrize(
    ("chosen", "value", "content"),
    [("application/xml", b"<a/>", b"<a/>"), ("application/json", Pet(name="x"), b'{"name":"x"}')],
)
def test_one_of_several_media_types_can_be_chosen(chosen: str, value: Any, content: bytes) -> None:
    body = Body("body", {"application/xml": bytes, "application/json": Pet}, chosen_by="content_type")
    assert (content, chosen) == encoded(body, value, chosen)


def test_a_range_takes_any_media_type_that_falls_into_it() -> None:
    assert encoded(Body("body", {"image/*": bytes}), b"GIF", "image/gif") == (b"GIF", "image/gif")
    with pytest.raises(ValueError, match=r"the media type is one of image/\*, not text/html"):
        encoded(Body("body", {"image/*": bytes}), b"", "text/html")


@pytest.mark.parametrize(
    ("form", "value", "content"),
    [
        (Pet, Pet(name="Rex & Co", tags=["a", "b"], good=True), "name=Rex+%26+Co&tags=a&tags=b&good=true"),
        (Pet, Pet(name="x", born=AWARE), "name=x&bornAt=2026-11-21T00%3A00%3A00Z"),
        (Pet, Pet(name="x", owner={"id": [1]}), "name=x&owner=%7B%22id%22%3A%5B1%5D%7D"),
        (Form(Pet, {"owner": Field(style="form")}), Pet(name="x", owner={"id": [1]}), "name=x&id=%5B1%5D"),
        (Form(Pet, {"owner": Field(style="form", explode=False)}), Pet(name="x", owner={"a": 1}), "name=x&owner=a,1"),
        (Form(dict[str, Any], rest=Field(style="pipeDelimited", explode=False)), {"a": [1, 2]}, "a=1%7C2"),
        (Form(Pet, {"tags": Field(style="form", explode=False)}), Pet(name="x", tags=["a", "b"]), "name=x&tags=a,b"),
        (
            Form(Pet, {"tags": Field(style="pipeDelimited", explode=False)}),
            Pet(name="x", tags=["a", "b"]),
            "name=x&tags=a%7Cb",
        ),
        (
            Form(Pet, {"owner": Field(style="deepObject")}),
            Pet(name="x", owner={"id": [1]}),
            "name=x&owner%5Bid%5D%5B0%5D=1",
        ),
        (
            Form(Pet, {"name": Field(style="form", reserved=True)}),
            Pet(name="a/b:c&d=e+f é"),
            "name=a/b:c%26d%3De%2Bf+%C3%A9",
        ),
        (
            Form(Pet, {"owner": Field(content_type="application/json")}),
            Pet(name="x", owner={"id": [1]}),
            "name=x&owner=%7B%22id%22%3A%5B1%5D%7D",
        ),
        (Pet, Pet(name="x", owner=None), "name=x"),
        (dict[str, int], {"a b": 1}, "a+b=1"),
    ],
)
def test_a_url_encoded_form_follows_the_encoding_of_its_fields(form: Any, value: Any, content: str) -> None:
    assert (content.encode(), URL_ENCODED) == encoded(Body("body", {URL_ENCODED: form}), value)


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.text()))
def test_a_url_encoded_form_is_the_value_again_when_it_is_parsed(value: dict[str, str]) -> None:
    content, _ = encoded(Body("body", {URL_ENCODED: dict[str, str]}), value)
    assert list(value.items()) == parse_qsl(content.decode(), keep_blank_values=True)


def test_members_that_the_form_does_not_declare_are_fields_of_their_own() -> None:
    value = Open(name="x", additional_properties={"more": 1})
    assert encoded(Body("body", {URL_ENCODED: Open}), value) == (b"name=x&more=1", URL_ENCODED)


@pytest.mark.parametrize(
    ("contents", "value", "complaint"),
    [
        (Pet, Pet(name=5), "op: body: Expected `str`, got `int`"),  # type: ignore[arg-type]
        (Pet, "x", "op: body: Expected `object`, got `str`"),
        ({"application/octet-stream": bytes}, 5, "op: body: expected bytes, text or an open file, got int"),
        ({"application/octet-stream": bytes}, io.StringIO("x"), "op: body: open the file in binary mode"),
        ({URL_ENCODED: list[int]}, [1], "op: body: a form needs an object"),
        (Pet, UNSET, "op: the argument body is missing"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(contents: Any, value: Any, complaint: str) -> None:
    body = Body("body", contents, required=True)
    operation: Operation[None] = Operation(id="op", method="POST", path="/", body=body)
    with pytest.raises(InvalidArgument) as raised:
        prepare(operation, {"body": value}, Place("http://host", (), {}))
    assert str(raised.value).startswith(complaint)


def test_an_optional_body_that_is_left_out_sends_nothing() -> None:
    operation: Operation[None] = Operation(id="op", method="POST", path="/", body=Body("body", Pet))
    request = prepare(operation, {}, Place("http://host", (), {}))
    assert request.content is None
    assert "Content-Type" not in request.headers


VERSIONS = {"application/vnd.pet+json; v=1": 1, "application/vnd.pet+json; v=2": 2, "text/*": 3, "*/*": 4}


@pytest.mark.parametrize(
    ("media_type", "found"),
    [
        ("application/vnd.pet+json; v=2", 2),
        ("Application/vnd.pet+json;v=2", 2),
        ('application/vnd.pet+json; charset=utf-8; v="2"', 2),
        ("application/vnd.pet+json; v=2; x=y", 2),
        ("application/vnd.pet+json", 1),
        ("application/vnd.pet+json; v=3", 1),
        ("text/html; v=2", 3),
        ("image/png", 4),
    ],
)
def test_an_answer_is_read_as_the_media_type_that_is_most_like_its_own(media_type: str, found: int) -> None:
    assert found == VERSIONS[find(VERSIONS, media_type) or ""]
