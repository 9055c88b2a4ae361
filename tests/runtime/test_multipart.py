"""Multipart bodies, read back by the parser of the standard library."""

from __future__ import annotations

import email
import email.policy
import io
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec import field as named

from runtime._bodies import encoded
from runtime._calls import Place, answer_of, prepare
from runtime._facts import Body, Field, Form, Operation, Request
from runtime._json import OpenStruct, one_of
from runtime.errors import InvalidAnswer, InvalidArgument

MULTIPART = "multipart/form-data"
MIXED = "multipart/mixed"
RELATED = "multipart/related"
BYTES = "application/octet-stream"
JSON = "application/json"
Part = tuple[str, str | None, str | None, bytes]  # name, file name, content type, content


class Pet(Struct, kw_only=True):
    name: str
    tags: list[str] | UnsetType = UNSET


class Scan(Struct, kw_only=True):
    image: bytes
    title: str | UnsetType = UNSET


class Album(OpenStruct, kw_only=True):
    photos: list[bytes]
    sealed: bytes | UnsetType = UNSET
    anything: Any = UNSET
    quoted: str | UnsetType = UNSET
    additional_properties: dict[str, bytes] = named(name="*", default_factory=dict)


if TYPE_CHECKING:
    Either: TypeAlias = Scan | Album
else:
    Either = one_of("Either", __name__, lambda: (Scan, Album))

EITHER = Form(
    Either,
    {
        "image": Field(binary=True, content_type="image/png, image/tiff"),
        "photos": Field(binary=True, content_type="image/*"),
        "sealed": Field(content_type="application/pdf", transfer="base64"),
        "quoted": Field(transfer="quoted-printable"),
    },
    rest=Field(binary=True),
)


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
    ("value", "expected"),
    [
        (Scan(image=b"P", title="T"), [("image", "image", "image/png", b"P"), ("title", None, None, b"T")]),
        ({"image": b"P"}, [("image", "image", "image/png", b"P")]),
        ({"photos": [b"P"], "title": "T"}, [("photos", "photos", BYTES, b"P"), ("title", None, None, b"T")]),
        (Album(photos=[b"1", b"2"]), [("photos", "photos", BYTES, b"1"), ("photos", "photos", BYTES, b"2")]),
        (Album(photos=[], additional_properties={"more": b"M"}), [("more", "more", BYTES, b"M")]),
        (Album(photos=[], anything=b"A"), [("anything", "anything", BYTES, b"A")]),
        (Album(photos=[], anything={"a": 1}), [("anything", None, JSON, b'{"a":1}')]),
        (
            {"photos": [], "anything": [b"A", "text", ("b", b"B")]},
            [
                ("anything", "anything", BYTES, b"A"),
                ("anything", None, None, b"text"),
                ("anything", "b", BYTES, b"B"),
            ],
        ),
        (Album(photos=[], anything="text"), [("anything", None, None, b"text")]),
        (Album(photos=[], sealed=b"\xff"), [("sealed", None, "application/pdf", b"\xff")]),
        ({"photos": [], "sealed": ("a.pdf", b"\xff")}, [("sealed", "a.pdf", "application/pdf", b"\xff")]),
        (Album(photos=[], quoted="a=3Db"), [("quoted", None, BYTES, b"a=b")]),
    ],
)
def test_binary_members_of_any_alternative_are_files(value: Any, expected: list[Part]) -> None:
    assert expected == multipart(EITHER, value)


@pytest.mark.parametrize(
    ("allowed", "file_name", "kind"),
    [
        ("", "a.png", BYTES),
        ("image/png, image/jpeg", "a.jpg", "image/jpeg"),
        ("image/png, image/jpeg", "a.txt", "image/png"),
        ("image/*", "a.jpg", "image/jpeg"),
        ("image/*", "a", BYTES),
        ("image/*, application/pdf", "a", "application/pdf"),
    ],
)
def test_the_name_of_a_file_chooses_among_the_media_types_that_are_allowed(
    allowed: str, file_name: str, kind: str
) -> None:
    form = Form(Upload, {"photo": Field(binary=True, content_type=allowed)})
    assert [("photo", file_name, kind, b"P")] == multipart(form, Upload(photo=(file_name, b"P")))


