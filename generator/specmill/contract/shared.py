"""Failures that runs share through a database of Hypothesis': what one finds, all others try first.

A failure is kept as the JSON that also a file of it holds: it says what was sent and is none the worse for a new
version, or for another document in which the operation is still there. No credential is in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from hypothesis.database import ExampleDatabase

from specmill.contract.store import Stored, as_json, of_json

T = TypeVar("T")
KEY = "specmill contract: "


@dataclass(frozen=True, slots=True)
class Held:
    """One of somebody's failures, as it stands in the database."""

    stored: Stored
    raw: bytes


class Shared:
    """Of one document, by its title. Without a database nothing is shared."""

    def __init__(self, database: ExampleDatabase | None, title: str) -> None:
        self._database = database
        self._key = (KEY + title).encode()
        self._known: set[bytes] = set()  # what was tried here
        self._names: set[str] = set()  # of what fails here
        self.trouble = ""  # of a database that went away in the middle of a run, which goes on without it
        self.replayed = 0

    def news(self) -> tuple[Held, ...]:
        """What others have found and nobody has tried here, in an order that is the same for all."""
        return tuple(
            held for held in self._all() if held.raw not in self._known and held.stored.name not in self._names
        )

    def tried(self, held: Held, fails: bool) -> None:
        """What holds now is forgotten, as Hypothesis does with its own."""
        self._known.add(held.raw)
        self.replayed += 1
        if fails:
            self._names.add(held.stored.name)
        else:
            self._at_it(lambda database: database.delete(self._key, held.raw))

    def keep(self, stored: Stored) -> None:
        if stored.name not in self._names:
            self._names.add(stored.name)
            raw = json.dumps(as_json(stored), sort_keys=True).encode()
            self._at_it(lambda database: database.save(self._key, raw))

    def _all(self) -> Iterator[Held]:
        for raw in sorted(self._at_it(lambda database: list(database.fetch(self._key))) or ()):
            try:
                yield Held(of_json(json.loads(raw)), raw)
            except (ValueError, KeyError, TypeError):
                continue  # of another version

    def _at_it(self, asked: Callable[[ExampleDatabase], T]) -> T | None:
        if self._database is None or self.trouble:
            return None
        try:
            return asked(self._database)
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}".partition("\n")[0]
            return None
