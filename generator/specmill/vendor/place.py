"""The story of ``specmill vendor DIR``: the client as a copy in a folder that was not there, or empty."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from specmill.errors import Place, SpecmillError
from specmill.keep.lock import held
from specmill.keep.swap import real_folder
from specmill.keep.writer import listed, readable_errors
from specmill.pyproject import shown
from specmill.values import Config
from specmill.vendor.contents import Copy, copy_of
from specmill.vendor.folder import listing, mend, replaced
from specmill.vendor.vendored import NAME


@dataclass(frozen=True, slots=True)
class Placed:
    folder: str
    copy: Copy


def place(config: Config, path: Path, *, waiting: Callable[[], None]) -> Placed:
    _check_name(path)
    folder = real_folder(path)
    copy = copy_of(config)
    with ExitStack() as until_done:
        with readable_errors(folder):
            until_done.enter_context(held(folder.parent, waiting=waiting))
            mend(folder)
        _check_free(folder)
        replaced(folder, copy.whole, {})
    return Placed(shown(folder), copy)


def _check_name(path: Path) -> None:
    name = path.absolute().name
    if not name.isidentifier() or keyword.iskeyword(name):
        hint = "its name is how the client is imported: letters, digits and underscores"
        raise SpecmillError("a folder of this name cannot be imported", place=Place(shown(path)), hint=hint)


def _check_free(folder: Path) -> None:
    there = listing(folder)
    if NAME in there:
        hint = f"`specmill vendor --update {shown(folder)}` brings it up to date"
        raise SpecmillError("a vendored client is there already", place=Place(shown(folder)), hint=hint)
    if there:
        hint = "choose a folder that is empty or not there yet; nothing was changed"
        text = listed(sorted(there))
        raise SpecmillError(
            "the folder holds files that are not specmill's", place=Place(shown(folder)), text=text, hint=hint
        )
    beside = (other.name for other in sorted(folder.parent.iterdir()) if other.name != folder.name)
    if twin := next((name for name in beside if name.casefold() == folder.name.casefold()), None):
        message = f"{folder.name} and {twin} are one folder on disks that fold upper and lower case"
        raise SpecmillError(message, place=Place(shown(folder)), hint="choose another name")
