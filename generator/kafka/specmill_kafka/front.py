"""The emulator's front before a peer: what it judges ahead of the broker is judged the same, the rest is the peer's.

The peer's producer calls back in a thread of its own; what it says is handed to the server's thread, where the reports
keep their order.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial

from specmill.errors import Place, SpecmillError
from specmill.serve.exchange import Exchange, Listener
from specmill_kafka.batch import Batch
from specmill_kafka.behaviour import OF_THE_BROKER
from specmill_kafka.judge import Judge
from specmill_kafka.log import Stored
from specmill_kafka.meaning import Fault, Meant
from specmill_kafka.outbox import Outbox
from specmill_kafka.peer import Outcome, Peer
from specmill_kafka.production import Production
from specmill_kafka.reports import Slot, Successes, refusal
from specmill_kafka.responder import KafkaRest


def before_peer(behaviour: Mapping[str, str], servers: str | None) -> BeforePeer:
    """Without ``servers`` a mock cluster is started."""
    try:
        import confluent_kafka  # noqa: F401  # whether it is there, and whole
    except ImportError as error:
        hint = "pip install 'specmill[kafka]'"
        raise SpecmillError("confluent-kafka is not installed", place=Place("--kafka"), hint=hint) from error
    return BeforePeer(behaviour, servers)


class BeforePeer(KafkaRest):
    def __init__(self, behaviour: Mapping[str, str], servers: str | None) -> None:
        _check_whose(behaviour)
        super().__init__(behaviour)
        self._peer = Peer(servers)
        self._said: deque[Callable[[], None]] = deque()
        self._woken = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def peer(self) -> str:
        """Where other clients find the cluster."""
        return self._peer.servers

    @property
    def is_plain(self) -> bool:
        return False

    def behave(self, **switches: str) -> None:
        _check_whose(name.replace("_", "-") for name in switches)
        super().behave(**switches)

    def create_topic(self, name: str, partitions: int | None = None) -> None:
        raise SpecmillError("topics are the cluster's to create", place=Place(self.peer))

    def records(self, topic: str) -> tuple[Stored, ...]:
        return self._peer.read(topic)

    def close(self) -> None:
        self._peer.close()

    def send(self, topic: str, record: Meant, told: Callable[[Outcome], None]) -> None:
        """``told`` is called in the server's thread, later."""
        self._peer.send(topic, record, lambda outcome: self._hand_over(partial(told, outcome)))

    def _hand_over(self, say: Callable[[], None]) -> None:
        self._said.append(say)
        if not self._woken and self._loop is not None:  # once for many
            self._woken = True
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._say)

    def _say(self) -> None:
        self._woken = False  # ahead of the look, so that nothing is missed
        while self._said:
            self._said.popleft()()

    def begin(self, exchange: Exchange) -> Listener:
        self._loop = asyncio.get_running_loop()
        return super().begin(exchange)

    def _batch(self, exchange: Exchange, cluster: str, topic: str) -> Listener:
        return PeerBatch(exchange, self, cluster, topic)

    def _stream(self, exchange: Exchange, cluster: str, topic: str) -> PeerStream:
        return PeerStream(exchange, self, cluster, topic, partial(self._outbox, exchange))


def _check_whose(switches: Iterable[str]) -> None:
    """To take a switch that turns nothing would be to lie."""
    other = next((name for name in switches if name in OF_THE_BROKER), None)
    if other is not None:
        hint = "leave it out, or the cluster: the emulator alone has all switches"
        raise SpecmillError(f"{other} is the cluster's to decide here", place=Place("--behaviour"), hint=hint)


class PeerJudge(Judge):
    """Which topics and partitions there are, the peer alone knows."""

    def missing(self, record: Meant) -> Fault | None:
        return None


class PeerStream(Production):
    def __init__(
        self, exchange: Exchange, home: BeforePeer, cluster: str, topic: str, outbox: Callable[[], Outbox]
    ) -> None:
        super().__init__(exchange, home, cluster, topic, outbox)
        self._judge = PeerJudge(home, cluster, topic)
        self._front, self._topic = home, topic
        self._successes = Successes(cluster, topic)

    def _acknowledged_at_once(self) -> bool:
        return False

    def _send(self, clock: int) -> None:
        sends, self._sends = self._sends, []
        for record, slot in sends:
            self._front.send(self._topic, record, partial(self._told, record, slot))

    def _store_unsaid(self, record: Meant, clock: int) -> None:
        self._front.send(self._topic, record, lambda outcome: None)

    def _told(self, record: Meant, slot: Slot, outcome: Outcome) -> None:
        self._acknowledged([(slot, _report(self._successes, record, outcome))])


class PeerBatch(Batch):
    def __init__(self, exchange: Exchange, home: BeforePeer, cluster: str, topic: str) -> None:
        super().__init__(exchange, home, cluster, topic)
        self._judge = PeerJudge(home, cluster, topic)
        self._front, self._topic = home, topic
        self._successes = Successes(cluster, topic)

    def _answer(self, records: list[tuple[str, Meant]]) -> None:
        reports: dict[int, bytes] = {}

        def told(place: int, outcome: Outcome) -> None:
            reports[place] = _report(self._successes, records[place][1], outcome)
            if len(reports) == len(records):
                self._tell([(name, json.loads(reports[n])) for n, (name, _) in enumerate(records)])

        now = self._exchange.now()
        for place, (_, record) in enumerate(records):
            refused = self._judge.refused(record, now)
            if refused is None:
                self._front.send(self._topic, record, partial(told, place))
            else:
                told(place, refused)


def _report(successes: Successes, record: Meant, outcome: Outcome) -> bytes:
    return refusal(outcome) if isinstance(outcome, Fault) else successes.report(record, *outcome)
