"""Differences that somebody has decided to live with: each with a reason, and until a day.

[[ignore]]
id = "request-maximum-tightened"
where = "GET /pets query *"   # which of them; without it all
reason = "the server never took more than 50"
until = 2027-01-31
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from specmill.diff.table import rows
from specmill.diff.values import Difference
from specmill.document.faults import closest
from specmill.errors import Place, Problems, SpecmillError

FIELDS = ("id", "where", "reason", "until")
SAMPLE = 'write [[ignore]], id = "…", reason = "…", until = 2027-01-31'


@dataclass(frozen=True, slots=True)
class Ignored:
    id: str
    where: str
    reason: str
    until: date

    def matches(self, difference: Difference) -> bool:
        """Brackets stand for themselves: `Pet.tags[]` is a place."""
        return self.id == difference.id and fnmatchcase(difference.where, self.where.replace("[", "[[]"))


@dataclass(frozen=True, slots=True)
class Sorted:
    """The differences that count, and what became of the entries of an ignore file."""

    left: tuple[Difference, ...]
    ignored: tuple[tuple[Difference, Ignored], ...] = ()
    expired: tuple[Ignored, ...] = ()
    idle: tuple[Ignored, ...] = ()  # that match nothing


def sorted_out(differences: Iterable[Difference], entries: tuple[Ignored, ...], today: date) -> Sorted:
    valid = [entry for entry in entries if entry.until >= today]
    left, ignored = [], []
    for one in differences:
        entry = next((entry for entry in valid if entry.matches(one)), None)
        if entry is None:
            left.append(one)
        else:
            ignored.append((one, entry))
    used = {entry for _, entry in ignored}
    expired = tuple(entry for entry in entries if entry.until < today)
    return Sorted(tuple(left), tuple(ignored), expired, tuple(entry for entry in valid if entry not in used))


def read_ignored(path: Path, name: str) -> tuple[Ignored, ...]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecmillError(f"there is no file {name}", place=Place("--ignore")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecmillError(f"this is not TOML: {error}", place=Place(name), hint=SAMPLE) from None
    entries = tables.get("ignore")
    if not isinstance(entries, list) or set(tables) != {"ignore"}:
        raise SpecmillError("an ignore file holds [[ignore]] tables and nothing else", place=Place(name), hint=SAMPLE)
    faults = [fault for number, entry in enumerate(entries, 1) for fault in _faults(entry, number, name)]
    if faults:
        raise faults[0] if len(faults) == 1 else Problems(tuple(faults))
    return tuple(Ignored(one["id"], one.get("where", "*"), one["reason"], one["until"]) for one in entries)


def _faults(entry: Any, number: int, name: str) -> Iterator[SpecmillError]:
    place = Place(name, pointer=f"/ignore/{number - 1}")
    if not isinstance(entry, dict):
        yield SpecmillError("an entry is a table", place=place, hint=SAMPLE)
        return
    for field in ("id", "reason", *(("where",) if "where" in entry else ())):
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            yield SpecmillError(f"`{field}` has to be text that is not empty", place=place, hint=SAMPLE)
    if type(entry.get("until")) is not date:
        yield SpecmillError("`until` has to be a day, so that nothing is ignored for ever", place=place, hint=SAMPLE)
    for field in entry.keys() - set(FIELDS):
        yield SpecmillError(f"there is no field `{field}`", place=place, hint=f"there are {', '.join(FIELDS)}")
    known = entry.get("id")
    if isinstance(known, str) and known.strip() and known not in rows():
        close = closest(known, rows(), 1)
        hint = f"did you mean {close[0]}?" if close else "`specmill diff --list` prints all"
        yield SpecmillError(f"no difference has the id {known!r}", place=place, hint=hint)
