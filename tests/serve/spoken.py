"""The exchanges of spec/recordings: what a client says in each, and to what kind of server.

``make recordings`` has them recorded anew from the emulator and the Kafka peer. What means the same as before stays,
so that only what has really changed is seen in version control.
"""

from __future__ import annotations

import base64
import re
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specmill.serve.drift import check_drift
from specmill.serve.recording import AnswerHead, Data, Recording
from specmill.serve.recording_read import read
from specmill.serve.redaction import rules_of
from specmill.serve.server import Server
from specmill.serve.shelf import Shelf, Taking, write_recording
from specmill.serve.upstream import origin
from specmill.serve.verify import VOLATILE, differs
from specmill_kafka import emulator
from tests.serve.flagship import flagship
from tests.serve.recordings import compact, record
from tests.serve.talking import LAST, chunk, connected, head
from tests.support import REPOSITORY

FOLDER = REPOSITORY / "spec" / "recordings"
KEY, SECRET = "an-api-key", "the-secret-of-nobody-at-all"
BASIC = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
Wait = int  # until so many reports have come
Pause = float


@dataclass(frozen=True)
class Exchange:
    steps: tuple[bytes | Wait | Pause, ...]
    topic: str = "orders"
    behaviour: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    signed: bool = True
    fields: tuple[str, ...] = ("Content-Type: application/json", "Accept: application/json")

    @property
    def head(self) -> bytes:
        own = (f"Authorization: Basic {BASIC}",) if self.signed else ()
        target = f"/kafka/v3/clusters/cluster-1/topics/{self.topic}/records"
        return head("POST", target, *self.fields, *own, "Transfer-Encoding: chunked")

    @property
    def body(self) -> bytes:
        return b"".join(step for step in self.steps if isinstance(step, bytes))


def said(number: int) -> bytes:
    return compact(record(number)) + b"\n"


def placed(number: int, partition: int) -> bytes:
    return compact({**record(number), "partition_id": partition}) + b"\n"


BAD_BASE64 = b'{"value":{"type":"BINARY","data":"fooba"}}\n'
NO_TYPE = b'{"value":{"data":{"id":2}}}\n'
BROKEN = b'{"value" {"type":"JSON"}}\n'
KAFKA = {"kafka": True}

EXCHANGES: dict[str, Exchange] = {
    "a-single-record-is-accepted": Exchange((said(1), 1)),
    "a-stream-of-three-records-is-accepted": Exchange((said(1), 1, said(2), 2, said(3), 3), topic="payments"),
    "refused-records-do-not-end-a-stream": Exchange((said(1), BAD_BASE64, NO_TYPE, said(4), 4), topic="mixed"),
    "broken-json-ends-a-stream": Exchange((said(1), 1, BROKEN), topic="broken"),
    "a-rate-limit-refuses-what-is-too-much": Exchange(
        (said(1), said(2), said(3), 3), topic="hurried", behaviour={"rate-records": "1"}
    ),
    "a-request-without-credentials-is-answered-401": Exchange((said(1),), signed=False),
    "too-many-requests-are-turned-away-with-a-page": Exchange(
        (said(1),), topic="crowded", behaviour={"dos": "refuse"}, fields=("Content-Type: application/json",)
    ),
    "a-stream-beyond-its-age-is-answered-408": Exchange(
        (said(1), 1, 0.5, said(2), 2), topic="aged", behaviour={"max-age": "400ms", "grace": "100ms"}
    ),
    "a-kafka-cluster-keeps-three-records-in-two-partitions": Exchange(
        (placed(1, 0), 1, placed(2, 1), 2, placed(3, 0), 3), topic="kept", options=KAFKA
    ),
}


def speak(url: str, exchange: Exchange) -> bytes:
    """Says it as the table has it, and returns the answer."""
    with connected(url) as connection:
        connection.sendall(exchange.head)
        heard = b""
        for step in exchange.steps:
            if isinstance(step, bytes):
                connection.sendall(chunk(step))
            elif isinstance(step, Wait):
                while heard.count(b'"error_code"') < step:
                    heard += received(connection)
            else:
                time.sleep(step)
        with suppress(OSError):  # the server may have ended it all
            connection.sendall(LAST)
        while not is_whole(heard):
            heard += received(connection)
    return heard


def received(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    assert piece, "the answer ended in the middle"
    return piece


def is_whole(heard: bytes) -> bool:
    first, found, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: ([0-9]+)", first)
    return bool(found) and (len(body) >= int(length[1]) if length else body.endswith(LAST))


def record_anew(name: str, to: Path) -> Recording:
    exchange = EXCHANGES[name]
    told: list[str] = []
    behaviour = {"users": f"{KEY}:{SECRET}", **exchange.behaviour}
    file = to / f"{name}.jsonl"
    shelf = Shelf(file, flagship(), rules_of(flagship().normal.tree), mode="all", tell=told.append)
    with Server(emulator(behaviour, exchange.options)) as live, Server(Taking(shelf, origin(live.url))) as proxy:
        speak(proxy.url, exchange)
    assert len(told) == 1, told
    recording = read(file)
    check_drift([recording], flagship())
    return recording


def is_as_before(before: Recording, now: Recording) -> bool:
    """Whether a recording says what another does, in the same pieces."""
    shapes = [
        [(type(event), event.side, getattr(event, "how", None)) for event in one.events if not isinstance(event, Data)]
        for one in (before, now)
    ]
    names = [
        [name for name, _ in event.fields]
        for one in (before, now)
        for event in one.events
        if isinstance(event, AnswerHead)
    ]
    return (
        shapes[0] == shapes[1]
        and names[0] == names[1]
        and before.content("client") == now.content("client")
        and (before.document, before.redacted) == (now.document, now.redacted)
        and not differs(before, now, VOLATILE)
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for name in EXCHANGES:
            now = record_anew(name, Path(folder))
            file = FOLDER / f"{name}.jsonl"
            same = file.exists() and is_as_before(read(file), now)
            if not same:
                write_recording(file, now)
            print(f"{'as before' if same else 'recorded '} {file.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
