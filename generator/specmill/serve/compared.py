"""What is recorded beside what is given: the first thing in which they differ. A secret's token stands for any."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from specmill.document.pointers import escaped

TOKEN = re.compile(r"redacted-[0-9]+")
SHOWN = 120  # letters of a value in a message


class Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    pointer: str
    recorded: Any
    given: Any

    def __str__(self) -> str:
        place = f" at {self.pointer}" if self.pointer else ""
        return f"differs{place}: recorded {shown(self.recorded)}, sent {shown(self.given)}"


def shown(value: Any) -> str:
    if isinstance(value, Absent):
        return repr(value)
    if isinstance(value, bytes):
        text = value.decode("utf-8", "backslashreplace")
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def meaning(text: bytes) -> Any:
    """The value of a JSON text; of what is none its bytes, which mean themselves."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def difference(recorded: Any, given: Any, secret: Collection[str] = ()) -> Difference | None:
    """The first one; members that are called as one of ``secret`` hold tokens, which stand for any value."""
    left = [("", recorded, given)]
    while left:
        pointer, one, other = left.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            names = [*one, *(name for name in other if name not in one)]
            inner = [(name, one.get(name, ABSENT), other.get(name, ABSENT)) for name in names]
        elif isinstance(one, list) and isinstance(other, list):
            inner = [(str(n), _item(one, n), _item(other, n)) for n in range(max(len(one), len(other)))]
        elif _same(one, other):
            continue
        else:
            return Difference(pointer, one, other)
        left += reversed(
            [(f"{pointer}/{escaped(name)}", *pair) for name, *pair in inner if not _is_secret(name, pair, secret)]
        )
    return None


def _item(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else ABSENT


def _is_secret(name: str, pair: list[Any], secret: Collection[str]) -> bool:
    return name in secret and not any(isinstance(one, Absent) for one in pair)


def _same(recorded: Any, given: Any) -> bool:
    if isinstance(recorded, bool) or isinstance(given, bool):
        return recorded is given
    if isinstance(recorded, str) and isinstance(given, str):
        return fits(recorded, given)
    return bool(recorded == given)


def fits(recorded: str, given: str) -> bool:
    """Whether a text is the recorded one, in which tokens may stand for secrets."""
    if recorded == given:
        return True
    parts = TOKEN.split(recorded)
    return len(parts) > 1 and re.fullmatch(".+".join(map(re.escape, parts)), given, re.DOTALL) is not None


def rules_of(redacted: Collection[str], kind: str) -> Iterator[str]:
    """The names of one kind among the rules by which a recording was redacted: header, parameter or field."""
    return (rule.partition(" ")[2] for rule in redacted if rule.startswith(f"{kind} "))
