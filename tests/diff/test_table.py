"""The table of severities is complete: whatever is found in one direction has a row in the other, and is tried."""

from __future__ import annotations

import re

import pytest

from specmill.diff.table import MIRRORED, Row, rows
from specmill.diff.values import SEVERITIES
from tests.diff.pairs import path_of_expected

# Differences of which no pair is there, each with the reason.
UNTRIED: dict[str, str] = {}


@pytest.mark.parametrize("row", rows().values(), ids=lambda row: row.id)
def test_a_row_has_a_severity_a_reason_and_its_mirror(row: Row) -> None:
    assert row.severity in SEVERITIES
    assert row.why.strip()
    assert Row(row.position, row.keyword, MIRRORED[row.change], row.severity, "").id in rows()


def test_nothing_is_breaking_or_additive_on_both_sides_of_a_request() -> None:
    """What narrows in one direction widens in the other."""
    for row in rows().values():
        if row.position == "request" and row.change != MIRRORED[row.change] and row.severity == "breaking":
            mirrored = rows()[f"request-{row.keyword}-{MIRRORED[row.change]}"].severity
            assert mirrored != "breaking" or row.keyword == "required-property", row.id


def test_every_row_is_found_in_a_pair_or_in_its_mirror() -> None:
    text = "".join(path_of_expected(name).read_text(encoding="utf-8") for name in ("schemas", "operations"))
    found = set(re.findall(r"(?:breaking|possible|additive|neutral) (\S+) \|", text))
    found |= {f"{one.rpartition('-')[0]}-{MIRRORED[one.rpartition('-')[2]]}" for one in found}
    assert sorted(rows().keys() - found - UNTRIED.keys()) == []
    assert sorted(UNTRIED.keys() & found) == []
