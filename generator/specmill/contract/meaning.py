"""Whether a report that has the right shape also says the right thing, as far as the marks tell what that is."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from specmill.contract.marks import Marks, Size
from specmill.document.pointers import MISSING, find, split
from specmill.values import JSON, Stream

MILLISECOND = timedelta(milliseconds=1)
LEAP_SECOND = re.compile(r":60(?:\.[0-9]+)?(?:[Zz]|[+-][0-9:]+)$")


@dataclass(frozen=True, slots=True)
class Wrong:
    check: str  # "echo", "sizes", "codes"
    place: str  # pointer in the report
    expected: str
    got: str


def meaning(record: JSON, report: JSON, marks: Marks, given: Mapping[str, str]) -> Iterator[Wrong]:
    """Of the report of a record that was accepted; ``given`` are the parameters of the path."""
    for place, source in marks.echo.items():
        wanted = given.get(source.parameter, MISSING) if source.parameter else find(record, split(source.pointer))
        if wanted is MISSING or wanted is None:
            continue
        got = find(report, split(place))
        if not means(got, wanted):
            yield Wrong("echo", place, repr(wanted)[:80], "nothing" if got is MISSING else repr(got)[:80])
    for place, size in marks.sizes.items():
        wanted, got = _size(record, size), find(report, split(place))
        if wanted is not None and got is not MISSING and got != wanted:
            yield Wrong("sizes", place, f"{wanted} bytes", repr(got)[:80])


def means(got: JSON, wanted: JSON) -> bool:
    """Whether it is the same, or the same moment in other words. 1 and 1.0 are the same, and true is neither."""
    same = bool(got == wanted) and isinstance(got, bool) == isinstance(wanted, bool)
    return same or _same_moment(got, wanted)


def _same_moment(one: JSON, other: JSON) -> bool:
    """Spelt in any way, and to the millisecond: a server need not keep more than that. A leap second has no equal."""
    if isinstance(other, str) and LEAP_SECOND.search(other):
        return True
    try:
        return abs(datetime.fromisoformat(one.upper()) - datetime.fromisoformat(other.upper())) < MILLISECOND
    except (ValueError, TypeError, AttributeError):
        return False


def _size(record: JSON, size: Size) -> int | None:
    data = find(record, split(size.of))
    way = size.ways.get(str(find(record, split(size.by)))) if size.by else None
    if not isinstance(data, str) or way is None:
        return None
    if way == "text":
        return len(data.encode("utf-8", "surrogatepass"))
    try:
        return len(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return None


def names_a_place(report: JSON, marks: Marks) -> bool:
    """Whether a report has anything of what one of an accepted record has, so far as the path tells it."""
    places = [place for place, source in marks.echo.items() if source.parameter]
    return not places or any(find(report, split(place)) is not MISSING for place in places)


def verdict_is_known(code: JSON, stream: Stream, marks: Marks) -> bool:
    """A verdict that is a number is one of success, or means an error of HTTP in one of the ways that the marks name.

    Where they name none it reads as one, alone or with digits behind it.
    """
    if code in stream.accepted or not isinstance(code, int) or isinstance(code, bool):
        return True
    if marks.codes:
        return any(400 <= status < 600 for status in marks.statuses(code))
    return str(code)[:1] in ("4", "5")
