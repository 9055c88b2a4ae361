"""What the package, its script and its variables are called, and what an extension adds to the command line."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

PACKAGE = __name__.rpartition("._cli.")[0]
NAME = PACKAGE.rpartition(".")[2]
PREFIX = NAME.upper()  # of variables of the environment
EXTENSION = f"{PACKAGE}._verbs"


def program() -> str:
    """How this process was called, so that commands in messages can be run as they stand."""
    called = os.path.basename(sys.argv[0])
    if called in ("__main__.py", "-m", "-c", ""):
        return f"python -m {PACKAGE}"
    return called.removesuffix(".exe")


def extension() -> ModuleType | None:
    """The module by which the hand-written half of a client takes part; each of its functions may be missing::

    add(verbs)                                    adds verbs to the parser; their ``module`` has a function ``run``
    connected(base_url, environment, options)     the client, from what was given and found
    defaults(client)                              arguments of operations that the settings already say
    """
    return import_module(EXTENSION) if find_spec(EXTENSION) is not None else None
