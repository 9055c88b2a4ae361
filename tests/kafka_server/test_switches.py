"""Every switch of the emulator, turned while it serves: for the next request, and for a stream that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from specmill.serve.exchange import Ending
from specmill_kafka.behaviour import ROWS
from specmill_kafka.responder import KafkaRest
from tests.kafka_server.paper import END, Paper, Step
from tests.kafka_server.raw import head
from tests.kafka_server.test_table import GOOD, header

CHUNKED = "Transfer-Encoding: chunked"
RECORDS, BATCH = "/v3/clusters/c/topics/orders/records", "/v3/clusters/c/topics/orders/records:batch"
ESCAPED = "/v3/clusters/c/topics/a%2Fb/records"
Look = Callable[[Paper, KafkaRest], Any]


def codes(paper: Paper, kafka: KafkaRest) -> Any:
    return paper.codes


def status(paper: Paper, kafka: KafkaRest) -> Any:
    return paper.status


def ending(paper: Paper, kafka: KafkaRest) -> Any:
    return paper.how


def stored(paper: Paper, kafka: KafkaRest) -> Any:
    return len(kafka.records("orders"))


def says(text: bytes) -> Look:
    return lambda paper, kafka: text in paper.said


@dataclass(frozen=True)
class Turn:
    to: str
    before: Any  # what is looked at while it is as by itself
    after: Any
    steps: tuple[Step, ...] = (GOOD,)
    look: Look = codes
    others: Mapping[str, str] = field(default_factory=dict)
    head: bytes = field(default_factory=head)
    unsent: int = 0
    by_the_head: bool = False  # nothing that is open can be changed by it any more


OLD = {"max-age": "1s"}
SLOW = {"idle": "1s", "unread-bytes": "off"}
FULL = 10_000_000  # bytes that the client has not taken
ENTRIES = b'{"entries":[{"id":"a"},{"id":"b"}]}'
TURNS: dict[str, Turn] = {
    "head": Turn("first-byte", 200, 0, (), status, by_the_head=True),
    "expect": Turn("lost", [200], [], (GOOD, END), head=head(CHUNKED, "Expect: 100-continue"), by_the_head=True),
    "terminal": Turn("alone", [400, 400], [400], (b'{"a":tru}',)),
    "judge": Turn("document", [500, 200], [400, 200], (b"null " + GOOD,)),
    "header-base64": Turn("refused", [400, 400], [400, 200], (header("fooba") + GOOD,)),
    "reports": Turn("several", 4, 1, (GOOD + GOOD,), lambda paper, kafka: len(paper.chunks)),
    "ack-delay": Turn("1s", [200], [], (GOOD, 0.5)),
    "ack-reorder": Turn("yes", [200], [], (GOOD, 1.5), others={"ack-delay": "1s"}),
    "log": Turn("duplicates", 1, 2, look=stored),
    "broker": Turn("fails", [200], [50002]),
    "broker-every": Turn("2", [50002, 50002], [200, 50002], (GOOD + GOOD,), others={"broker": "fails"}),
    "topics": Turn("known", [200], [40401], (GOOD, 60.0), others={"idle": "off"}),
    "partitions": Turn("8", [40401], [200], (b'{"partition_id":7}', 60.0), others={"idle": "off"}),
    "stall": Turn("1s", [], [40401], (GOOD, 1.5), others={"topics": "known"}),
    "clusters": Turn("a,b", 200, 404, look=status, by_the_head=True),
    "users": Turn("k:s", 200, 401, look=status, by_the_head=True),
    "tokens": Turn("t", 200, 401, look=status, by_the_head=True),
    "unauthorized": Turn("page", False, True, look=says(b"text/html"), others={"users": "k:s"}, by_the_head=True),
    "denied-topics": Turn("orders", 200, 403, look=status, by_the_head=True),
    "ambiguous-paths": Turn("refused", 200, 400, look=status, head=head(path=ESCAPED), by_the_head=True),
    "idle": Turn("1s", [200], [200, 400], (GOOD, 1.5)),
    "max-age": Turn("1s", [200, 200], [200, 408], (GOOD, 1.5, GOOD)),
    "grace": Turn("5s", [408], [408, 408], (1.5, GOOD, 1.0, GOOD), others=OLD),
    "408-stores": Turn("no", 1, 0, (1.5, GOOD), stored, OLD),
    "408-close": Turn("timer", None, "answered", (1.5, GOOD, 1.0), ending, OLD),
    "request-size": Turn("10", [200], [400]),
    "message-size": Turn("10", [200], [413]),
    "rate-records": Turn("1", [200, 200], [200, 429], (GOOD + GOOD,)),
    "rate-bytes": Turn("40", [200, 200], [200, 429], (GOOD + GOOD,)),
    "rate-all-records": Turn("1", [200, 200], [200, 429], (GOOD + GOOD,)),
    "rate-all-bytes": Turn("40", [200, 200], [200, 429], (GOOD + GOOD,)),
    "unread": Turn("hold", Ending.CUT, None, (GOOD, 3.0), ending, SLOW, unsent=FULL),
    "unread-bytes": Turn("10", False, True, look=lambda paper, kafka: paper.held, unsent=FULL),
    "reset-after": Turn("30", None, Ending.RESET, look=ending),
    "cut-after": Turn("30", None, Ending.CUT, look=ending),
    "gzip": Turn(
        "off", True, False, (), says(b"Content-Encoding: gzip"), {}, head(CHUNKED, "Accept-Encoding: gzip"), 0, True
    ),
    "dos": Turn("refuse", 200, 429, look=status, by_the_head=True),
    "dos-close": Turn(
        "always", False, True, look=says(b"Connection: close"), others={"dos": "refuse"}, by_the_head=True
    ),
    "dos-max-age": Turn("1s", None, Ending.CLOSE, (GOOD, 1.5), ending),
    "batch-entries": Turn("1", 207, 422, (ENTRIES, END), status, head=head(path=BATCH)),
    "fails": Turn("503", 200, 503, look=status, by_the_head=True),
}


def opened(turn: Turn) -> tuple[KafkaRest, Paper]:
    kafka = KafkaRest(turn.others)
    return kafka, Paper(kafka, turn.head, turn.unsent)


def test_every_switch_is_tried() -> None:
    assert [row[0] for row in ROWS] == list(TURNS)


@pytest.mark.parametrize("name", TURNS)
def test_a_switch_is_as_by_itself_until_it_is_turned(name: str) -> None:
    turn = TURNS[name]
    kafka, paper = opened(turn)
    paper.play(*turn.steps)
    assert turn.before == turn.look(paper, kafka)


@pytest.mark.parametrize("name", TURNS)
def test_a_switch_that_is_turned_holds_for_the_next_request(name: str) -> None:
    turn = TURNS[name]
    kafka = KafkaRest(turn.others)
    kafka.behave(**{name.replace("-", "_"): turn.to})
    paper = Paper(kafka, turn.head, turn.unsent)
    paper.play(*turn.steps)
    assert turn.after == turn.look(paper, kafka)


@pytest.mark.parametrize("name", [name for name, turn in TURNS.items() if not turn.by_the_head])
def test_a_switch_that_is_turned_holds_for_a_stream_that_is_open(name: str) -> None:
    turn = TURNS[name]
    kafka, paper = opened(turn)
    paper.play(b"\n")
    kafka.behave(**{name.replace("-", "_"): turn.to})
    paper.play(*turn.steps)
    assert turn.after == turn.look(paper, kafka)


@pytest.mark.parametrize("close", ["next-byte", "timer", "idle"])
def test_an_old_stream_ends_by_the_latest_when_its_client_falls_silent(close: str) -> None:
    paper = Paper(KafkaRest({**OLD, "408-close": close}), head())
    paper.play(1.5, GOOD, 60.0)
    assert ([408], "answered") == (paper.codes, paper.how)


@pytest.mark.parametrize(("close", "ends"), [("next-byte", "answered"), ("idle", None)])
def test_only_the_next_byte_or_silence_ends_an_old_stream_without_a_timer(close: str, ends: str | None) -> None:
    paper = Paper(KafkaRest({**OLD, "408-close": close}), head())
    paper.play(1.5, GOOD, 1.0, b"\n")
    assert ends == paper.how


WAITS = {  # switches, what is in each entry, seconds until the whole batch is answered
    "nothing": ({"stall": "off"}, b"", 0.0),
    "the broker": ({"stall": "off", "ack-delay": "2s"}, b"", 2.0),
    "each entry without a place": ({"stall": "2s"}, b',"partition_id":99', 4.0),
    "in vain": ({"ack-delay": "off"}, b"", float("inf")),
}


@pytest.mark.parametrize("name", WAITS)
def test_a_batch_waits_for_the_slowest_of_its_entries(name: str) -> None:
    switches, entry, seconds = WAITS[name]
    paper = Paper(KafkaRest(switches), head(path=BATCH))
    paper.play(b'{"entries":[{"id":"a"%b},{"id":"b"%b}]}' % (entry, entry), END)
    waited = 0.0
    while not paper.how and waited < 60:
        paper.play(1.0)
        waited += 1.0
    assert min(seconds, 60) == waited
