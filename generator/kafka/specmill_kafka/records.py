"""From the bytes of a request's body, cut anywhere, to records in their order.

Whole lines are read at once by a decoder that takes only what is plainly right; what it does not take is read again,
slowly and exactly. Both say the same, and no byte is read more than twice.
"""

from __future__ import annotations

import codecs
import re
from typing import Any, Literal

import msgspec

from specmill_kafka import documented
from specmill_kafka.meaning import Bad, Fault, Meant, Unserialised, binary, meant
from specmill_kafka.scan import LONGEST_NAME, Broken, Scanner, Value
from specmill_kafka.tree import parsed

READING = "Bad Request: Error processing message: "
LOST_ITS_WAY = Fault(400, f"{READING}Unexpected character: was expecting comma to separate Object entries")
LONG = re.compile(rb"[0-9]{1000}")
LARGEST = 32 * 1024 * 1024  # bytes of one record, whatever the switches say: until it is whole it lies in memory
LONGEST_PLAIN = 1000  # bytes of what is stored, that can hold neither a number nor a name that is too long


class Last(tuple[Fault, ...]):
    """The stream can be read no further: the reports that tell of it."""


Item = Meant | Fault | Last


class _Data(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    type: Literal["BINARY", "JSON", "STRING"]
    data: Any


class _Plain(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A record without what is rare."""

    key: _Data | None = None
    value: _Data | None = None


def _plain_decimal(text: str) -> float:
    """What the server writes as it is written here; all others are left to the exact way."""
    value = float(text)
    if 1e-3 <= abs(value) < 1e7:
        return value
    raise ValueError(text)


NOTHING = Meant()
LINES = msgspec.json.Decoder(_Plain, float_hook=_plain_decimal)
encoded = msgspec.json.Encoder().encode


class Decoder:
    """``read`` what has come, ``end`` when there is no more.

    ``quick`` off leaves all to the exact way, which alone knows the sizes of records. ``strays`` tells whether a bad
    header may make it lose its way, ``strict`` refuses all that the document does. All of these may be changed between
    two pieces.
    """

    def __init__(
        self, quick: bool = True, longest: float = float("inf"), strays: bool = True, strict: bool = False
    ) -> None:
        self.quick = quick
        self.longest = longest
        self.strays = strays
        self.strict = strict
        self._scanner = Scanner()
        self._text = Encoding()
        self._since = 0  # bytes since the last complete record

    @property
    def inside(self) -> bool:
        return self._scanner.inside

    @property
    def begun(self) -> bool:
        return self._text.known

    def read(self, content: bytes) -> list[Item]:
        items: list[Item] = []
        rest = self._text.utf8(content)
        quick = self.quick and self.longest == float("inf")
        while rest and not self._scanner.broken:
            if quick and not self._scanner.inside:
                quick, rest = self._lines(rest, items)
            found, rest = self._scanner.feed(rest, once=quick)
            for one in found:
                too_long = isinstance(one, Value) and len(one.text) > self.longest
                items.append(_too_long() if too_long else self._read(one))
            if items and isinstance(items[-1], Last):
                self._scanner.broken = True
        if not self._scanner.broken and self._too_much_has_come(len(content), items):
            self._scanner.broken = True
            items.append(_too_long())
        return _until_last(items)

    def end(self) -> list[Item]:
        items = self.read_rest()
        return items + [self._read(one) for one in self._scanner.end()]

    def read_rest(self) -> list[Item]:
        """What was too short for its encoding to be told."""
        found, _ = self._scanner.feed(self._text.rest())
        return [self._read(one) for one in found]

    def _read(self, found: Value | Broken) -> Item:
        return exact(found, self.strays, self.strict) if isinstance(found, Value) else _last(found)

    def _lines(self, block: bytes, items: list[Item]) -> tuple[bool, bytes]:
        """Whether more of the piece may be read this way, and what is left of it."""
        end = block.rfind(b"\n") + 1
        if not end and block.endswith(b"}"):  # perhaps the one record of a single call
            end = len(block)
        if not end:
            return True, block
        lines = block[:end]
        read = quickly(lines)
        if read is None:
            return False, block
        items += read
        return True, block[end:]

    def _too_much_has_come(self, came: int, items: list[Item]) -> bool:
        """The server's own limit counts what lies between records, too; nothing else does."""
        self._since = self._scanner.pending if items else self._since + came
        return self._since > self.longest or self._scanner.pending > LARGEST


def quickly(lines: bytes) -> list[Meant] | None:
    """Records that are a line each; None unless all of them are plainly right."""
    try:
        return [_quick(one.key, one.value) for one in LINES.decode_lines(lines)]
    except (ValueError, RecursionError, Unserialised):  # of which those of msgspec and of Unicode are
        return None


def _quick(key: _Data | None, value: _Data | None) -> Meant:
    if key is None:
        if value is None:
            return NOTHING
        return Meant(None, (), "", None, value.type, _stored(value))
    if value is None:
        return Meant(None, (), key.type, _stored(key))
    return Meant(None, (), key.type, _stored(key), value.type, _stored(value))


def _stored(side: _Data) -> bytes | None:
    data = side.data
    if data is None:
        return None
    if side.type == "JSON":
        written = encoded(data)
        if len(written) > LONGEST_PLAIN and (LONG.search(written) or len(written) > LONGEST_NAME):
            raise ValueError(side.type)
        return written
    if type(data) is not str:
        raise ValueError(side.type)
    return data.encode() if side.type == "STRING" else binary(data)


def exact(value: Value, strays: bool = True, strict: bool = False) -> Item:
    """One root value. A fault that was read over is told as the record's, whatever else is wrong with it."""
    if value.fault is not None:
        return Fault(400, value.fault)
    tree = parsed(value.text.decode("utf-8", "replace"))
    if strict and (why := documented.refused(tree)):
        return Fault(400, why)
    try:
        return meant(tree, len(value.text))
    except Bad as bad:
        if bad.breaks and strays:
            return Last((bad.fault, LOST_ITS_WAY))
        return bad.fault


def _last(broken: Broken) -> Last:
    told = Fault(400, READING + broken.message)
    return Last((Fault(400, broken.message), told) if broken.inside else (told,))


def _too_long() -> Last:
    return Last((Fault(400, f"{READING}Produce request size is larger than allowed threshold"),))


def _until_last(items: list[Item]) -> list[Item]:
    for place, one in enumerate(items):
        if isinstance(one, Last):
            return items[: place + 1]
    return items


class Encoding:
    """Told by the first bytes, as JSON's always can be; what comes is given on as UTF-8."""

    def __init__(self) -> None:
        self.known = False
        self._first = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def utf8(self, content: bytes) -> bytes:
        if not self.known:
            self._first += content
            content = self._detect()
        return content if self._decoder is None else self._decoder.decode(content).encode("utf-8", "replace")

    def _detect(self) -> bytes:
        first = self._first
        plainly = len(first) > 1 and first[0] and first[1] and first[0] not in b"\xef\xfe\xff"
        if not plainly and len(first) < 4:
            return b""
        self.known = True
        mark, name = next((one for one in MARKS if first.startswith(one[0])), (b"", ""))
        if not mark and not plainly:
            name = ZEROS.get(bytes(bool(byte) for byte in first[:4]), "")
        self._decoder = codecs.getincrementaldecoder(name)("replace") if name else None
        return first[len(mark) :]

    def rest(self) -> bytes:
        """What was too short to tell by."""
        first, self._first = (b"", b"") if self.known else (self._first, b"")
        self.known = True
        return first


MARKS = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xef\xbb\xbf", ""),
)
ZEROS = {
    b"\x00\x00\x00\x01": "utf-32-be",
    b"\x01\x00\x00\x00": "utf-32-le",
    b"\x00\x01\x00\x01": "utf-16-be",
    b"\x01\x00\x01\x00": "utf-16-le",
}
