"""Calls and answers as values, and what a document says about them: taken, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specmill.diff.sides import TEMPLATE, Side, address
from specmill.diff.values import Answer, Call
from specmill.document.media_types import bare
from specmill.values import Body, Content, Operation, Parameter, Response

PATH = "path"


def operation_for(side: Side, call: Call | Answer) -> Operation | None:
    return side.operations.get(address(call.method, call.path))


def names_in_path(operation: Operation) -> dict[str, str]:
    """Name of each template of the path -> its number: two documents may name them differently."""
    return {name[1:-1]: str(number) for number, name in enumerate(TEMPLATE.findall(operation.path), 1)}


def key_of(operation: Operation, parameter: Parameter) -> tuple[str, str]:
    if parameter.location == PATH:
        return PATH, names_in_path(operation).get(parameter.name, parameter.name)
    return parameter.location, parameter.name.lower() if parameter.location == "header" else parameter.name


def called(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


# ---------------------------------------------------------------- calls


def plain_call(side: Side, operation: Operation) -> Call:
    """A call with all that is required and nothing more. Raises Impossible where no value is found."""
    maker = side.makers["request"]
    parameters = tuple(
        (*key_of(operation, one), maker.value(one.schema)) for one in operation.parameters if one.required
    )
    media_type, body = "", None
    if operation.body and operation.body.required and operation.body.contents:
        content = operation.body.contents[0]
        media_type, body = content.media_type, maker.value(content.schema)
    credentials = side.credentials(operation.security[0]) if operation.security else ()
    return Call(operation.method, operation.path, parameters, media_type, body, credentials=credentials)


def refusal(side: Side, operation: Operation | None, call: Call) -> str | None:
    """Why this side does not take a call; None if it does."""
    if operation is None:
        return f"there is no {call.method} {call.path}"
    return next(_refusals(side, operation, call), None)


def _refusals(side: Side, operation: Operation, call: Call) -> Iterator[str]:
    given = {(location, name): value for location, name, value in call.parameters}
    for parameter in operation.parameters:
        key, what = key_of(operation, parameter), f"the {parameter.location} parameter {parameter.name}"
        if key in given:
            yield from _fault(side.judges["request"].fault(parameter.schema, given[key], what))
        elif parameter.required:
            yield f"{what} is missing"
    yield from _of_spelling(operation, call)
    yield from _of_body(side, operation.body, call)
    if call.stream and call.stream != told_of_stream(operation):
        yield f"there is {told_of_stream(operation) or 'no stream'}, and not {call.stream}"
    if call.accept and call.accept not in {bare(one.media_type) for one in _successes(operation)}:
        yield f"no success is {call.accept}"
    asked = [side.credentials(one) for one in operation.security]
    if asked and not any({*one} <= {*call.credentials} for one in asked):
        yield f"it asks for {' or '.join(map(proven, asked))}"
    if call.server and call.server not in operation.servers:
        yield f"the document knows no server {call.server}"


def _of_spelling(operation: Operation, call: Call) -> Iterator[str]:
    known = {key_of(operation, one): spelling(one) for one in operation.parameters}
    for location, name, style in call.spelt:
        if known.get((location, name), style) != style:
            yield f"the {location} parameter {name} is spelt {known[location, name]}"


def spelling(parameter: Parameter) -> str:
    parts = [parameter.style, "exploded" if parameter.explode else "not exploded"]
    parts += ["reserved characters as they are"] if parameter.allow_reserved else []
    parts += [parameter.media_type] if parameter.media_type else []
    return ", ".join(parts)


def told_of_stream(operation: Operation) -> str:
    stream = operation.stream
    if stream is None:
        return ""
    accepted = ", ".join(map(str, stream.accepted))
    return f"a stream of {stream.framing} whose {stream.verdict or 'verdict'} is {accepted or 'anything'}"


def _of_body(side: Side, body: Body | None, call: Call) -> Iterator[str]:
    if not call.media_type:
        if body is not None and body.required:
            yield "the body is missing"
        return
    if body is None:  # most servers do not look at it
        return
    content = content_of(body.contents, call.media_type)
    if content is None:
        yield f"a body of {call.media_type} is not taken"
    else:
        yield from _fault(side.judges["request"].fault(content.schema, call.body, "the body"))


def _successes(operation: Operation) -> list[Content]:
    return [one for response in operation.responses if is_success(response.status) for one in response.contents]


def is_success(status: str) -> bool:
    return status.startswith("2")


def content_of(contents: tuple[Content, ...], media_type: str) -> Content | None:
    """The content that takes a media type: by its name, else by a range."""
    wanted = bare(media_type)
    ranges = (wanted, f"{wanted.partition('/')[0]}/*", "*/*")
    known = {bare(content.media_type): content for content in reversed(contents)}
    return next((known[one] for one in ranges if one in known), None)


def _fault(fault: Any) -> Iterator[str]:
    if fault is not None:
        yield str(fault)


def proven(credentials: tuple[str, ...]) -> str:
    return " and ".join(credentials) or "no credentials"


# ---------------------------------------------------------------- answers


def plain_answer(side: Side, operation: Operation, response: Response, content: Content | None) -> Answer:
    """An answer with all that was promised and nothing more. Raises Impossible where no value is found."""
    maker = side.makers["answer"]
    headers = tuple((one.name.lower(), maker.value(one.schema)) for one in response.headers if one.required)
    media_type, body = (content.media_type, maker.value(content.schema)) if content else ("", None)
    return Answer(operation.method, operation.path, status_of(operation, response), media_type, body, headers)


def status_of(operation: Operation, response: Response) -> int:
    """A status that this answer may have, and no other of the operation."""
    if response.status.isdigit():
        return int(response.status)
    taken = {one.status for one in operation.responses}
    first = int(response.status[0]) * 100 if response.status[0].isdigit() else 200
    candidates = range(first, first + 100 if response.status[0].isdigit() else 600)
    return next((one for one in candidates if str(one) not in taken), first)


def surprise(side: Side, operation: Operation | None, answer: Answer) -> str | None:
    """What of an answer this side does not promise; None if it does."""
    if operation is None:
        return f"there is no {answer.method} {answer.path}"
    response = response_of(operation, answer.status)
    if response is None:
        return f"a status {answer.status} was not foreseen"
    return next(_surprises(side, response, answer), None)


def response_of(operation: Operation, status: int) -> Response | None:
    known = {response.status.upper(): response for response in operation.responses}
    return known.get(str(status)) or known.get(f"{status // 100}XX") or known.get("DEFAULT")


def _surprises(side: Side, response: Response, answer: Answer) -> Iterator[str]:
    judge = side.judges["answer"]
    given = dict(answer.headers)
    for header in response.headers:
        if header.name.lower() in given:
            yield from _fault(judge.fault(header.schema, given[header.name.lower()], f"the header {header.name}"))
        elif header.required:
            yield f"the header {header.name} is missing"
    if not answer.media_type:
        if response.contents:
            yield "the body is missing"
        return
    content = content_of(response.contents, answer.media_type)
    if content is None:
        yield f"a body of {answer.media_type} was not foreseen"
    else:
        yield from _fault(judge.fault(content.schema, answer.body, "the body"))
