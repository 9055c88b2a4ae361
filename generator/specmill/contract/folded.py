"""One fault is one failure: many that have the same cause are told as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from specmill.contract.values import Finding

T = TypeVar("T")
MANY = 8  # failures of one check and operation, from which on one asks whether anything at all holds
MOSTLY = 0.7  # of the cases
ALL = {
    "refuses": "nothing is refused",
    "accepts": "nothing is accepted",
    "server error": "nearly everything breaks it",
}


def folded(findings: Iterable[Finding], tried: int, places: Iterable[str] = ()) -> Iterator[Finding]:
    """Each key once, the one with the least that was sent; and if nearly all ``tried`` cases fail, one for all.

    ``places`` are those of all cases that have to be refused: where none is, and nothing below, nobody looks.
    """
    by_key: dict[tuple[str, ...], list[Finding]] = {}
    for finding in _by_place(list(findings), Counter(places)):
        by_key.setdefault(finding.key, []).append(finding)
    count = {check: sum(len(found) for key, found in by_key.items() if key[0] == check) for check in ALL}
    told: set[str] = set()
    for key, found in by_key.items():
        check = key[0]
        least = min(found, key=lambda one: len(one.sent))
        if count.get(check, 0) >= max(MANY, MOSTLY * tried) and least.kind == "failure":
            if check not in told:
                told.add(check)
                sent = f"{least.sent}, and {count[check] - 1} more of {tried} cases with the same result"
                yield replace(least, place="", keyword=ALL[check], sent=sent)
            continue
        yield least


def _by_place(findings: list[Finding], tried: Mapping[str, int]) -> list[Finding]:
    """With one for all the keywords of a place that is not looked at: that by which most is let through."""
    let_through = [one for one in findings if one.check == "refuses" and one.place.startswith("/")]
    failed = Counter(one.place for one in let_through)
    for place in sorted(failed, key=len):
        cases = _within(tried, place)
        if cases < 2 or _within(failed, place) < cases:
            continue
        inside = [one for one in let_through if one in findings and f"{one.place}/".startswith(f"{place}/")]
        keys = {one.key: f"{one.check} {one.keyword} {one.place}" for one in inside}
        if len(keys) > 1:
            here = [one for one in inside if one.place == place]
            often = Counter(one.keyword for one in here)
            least = min(here, key=lambda one: (-often[one.keyword], len(one.sent)))
            also = tuple(name for key, name in keys.items() if key != least.key)
            findings = [one for one in findings if one not in inside] + [replace(least, also=also)]
    return findings


def _within(counts: Mapping[str, int], place: str) -> int:
    return sum(count for one, count in counts.items() if f"{one}/".startswith(f"{place}/"))


def guilty(values: Sequence[T], failed: Sequence[bool], features: Sequence[Callable[[T], bool] | None]) -> list[int]:
    """The fewest values whose feature explains why so many fail, and those that no feature explains.

    A feature is to blame only if every value that has it fails. ``features`` are those that the values stand for.
    """
    has = {
        number: [feature(value) for value in values]
        for number, feature in enumerate(features)
        if feature is not None and failed[number]
    }
    blamed = {
        number: row for number, row in has.items() if not any(r and not f for r, f in zip(row, failed, strict=True))
    }
    left = {number for number, one in enumerate(failed) if one}
    found: list[int] = []
    while left and blamed:
        best = max(blamed, key=lambda number: (sum(blamed[number][one] for one in left), -number))
        explained = {one for one in left if blamed[best][one]}
        if not explained:
            break
        found.append(best)
        left -= explained
        del blamed[best]
    return found + sorted(left)
