"""One call in every way that HTTP/1.1 has to say it: whoever takes it plainly has to take each of them.

A server is held to the answer that it gives to the plain call. Behind each one the plain call is sent once more down
the same connection, which what was left unread would spoil.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specmill.contract.single import Single, Spoken
from specmill.contract.values import Call, Case, Finding, Kind, Wanted
from specmill.contract.wire import LAST_CHUNK, chunk_of

LENGTH_REQUIRED = 411  # of a server that wants no chunks, as RFC 9110, 15.5.12 allows it
USUAL = "the answer that the plain call gets"
CODING = "Transfer-Encoding"


@dataclass(frozen=True, slots=True)
class Way:
    part: str  # what it is about
    about: str
    call: Call
    wanted: Wanted = "accepted"
    kind: Kind = "failure"  # or it is told, since of many servers in use it is known


def spoken_otherwise(single: Single, plain: Case) -> Iterator[Finding]:
    if not single.is_taken(single.sent(plain)):
        return
    for way in _heads(plain.call):
        yield from _held(single, plain, way)
    if plain.call.body is None:
        return
    chunked = Way("chunks", "the body in one chunk", _chunked(plain.call, chunk_of(plain.call.body) + LAST_CHUNK))
    spoken = single.sent(replace(plain, call=chunked.call))
    if spoken.answer.status == LENGTH_REQUIRED:
        return
    for way in (chunked, *_chunks(plain.call)):
        yield from _held(single, plain, way)


def _held(single: Single, plain: Case, way: Way) -> Iterator[Finding]:
    case = replace(plain, about=way.about, part=way.part, call=way.call)
    spoken = single.sent(case, way.kind)
    if spoken.answer.faults:
        yield single.finding("http", case, USUAL, spoken.answer.faults[0], spoken, way.kind)
    elif way.wanted == "refused":
        if single.is_taken(spoken):
            yield single.finding("http", case, "to be refused", _got(spoken), spoken, way.kind)
    elif not single.is_taken(spoken):
        yield single.finding("http", case, USUAL, _got(spoken), spoken, way.kind)
    else:
        behind = replace(plain, about=f"a plain call behind {way.about}", part=way.part)
        spoken = single.sent(behind)
        if not single.is_taken(spoken):
            yield single.finding("http", behind, "its usual answer", _got(spoken), spoken, way.kind)


def _got(spoken: Spoken) -> str:
    return f"{spoken.answer.status} {spoken.answer.body[:80].decode('utf-8', 'backslashreplace')}".strip()


def _heads(call: Call) -> Iterator[Way]:
    length = () if call.body is None else (("Content-Length", str(len(call.body))),)
    fields = (*call.fields, *length)
    for word in ("lower", "upper"):
        named = tuple((getattr(name, word)(), value) for name, value in fields)
        yield Way("header names", f"header names in {word} case", replace(call, fields=named))
    yield Way("head", "the head in two packets", replace(call, cuts=(len(call.method) + 4,)))
    yield Way("head", "the head in two packets, cut inside its end", replace(call, cuts=(-3,)))
    if call.body:
        yield Way("body", "the body in a packet of its own", replace(call, cuts=(0,)))
        expecting = replace(call, fields=(*call.fields, ("Expect", "100-continue")))
        yield Way("Expect", "Expect: 100-continue", expecting, kind="observation")


def _chunks(call: Call) -> Iterator[Way]:
    body = call.body or b""
    half = len(body) // 2
    size = b"%x" % len(body)

    def whole(size_line: bytes, last: bytes = b"0\r\n\r\n") -> Call:
        return _chunked(call, size_line + b"\r\n" + body + b"\r\n" + last)

    pieces = b"".join(chunk_of(piece) for piece in (body[:half], body[half:]) if piece) + LAST_CHUNK
    yield Way("chunks", "the body in two chunks", _chunked(call, pieces))
    padded = body + b" " * (-(len(body) - 10) % 16)  # so that the size ends with a letter
    for what, text in (("lower", b"%x"), ("upper", b"%X")):
        said = (text % len(padded)) + b"\r\n" + padded + b"\r\n0\r\n\r\n"
        if padded == body or "json" in (call.field("Content-Type") or ""):
            yield Way("chunks", f"the size of a chunk in {what} case", _chunked(call, said))
    yield Way("chunks", "the size of a chunk with zeros before it", whole(b"000" + size))
    for extension in (b";specmill", b";specmill=1", b';specmill="a;b"'):
        yield Way("chunk extensions", f"a chunk with the extension {extension.decode()}", whole(size + extension))
    yield Way("chunk extensions", "a last chunk with an extension", whole(size, b"0;specmill=1\r\n\r\n"))
    yield Way("trailers", "a trailer", whole(size, b"0\r\nX-Specmill: 1\r\n\r\n"))
    yield Way("trailers", "two trailers", whole(size, b"0\r\nX-Specmill: 1\r\nX-Other: 2\r\n\r\n"))
    plainly = chunk_of(body) + LAST_CHUNK
    for coding in ("Chunked", "CHUNKED"):
        yield Way(CODING, f"{CODING}: {coding}", _chunked(call, plainly, coding))
    yield Way(CODING, f"{CODING}: specmill", _chunked(call, plainly, "specmill"), "refused", "observation")


def _chunked(call: Call, said: bytes, coding: str = "chunked") -> Call:
    return replace(call, fields=(*call.fields, (CODING, coding)), body=said)
