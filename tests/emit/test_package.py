"""The package itself: its names are there, and nothing is imported before one of them is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.emit.clients import PET, REF, document, imported, sources, written

PETS = document(
    {"/pets": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": REF}}}}}}},
    {"Pet": PET},
    info={"title": "Pets", "version": "1"},
)

PACKAGE = '''"""Client of Pets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msgspec import UNSET

    from . import errors, models
    from ._auth import ApiKey, Basic, Bearer
    from ._network import ClientCertificate, Timeouts
    from ._oauth import ClientCredentials
    from ._retries import Retries
    from .client import AsyncClient, Client
    from .models import Pet
else:
    from ._lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "msgspec": ("UNSET",),
            ".": ("errors", "models"),
            "._auth": ("ApiKey", "Basic", "Bearer"),
            "._network": ("ClientCertificate", "Timeouts"),
            "._oauth": ("ClientCredentials",),
            "._retries": ("Retries",),
            ".client": ("AsyncClient", "Client"),
            ".models": ("Pet",),
        },
    )

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Pet",
    "Retries",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
'''


def test_the_names_of_a_package_are_said_once_for_type_checkers_and_once_for_python() -> None:
    assert sources(PETS)["__init__.py"] == PACKAGE


def test_every_name_that_a_package_tells_of_is_there(tmp_path: Path) -> None:
    with imported(written(PETS, tmp_path)) as package:
        assert {name: getattr(package, name) is not None for name in package.__all__} == dict.fromkeys(
            package.__all__, True
        )
        assert set(package.__all__) <= set(dir(package))
        with pytest.raises(AttributeError, match="module 'api' has no attribute 'Dog'"):
            _ = package.Dog


def test_an_import_of_a_package_imports_none_of_its_modules(tmp_path: Path) -> None:
    written(PETS, tmp_path)
    show = "import sys, api; print([name for name in sys.modules if name.startswith(('api.', 'msgspec'))])"
    done = subprocess.run([sys.executable, "-c", show], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "['api._lazy']\n"