def test_a_file_can_have_headers_of_its_own() -> None:
    body, _ = encoded(Body("body", {MULTIPART: Any}), {"a": ("b", b"c", "image/png", {"X-Page": "3"})})
    assert b'name="a"; filename="b"\r\nX-Page: 3\r\nContent-Type: image/png\r\n\r\nc\r\n' in body


@pytest.mark.parametrize("headers", [{"X": "a\r\nb"}, {"X: y": "a"}])
def test_no_header_of_a_file_starts_another_one(headers: Mapping[str, str]) -> None:
    with pytest.raises(ValueError, match="header"):
        encoded(Body("body", {MULTIPART: Any}), {"a": ("b", b"c", "image/png", headers)})


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (list[Pet], [Pet(name="R")], [("None", None, JSON, b'{"name":"R"}')]),
        (list[str], ("a", "b"), [("None", None, None, b"a"), ("None", None, None, b"b")]),
        (Annotated[list[int], Meta(min_length=1)], iter([1]), [("None", None, None, b"1")]),
        (list[list[int]], [[1, 2]], [("None", None, JSON, b"[1,2]")]),
        (
            Form(list[Any], rest=Field(content_type="image/*"), prefix=(Field(content_type=JSON),)),
            ["x", ("a.png", b"P"), b"Q"],
            [("None", None, JSON, b'"x"'), ("None", "a.png", "image/png", b"P"), ("None", None, BYTES, b"Q")],
        ),
        (Pet, Pet(name="R"), [("name", None, None, b"R")]),
    ],
)
def test_the_parts_of_a_mixed_body_need_no_names(form: Any, value: Any, expected: list[Part]) -> None:
    assert expected == parts_of(*encoded(Body("body", {MIXED: form}), value))


def test_a_related_body_says_what_its_root_is() -> None:
    body = Body("body", {RELATED: Form(dict[str, Any], {"film": Field(binary=True)})})
    content, content_type = encoded(body, {"about": {"name": "x"}, "film": b"F"})
    assert [(part[2], part[3]) for part in parts_of(content, content_type)] == [(JSON, b'{"name":"x"}'), (BYTES, b"F")]
    assert content_type.startswith(f'{RELATED}; type="{JSON}"; boundary=')


def test_what_is_multipart_already_goes_as_it_is() -> None:
    content = b"--a b\r\n\r\nx\r\n--a b--\r\n"
    assert encoded(Body("body", {MIXED: bytes}), content) == (content, f'{MIXED}; boundary="a b"')
    assert parts_of(content, f'{MIXED}; boundary="a b"') == [("None", None, None, b"x")]


def test_a_boundary_of_the_document_gives_way_to_one_that_is_in_no_content() -> None:
    content, content_type = encoded(Body("body", {f"{MIXED}; boundary=x; a=b": list[str]}), ["--x"])
    assert content_type.startswith(f"{MIXED}; a=b; boundary=")
    assert parts_of(content, content_type) == [("None", None, None, b"--x")]


