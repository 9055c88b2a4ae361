"""What goes into the body of a request, read back by somebody else's parser."""

from __future__ import annotations

import datetime
import email
import email.policy
import io
import tempfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType
from msgspec import field as named

from runtime._bodies import encoded
from runtime._calls import Place, prepare
from runtime._facts import Body, Field, Form, Operation
from runtime._json import OpenStruct
from runtime.errors import InvalidArgument

AWARE = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
Part = tuple[str, str | None, str | None, bytes]  # name, file name, content type, content


class Pet(Struct, kw_only=True):
    name: str
    born: datetime.datetime | UnsetType = named(name="bornAt", default=UNSET)
    tags: list[str] | UnsetType = UNSET
    owner: dict[str, Any] | UnsetType | None = UNSET
    good: bool | UnsetType = UNSET


class Open(OpenStruct, kw_only=True):
    name: str
    additional_properties: dict[str, int] = named(default_factory=dict)


class Upload(Struct, kw_only=True):
    photo: Any = UNSET
    more: list[Any] | UnsetType = UNSET
    pet: Pet | UnsetType = UNSET
    pets: list[Pet] | UnsetType = UNSET
    title: str | UnsetType = named(name="the title", default=UNSET)
    count: int | UnsetType | None = UNSET


FILES = Form(Upload, {"photo": Field(binary=True), "more": Field(binary=True, content_type="image/png, image/gif")})


def parts_of(content: bytes, content_type: str) -> list[Part]:
    """A multipart form as the standard library's parser sees it."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.message_from_bytes(head + content, policy=email.policy.HTTP)
    assert message.is_multipart(), content
    return [_part(part) for part in message.get_payload()]


def _part(part: Any) -> Part:
    name = part.get_param("name", header="Content-Disposition")
    kind = part.get_content_type() if "Content-Type" in part else None
    return str(name), part.get_filename(), kind, part.get_payload(decode=True)


def multipart(form: Any, value: Any) -> list[Part]:
    return parts_of(*encoded(Body("body", {MULTIPART: form}), value))


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
        (Pet, Pet(name="x", owner={"id": [1]}), "name=x&id=%5B1%5D"),
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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Upload(title="T", count=3), [("the title", None, None, b"T"), ("count", None, None, b"3")]),
        (Upload(photo=b"\x00\r\n--x"), [("photo", "photo", "application/octet-stream", b"\x00\r\n--x")]),
        (Upload(photo=("a.png", b"P")), [("photo", "a.png", "application/octet-stream", b"P")]),
        (Upload(photo=("a.png", io.BytesIO(b"P"), "image/png")), [("photo", "a.png", "image/png", b"P")]),
        (
            Upload(more=[b"1", ("b", b"2", "image/gif")]),
            [("more", "more", "image/png", b"1"), ("more", "b", "image/gif", b"2")],
        ),
        (Upload(pet=Pet(name="R")), [("pet", None, "application/json", b'{"name":"R"}')]),
        (
            Upload(pets=[Pet(name="R"), Pet(name="S")]),
            [("pets", None, "application/json", b'{"name":"R"}'), ("pets", None, "application/json", b'{"name":"S"}')],
        ),
        (Upload(count=None), []),
        ({"photo": b"P", "the title": "T", "new": [1, 2]},
         [("photo", "photo", "application/octet-stream", b"P"), ("the title", None, None, b"T"),
          ("new", None, None, b"1"), ("new", None, None, b"2")]),
    ],
)  # fmt: skip
def test_a_multipart_form_has_a_part_for_each_value(value: Any, expected: list[Part]) -> None:
    assert expected == (multipart(FILES, value) if expected else [])


def test_members_that_the_form_does_not_declare_are_fields_of_their_own() -> None:
    value = Open(name="x", additional_properties={"more": 1})
    assert multipart(Open, value) == [("name", None, None, b"x"), ("more", None, None, b"1")]
    assert encoded(Body("body", {URL_ENCODED: Open}), value) == (b"name=x&more=1", URL_ENCODED)


def test_an_open_file_goes_by_its_name() -> None:
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(b"content")
        file.seek(0)
        ((name, file_name, kind, content),) = multipart(FILES, Upload(photo=file))
        assert (name, kind, content) == ("photo", "application/octet-stream", b"content")
        assert file_name is not None
        assert file.name.endswith(file_name)


def test_a_part_can_have_a_content_type_and_a_style() -> None:
    fields = {"pet": Field(content_type="application/vnd.pet+json"), "pets": Field(style="deepObject")}
    value = Upload(pet=Pet(name="R"), pets=[Pet(name="S")])
    expected = [("pet", None, "application/vnd.pet+json", b'{"name":"R"}'), ("pets[0][name]", None, None, b"S")]
    assert expected == multipart(Form(Upload, fields), value)


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: text.isprintable() and "%" not in text), st.binary())
def test_no_name_and_no_content_breaks_out_of_its_part(name: str, content: bytes) -> None:
    value: Mapping[str, Any] = {"file": (name, content, "image/png"), "last": "end"}
    body, content_type = encoded(Body("body", {MULTIPART: dict[str, Any]}), value)
    boundary = content_type.partition("boundary=")[2].encode()
    head, _, rest = body.partition(b"\r\n\r\n")
    assert content == rest[: len(content)]
    assert rest[len(content) :].startswith(b"\r\n--" + boundary + b"\r\n")
    assert f'filename="{name}"'.encode() in head or '"' in name


def test_quotes_and_line_breaks_in_names_are_escaped() -> None:
    body, _ = encoded(Body("body", {MULTIPART: Any}), {'a"\r\nX-Evil: 1': ('b"\r\n', b"")})
    assert b'name="a%22%0D%0AX-Evil: 1"; filename="b%22%0D%0A"\r\n' in body


@pytest.mark.parametrize(
    ("contents", "value", "complaint"),
    [
        (Pet, Pet(name=5), "op: body: Expected `str`, got `int`"),  # type: ignore[arg-type]
        (Pet, "x", "op: body: Expected `object`, got `str`"),
        ({"application/octet-stream": bytes}, 5, "op: body: expected bytes, text or an open file, got int"),
        ({"application/octet-stream": bytes}, io.StringIO("x"), "op: body: open the file in binary mode"),
        ({MULTIPART: FILES}, 5, "op: body: a form needs Upload, got int"),
        ({MULTIPART: FILES}, Upload(count="x"), "op: body: count: Expected `int | null`, got `str`"),  # type: ignore[arg-type]
        ({MULTIPART: FILES}, {"count": "x"}, "op: body: count: Expected `int | null`, got `str`"),
        ({MULTIPART: FILES}, Pet(name="x"), "op: body: a form needs Upload, got Pet"),
        ({MULTIPART: Any}, [], "op: body: a form needs an object, got list"),
        ({MULTIPART: Pet}, {"tags": ["a"]}, "op: body: the field name is missing"),
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
