"""The rows of the facts' table once more: what the emulator answers is recorded, and answered again from the recording.

Left out is what no recording of an operation can hold: requests that lead to none (405, 404, batches), a client that
is gone or does not read (41, 42), and switches that are turned in the middle (38).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from specmill.serve.recording_read import read
from specmill.serve.redaction import rules_of
from specmill.serve.replay import MODES, Mode, replaying
from specmill.serve.server import Server
from specmill.serve.shelf import Shelf, Taking
from specmill.serve.upstream import origin
from specmill_kafka.responder import KafkaRest
from tests.kafka_server.raw import LAST, Answer, Client, chunk, head, whole
from tests.kafka_server.test_table import BROKER, ENDS, GOOD, PAGES, RECORDS, REQUESTS, value
from tests.serve.flagship import flagship


@dataclass(frozen=True)
class Row:
    sent: bytes
    switches: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    half_closed: bool = False

    def __post_init__(self) -> None:
        """The emulator answers below /v3 too; recordings are of the document's paths."""
        object.__setattr__(self, "sent", self.sent.replace(b" /v3/", b" /kafka/v3/", 1))


def opened(content: bytes) -> bytes:
    """The body stays open."""
    return head() + chunk(content)


SIZE = re.compile(rb"^[0-9A-F]+\r\n")
SLOW = {"idle": "50ms"}
ROWS = {
    **{name: Row(whole(sent + GOOD)) for name, (sent, _, _) in RECORDS.items()},
    **{name: Row(opened(GOOD + sent + GOOD)) for name, (sent, _) in ENDS.items()},
    **{name: Row(whole(GOOD + GOOD), {"broker": said, "broker-every": "2"}) for name, (said, _, _) in BROKER.items()},
    **{
        name: Row(head("Transfer-Encoding: chunked", *filter(None, [accept])) + LAST, {"dos": "refuse"})
        for name, (accept, _, _) in PAGES.items()
    },
    **{name: Row(REQUESTS[name][0]) for name in ("46 media type", "46 accept", "47 charset", "49 nothing at all")},
    "17 partition too high": Row(
        whole(b'{"partition_id":7}' + GOOD), {"stall": "20ms", "topics": "known"}, {"orders": 3}
    ),
    "18 unknown topic": Row(whole(b"{}" + GOOD), {"stall": "20ms", "topics": "known"}),
    "20 unknown cluster": Row(whole(GOOD), {"clusters": "a,b"}),
    "21 too large for the broker": Row(whole(value('"%s"' % ("x" * 40)) + GOOD), {"message-size": "100"}),
    "22 over the limit": Row(opened(GOOD * 20 + value('"%s"' % ("x" * 200)) + GOOD), {"request-size": "100"}),
    "23 rate limit": Row(whole(GOOD * 3), {"rate-records": "1"}),
    "31 ends inside a record": Row(whole(GOOD + b'{"value":')),
    "33 silence between records": Row(opened(GOOD), SLOW),
    "34 silence ahead of the first byte": Row(head(), SLOW),
    "35 silence inside a record": Row(opened(GOOD + b'{"value":'), SLOW),
    "36 after the age": Row(whole(GOOD + b"[]" + GOOD), {"max-age": "0s"}),
    "37 after the grace": Row(opened(GOOD), {"max-age": "0s", "grace": "0s", "408-close": "timer"}),
    "39 the client ends the body": Row(whole(GOOD * 3)),
    "40 half-closed between records": Row(opened(GOOD), half_closed=True),
    "40 half-closed inside a record": Row(opened(GOOD + b'{"a":'), half_closed=True),
    "40 bad framing": Row(opened(GOOD) + b"zz\r\n"),
    "43 reset": Row(whole(GOOD), {"reset-after": "30"}),
    "43 cut": Row(whole(GOOD), {"cut-after": "30"}),
    "44 the filter's time limit": Row(opened(GOOD), {"dos-max-age": "50ms"}),
    "48 empty body": Row(whole(b"")),
    "48 white body": Row(whole(b" \n")),
    "48 no length": Row(head("Content-Length: 0")),
    "50 gzip": Row(whole(GOOD * 3, "Accept-Encoding: gzip")),
    "51 an expectation": Row(whole(GOOD, "Expect: 100-continue")),
    "51 an expectation that is lost": Row(whole(GOOD, "Expect: 100-continue"), {"expect": "lost"}),
    "53 out of order": Row(whole(GOOD * 9), {"ack-delay": "5ms", "ack-reorder": "yes"}),
}


def told_in(server: Server, row: Row) -> Answer:
    with Client(server) as client:
        client.send(row.sent)
        if row.half_closed:
            client.socket.shutdown(1)
        return client.answer()


def recorded(row: Row, file: Path) -> Answer:
    """What a client of the proxy is told."""
    kafka = KafkaRest({})
    kafka.behave(**{name.replace("-", "_"): value for name, value in row.switches.items()})
    for topic, partitions in row.topics.items():
        kafka.create_topic(topic, partitions)
    heard: list[str] = []
    shelf = Shelf(file, flagship(), rules_of(flagship().normal.tree), mode="all", tell=heard.append)
    with Server(kafka) as live, Server(Taking(shelf, origin(live.url))) as proxy:
        answer = told_in(proxy, row)
    assert heard[-1].startswith("recorded "), heard  # ahead of it, what the document does not allow
    return answer


def meant(answer: Answer) -> tuple[int, bytes, bool]:
    """Whether it was compressed, or where a chunk that was cut began, is no matter of meaning."""
    body = answer.body
    if body.startswith(b"\x1f\x8b"):
        body = zlib.decompress(body, 31)
    return answer.status, body if answer.complete else SIZE.sub(b"", body), answer.complete


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_answered_from_its_recording_as_by_the_emulator(name: str, tmp_path: Path) -> None:
    row, file = ROWS[name], tmp_path / "row.jsonl"
    live = recorded(row, file)
    recording = read(file)
    for mode in MODES:
        with Server(replaying([recording], flagship(), mode)) as server:
            assert meant(live) == meant(told_in(server, row)), mode


@pytest.mark.parametrize("name", ["1 good record", "29 garbage", "31 ends inside a record", "53 out of order"])
@pytest.mark.parametrize("mode", MODES)
def test_a_recording_does_not_answer_another_row(name: str, mode: Mode, tmp_path: Path) -> None:
    file = tmp_path / "row.jsonl"
    recorded(ROWS[name], file)
    with Server(replaying([read(file)], flagship(), mode)) as server, Client(server) as client:
        client.send(whole(b'{"value":{"type":"STRING","data":"another"}}'))
        answer = client.answer()
    assert b"no recording matches" in answer.body
