"""Strings that a schema allows, the plain ones first and then those that servers stumble over."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from specmill.contract.choices import Choices
from specmill.contract.validator import Validator

# Each breaks something that somebody once wrote: splitting at braces, lines or quotes, counting bytes for letters.
AWKWARD = (
    "}{",
    '"',
    "\\",
    "{[(",
    "line\nend",
    "\r\n",
    "}\n{",
    '\\"}',
    "ä",
    "€",
    "\N{GRINNING FACE}",
    "\u2028",
    "e\N{COMBINING ACUTE ACCENT}",
    " ",
    "null",
    "0",
    "\x7f",
    "\x00",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BASE64 = ("", "AA==", "AAA=", "AAAA", "+/+/", "Zm9vYmFy", "////", "PDw/Pz8+Pg==")
MOMENTS = (  # what clocks, calendars and printers get wrong
    "{year}-01-02T03:04:05Z",
    "{year}-11-28T23:59:59.999Z",
    "{leap}-02-29T12:00:00Z",
    "{year}-07-05T14:03:09Z",
    "{year}-12-31T23:59:59Z",
    "{next}-01-01T00:00:00Z",
    "{year}-07-05T00:30:00.5Z",
    "{year}-03-04T12:30:00.05Z",
    "{year}-10-11T22:08:07.001Z",
    "{year}-06-30T06:07:08.25Z",
    "{year}-01-02T03:04:05.100Z",
    "{leap}-02-29T12:00:00+01:00",
    "{year}-06-01T00:00:00.000001-11:30",
    "{year}-01-02T03:04:05.123456789+05:45",
)
YEARS = ((2026, 2024), (2001, 2016), (1985, 1988), (1955, 1952), (1801, 1804), (2101, 2104))  # and leap years
DAYS = ("{year}-01-02", "{leap}-02-29", "{year}-12-31", "{year}-07-05", "{next}-01-01")
FORMATS: dict[str, tuple[str, ...]] = {
    "byte": BASE64,
    "time": ("00:00:00Z", "23:59:59.5Z", "12:00:00+01:00", "12:30:00Z", "00:30:00Z"),
    "uuid": (
        "00000000-0000-0000-0000-000000000000",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "c9a646d3-9c61-4cb7-bfcd-ee2522c8f633",
    ),
    "uri": ("https://example.com/", "urn:a:b", "http://[::1]/?q=a%20b#f"),
    "uri-reference": ("", "/a", "https://example.com/"),
    "email": ("a@example.com", "first.last+tag@example.org"),
    "hostname": ("a", "example.com", "xn--bcher-kva.example"),
    "ipv4": ("0.0.0.0", "127.0.0.1", "255.255.255.255"),
    "ipv6": ("::", "::1", "2001:db8::8a2e:370:7334"),
    "duration": ("PT0S", "P1DT2H", "P3W"),
    "json-pointer": ("", "/a/0", "/~0~1"),
    "regex": ("", "a+", "^[a-z]*$"),
    "binary": ("", "text", "\u00e4\u20ac\N{GRINNING FACE}", "\x00\x7f\r\n--\r\n"),
    "password": ("", "secret"),
}


def _dated(some: tuple[str, ...], year: int, leap: int) -> tuple[str, ...]:
    return tuple(one.format(year=year, leap=leap, next=year + 1) for one in some)


FORMATS["date-time"] = ("2026-01-02T03:04:05Z", "1970-01-01T00:00:00Z", *_dated(MOMENTS, *YEARS[0])[1:])
FORMATS["date"] = ("2026-01-02", "1970-01-01", *_dated(DAYS, *YEARS[0])[1:], "9999-12-31", "1899-12-31", "1600-02-29")
MORE = {  # where a pattern lets none of the others through
    "date-time": tuple(one for pair in YEARS[1:] for one in _dated(MOMENTS, *pair)),
    "date": tuple(one for pair in YEARS[1:] for one in _dated(DAYS, *pair)),
}
ENOUGH = 6  # that fit a pattern


def make(schema: Any, choices: Choices) -> str:
    """A string; other keywords than those about strings may forbid it, which a validator sees."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if schema.get("format", "") in FORMATS or "pattern" in schema:
        return choices.among(known(schema))
    return _free(least, least + 40 if most is None else most, choices)


def known(schema: Any) -> tuple[str, ...]:
    """The strings of a format or a pattern or both, the plainest first."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    return _known(schema.get("format", ""), schema.get("pattern"), least, most)


@cache
def _known(name: str, pattern: str | None, least: int, most: int | None) -> tuple[str, ...]:
    keywords: dict[str, Any] = {"pattern": pattern, "minLength": least, "maxLength": most}
    fits = Validator({key: value for key, value in keywords.items() if value is not None}, {}).allows
    found = tuple(filter(fits, FORMATS.get(name, ())))
    if len(found) < ENOUGH:
        found = (*found, *filter(fits, MORE.get(name, ())))
    if found or pattern is None:
        return found or FORMATS[name]
    examples = _examples(pattern, least, most)
    if name not in FORMATS:
        return examples
    return tuple(filter(Validator({"format": name}, {}).allows, examples)) or FORMATS[name]


def _free(least: int, most: int, choices: Choices) -> str:
    text = ""
    if choices.chance(3):
        text = choices.among(AWKWARD)
        if choices.chance(4):
            text += choices.among(AWKWARD)
    wanted = choices.count(least, min(most, least + 40))
    letter = choices.among(LETTERS)
    text += letter * (wanted - len(text))
    return text[:most]


@cache
def _examples(pattern: str, least: int, most: int | None) -> tuple[str, ...]:
    """Strings that match, found once for each pattern: regular expressions are Hypothesis' own business."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    def fits(text: str) -> bool:
        return len(text) >= least and (most is None or len(text) <= most)

    found: dict[str, None] = {}

    @settings(
        max_examples=60,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.nested_given],
    )
    @given(st.from_regex(re.compile(pattern)))
    def collect(text: str) -> None:
        if fits(text):
            found[text] = None

    collect()
    return tuple(sorted(found, key=lambda text: (len(text), text)))[:40] or ("",)
