"""The seventeen properties of a stream, each a small function that tries it on a server.

``material`` is what they send, ``bench`` what they judge with; the others hold the properties by what they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specmill.contract.fingerprints import PERIOD, Fingerprint, seen
from specmill.contract.properties import counting, cutting, ending, timing
from specmill.contract.properties.bench import Bench, NotReached, Outcome, Proof, TooLong
from specmill.contract.properties.material import Material, material_of
from specmill.contract.streams import Ground

__all__ = ["PROPERTIES", "Material", "Outcome", "Proof", "Property", "material_of", "tried"]


@dataclass(frozen=True, slots=True)
class Property:
    number: int
    name: str
    does: str  # to see whether it holds
    broken: str  # what it means that it does not
    tries: Callable[[Bench], None]
    waits: bool = False  # it takes its time, also where all is well


PROPERTIES = (
    Property(
        1,
        "head first",
        "sends the first byte of a record and waits for the head",
        "status and headers wait for more than the first byte of the body",
        timing.head_first,
    ),
    Property(
        2,
        "count",
        "counts the reports of good and bad records with white space in between",
        "there are more or fewer reports than records, or the answer does not come to its end",
        counting.as_many,
    ),
    Property(
        3,
        "promptness",
        "sends a record and waits for its report before it sends the next",
        "the report of a record waits for another record, or for the end of the body",
        timing.prompt,
    ),
    Property(
        4,
        "order",
        "sends good and bad records at once, each good one with a fingerprint",
        "the k-th report is not the k-th record's",
        counting.in_order,
    ),
    Property(
        5,
        "isolation",
        "compares the reports of records alone and behind others, of which some are refused",
        "what becomes of a record depends on those before it",
        counting.isolated,
    ),
    Property(
        6,
        "chunks",
        "cuts the same records into chunks inside characters, escapes, numbers, words and between records",
        "where bytes are cut into chunks makes a difference",
        cutting.cut_anywhere,
    ),
    Property(
        7,
        "separators",
        "sends records with nothing, a space, LF, CRLF or a tab in between",
        "what stands between two records makes a difference",
        cutting.any_separator,
    ),
    Property(
        8,
        "hostile framing",
        "sends unbalanced brackets and quotes in strings, long characters, depth and records over 64 KiB",
        "what a record holds makes a difference to where it ends, or some of it is lost",
        cutting.hostile,
    ),
    Property(
        9,
        "mode",
        "sends the same records with a Content-Length",
        "a body of known length is not reported like one in chunks",
        counting.both_modes,
    ),
    Property(
        10,
        "cut short",
        "ends the body inside a record",
        "a last record that is cut short has no error, or the answer no end",
        ending.cut_short,
    ),
    Property(
        11,
        "reset",
        "resets the connection inside a record, and opens other streams",
        "what a reset cut short is stored, or gets into another stream",
        ending.reset,
    ),
    Property(
        12,
        "concurrency",
        "sends records in pieces on two streams in turn",
        "streams that are open together mix, or wait for each other",
        counting.unmixed,
    ),
    Property(
        13,
        "sequence",
        "compares the offsets of records in several streams and partitions",
        "offsets do not rise by one from record to record of a partition",
        counting.in_sequence,
    ),
    Property(
        14,
        "silence",
        "says nothing for most of the stated time, and a newline now and then for longer",
        "a silent stream is ended too early, or a newline does not keep it open",
        timing.stays_open,
        waits=True,
    ),
    Property(
        15,
        "slow reader",
        "sends thousands of records before it reads a report",
        "reports are lost when they are read late",
        timing.slow_reader,
        waits=True,
    ),
    Property(
        16,
        "limits",
        "sends what is no JSON, what is too large and many at once",
        "a limit is not told by a report, or no JSON does not end the stream with one error",
        ending.limits_in_band,
    ),
    Property(
        17,
        "dribble",
        "reads the same answer again in pieces of other sizes",
        "the tester itself reads an answer differently when it is cut differently",
        cutting.read_alike,
    ),
)


def tried(
    ground: Ground,
    material: Material,
    *,
    seconds: float = 5.0,
    elsewhere: str = "",
    properties: tuple[Property, ...] = PROPERTIES,
    echoed: tuple[Fingerprint, ...] | None = None,
) -> Iterator[Outcome]:
    """Each on a server, in their order. Without a fingerprint that comes back, in ``echoed``, none can be judged."""
    if echoed is None:
        echoed = seen(ground, list(material.fingerprints))
    for one in properties:
        outcome = Outcome(one.number)
        if echoed:
            sizes = tuple(fingerprint for fingerprint in echoed if fingerprint.period == PERIOD)
            _try(one, Bench(ground, material, echoed[0], sizes, outcome, seconds, elsewhere))
        else:
            outcome.not_reached = _no_fingerprint(material)
        yield outcome


def _no_fingerprint(material: Material) -> str:
    if not material.fingerprints:
        return "no mark says what of a record its report echoes"
    names = ", ".join(fingerprint.name for fingerprint in material.fingerprints)
    return f"no report has what was sent: {names}"


def _try(one: Property, bench: Bench) -> None:
    try:
        one.tries(bench)
    except NotReached as why:
        bench.outcome.not_reached = str(why)
        bench.outcome.takes = why.takes if isinstance(why, TooLong) else 0.0
