"""Numbers made for their bounds: 0 where it may be, else the nearest to it, then others one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import count
from math import ceil, floor
from random import Random
from typing import Any

FAR = 1000  # how far from its bounds a random number may be


def numbers(schema: Mapping[str, Any], whole: bool, random: Random | None) -> Iterator[int | float]:
    step = _step(schema, whole)
    low, high = _bound(schema, "minimum", max), _bound(schema, "maximum", min)
    if random:
        yield from _random(low, high, step, whole, random)
    if (low is None or low <= 0) and (high is None or high >= 0):
        yield 0
    if low is None and high is not None:
        yield from (_plain((floor(high / step) - k) * step) for k in count())
    first = ceil((low or Fraction(0)) / step)
    for k in count():
        if high is not None and (first + k) * step > high:
            break
        yield _plain((first + k) * step)
    if not whole and low is not None and high is not None:
        yield from (_plain(low + (high - low) * Fraction(k, 64)) for k in (32, *range(1, 64)))


def _step(schema: Mapping[str, Any], whole: bool) -> Fraction:
    step = _exact(schema["multipleOf"]) if schema.get("multipleOf") else Fraction(1)
    if whole and step.denominator != 1:
        step = Fraction(step.numerator)  # a multiple of p/q that is whole is one of p
    return step


def _bound(schema: Mapping[str, Any], keyword: str, tighter: Any) -> Fraction | None:
    exclusive = f"exclusive{keyword.capitalize()}"
    found = [_exact(schema[one]) for one in (keyword, exclusive) if isinstance(schema.get(one), int | float)]
    return tighter(found) if found else None


def _exact(number: float) -> Fraction:
    """As it is written: 0.1 is a tenth."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def _random(
    low: Fraction | None, high: Fraction | None, step: Fraction, whole: bool, random: Random
) -> Iterator[int | float]:
    least = low if low is not None else min(Fraction(0), (high or Fraction(0)) - FAR)
    most = high if high is not None else least + FAR
    if low is not None and high is not None and high - low > FAR:
        most, least = (Fraction(FAR), Fraction(0)) if low <= 0 and high >= FAR else (low + FAR, low)
    first, last = ceil(least / step), floor(most / step)
    if first <= last:
        yield from (_plain(random.randint(first, last) * step) for _ in range(8))


def _plain(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)
