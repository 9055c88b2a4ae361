"""Whether an answer is one that the document promises, and whether it is the right one for its case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from specmill.contract.calls import is_json
from specmill.contract.marks import TOO_MANY, Marks
from specmill.contract.meaning import verdict_is_known
from specmill.contract.spelling import readings
from specmill.contract.texts import Text, split
from specmill.contract.validator import Validator, together
from specmill.contract.values import Answer, Case, Finding, Kind
from specmill.document.api import Api
from specmill.values import JSON, Content, Header, Operation, Response

SHOWN = 200
NOT_THERE = 404
OF_STATE = (NOT_THERE, 409, 410, 412)  # say what is there, and not what is wrong with the call
DENIED = (401, 403)
NO_MARKS = Marks()
ANYTHING: tuple[JSON, ...] = (None, "text", 0.5, [], {})  # a schema that takes all of these says little


class Judge:
    """Of one document. Every schema that an answer may have is compiled at the start, so that none fails later."""

    def __init__(self, api: Api, marks: Mapping[str, Marks] | None = None) -> None:
        self._marks = marks or {}
        self._components: Mapping[str, Any] = api.normal.tree.get("components", {})
        self._validators: dict[int, Validator] = {}
        self.refused = False  # whether any validator ever refused anything
        schemas = {id(schema): (schema, pointer) for schema, pointer in _schemas_of(api.operations)}
        for key, found in zip(schemas, together(schemas.values(), self._components), strict=True):
            self._keep(key, found)

    def validator(self, schema: Any, pointer: str) -> Validator:
        found = self._validators.get(id(schema))
        return found or self._keep(id(schema), Validator(schema, self._components, pointer))

    def _keep(self, key: int, found: Validator) -> Validator:
        self._validators[key] = found
        self.refused = self.refused or not all(map(found.allows, ANYTHING))
        return found

    def marks(self, operation: Operation) -> Marks:
        return self._marks.get(operation.id, NO_MARKS)

    def is_limit(self, operation: Operation, answer: Answer) -> bool:
        """Whether the call was one too many, as the status says it or the report of a stream."""
        if answer.status == TOO_MANY:
            return True
        is_report = operation.stream is not None and 200 <= answer.status < 300
        return is_report and any(map(self.marks(operation).is_limit, verdicts(operation, answer)))

    # --- is it an answer of the document?

    def shape(self, case: Case, operation: Operation, answer: Answer) -> Iterator[Finding]:
        def finding(check: str, place: str, keyword: str, expected: str, got: str, pointer: str) -> Finding:
            return Finding(
                check, operation.id, place, keyword, case.about, expected, got, pointer, case=case, answer=answer
            )

        for fault in answer.faults:
            yield finding("http", "", "", "an answer of HTTP/1.1", fault, operation.pointer)
        if answer.faults:
            return  # what such an answer holds is not to be relied on
        response = response_for(operation, answer.status)
        if response is None:
            told = ", ".join(one.status for one in operation.responses)
            found = finding("status", "status", "", f"one of {told}", str(answer.status), operation.pointer)
            yield replace(found, kind="document") if _is_left_out(case, operation, answer.status) else found
            return
        for header in response.headers:
            if (problem := self._header(header, answer)) is not None:
                yield finding("header", f"header {header.name}", *problem, header.pointer)
        yield from self._body(operation, response, answer, finding)
        yield from self._codes(operation, answer, finding)

    def _codes(self, operation: Operation, answer: Answer, finding: Any) -> Iterator[Finding]:
        """The code in the body of an error goes with its status."""
        stream, marks = operation.stream, self.marks(operation)
        if stream is None or not 400 <= answer.status < 500 or not is_json(answer.media_type):
            return
        for text in split(answer.body)[:1]:
            code = text.value.get(stream.verdict) if isinstance(text.value, dict) else None
            if not marks.fits_status(code, answer.status):
                got = f"{code} with the status {answer.status}"
                yield finding("codes", f"/{stream.verdict}", "", " or ".join(marks.codes), got, marks.pointer)

    def _body(self, operation: Operation, response: Response, answer: Answer, finding: Any) -> Iterator[Finding]:
        if not response.contents:
            return  # a body that nobody promised harms nobody
        if not answer.body and operation.stream is not None and answer.status < 300:
            return  # no record, no report
        if not answer.body and not answer.media_type:
            types = " or ".join(content.media_type for content in response.contents)
            yield finding("media type", "Content-Type", "", types, "an empty answer", response.pointer)
            return
        content = content_for(response, answer.media_type)
        if content is None:
            types = " or ".join(one.media_type for one in response.contents)
            got = answer.media_type or "none"
            yield finding("media type", "Content-Type", "", types, got, response.pointer)
        elif operation.stream is not None and answer.status < 300:
            for report in split(answer.body):
                yield from self.report(content, report, finding)
        elif is_json(content.media_type):
            yield from self._json(content, answer, finding)
        elif answer.media_type.startswith("text/"):
            yield from self._text(content, answer, finding)

    def report(self, content: Content, report: Text, finding: Any) -> Iterator[Finding]:
        """One of a stream."""
        for fault in report.faults:
            yield finding("json", "", "", "JSON", f"{report.raw[:SHOWN]!r} ({fault})", content.pointer)
        if not report.faults:
            yield from self.value(content, report.value, finding)

    def _json(self, content: Content, answer: Answer, finding: Any) -> Iterator[Finding]:
        try:
            value = strict_json(answer.body)
        except ValueError as error:
            shown = answer.body[:SHOWN].decode("utf-8", "backslashreplace")
            yield finding("json", "", "", "JSON", f"{shown} ({error})", content.pointer)
            return
        yield from self.value(content, value, finding)

    def _text(self, content: Content, answer: Answer, finding: Any) -> Iterator[Finding]:
        """Of a text in letters that are known, a number or a word if the schema has it so."""
        try:
            some = readings(answer.body.decode("utf-8"))
        except UnicodeDecodeError:
            return  # in another charset
        validator = self.validator(content.schema, content.pointer)
        if not any(map(validator.allows, some)):
            yield from self.value(content, some[0], finding)

    def value(self, content: Content, value: JSON, finding: Any) -> Iterator[Finding]:
        for error in self.validator(content.schema, content.pointer).errors(value):
            self.refused = True
            yield finding("schema", error.pointer, error.keyword, error.keyword, error.message[:SHOWN], content.pointer)

    def _header(self, header: Header, answer: Answer) -> tuple[str, str, str] | None:
        text = answer.field(header.name)
        if text is None:
            return ("required", "the header", "none") if header.required else None
        validator = self.validator(header.schema, header.pointer)
        if any(validator.allows(reading) for reading in readings(text)):
            return None
        error = validator.errors(readings(text)[-1])[0]
        return error.keyword, error.keyword, error.message[:SHOWN]

    # --- is it the right one for the case?

    def verdict(self, case: Case, operation: Operation, answer: Answer) -> Finding | None:
        def finding(check: str, expected: str, kind: Kind = "failure") -> Finding:
            fault = case.fault
            keyword = fault.keyword if fault is not None else ""
            pointer = case.pointer or operation.pointer
            told_ = told(answer)
            return Finding(
                check, operation.id, case.place, keyword, case.about, expected, told_, pointer, case, answer, kind=kind
            )

        accepted = is_accepted(operation, answer)
        if answer.faults or self.is_limit(operation, answer):
            return None  # whoever breaks HTTP is told so, and nothing else of it
        if operation.stream is not None and answer.status < 300:
            for code in verdicts(operation, answer):
                if not verdict_is_known(code, operation.stream, self.marks(operation)):
                    return replace(
                        finding("codes", "success or an error"), place=f"/{operation.stream.verdict}", keyword=""
                    )
        if answer.status >= 500:
            return finding("server error", "a status that is not the server's fault")
        if case.wanted == "refused" and accepted:
            return finding("refuses", "to be refused")
        if (
            case.wanted in ("accepted", "either")
            and not accepted
            and not is_not_there(operation, answer, self.marks(operation))
        ):
            what = "accepts" if case.wanted == "accepted" else "may refuse"
            return finding(what, "to be accepted", "failure" if case.wanted == "accepted" else "observation")
        return None


def response_for(operation: Operation, status: int) -> Response | None:
    by_status = {response.status.upper(): response for response in operation.responses}
    return by_status.get(str(status)) or by_status.get(f"{status // 100}XX") or by_status.get("DEFAULT")


def _is_left_out(case: Case, operation: Operation, status: int) -> bool:
    """Whether no server can keep to the document: it has to refuse the call, and there is no answer that does."""
    if not 400 <= status < 500 or case.wanted not in ("refused", "any"):
        return False
    if status in DENIED and operation.security:
        return not any(response_for(operation, one) for one in DENIED)
    return not any(one.status.startswith("4") for one in operation.responses)


def content_for(response: Response, media_type: str) -> Content | None:
    """The most specific one that fits."""
    fitting = [one for one in response.contents if fits(one.media_type, media_type)]
    return min(fitting, key=lambda one: one.media_type.count("*"), default=None)


def fits(wanted: str, media_type: str) -> bool:
    bare = wanted.partition(";")[0].strip().lower()
    if bare in ("*/*", media_type):
        return True
    return bare.endswith("/*") and media_type.startswith(bare[:-1])


def is_accepted(operation: Operation, answer: Answer) -> bool:
    """Of a stream the report says it, in whatever status it comes; without one nothing was accepted."""
    if not 200 <= answer.status < 300 or operation.stream is None:
        return 200 <= answer.status < 300
    codes = verdicts(operation, answer)
    return any(code is None or code in operation.stream.accepted for code in codes) and not answer.faults


def verdicts(operation: Operation, answer: Answer) -> list[JSON]:
    stream = operation.stream
    if stream is None:
        return []
    reports = (text.value for text in split(answer.body))
    return [report.get(stream.verdict) if isinstance(report, dict) else None for report in reports]


def is_not_there(operation: Operation, answer: Answer, marks: Marks) -> bool:
    """What was asked for is valid, and the server has no such thing, or has it already: nobody promised otherwise."""
    if answer.status in OF_STATE:
        return response_for(operation, answer.status) is not None
    codes = verdicts(operation, answer)
    return bool(codes) and all(isinstance(code, int) and NOT_THERE in marks.statuses(code) for code in codes)


def told(answer: Answer) -> str:
    body = answer.body[:SHOWN].decode("utf-8", "backslashreplace")
    return f"{answer.status} {body}".strip()


def strict_json(data: bytes) -> JSON:
    def constant(name: str) -> JSON:
        raise ValueError(f"{name} is no JSON")

    return json.loads(data.decode("utf-8"), parse_constant=constant)


def _schemas_of(operations: Iterable[Operation]) -> Iterator[tuple[Any, str]]:
    """With their pointers."""
    for operation in operations:
        for asked in operation.body.contents if operation.body is not None else ():
            yield asked.schema, asked.pointer
        for parameter in operation.parameters:
            yield parameter.schema, parameter.pointer
        for response in operation.responses:
            yield from ((content.schema, content.pointer) for content in response.contents)
            yield from ((header.schema, header.pointer) for header in response.headers)
