"""What a caller of ``produce`` may choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypedDict, get_args

from msgspec import Struct

from .._duplex import StreamOptions
from .._duplex.options import Choices, chosen, is_size, is_time
from .._retries import Retries
from ..errors import ConfigurationError

OnUnknown: TypeAlias = Literal["raise", "resend", "report"]
Mode: TypeAlias = Literal["stream", "batches", "auto"]
Engine: TypeAlias = Literal["rest", "kafka"]

DAY = 24 * 60 * 60.0
BATCH = 500  # records of one request in the mode "batches"
AHEAD = 2 * BATCH  # records for each connection that are taken and not sent: what they weigh is not known before
FAR_AHEAD = 4 * AHEAD  # ... if it is known: the fewer the pieces, the fewer the changes from thread to thread
PIECE = FAR_AHEAD // 2  # records that go to a stream at once
# Records that go ahead on each new stream until one has its report: should nothing of it work, so few are unknown.
VANGUARD = 10
# The server may wait a minute for a topic or partition that it does not know. All that follows waits with it, even to
# be read.
STALL = 75.0
LONGEST_MESSAGE = 1024 * 1024  # bytes, beyond which the producer behind the API refuses a record
PATIENCE = 10.0  # seconds without a report after which "auto" ends its first stream, which empties a proxy that buffers


class ProduceOptions(TypedDict, total=False):
    """Each may be left out.

    Attributes:
        engine: "rest" (the default), or "kafka": the same records with the same outcomes through librdkafka, to a Kafka
            cluster itself. It needs confluent-kafka. Of the options below mode, connections, age_limit, heartbeat,
            write_timeout and close_timeout mean nothing there.
        bootstrap_servers: Where that cluster is: "host:9092", several with commas between them.
        kafka_settings: Settings of librdkafka, such as {"security.protocol": "SASL_SSL"}; they win over its own.
        on_unknown: What to do about records of which nobody can say whether they are stored, since a connection broke,
            say: "raise" DeliveryUnknown once all that is known has been given (the default), "resend" them, which may
            store them twice, or "report" them as `Unconfirmed` and go on.
        connections: How many streams in parallel (1). Records with the same key go over the same one.
        ordered: Give records in the order in which they came, whichever connection they went over (False).
        mode: "stream" (the default); "batches" of up to 500 records, each a request of its own, for a proxy that
            buffers; "auto" begins with a stream, and goes on in batches when reports come only at its end.
        age_limit: Seconds after which the server takes no record on a stream (24 h; None for no limit). A new stream
            is begun some time before.
        retries: How often in a row to try again without any progress, and after which pauses: `Retries`
            (10 times, at first after half a second at most, then up to 30).
        window_records: So many records may be taken from the iterable and not given back (20,000).
        window_bytes: So many bytes of JSON may be without report, on all connections together (8 MiB). A request in
            the mode "batches" has no more either.
        strict: Hold each record to its type as a single call does, for about twice the work (False).
        longest_record: Bytes of JSON; a longer record is refused (as many as ``window_bytes``). The server's limit is
            for what it stores, so a little more JSON may pass; it refuses one record without harm to the others.
        heartbeat: Seconds without a record after which a line end says that somebody is there (10; None for never).
        report_timeout: Seconds without any report while records wait for theirs (75, since the server waits up to 60
            for a topic that it does not know; None for no end).
        write_timeout: Seconds in which the server takes no byte (75, for the same reason; None for no end).
        close_timeout: Seconds to wait for the end of the answer when all reports are there (10; None for no end).
    """

    engine: Engine
    bootstrap_servers: str
    kafka_settings: Mapping[str, Any]
    on_unknown: OnUnknown
    connections: int
    ordered: bool
    mode: Mode
    age_limit: float | None
    retries: Retries
    window_records: int
    window_bytes: int
    strict: bool
    longest_record: int
    heartbeat: float | None
    report_timeout: float | None
    write_timeout: float | None
    close_timeout: float | None


class Rules(Struct, frozen=True, kw_only=True):
    """The options with their defaults, apart from those of the streams."""

    on_unknown: OnUnknown = "raise"
    connections: int = 1
    ordered: bool = False
    mode: Mode = "stream"
    age_limit: float | None = DAY
    retries: Retries = Retries(times=10, first=0.5, most=30.0, longest=300.0)
    window: int = Choices().window_records
    patience: float = PATIENCE

    @property
    def lifetime(self) -> float | None:
        """Seconds for which records are sent on one stream: a margin is left for those that are on their way."""
        return None if self.age_limit is None else self.age_limit - min(300.0, self.age_limit / 10)


def engine_of(options: ProduceOptions) -> Engine:
    engine = options.get("engine", "rest")
    if engine not in get_args(Engine):
        raise ConfigurationError(f"engine is one of {', '.join(get_args(Engine))}, not {engine!r}")
    return engine


def rules_of(options: ProduceOptions) -> tuple[Rules, StreamOptions[Any, Any]]:
    """The rules of the producer and the options of its streams."""
    for name in OF_KAFKA:
        if name in options:
            raise ConfigurationError(f'{name} goes with engine="kafka"')
    rules, choices, streams = parted(options)
    return rules, _shared(streams, choices, rules.connections)


def parted(options: Mapping[str, Any]) -> tuple[Rules, Choices, StreamOptions[Any, Any]]:
    """What is the producer's own, and what is its streams': as they were given, and with their defaults."""
    own: dict[str, Any] = {name: value for name, value in options.items() if name in OWN}
    rest: dict[str, Any] = {"report_timeout": STALL, "write_timeout": STALL}
    rest |= {name: value for name, value in options.items() if name not in (*OWN, "engine")}
    for name in ("on_report", "on_batch"):
        if name in rest:
            raise ConfigurationError(f"produce gives each record with its report, so it has no option {name}")
    streams: StreamOptions[Any, Any] = StreamOptions(**rest)  # type: ignore[typeddict-item]
    choices = chosen(streams)
    limit = choices.report_timeout
    patience = PATIENCE if limit is None else min(PATIENCE, limit / 2)
    rules = Rules(**own, window=choices.window_records, patience=patience)
    _check(rules)
    return rules, choices, streams


def _shared(streams: StreamOptions[Any, Any], choices: Choices, connections: int) -> StreamOptions[Any, Any]:
    """What one stream may have of the window; a record may still be as long as all of it."""
    share = max(1, choices.window_bytes // connections)
    return {**streams, "window_bytes": share, "longest_record": choices.longest}


OF_KAFKA = ("bootstrap_servers", "kafka_settings")
OWN = ("on_unknown", "connections", "ordered", "mode", "age_limit", "retries")


def _check(rules: Rules) -> None:
    for name, value, known in (("on_unknown", rules.on_unknown, OnUnknown), ("mode", rules.mode, Mode)):
        if value not in get_args(known):
            raise ConfigurationError(f"{name} is one of {', '.join(get_args(known))}, not {value!r}")
    if not is_size(rules.connections):
        raise ConfigurationError(f"connections is a whole number of 1 or more, not {rules.connections!r}")
    if not is_time(rules.age_limit):
        raise ConfigurationError(f"age_limit is more than 0 seconds or None, not {rules.age_limit!r}")
    if not isinstance(rules.retries, Retries):
        raise ConfigurationError(f"retries is Retries(...), not {rules.retries!r}")
