"""The produce API as an emulator: what comes to it is judged as the public server judges it, and kept."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from weakref import WeakSet

from specmill.serve.exchange import Deaf, Exchange, Framing, Listener
from specmill.serve.head import Refused, Request
from specmill_kafka import pages
from specmill_kafka.batch import Batch
from specmill_kafka.behaviour import NEVER, Behaviour
from specmill_kafka.log import Stored, Topic
from specmill_kafka.outbox import Outbox
from specmill_kafka.production import Production
from specmill_kafka.rates import Rate

HEAD = {"Content-Type": "application/json", "Vary": "Accept-Encoding"}
CHARSETS = ("utf-8", "iso-8859-1")
BATCH = "records:batch"
Place = tuple[str, str, str]  # the cluster, the topic, and what is sent to it
NOWHERE: Place = ("", "", "")


class KafkaRest:
    def __init__(self, behaviour: Mapping[str, str]) -> None:
        self.behaviour = Behaviour(behaviour)
        self._topics: dict[str, Topic] = {}
        self._rates: dict[tuple[str, str], Rate] = {}
        self._met = 0  # records that the broker was asked for
        self._streams: WeakSet[Production] = WeakSet()  # that may still be open
        self._set_out()

    # --- for tests

    def behave(self, **switches: str) -> None:
        """Sets switches, underscores for their hyphens; while it serves, in the server's thread."""
        self.behaviour.change({name.replace("_", "-"): value for name, value in switches.items()})
        self._set_out()
        for stream in tuple(self._streams):
            stream.heed_switches()

    def create_topic(self, name: str, partitions: int | None = None) -> None:
        """Without a number it has as many partitions as every new topic."""
        self._topics[name] = Topic(name, partitions or int(self.behaviour.number("partitions")))

    def records(self, topic: str) -> tuple[Stored, ...]:
        """What was produced to it, in the order stored."""
        found = self._topics.get(topic)
        return () if found is None else found.records()

    # --- for streams

    def topic(self, name: str) -> Topic | None:
        found = self._topics.get(name)
        if found is None and self.behaviour.word("topics") == "created":
            found = self._topics[name] = Topic(name, int(self.behaviour.number("partitions")))
        return found

    def rate_allows(self, cluster: str, size: int, now: float) -> bool:
        """Whatever an earlier limit has given is gone, also if a later one refuses."""
        if not self._limits:
            return True
        for name, whose, permits in (
            ("rate-all-records", "", 1),
            ("rate-all-bytes", "", size),
            ("rate-records", cluster, 1),
            ("rate-bytes", cluster, size),
        ):
            if name in self._limits:
                rate = self._rates.setdefault((name, whose), Rate(self._limits[name]))
                if not rate.take(permits, now):
                    return False
        return True

    @property
    def weighs(self) -> bool:
        """Whether the size of a record matters."""
        return any(name.endswith("-bytes") for name in self._limits)

    @property
    def is_plain(self) -> bool:
        """Whether the broker takes all records, as fast as they come."""
        return self._broker == "accepts" and not self._limits

    def broker_says(self, topic: str) -> str:
        if self._broker == "accepts":
            return "accepts"
        self._met += 1
        return "accepts" if self._met % self.behaviour.number("broker-every") else self._broker

    def _set_out(self) -> None:
        """What is asked for with every record."""
        names = ("rate-all-records", "rate-all-bytes", "rate-records", "rate-bytes")
        self._limits = {name: self.behaviour.number(name) for name in names if self.behaviour.number(name) != NEVER}
        self._rates = {}
        self._broker = self.behaviour.word("broker")

    # --- requests

    def begin(self, exchange: Exchange) -> Listener:
        place = _place(exchange.request.segments)
        return self._turned_away(exchange, place) or self._begun(exchange, place)

    def refuse(self, exchange: Exchange, refused: Refused) -> None:
        """What is no request of HTTP gets a page of the front."""
        pages.page(exchange, refused.status, refused.message)

    def _turned_away(self, exchange: Exchange, place: Place) -> Listener | None:
        """Answered by what stands before the API, or by what it finds in the head alone."""
        for judge in (self._by_the_front, self._by_routes, self._by_types):
            judge(exchange, place)
            if exchange.begun:
                return Deaf()
        return None

    def _by_the_front(self, exchange: Exchange, place: Place) -> None:
        if self.behaviour.word("ambiguous-paths") == "refused" and (why := pages.ambiguity(exchange.request.path)):
            exchange.keeps = False
            return pages.page(exchange, 400, why)
        if self.behaviour.word("dos") == "refuse":
            return pages.too_many(exchange, self.behaviour.word("dos-close") == "always")
        failing = self.behaviour.word("fails")
        if failing != "no":
            code, message = (
                (500, "Internal Server Error") if failing == "500" else (50302, "The broker is not available.")
            )
            return pages.fault(exchange, code, message, int(failing))
        if not self._known(exchange.request.lower.get("authorization", "")):
            pages.unauthorized(exchange, self.behaviour.word("unauthorized") == "page")

    def _known(self, authorization: str) -> bool:
        users, tokens = self.behaviour.names("users"), self.behaviour.names("tokens")
        if not users and not tokens:
            return True
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return given.strip() in tokens
        try:
            return scheme.lower() == "basic" and base64.b64decode(given, validate=True).decode() in users
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return False

    def _by_routes(self, exchange: Exchange, place: Place) -> None:
        cluster, topic, _ = place
        if not topic:
            return pages.bare(exchange, 404)
        if exchange.request.method != "POST":
            return pages.bare(exchange, 405, Allow="POST")
        clusters = self.behaviour.names("clusters")
        if clusters and cluster not in clusters:
            return pages.fault(exchange, 404, f"Cluster {cluster} cannot be found.")
        if topic in self.behaviour.names("denied-topics"):
            pages.fault(exchange, 40301, f"Not authorized to access topics: [{topic}]", 403)

    def _by_types(self, exchange: Exchange, place: Place) -> None:
        request = exchange.request
        kind, _, parameters = request.lower.get("content-type", "").partition(";")
        if not kind.strip():
            if request.length == 0:
                return pages.fault(exchange, 42206, "Payload error. Request body is empty. Data is required.", 422)
            return pages.fault(exchange, 400, "Cannot construct instance of `JsonStream` from application/octet-stream")
        if kind.strip().lower() != "application/json":
            return pages.fault(exchange, 415, "HTTP 415 Unsupported Media Type")
        if not _accepts_json(request.lower.get("accept", "*/*")):
            return pages.bare(exchange, 406)
        if not _charset_known(parameters):
            message = 'Unsupported charset in Content-Type header. Supports "UTF-8" and "ISO-8859-1".'
            pages.fault(exchange, 400, message)

    def _begun(self, exchange: Exchange, place: Place) -> Listener:
        cluster, topic, what = place
        if what == BATCH:
            return self._batch(exchange, cluster, topic)
        if "expect" in exchange.request.lower:
            exchange.keeps = False
            if self.behaviour.word("expect") == "lost":
                exchange.head(200, HEAD, "close")
                exchange.end()
                return Deaf()
        stream = self._stream(exchange, cluster, topic)
        if not exchange.whole:
            self._streams.add(stream)
        return stream

    def _batch(self, exchange: Exchange, cluster: str, topic: str) -> Listener:
        return Batch(exchange, self, cluster, topic)

    def _stream(self, exchange: Exchange, cluster: str, topic: str) -> Production:
        return Production(exchange, self, cluster, topic, partial(self._outbox, exchange))

    def _outbox(self, exchange: Exchange) -> Outbox:
        framing: Framing = "chunked" if exchange.keeps and exchange.request.minor else "close"
        gzip = self.behaviour.word("gzip") == "held-back" and _accepts_gzip(exchange.request)
        exchange.head(200, {**HEAD, "Content-Encoding": "gzip"} if gzip else HEAD, framing)
        return Outbox(exchange, self.behaviour, framing, gzip)


def _place(segments: tuple[str, ...]) -> Place:
    """Of a path, whatever it lies behind; nothing for one that leads nowhere."""
    if len(segments) < 6 or segments[-1] not in ("records", BATCH):
        return NOWHERE
    version, clusters, cluster, topics, topic, what = segments[-6:]
    if (version, clusters, topics) != ("v3", "clusters", "topics") or not cluster or not topic:
        return NOWHERE
    return cluster, topic, what


@lru_cache(maxsize=64)
def _accepts_json(accept: str) -> bool:
    return not {"*/*", "application/*", "application/json"}.isdisjoint(_accepted(accept))


def _accepts_gzip(request: Request) -> bool:
    codings = request.lower.get("accept-encoding", "")
    return "gzip" in codings and "gzip" in _accepted(codings)


def _accepted(field: str) -> Iterator[str]:
    """What a list names, but for what it gives no weight."""
    for one in field.split(","):
        name, *parameters = (part.strip().lower().replace(" ", "") for part in one.split(";"))
        weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        if weight.strip("0.") != "":
            yield name


def _charset_known(parameters: str) -> bool:
    for one in parameters.split(";"):
        name, _, value = one.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in CHARSETS:
            return False
    return True
