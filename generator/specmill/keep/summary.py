"""What a run of ``specmill regenerate`` did, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from specmill.keep.manifest import Manifest
from specmill.keep.update import Update, as_lines
from specmill.keep.update import as_json as update_as_json
from specmill.keep.writer import NAMED, Written
from specmill.values import UNCHECKED, UNNEEDED, Change

KINDS = ("document", "overlay", "extension")
MARKS = (("added", "+"), ("changed", "~"), ("removed", "-"))


@dataclass(frozen=True, slots=True)
class Summary:
    package: str
    client: str
    manifest: Manifest
    disk: Written
    changes: tuple[Change, ...] | None  # None: nothing had to be built, so nothing was changed on the way
    stages: tuple[tuple[str, float], ...]
    saved: tuple[str, ...] = ()  # folders in which a killed run left what may be somebody's work
    update: Update | None = None  # what it changes for users of the client that was there
    kinds: tuple[str, ...] = KINDS  # of inputs that are told of

    @property
    def outcome(self) -> str:
        if self.disk.added or self.disk.changed or self.disk.removed:
            return "written"
        return "nothing changed" if self.changes is None else "same bytes"

    @property
    def read(self) -> tuple[tuple[str, str, str], ...]:
        """Kind, name and hash of every input that is a file of the user's, in the order they are read."""
        inputs = [(*name.partition(" "), digest) for name, digest in sorted(self.manifest.inputs.items())]
        return tuple((kind, name, digest) for one in self.kinds for kind, _, name, digest in inputs if kind == one)


def as_json(summary: Summary) -> dict[str, Any]:
    return {
        "package": summary.package,
        "client": summary.client,
        "outcome": summary.outcome,
        "read": [{"kind": kind, "name": name, "sha256": digest} for kind, name, digest in summary.read],
        "changes": None if summary.changes is None else [asdict(change) for change in summary.changes],
        "operations": summary.manifest.holds["operations"],
        "models": summary.manifest.holds["models"],
        "files": len(summary.manifest.files),
        "disk": asdict(summary.disk),
        "saved": summary.saved,
        "update": update_as_json(summary.update) if summary.update else None,
        "stages": [{"name": name, "seconds": round(seconds, 4)} for name, seconds in summary.stages],
        "seconds": round(sum(seconds for _, seconds in summary.stages), 4),
    }


def as_text(summary: Summary, *, verbose: bool = False) -> Iterator[str]:
    holds = summary.manifest.holds
    contents = f"{_count(holds['operations'], 'operation')}, {_count(holds['models'], 'model')}"
    yield f"{summary.client}: {summary.outcome} ({contents}, {_count(len(summary.manifest.files), 'file')})"
    if summary.changes is not None:
        yield from _details(summary, summary.changes, verbose)
    if summary.update:
        yield from as_lines(summary.update)
    for path in summary.disk.unknown:
        yield f"  not ours  {path} (left alone)"
    for path in summary.saved:
        yield f"  saved     {path}: a killed run left it; take what is yours and remove it"


def _details(summary: Summary, changes: tuple[Change, ...], verbose: bool) -> Iterator[str]:
    for kind, name, _ in summary.read:
        yield f"  read      {kind} {name}"
    counts = Counter(change.rule for change in changes if change.rule not in (UNCHECKED, UNNEEDED))
    for rule, number in counts.items():
        yield f"  mended    {rule}: {_count(number, 'place')}"
        if verbose:
            yield from (f"              {change.pointer}: {change.note}" for change in changes if change.rule == rule)
    if summary.update is None:  # which names them with all else that it touches
        yield from (f"  unneeded  {change.note}" for change in changes if change.rule == UNNEEDED)
    yield from _unchecked([change for change in changes if change.rule == UNCHECKED], verbose)
    yield from _on_disk(summary.disk, verbose)
    times = ", ".join(f"{name} {seconds:.2f}" for name, seconds in summary.stages)
    yield f"  seconds   {sum(seconds for _, seconds in summary.stages):.2f} ({times})"


def _unchecked(changes: list[Change], verbose: bool) -> Iterator[str]:
    shown = changes if verbose else changes[:NAMED]
    yield from (f"  unchecked {change.pointer}: {change.note}" for change in shown)
    if len(shown) < len(changes):
        yield f"  unchecked … and {_count(len(changes) - len(shown), 'place')} more (--verbose)"


def _on_disk(disk: Written, verbose: bool) -> Iterator[str]:
    for what, mark in MARKS:
        paths: tuple[str, ...] = getattr(disk, what)
        if paths:
            shown = paths if verbose else paths[:NAMED]
            more = f" … and {len(paths) - len(shown)} more" if len(shown) < len(paths) else ""
            yield f"  {what:<9} {mark} {', '.join(shown)}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
