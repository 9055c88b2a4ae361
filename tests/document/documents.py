"""What the tests of this folder share: documents as files, and the configuration that names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specmill.document.load import read
from specmill.document.overlay import overlay
from specmill.document.refs import bundle
from specmill.errors import SpecmillError
from specmill.values import Change, Config, Document

HEAD = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\n"
EMPTY = HEAD + "paths: {}\n"


def config(folder: Path, name: str = "openapi.yaml", allow: tuple[str, ...] = ()) -> Config:
    """All files ``*overlay*`` beside the document are its overlays."""
    overlays = tuple(path.relative_to(folder) for path in sorted(folder.glob("*overlay*")))
    return Config(folder, Path(name), "api", Path("generated"), overlays, allow=allow)


def write(folder: Path, **files: str) -> Path:
    """Files by their names, in which ``__`` stands for a slash and ``_`` for the dot of the suffix."""
    for name, text in files.items():
        path = folder / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def loaded(folder: Path, text: str, name: str = "openapi.yaml") -> Any:
    (folder / name).write_bytes(text.encode())
    return read(config(folder, name)).tree


def overlaid(folder: Path) -> tuple[Document, tuple[Change, ...]]:
    settings = config(folder)
    return overlay(read(settings), settings)


def bundled(folder: Path, allow: tuple[str, ...] = ()) -> Document:
    settings = config(folder, allow=allow)
    return bundle(overlay(read(settings), settings)[0], settings)


def error_of(function: Callable[[], object]) -> SpecmillError:
    with pytest.raises(SpecmillError) as caught:
        function()
    return caught.value


# A document for overlays, and what an overlay begins with.
BASE = """\
openapi: 3.1.0
info: {title: A, version: '1'}
tags: [one, two]
paths:
  /a: {get: {tags: [one], summary: Old, parameters: [{name: x, in: query}, {name: y, in: query}]}}
  /b: {get: {tags: [two], deprecated: false}}
"""
ACTIONS = "overlay: 1.1.0\ninfo: {title: O, version: 1.0.0}\nactions:\n"


def apply(
    folder: Path, *actions: dict[str, Any], base: str = BASE, version: str = "1.1.0"
) -> tuple[Any, tuple[Change, ...]]:
    """The tree that some actions make of a document, and what they did."""
    tree = {"overlay": version, "info": {"title": "O", "version": "1"}, "actions": list(actions)}
    write(folder, openapi_yaml=base, overlay_json=json.dumps(tree))
    document, changes = overlaid(folder)
    return document.tree, changes
