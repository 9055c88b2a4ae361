"""What comes to a server of a value that is written as text, and everything that it may be taken for there."""

from __future__ import annotations

import itertools

from specmill.contract.calls import can_be_written
from specmill.contract.schemas import types_of
from specmill.contract.spelling import readings
from specmill.values import JSON, Parameter

MOST_READINGS = 64
SEPARATORS = ",;=|. "


def can_be_sent(parameter: Parameter, value: JSON, flat: bool = True) -> bool:
    """Whether it comes to the server as what it is; ``flat`` is a value that no schema allows."""
    if parameter.media_type is not None:
        return parameter.location == "query"
    if value is None or (parameter.location == "path" and value in ("", [], {}, ".", "..")):
        return False
    if isinstance(value, list) and types_of(parameter.schema) == ("array",):
        return bool(value) and all(_is_item(parameter, item) for item in value)
    if parameter.style == "deepObject" and not isinstance(value, dict):
        return False  # the name alone is another parameter, which a server need not know
    if isinstance(value, dict) and flat:
        return parameter.style == "deepObject" and bool(value) and all(map(_is_member, value.values()))
    if isinstance(value, (list, dict)):
        return not flat  # how these look in a style that is made for one value, nobody says
    return parameter.location not in ("header", "cookie") or can_be_written(parameter, value)


def _is_item(parameter: Parameter, item: JSON) -> bool:
    """One that has no sign by which items are kept apart, nor white space that a header loses."""
    if item in (None, "") or isinstance(item, (list, dict)):
        return False
    text = str(item)
    is_apart = parameter.explode and parameter.location == "query"
    is_written = parameter.location not in ("header", "cookie") or can_be_written(parameter, item)
    return is_written and (is_apart or not set(text) & set(SEPARATORS))


def _is_member(value: JSON) -> bool:
    return value not in (None, "") and not isinstance(value, (list, dict))


def all_readings(parameter: Parameter, value: JSON) -> tuple[JSON, ...]:
    """A list of one is a value of its own on the wire, and a value is a list of one."""
    if parameter.media_type is not None:
        return (value,)
    if isinstance(value, list):
        return tuple([item[place] for item in map(readings, value)] for place in (0, -1))
    if isinstance(value, dict):
        every = itertools.product(*map(readings, value.values()))
        return tuple(dict(zip(value, one, strict=True)) for one in itertools.islice(every, MOST_READINGS))
    alone = readings(value)
    return (*alone, *([one] for one in alone)) if "array" in types_of(parameter.schema) else alone


def form_readings(value: JSON) -> tuple[JSON, ...]:
    """What a server may take a field of a form for; nothing if nobody says how it is written."""
    if isinstance(value, list):
        items = [readings(item) for item in value if not isinstance(item, (list, dict)) and item is not None]
        if not value or len(items) < len(value):
            return ()
        lists: list[JSON] = [[item[place] for item in items] for place in (0, -1)]
        return (*lists, *(items[0] if len(items) == 1 else ()))
    if value is None or isinstance(value, dict):
        return ()
    return (*readings(value), *([one] for one in readings(value)))
