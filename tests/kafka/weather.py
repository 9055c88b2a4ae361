"""A server that breaks again and again, in every way of the table of faults, and says which ways were reached."""

from __future__ import annotations

import socket
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, SimpleQueue
from random import Random
from threading import Event, Lock
from typing import Any

from tests.duplex.channel import Gone
from tests.duplex.conversation import Conversation
from tests.duplex.expected import AFTER, Fault, exactly
from tests.duplex.faults import FAULTS
from tests.duplex.faults_end import EveryThirdIsTooMany, begun, ended, fewer_reports
from tests.duplex.faults_framing import of_known_length, shorter_than_announced, surplus_report
from tests.duplex.faults_stall import buffers
from tests.duplex.reports import IDLE, refused
from tests.duplex.wire import NotHttp
from tests.kafka.producers import number_of

NAME = "a name that does not resolve"
CERTIFICATE = "a certificate that does not match"
EVERY = 25  # lookup or handshake fails
PATIENCE = 8.0  # seconds for a client to say how it left a stream; it is longer than any of its time-outs
TRIES = 8  # of a way that a stream did not live to see, in each round
WITHOUT_LIMIT = ("timed out", "unended", "protocol")  # there a client's leaving may be what the way comes to
# These say nothing before the request is complete.
AT_THE_END = (fewer_reports, of_known_length, shorter_than_announced, surplus_report, buffers)


class Starved(Exception):
    """The client left before it had sent more than the buffers hold."""


class Weather:
    """Fair and foul by turns: every other stream goes well for a while, and those between break, each in another way.

    Some ways show only when the client does its part, so whoever gives records looks here what is asked for.
    """

    def __init__(self, stretch: int, long: int, throw: Callable[[Any], None], tls: bool) -> None:
        self.reached: Counter[str] = Counter({fault.name: 0 for fault in FAULTS} | {NAME: 0})
        if tls:
            self.reached[CERTIFICATE] = 0
        self.enough = False  # the streams shall be ended
        self.hungry = 0  # so many conversations wait for long records
        self.calm = Event()  # nobody waits for silence
        self.calm.set()
        self._stretch = stretch  # records of a stream that goes well
        self._long = long  # characters of a record that was asked for by those who are hungry
        self._unread: dict[int, SimpleQueue[bool]] = {}  # by the last record read, who waits for a client's word
        self._thrown = EveryThirdIsTooMany(throw)
        self._silences = 0
        self._due: deque[Fault] = deque()
        self._tries: Counter[str] = Counter()
        self._lookups = self._handshakes = 0
        self._mixed = Random(1)
        self._lock = Lock()

    def __call__(self, talk: Conversation) -> None:
        if talk.number % 2 and not self.hungry:  # a silence elsewhere would keep the window from who is hungry
            self._foul(talk)
        else:
            self._fair(talk)

    def resolve(self, *arguments: Any, **options: Any) -> Any:
        """In place of `socket.getaddrinfo`."""
        self._lookups += 1
        if self._lookups % EVERY == 0:
            self.reached[NAME] += 1
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return LOOKUP(*arguments, **options)

    def is_disguised(self) -> bool:
        """Whether this handshake is to show the certificate of another server."""
        self._handshakes += 1
        disguised = self._handshakes % EVERY == 0
        self.reached[CERTIFICATE] += disguised
        return disguised

    def left(self, numbers: Iterable[int], stuck: bool) -> None:
        """A client says that it left a stream without reports for these, and whether the server took nothing more."""
        for number in numbers:
            if (word := self._unread.get(number)) is not None:
                word.put(stuck)

    def _fair(self, talk: Conversation) -> None:
        """Ends as an idle stream is ended."""
        talk.read_head()
        talk.head()
        while talk.received < self._stretch:
            if (one := talk.record()) is None:
                return talk.end()
            talk.report(one)
        talk.report(refused(400, IDLE))
        ended(talk)

    def _foul(self, talk: Conversation) -> None:
        fault = self._next()
        with self._asked_for(fault):
            try:
                fault.behaviour(talk)
                reached = _is_reached(fault, talk)
            except Starved:
                reached = False
            except Gone:
                reached = fault.expected.ends in WITHOUT_LIMIT and _is_reached(fault, talk)
            except NotHttp as error:  # the stream ended before the way showed
                if "records were to come" not in str(error):
                    raise
                reached = False
                talk.close()
        with self._lock:
            if reached:
                self.reached[fault.name] += 1
            elif self._tries[fault.name] < TRIES:
                self._tries[fault.name] += 1
                self._due.appendleft(fault)  # at once, since what stood in its way goes by

    def _stops_reading(self, talk: Conversation) -> None:
        """Once long records come, for behind short ones the window may be full before the buffers are."""
        begun(talk)
        while (one := talk.record()) is not None and len(str(one)) < self._long:
            talk.report(one)
        if one is None:  # it ended before
            return talk.end()
        talk.flush()  # without its reports a client may have no reason to send more
        talk.stop_reading()
        if not self._was_stuck(number_of(one)):
            raise Starved

    def _was_stuck(self, last: int) -> bool:
        """As the client says: its end would be behind what is not read. This record stays without report."""
        word = self._unread[last] = SimpleQueue()
        try:
            return word.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(f"no client says how it left the stream with record {last}") from None
        finally:
            del self._unread[last]

    def _next(self) -> Fault:
        with self._lock:
            if not self._due:
                self._tries.clear()
                mixed = self._mixed.sample(FAULTS, len(FAULTS))  # ways that are alike would come together
                self._due.extend(sorted(mixed, key=lambda fault: self.reached[fault.name]))
            fault = self._due.popleft()
        if fault.client == "sends much":
            return replace(fault, behaviour=self._stops_reading, expected=exactly("broken", AFTER))
        return replace(fault, behaviour=self._thrown) if 429 in fault.expected.codes else fault

    @contextmanager
    def _asked_for(self, fault: Fault) -> Iterator[None]:
        much, silence = fault.client == "sends much", fault.client == "pauses"
        with self._lock:
            self.hungry += much
            self._silences += silence
            if silence:
                self.calm.clear()
            elif fault.behaviour in AT_THE_END or fault.expected.ends in ("clean", "unended"):
                self.enough = True
        try:
            yield
        finally:
            with self._lock:
                self.hungry -= much
                self._silences -= silence
                if not self._silences:
                    self.calm.set()


LOOKUP = socket.getaddrinfo


def _is_reached(fault: Fault, talk: Conversation) -> bool:
    if fault.client == "pauses":
        return fault.behaviour is buffers or not talk.body.done
    if fault.behaviour in AT_THE_END or fault.expected.ends in ("clean", "unended"):
        return talk.body.done
    if fault.client == "sends much":
        return not talk.body.done
    return talk.received >= max(0, fault.expected.least or 0)
