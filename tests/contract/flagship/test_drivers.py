"""A stream's life, step by step as Hypothesis makes it up, through all three drivers of the client to the emulator."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

import specmill_kafka
from kafka_rest import ProduceRequest, ProduceRequestData
from specmill.serve.server import Server
from specmill_kafka.responder import KafkaRest
from tests.contract.flagship.effort import examples
from tests.contract.flagship.hands import HANDS, Broken, Hand, Pair

REFUSED: dict[
    str, tuple[int, dict[str, Any]]
] = {  # what the document allows and the server refuses: the code of its report
    "partition": (40402, {"partition_id": -1}),
    "no type": (422, {"key": ProduceRequestData(data=1)}),
    "no text": (400, {"key": ProduceRequestData(type="STRING", data=1)}),
    "no base64": (400, {"key": ProduceRequestData(type="BINARY", data="?")}),
}
REPORTS = ("two-chunks", "one-chunk", "several", "split")
WINDOWS = (1, 2, 7, 1000)
BREAKS = ("reset_after", "cut_after")
TOPICS = itertools.count()


def number_of(record: ProduceRequest) -> int:
    assert isinstance(record.value, ProduceRequestData) and isinstance(record.value.data, dict)
    number: int = record.value.data["n"]
    return number


class Lives(RuleBasedStateMachine):
    """The model: the code that each record has to be told, and how far one has read. Nobody sleeps: who waits reads."""

    server: Server
    kafka: KafkaRest
    driver: str

    @initialize(window=st.sampled_from(WINDOWS), reports=st.sampled_from(REPORTS), head=st.booleans())
    def begin(self, window: int, reports: str, head: bool) -> None:
        self.behave(reports=reports, head="immediate" if head else "first-byte")
        self.topic = f"topic-{next(TOPICS)}"
        self.hand: Hand = HANDS[self.driver](self.server.url, self.topic, window)
        self.codes: list[int] = []
        self.told = 0
        self.doubtful: set[int] = set()  # numbers of records of which nobody knows whether they are stored

    def behave(self, **switches: str) -> None:
        self.server.do(lambda: self.kafka.behave(**switches))

    # --- what a caller does

    @rule(kinds=st.lists(st.sampled_from([None, None, None, *REFUSED]), min_size=1, max_size=9))
    def sends(self, kinds: list[str | None]) -> None:
        self.hand.send(self.made(kinds))

    @precondition(lambda self: self.told < len(self.codes))
    @rule(data=st.data())
    def reads(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(1, len(self.codes) - self.told))
        self.has_come(self.hand.read(count), count)

    @rule()
    def ends(self) -> None:
        self.has_come(self.hand.end(), len(self.codes) - self.told)

    @precondition(lambda self: self.told == len(self.codes))
    @rule(how=st.sampled_from(BREAKS), after=st.integers(0, 1500), count=st.integers(1, 20))
    def breaks(self, how: str, after: int, count: int) -> None:
        """The server leaves in the middle of its answer; what has no report then is unknown or was never sent."""
        self.hand.end()
        self.behave(**{how: str(after)})
        try:
            self.hand.send(self.made([None] * count))
            self.has_come(self.hand.end(), count)
        except Broken as broken:
            self.has_come(broken.pairs, len(broken.pairs))
            self.has_no_report(broken)
        finally:
            self.behave(**{how: "off"})

    # --- what has to be

    def made(self, kinds: Sequence[str | None]) -> list[ProduceRequest]:
        found = []
        for kind in kinds:
            code, members = REFUSED[kind] if kind is not None else (200, {})
            value = ProduceRequestData(type="JSON", data={"n": len(self.codes)})
            found.append(ProduceRequest(value=value, **members))
            self.codes.append(code)
        return found

    def has_come(self, pairs: Sequence[Pair], count: int) -> None:
        """So many, in the order in which they were sent, each with the verdict of its own record."""
        numbers = range(self.told, self.told + count)
        assert [(n, self.codes[n]) for n in numbers] == [(number_of(r), report.error_code) for r, report in pairs]
        self.told += count

    def has_no_report(self, broken: Broken) -> None:
        rest = list(range(self.told, len(self.codes)))
        assert rest == [number_of(one) for one in (*broken.unknown, *broken.unsent)]
        self.doubtful.update(map(number_of, broken.unknown))
        for number in map(number_of, broken.unsent):
            self.codes[number] = 0  # it cannot be there
        self.told = len(self.codes)

    def teardown(self) -> None:
        if not hasattr(self, "hand"):
            return
        try:
            with suppress(Broken):  # of a life that has failed already
                self.has_come(self.hand.end(), len(self.codes) - self.told)
            stored = [one.json["n"] for one in self.kafka.records(self.topic)]
            accepted = [number for number, code in enumerate(self.codes) if code == 200]
            assert stored == [number for number in accepted if number in stored or number not in self.doubtful]
        finally:
            self.hand.leave()


@pytest.mark.parametrize("driver", HANDS)
def test_a_stream_lives_as_its_model(driver: str) -> None:
    kafka = specmill_kafka.emulator({})
    with Server(kafka) as server:
        life = type("Life", (Lives,), {"server": server, "kafka": kafka, "driver": driver})
        run_state_machine_as_test(life, settings=settings(examples(40), stateful_step_count=15))
    assert [] == server.failures
