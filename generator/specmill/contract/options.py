"""What a run is asked for: where, with which credentials, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specmill.contract.report.secrets import Cleaner
from specmill.contract.security import Credentials
from specmill.contract.shards import WHOLE, Amounts, Shard
from specmill.document.api import Api
from specmill.errors import Place, SpecmillError
from specmill.values import Operation


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is tried, where nobody says how much."""

    name: str
    calls: int  # drawn for every operation
    records: int  # drawn for every stream
    rounds: int  # of broken values, each with other values around the fault
    conversations: int  # of the state machine with a stream
    steps: int  # of each of them
    waits: float  # seconds that a property may wait
    random: bool  # another seed every time
    seconds: float = float("inf")  # for all of it; what a slow server has no time for is left out, and told


PROFILES = {
    one.name: one
    for one in (
        Profile("quick", 60, 480, 2, 12, 12, 5.0, False, 30.0),
        Profile("ci", 600, 12_000, 6, 100, 25, 75.0, False),
        Profile("fuzz", 4_000, 200_000, 20, 1_000, 50, 75.0, True),
    )
}
QUICK = PROFILES["quick"]


@dataclass(frozen=True, slots=True)
class Options:
    url: str
    credentials: Credentials = field(default_factory=Credentials)
    parameters: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)  # of a second place for records of a stream
    fields: tuple[tuple[str, str], ...] = ()  # of every request
    operations: tuple[str, ...] = ()  # all, if none is named
    seed: int = 0
    profile: Profile = QUICK
    cases: int | None = None  # drawn, in place of what the profile says
    budget: float | None = None  # seconds
    cacert: Path | None = None
    verify: bool = True
    patience: float = 1.0  # seconds without anything, after which a stream is taken to be silent
    idle: float | None = None  # seconds a silent stream stays open, in place of what the marks say
    shard: Shard = WHOLE  # what of all this is tried here
    databases: tuple[str, ...] = ()  # where failures are shared: read and written
    upstream: tuple[str, ...] = ()  # and where they are only read

    @property
    def amounts(self) -> Amounts:
        profile, cases = self.profile, self.cases
        calls = profile.calls if cases is None else cases
        turns = 2 if cases is not None else profile.rounds
        records = profile.records if cases is None else cases
        return Amounts(calls, calls // 4, records, profile.conversations, turns)

    @property
    def cleaner(self) -> Cleaner:
        """Of all that was given to prove who asks."""
        fields = {f"HEADER_{number}": value for number, (_, value) in enumerate(self.fields, 1)}
        return Cleaner({**fields, **self.credentials.secrets})


def chosen(api: Api, options: Options) -> tuple[Operation, ...]:
    if not options.operations:
        return api.operations
    by_id = {one.id: one for one in api.operations}
    for name in options.operations:
        if name not in by_id:
            hint = f"it has {', '.join(list(by_id)[:12])}"
            raise SpecmillError(f"the document has no operation {name!r}", place=Place("--operation"), hint=hint)
    return tuple(by_id[name] for name in dict.fromkeys(options.operations))
