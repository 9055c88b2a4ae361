"""Finds ``[tool.specmill]`` and remembers where each of its settings was written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specmill.errors import Place, SpecmillError

FILE = "pyproject.toml"
KEYS = ("document", "package", "output", "overlays", "extension", "allow", "recordings", "docs", "notes")
TABLE = "[tool.specmill]"
CLIENT = "[[tool.specmill.client]]"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, the folder its paths are relative to, and where it was written."""

    value: Any
    folder: Path
    place: Place


Settings = Mapping[str, Setting]


def nearest(here: Path) -> Path | None:
    """The pyproject.toml of this folder or of one above it that has the table."""
    for folder in (here, *here.parents):
        file = folder / FILE
        # Every project has a pyproject.toml: one that does not even name specmill is somebody else's business.
        if file.is_file() and b"specmill" in _bytes(file, here) and table(file, here) is not None:
            return file
    return None


def clients(file: Path, here: Path) -> list[Settings]:
    """The settings of each client: those of the table, overruled by those of the client's own table."""
    whole = table(file, here)
    if whole is None:
        place = Place(shown(file, here))
        raise SpecmillError(f"there is no table {TABLE}", place=place, hint="write one with `specmill init DOCUMENT`")
    lines = file.read_text("utf-8").splitlines()
    places = _Places(shown(file, here), file.parent, lines)
    shared = places.settings({key: value for key, value in whole.items() if key != "client"}, TABLE)
    entries = whole.get("client")
    if entries is None:
        return [shared]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        place = places.of("client", TABLE)
        raise SpecmillError("`client` has to be a list of tables", place=place, hint=f"write {CLIENT}")
    return [{**shared, **places.settings(entry, CLIENT, nth)} for nth, entry in enumerate(entries)]


def table(file: Path, here: Path) -> dict[str, Any] | None:
    """``[tool.specmill]`` of one file as it was parsed, None where it has none."""
    import tomllib

    try:
        tree = tomllib.loads(_bytes(file, here).decode("utf-8"))
    except UnicodeDecodeError as error:
        place = Place(shown(file, here))
        raise SpecmillError(f"not UTF-8 text (byte {error.start})", place=place, hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), file, here) from None
    tool = tree.get("tool", {})
    found = tool.get("specmill") if isinstance(tool, dict) else None
    if found is not None and not isinstance(found, dict):
        raise SpecmillError("tool.specmill has to be a table", place=Place(shown(file, here)), hint=f"write {TABLE}")
    return found


def shown(path: Path, here: Path | None = None) -> str:
    """As a person in the working folder would type it: relative, unless that is longer."""
    relative = os.path.relpath(path, here or Path.cwd())
    return min(relative, os.path.abspath(path), key=len).replace(os.sep, "/")


def _bytes(file: Path, here: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SpecmillError(f"cannot read it: {error.strerror}", place=Place(shown(file, here))) from None


def _not_toml(message: str, file: Path, here: Path) -> SpecmillError:
    import re

    where = re.search(r" \(at line (\d+), column (\d+)\)", message)
    if not where:
        return SpecmillError(f"not TOML: {message}", place=Place(shown(file, here)))
    line, column = int(where[1]), int(where[2])
    text = "".join(file.read_text("utf-8").splitlines()[line - 1 : line])
    place = Place(shown(file, here), line, column)
    return SpecmillError(f"not TOML: {message[: where.start()]}", place=place, text=text)


@dataclass(frozen=True, slots=True)
class _Places:
    """Finds the line of a key: tomllib keeps no places, and an error without one is a riddle."""

    file: str
    folder: Path
    lines: list[str]

    def settings(self, table: dict[str, Any], header: str, nth: int = 0) -> Settings:
        for key in table:
            if key not in KEYS:
                raise _unknown(key, self.of(key, header, nth))
        return {key: Setting(value, self.folder, self.of(key, header, nth)) for key, value in table.items()}

    def of(self, key: str, header: str, nth: int = 0) -> Place:
        """The key in the nth table of that name, or at least the table."""
        seen, line_of_table, inside = -1, 0, False
        for number, line in enumerate(self.lines, 1):
            bare = line.split("#")[0].replace(" ", "").strip()
            if bare.startswith("["):
                seen += bare == header
                inside = bare == header and seen == nth
                line_of_table = number if inside else line_of_table
            elif inside and bare.split("=")[0].strip("\"'") == key:
                return Place(self.file, number, len(line) - len(line.lstrip()) + 1)
        return Place(self.file, line_of_table, int(line_of_table > 0))


def _unknown(key: str, place: Place) -> SpecmillError:
    import difflib

    near = difflib.get_close_matches(key, KEYS, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"the keys are {', '.join(KEYS)}"
    return SpecmillError(f"[tool.specmill] has no key `{key}`", place=place, hint=hint)
