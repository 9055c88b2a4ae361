"""One operation beside another: parameters, body, answers, security, servers, stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from specmill.diff.clashes import At, Clash, Position
from specmill.diff.found import REQUIRED, Found, Proof, found_by, shown
from specmill.diff.messages import called, is_success, key_of, proven, spelling, told_of_stream
from specmill.diff.pairs import has_moved
from specmill.diff.schemas import Walk
from specmill.diff.sides import Side
from specmill.diff.values import Call
from specmill.diff.witness import Part, Search
from specmill.document.media_types import bare
from specmill.document.pointers import escaped
from specmill.values import Body, Content, Header, Operation, Parameter, Response


class Calls:
    """Compares pairs of operations, one after the other."""

    def __init__(self, old: Side, new: Side, walk: Walk) -> None:
        self._old, self._new = old, new
        self._walk = walk
        self._search = Search(old, new)

    def removed(self, operation: Operation) -> Found:
        prove = self._call(operation, None)
        return self._found("operation", "removed", operation, None, called(operation), "the operation removed", prove)

    def added(self, operation: Operation) -> Found:
        return self._found("operation", "added", None, operation, called(operation), "the operation added")

    def pair(self, old: Operation, new: Operation) -> Iterator[Found]:
        yield from self._itself(old, new)
        yield from self._parameters(old, new)
        yield from self._body(old, new)
        yield from self._answers(old, new)
        yield from self._security(old, new)
        yield from self._servers(old, new)
        yield from self._stream(old, new)

    # --- the operation itself

    def _itself(self, old: Operation, new: Operation) -> Iterator[Found]:
        where = called(new)
        if has_moved(old, new):
            prove = self._call(old, None)
            yield self._found("operation", "moved", old, new, where, f"moved here from {called(old)}", prove)
        if old.id != new.id:
            yield self._found("id", "renamed", old, new, where, f"operationId {old.id} → {new.id}")
        if old.tag != new.tag:
            yield self._found("tag", "changed", old, new, where, f"tag {shown(old.tag)} → {shown(new.tag)}")
        yield from self._flags(old, new, old, new, where)
        if (old.summary, old.description) != (new.summary, new.description):
            yield self._found("wording", "changed", old, new, where, "another summary or description")

    def _flags(self, one: Any, other: Any, old: Operation, new: Operation, where: str) -> Iterator[Found]:
        if one.deprecated != other.deprecated:
            change = "set" if other.deprecated else "unset"
            yield self._found("deprecated", change, old, new, where, f"deprecated {change}")

    # --- parameters

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Found]:
        before = {key_of(old, one): (index, one) for index, one in enumerate(old.parameters)}
        after = {key_of(new, one): (index, one) for index, one in enumerate(new.parameters)}
        for key in dict.fromkeys((*after, *before)):
            was, is_ = before.get(key), after.get(key)
            if was and is_:
                yield from self._parameter(old, new, key, was, is_)
            elif was:
                yield self._parameter_alone(old, new, key, was[1], "removed")
            elif is_:
                yield self._parameter_alone(old, new, key, is_[1], "added")

    def _parameter_alone(
        self, old: Operation, new: Operation, key: tuple[str, str], one: Parameter, change: str
    ) -> Found:
        keyword = "required-parameter" if one.required else "parameter"
        kind = "a required parameter" if one.required else "an optional parameter"
        return self._found(keyword, change, old, new, _where(new, one), f"{kind} {change}", self._call(old, new))

    def _parameter(
        self,
        old: Operation,
        new: Operation,
        key: tuple[str, str],
        was: tuple[int, Parameter],
        is_: tuple[int, Parameter],
    ) -> Iterator[Found]:
        (before_at, one), (after_at, other) = was, is_
        where = _where(new, other)
        if one.name != other.name and key[0] == "path":
            yield self._found("parameter-name", "renamed", old, new, where, f"{one.name} → {other.name}")
        if one.required != other.required:
            change = "set" if other.required else "unset"
            prove = self._call(old, new, lambda call: replace(call, parameters=_without(call, key)))
            yield self._found("required", change, old, new, where, REQUIRED[change], prove)
        if spelling(one) != spelling(other):
            prove = self._call(old, new, self._spelt(key, one))
            yield self._found("style", "changed", old, new, where, f"{spelling(one)} → {spelling(other)}", prove)
        yield from self._flags(one, other, old, new, where)
        if one.description != other.description:
            yield self._found("wording", "changed", old, new, where, "another description")
        part = Part("parameter", old, new, one.schema, other.schema, key, other.name)
        pointers = f"{_at(old)}/parameters/{before_at}/schema", f"{_at(new)}/parameters/{after_at}/schema"
        yield from self._schemas(part, "request", where, pointers)

    def _spelt(self, key: tuple[str, str], one: Parameter) -> Callable[[Call], Call]:
        def change(call: Call) -> Call:
            value = self._old.makers["request"].value(one.schema)
            value = value * 2 if isinstance(value, list) and len(value) == 1 else value  # one alone looks the same
            return replace(call, parameters=(*_without(call, key), (*key, value)), spelt=((*key, spelling(one)),))

        return change

    # --- the body

    def _body(self, old: Operation, new: Operation) -> Iterator[Found]:
        one, other, where = old.body, new.body, f"{called(new)} body"
        if one is None or other is None:
            if one is not other:
                yield self._body_alone(old, new, one or other, where)
            return
        if one.required != other.required:
            change = "set" if other.required else "unset"
            prove = self._call(old, new, lambda call: replace(call, media_type="", body=None))
            yield self._found("body-required", change, old, new, where, REQUIRED[change], prove)
        if one.description != other.description:
            yield self._found("wording", "changed", old, new, where, "another description")
        yield from self._body_types(old, new, one, other, where)

    def _body_alone(self, old: Operation, new: Operation, body: Body | None, where: str) -> Found:
        required = body is not None and body.required
        change = "added" if old.body is None else "removed"
        kind = "a required body" if required else "an optional body"
        keyword = "required-body" if required else "body"
        return self._found(keyword, change, old, new, where, f"{kind} {change}", self._call(old, new))

    def _body_types(self, old: Operation, new: Operation, one: Body, other: Body, where: str) -> Iterator[Found]:
        before, after = _by_type(one.contents), _by_type(other.contents)
        for name in dict.fromkeys((*after, *before)):
            if name in before and name in after:
                part = Part("body", old, new, before[name].schema, after[name].schema, media_type=name)
                pointers = tuple(_schema_at(each, f"/requestBody/content/{escaped(name)}") for each in (old, new))
                yield from self._schemas(part, "request", _named(where, name, after), (pointers[0], pointers[1]))
                if _encodings(before[name]) != _encodings(after[name]):
                    yield self._found("body-encoding", "changed", old, new, where, f"the encoding of {name}")
            else:
                change = "added" if name in after else "removed"
                prove = self._with_body(old, new, before[name]) if name in before else None
                yield self._found("body-type", change, old, new, where, f"{name} {change}", prove)

    def _with_body(self, old: Operation, new: Operation, content: Content) -> Proof:
        def change(call: Call) -> Call:
            value = self._old.makers["request"].value(content.schema)
            return replace(call, media_type=content.media_type, body=value)

        return self._call(old, new, change)

    # --- answers

    def _answers(self, old: Operation, new: Operation) -> Iterator[Found]:
        before = {one.status: one for one in old.responses}
        after = {one.status: one for one in new.responses}
        for status in dict.fromkeys((*after, *before)):
            if status in before and status in after:
                yield from self._answer(old, new, before[status], after[status])
            else:
                change = "added" if status in after else "removed"
                keyword = "success" if is_success(status) else "error"
                where = f"{called(new)} {status} answer"
                yield self._found(
                    keyword, change, old, new, where, f"the status {status} {change}", self._unforeseen(old, new)
                )

    def _unforeseen(self, old: Operation, new: Operation) -> Proof:
        """Where what the old side promised is gone, another success has to come."""

        def prove() -> Any:
            successes = [one for one in new.responses if is_success(one.status)]
            contents = ((one, one.contents[0] if one.contents else None) for one in successes)
            found = (self._search.answer(old, new, one, content) for one, content in contents)
            return next((one for one in found if one is not None), None)

        return prove

    def _answer(self, old: Operation, new: Operation, one: Response, other: Response) -> Iterator[Found]:
        where = f"{called(new)} {other.status} answer"
        if one.description != other.description:
            yield self._found("wording", "changed", old, new, where, "another description")
        before, after = _by_type(one.contents), _by_type(other.contents)
        for name in dict.fromkeys((*after, *before)):
            if name in before and name in after:
                schemas = before[name].schema, after[name].schema
                part = Part("answer", old, new, *schemas, media_type=name, responses=(one, other), content=after[name])
                inside = f"/responses/{escaped(other.status)}/content/{escaped(name)}"
                pointers = _schema_at(old, inside), _schema_at(new, inside)
                yield from self._schemas(part, "response", _named(where, name, after), pointers)
            else:
                change = "added" if name in after else "removed"
                prove = self._asking_for(old, new, name, other) if is_success(one.status) else None
                yield self._found("answer-type", change, old, new, where, f"{name} {change}", prove)
        yield from self._headers(old, new, one, other, where)

    def _asking_for(self, old: Operation, new: Operation, media_type: str, response: Response) -> Proof:
        if not response.contents:
            return lambda: self._search.answer(old, new, response)
        return self._call(old, new, lambda call: replace(call, accept=media_type))

    def _headers(self, old: Operation, new: Operation, one: Response, other: Response, where: str) -> Iterator[Found]:
        before = {header.name.lower(): header for header in one.headers}
        after = {header.name.lower(): header for header in other.headers}
        prove = self._without_header(old, new, other)
        for name in dict.fromkeys((*after, *before)):
            was, is_ = before.get(name), after.get(name)
            if was and is_:
                yield from self._header(old, new, (one, other), (was, is_), f"{where} header {is_.name}")
                continue
            header = was or is_
            assert header is not None
            keyword, change = "required-header" if header.required else "header", "removed" if was else "added"
            kind = "a required header" if header.required else "an optional header"
            yield self._found(keyword, change, old, new, f"{where} header {header.name}", f"{kind} {change}", prove)

    def _header(
        self,
        old: Operation,
        new: Operation,
        responses: tuple[Response, Response],
        headers: tuple[Header, Header],
        where: str,
    ) -> Iterator[Found]:
        one, other = headers
        if one.required != other.required:
            change = "set" if other.required else "unset"
            prove = self._without_header(old, new, responses[1])
            yield self._found("header-required", change, old, new, where, REQUIRED[change], prove)
        content = responses[1].contents[0] if responses[1].contents else None
        name = ("", other.name)
        part = Part("header", old, new, one.schema, other.schema, name, responses=responses, content=content)
        inside = f"/responses/{escaped(responses[1].status)}/headers/{escaped(other.name)}/schema"
        yield from self._schemas(part, "response", where, (f"{_at(old)}{inside}", f"{_at(new)}{inside}"))

    def _without_header(self, old: Operation, new: Operation, response: Response) -> Proof:
        content = response.contents[0] if response.contents else None
        return lambda: self._search.answer(old, new, response, content)

    # --- what surrounds a call

    def _security(self, old: Operation, new: Operation) -> Iterator[Found]:
        before = [self._old.credentials(one) for one in old.security] or [()]
        after = [self._new.credentials(one) for one in new.security] or [()]
        for one in before:
            if not any({*other} <= {*one} for other in after):
                prove = self._call(old, new, _proving(one))
                told = f"not enough any more: {proven(one)}"
                yield self._found("security", "removed", old, new, called(new), told, prove)
        for other in after:
            if not any({*one} <= {*other} for one in before):
                yield self._found("security", "added", old, new, called(new), f"enough now: {proven(other)}")

    def _servers(self, old: Operation, new: Operation) -> Iterator[Found]:
        for url in old.servers:
            if url not in new.servers:
                yield self._found("server", "removed", None, None, _server_of(old, self._old), f"{url} removed")
        for url in new.servers:
            if url not in old.servers:
                yield self._found("server", "added", None, None, _server_of(new, self._new), f"{url} added")

    def _stream(self, old: Operation, new: Operation) -> Iterator[Found]:
        one, other = old.stream, new.stream
        if one is None and other is None:
            return
        where = f"{called(new)} stream"
        before, after = told_of_stream(old), told_of_stream(new)
        if before != after:
            change = "set" if one is None else "unset" if other is None else "changed"
            prove = self._call(old, new, lambda call: replace(call, stream=before))
            yield self._found("stream", change, old, new, where, f"{before or 'none'} → {after or 'none'}", prove)

    # --- helpers

    def _schemas(self, part: Part, position: Position, where: str, pointers: tuple[str, str]) -> Iterator[Found]:
        for clash in self._walk.compare(part.before, part.after, At(position, where, *pointers, part)):
            yield self._found_by(clash)

    def rest(self) -> Iterator[Found]:
        """What is found in components that others lead to."""
        yield from map(self._found_by, self._walk.rest())

    def _found_by(self, clash: Clash) -> Found:
        return found_by(clash, lambda: self._search.value(clash.at.root, clash))

    def _call(self, old: Operation, new: Operation | None, change: Callable[[Call], Call] = lambda call: call) -> Proof:
        return lambda: self._search.call(old, new, change)

    def _found(
        self,
        keyword: str,
        change: str,
        old: Operation | None,
        new: Operation | None,
        where: str,
        what: str,
        prove: Proof | None = None,
    ) -> Found:
        pointers = (_at(old) if old else "", _at(new) if new else "")
        return Found("operation", keyword, change, where, what, *pointers, prove)


def _where(operation: Operation, parameter: Parameter) -> str:
    return f"{called(operation)} {parameter.location} {parameter.name}"


def _at(operation: Operation) -> str:
    return f"/paths/{escaped(operation.path)}/{escaped(operation.method.lower())}"


def _schema_at(operation: Operation, inside: str) -> str:
    return f"{_at(operation)}{inside}/schema"


def _by_type(contents: tuple[Content, ...]) -> dict[str, Content]:
    return {bare(one.media_type): one for one in contents}


def _named(where: str, media_type: str, contents: Mapping[str, Content]) -> str:
    """The media type where there are several."""
    kind = where.rpartition(" ")
    return where if len(contents) < 2 else f"{kind[0]} {media_type} {kind[2]}"


def _encodings(content: Content) -> tuple[Any, ...]:
    return content.encoding, content.prefix_encoding, content.item_encoding


def _without(call: Call, key: tuple[str, str]) -> tuple[tuple[str, str, Any], ...]:
    return tuple(one for one in call.parameters if one[:2] != key)


def _proving(credentials: tuple[str, ...]) -> Callable[[Call], Call]:
    return lambda call: replace(call, credentials=credentials)


def _server_of(operation: Operation, side: Side) -> str:
    common = {server["url"] for server in side.api.normal.tree.get("servers", ())}
    return "servers" if {*operation.servers} <= common else f"{called(operation)} servers"
