"""Copies of hand-made clients: vendoring sees files and hashes, so it needs no engine to be tested."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from specmill.keep.sealed import sealed
from specmill.values import Config
from specmill.vendor.check import Verdict, check
from specmill.vendor.place import place
from specmill.vendor.undo import Undone, restore, undo
from specmill.vendor.update import Updated, update
from specmill.vendor.vendored import NAME
from tests.keep.builds import NEW, OLD, Files, config_in, engines_write, tree_of

__all__ = ["NEW", "OLD", "config_in", "tree_of"]
ADDED = (".gitattributes", ".gitignore", "LICENSES/Apache-2.0.txt", "ruff.toml")
LINES = [f"line {number}\n" for number in range(1, 30)]
LONG: Files = {"__init__.py": "", "long.py": "".join(LINES)}


def never() -> None:
    raise AssertionError("nobody else is at work here")


def changed(*lines: int, to: str = "changed") -> str:
    """The text of ``LONG`` with some lines changed."""
    return "".join(f"{to} {number}\n" if number in lines else line for number, line in enumerate(LINES, 1))


def copied(folder: Path, files: Files = OLD) -> Path:
    """A copy in ``folder/host/acme/petstore`` of the client ``pets``, whose document lies in ``folder``."""
    copy = folder / "host" / "acme" / "petstore"
    with engines_write(files):
        place(config_in(folder), copy, waiting=never)
    return copy


def checked(copy: Path, config: Config | None = None, *, expected: str | None = None) -> Verdict:
    return check(copy, lambda _: config, expected=expected, waiting=never)


def findings(copy: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in checked(copy).findings:
        found.setdefault(finding.what, []).append(finding.path)
    return found


def updated(copy: Path, config: Config, files: Files, *, only: Sequence[str] = ()) -> Updated:
    with engines_write(files):
        return update(copy, lambda _: config, only=only, expected=None, waiting=never)


def undone(copy: Path) -> Undone:
    return undo(copy, waiting=never)


def restored(copy: Path) -> Undone:
    return restore(copy, expected=None, waiting=never)


def steps(done: Updated) -> dict[str, str]:
    return {step.path: step.what for step in done.steps}


def edited(copy: Path, path: str, text: str) -> None:
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_bytes(text.encode())


def doctored(copy: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The manifest after a change, sealed again."""
    facts = json.loads((copy / NAME).read_bytes())
    del facts["seal"]
    change(facts)
    (copy / NAME).write_bytes(sealed(facts))
