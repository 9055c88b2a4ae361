"""One stream of records: read, judged, stored, and reported in their order, whenever the broker acknowledges them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial

from specmill.serve.exchange import Ending, Exchange, Lost
from specmill_kafka.behaviour import NEVER
from specmill_kafka.judge import Home, Judge
from specmill_kafka.meaning import Fault, Meant
from specmill_kafka.outbox import Outbox
from specmill_kafka.records import READING, Decoder, Item, Last
from specmill_kafka.reports import Slot, refusal

TOO_OLD = Fault(408, "Streaming connection open for longer than allowed: Connection will be closed.")
PATIENCE = 1.0  # seconds that the end of an old stream waits for its grace to end, when the client has ended it


class Production:
    """The listener of one stream."""

    def __init__(self, exchange: Exchange, home: Home, cluster: str, topic: str, outbox: Callable[[], Outbox]) -> None:
        self._exchange = exchange
        exchange.patience = NEVER  # its own clocks say more of silence
        self._home = home
        self._behaviour = home.behaviour
        self._judge = Judge(home, cluster, topic)
        self._make_outbox = outbox
        self._outbox: Outbox | None = None
        self._decoder = Decoder()
        self._items: deque[Item] = deque()
        self._slots: deque[bytes | Slot] = deque()
        self._sends: list[tuple[Meant, Slot]] = []
        self._began = self._heard = exchange.now()
        self._blocked = self._held = False
        self._no_more = False  # of the body is read
        self._ended = False  # the body is complete
        self._closing = False
        self._grace_ends: float | None = None
        self._silent = False  # an idle time has passed, and been told
        if self._behaviour.word("head") == "immediate":
            self._open()
        self._stop_clocks: tuple[Callable[[], None], ...] = ()
        self.heed_switches()

    def heed_switches(self) -> None:
        """When it begins, and when they are turned: what is not looked up with each record."""
        self._decoder.quick = not self._home.weighs
        self._decoder.longest = self._behaviour.number("request-size")
        self._decoder.strict = self._behaviour.word("judge") == "document"
        self._decoder.strays = self._behaviour.word("header-base64") == "ends-stream"
        self._set_clocks()

    # --- told by the connection

    def received(self, content: bytes) -> None:
        self._open()
        self._heard = self._exchange.now()
        if self._no_more:
            return
        if self._grace_over() and self._behaviour.word("408-close") == "next-byte":
            return self._finish()
        self._items.extend(self._decoder.read(content))
        if not self._exchange.whole:  # the end of that is told next
            self._work()

    def ended(self) -> None:
        self._open()
        self._ended = True
        if self._no_more:
            return
        self._items.extend(self._decoder.end())
        self._work()

    def lost(self, why: Lost, told: str) -> None:
        if why is Lost.GONE or self._no_more:
            self._no_more = True
            return
        self._open()
        early = Fault(400, f"{READING}Early EOF")
        self._items.append(Last((Fault(500, "Internal Server Error"), early) if self._decoder.inside else (early,)))
        self._work()

    def drained(self) -> None:
        pass  # the outbox looks for itself

    # --- records

    def _work(self) -> None:
        """Everything that has come, up to a record that is waited with."""
        clock = time.time_ns() // 1_000_000
        now = self._exchange.now()
        plainly = self._plainly(now)
        while self._items and not self._blocked and not self._no_more:
            if plainly:
                self._judge.all_stored(self._items, clock, self._slots)
            if self._items:
                self._take(self._items.popleft(), now, clock)
        self._send(clock)
        if self._ended and not self._items and not self._blocked:
            self._body_ended()
        self._release()
        self._hold()

    def _take(self, item: Item, now: float, clock: int) -> None:
        if isinstance(item, Last):
            told = item[-1:] if self._behaviour.word("terminal") == "alone" else item
            self._slots.extend(map(refusal, told))
            self._no_more = True
        elif now - self._began > self._behaviour.number("max-age"):
            self._too_old(item, now, clock)
        elif isinstance(item, Fault):
            self._slots.append(refusal(item))
        else:
            self._produce(item, now, clock)

    def _produce(self, record: Meant, now: float, clock: int) -> None:
        refused = self._judge.refused(record, now)
        if refused is not None:
            self._slots.append(refusal(refused))
            return
        missing = self._judge.missing(record)
        if missing is not None:
            return self._stall(missing)
        if self._acknowledged_at_once():
            self._slots.append(self._judge.stored(record, clock))
            return
        slot = Slot()
        self._slots.append(slot)
        self._sends.append((record, slot))

    def _plainly(self, now: float) -> bool:
        """Whether good records are stored and told of at once, whatever they are."""
        young = now - self._began <= self._behaviour.number("max-age")
        as_sent = self._behaviour.word("log") == "as-sent" and not self._behaviour.number("ack-delay")
        return young and as_sent and self._home.is_plain

    def _acknowledged_at_once(self) -> bool:
        return not self._behaviour.number("ack-delay") and self._behaviour.word("log") != "reordered"

    def _send(self, clock: int) -> None:
        """To the broker, all that one piece of the body has brought."""
        sends, self._sends = self._sends, []
        if not sends:
            return
        order = list(range(len(sends)))
        if self._behaviour.word("log") == "reordered":
            order = [place ^ 1 if place ^ 1 < len(sends) else place for place in order]
        reports = {place: self._judge.stored(sends[place][0], clock) for place in order}
        delay = self._behaviour.number("ack-delay")
        groups = (0, 1) if self._behaviour.yes("ack-reorder") else (0,)
        for group in groups:
            told = [(sends[place][1], reports[place]) for place in range(len(sends))[group :: len(groups)]]
            self._await(delay * (len(groups) - group), partial(self._acknowledged, told))

    def _acknowledged(self, told: list[tuple[Slot, bytes]]) -> None:
        for slot, report in told:
            slot.report = report
        self._release()

    def _stall(self, missing: Fault) -> None:
        """The producer waits for a topic, and all that is behind this record waits with it."""
        slot = Slot()
        self._slots.append(slot)
        self._blocked = True

        def over() -> None:
            slot.report = refusal(missing)
            self._blocked = False
            self._heard = self._exchange.now()
            self._work()

        self._await(self._behaviour.number("stall"), over)

    def _too_old(self, item: Item, now: float, clock: int) -> None:
        if self._grace_ends is None:
            grace = self._behaviour.number("grace")
            self._grace_ends = now + grace
            if self._behaviour.word("408-close") == "timer":
                self._await(grace, self._finish)
        if now > self._grace_ends:
            return
        self._slots.append(refusal(TOO_OLD))
        if not self._behaviour.yes("408-stores") or not isinstance(item, Meant):
            return
        if self._judge.refused(item, now) is None and self._judge.missing(item) is None:
            self._store_unsaid(item, clock)

    def _store_unsaid(self, record: Meant, clock: int) -> None:
        self._judge.stored(record, clock)

    def _grace_over(self) -> bool:
        return self._grace_ends is not None and self._exchange.now() > self._grace_ends

    # --- reports

    def _open(self) -> None:
        if self._outbox is None:
            self._outbox = self._make_outbox()

    def _release(self) -> None:
        """The reports that all earlier ones are there for; behind the last of them the answer ends."""
        ready: list[bytes] = []
        while self._slots:
            first = self._slots[0]
            report = first.report if isinstance(first, Slot) else first
            if report is None:
                break
            ready.append(report)
            self._slots.popleft()
        outbox = self._outbox
        if outbox is None:
            return
        outbox.put(ready)
        if self._no_more and not self._slots and not self._closing and not self._silent:
            self._closing = True
            outbox.close(self._exchange.end)

    def _hold(self) -> None:
        """Nothing is read from a client while a record blocks, or while its reports lie here in heaps."""
        held = self._blocked or (self._outbox is not None and self._outbox.full)
        if held != self._held:
            self._held = held
            self._exchange.hold(held)
        if held and not self._blocked:
            self._await(0.01, self._hold)

    def _body_ended(self) -> None:
        if self._grace_ends is None:
            self._no_more = True
        elif not self._no_more:
            left = min(max(0.0, self._grace_ends - self._exchange.now()), PATIENCE)
            self._await(left, self._finish)

    def _finish(self) -> None:
        self._open()
        self._no_more, self._silent = True, False
        self._release()

    # --- time

    def _await(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """What is returned calls it off."""
        return _nothing if seconds == NEVER else self._exchange.later(seconds, call)

    def _set_clocks(self) -> None:
        for stop in self._stop_clocks:
            stop()
        now = self._exchange.now()
        left = self._behaviour.number("dos-max-age") - (now - self._began)
        patience = self._behaviour.number("idle") - (now - self._heard)
        self._stop_clocks = (
            self._await(max(0.0, left), self._cut_by_filter),
            _nothing if self._exchange.whole else self._await(max(0.0, patience), self._silence),
        )

    def _silence(self) -> None:
        idle = self._behaviour.number("idle")
        if self._ended or self._no_more:
            return
        if self._held:  # it is not the client who is silent
            self._heard = self._exchange.now()
        if self._exchange.now() - self._heard < idle:
            return self._set_clocks()
        self._open()
        if self._grace_over():
            return self._finish()
        self._tell_of_silence(idle)

    def _tell_of_silence(self, idle: float) -> None:
        limit = f"{idle * 1000:.0f}"
        expired = f"{READING}java.util.concurrent.TimeoutException: Idle timeout expired: {limit}/{limit} ms"
        self._no_more = True
        if not self._decoder.begun:
            self._silent = True
            self._slots.append(refusal(Fault(400, f"{READING}Unexpected error while starting JSON stream:")))
            self._await(idle, self._finish)
        elif self._decoder.inside:
            self._silent = True
            self._slots.append(refusal(Fault(500, "Internal Server Error")))
            self._await(idle, lambda: self._last_words(expired))
        else:
            self._slots.append(refusal(Fault(400, expired)))
        self._release()

    def _last_words(self, message: str) -> None:
        self._slots.append(refusal(Fault(400, message)))
        self._finish()

    def _cut_by_filter(self) -> None:
        """A filter in front that bounds every request knows nothing of chunks."""
        self._open()
        if self._outbox is not None:
            self._outbox.put([refusal(Fault(400, f"{READING}null"))])
        self._exchange.finish(Ending.CLOSE)


def _nothing() -> None:
    pass