@pytest.mark.parametrize(
    ("media_type", "form", "value", "complaint"),
    [
        (MULTIPART, FILES, 5, "a form needs Upload, got int"),
        (MULTIPART, FILES, Upload(count="x"), "count: Expected `int | null`, got `str`"),  # type: ignore[arg-type]
        (MULTIPART, FILES, {"count": "x"}, "count: Expected `int | null`, got `str`"),
        (MULTIPART, FILES, Pet(name="x"), "a form needs Upload, got Pet"),
        (MULTIPART, Any, [], "a form needs an object, got list"),
        (MULTIPART, Pet, {"tags": ["a"]}, "the field name is missing"),
        (MULTIPART, EITHER, Pet(name="x"), "a form needs Scan or Album, got Pet"),
        (MULTIPART, EITHER, {"title": "x"}, "the field image is missing"),
        (MULTIPART, EITHER, {"image": "text"}, "image: Expected `bytes`, got `str`"),
        (MULTIPART, EITHER, {"photos": [b"x", "text"]}, "photos: Expected `bytes`, got `str`"),
        (MULTIPART, Any, {"a": ("b", 5)}, "a: expected bytes, text or an open file, got int"),
        (MULTIPART, Any, {"a": io.StringIO("x")}, "a: open the file in binary mode"),
        (MIXED, list[int], [1, "x"], "part 1: Expected `int`, got `str`"),
        (MIXED, bytes, b"x", "multipart content begins with its boundary"),
    ],
)
def test_a_multipart_body_that_does_not_fit_is_refused(media_type: str, form: Any, value: Any, complaint: str) -> None:
    operation: Operation[None] = Operation(id="op", method="POST", path="/", body=Body("body", {media_type: form}))
    with pytest.raises(InvalidArgument) as raised:
        prepare(operation, {"body": value}, Place("http://host", (), {}))
    assert str(raised.value).startswith(f"op: body: {complaint}")


MIXED_ANSWERS: list[tuple[Any, bytes, list[Any]]] = [
    (Pet, b'--a\r\nContent-Type: application/json\r\n\r\n{"name":"R"}\r\n--a--\r\n', [Pet(name="R")]),
    (Pet, b'preamble\r\n--a\r\n\r\n{"name":"R"}\r\n--a \r\n\r\n{"name":5}\r\n--a--', [Pet(name="R"), Pet(name=5)]),  # type: ignore[arg-type]
    (bytes, b"--a\r\ncontent-type: image/png\r\nX-A: b\r\n\r\n\xff\r\n\r\n\n\r\n--a--\r\nend", [b"\xff\r\n\r\n\n"]),
    (str, b"--a\r\nContent-Type: text/plain; charset=latin-1\r\n\r\n\xe9\r\n--a\r\n\r\n\r\n--a--", ["é", ""]),
    (
        Any,
        b"--a\r\nContent-Type: application/json\r\n\r\n[1]\r\n--a\r\nContent-Type: image/png\r\n\r\n\xff\r\n--a--",
        [[1], b"\xff"],
    ),
    (Pet, b"--a--\r\n", []),
    (Pet, b"", []),
]  # fmt: skip


@pytest.mark.parametrize(("item", "raw", "expected"), MIXED_ANSWERS)
def test_a_mixed_answer_is_a_list_of_its_parts(item: Any, raw: bytes, expected: list[Any]) -> None:
    assert expected == answered(raw, item, 'multipart/mixed; boundary="a"')


@settings(deadline=None)
@given(st.lists(st.binary()))
def test_mixed_parts_that_are_sent_are_the_same_when_they_come_back(items: list[bytes]) -> None:
    content, content_type = encoded(Body("body", {MIXED: Form(list[bytes], rest=Field(binary=True))}), items)
    assert items == answered(content, bytes, content_type)


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [(b"", MIXED), (b"--a\r\nContent-Type: text/html\r\n\r\n<p>\r\n--a--", f"{MIXED}; boundary=a")],
)
def test_parts_that_are_not_what_was_promised_make_an_answer_invalid(raw: bytes, media_type: str) -> None:
    with pytest.raises(InvalidAnswer) as raised:
        answered(raw, Pet, media_type)
    assert raised.value.raw == raw


def answered(raw: bytes, item: Any, media_type: str) -> Any:
    operation: Operation[Any] = Operation(id="op", method="GET", path="/", returns={"200": {MIXED: list[item]}})
    return answer_of(operation, Request("GET", "http://host/"), 200, {"content-type": media_type}, raw).value
