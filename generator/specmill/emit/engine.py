"""Drives openapi-python-client as a library, over the facade and with our templates.

It is imported here alone and late, because that takes almost half a second. Whatever it complains about is an error
of ours, with the place in the document.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specmill.document.positions import place_of
from specmill.emit.facade import Facade
from specmill.errors import Problems, SpecmillError
from specmill.values import Normal

if TYPE_CHECKING:
    from jinja2 import Environment
    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.errors import GeneratorError
    from openapi_python_client.parser.openapi import Endpoint

TEMPLATES = Path(__file__).parent / "templates"
PLACE = re.compile(r"WARNING parsing ([A-Z]+) (/\d+\S*)")
CHUNK = 250  # operations; the garbage collector makes one big document slower than linear


class Engine:
    """openapi-python-client, ready to render: its reading of the facade and its Jinja environment."""

    def __init__(self, facade: Facade, normal: Normal) -> None:
        from openapi_python_client import Project
        from openapi_python_client.parser import GeneratorData

        self._facade = facade
        self._normal = normal
        self._config = _config()
        self.collections: dict[str, list[Endpoint]] = {}  # by the tag in the facade
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", UserWarning)
            parts = _parts(facade.tree)
            read = [self._read(GeneratorData.from_dict(part, config=self._config)) for part in parts]
            project = Project(openapi=read[-1], config=self._config, custom_template_path=TEMPLATES)
        self.environment: Environment = project.env
        self._raise([SpecmillError(f"openapi-python-client warns: {warning.message}") for warning in said])

    def _read(self, data: GeneratorData | GeneratorError) -> GeneratorData:
        from openapi_python_client.parser.errors import GeneratorError

        if isinstance(data, GeneratorError):
            raise self._error(data)
        collections = data.endpoint_collections_by_tag
        errors = [*data.errors, *(error for one in collections.values() for error in one.parse_errors)]
        self._raise([self._error(error) for error in errors])
        for tag, collection in collections.items():
            self.collections.setdefault(str(tag), []).extend(collection.endpoints)
        return data

    def _error(self, error: GeneratorError) -> SpecmillError:
        """What the engine says, at the place in the document that it speaks of."""
        found = PLACE.search(error.header or "")
        operation = self._facade.operations.get((found[1].lower(), found[2])) if found else None
        place = place_of(self._normal.document, operation.pointer) if operation else None
        said = " ".join((error.detail or error.header or "no reason").split())
        name = f" {operation.id}" if operation else ""
        return SpecmillError(
            f"openapi-python-client would leave out a part of the operation{name}: {said}",
            place=place,
            hint="please report this document: specmill shows the engine nothing that it should not understand",
        )

    @staticmethod
    def _raise(errors: list[SpecmillError]) -> None:
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise Problems(tuple(errors))


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    paths = list(tree["paths"].items())
    for start in range(0, max(len(paths), 1), CHUNK):
        yield {**tree, "paths": dict(paths[start : start + CHUNK])}


def _config() -> Any:
    from openapi_python_client.config import Config, ConfigFile, MetaType

    settings = ConfigFile(project_name_override="client", package_name_override="client", post_hooks=[])
    return Config.from_sources(settings, MetaType.NONE, Path("facade"), "utf-8", False, Path("facade"))
