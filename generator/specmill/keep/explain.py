"""From a generated name to its place in the document, and back."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from specmill.errors import Place, SpecmillError
from specmill.values import Build, Document, Names, Operation

METHOD = re.compile(r"(?:([A-Za-z]+)\s+)?(/\S*)")
PlacesOf = Callable[[Document, Iterable[str]], list[Place]]
OUTER = ("resources", "client", "Client", "AsyncClient")  # what may stand before a name in a program


@dataclass(frozen=True, slots=True)
class Explanation:
    python: str  # with the package: kafka_rest.models.ProduceRequest.partition_id
    wire: str
    pointers: tuple[str, ...]
    places: tuple[Place, ...]


def explain(build: Build, name: str, places_of: PlacesOf) -> tuple[Explanation, ...]:
    """Everything of that name, on either side; an error with the nearest names where there is nothing."""
    found = _found(build, name.strip())
    if not found:
        raise _unknown(build, name)
    pointers = list(dict.fromkeys(pointer for names in found for pointer in names.pointers))
    places = dict(zip(pointers, places_of(build.normal.document, pointers), strict=True))
    return tuple(
        Explanation(f"{build.config.package}.{n.python}", n.wire, unique, tuple(places[p] for p in unique))
        for n in found
        for unique in [tuple(dict.fromkeys(n.pointers))]
    )


def _found(build: Build, name: str) -> tuple[Names, ...]:
    """The closest reading that finds something wins: a spelling as given, a pointer, a path, another spelling."""
    inner = _inner(name, build.config.package)
    for found in (
        _with_calls(build, [n for n in build.names if _is_named(n, name, inner)]),
        _at_pointer(build.names, name),
        _at_path(build, name),
        _with_calls(build, [n for n in build.names if _is_named(n, name, inner, _plain)]),
    ):
        if found:
            return tuple(found)
    return ()


def _is_named(names: Names, name: str, inner: str, spelt: Callable[[str], str] = str) -> bool:
    others = map(spelt, (names.wire, *names.also))
    return not {spelt(name), spelt(inner)}.isdisjoint(others) or _ends(spelt(names.python), spelt(inner))


def _with_calls(build: Build, found: list[Names]) -> list[Names]:
    """Behind a resource stand its calls."""
    resources = {n.python for n in found} & {operation.resource for operation in build.operations}
    return list(dict.fromkeys((*found, *_of_calls(build, lambda operation: operation.resource in resources))))


def _inner(name: str, package: str) -> str:
    """The name as it stands inside the client, without the modules a program writes before it."""
    inner = name.removeprefix(f"{package}.")
    for outer in OUTER:
        inner = inner.removeprefix(f"{outer}.")
    return inner


def _ends(whole: str, end: str) -> bool:
    return bool(end) and (whole == end or whole.endswith(f".{end}"))


def _plain(name: str) -> str:
    """``partitionId``, ``PARTITION_ID`` and ``partition-id`` are one name to whoever asks, and so are both quotes."""
    return re.sub(r"[_\-\s'\"]", "", name).casefold()


def _at_pointer(names: Iterable[Names], name: str) -> list[Names]:
    """What stands for this place; else for the places inside it; else for the nearest place around it."""
    if not name.startswith(("#/", "/")):
        return []
    pointer = unquote(name[1:]) if name.startswith("#") else name
    pairs = [(n, p) for n in names for p in n.pointers]
    around = [p for _, p in pairs if pointer.startswith(f"{p}/")] if name.startswith(("#", *_roots(pairs))) else []
    nearest = max(around, key=len, default=None)
    exact = [n for n, p in pairs if p == pointer]
    inside = [n for n, p in pairs if p.startswith(f"{pointer}/")]
    found = exact or inside or [n for n, p in pairs if p == nearest]
    return list(dict.fromkeys(found))


def _roots(pairs: list[tuple[Names, str]]) -> set[str]:
    return {f"/{pointer.split('/')[1]}/" for _, pointer in pairs if pointer.startswith("/")}


def _at_path(build: Build, name: str) -> list[Names]:
    """``POST /topics/{topic}/records``, or the path alone, or a path as it is sent, with its values."""
    asked = METHOD.fullmatch(name)
    if not asked:
        return []
    method, path = (asked[1] or "").upper(), asked[2]
    return _of_calls(build, lambda call: method in ("", call.method) and _is_path(call.path, path))


def _of_calls(build: Build, wanted: Callable[[Operation], bool]) -> list[Names]:
    calls = {f"{operation.resource}.{operation.python_name}" for operation in build.operations if wanted(operation)}
    return [n for n in build.names if n.python in calls]


def _is_path(template: str, path: str) -> bool:
    parts = re.split(r"(\{[^}]*\})", template)
    pattern = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
    return path == template or re.fullmatch(pattern, path.partition("?")[0]) is not None


def _unknown(build: Build, name: str) -> SpecmillError:
    known = {n.wire: n.wire for n in build.names} | {n.python: n.python for n in build.names}
    known |= {n.python.rpartition(".")[2]: n.python for n in build.names}
    known |= {other: other for n in build.names for other in n.also}
    known |= {operation.path: f"{operation.method} {operation.path}" for operation in build.operations}
    path = METHOD.fullmatch(name)
    near = difflib.get_close_matches(path[2] if path else _inner(name, build.config.package), known, n=3)
    hint = f"did you mean {' or '.join(dict.fromkeys(known[match] for match in near))}?" if near else ""
    return SpecmillError(f"neither {build.config.package} nor its document knows `{name}`", hint=hint)
