"""How a request fares beside one recording: as long as it says the same, or what differs first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol
from urllib.parse import parse_qsl

from specmill.serve.compared import difference, fits, meaning, rules_of, shown
from specmill.serve.credentials import AUTHORIZATION, COOKIES
from specmill.serve.head import Request
from specmill.serve.recording import field as field_of
from specmill.serve.roots import Root, Roots
from specmill.serve.script import Due, How, Script


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a recording is not what was asked for, and how near it was."""

    script: Script
    near: tuple[float, ...]
    what: str

    def __str__(self) -> str:
        return f"{self.script.recording.name or self.script.recording.operation}: {self.what}"


METHOD, PATH, QUERY, HEADER, BODY = range(5)


def head_miss(script: Script, request: Request) -> Miss | None:
    """What of the head is another than in the recording. Of its fields those count that the document names."""
    recorded = script.recording.request
    path, _, query = recorded.target.partition("?")
    sent = Request(recorded.method, recorded.target, 1, ()).segments
    if path != request.path and not (len(sent) == len(request.segments) and all(map(fits, sent, request.segments))):
        alike = SequenceMatcher(None, path, request.path).ratio()
        return Miss(script, (METHOD, alike), f"its path is {path}, not {request.path}")
    if recorded.method != request.method:
        return Miss(script, (PATH,), f"its method is {recorded.method}, not {request.method}")
    if not _same_query(query, request.query):
        return Miss(script, (QUERY,), f"its query is {query or 'empty'}, not {request.query or 'empty'}")
    what = next(_other_fields(script, request), None)
    return Miss(script, (HEADER,), what) if what else None


def _same_query(recorded: str, given: str) -> bool:
    one, other = (sorted(parse_qsl(query, keep_blank_values=True)) for query in (recorded, given))
    return len(one) == len(other) and all(
        name == name_given and fits(value, value_given)
        for (name, value), (name_given, value_given) in zip(one, other, strict=True)
    )


def _other_fields(script: Script, request: Request) -> Iterator[str]:
    recorded = script.recording.request
    credentials = {AUTHORIZATION[0], *rules_of(script.recording.redacted, "header")}.difference(COOKIES)
    for name in sorted(credentials):
        here, there = field_of(recorded, name), request.lower.get(name)
        if (here is None) != (there is None):
            yield f"it was recorded {'without' if here is None else 'with'} the header {name}"
    wanted = {one.name.lower() for one in script.operation.parameters if one.location == "header"} - credentials
    for name in sorted(wanted):
        here, there = field_of(recorded, name) or "", request.lower.get(name, "")
        if not fits(here, there):
            yield f"its header {name} is {here!r}, not {there!r}"
    here, there = (_media_type(one) for one in (field_of(recorded, "content-type"), request.lower.get("content-type")))
    if here != there:
        yield f"its header content-type is {here!r}, not {there!r}"


def _media_type(value: str | None) -> str:
    return (value or "").partition(";")[0].strip().lower()


class Said:
    """What a client has said up to now."""

    def __init__(self) -> None:
        self.items: list[Root] = []
        self.content = bytearray()
        self.ended: How | None = None
        self._roots = Roots()
        self._all_complete = True  # nothing of one more item has been said, or it is not its turn yet

    def add(self, content: bytes) -> Iterator[None]:
        """Item by item, so that it does not matter how many of them come at once."""
        before = len(self.content)
        self._all_complete = True
        for root in self._roots.feed(content):
            self.content += content[len(self.content) - before : root.end - before]
            self.items.append(root)
            yield
        self.content += content[len(self.content) - before :]
        self._all_complete = False
        yield

    def rest(self, length: int) -> bytes:
        """The first bytes of what it has said of one more item."""
        return b"" if self._all_complete else self._roots.begun(length)

    def end(self, how: How, counts: bool = True) -> None:
        """``counts``: what there is of one more item is all of it."""
        self.ended = how
        if counts:
            self.items += self._roots.finish()
            self._all_complete = True

    def reached(self, due: Due) -> bool:
        if due.ended and self.ended is None:
            return False
        so_far = len(self.items)
        return so_far > due.items or (so_far == due.items and self.rest(len(due.rest)) == due.rest)


class Following(Protocol):
    script: Script

    def look(self, said: Said) -> Miss | None:
        """What differs in what has been said since the last look."""


def too_long(script: Script, longest: int) -> Miss:
    return Miss(script, (BODY,), f"more than {longest} bytes were said, and {len(script.content)} were recorded")


def silent(script: Script, told: str) -> Miss:
    return Miss(script, (BODY,), f"{told}, and more was recorded")


class ByMeaning:
    """Record by record, by their JSON values. A body that is no JSON means its bytes."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._seen = 0
        self._secret = frozenset(rules_of(script.recording.redacted, "field"))

    def look(self, said: Said) -> Miss | None:
        items = self.script.items
        while self._seen < min(len(items), len(said.items)):
            what = self._other(items[self._seen], said.items[self._seen].text)
            if what:
                return self._miss(what)
            self._seen += 1
        if len(said.items) > len(items):
            if said.items[self._seen].text.startswith(self.script.rest) and self.script.rest:
                return None
            return self._miss("is one more than was recorded")
        if self._seen == len(items):
            known = self.script.rest
            rest = said.rest(max(1, len(known)))
            if rest and not (known and known.startswith(rest)):
                return self._miss("is one more than was recorded")
        return self._ended(said)

    def _other(self, recorded: bytes, given: bytes) -> str:
        if recorded == given:
            return ""
        found = difference(meaning(recorded), meaning(given), self._secret)
        return str(found) if found else ""

    def _ended(self, said: Said) -> Miss | None:
        if said.ended is None or self.script.client_end is None:
            return None
        if said.ended != self.script.client_end:
            return self._miss(f"is followed by {said.ended}, and was by {self.script.client_end}")
        if self._seen < len(self.script.items):
            return self._miss(f"is missing: {len(self.script.items)} were recorded")
        return None

    def _miss(self, what: str) -> Miss:
        what = what if self.script.operation.stream or self._seen else what.replace("is one more", "holds more")
        return Miss(self.script, (BODY, self._seen), f"{self._name()} {what}")

    def _name(self) -> str:
        return f"record {self._seen + 1}" if self.script.operation.stream else "the body"


class ByBytes:
    """Byte by byte, whatever the pieces in which they come."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._seen = 0

    def look(self, said: Said) -> Miss | None:
        recorded = self.script.content
        new = bytes(said.content[self._seen :])
        if recorded[self._seen : self._seen + len(new)] != new:
            return self._other(new)
        self._seen += len(new)
        if said.ended is None or self.script.client_end is None:
            return None
        if said.ended != self.script.client_end:
            return self._miss(f"the body is ended by {said.ended}, and was by {self.script.client_end}")
        if self._seen < len(recorded):
            return self._miss(f"the body ends after {self._seen} bytes, and had {len(recorded)}")
        return None

    def _other(self, new: bytes) -> Miss:
        recorded = self.script.content[self._seen :]
        same = next((n for n, (a, b) in enumerate(zip(recorded, new, strict=False)) if a != b), len(recorded))
        self._seen += same
        there = f"recorded {shown(recorded[same : same + 20])}, sent {shown(new[same : same + 20])}"
        return self._miss(f"the body differs at byte {self._seen}: {there}")

    def _miss(self, what: str) -> Miss:
        return Miss(self.script, (BODY, self._seen), what)
