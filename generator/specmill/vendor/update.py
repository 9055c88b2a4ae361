"""The story of ``specmill vendor --update``: what nobody touched is replaced, what somebody edited is merged.

The folder as it was is kept inside the new one, so ``specmill vendor --undo`` takes all of it back.

    here        in the source       becomes
    untouched   anything            what the source has
    anything    as it came          what is here
    edited      changed             both; with marks where they touch each other
    edited      removed             what is here: nothing edited is lost
    deleted     changed             what the source has
    extra       new                 nothing is changed unless both are the same
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from specmill.errors import Place, SpecmillError
from specmill.keep.freshness import differences
from specmill.keep.writer import clashes, listed
from specmill.pyproject import shown
from specmill.values import Config
from specmill.vendor.archive import packed
from specmill.vendor.check import config_for
from specmill.vendor.contents import Copy, copy_of
from specmill.vendor.folder import Opened, locked, opened, replaced, snapshot
from specmill.vendor.merge import is_text, merged, with_line_ends
from specmill.vendor.vendored import BASE, BEFORE, NAME, Vendored, dumped

What = Literal["added", "changed", "removed", "merged", "conflict", "restored", "kept"]
LEFT = ("conflict", "restored")  # what somebody has to look at
Source = Callable[[Vendored], Config]


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one file."""

    path: str
    what: What


@dataclass(frozen=True, slots=True)
class Updated:
    folder: str
    copy: Copy
    steps: tuple[Step, ...]
    reasons: tuple[str, ...]  # what of the source is another than it was
    written: bool

    @property
    def left(self) -> tuple[Step, ...]:
        """What has to be looked at."""
        return tuple(step for step in self.steps if step.what in LEFT)

    @property
    def word(self) -> str:
        if not self.written:
            return "nothing changed"
        return "updated, with conflicts" if self.left else "updated"

    @property
    def hints(self) -> tuple[str, ...]:
        look = ("look at what is a conflict or restored, and mend the marked places",) if self.left else ()
        back = (f"`specmill vendor --undo {self.folder}` takes this update back",) if self.written else ()
        return look + back


def update(
    path: Path, source: Source, *, only: Sequence[str] = (), expected: str | None, waiting: Callable[[], None]
) -> Updated:
    with locked(path, waiting=waiting) as folder:
        old = opened(folder, expected)
        _check_ready(old)
        config = config_for(old.vendored, source(old.vendored))
        copy = copy_of(replace(config, only=tuple(only)) if only else config)
        return _updated(old, copy)


def _check_ready(old: Opened) -> None:
    place = Place(shown(old.folder))
    if old.conflicts:
        hint = f"mend the marked places first, or `specmill vendor --undo {shown(old.folder)}` takes that update back"
        message = "conflicts of an earlier update are left"
        raise SpecmillError(message, place=place, text=listed(old.conflicts), hint=hint)
    if old.found.line_ends:
        folder = shown(old.folder)
        hint = f"`specmill vendor --restore {folder}` mends that; .gitattributes in the folder prevents it"
        if old.found.edited:
            hint = f"save the edits with `specmill vendor --diff {folder} > edits.patch`, then {hint}"
        message = "a checkout changed the line ends to CRLF"
        raise SpecmillError(message, place=place, text=listed(old.found.line_ends), hint=hint)


def _updated(old: Opened, copy: Copy) -> Updated:
    _check_extra(old, copy)
    here = snapshot(old.folder, old.seen)
    target = {path: here[path] for path in old.found.unknown if path not in copy.files}
    steps: list[Step] = []
    for path in sorted({*old.base, *copy.files}):
        content, what = _merged(old.base.get(path), here.get(path), copy.files.get(path))
        if content is not None:
            target[path] = content
        if what is not None:
            steps.append(Step(path, what))
    target |= {NAME: dumped(copy.vendored), BASE: packed(copy.files)}
    changed = target != here
    if changed:
        replaced(old.folder, {**target, BEFORE: packed(here)}, old.seen)
    reasons = tuple(differences(old.vendored.made, copy.vendored.made))
    return Updated(shown(old.folder), copy, tuple(steps), reasons, changed)


def _merged(base: bytes | None, here: bytes | None, there: bytes | None) -> tuple[bytes | None, What | None]:
    """The rows of the table above."""
    if here == there:
        return here, None
    if here == base:
        return there, "removed" if there is None else "added" if here is None else "changed"
    if there == base:
        return here, "kept"
    if here is None:
        return there, "restored"
    if there is None or base is None or not is_text(base, here, there):
        return here, "conflict"
    result = merged(base, with_line_ends(base, here), there)
    return result.content, "conflict" if result.conflicts else "merged"


def _check_extra(old: Opened, copy: Copy) -> None:
    clashing = clashes(old.folder, copy.files, old.found, overwrite=False)
    if clashing:
        hint = "rename or move them; nothing was changed"
        message = "files that are not specmill's lie where files of the client have to go"
        raise SpecmillError(message, place=Place(shown(old.folder)), text=listed(clashing), hint=hint)
