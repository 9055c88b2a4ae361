"""``specmill.json``: all that is known about how a client was made, and the only place where it is said.

    {
      "format": 1,
      "package": "kafka_rest",
      "specmill": "0.1.0",
      "engines": {"ruff": "0.17.5", ...},
      "inputs": {"document kafka-rest-v3.yaml": "<sha256>", "overlay 01 10-repairs.yaml": "<sha256>", ...},
      "normal": "<sha256>",
      "holds": {"models": 8, "operations": 1},
      "files": {"models": {"models.py": "<sha256>"}, "runtime": {...}, ...},
      "seal": "<sha256 of all the rest>"
    }

No date, no absolute path, nothing about the machine: the same inputs give the same manifest anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from specmill import __version__
from specmill.errors import Place, SpecmillError
from specmill.pyproject import shown
from specmill.values import Build

NAME = "specmill.json"
FORMAT = 1
KINDS = ("models", "client", "runtime", "extension", "meta")
# Without a manifest nobody can tell an edit from what is stale, so the way out has to go over both.
WAY_OUT = (
    "restore it from version control, or `specmill regenerate --adopt --discard-edits` writes the client anew\n"
    "and throws away what was changed by hand in its files"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was written."""

    sha256: str
    kind: str


@dataclass(frozen=True, slots=True)
class Manifest:
    package: str
    specmill: str
    engines: Mapping[str, str]
    inputs: Mapping[str, str]
    normal: str
    holds: Mapping[str, int]
    files: Mapping[str, Entry]  # relative to the client's folder, with forward slashes; without the manifest itself


def of(build: Build, engines: Mapping[str, str], inputs: Mapping[str, str]) -> Manifest:
    tree = build.normal.tree
    return Manifest(
        package=build.config.package,
        specmill=__version__,
        engines=engines,
        inputs=inputs,
        normal=sha256(_canonical(tree)).hexdigest(),
        holds={"models": len(tree.get("components", {}).get("schemas", {})), "operations": len(build.operations)},
        files={file.path: Entry(sha256(file.content).hexdigest(), file.kind) for file in build.files},
    )


def dumped(manifest: Manifest) -> bytes:
    files: dict[str, dict[str, str]] = {}
    for path, entry in manifest.files.items():
        files.setdefault(entry.kind, {})[path] = entry.sha256
    facts = {
        "format": FORMAT,
        "package": manifest.package,
        "specmill": manifest.specmill,
        "engines": manifest.engines,
        "inputs": manifest.inputs,
        "normal": manifest.normal,
        "holds": manifest.holds,
        "files": files,
    }
    sealed = {**facts, "seal": _seal(facts)}
    return json.dumps(sealed, indent=2, sort_keys=True).encode() + b"\n"


def read(client: Path) -> Manifest | None:
    """The manifest of a client; None where there is none."""
    file = client / NAME
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        hint = "move away what lies there, or make it readable"
        raise SpecmillError(
            f"cannot read the manifest: {error.strerror}", place=Place(shown(file)), hint=hint
        ) from None
    try:
        return loaded(raw)
    except SpecmillError as error:
        raise SpecmillError(error.message, place=Place(shown(file)), hint=error.hint) from None


def known(folder: Path, adopt: bool) -> Manifest | None:
    """The manifest of a client; whoever adopts the folder does without one that cannot be read."""
    try:
        return read(folder)
    except SpecmillError:
        if adopt:
            return None
        raise


def loaded(raw: bytes) -> Manifest:
    """Refuses whatever specmill did not write itself: a manifest decides which files are overwritten."""
    if b"<<<<<<< " in raw:
        raise SpecmillError("the manifest holds the marks of a merge conflict", hint=WAY_OUT)
    try:
        facts = json.loads(raw)
    except (ValueError, RecursionError):
        raise SpecmillError("the manifest is not JSON", hint=WAY_OUT) from None
    if not isinstance(facts, dict) or not isinstance(facts.get("format"), int):
        raise SpecmillError("this is not a manifest of specmill", hint=WAY_OUT)
    if facts["format"] > FORMAT:
        by = facts.get("specmill")
        raise SpecmillError(f"the manifest was written by a newer specmill ({by})", hint="upgrade specmill")
    seal = facts.pop("seal", None)
    if seal != _seal(facts) or not _is_sound(facts):
        raise SpecmillError("the manifest was changed by hand or by a merge", hint=WAY_OUT)
    files = {path: Entry(digest, kind) for kind, paths in facts["files"].items() for path, digest in paths.items()}
    names = ("package", "specmill", "engines", "inputs", "normal", "holds")
    return Manifest(files=files, **{name: facts[name] for name in names})


def _seal(facts: Mapping[str, Any]) -> str:
    return sha256(_canonical(facts)).hexdigest()


def _canonical(tree: Any) -> bytes:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), default=str).encode()


def _is_sound(facts: dict[str, Any]) -> bool:
    """A seal can be forged, a path that leads out of the client must still not be followed."""
    return (
        all(isinstance(facts.get(name), str) for name in ("package", "specmill", "normal"))
        and all(_is_table(facts.get(name), str) for name in ("engines", "inputs"))
        and _is_table(facts.get("holds"), int)
        and _is_table(facts.get("files"), dict)
        and all(kind in KINDS and _is_table(paths, str) for kind, paths in facts["files"].items())
        and all(is_inside(path) and path != NAME for paths in facts["files"].values() for path in paths)
    )


def _is_table(value: Any, of: type) -> bool:
    return isinstance(value, dict) and all(isinstance(item, of) for item in value.values())


def is_inside(path: str) -> bool:
    """Whether a path is a plain one below the client's folder, on every system."""
    parts = PurePosixPath(path).parts
    return bool(parts) and path == "/".join(parts) and not {"..", "/"} & set(parts) and not set(path) & set("\\:\0")
