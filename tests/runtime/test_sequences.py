"""Sequences of items: JSON lines, JSON text sequences and event streams, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType

from runtime._bodies import encoded
from runtime._calls import Place, answer_of, prepare
from runtime._facts import Body, Operation, Request
from runtime.errors import BadRequest, InvalidAnswer, InvalidArgument

LINES = "application/jsonl"
TEXTS = "application/json-seq"
EVENTS = "text/event-stream"


class Pet(Struct, kw_only=True):
    name: str
    age: int | UnsetType = UNSET


class Event(Struct, kw_only=True):
    data: str
    event: str | UnsetType = UNSET
    id: str | UnsetType = UNSET
    retry: int | UnsetType = UNSET


class PetEvent(Struct, kw_only=True):
    data: Pet
    event: str | UnsetType = UNSET


def answered(raw: bytes, item: Any, media_type: str, status: int = 200) -> Any:
    contents = {media_type: list[item]}
    operation: Operation[Any] = Operation(
        id="op", method="GET", path="/", returns={"200": contents}, errors={"400": contents}
    )
    return answer_of(operation, Request("GET", "http://host/"), status, {"content-type": media_type}, raw).value


def sent(items: Any, item: Any, media_type: str) -> bytes:
    content, content_type = encoded(Body("body", {media_type: list[item]}), items)
    assert content_type == media_type
    return content


REX, TOM = Pet(name="Rex"), Pet(name="Tom", age=3)
FRAMES = [
    (LINES, b'{"name":"Rex"}\n{"name":"Tom","age":3}\n'),
    ("application/x-ndjson", b'{"name":"Rex"}\n{"name":"Tom","age":3}\n'),
    ("application/x-ndjson; charset=utf-8", b'{"name":"Rex"}\n{"name":"Tom","age":3}\n'),
    (TEXTS, b'\x1e{"name":"Rex"}\n\x1e{"name":"Tom","age":3}\n'),
]


@pytest.mark.parametrize(("media_type", "raw"), FRAMES)
def test_items_go_and_come_in_the_frames_of_their_media_type(media_type: str, raw: bytes) -> None:
    assert raw == sent([REX, TOM], Pet, media_type)
    assert [REX, TOM] == answered(raw, Pet, media_type)


@pytest.mark.parametrize("media_type", [LINES, TEXTS, EVENTS])
def test_no_items_are_an_empty_list(media_type: str) -> None:
    assert sent([], Pet, media_type) == b""
    assert answered(b"", Pet, media_type) == []


def test_any_iterable_is_sent() -> None:
    assert sent((pet for pet in (REX, REX)), Pet, LINES) == b'{"name":"Rex"}\n' * 2


@pytest.mark.parametrize(
    ("raw", "pets"),
    [
        (b'{"name":"Rex"}\r\n\r\n{"name":"Tom","age":3}', [REX, TOM]),
        (b'{"name":"Rex","new":1}\n', [REX]),
        (b'{"name":"Rex","age":"old"}\n{"name":"Tom","age":3}', [Pet(name="Rex", age="old"), TOM]),  # type: ignore[arg-type]
        (b"null\n", [None]),
    ],
)
def test_what_is_unforeseen_in_one_item_leaves_the_others_alone(raw: bytes, pets: list[Any]) -> None:
    assert pets == answered(raw, Pet, LINES)


def test_a_line_that_is_no_json_is_told_with_its_number() -> None:
    with pytest.raises(InvalidAnswer, match="item 2: this is not JSON") as raised:
        answered(b'{"name":"Rex"}\n\n{"na', Pet, LINES)
    assert raised.value.raw == b'{"name":"Rex"}\n\n{"na'


def test_the_items_of_an_error_are_decoded_as_well() -> None:
    with pytest.raises(BadRequest) as raised:
        answered(b'{"name":"Rex"}\n', Pet, LINES, 400)
    assert raised.value.body == [REX]


STREAMS: list[tuple[str, list[Event]]] = [
    ("data: a\n\n", [Event(data="a")]),
    ("data: a", [Event(data="a")]),
    ("data:a\ndata: b\ndata\n\n", [Event(data="a\nb\n")]),
    ("event: e\nid: 1\nretry: 5\ndata: a\n\n", [Event(data="a", event="e", id="1", retry=5)]),
    ("event: e\ndata: a\n\ndata: b\n\n", [Event(data="a", event="e"), Event(data="b")]),
    (": comment\n\nid: 1\n\ndata:  a\nother: x\n\n", [Event(data=" a")]),
    ("\ufeffdata: a\r\n\r\ndata: b\r\rdata: c\n\n", [Event(data="a"), Event(data="b"), Event(data="c")]),
    ("retry: soon\ndata: \u2028\n\n", [Event(data="\u2028")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "events"), STREAMS)
def test_an_event_stream_is_read_as_html_says(text: str, events: list[Event]) -> None:
    assert events == answered(text.encode(), Event, EVENTS)


EVENT = st.builds(
    Event,
    data=st.text().map(lambda text: "\n".join(text.replace("\r", "\n").split("\n"))),
    event=st.just(UNSET) | st.from_regex(r"[a-z]+", fullmatch=True),
    id=st.just(UNSET) | st.from_regex(r"[0-9]+", fullmatch=True),
    retry=st.just(UNSET) | st.integers(0, 10000),
)


@settings(deadline=None)
@given(st.lists(EVENT))
def test_events_that_are_sent_are_the_same_when_they_come_back(events: list[Event]) -> None:
    assert events == answered(sent(events, Event, EVENTS), Event, EVENTS)


def test_data_that_is_described_as_more_than_text_is_the_json_in_it() -> None:
    raw = b'data: {"name":"Rex"}\n\nevent: more\ndata: {"name":\ndata: "Tom","age":3}\n\n'
    assert answered(raw, PetEvent, EVENTS) == [PetEvent(data=REX), PetEvent(data=TOM, event="more")]
    assert sent([PetEvent(data=REX, event="one")], PetEvent, EVENTS) == b'event: one\ndata: {"name":"Rex"}\n\n'


def test_a_sentinel_among_the_events_stays_as_it_came() -> None:
    events = answered(b'data: {"name":"Rex"}\n\ndata: [DONE]\n\n', PetEvent, EVENTS)
    assert [REX, "[DONE]"] == [event.data for event in events]


@pytest.mark.parametrize(
    ("items", "item", "media_type", "complaint"),
    [
        ([REX, Pet(name=5)], Pet, LINES, "item 1: Expected `str`, got `int`"),  # type: ignore[arg-type]
        (REX, Pet, LINES, "expected a list of items or any other iterable, got Pet"),
        ({"name": "Rex"}, Pet, LINES, "expected a list of items or any other iterable, got dict"),
        (["x"], str, EVENTS, "item 0: an event is an object with data, event, id and retry"),
        ([Event(data="a", id="1\n2")], Event, EVENTS, "item 0: id is one line"),
    ],
)
def test_a_sequence_that_does_not_fit_is_refused(items: Any, item: Any, media_type: str, complaint: str) -> None:
    body = Body("body", {media_type: list[item]})
    operation: Operation[None] = Operation(id="op", method="POST", path="/", body=body)
    with pytest.raises(InvalidArgument) as raised:
        prepare(operation, {"body": items}, Place("http://host", (), {}))
    assert str(raised.value).startswith(f"op: body: {complaint}")
