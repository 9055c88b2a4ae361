"""Which models no value can lead back to: Python's garbage collector need not look at them.

Decoding reports in bulk, half of the time and more goes to the collector, which looks again and again through objects
that cannot be garbage in a way that counting references would not find. Whoever puts a value where its type has no
room for it can still make a cycle of them, which then stays in memory; nothing worse comes of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from specmill.emit.components import Component
from specmill.emit.uses import Use, refs_in


def without_cycles(components: Mapping[str, Component]) -> frozenset[str]:
    """The components that hold nothing but scalars and each other, and never themselves at any depth."""
    waiting = {name: _parts_of(one) for name, one in components.items() if not any(map(_holds_anything, one.uses))}
    users: dict[str, list[str]] = defaultdict(list)
    for name, parts in waiting.items():
        for part in parts:
            users[part].append(name)
    ready = [name for name, parts in waiting.items() if not parts]
    for name in ready:  # grows while it is gone through; who is in a cycle, or holds one, is never ready
        for user in users[name]:
            waiting[user].discard(name)
            if not waiting[user]:
                ready.append(user)
    return frozenset(ready)


def _parts_of(component: Component) -> set[str]:
    return {part for use in component.uses for part in refs_in(use)}


def _holds_anything(use: Use) -> bool:
    """Whether a value of any kind may stand there, which could be its own owner."""
    unsaid = use.kind in ("array", "map") and not use.parts
    return use.kind == "any" or unsaid or any(map(_holds_anything, use.parts))
