"""What an update of the document changes for the users of a client that is there already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specmill.errors import Place, SpecmillError
from specmill.keep.manifest import Manifest
from specmill.pyproject import shown
from specmill.values import Build

if TYPE_CHECKING:  # a run that finds nothing changed compares nothing, and should not wait for what does
    from specmill.diff.reports import Report
    from specmill.diff.touched import Touched
    from specmill.diff.values import Comparison
    from specmill.document.api import Api

ACCEPT = "specmill regenerate --accept-breaking"


@dataclass(frozen=True, slots=True)
class Update:
    report: Report
    touched: tuple[Touched, ...]

    @property
    def is_breaking(self) -> bool:
        return self.report.comparison.worst == "breaking"


class BreakingUpdate(SpecmillError):
    """A finding and no failure: the client could be written, but whoever uses it would have to know."""

    def __init__(self, update: Update, client: Path) -> None:
        message = "the update breaks those who use the client; nothing was written"
        hint = f"`{ACCEPT}` writes it all the same"
        super().__init__(message, place=Place(shown(client)), hint=hint)
        self.update = update


def update_of(folder: Path, old: Manifest | None, new: Manifest, built: Build) -> Update | None:
    """None where nothing of the document has changed, or nobody knows what it was."""
    if old is None or old.normal == new.normal:
        return None
    before = _before(folder, old)
    if before is None:
        return None
    from specmill.diff.compare import compare
    from specmill.diff.touched import touched_by
    from specmill.document.api import Api

    document = built.config.document.as_posix()
    comparison = compare(before, Api(built.normal, built.operations), (f"{document} as it was", document))
    report = _report(comparison, before)
    return Update(report, touched_by(report.comparison.differences, built.config, built.normal))


def _before(folder: Path, manifest: Manifest) -> Api | None:
    from hashlib import sha256

    from specmill.emit import snapshot

    entry = manifest.files.get(snapshot.NAME)
    try:
        content = (folder / snapshot.NAME).read_bytes()
    except OSError:
        return None
    return snapshot.loaded(content) if entry and sha256(content).hexdigest() == entry.sha256 else None


def _report(comparison: Comparison, before: Api) -> Report:
    """Without what is neutral: no prose is kept with a client, so all of it would be new."""
    from specmill.diff.reports import Report

    told = tuple(one for one in comparison.differences if one.severity != "neutral")
    version = str(before.normal.tree["info"].get("version", ""))
    return Report(replace(comparison, differences=told), version=version)


def as_lines(update: Update) -> Iterator[str]:
    from specmill.diff.reports import as_text

    if update.report.comparison.differences:
        yield from as_text(update.report)
    if update.touched:
        yield from ("", "Written by hand, and touched by it")
        for one in update.touched:
            yield f"  {one.kind:<9} {one.place}: {one.why}"


def as_json(update: Update) -> dict[str, Any]:
    from specmill.diff.reports import as_json as report_as_json

    touched = [
        {"kind": one.kind, "file": one.place.file, "line": one.place.line or None, "why": one.why}
        for one in update.touched
    ]
    return {**report_as_json(update.report), "touched": touched}
