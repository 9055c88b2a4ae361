"""Asks a live server again what was recorded, and compares its answers by what they mean.

What the client says waits for what it had waited for when it was recorded: as many reports, and as much time.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Literal

from specmill.errors import Place, SpecmillError
from specmill.serve.compared import TOKEN, difference, shown
from specmill.serve.compressed import unpacked
from specmill.serve.drift import values
from specmill.serve.exchange import Framing
from specmill.serve.recording import AnswerHead, Data, End, Event, Recording, RequestHead, field
from specmill.serve.redaction import Rules, redacted
from specmill.serve.roots import Roots
from specmill.serve.upstream import Fields, Origin, Upstream

VOLATILE = ("offset", "timestamp")  # members whose values another run has others of
TIME = re.compile(
    r"[+-]?\d{4,}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"
)
PATIENCE = 30.0  # seconds without a word of the server, beyond the time that it had taken


def verify(
    recording: Recording,
    origin: Origin,
    rules: Rules,
    headers: Mapping[str, str],
    volatile: Collection[str] = VOLATILE,
) -> str:
    """How today's answer differs from the recorded one, in one sentence; "" if it does not."""
    head = with_headers(recording.request, headers, Place(recording.name) if recording.name else None)
    events = asyncio.run(_Asking(recording, head, origin).ask())
    today = replace(recording, events=redacted(unpacked(events), rules))
    return differs(recording, today, frozenset(volatile))


def with_headers(head: RequestHead, headers: Mapping[str, str], place: Place | None = None) -> RequestHead:
    """A recording has no secrets, so who asks again has to bring them."""
    if TOKEN.search(head.target):
        hint = "a secret of a header could be given by --header; this one is verified by whoever records it anew"
        problem = "the recorded address has a secret that a recording does not hold"
        raise SpecmillError(problem, place=place, hint=hint)
    given = {name.lower(): value for name, value in headers.items()}
    for name, value in head.fields:
        if TOKEN.search(value) and name.lower() not in given:
            hint = f"--header '{name}: …'"
            problem = f"the recorded {name} is a secret that a recording does not hold"
            raise SpecmillError(problem, place=place, hint=hint)
    kept = tuple((name, given.pop(name.lower(), value)) for name, value in head.fields)
    return replace(head, fields=(*kept, *((name, value) for name, value in headers.items() if name.lower() in given)))


