"""Which version follows: major where something is breaking, minor where something may be or is new, else patch."""

from __future__ import annotations

import re
from typing import Literal

from specmill.diff.values import Comparison
from specmill.errors import Place, SpecmillError

Step = Literal["major", "minor", "patch", "none"]
SEMANTIC = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:[-+][0-9A-Za-z.+-]+)?")
STEPS: dict[str | None, Step] = {"breaking": "major", "possible": "minor", "additive": "minor", "neutral": "patch"}


def step_of(comparison: Comparison) -> Step:
    return STEPS.get(comparison.worst, "none")


def following(version: str, step: Step) -> str:
    """An error where it is no semantic version. Before 1.0.0 what breaks raises the second number."""
    found = SEMANTIC.fullmatch(version)
    if found is None:
        message = f"{version!r} is no semantic version"
        raise SpecmillError(message, place=Place("--version-now"), hint="write it as 1.4.2")
    major, minor, patch = (int(found[n]) for n in (1, 2, 3))
    if step == "major" and major:
        return f"{major + 1}.0.0"
    if step in ("major", "minor"):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + (step == 'patch')}"


def is_semantic(version: str) -> bool:
    return SEMANTIC.fullmatch(version) is not None
