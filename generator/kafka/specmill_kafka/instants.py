"""Instants as the server reads and writes them: milliseconds since 1970, and years beyond what datetime knows."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

INSTANT = re.compile(
    r"([+-]\d{4,9}|\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)",
    re.ASCII | re.IGNORECASE,
)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
DAY = 86_400_000
FARTHEST = 31_556_889_864_403_199  # seconds, the last that the server's clock can name
MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def milliseconds(text: str) -> int | None:
    """Of an instant with its zone, or of seconds since 1970; None for what is neither."""
    if NUMBER.fullmatch(text):
        seconds = Fraction(text)
        return int(seconds * 1000 // 1) if abs(seconds) <= FARTHEST else None
    found = INSTANT.fullmatch(text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    if not (1 <= month <= 12 and 1 <= day <= _length(year, month) and hour < 24 and minute < 60 and second < 60):
        return None
    offset = int(found[9] or 0) * 60 + int(found[10] or 0)
    if offset > 18 * 60:
        return None
    minutes = hour * 60 + minute - (-offset if found[8] == "-" else offset)
    return (
        (_days(year, month, day) * 1440 + minutes) * 60_000 + second * 1000 + int((found[7] or "0").ljust(3, "0")[:3])
    )


def text(milliseconds: int) -> str:
    days, rest = divmod(milliseconds, DAY)
    year, month, day = _date(days)
    seconds, fraction = divmod(rest, 1000)
    sign = "+" if year > 9999 else ""
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{sign}{year:04}-{month:02}-{day:02}T{clock}{f'.{fraction:03}' if fraction else ''}Z"


def _length(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return MONTHS[month - 1] + leap


def _days(year: int, month: int, day: int) -> int:
    """Since 1970, in a calendar whose years begin in March, so that the odd day is the last of one."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@lru_cache(maxsize=16)
def _date(days: int) -> tuple[int, int, int]:
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    march = (5 * of_year + 2) // 153
    month = march + 3 if march < 10 else march - 9
    return year + era * 400 + (month <= 2), month, of_year - (153 * march + 2) // 5 + 1
