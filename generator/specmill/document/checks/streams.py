"""Does the mark of a stream say what a stream needs? OpenAPI does not know it, so nobody else looks at it."""

from __future__ import annotations

from typing import Any

from specmill.document.checks.findings import Findings
from specmill.document.faults import closest, shown
from specmill.document.pointers import Path

FRAMINGS = ("concatenated-json", "json-lines")
FIELDS = ("framing", "verdict", "accepted")


def check_stream(mark: Any, path: Path, findings: Findings) -> None:
    if not isinstance(mark, dict):
        findings.add(path, f"x-stream is a mapping with {', '.join(FIELDS)}", "mend it, or remove it")
        return
    for field in mark:
        if field not in FIELDS and not field.startswith("x-"):
            close = closest(field, FIELDS) or FIELDS
            findings.add(
                (path, field), f'x-stream has no field "{shown(field)}"', f"did you mean {' or '.join(close)}?"
            )
    if "framing" in mark and mark["framing"] not in FRAMINGS:
        findings.add((path, "framing"), f"the framings of a stream are {' and '.join(FRAMINGS)}")
    _check_verdict(mark, path, findings)


def _check_verdict(mark: dict[str, Any], path: Path, findings: Findings) -> None:
    if ("verdict" in mark) != ("accepted" in mark):
        findings.add(path, "`verdict` and `accepted` of x-stream stand together", "accepted: [200]")
    if not isinstance(mark.get("verdict", ""), str):
        findings.add((path, "verdict"), "the verdict of a stream is the name of a member of its report")
    accepted = mark.get("accepted", [200])
    if not isinstance(accepted, list) or not accepted or not all(isinstance(v, str | int | float) for v in accepted):
        message = "`accepted` is a list of the texts, numbers, true or false that mean success"
        findings.add((path, "accepted"), message, "accepted: [200]")
