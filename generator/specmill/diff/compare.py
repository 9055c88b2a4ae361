"""The story of a comparison: pair what is the same, walk both at once, ask the table, try what it calls breaking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from specmill.diff.calls import Calls
from specmill.diff.clashes import DIRECTIONS, At
from specmill.diff.found import Found, found_by
from specmill.diff.pairs import pairs_of
from specmill.diff.plan import plan_of
from specmill.diff.python import Python
from specmill.diff.renames import renames_of
from specmill.diff.schemas import Walk
from specmill.diff.sides import Side
from specmill.diff.table import id_of, severity_of
from specmill.diff.values import SEVERITIES, Comparison, Difference, Of
from specmill.document.api import Api
from specmill.document.limits import room_for_depth
from specmill.document.pointers import escaped
from specmill.document.positions import places_of
from specmill.errors import Place

OF_PYTHON = ("python", "sent", "received")


@room_for_depth()
def compare(old: Api, new: Api, names: tuple[str, str] = ("", "")) -> Comparison:
    one, other = Side(old), Side(new)
    walk = Walk(one, other)
    calls = Calls(one, other, walk)
    pairs = pairs_of(one, other)
    found = _of_the_whole(old, new)
    found += [calls.removed(operation) for operation in pairs.removed]
    found += [calls.added(operation) for operation in pairs.added]
    found += [each for pair in pairs.both for each in calls.pair(*pair)]
    found += calls.rest()
    found += _of_the_rest(one, other, walk)
    plans = plan_of(old), plan_of(new)
    renames = renames_of((one, plans[0]), (other, plans[1]), pairs.both, walk.components)
    found += Python(*plans, renames).compare()
    differences = [_judged(each, one, other) for each in dict.fromkeys(found)]
    return Comparison(*names, tuple(_sorted(_placed(differences, old, new))))


def _of_the_whole(old: Api, new: Api) -> list[Found]:
    words = [[api.normal.tree["info"].get(key) for key in ("title", "description")] for api in (old, new)]
    if words[0] == words[1]:
        return []
    return [Found("document", "wording", "changed", "the document", "another title or description", "/info", "/info")]


def _of_the_rest(old: Side, new: Side, walk: Walk) -> Iterator[Found]:
    """Models that no operation uses: nobody knows which way they go, so both are looked at, and nothing is proven."""
    seen = {name for pair in walk.components for name in pair}
    for name in old.schemas:
        if name in new.schemas and name not in seen:
            reference = {"$ref": f"#/components/schemas/{escaped(name)}"}
            at = f"/components/schemas/{escaped(name)}"
            for position in DIRECTIONS:
                clashes = *walk.compare(reference, reference, At(position, name, at, at)), *walk.rest()
                yield from (found_by(clash, lambda: None) for clash in clashes)


def _judged(found: Found, old: Side, new: Side) -> Difference:
    """Breaking is what was shown to break."""
    severity = severity_of(found.position, found.keyword, found.change)
    witness = found.prove() if severity == "breaking" and found.prove else None
    unproven = severity == "breaking" and witness is None
    severity = "possible" if unproven else severity
    of: Of = "python" if found.position in OF_PYTHON else "document"
    pointers = old.origin(found.old) if found.old else "", new.origin(found.new) if found.new else ""
    identity = id_of(found.position, found.keyword, found.change)
    return Difference(
        identity, severity, of, found.where, found.what, pointers=pointers, witness=witness, unproven=unproven
    )


def _placed(differences: list[Difference], old: Api, new: Api) -> Iterator[Difference]:
    before = _places(old, [one.pointers[0] for one in differences])
    after = _places(new, [one.pointers[1] for one in differences])
    for one in differences:
        places = before.get(one.pointers[0]), after.get(one.pointers[1])
        yield replace(one, before=places[0], after=places[1])


def _places(api: Api, pointers: Iterable[str]) -> dict[str, Place]:
    """Each file is read once for all of them."""
    wanted = list(dict.fromkeys(pointer for pointer in pointers if pointer))
    if not api.normal.document.files:
        return {}
    return dict(zip(wanted, places_of(api.normal.document, wanted), strict=True))


def _sorted(differences: Iterable[Difference]) -> list[Difference]:
    """The worst first, the document before Python, else as they were found."""
    return sorted(differences, key=lambda one: (SEVERITIES.index(one.severity), one.of))
