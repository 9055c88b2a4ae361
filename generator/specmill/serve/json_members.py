"""Members of JSON by their name, in a text that may hold many values, or none, or end in the middle.

Not a parser: it only needs to know of each text and each number whether it stands in a member of that name, at any
depth, and where. What is no JSON is walked over as well as it can be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

WORD = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|-?[0-9][0-9.eE+-]*|[{}\[\],:]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leaf:
    start: int
    end: int
    value: bytes  # a text as it is meant, without escapes; a number as it stands there
    is_text: bool
    is_named: bool


def leaves_of(content: bytes, names: Collection[str]) -> Iterator[Leaf]:
    """The texts and numbers inside of members with these names, and all other texts."""
    open_: list[tuple[bytes, bool]] = []  # the bracket, and whether what is in it belongs to such a member
    key_next = named = False
    for found in WORD.finditer(content):
        word = found[0]
        secret = named or bool(open_ and open_[-1][1])
        if word in (b"{", b"["):
            open_.append((word, secret))
            key_next, named = word == b"{", False
        elif word in (b"}", b"]"):
            del open_[-1:]
            key_next = named = False
        elif word == b",":
            key_next, named = bool(open_ and open_[-1][0] == b"{"), False
        elif word == b":":
            key_next = False
        elif key_next and word[:1] == b'"':
            named = _meant(word) in names
        elif (secret or word[:1] == b'"') and (leaf := _leaf(found, secret)) is not None:
            yield leaf


def _leaf(found: re.Match[bytes], is_named: bool) -> Leaf | None:
    word = found[0]
    is_text = word[:1] == b'"'
    value = _meant(word).encode("utf-8", "surrogatepass") if is_text else word
    return Leaf(found.start(), found.end(), value, is_text, is_named) if value else None


def _meant(word: bytes) -> str:
    """A text without its escapes; of one that ends in the middle, or is none, what there is."""
    text = word.decode("utf-8", "surrogateescape")
    if "\\" not in text:  # as nearly all
        return text.strip('"')
    try:
        return str(json.loads(text))
    except ValueError:
        return text.strip('"')
