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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from specmill import __version__
from specmill.errors import Place, SpecmillError
from specmill.keep.sealed import bytes_of, canonical, is_inside, is_table, opened, sealed, tampered
from specmill.pyproject import shown
from specmill.values import Build, File

NAME = "specmill.json"
KINDS = ("models", "client", "runtime", "extension", "meta", "docs")
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


def of(
    build: Build, engines: Mapping[str, str], inputs: Mapping[str, str], files: Iterable[File] | None = None
) -> Manifest:
    """``files`` are those of the client itself, unless others were made from the same build."""
    tree = build.normal.tree
    return Manifest(
        package=build.config.package,
        specmill=__version__,
        engines=engines,
        inputs=inputs,
        normal=sha256(canonical(tree)).hexdigest(),
        holds={"models": len(tree.get("components", {}).get("schemas", {})), "operations": len(build.operations)},
        files={
            file.path: Entry(sha256(file.content).hexdigest(), file.kind)
            for file in (build.files if files is None else files)
        },
    )


def dumped(manifest: Manifest) -> bytes:
    return sealed(facts_of(manifest))


def facts_of(manifest: Manifest) -> dict[str, Any]:
    files: dict[str, dict[str, str]] = {}
    for path, entry in manifest.files.items():
        files.setdefault(entry.kind, {})[path] = entry.sha256
    return {
        "package": manifest.package,
        "specmill": manifest.specmill,
        "engines": manifest.engines,
        "inputs": manifest.inputs,
        "normal": manifest.normal,
        "holds": manifest.holds,
        "files": files,
    }


def read(client: Path) -> Manifest | None:
    """The manifest of a client; None where there is none."""
    file = client / NAME
    raw = bytes_of(file)
    if raw is None:
        return None
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
    return from_facts(opened(raw, WAY_OUT), WAY_OUT)


def from_facts(facts: Mapping[str, Any], way_out: str) -> Manifest:
    if not _is_sound(facts):
        raise tampered(way_out)
    files = {path: Entry(digest, kind) for kind, paths in facts["files"].items() for path, digest in paths.items()}
    names = ("package", "specmill", "engines", "inputs", "normal", "holds")
    return Manifest(files=files, **{name: facts[name] for name in names})


def _is_sound(facts: Mapping[str, Any]) -> bool:
    """A seal can be forged, a path that leads out of the client must still not be followed."""
    return (
        all(isinstance(facts.get(name), str) for name in ("package", "specmill", "normal"))
        and all(is_table(facts.get(name), str) for name in ("engines", "inputs"))
        and is_table(facts.get("holds"), int)
        and is_table(facts.get("files"), dict)
        and all(kind in KINDS and is_table(paths, str) for kind, paths in facts["files"].items())
        and all(is_inside(path) and path != NAME for paths in facts["files"].values() for path in paths)
    )
