"""Names of a package that are imported when they are first used: its command line answers before most of it is read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

Getter = Callable[[str], object]


def lazy(package: str, homes: Mapping[str, tuple[str, ...]]) -> tuple[Getter, Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` for a package; ``homes`` says which names each module has.

    The home ``.`` holds the modules of the package itself.
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def get(name: str) -> object:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        own = home == "."
        found = import_module(f".{name}" if own else home, package)
        value = found if own else getattr(found, name)
        setattr(sys.modules[package], name, value)  # found without this from now on
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home_of})

    return get, names
