"""Hand-made builds: the keep stage sees files and hashes, so it needs no engine to be tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from specmill.keep import fingerprint
from specmill.keep import manifest as manifests
from specmill.keep.manifest import Manifest
from specmill.keep.output import client_output
from specmill.keep.writer import Written, write
from specmill.values import Build, Change, Config, Document, File, Names, Normal, Operation, SourceFile

Files = dict[str, str]

OLD: Files = {
    "__init__.py": "from .models import NAME\n",
    "models.py": "NAME = 'old'\n",
    "resources/__init__.py": "",
    "resources/pets.py": "PETS = 1\n",
}
NEW: Files = {
    "__init__.py": "from .models import NAME\n",
    "models.py": "NAME = 'newer'\n",
    "resources/__init__.py": "",
    "resources/owners.py": "OWNERS = 1\n",
}


def config_in(folder: Path, **settings: object) -> Config:
    """A client ``pets`` in ``folder/out``, from a document that lies beside it."""
    (folder / "out").mkdir(exist_ok=True)
    document = folder / "openapi.yaml"
    if not document.exists():
        document.write_text("openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths: {}\n")
    return Config(folder, Path("openapi.yaml"), "pets", Path("out"), **settings)  # type: ignore[arg-type]


def build_of(
    config: Config,
    files: Files,
    *,
    names: tuple[Names, ...] = (),
    operations: tuple[Operation, ...] = (),
    changes: tuple[Change, ...] = (),
) -> Build:
    text = (config.root / config.document).read_text()
    source = SourceFile(
        config.root / config.document, config.document.as_posix(), text, sha256(text.encode()).hexdigest()
    )
    document = Document({"info": {"title": "Pets"}}, (source,))
    normal = Normal({"components": {"schemas": {"Pet": {}}}}, changes, {}, document)
    emitted = tuple(File(path, content.encode(), "client") for path, content in files.items())
    return Build(config, normal, operations, emitted, names, (("read", 0.25),))


def manifest_of(build: Build) -> Manifest:
    now = fingerprint.taken(build.config)
    inputs = fingerprint.completed(now, build.config, build.normal.document)
    return manifests.of(build, fingerprint.engines(), inputs)


def write_client(config: Config, files: Files, *, discard_edits: bool = False, adopt: bool = False) -> Written:
    build = build_of(config, files)
    return write(client_output(build.config), build.files, manifest_of(build), discard_edits=discard_edits, adopt=adopt)


@contextmanager
def engines_write(files: Files, meanwhile: Callable[[Config], object] = lambda _: None) -> Iterator[list[Config]]:
    """Instead of the engines: ``specmill.build.build`` gives these files. Yields what it was called with."""
    calls: list[Config] = []

    def build(config: Config) -> Build:
        calls.append(config)
        result = build_of(config, files)
        meanwhile(config)
        return result

    with patch("specmill.build.build", build):
        yield calls


def tree_of(folder: Path) -> dict[str, str]:
    """Everything below a folder but caches: what a person would see."""
    return {
        path.relative_to(folder).as_posix(): f"-> {path.readlink()}"
        if path.is_symlink()
        else path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if (path.is_file() or path.is_symlink()) and "__pycache__" not in path.parts
    }


def client_of(folder: Path) -> dict[str, str]:
    """The same without the manifest."""
    return {path: text for path, text in tree_of(folder).items() if path != manifests.NAME}


def litter_in(folder: Path) -> list[str]:
    """What a run should not have left in the output folder."""
    return sorted(path.name for path in folder.iterdir() if path.name != "pets")
