"""An extension that would not work in a copy is told of before there is one, each mistake with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from specmill.errors import Problems
from specmill.values import Build, File
from specmill.vendor.movable import check_movable
from tests.keep.builds import build_of, config_in

CLIENT = {
    "__init__.py": "from .client import Client\n",
    "client.py": "class Client: ...\n",
    "models.py": "from typing import Any\nPet: Any\nif True:\n    class Owner: ...\n",
    "resources/__init__.py": "from .pets import Pets as PETS\n",
    "resources/pets.py": "class Pets: ...\n",
}


def build_with(folder: Path, text: str, path: str = "extension.py") -> Build:
    build = build_of(config_in(folder, extension=Path("extension")), {})
    kinds: dict[str, tuple[str, Literal["client", "extension"]]] = {
        **{name: (content, "client") for name, content in CLIENT.items()},
        path: (text, "extension"),
    }
    return replace(build, files=tuple(File(name, content.encode(), kind) for name, (content, kind) in kinds.items()))


FINE = {
    "of a model": "from .models import Owner, Pet",
    "of a module": "from . import models, resources",
    "of a name of the package": "from . import Client",
    "of a module of a folder": "from .resources import pets, PETS",
    "of a name in it": "from .resources.pets import Pets",
    "under another name": "from .models import Pet as Animal",
    "of everything": "from .models import *",
    "of others": "import os.path, msgspec\nfrom httpx2 import Client",
    "of somebody whose name begins the same": "import petshop\nfrom pets_of_others import pets",
}


@pytest.mark.parametrize("what", FINE)
def test_an_import_that_works_anywhere_is_fine(what: str, tmp_path: Path) -> None:
    check_movable(build_with(tmp_path, FINE[what]))


def test_an_import_from_a_folder_of_the_extension_is_told_from_there(tmp_path: Path) -> None:
    check_movable(build_with(tmp_path, "from ..models import Pet\nfrom .. import client\n", "own/deep.py"))
    with pytest.raises(Problems, match="this imports Pet"):
        check_movable(build_with(tmp_path, "from .models import Pet\n", "own/deep.py"))


WRONG = {
    "the client by its name": ("import pets", "extension/extension.py:2:1: this imports pets by the name"),
    "a part of it": ("import pets.models as m", "extension/extension.py:2:1: this imports pets.models by the name"),
    "something of it": ("from pets.models import Pet", "this imports pets.models by the name"),
    "in a function": ("def f():\n    import pets", "extension/extension.py:3:5: this imports pets by"),
    "a model that was not chosen": ("from .models import Pet, Dog", "2:1: this imports Dog, which the client does not"),
    "a resource that was not chosen": ("from .resources import owners", "this imports owners, which the client"),
    "a module that is not there": ("from .more import thing", "this imports thing, which the client does not have"),
    "a name inside of a class": ("from .models import Any, name", "this imports name, which the client"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_import_that_works_only_here_is_an_error(what: str, tmp_path: Path) -> None:
    text, message = WRONG[what]
    with pytest.raises(Problems) as caught:
        check_movable(build_with(tmp_path, f"\n{text}\n"))
    (error,) = caught.value.errors
    assert message in str(error)
    assert error.hint


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        check_movable(build_with(tmp_path, "import pets\nfrom .models import Dog, Cat\n"))
    assert 3 == len(caught.value.errors)
