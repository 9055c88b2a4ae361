"""The reviewed table of severities, as data: ``severities.toml`` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from specmill.diff.values import SEVERITIES, Severity

FILE = Path(__file__).with_name("severities.toml")
WHY = "why"
# What a change is called when it is looked at from the other side.
MIRRORED = {
    **{"added": "removed", "removed": "added", "set": "unset", "unset": "set"},
    **{"tightened": "loosened", "loosened": "tightened"},
    **{"changed": "changed", "renamed": "renamed", "moved": "moved"},
}


@dataclass(frozen=True, slots=True)
class Row:
    position: str
    keyword: str
    change: str
    severity: Severity
    why: str

    @property
    def id(self) -> str:
        return id_of(self.position, self.keyword, self.change)


def id_of(position: str, keyword: str, change: str) -> str:
    return f"{position}-{keyword}-{change}"


@cache
def rows() -> Mapping[str, Row]:
    """By id, in the order of the file."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = [
        Row(position, keyword, change, severity, cells[WHY])
        for position, keywords in tables.items()
        for keyword, cells in keywords.items()
        for change, severity in cells.items()
        if change != WHY
    ]
    return {row.id: row for row in found}


def severity_of(position: str, keyword: str, change: str) -> Severity:
    return rows()[id_of(position, keyword, change)].severity


def worst(severities: list[Severity]) -> Severity:
    return min(severities, key=SEVERITIES.index)
