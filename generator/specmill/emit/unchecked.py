"""What a document demands of what is sent, and nobody can check: told by the run with its place, never silent.

Nothing right is refused on account of it; the server decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specmill.document.pointers import escaped, split
from specmill.document.tree import places, sub_schemas
from specmill.emit.components import asks_for_one
from specmill.emit.decided import Decider
from specmill.emit.patterns import python_pattern
from specmill.emit.uses import REF
from specmill.values import UNCHECKED, Change, Normal

DYNAMIC = ("$dynamicRef", "$recursiveRef")
# These refuse what holds to the schema inside; so everything about that has to be known.
REVERSING = ("not", "if", "maxContains")


def unchecked(normal: Normal) -> tuple[Change, ...]:
    found = _Search(normal)
    return tuple(dict.fromkeys(change for place in places(normal.tree) for change in found.below(*place)))


class _Search:
    def __init__(self, normal: Normal) -> None:
        self._normal = normal
        self._decided = Decider(normal.tree["components"]["schemas"])

    def below(self, holder: Any, key: Any, pointer: str) -> Iterator[Change]:
        stack = [(holder[key], pointer)]
        while stack:
            schema, at = stack.pop()
            if isinstance(schema, dict):
                yield from (Change(UNCHECKED, self._place(at), note) for note in self._notes(schema))
                stack += [(one[name], at + inside) for one, name, inside in sub_schemas(schema)]

    def _notes(self, schema: Mapping[str, Any]) -> Iterator[str]:
        for pattern in (schema.get("pattern"), *schema.get("patternProperties", ())):
            if isinstance(pattern, str) and python_pattern(pattern) is None:
                yield f"the pattern {pattern} has no equal in Python"
        yield from (f"{keyword} depends on who refers to it" for keyword in DYNAMIC if keyword in schema)
        for keyword in REVERSING:
            inside = schema.get("contains" if keyword == "maxContains" else keyword) if keyword in schema else None
            if inside is not None and not self._decided(inside):
                yield f"{keyword} needs to know all about the schema inside, of which a part is not checked"
        if asks_for_one(schema) and not self._decided({"oneOf": schema["oneOf"]}):
            yield "oneOf is held to as anyOf: what tells the alternatives apart is not checked"

    def _place(self, pointer: str) -> str:
        """Where it stands in the document, as near as that can be said."""
        steps = split(pointer)
        for count in range(len(steps), 0, -1):
            start = "/" + "/".join(map(escaped, steps[:count]))
            name = steps[2] if count == 3 and start.startswith(REF[1:]) else start
            if origin := self._normal.origins.get(name):
                return self._existing(split(origin[0]) + steps[count:])
        return self._existing(steps)

    def _existing(self, steps: list[str]) -> str:
        node, at = self._normal.document.tree, ""
        for step in steps:
            if isinstance(node, list) and step.isdigit() and int(step) < len(node):
                node = node[int(step)]
            elif isinstance(node, dict) and step in node:
                node = node[step]
            else:
                break
            at += f"/{escaped(step)}"
        return at
