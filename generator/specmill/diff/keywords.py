"""What single keywords say about two schemas that stand beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specmill.diff.clashes import At, Clash
from specmill.diff.views import View, key_of_value, plain

LOWER = ("minLength", "minItems", "minProperties", "minContains")
UPPER = ("maxLength", "maxItems", "maxProperties", "maxContains")
WHOLE = ("allOf", "not", "contains", "propertyNames", "dependentRequired", "dependentSchemas")
UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")
CONDITION = ("if", "then", "else")
ENCODING = ("contentEncoding", "contentMediaType")
FLAGS = ("readOnly", "writeOnly", "deprecated")
WORDS = ("title", "description", "externalDocs")
EXAMPLES = ("example", "examples")


def told(old: Mapping[str, Any], new: Mapping[str, Any], at: At) -> Iterator[Clash]:
    """What says nothing about which values are valid."""
    for keyword, words in (("wording", WORDS), ("example", EXAMPLES)):
        before, after = _some(old, words), _some(new, words)
        if before != after:
            yield Clash(keyword, "changed", at, before, after)
    for keyword in FLAGS:
        if (was := old.get(keyword) is True) != (is_ := new.get(keyword) is True):
            yield Clash(keyword, "set" if is_ else "unset", at, was, is_)
    for keyword in ("default", "discriminator"):
        yield from _set_or_unset(keyword, old, new, at, key_of_value)


def types(old: View, new: View, at: At) -> Iterator[Clash]:
    lost, won = _beyond(old.types, new.types), _beyond(new.types, old.types)
    if lost:
        yield Clash("type", "removed", at, sorted(lost), None)
    if won:
        yield Clash("type", "added", at, None, sorted(won))


def _beyond(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The types of one that the other has not: who has numbers has integers."""
    missing = one - other
    return missing - {"integer"} if "number" in other else missing


def values(old: View, new: View, at: At) -> Iterator[Clash]:
    before, after = old.values, new.values
    if before is None and after is None:
        return
    if before is None or after is None:
        yield Clash("enum", "set" if before is None else "unset", at, before, after)
        return
    was, is_ = ({key_of_value(value): value for value in values} for values in (before, after))
    yield from (Clash("enum", "removed", at, value, None) for key, value in was.items() if key not in is_)
    yield from (Clash("enum", "added", at, None, value) for key, value in is_.items() if key not in was)
    if was.keys() == is_.keys() and list(was) != list(is_):
        yield Clash("order", "changed", at, before, after)


def limits(old: View, new: View, at: At) -> Iterator[Clash]:
    one, other = old.schema, new.schema
    yield from _limit("minimum", _lower(old), _lower(new), 1, at)
    yield from _limit("maximum", _upper(old), _upper(new), -1, at)
    for keywords, sign in ((LOWER, 1), (UPPER, -1)):
        for keyword in keywords:
            yield from _limit(keyword, _count(one, keyword), _count(other, keyword), sign, at)
    yield from _steps(one.get("multipleOf"), other.get("multipleOf"), at)
    for keyword in ("pattern", *(("format",) if "string" in old.types & new.types else ()), *WHOLE, *UNEVALUATED):
        yield from _set_or_unset(keyword, one, other, at)
    if (was := one.get("uniqueItems") is True) != (is_ := other.get("uniqueItems") is True):
        yield Clash("uniqueItems", "set" if is_ else "unset", at, was, is_)
    for keyword, parts in (("if", CONDITION), ("encoding", ENCODING)):
        before, after = ({keyword: found} if (found := _some(each, parts)) else {} for each in (one, other))
        yield from _set_or_unset(keyword, before, after, at)


def _count(schema: Mapping[str, Any], keyword: str) -> Any:
    """A limit; one that says nothing is none."""
    found = schema.get(keyword)
    return None if found == 0 and keyword.startswith("min") and keyword != "minContains" else found


def _limit(keyword: str, old: Any, new: Any, sign: int, at: At) -> Iterator[Clash]:
    if old == new:
        return
    if old is None or new is None:
        change = "set" if old is None else "unset"
    else:
        change = "tightened" if (new > old) == (sign > 0) else "loosened"
    yield Clash(keyword, change, at, old, new)


def _lower(view: View) -> Any:
    return _bound(view, "minimum", "exclusiveMinimum", 1)


def _upper(view: View) -> Any:
    return _bound(view, "maximum", "exclusiveMaximum", -1)


def _bound(view: View, inclusive: str, exclusive: str, sign: int) -> Any:
    """The narrower of the two as a pair: the number, and how much further it is if that number is not allowed."""
    found = [(view.schema[inclusive], 0)] if _is_number(view.schema.get(inclusive)) else []
    if _is_number(view.schema.get(exclusive)):
        limit = view.schema[exclusive]
        whole = view.types == {"integer"} and float(limit).is_integer()
        found.append((limit + sign, 0) if whole else (limit, sign))
    return None if not found else max(found) if sign > 0 else min(found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _steps(old: Any, new: Any, at: At) -> Iterator[Clash]:
    if old == new:
        return
    if old is None or new is None:
        yield Clash("multipleOf", "set" if old is None else "unset", at, old, new)
    else:
        finer = "loosened" if _divides(new, old) else "changed"
        yield Clash("multipleOf", "tightened" if _divides(old, new) else finer, at, old, new)


def _divides(step: float, by: float) -> bool:
    return bool((by / step).is_integer()) if step else False


def _set_or_unset(
    keyword: str, old: Mapping[str, Any], new: Mapping[str, Any], at: At, spelt: Callable[[Any], str] = plain
) -> Iterator[Clash]:
    was, is_ = keyword in old, keyword in new
    if was and is_ and spelt(old[keyword]) != spelt(new[keyword]):
        yield Clash(keyword, "changed", at, old[keyword], new[keyword])
    elif was != is_:
        yield Clash(keyword, "set" if is_ else "unset", at, old.get(keyword), new.get(keyword))


def _some(schema: Mapping[str, Any], keywords: tuple[str, ...]) -> dict[str, Any]:
    return {keyword: schema[keyword] for keyword in keywords if keyword in schema}
