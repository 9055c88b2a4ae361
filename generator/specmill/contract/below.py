"""What is wrong below the schema: text that is no JSON, media types that the document does not name, no body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from specmill.contract.broken import Fault
from specmill.contract.calls import is_json
from specmill.contract.cases import Cases
from specmill.contract.places import Holes, Place
from specmill.contract.values import Case, Wanted
from specmill.values import JSON, Content

FOREIGN = ("application/vnd.specmill.unknown", "text/plain")
NEAR_JSON = ("application/jsonx", "application/specmill+json", "text/json", "text/plain; profile=application/json")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LARGE = 2_000_000  # bytes, for a document that knows 413
DEEP = 10_000  # levels; enough for any reader that calls itself
ALONE = Place(b'{"specmill":', b"}", "/specmill")  # where a body has no place for it
NO_VALUES = {
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "a number with a zero before it": b"01",
    "a number with a plus sign": b"+1",
    "a number without an integer part": b".5",
    "a number that ends with its point": b"1.",
    "a hexadecimal number": b"0x1F",
    "a literal in capitals": b"True",
    "a single quote": b"'a'",
    "a comma behind the last item": b"[1,]",
    "a member's name without quotes": b"{a:1}",
    "a comment": b"/* */1",
}
NO_TEXTS = {
    "a control character in a string": b'"\x01"',
    "a line that ends in a string": b'"a\nb"',
    "an escape that is none": b'"\\x41"',
    "invalid UTF-8": b'"\xff"',
    "a character of UTF-8 that is cut short": b'"\xe2\x82"',
}


def no_json(body: JSON, holes: Holes) -> Iterator[tuple[str, bytes]]:
    """What no reader of JSON may take, each inside a body that is accepted without it.

    So a server that reads it all the same has no other reason to refuse it.
    """
    valid = json.dumps(body).encode()
    yield "a body that is cut short", valid[:-1] if len(valid) > 1 else b"{"
    yield "no JSON at all", b"hello"
    yield "brackets that are not closed", b"[" * 20
    value, text = holes.value or ALONE, holes.text or ALONE
    for about, raw in NO_VALUES.items():
        yield about, value.with_raw(raw)
    for about, raw in NO_TEXTS.items():
        yield about, text.with_raw(raw)
    yield "a comma behind the last member", value.before + b"1" + value.behind[:-1] + b"," + value.behind[-1:]


def doubtful(holes: Holes) -> Iterator[tuple[str, bytes]]:
    """What JSON itself leaves open; only that the server lives through it can be asked."""
    for where, value in {"": holes.value, " outside": ALONE}.items():
        if value is not None:
            yield f"a member that stands there twice{where}", value.with_raw(b'{"specmill":1,"specmill":2}')
            yield f"a number of many digits{where}", value.with_raw(b"9" * 400)
    for where, text in {"": holes.text, " outside": ALONE}.items():
        if text is not None:
            yield f"half of a surrogate pair{where}", text.with_raw(b'"\\ud800"')
            # Widespread readers take these two, though they are no UTF-8.
            yield f"half of a surrogate pair in UTF-8{where}", text.with_raw(b'"\xed\xa0\x80"')
            yield f"UTF-8 that is longer than it need be{where}", text.with_raw(b'"\xc0\xaf"')
    yield f"{DEEP} levels of brackets", b"[" * DEEP + b"]" * DEEP


class Below:
    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def all(self) -> Iterator[Case]:
        body = self._cases.operation.body
        if body is None:
            return
        content = next((one for one in body.contents if is_json(one.media_type)), None)
        if content is not None:
            yield from self._texts(content)
        yield from self._media_types(body.contents)
        if body.required:
            fault = Fault((), "required", "no body")
            draft = replace(self._cases.plain(), content=None, raw=None)
            yield self._cases.case(draft, "no body", "refused", part="body", fault=fault, pointer=body.pointer)
        known = {response.status for response in self._cases.operation.responses}
        if "413" in known and content is not None:
            about = f"a body of {LARGE} bytes"
            yield self._text(content, about, b'{"specmill":"' + b"y" * LARGE + b'"}', "any")

    def _texts(self, content: Content) -> Iterator[Case]:
        holes = self._cases.holes(content)
        for about, raw in no_json(self._cases.plain().body, holes):
            yield self._text(content, about, raw, "refused")
        for about, raw in doubtful(holes):
            yield self._text(content, about, raw, "any")

    def _text(self, content: Content, about: str, raw: bytes, wanted: Wanted) -> Case:
        draft = replace(self._cases.plain(), content=content, raw=raw)
        return self._cases.case(draft, about, wanted, fault=Fault((), "json", about), pointer=content.pointer)

    def _media_types(self, contents: tuple[Content, ...]) -> Iterator[Case]:
        plain = self._cases.plain()
        if plain.content is None or any("*" in one.media_type for one in contents):
            return
        own = plain.content.media_type
        if "multipart" not in own and ";" not in own:
            for spelling in (own.title(), f"{own}; charset=utf-8"):
                yield self._typed(spelling, self._cases.wanted(plain.body))
        known = {one.media_type.partition(";")[0].strip().lower() for one in contents}
        for foreign in (*FOREIGN, *((*NEAR_JSON, FORMS[0]) if is_json(own) else ())):
            if foreign.partition(";")[0] not in known:
                yield self._typed(foreign, "refused")
        if own in FORMS and not any(map(is_json, known)):
            yield self._typed("application/json", "refused", json.dumps(plain.body).encode())

    def _typed(self, media_type: str, wanted: Wanted, raw: bytes | None = None) -> Case:
        fault = Fault(("Content-Type",), "media type", f"Content-Type: {media_type}")
        draft = replace(self._cases.plain(), media_type=media_type, raw=raw)
        pointer = self._cases.operation.body.pointer if self._cases.operation.body is not None else ""
        return self._cases.case(draft, fault.what, wanted, part="media type", fault=fault, pointer=pointer)
