"""One schema beside another: which keyword was set, unset, tightened, loosened, and where.

Both are walked at once, and each pair of components once in each direction, on the shortest way that leads there:
what is found to break is shown in a whole message, and nobody wants to read the longest. What is said is what the
keywords say; whether it breaks anybody is found out by trying (``witness``).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from specmill.diff import keywords
from specmill.diff.clashes import DIRECTIONS, At, Clash, Position
from specmill.diff.sides import Side
from specmill.diff.views import View, plain, view_of
from specmill.document.pointers import escaped
from specmill.schemas.validate import OTHERS


class Walk:
    """Remembers which components were compared, and which of the old one is which of the new one."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[Position, str, str]] = set()
        self._open: deque[tuple[View, View, At]] = deque()
        self.components: dict[tuple[str, str], None] = {}

    def compare(self, old: Any, new: Any, at: At) -> Iterator[Clash]:
        one, other = view_of(self._old, old), view_of(self._new, new)
        if one.optional != other.optional and one.takes_null != other.takes_null:
            yield _null(one.takes_null, other.takes_null, at)
        if not (one.component or other.component):
            yield from self._views(one, other, at)
        elif at.steps:
            self._open.append((one, other, at))
        else:
            yield from self._component(one, other, at)

    def rest(self) -> Iterator[Clash]:
        """The components that others lead to, when all messages have been begun."""
        while self._open:
            yield from self._component(*self._open.popleft())

    def _component(self, old: View, new: View, at: At) -> Iterator[Clash]:
        pair = (at.position, old.component or at.old, new.component or at.new)
        if pair in self._seen:
            return
        self._seen.add(pair)
        if old.component and new.component:
            self.components[old.component, new.component] = None
        yield from self._views(old, new, _at_component(at, old.component, new.component))

    def _views(self, old: View, new: View, at: At) -> Iterator[Clash]:
        yield from keywords.told(old.schema, new.schema, at)
        if old.null != new.null and old.optional == new.optional:
            yield _null(old.null, new.null, at)
        if old.branches or new.branches:
            yield from self._unions(old, new, at)
            return
        yield from keywords.types(old, new, at)
        if _common(old.types, new.types) or old.types == new.types:
            yield from keywords.values(old, new, at)
            yield from keywords.limits(old, new, at)
            yield from self._objects(old.schema, new.schema, at)
            yield from self._arrays(old.schema, new.schema, at)

    # --- unions

    def _unions(self, old: View, new: View, at: At) -> Iterator[Clash]:
        if old.branches and new.branches:
            if old.exclusive != new.exclusive:
                yield Clash("exclusive", "set" if new.exclusive else "unset", at, old.exclusive, new.exclusive)
            yield from keywords.limits(old, new, at)
            yield from self._objects(old.schema, new.schema, at)
        before = list(old.branches or [old.schema])
        after = list(new.branches or [new.schema])
        texts = [[plain(one) for one in branches] for branches in (before, after)]
        if texts[0] != texts[1] and sorted(texts[0]) == sorted(texts[1]):
            yield Clash("order", "changed", at, before, after)
        for one, other in self._matched(before, after):
            yield from self._branches(one, other, at)

    def _branches(self, one: Any, other: Any, at: At) -> Iterator[Clash]:
        if one is None:
            yield Clash("alternative", "added", at, None, other)
        elif other is None:
            yield Clash("alternative", "removed", at, one, None)
        else:
            yield from self.compare(one, other, at)

    def _matched(self, before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Those that say the same, by name or behind it, else the only ones of their kind, else none."""
        rest = dict(enumerate(after))
        places: dict[str, list[int]] = {}
        for place, other in rest.items():
            for text in {plain(other), plain(self._new.target(other)[0])}:
                places.setdefault(text, []).append(place)
        open_: list[Any] = []
        for one in before:
            alike = (*places.get(plain(one), ()), *places.get(plain(self._old.target(one)[0]), ()))
            same = next((place for place in alike if place in rest), None)
            if same is None:
                open_.append(one)
            else:
                yield one, rest.pop(same)
        yield from self._of_one_kind(open_, list(rest.values()))

    def _of_one_kind(self, before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
        kinds = [view_of(self._old, one).types for one in before]
        others = [view_of(self._new, other).types for other in after]
        ours, theirs = Counter(kinds), Counter(others)
        partners = {kind: other for kind, other in zip(others, after, strict=True) if ours[kind] == theirs[kind] == 1}
        yield from ((one, partners.get(kind)) for one, kind in zip(before, kinds, strict=True))
        yield from ((None, other) for kind, other in zip(others, after, strict=True) if kind not in partners)

    # --- objects

    def _objects(self, old: Mapping[str, Any], new: Mapping[str, Any], at: At) -> Iterator[Clash]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed = self._required(self._old, old, at), self._required(self._new, new, at)
        for name in dict.fromkeys((*after, *before, *sorted(needed[0] | needed[1]))):
            yield from self._member(name, (before, after), needed, at)
        yield from self._others(old.get("additionalProperties", True), new.get("additionalProperties", True), at)
        yield from self._patterns(old, new, at)

    def _member(self, name: str, known: tuple[Any, Any], needed: tuple[set[str], set[str]], at: At) -> Iterator[Clash]:
        inside = at.below(name, f"/properties/{escaped(name)}", ("member", name))
        was, is_ = name in known[0], name in known[1]
        required = (name in needed[0], name in needed[1])
        if was and is_:
            yield from self.compare(known[0][name], known[1][name], inside)
        if was == is_:
            if required[0] != required[1]:
                yield Clash("required", "set" if required[1] else "unset", inside, *required, name)
            return
        keyword = "required-property" if required[int(is_)] else "property"
        yield Clash(keyword, "added" if is_ else "removed", inside, known[0].get(name), known[1].get(name), name)

    def _required(self, side: Side, schema: Mapping[str, Any], at: At) -> set[str]:
        """Without what only the other direction has."""
        other = OTHERS[DIRECTIONS[at.position]]
        known = schema.get("properties", {})
        found = (name for name in schema.get("required", ()))
        return {name for name in found if not _says(side.target(known.get(name, {}))[0], other)}

    def _others(self, old: Any, new: Any, at: At) -> Iterator[Clash]:
        inside = at.below("{}", "/additionalProperties", ("member", "unforeseen"))
        if isinstance(old, dict) and isinstance(new, dict) and old and new:
            yield from self.compare(old, new, inside)
            return
        widths = [0 if one is False else 2 if one in (True, {}) else 1 for one in (old, new)]
        if widths[0] != widths[1]:
            change = "tightened" if widths[1] < widths[0] else "loosened"
            yield Clash("additionalProperties", change, at, old, new)

    def _patterns(self, old: Mapping[str, Any], new: Mapping[str, Any], at: At) -> Iterator[Clash]:
        before, after = old.get("patternProperties", {}), new.get("patternProperties", {})
        for pattern in dict.fromkeys((*before, *after)):
            inside = at.below(f"{{{pattern}}}", f"/patternProperties/{escaped(pattern)}", ("pattern", pattern))
            if pattern in before and pattern in after:
                yield from self.compare(before[pattern], after[pattern], inside)
            else:
                others = (new if pattern in before else old).get("additionalProperties", True)
                change = _width_of(pattern in after, others)
                yield Clash("patternProperties", change, inside, before.get(pattern), after.get(pattern), pattern)

    # --- arrays

    def _arrays(self, old: Mapping[str, Any], new: Mapping[str, Any], at: At) -> Iterator[Clash]:
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        for number in range(max(len(before), len(after))):
            inside = at.below(f"[{number}]", f"/prefixItems/{number}", ("place", number))
            one, other = (items[number] if number < len(items) else None for items in (before, after))
            if one is not None and other is not None:
                yield from self.compare(one, other, inside)
            else:
                others = (old if one is None else new).get("items", True)
                yield Clash("prefixItems", _width_of(one is None, others), inside, one, other)
        if "items" in old or "items" in new:
            step = ("place", max(len(before), len(after))) if before or after else ("item", 0)
            inside = at.below("[]", "/items", step)
            yield from self.compare(old.get("items", True), new.get("items", True), inside)


def _null(before: bool, after: bool, at: At) -> Clash:
    return Clash("null", "added" if after else "removed", at, before, after)


def _at_component(at: At, old: str, new: str) -> At:
    name = new or old
    where = name if old and new else at.where
    return replace(
        at,
        where=where,
        old=f"/components/schemas/{escaped(old)}" if old else at.old,
        new=f"/components/schemas/{escaped(new)}" if new else at.new,
    )


def _width_of(described: bool, others: Any) -> str:
    """What is described by itself now is narrower than it was, unless before it could not be there at all."""
    return "tightened" if described == (others is not False) else "loosened"


def _says(schema: Any, keyword: str) -> bool:
    return isinstance(schema, dict) and schema.get(keyword) is True


def _common(old: frozenset[str], new: frozenset[str]) -> bool:
    numbers = {"number", "integer"}
    return bool(old & new) or bool(old & numbers and new & numbers)
