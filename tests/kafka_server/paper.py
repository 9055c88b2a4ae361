"""A connection on paper: what is said to it is kept, and its clock goes on when the test says so."""

from __future__ import annotations

import json
import re
from typing import Any

from specmill.serve.exchange import Exchange, Responder
from specmill.serve.head import take_head
from tests.serve.talking import Line

END = "the end of the body"
Step = bytes | float | str
CHUNK = re.compile(rb"([0-9A-F]+)\r\n")


class Paper(Line):
    """The line of one exchange, whose head is said at once."""

    def __init__(self, responder: Responder, head: bytes, unsent: int = 0) -> None:
        super().__init__()
        self.held = False
        self.unsent = unsent
        request = take_head(bytearray(head), 8192)
        assert request is not None
        self.exchange = Exchange(request, self, whole=False)
        self._listener = responder.begin(self.exchange)

    def play(self, *steps: Step) -> None:
        """A piece of the body, its end, or seconds that go by."""
        for step in steps:
            if isinstance(step, float):
                self._pass(step)
            elif self.exchange.over:
                return
            elif isinstance(step, bytes):
                self._listener.received(step)
            else:
                self._listener.ended()

    def _pass(self, seconds: float) -> None:
        until = self.clock + seconds
        while due := [one for one in self.calls if one[0] <= until]:
            at, call = first = min(due, key=lambda one: one[0])
            self.calls.remove(first)
            self.clock = max(self.clock, at)
            call()
        self.clock = until

    def hold(self, still: bool) -> None:
        self.held = still

    @property
    def status(self) -> int:
        return int(self.said[9:12] or 0)

    @property
    def chunks(self) -> list[bytes]:
        body = self.said.partition(b"\r\n\r\n")[2]
        found: list[bytes] = []
        while size := CHUNK.match(body):
            end = size.end() + int(size[1], 16)
            found.append(body[size.end() : end])
            body = body[end + 2 :]
        return [one for one in found if one]

    @property
    def codes(self) -> list[int]:
        chunked = b"Transfer-Encoding: chunked" in self.said
        body = b"".join(self.chunks) if chunked else self.said.partition(b"\r\n\r\n")[2]
        told: list[dict[str, Any]] = [json.loads(line) for line in body.splitlines() if line]
        return [one["error_code"] for one in told if "error_code" in one]
