"""What decides the bytes of a client, as hashes, quickly: no document is parsed and no engine imported.

Equal to the manifest's means that a build would write the same again, so none is needed. Names are told
from the document's folder, never from the working folder or the machine.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from specmill.emit.runtime import runtime_folder
from specmill.values import Config, Document

ENGINES = ("datamodel-code-generator", "msgspec", "openapi-python-client", "ruff")
CODE = ("values.py", "naming.py", "build.py", "document", "emit")  # of specmill, what decides the bytes
CODE_OF_REFERENCE = ("reference", "schemas", "diff")  # ... beside that, those of a reference
DOCUMENT = "document "
ABSENT = "absent"


def taken(config: Config, documents: Iterable[str] = ()) -> dict[str, str]:
    """The fingerprint now. ``documents`` are the inputs of an older one that a $ref pulled in."""
    own = Path(__file__).parent.parent
    return {
        "settings": _of_settings(config),
        "specmill": _of_files((name, path) for root in CODE for name, path in walked(own / root)),
        "runtime": _of_files(walked(runtime_folder())),
        **of_documents(config, documents),
        **{f"overlay {n:02} {path.name}": _of_file(config.root / path) for n, path in enumerate(config.overlays, 1)},
        **_of_extension(config),
    }


def of_documents(config: Config, documents: Iterable[str]) -> dict[str, str]:
    return {name: _of_file(_home(config) / name.removeprefix(DOCUMENT)) for name in documents}


def of_reference(config: Config) -> dict[str, str]:
    """What decides the bytes of a reference beside what decides those of its client."""
    own = Path(__file__).parent.parent
    code = _of_files((name, path) for root in CODE_OF_REFERENCE for name, path in walked(own / root))
    notes = walked(config.root / config.notes) if config.notes is not None else ()
    return {"reference": code, **{f"note {name}": _of_file(path) for name, path in notes}}


def completed(now: Mapping[str, str], config: Config, document: Document) -> dict[str, str]:
    """With the documents as they were read, not as they may be by now or were for the last run."""
    others = {name: digest for name, digest in now.items() if not name.startswith(DOCUMENT)}
    return others | {_named(file.path, file.name, config): file.sha256 for file in document.files}


def documents_of(inputs: Mapping[str, str]) -> list[str]:
    return [name for name in inputs if name.startswith(DOCUMENT)]


def engines() -> dict[str, str]:
    """The versions of what does the work, read from the names of their folders: importlib.metadata takes 30 ms."""
    found: dict[str, str] = {}
    for folder in sys.path:
        for name in _names(folder):
            project, _, version = name.removesuffix(".dist-info").partition("-")
            if name.endswith(".dist-info"):
                found.setdefault(project.lower().replace("_", "-").replace(".", "-"), version)
    return {engine: found.get(engine) or _asked(engine) for engine in ENGINES}


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")
    except OSError:
        return []


def _asked(engine: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(engine)
    except PackageNotFoundError:
        return ABSENT


def walked(root: Path) -> Iterator[tuple[str, Path]]:
    """The files of a folder, or the one file, by their names below it: without caches and hidden ones."""
    if root.is_file():
        yield root.name, root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith(".pyc"):
                path = Path(folder, name)
                yield path.relative_to(root).as_posix(), path


def _of_files(files: Iterable[tuple[str, Path]]) -> str:
    """One hash over many files, names included."""
    whole = sha256()
    for name, path in files:
        whole.update(f"{name}\0{_of_file(path)}\n".encode())
    return whole.hexdigest()


def _of_file(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ABSENT  # equal to no hash: the build will say what is wrong with it


def _of_extension(config: Config) -> dict[str, str]:
    if config.extension is None:
        return {}
    return {f"extension {name}": _of_file(path) for name, path in walked(config.root / config.extension)}


def _of_settings(config: Config) -> str:
    settings = {
        "allow": config.allow,
        "document": config.document.name,
        "extension": config.extension is not None,
        "only": config.only,
        "overlays": len(config.overlays),
        "package": config.package,
    }
    return sha256(json.dumps(settings).encode()).hexdigest()


def _home(config: Config) -> Path:
    return (config.root / config.document).parent


def _named(path: Path, name: str, config: Config) -> str:
    if "://" in name:
        return DOCUMENT + name
    return DOCUMENT + os.path.relpath(config.root / path, _home(config)).replace(os.sep, "/")
