"""In what servers of this API differ, as one table: the command line, the docs and the emulator read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.errors import Place, SpecmillError
from specmill.serve.emulators import Option, Switch

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
NEVER = float("inf")
MOST_PARTITIONS = 10_000  # of a topic: each takes some room as soon as there is the topic


@dataclass(frozen=True, slots=True)
class Kind:
    shown: str
    read: Callable[[str], Any]
    """What a text means; ValueError for what it cannot mean."""


def words(*allowed: str) -> Kind:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return Kind(" | ".join(allowed), read)


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)", text, re.ASCII)
    if text == "off":
        return NEVER
    if found is None:
        raise ValueError
    return float(found[1]) * UNITS[found[2]]


def _count(text: str) -> float:
    if text == "off":
        return NEVER
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise ValueError
    return int(text)


def _positive(text: str) -> float:
    number = _count(text)
    if not number:
        raise ValueError
    return number


def _partitions(text: str) -> int:
    number = _positive(text)
    if number > MOST_PARTITIONS:
        raise ValueError
    return int(number)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _users(text: str) -> tuple[str, ...]:
    users = _names(text)
    if not all(":" in user for user in users):
        raise ValueError
    return users


DURATION = Kind("a duration such as 200ms, 0.5s or 24h | off", _seconds)
COUNT = Kind("a number | off", _count)
POSITIVE = Kind("a number from 1 | off", _positive)
PARTITIONS = Kind(f"a number from 1 to {MOST_PARTITIONS}", _partitions)
USERS = Kind("KEY:SECRET with commas between them", _users)
NAMES = Kind("names with commas between them", _names)
YES_NO = words("yes", "no")

BROKER = {
    "accepts": (200, ""),
    "topic-gone": (40403, "This server does not host this topic-partition."),
    "unauthenticated": (40101, "Authentication failed"),
    "unauthorized": (40301, "Not authorized to access topics: [{topic}]"),
    "timeout": (50003, "Expiring 1 record(s) for {topic}-0:120000 ms has passed since batch creation"),
    "timeout-stored": (50003, "Expiring 1 record(s) for {topic}-0:120000 ms has passed since batch creation"),
    "invalid": (40002, "One or more records have been rejected"),
    "fails": (50002, "The broker rejected the batch"),
    "unavailable": (50302, "The broker is not available."),
    "throttled": (42901, "The throttling quota has been exceeded."),
}
"""What the broker makes of a record: the code and the text of its report."""

ROWS: tuple[tuple[str, Kind, str, str], ...] = (
    ("head", words("immediate", "first-byte"), "immediate", "when the head of the answer goes out"),
    ("expect", words("answered", "lost"), "answered", "what comes of Expect: 100-continue"),
    (
        "terminal",
        words("with-its-own", "alone"),
        "with-its-own",
        "a record that breaks the stream has its own report too",
    ),
    (
        "judge",
        words("public", "document"),
        "public",
        "whose opinion of a record counts: the public server takes more than the document allows",
    ),
    (
        "header-base64",
        words("ends-stream", "refused"),
        "ends-stream",
        "what comes of a header's base64 that makes the server lose its way",
    ),
    ("reports", words("two-chunks", "one-chunk", "several", "split"), "two-chunks", "how reports lie in chunks"),
    ("ack-delay", DURATION, "0s", "how long the broker takes to acknowledge a record"),
    ("ack-reorder", YES_NO, "no", "every second acknowledgement takes twice as long; needs an ack-delay"),
    ("log", words("as-sent", "duplicates", "reordered"), "as-sent", "how a topic keeps what it is sent"),
    ("broker", words(*BROKER), "accepts", "what the broker makes of records"),
    ("broker-every", POSITIVE, "1", "of how many records one meets that"),
    ("topics", words("created", "known"), "created", "whether a topic comes to be when it is produced to"),
    ("partitions", PARTITIONS, "6", "that a new topic has"),
    ("stall", DURATION, "60s", "how long a topic or partition that is not there is waited for"),
    ("clusters", NAMES, "", "those that there are; without any all are, and echoed"),
    ("users", USERS, "", "that may produce; without these and tokens all may"),
    ("tokens", NAMES, "", "bearer tokens that may produce"),
    ("unauthorized", words("json", "page"), "json", "how 401 is told: as by a cloud, or as by a server's own front"),
    ("denied-topics", NAMES, "", "that nobody may produce to: 403"),
    (
        "ambiguous-paths",
        words("taken", "refused"),
        "taken",
        "what comes of a path with an escaped slash or dot, or an empty segment",
    ),
    ("idle", DURATION, "30s", "until a silent client's stream ends, or that of one that does not read"),
    ("max-age", DURATION, "24h", "of a stream, from which on records get 408"),
    ("grace", DURATION, "500ms", "from the first 408 until records are not answered any more"),
    ("408-stores", YES_NO, "yes", "whether a record that is answered 408 is stored"),
    ("408-close", words("next-byte", "timer", "idle"), "next-byte", "what ends a stream behind its grace"),
    ("request-size", COUNT, "off", "bytes of a record that end the stream"),
    ("message-size", COUNT, "1048576", "bytes of a record beyond which the broker refuses it: 413"),
    ("rate-records", POSITIVE, "off", "records a second that a cluster takes"),
    ("rate-bytes", POSITIVE, "off", "bytes a second that a cluster takes"),
    ("rate-all-records", POSITIVE, "off", "records a second that all clusters take"),
    ("rate-all-bytes", POSITIVE, "off", "bytes a second that all clusters take"),
    (
        "unread",
        words("cut", "drop", "hold"),
        "cut",
        "a client that does not read: cut, told less, or held",
    ),
    ("unread-bytes", COUNT, "8388608", "of reports that are kept for a client that does not read"),
    ("reset-after", COUNT, "off", "bytes of an answer's body, then RST"),
    ("cut-after", COUNT, "off", "bytes of an answer's body, then the end of the connection"),
    ("gzip", words("held-back", "off"), "held-back", "what comes of Accept-Encoding: gzip"),
    ("dos", words("off", "refuse"), "off", "whether requests are turned away with a 429 page"),
    ("dos-close", words("as-needed", "always"), "as-needed", "whether that page ends the connection"),
    ("dos-max-age", DURATION, "off", "of any stream, which is then cut"),
    ("batch-entries", POSITIVE, "10", "that a batch may have"),
    ("fails", words("no", "500", "503"), "no", "whether requests are answered with a fault of the server"),
)

SWITCHES = tuple(Switch(name, kind.shown, default, about) for name, kind, default, about in ROWS)
OPTIONS = (
    Option("kafka", "", "stand before librdkafka's mock cluster, which keeps what is produced"),
    Option("bootstrap-servers", "HOST:PORT,...", "stand before this Kafka cluster"),
)
KINDS = {name: kind for name, kind, _, _ in ROWS}


OF_THE_BROKER = frozenset(
    ("ack-delay", "ack-reorder", "log", "broker", "broker-every", "topics", "partitions", "stall")
)
"""What a cluster decides by itself where one stands behind."""


class Behaviour:
    """What every switch is set to. May be changed at any time: all that are given, or none."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._set = {name: kind.read(default) for name, kind, default, _ in ROWS}
        self.change(given)

    def change(self, given: Mapping[str, str]) -> None:
        self._set = self._set | {name: _read(name, str(text)) for name, text in given.items()}

    def word(self, name: str) -> str:
        return str(self._set[name])

    def yes(self, name: str) -> bool:
        return bool(self._set[name] == "yes")

    def number(self, name: str) -> float:
        """Of a count, or of seconds; infinite where it is off."""
        return float(self._set[name])

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(self._set[name])


def _read(name: str, text: str) -> Any:
    kind = KINDS.get(name)
    if kind is None:
        hint = f"one of {', '.join(sorted(KINDS))}"
        raise SpecmillError(f"there is no behaviour {name!r}", place=Place("--behaviour"), hint=hint)
    try:
        return kind.read(text)
    except ValueError:
        problem = f"{name} cannot be {text!r}"
        raise SpecmillError(problem, place=Place("--behaviour"), hint=f"{name}={kind.shown}") from None