class _Asking:
    """One exchange with a live server: sends as it was recorded, and hears what comes."""

    def __init__(self, recording: Recording, head: RequestHead, origin: Origin) -> None:
        self._recording = recording
        self._head = head
        self._origin = origin
        self._upstream = Upstream(self, head.method)
        self._events: list[Event] = [replace(head, at=0.0)]
        self._roots = Roots()
        self._reports = 0
        self._over = False
        self._heard = asyncio.Event()
        self._can_send = asyncio.Event()
        self._can_send.set()

    async def ask(self) -> tuple[Event, ...]:
        origin = self._origin
        loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(
                loop.create_connection(
                    lambda: self._upstream,
                    origin.host,
                    origin.port,
                    ssl=origin.tls,
                    server_hostname=origin.host if origin.tls else None,
                ),
                PATIENCE,
            )
        except (OSError, TimeoutError) as error:
            why = str(error) or type(error).__name__
            raise SpecmillError(f"the server could not be asked: {why}", place=Place(origin.authority)) from None
        self._began = loop.time()
        try:
            await self._say_all()
            await self._until(lambda: self._over)
        finally:
            self._upstream.abort()
        return tuple(self._events)

    async def _say_all(self) -> None:
        self._upstream.send(self._head_line())
        reports, roots = 0, Roots()
        for event in self._recording.events[1:]:
            if event.side == "server":
                reports += len(roots.feed(event.content)) if isinstance(event, Data) else 0
                continue
            wanted = reports
            await self._until(lambda wanted=wanted: self._over or self._reports >= wanted)
            await asyncio.sleep(max(0.0, event.at - (asyncio.get_running_loop().time() - self._began)))
            await self._can_send.wait()
            if self._over:
                return
            self._say(event)

    def _head_line(self) -> bytes:
        fields = [(n, self._origin.authority if n.lower() == "host" else value) for n, value in self._head.fields]
        first = f"{self._head.method} {self._origin.path}{self._head.target} HTTP/1.1"
        return "\r\n".join([first, *(f"{name}: {value}" for name, value in fields), "", ""]).encode("latin-1")

    def _say(self, event: Event) -> None:
        self._events.append(event)
        chunked = (field(self._head, "transfer-encoding") or "").lower() == "chunked"
        if isinstance(event, Data):
            content = event.content
            self._upstream.send(b"%X\r\n%b\r\n" % (len(content), content) if chunked else content)
        elif isinstance(event, End) and event.how == "end":
            self._upstream.send(b"0\r\n\r\n" if chunked else b"")
        elif isinstance(event, End) and event.how == "cut":
            self._upstream.cut()
        else:
            self._over = True
            self._upstream.abort()

    async def _until(self, holds: Any) -> None:
        while not holds():
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), PATIENCE + self._recording.events[-1].at)
            except TimeoutError:
                self._over = True
                self._events.append(End(0.0, "server", "cut"))

    # --- what the server says

    def connected(self) -> None:
        pass

    def interim(self, status: int, fields: Fields) -> None:
        pass

    def headed(self, status: int, fields: Fields, framing: Framing) -> None:
        self._hear(AnswerHead(0.0, status, tuple(fields)))

    def said(self, content: bytes, more: bool) -> None:
        self._reports += len(self._roots.feed(content))
        self._hear(Data(0.0, "server", content, more))

    def completed(self) -> None:
        self._over = True
        self._hear(End(0.0, "server"))

    def broken(self, how: Literal["cut", "reset"], why: str) -> None:
        self._over = True
        self._hear(End(0.0, "server", how))

    def full(self, still: bool) -> None:
        if still:
            self._can_send.clear()
        else:
            self._can_send.set()

    def _hear(self, event: Event) -> None:
        self._events.append(event)
        self._heard.set()


def differs(recorded: Recording, today: Recording, volatile: Collection[str]) -> str:
    before, now = recorded.answer, today.answer
    if before is None or now is None:
        return "" if before is now else f"{'an' if now else 'no'} answer came, and {'none' if now else 'one'} had"
    if before.status != now.status:
        return f"the status was {before.status} and is {now.status}"
    types = [(field(head, "content-type") or "").partition(";")[0].strip().lower() for head in (before, now)]
    if types[0] != types[1]:
        return f"the media type was {types[0] or 'none'} and is {types[1] or 'none'}"
    return _other_body(recorded, today, types[0].endswith("json"), volatile) or _other_end(recorded, today)


def _other_body(recorded: Recording, today: Recording, is_json: bool, volatile: Collection[str]) -> str:
    if not is_json:
        texts = [TIME.sub("<time>", one.content("server").decode("utf-8", "replace")) for one in (recorded, today)]
        return "" if texts[0] == texts[1] else f"the body was {shown(texts[0])} and is {shown(texts[1])}"
    before, now = (
        [settled(_value(value.root.text), volatile) for value in values(one, "server")] for one in (recorded, today)
    )
    for number, (one, other) in enumerate(zip(before, now, strict=False), 1):
        found = difference(one, other)
        if found is not None:
            place = f" at {found.pointer}" if found.pointer else ""
            return f"answer {number}{place} was {shown(found.recorded)} and is {shown(found.given)}"
    return "" if len(before) == len(now) else f"{len(before)} answers came, and now {len(now)}"


def _value(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text.decode("utf-8", "replace")


def settled(value: Any, volatile: Collection[str]) -> Any:
    """A value in which tokens stand for what another run has another value of, but no other kind of value."""
    if isinstance(value, dict):
        return {
            name: f"<{type(inner).__name__}>" if name in volatile else settled(inner, volatile)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [settled(inner, volatile) for inner in value]
    return TIME.sub("<time>", value) if isinstance(value, str) else value


def _other_end(recorded: Recording, today: Recording) -> str:
    before, now = (
        next((one.how for one in reversed(of.events) if isinstance(one, End) and one.side == "server"), "none")
        for of in (recorded, today)
    )
    return "" if before == now else f"the answer was ended by {before}, and now by {now}"
