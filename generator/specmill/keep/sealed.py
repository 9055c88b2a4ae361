"""Facts as JSON that holds a hash of itself: what decides which files are overwritten is believed only whole.

The seal finds mistakes and merges, not malice: whoever changes the facts on purpose can seal them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from specmill.errors import Place, SpecmillError
from specmill.pyproject import shown

FORMAT = 1


def sealed(facts: Mapping[str, Any]) -> bytes:
    whole = {"format": FORMAT, **facts}
    return json.dumps({**whole, "seal": _seal(whole)}, indent=2, sort_keys=True).encode() + b"\n"


def bytes_of(file: Path) -> bytes | None:
    """What a manifest holds; None where there is none."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        hint = "move away what lies there, or make it readable"
        raise SpecmillError(
            f"cannot read the manifest: {error.strerror}", place=Place(shown(file)), hint=hint
        ) from None


def opened(raw: bytes, way_out: str) -> dict[str, Any]:
    """The facts without their seal; refuses whatever specmill did not write itself."""
    if b"<<<<<<< " in raw:
        raise SpecmillError("the manifest holds the marks of a merge conflict", hint=way_out)
    try:
        facts = json.loads(raw)
    except (ValueError, RecursionError):
        raise SpecmillError("the manifest is not JSON", hint=way_out) from None
    if not isinstance(facts, dict) or not isinstance(facts.get("format"), int):
        raise SpecmillError("this is not a manifest of specmill", hint=way_out)
    if facts["format"] > FORMAT:
        by = facts.get("specmill")
        raise SpecmillError(f"the manifest was written by a newer specmill ({by})", hint="upgrade specmill")
    if facts.pop("seal", None) != _seal(facts):
        raise tampered(way_out)
    return facts


def tampered(way_out: str) -> SpecmillError:
    return SpecmillError("the manifest was changed by hand or by a merge", hint=way_out)


def _seal(facts: Mapping[str, Any]) -> str:
    return sha256(canonical(facts)).hexdigest()


def canonical(tree: Any) -> bytes:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), default=str).encode()


def is_table(value: Any, of: type) -> bool:
    return isinstance(value, dict) and all(isinstance(item, of) for item in value.values())


def is_inside(path: str) -> bool:
    """Whether a path is a plain one below the folder of its manifest, on every system."""
    parts = PurePosixPath(path).parts
    return bool(parts) and path == "/".join(parts) and not {"..", "/"} & set(parts) and not set(path) & set("\\:\0")
