"""Clients made from a document of a few lines, for tests that need nothing but the client stage."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.emit import client, models, runtime
from specmill.emit.format import formatted
from specmill.values import Config, Document, File, Normal, Operation, SourceFile

JSON = "application/json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
STRING = {"type": "string"}
PET = {"type": "object", "required": ["name"], "properties": {"name": STRING}}
REF = {"$ref": "#/components/schemas/Pet"}


def document(paths: Mapping[str, Any], schemas: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A document with these paths; an operation without answers gets one."""
    described = {
        path: {method: {"responses": {"204": {"description": ""}}, **raw} for method, raw in item.items()}
        for path, item in paths.items()
    }
    components = {"schemas": dict(schemas or {}), **more.pop("components", {})}
    info = more.pop("info", {"title": "Test", "version": "1"})
    return {"openapi": "3.1.0", "info": info, "paths": described, "components": components, **more}


def parameter(name: str, location: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": STRING, "required": location == "path", **more}


def content(schema: Any, media_type: str = JSON) -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


def normal_of(tree: Any) -> Normal:
    source = SourceFile(Path("api.json"), "api.json", "{}", "")
    return normalise(Document(tree, (source,)))


def config_in(root: Path, package: str = "api", extension: str | None = None) -> Config:
    return Config(root, Path("api.json"), package, Path(), extension=Path(extension) if extension else None)


def emitted(tree: Any, config: Config) -> tuple[tuple[File, ...], tuple[Operation, ...]]:
    """The formatted files of models and client, and the operations they are of."""
    normal = normal_of(tree)
    operations = operations_of(normal)
    typed = models.emit(normal, operations)
    return formatted((*typed.files, *client.emit(normal, operations, typed, config))), operations


def sources(tree: Any, root: Path = Path()) -> dict[str, str]:
    files, _ = emitted(tree, config_in(root))
    return {file.path: file.content.decode() for file in files}


def written(tree: Any, folder: Path, package: str = "api", extension: str | None = None) -> Path:
    """The whole client below a folder."""
    config = config_in(folder, package, extension)
    files, operations = emitted(tree, config)
    for file in (*runtime.files(config, operations), *files):
        path = folder / package / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return folder / package


@contextmanager
def imported(package: Path) -> Iterator[ModuleType]:
    sys.path.insert(0, str(package.parent))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(package.name)
    finally:
        sys.path.remove(str(package.parent))
        for name in [name for name in sys.modules if name.partition(".")[0] == package.name]:
            del sys.modules[name]


def everything() -> dict[str, Any]:
    """One of each: methods, locations, styles, media types, statuses."""
    locations = [parameter("a<", "query"), parameter("a>", "query"), parameter("a", "header"), parameter("a", "cookie")]
    listed = parameter("X-List", "header", schema={"type": "array", "items": STRING})
    whole = {"name": "whole", "in": "querystring", "content": {JSON: {"schema": REF}}}
    media_types = (JSON, "application/xml", "text/plain", "image/*", "*/*", "multipart/form-data", "a/b; c=d")
    answers = {status: {"description": ""} for status in ("200", "204", "2XX", "302", "404", "4XX", "5XX", "default")}
    operation = {
        "parameters": [parameter("id", "path"), *locations, listed],
        "requestBody": {"content": {media_type: {"schema": REF} for media_type in media_types}},
        "responses": {**answers, "201": {"description": "", "content": {one: {"schema": REF} for one in media_types}}},
    }
    paths: dict[str, Any] = {"/{id}": {method: operation for method in METHODS}}
    paths["/custom"] = {"additionalOperations": {"COPY": {"parameters": [whole], "responses": answers}}}
    tree = document({}, {"Pet": PET})
    return {**tree, "openapi": "3.2.0", "paths": paths}


def facts_of(package: Any) -> dict[str, Any]:
    """The Operation constants of a package, by id."""
    found: dict[str, Any] = {}
    for path in sorted((Path(package.__file__).parent / "resources").glob("*.py")):
        module = __import__(f"{package.__name__}.resources.{path.stem}", fromlist=["*"])
        found |= {value.id: value for value in vars(module).values() if type(value).__name__ == "Operation"}
    return found
