"""The answers that a document gives to an operation: their statuses, media types, headers and examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.document.media_types import bare, is_json
from specmill.schemas.made import Impossible, Maker
from specmill.schemas.validate import Judge
from specmill.serve.examples.shaping import refusing, shaped
from specmill.serve.examples.written import header_text, written
from specmill.values import Content, Operation, Response, Stream

FRAMING = ("content-length", "transfer-encoding", "connection", "content-type", "date", "keep-alive", "trailer")
QUALITY = re.compile(r";\s*q=([0-9.]+)")
REMEMBERED = 256  # wishes of clients whose answer is known without looking
ANY = "application/json"  # what a range of the document is answered with, if the client does not say
RANGES = {"*/*": ANY, "application/*": ANY, "text/*": "text/plain", "image/*": "image/png"}


class Unanswerable(Exception):
    """There is no such answer; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of the document, in one media type."""

    status: int
    response: Response
    content: Content | None
    media_type: str
    raw: Mapping[str, Any]  # the response as the normal form has it


class Answers:
    def __init__(self, operation: Operation, raw: Any, judge: Judge, maker: Maker, schemas: Mapping[str, Any]) -> None:
        self.operation = operation
        self._raw = raw["responses"]
        self._judge = judge
        self._maker = maker
        self._schemas = schemas
        self._known: dict[tuple[Any, ...], Answer] = {}
        self._choices: dict[tuple[str | None, str | None], Choice] = {}
        self._made: dict[int, Any] = {}
        self._by_status = {response.status: response for response in operation.responses}

    # --- which answer

    def chosen(self, code: str | None, accept: str | None) -> Choice:
        known = self._choices.get((code, accept))
        if known is None:
            status, response = self._coded(code) if code else self._good()
            known = self._in(status, response, accept)
            if len(self._choices) < REMEMBERED:
                self._choices[code, accept] = known
        return known

    def foreseen(self, statuses: Iterable[int], accept: str | None) -> Choice | None:
        """The first of these for which the document has an answer, in any media type if none is accepted."""
        for status in statuses:
            response = self._response(status, with_default=False)
            if response is not None:
                return self._refusal(status, response, accept)
        response = self._by_status.get("default")
        status = next(iter(statuses))
        return self._refusal(status, response, accept) if response is not None else None

    def _refusal(self, status: int, response: Response, accept: str | None) -> Choice:
        try:
            return self._in(status, response, accept)
        except Unanswerable:
            return self._in(status, response, None)

    def _coded(self, code: str) -> tuple[int, Response]:
        status = int(code.replace("XX", "00"))
        response = self._by_status.get(code) or self._response(status)
        if response is None:
            raise Unanswerable(f"there is no answer {code}, but {', '.join(self._by_status)}")
        return status, response

    def _response(self, status: int, with_default: bool = True) -> Response | None:
        found = self._by_status.get(str(status)) or self._by_status.get(f"{status // 100}XX")
        return found or (self._by_status.get("default") if with_default else None)

    def _good(self) -> tuple[int, Response]:
        """The lowest of those that say it went well; else whatever else there is."""
        final = [status for status in self._by_status if not status.startswith("1")]
        for status in sorted(final, key=lambda one: (one[0] != "2", one == "default", one)):
            code = 200 if status == "default" else int(status.replace("XX", "00"))
            return code, self._by_status[status]
        return 200, Response("200", ())

    def _in(self, status: int, response: Response, accept: str | None) -> Choice:
        raw = self._raw.get(response.status, {})
        if not response.contents or status in (204, 205, 304):
            return Choice(status, response, None, "", raw)
        for wanted in _wanted(accept):
            for content in response.contents:
                media_type = _agreed(wanted, content.media_type)
                if media_type is not None:
                    return Choice(status, response, content, media_type, raw)
        raise Unanswerable(f"the answer comes as {', '.join(one.media_type for one in response.contents)}")

    # --- what it says

    def value(self, choice: Choice, example: str | None = None, seed: int | None = None) -> Any:
        """From the answer's own examples; else made for its schema. With a seed always made."""
        assert choice.content is not None
        examples = dict(self._examples(choice))
        if example is not None:
            if example not in examples:
                there = f"but {', '.join(examples)}" if examples else "and no other"
                raise Unanswerable(f"the answer {choice.response.status} has no example {example!r}, {there}")
            return examples[example]
        if seed is None:
            for value in examples.values():
                if self._judge.valid(choice.content.schema, value):
                    return value
        return self.made(choice.content.schema, seed)

    def made(self, schema: Any, seed: int | None = None) -> Any:
        try:
            return self._maker.value(schema, seed)
        except Impossible:
            raise Unanswerable("no value was found that the schema of the answer allows") from None

    def shaped(self, choice: Choice, told: str) -> Any:
        """A value that says what was wrong with a request."""
        assert choice.content is not None
        schema = choice.content.schema
        codes = (choice.status, str(choice.status))
        return shaped(self._least(schema), self._judge, self._schemas, schema, told, codes)

    def refusing(self, stream: Stream, told: str, code: int) -> Any:
        """A report that says its record was refused; None where no report of this stream could."""
        return refusing(self._least(stream.report), self._judge, self._schemas, stream, told, code)

    def _least(self, schema: Any) -> Any:
        found = self._made.get(id(schema))
        if found is None:
            found = self._made[id(schema)] = self.made(schema)
        return found

    def _examples(self, choice: Choice) -> Iterator[tuple[str, Any]]:
        assert choice.content is not None
        raw = choice.raw.get("content", {}).get(choice.content.media_type, {})
        for name, example in (raw.get("examples") or {}).items():
            for key in ("value", "dataValue"):
                if isinstance(example, dict) and key in example:
                    yield name, example[key]
        if "example" in raw:
            yield "", raw["example"]

    def answer(self, choice: Choice, example: str | None = None, seed: int | None = None) -> Answer:
        """The same each time, so it is written but once; unless it is of a seed."""
        key = (choice.status, choice.response.status, choice.media_type, example)
        known = self._known.get(key) if seed is None else None
        if known is None:
            known = self.written(choice, None if choice.content is None else self.value(choice, example, seed))
            if seed is None and len(self._known) < REMEMBERED:
                self._known[key] = known
        return known

    def written(self, choice: Choice, value: Any) -> Answer:
        fields = dict(self._fields(choice))
        if choice.content is None:
            return Answer(choice.status, fields, b"")
        media_type, body = written(value, choice.media_type, choice.content.schema)
        return Answer(choice.status, {"Content-Type": media_type, **fields}, body)

    def _fields(self, choice: Choice) -> Iterator[tuple[str, str]]:
        for header in choice.response.headers:
            if header.name.lower() in FRAMING:
                continue
            raw = choice.raw.get("headers", {}).get(header.name, {})
            text = header_text(self._of_header(raw, header.schema), bool(raw.get("explode")))
            if text is not None:
                yield header.name, text

    def _of_header(self, raw: Mapping[str, Any], schema: Any) -> Any:
        named = (one.get("value") for one in (raw.get("examples") or {}).values() if isinstance(one, dict))
        for value in (*([raw["example"]] if "example" in raw else []), *named):
            if self._judge.valid(schema, value):
                return value
        return self.made(schema)


def _wanted(accept: str | None) -> list[str]:
    """The media types that a client takes, best first."""
    if not accept:
        return ["*/*"]
    ranked = []
    for one in accept.split(","):
        quality = QUALITY.search(one)
        weight = float(quality[1]) if quality and quality[1].count(".") <= 1 and quality[1] != "." else 1.0
        if weight > 0:
            ranked.append((-weight, bare(one)))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _agreed(wanted: str, offered: str) -> str | None:
    """What both mean, of which either may be a range."""
    name = bare(offered)
    if wanted == "*/*" or name == wanted or _covers(wanted, name):
        return RANGES.get(name, offered)
    if name == "*/*" or _covers(name, wanted):
        return wanted
    return offered if is_json(offered) and wanted == "application/json" and name.endswith("+json") else None


def _covers(wide: str, name: str) -> bool:
    return wide.endswith("/*") and name.startswith(wide[:-1])
