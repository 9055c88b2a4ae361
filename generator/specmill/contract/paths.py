"""Names in the path of a stream: whether its reports give them back as they were meant, however they are spelt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from specmill.contract.causes import OF_PATH
from specmill.contract.fingerprints import Fingerprint
from specmill.contract.streams import Ground, OpenStream
from specmill.contract.texts import Text
from specmill.contract.values import Finding
from specmill.document.pointers import MISSING, find, split

NUMBER = 5  # of the record that is sent
SPELLINGS = {  # about: how it is written in the path, and what it means; a number behind it tells parameters apart
    "capitals, dots and dashes": ("Specmill.Aa-b_", "Specmill.Aa-b_"),
    "a plus sign": ("a+b", "a+b"),
    "an escaped plus sign": ("a%2Bb", "a+b"),
    "a blank": ("a%20b", "a b"),
    "blanks before it": ("%20%C2%A0a", " \u00a0a"),
    "letters outside of ASCII": ("%C3%A9%E2%82%AC", "\u00e9\u20ac"),
    "escapes in lower case": ("%c3%89%2b", "\u00c9+"),
    "an escaped letter": ("%61%2Db", "a-b"),
    "an escaped percent sign": ("a%2541", "a%41"),
    "a letter and its accent": ("e%CC%81", "e\u0301"),
}


@dataclass(frozen=True, slots=True)
class Free:
    """A target with holes for those parameters of its path that nobody has given."""

    target: str
    holes: Mapping[str, str]  # by name of the parameter

    def named(self, spelling: str) -> str:
        target = self.target
        for number, hole in enumerate(self.holes.values()):
            target = target.replace(hole, f"{spelling}{number}")
        return target

    def meant(self, value: str) -> dict[str, str]:
        return {name: f"{value}{number}" for number, name in enumerate(self.holes)}


def misnamed(ground: Ground, free: Free, fingerprint: Fingerprint) -> Iterator[Finding]:
    """Of the names that this server takes those that its reports do not give back; each place once."""
    told: set[str] = set()
    for about, (spelling, value) in SPELLINGS.items():
        target, meant = free.named(spelling), free.meant(value)
        with OpenStream(replace(ground, target=target)) as stream:
            stream.send(fingerprint.record(NUMBER) + b"\n")
            stream.finish()
            stream.drain()
        if len(stream.reports) != 1 or not ground.accepted(stream.reports[0]):
            continue  # nobody promised that it has a place of this name
        for place, wanted, got in _wrong(ground, stream.reports[0], meant):
            if place not in told:
                told.add(place)
                yield _finding(ground, stream, f"{OF_PATH}{target.partition('?')[0]} ({about})", place, wanted, got)


def _wrong(ground: Ground, report: Text, meant: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for place, source in ground.marks.echo.items():
        got = find(report.value, split(place))
        if source.parameter in meant and got != meant[source.parameter]:
            yield place, repr(meant[source.parameter]), "nothing" if got is MISSING else repr(got)[:80]


def _finding(ground: Ground, stream: OpenStream, sent: str, place: str, wanted: str, got: str) -> Finding:
    found = Finding("echo", ground.operation.id, place, "", sent, wanted, got, ground.marks.pointer)
    return replace(found, chunks=tuple(stream.sent), events=tuple(stream.dialogue.events))
