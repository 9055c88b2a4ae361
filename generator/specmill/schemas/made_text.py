"""Texts made for a format, a length or a pattern: one after the other, the same each time."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random
from typing import Any

from specmill.schemas.made_pattern import VISIBLE, matching

LONGEST = 100_000  # of a text that anybody would want
SURE: Mapping[str, Callable[[int], str]] = {
    "date-time": lambda k: f"2021-02-05T19:{k // 60 % 60:02}:{k % 60:02}Z",
    "date": lambda k: f"{2021 + k // 28 % 900}-02-{k % 28 + 1:02}",
    "time": lambda k: f"19:{k // 60 % 60:02}:{k % 60:02}Z",
    "duration": lambda k: f"P{k + 1}D",
    "email": lambda k: f"name{k or ''}@example.com",
    "idn-email": lambda k: f"name{k or ''}@example.com",
    "hostname": lambda k: f"host{k or ''}.example.com",
    "idn-hostname": lambda k: f"host{k or ''}.example.com",
    "ipv4": lambda k: f"192.0.2.{k % 254 + 1}",
    "ipv6": lambda k: f"2001:db8::{k + 1:x}" if k < 0xFFFF else "2001:db8::1",
    "uri": lambda k: f"https://example.com/{k or ''}",
    "url": lambda k: f"https://example.com/{k or ''}",
    "iri": lambda k: f"https://example.com/{k or ''}",
    "uri-reference": lambda k: f"/{k or ''}",
    "iri-reference": lambda k: f"/{k or ''}",
    "uri-template": lambda k: f"/{k or ''}{{id}}",
    "uuid": lambda k: f"00000000-0000-4000-8000-{k + 1:012x}",
    "json-pointer": lambda k: f"/{k}",
    "relative-json-pointer": lambda k: f"{k}",
    "regex": lambda k: f"[a-z]{{{k + 1}}}",
    "byte": lambda k: ("c3RyaW5n", "", "b25l", "dHdv", "dGhyZWU=")[k % 5],
}


def texts(schema: Mapping[str, Any], random: Random | None) -> Iterator[str]:
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", LONGEST), LONGEST)
    if least > most:
        return
    start = random.randrange(1000) if random else 0
    if "pattern" in schema:
        yield from matching(schema["pattern"], least, most, random)
    told = SURE.get(schema.get("format", ""))
    if told is not None:
        yield from (told(start + k) for k in range(50))
    for k in count(start):
        yield _fitted(_word(random) if random else f"string{k or ''}", least, most, k)


def _word(random: Random) -> str:
    return "".join(random.choices(string.ascii_lowercase, k=random.randint(3, 10)))


def _fitted(text: str, least: int, most: int, k: int) -> str:
    """The text as long as it may be; where little room is left, its end makes the difference."""
    if len(text) > most:
        text = "" if not most else f"{text[: most - 1]}{VISIBLE[k % len(VISIBLE)]}" if k else text[:most]
    return text + "x" * (least - len(text))
