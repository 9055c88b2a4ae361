"""What tells one record from another in its report, since a report does not say which record it is about.

A *fence* is a valid record with a fingerprint of its own. Whatever was sent before it has been reported when its report
comes, so that something is absent can be told by order, without waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

from specmill.contract.marks import TOO_MANY, Marks, Size
from specmill.contract.places import HOLE, drawn, encoded, with_value
from specmill.contract.streams import Ground, OpenStream
from specmill.contract.valid import Makers
from specmill.contract.validator import Validator
from specmill.document.pointers import find, split
from specmill.values import JSON

BEGINNING = datetime(2001, 2, 3, tzinfo=UTC)  # long ago, so that no broker takes it for the future
PERIOD = 211  # of sizes
SAMPLES = (3, 8)  # the numbers by which one sees whether a fingerprint comes back
ATTEMPTS = 4
SHORTLY = 0.15  # seconds before the next, of a server that limits how many


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One place of a record, what is written there for a number, and how it is read from a report."""

    name: str
    before: bytes  # of the record, up to the place
    behind: bytes
    spell: Callable[[int], str]
    read: Callable[[JSON], int | None]  # from what stands in the report
    report: tuple[str, ...]  # where it stands there
    period: int = 2**31
    shift: int = 0  # by which a size is larger than what was sent

    def record(self, number: int) -> bytes:
        return self.before + self.spell(number % self.period).encode() + self.behind

    def key(self, number: int) -> int:
        """What ``of`` makes of the report of this number."""
        return number % self.period

    def of(self, report: JSON) -> int | None:
        found = report
        for token in self.report:
            if not isinstance(found, dict):
                return None
            found = found.get(token)
        number = self.read(found)
        return None if number is None else number - self.shift


def spelt_instant(number: int) -> str:
    return (BEGINNING + timedelta(seconds=number)).isoformat()[:19] + "Z"


def read_instant(value: JSON) -> int | None:
    if not isinstance(value, str) or not value.startswith("20"):
        return None
    try:
        return round((datetime.fromisoformat(value) - BEGINNING).total_seconds())
    except (ValueError, TypeError):
        return None


def spelt_name(number: int) -> str:
    return f"fence-{number}"


def read_name(value: JSON) -> int | None:
    number = value.removeprefix("fence-") if isinstance(value, str) else ""
    return int(number) if number.isdecimal() else None


def spelt_size(number: int) -> str:
    return "x" * (number + 1)


def read_size(value: JSON) -> int | None:
    return value - 1 if isinstance(value, int) and not isinstance(value, bool) else None


def candidates(marks: Marks, schema: Any, makers: Makers, validator: Validator) -> Iterator[Fingerprint]:
    """Every way that the marks allow; whether a server goes along has to be seen."""
    plain: JSON = next(drawn(schema, makers, validator), {})
    texts = (("time", spelt_instant, read_instant), ("name", spelt_name, read_name))
    for report, source in marks.echo.items():
        if not source.pointer:
            continue
        for name, spell, read in texts:
            record = with_value(plain, split(source.pointer), HOLE)
            if _is_valid(record, source.pointer, spell, validator):
                yield _of(f"the {name} at {source.pointer}", record, spell, read, report)
    for report, size in marks.sizes.items():
        pointer = size.of
        values = list(drawn(schema, makers, validator))
        for value in sorted(values, key=lambda one: not size_is_known(one, size)):
            is_text = isinstance(find(value, split(pointer)), str)
            record = with_value(value, split(pointer), HOLE) if is_text else None
            if is_text and _is_valid(record, pointer, spelt_size, validator):
                of_size = _of(f"the size of {pointer}", record, spelt_size, read_size, report)
                yield replace(of_size, period=PERIOD)
                break


def size_is_known(record: JSON, size: Size) -> bool:
    """Whether the size of its text is just the number of its bytes."""
    return bool(size.by) and size.ways.get(str(find(record, split(size.by)))) == "text"


def _is_valid(record: JSON, pointer: str, spell: Callable[[int], str], validator: Validator) -> bool:
    numbers = (0, 1, 7, PERIOD - 1)
    return all(validator.allows(with_value(record, split(pointer), spell(number))) for number in numbers)


def _of(
    name: str, record: JSON, spell: Callable[[int], str], read: Callable[[JSON], int | None], report: str
) -> Fingerprint:
    before, behind = encoded(record).split(HOLE.encode())
    return Fingerprint(name, before, behind, spell, read, tuple(split(report)))


def seen(ground: Ground, some: list[Fingerprint]) -> tuple[Fingerprint, ...]:
    """Those that a server reports as they were sent; one that limits records is asked again."""
    reports: list[JSON] = []
    found: tuple[Fingerprint, ...] = ()
    for _ in range(ATTEMPTS if some else 0):
        with OpenStream(ground) as stream:
            for fingerprint in some:
                for number in SAMPLES:
                    stream.send(fingerprint.record(number) + b"\n")
            stream.finish()
            stream.drain()
            known = [report.value for report in stream.reports if not ground.is_limit(report)]
        reports += known
        found = tuple(_found(some, reports))
        if len(found) == len(some) or (stream.status != TOO_MANY and len(known) >= len(some) * len(SAMPLES)):
            break
        sleep(SHORTLY)
    return found


def _found(some: list[Fingerprint], reports: list[JSON]) -> Iterator[Fingerprint]:
    for fingerprint in some:
        numbers = [fingerprint.of(report) for report in reports]
        shifts = range(-2, 5) if fingerprint.period == PERIOD else range(1)
        for shift in shifts:
            if all(number + shift in numbers for number in SAMPLES):
                yield replace(fingerprint, shift=shift)
                break
