"""An operation by any of its names, with its facts."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import Any, cast

from .._facts import Operation
from .._listed import Listed
from .._operations import OPERATIONS
from .names import PACKAGE, program
from .trouble import CommandError


def listed(resource: str | None = None) -> tuple[Listed, ...]:
    """All operations, or those of one resource."""
    found = tuple(one for one in OPERATIONS if resource in (None, one.resource))
    if not found and resource is not None:
        names = sorted({one.resource for one in OPERATIONS})
        raise CommandError(f"there is no resource {resource}; {_near(resource, names)}", f"try `{program()} methods`")
    return found


def named(name: str) -> Listed:
    """``records_v3.produce_record``; the method alone where only one has that name; or the id of the document."""
    found = [one for one in OPERATIONS if name in (one.full_name, one.name)]
    exact = [one for one in found if one.full_name == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise CommandError(f"several operations are called {name}: {', '.join(one.full_name for one in found)}")
    by_id = [one for one in OPERATIONS if facts_of(one).id == name]
    if by_id:
        return by_id[0]
    names = [one.full_name for one in OPERATIONS]
    raise CommandError(f"there is no operation {name}; {_near(name, names)}", f"try `{program()} methods`")


def facts_of(one: Listed) -> Operation[Any]:
    module = import_module(f".resources.{one.resource}", PACKAGE)
    return cast("Operation[Any]", getattr(module, one.constant))


def _near(name: str, names: list[str]) -> str:
    tails = {one.rpartition(".")[2]: one for one in names}
    near = difflib.get_close_matches(name, [*names, *tails], n=1)
    if near:
        return f"did you mean {tails.get(near[0], near[0])}?"
    return f"there are {', '.join(names[:10])}{' …' if len(names) > 10 else ''}" if names else "there are none"
