"""Whether recordings are still what today's document allows: a test against an answer of yesterday proves nothing.

Looked at are the operation, its path, what was sent where the server took it (a recording may show a refusal), and
every answer and report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from specmill.document.api import Api, api_of
from specmill.errors import Place, Problems, SpecmillError
from specmill.schemas.validate import Judge
from specmill.serve.examples.routes import Routes
from specmill.serve.recording import AnswerHead, Data, Recording, RequestHead, Side, field
from specmill.serve.recording_read import AGAIN, read_all
from specmill.serve.roots import Root, Roots
from specmill.values import Config, Content, Operation, Response

JSON_TYPES = ("application/json", "+json")


def check_config(config: Config, api: Api | None = None) -> tuple[SpecmillError, ...]:
    """All drift of the recordings that a project has; none where it has no recordings."""
    if config.recordings is None:
        return ()
    try:
        found = read_all(config.root / config.recordings, config.recordings.as_posix())
    except SpecmillError as error:
        return (error,)
    return drift(found, api or api_of(config))


def check_drift(recordings: Iterable[Recording], api: Api) -> None:
    errors = drift(recordings, api)
    if errors:
        raise errors[0] if len(errors) == 1 else Problems(errors)


def drift(recordings: Iterable[Recording], api: Api) -> tuple[SpecmillError, ...]:
    judges = _Judges(api)
    return tuple(error for one in recordings for error in judges.of(one))


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a body and the event in which it ends."""

    root: Root
    event: int


class _Judges:
    def __init__(self, api: Api) -> None:
        schemas = api.normal.tree.get("components", {}).get("schemas", {})
        self._sent, self._answered = Judge(schemas, "request"), Judge(schemas, "answer")
        self._operations = {operation.id: operation for operation in api.operations}
        self._routes: Routes[Operation] = Routes()
        for operation in api.operations:
            self._routes.add(operation, operation)
        self._document = api.normal.document.files[0].sha256 if api.normal.document.files else ""

    def of(self, recording: Recording) -> Iterator[SpecmillError]:
        report = _reporter(recording, self._document)
        operation = self._operations.get(recording.operation)
        if operation is None:
            yield report(0, f"the document has no operation {recording.operation!r}")
            return
        if not self._leads_to(recording.request, operation):
            yield report(0, f"{recording.request.method} {_path(recording)} does not lead to {operation.id}")
        answer = recording.answer
        if answer is None:
            return
        nth = recording.events.index(answer)
        response = response_of(operation, answer.status)
        if response is None:
            yield report(nth, f"the document has no answer {answer.status} of {operation.id}")
            return
        for event, message in (*self._answers(recording, operation, response, nth), *self._sends(recording, operation)):
            yield report(event, message)

    def _leads_to(self, head: RequestHead, operation: Operation) -> bool:
        matches = self._routes.find(head.target.partition("?")[0])
        entry = matches[0].methods.get(head.method) if matches else None
        return entry is not None and entry.what is operation

    def _answers(
        self, recording: Recording, operation: Operation, response: Response, nth: int
    ) -> Iterator[tuple[int, str]]:
        answer = recording.answer
        if answer is None or recording.request.method == "HEAD" or not recording.content("server"):
            return
        media_type = _media_type(answer)
        content = _content(response.contents, media_type)
        if content is None:
            if media_type:
                yield nth, f"the document has no {media_type} for the answer {response.status} of {operation.id}"
            return
        stream = operation.stream if answer.status // 100 == 2 else None
        if not _is_json(media_type):
            return
        for number, value in enumerate(values(recording, "server"), 1):
            what = f"report {number}" if stream else "the answer"
            schema = stream.report if stream else content.schema
            yield from self._judged(self._answered, schema, value, what)

    def _sends(self, recording: Recording, operation: Operation) -> Iterator[tuple[int, str]]:
        """What was taken; what was refused may be anything."""
        answer, body = recording.answer, operation.body
        if answer is None or body is None or answer.status // 100 != 2:
            return
        content = _content(body.contents, _media_type(recording.request))
        if content is None or not _is_json(content.media_type):
            return
        stream = operation.stream
        verdicts = [_verdict(operation, value) for value in values(recording, "server")] if stream else []
        for number, value in enumerate(values(recording, "client")):
            if stream is None:
                yield from self._judged(self._sent, content.schema, value, "the body")
            elif number < len(verdicts) and verdicts[number] in stream.accepted:
                yield from self._judged(self._sent, stream.record, value, f"record {number + 1}")

    def _judged(self, judge: Judge, schema: Any, value: Value, what: str) -> Iterator[tuple[int, str]]:
        try:
            meant = json.loads(value.root.text)
        except (ValueError, RecursionError):
            yield value.event, f"{what} is no JSON"
            return
        fault = judge.fault(schema, meant, what)
        if fault is not None:
            yield value.event, str(fault)


def values(recording: Recording, side: Side) -> list[Value]:
    """The complete values of one side's body."""
    roots = Roots()
    found = [
        Value(root, nth)
        for nth, event in enumerate(recording.events)
        if isinstance(event, Data) and event.side == side
        for root in roots.feed(event.content)
    ]
    whole = any(event.side == side and getattr(event, "how", None) == "end" for event in recording.events)
    last = max(
        (nth for nth, one in enumerate(recording.events) if isinstance(one, Data) and one.side == side), default=0
    )
    return found + [Value(root, last) for root in (roots.finish() if whole else [])]


def response_of(operation: Operation, status: int) -> Response | None:
    known = {response.status.upper(): response for response in operation.responses}
    return known.get(str(status)) or known.get(f"{status // 100}XX") or known.get("DEFAULT")


def _verdict(operation: Operation, value: Value) -> Any:
    try:
        report = json.loads(value.root.text)
    except (ValueError, RecursionError):
        return None
    return report.get(operation.stream.verdict) if operation.stream and isinstance(report, dict) else None


def _content(contents: tuple[Content, ...], media_type: str) -> Content | None:
    return next((one for one in contents if one.media_type.partition(";")[0].strip().lower() == media_type), None)


def _media_type(head: RequestHead | AnswerHead) -> str:
    return (field(head, "content-type") or "").partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    return media_type.endswith(JSON_TYPES)


def _path(recording: Recording) -> str:
    return recording.request.target.partition("?")[0]


def _reporter(recording: Recording, document: str) -> Callable[[int, str], SpecmillError]:
    changed = recording.document != document
    why = "the document has changed since it was recorded; " if changed else ""

    def report(event: int, message: str) -> SpecmillError:
        place = Place(recording.name or recording.operation, recording.line(event), 1)
        return SpecmillError(f"event {event + 1}: {message}", place=place, hint=why + AGAIN)

    return report
