"""A body in the ways in which JSON may be written: whoever takes it plainly has to take each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from specmill.contract.broken import Fault
from specmill.contract.calls import is_json
from specmill.contract.causes import ESCAPED, OF_TEXT
from specmill.contract.single import SHOWN, Single
from specmill.contract.values import Case, Finding
from specmill.values import JSON, Content

TRIES = 3  # at a body that is taken
MOST = 2_000  # characters: more would be about the size
BETWEEN = "\r\n\t "


def written_otherwise(single: Single) -> Iterator[Finding]:
    body = single.operation.body
    for content in body.contents if body is not None else ():
        value = _taken(single, content) if is_json(content.media_type) else None
        for about, text in written(value) if value is not None else ():
            about = f"a body with {about}: {text[:SHOWN]!r}"
            case = _case(single, content, value, about, text)
            found = list(single.judged(case, single.sent(case)))
            if found and not single.is_taken(single.sent(_plain(single, content, value))):
                break  # it is no longer taken in any spelling
            yield from found


def written(value: JSON) -> Iterator[tuple[str, str]]:
    """Of a value with nothing in it but brackets there is one way fewer."""
    plain = _usual(value)
    spaced = json.dumps(value, ensure_ascii=False, indent=1, separators=(" ,", " : "))
    yield "white space around it", BETWEEN + plain + BETWEEN
    yield "white space between its tokens", spaced.replace("\n", BETWEEN)
    for about, text in (
        ("its members the other way round", _usual(_turned(value))),
        (ESCAPED, _escaped(value)),
    ):
        if text != plain:
            yield about, text


def _turned(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _turned(part) for name, part in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _escaped(value: JSON) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_escaped(name)}:{_escaped(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_escaped, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    units = value.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)) + '"'


def _taken(single: Single, content: Content) -> JSON:
    """The fullest body that is accepted as it is usually written, or nothing."""
    for value in _fullest(single, content)[:TRIES]:
        if single.is_taken(single.sent(_plain(single, content, value))):
            return value
    return None


def _fullest(single: Single, content: Content) -> list[JSON]:
    cases = single.cases
    values = [one.value for one in cases.of_body(content)] + [value for _, value in cases.pairs_of(content)]
    sure = [(_usual(value), value) for value in values if cases.wanted(value) == "accepted"]
    some = sorted((one for one in sure if len(one[0]) < MOST), key=lambda one: -one[0].count('":'))
    return [value for _, value in some]


def _usual(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(single: Single, content: Content, value: JSON) -> Case:
    return _case(single, content, value, "a body", _usual(value))


def _case(single: Single, content: Content, value: JSON, about: str, text: str) -> Case:
    fault = Fault((), "json", about)
    raw = text.encode("utf-8", "surrogatepass")
    draft = replace(single.cases.plain(), content=content, body=value, raw=raw)
    case = single.cases.case(draft, about, "accepted", part=OF_TEXT, fault=fault, pointer=content.pointer)
    return single.let_in(case)
