"""To which process a line goes: those of one key always to the same."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from itertools import compress
from typing import Any
from zlib import crc32

import msgspec
from msgspec import UNSET, Struct

from .texts import Texts
from .told import Lot

KeyOf = Callable[[bytes], bytes | None]
ENCODE = msgspec.json.Encoder().encode


class Side(Struct, gc=False):
    type: Any = None
    data: Any = UNSET


class Keyed(Struct, gc=False):
    """A line of which only the key is looked at."""

    key: Side | None = None


KEYED = msgspec.json.Decoder(Keyed).decode


class Routes:
    def __init__(self, options: Namespace, count: int) -> None:
        self._count = count
        self._may_have_keys: Callable[[Texts], bool] = _whole_may_have_keys
        self._key_of: KeyOf = _key_of_whole
        if options.value_format is not None:
            has_keys = options.key_separator is not None
            self._may_have_keys = lambda _: has_keys
            self._key_of = _plain(options)

    def of(self, numbers: range, texts: Texts, idlest: int) -> Iterator[tuple[int, Lot]]:
        """The processes, and what each of them gets. ``idlest`` gets what has no key, since nothing orders that."""
        if not self._may_have_keys(texts):
            yield idlest, Lot(numbers, texts)
            return
        ways = [self._way(line, idlest) for line in texts.lines]
        for way in range(self._count):
            chosen = [one == way for one in ways]
            if any(chosen):
                yield way, Lot(list(compress(numbers, chosen)), Texts.of(list(compress(texts.lines, chosen))))

    def _way(self, text: bytes, idlest: int) -> int:
        """By the upper bits: the lower ones say which of its connections a process takes."""
        key = self._key_of(text)
        return idlest if key is None else (crc32(key) >> 16) % self._count


def _whole_may_have_keys(texts: Texts) -> bool:
    """A name may be spelt with escapes. One byte is found in no time, and several sooner from the end."""
    text = texts.whole
    return text.rfind(b'"key"') >= 0 or (b"\\" in text and b"\\u" in text)


def _key_of_whole(text: bytes) -> bytes | None:
    try:
        key = KEYED(text).key
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None  # whoever gets it says what is wrong with it
    return None if key is None or key.data is UNSET or key.data is None else ENCODE((key.type, key.data))


def _plain(options: Namespace) -> KeyOf:
    if options.key_separator is None:
        return lambda _: None
    separator: bytes = options.key_separator.encode()
    if options.key_format != "json":
        return lambda line: line.partition(separator)[0]

    def key_of(line: bytes) -> bytes | None:
        """However it is spelt."""
        try:
            return ENCODE(msgspec.json.decode(line.partition(separator)[0]))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    return key_of
