"""What HTTP asks of any server, whatever its document says: methods, paths, what is accepted in return."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from specmill.contract.calls import is_json
from specmill.contract.single import Single, Spoken
from specmill.contract.spoken_otherwise import spoken_otherwise
from specmill.contract.values import Call, Case, Fields, Finding
from specmill.values import Operation

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")
NOWHERE = "/specmill-no-such-path"
UNWANTED = "application/vnd.specmill.unknown"


def manners(single: Single, operations: tuple[Operation, ...]) -> Iterator[Finding]:
    """Of one operation; ``operations`` are all of the document, by which the methods of a path are known."""
    own = {one.method.upper() for one in operations if one.path == single.operation.path}
    plain = single.let_in(single.cases.case(single.cases.plain(), "a call", "any", part="method"))
    first = next(one for one in operations if one.path == single.operation.path)
    if first is single.operation:
        yield from _methods(single, plain, own)
        yield from _other_case(single, plain)
        yield from _nowhere(single, plain, operations)
    yield from _unwanted(single, plain)
    if single.operation.method == "GET" and "HEAD" not in own:
        yield from _without_content(single, plain)
    yield from spoken_otherwise(single, plain)
    if plain.call.body:
        yield from _not_as_said(single, plain)


def _methods(single: Single, plain: Case, own: set[str]) -> Iterator[Finding]:
    tried = METHODS if "GET" in own else (*METHODS, "HEAD")
    for method in [one for one in tried if one not in own]:
        body = plain.call.body if method not in ("GET", "HEAD") else None
        call = replace(plain.call, method=method, body=body)
        case = replace(plain, about=f"{method}, which the path does not have", part="method", call=call)
        spoken = single.sent(case)
        yield from _not_there(single, case, spoken, 405)
        if spoken.answer.status == 405 and (wrong := _allow(spoken, method, own)):
            yield single.finding("http", replace(case, part="Allow at 405"), "the methods of the path", wrong, spoken)


def _allow(spoken: Spoken, method: str, own: set[str]) -> str:
    """What is wrong with the list, which RFC 9110 asks for in every 405."""
    text = spoken.answer.field("Allow")
    if text is None:
        return "none"
    allowed = {one.strip().upper() for one in text.split(",")}
    if method in allowed or not own <= allowed:
        return text or "an empty one"
    return ""


def _other_case(single: Single, plain: Case) -> Iterator[Finding]:
    """Names of methods are told apart by their case, RFC 9110, 9.1."""
    call = replace(plain.call, method=plain.call.method.lower())
    case = replace(plain, about=f"{call.method}, in lower case", part="method", call=call)
    yield from _not_there(single, case, single.sent(case), 405, noted=(400, 404, 501))


def _not_as_said(single: Single, plain: Case) -> Iterator[Finding]:
    """A body that is not what its fields say: half of all servers never look at them, so it is told and no failure."""
    for name, value in (("Content-Encoding", "gzip"), ("Content-Encoding", "specmill")):
        call = replace(plain.call, fields=(*plain.call.fields, (name, value)))
        case = replace(plain, about=f"{name}: {value} over a plain body", part=name, call=call)
        spoken = single.sent(case)
        if single.is_taken(spoken):
            yield single.finding("http", case, "to be refused", str(spoken.answer.status), spoken, "observation")
    media_type = plain.call.field("Content-Type") or ""
    if is_json(media_type) and ";" not in media_type:
        call = replace(plain.call, fields=_retyped(plain.call, f"{media_type}; charset=utf-16"))
        case = replace(plain, about="a charset that the body is not in", part="charset", call=call)
        spoken = single.sent(case)
        if single.is_taken(spoken):  # JSON knows no charset, RFC 8259, 11: who ignores it does no wrong
            yield single.finding("http", case, "to be refused", str(spoken.answer.status), spoken, "observation")


def _retyped(call: Call, media_type: str) -> Fields:
    return tuple((name, media_type if name.lower() == "content-type" else value) for name, value in call.fields)


def _nowhere(single: Single, plain: Case, operations: tuple[Operation, ...]) -> Iterator[Finding]:
    target = plain.call.target.partition("?")[0].rstrip("/") + NOWHERE
    while any(_may_be(one.path, target) for one in operations):
        target += NOWHERE
    call = replace(plain.call, target=target)
    case = replace(plain, about=f"the path {target}, which is not there", part="path", call=call)
    yield from _not_there(single, case, single.sent(case), 404)


def _may_be(path: str, target: str) -> bool:
    """Whether a path of the document has a parameter where the target has something that is not there."""
    parts = re.split(r"\{[^}]*\}", path)
    return re.search("[^/]+".join(map(re.escape, parts)) + r"\Z", target) is not None


def _not_there(
    single: Single, case: Case, spoken: Spoken, usual: int, noted: tuple[int, ...] = ()
) -> Iterator[Finding]:
    """No document says what comes, but a success or a breakdown it cannot be."""
    status = spoken.answer.status
    for fault in spoken.answer.faults:
        yield single.finding("http", replace(case, part=""), "an answer of HTTP/1.1", fault, spoken)
    if spoken.answer.faults:
        return
    if 200 <= status < 300 or (status >= 500 and status != 501):
        yield single.finding("http", case, str(usual), str(status), spoken)
    elif status and status != usual and status not in noted:
        yield single.finding("http", case, str(usual), str(status), spoken, kind="observation")


def _unwanted(single: Single, plain: Case) -> Iterator[Finding]:
    call = replace(plain.call, fields=(*plain.call.fields, ("Accept", UNWANTED)))
    case = replace(plain, about=f"Accept: {UNWANTED}", part="Accept", call=call)
    spoken = single.sent(case)
    for fault in spoken.answer.faults:
        yield single.finding("http", replace(case, part=""), "an answer of HTTP/1.1", fault, spoken)
    if spoken.answer.status >= 500:
        yield single.finding("http", case, "406, or what there is", str(spoken.answer.status), spoken)


def _without_content(single: Single, plain: Case) -> Iterator[Finding]:
    case = replace(plain, about="HEAD", part="method", call=replace(plain.call, method="HEAD", body=None))
    spoken = single.sent(case)
    for fault in spoken.answer.faults:
        yield single.finding("http", replace(case, part=""), "the head of GET's answer, or 405", fault, spoken)
    if spoken.answer.status >= 500 and spoken.answer.status != 501:
        yield single.finding("http", case, "the head of GET's answer, or 405", str(spoken.answer.status), spoken)
