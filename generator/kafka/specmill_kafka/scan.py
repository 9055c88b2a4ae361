"""The root values of a stream of JSON, in bytes that are cut anywhere. Every byte is looked at once.

Only the syntax is judged here, as the public server's parser judges it: some faults it reads over and blames on the
one value, behind all others it cannot find its way again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SPACE = re.compile(rb"[ \t\r\n]*")
PLAIN = re.compile(rb"[^\"\\\x00-\x1f\x80-\xff]*")
WIDE = re.compile(rb"(?:[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3})+")
ESCAPE = re.compile(rb"\\(?:[\"\\/bfnrt]|u[0-9A-Fa-f]{4})")
ESCAPE_BEGUN = re.compile(rb"\\(?:[\"\\/bfnrt]|u[0-9A-Fa-f]{0,4})?")
NUMBER_RUN = re.compile(rb"[-+.0-9eE]*")
NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
WORD_RUN = re.compile(rb"[A-Za-z0-9_$]*")
WORDS = frozenset((b"true", b"false", b"null"))
STRANGE_WORDS = frozenset((b"NaN", b"Infinity", b"INF"))  # read over, and the value is refused
DEEPEST = 1000
LONGEST_NUMBER = 1000
LONGEST_NAME = 50_000

QUOTE, BACKSLASH, COMMA, COLON, MINUS = b'"\\,:-'
CLOSER = {0x7B: 0x7D, 0x5B: 0x5D}

# What may come next.
ROOT, VALUE, FIRST_VALUE, NAME, FIRST_NAME, AFTER_NAME, AFTER_VALUE = range(7)
# What has begun and may be cut.
NOTHING, STRING, NUMERIC, WORD = range(4)


@dataclass(frozen=True, slots=True)
class Value:
    """One root value; ``fault`` is what was read over in it."""

    text: bytes
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """Nothing behind this can be understood. ``inside`` tells whether a value had begun."""

    inside: bool
    message: str


class Malformed(Exception):
    pass


class Scanner:
    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._start = -1  # of the root value that is being read
        self._stack = bytearray()
        self._next = ROOT
        self._token = NOTHING
        self._token_start = 0
        self._is_name = False
        self._fault: str | None = None
        self._found: list[Value | Broken] = []
        self.broken = False

    @property
    def inside(self) -> bool:
        """Whether a value has begun and is not complete."""
        return self._start >= 0

    @property
    def pending(self) -> int:
        """Bytes of the value that is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes, once: bool = False) -> tuple[list[Value | Broken], bytes]:
        """What is complete now. With ``once`` it stops behind the first value and gives back what it did not read."""
        self._buffer += data
        self._found = []
        rest = b""
        try:
            while self._at < len(self._buffer) and self._step():
                if once and self._found:
                    rest = bytes(self._buffer[self._at :])
                    self._buffer.clear()
                    break
        except Malformed as bad:
            self._break(str(bad))
        self._forget()
        return self._found, rest

    def end(self) -> list[Value | Broken]:
        """There is no more: what that completes, or breaks."""
        self._found = []
        if self.broken or self._start < 0:
            return []
        try:
            if not self._stack and self._token in (NUMERIC, WORD):
                self._end_token(self._at)
            else:
                raise Malformed("Unexpected end-of-input: expected close marker or more of a value")
        except Malformed as bad:
            self._break(str(bad))
        return self._found

    def _break(self, message: str) -> None:
        self.broken = True
        self._found.append(Broken(self._start >= 0, message))

    def _forget(self) -> None:
        """What has been read and is not of the value that is being read."""
        read = self._at if self._start < 0 else self._start
        if self.broken or read >= len(self._buffer):
            self._buffer.clear()
            self._at = 0
        elif read:
            del self._buffer[:read]
            self._at -= read
            self._token_start -= read
        if self._start > 0:
            self._start = 0

    # --- steps; each tells whether it could do anything with what has come

    def _step(self) -> bool:
        if self._token == STRING:
            return self._string()
        if self._token != NOTHING:
            return self._run(NUMBER_RUN if self._token == NUMERIC else WORD_RUN)
        self._at = _end(SPACE, self._buffer, self._at)
        if self._at == len(self._buffer):
            return False
        byte = self._buffer[self._at]
        if self._next == AFTER_VALUE:
            self._after_value(byte)
        elif self._next == AFTER_NAME:
            if byte != COLON:
                raise Malformed(_unexpected(byte, "was expecting a colon to separate field name and value"))
            self._at += 1
            self._next = VALUE
        elif self._next in (NAME, FIRST_NAME):
            self._name(byte)
        else:
            self._value(byte)
        return True

    def _after_value(self, byte: int) -> None:
        if byte == COMMA:
            self._at += 1
            self._next = NAME if self._stack[-1] == 0x7B else VALUE
        elif byte == CLOSER[self._stack[-1]]:
            self._close()
        else:
            raise Malformed(_unexpected(byte, "was expecting comma to separate entries"))

    def _name(self, byte: int) -> None:
        if byte == QUOTE:
            self._begin(STRING, name=True)
        elif byte == 0x7D and self._next == FIRST_NAME:
            self._close()
        else:
            raise Malformed(_unexpected(byte, "was expecting double-quote to start field name"))

    def _value(self, byte: int) -> None:
        if byte in CLOSER:
            self._open(byte)
        elif byte == QUOTE:
            self._begin(STRING)
        elif byte == MINUS or 0x30 <= byte <= 0x39:
            self._begin(NUMERIC)
        elif byte in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$":
            self._begin(WORD)
        elif byte == 0x5D and self._next == FIRST_VALUE:
            self._close()
        else:
            raise Malformed(_unexpected(byte, "expected a valid value"))

    def _begin(self, token: int, name: bool = False) -> None:
        if self._start < 0:
            self._start = self._at
        self._token, self._token_start, self._is_name = token, self._at, name
        self._at += token == STRING

    def _open(self, byte: int) -> None:
        if self._start < 0:
            self._start = self._at
        self._at += 1
        self._stack.append(byte)
        if len(self._stack) > DEEPEST:
            raise Malformed(f"Document nesting depth ({DEEPEST + 1}) exceeds the maximum allowed ({DEEPEST})")
        self._next = FIRST_NAME if byte == 0x7B else FIRST_VALUE

    def _close(self) -> None:
        self._stack.pop()
        self._at += 1
        self._complete()

    def _complete(self) -> None:
        if self._stack:
            self._next = AFTER_VALUE
            return
        self._found.append(Value(bytes(self._buffer[self._start : self._at]), self._fault))
        self._start, self._next, self._fault = -1, ROOT, None

    def _string(self) -> bool:
        buffer = self._buffer
        before = self._at
        self._at = _end(PLAIN, buffer, self._at)
        if self._is_name and self._at - self._token_start > LONGEST_NAME + 1:
            raise Malformed(f"Name length exceeds the maximum allowed ({LONGEST_NAME})")
        if self._at == len(buffer):
            return False
        byte = buffer[self._at]
        if byte == QUOTE:
            self._at += 1
            self._token = NOTHING
            if self._is_name:
                self._next = AFTER_NAME
            else:
                self._complete()
            return True
        if byte == BACKSLASH:
            return self._escape() or self._at > before
        if byte < 0x20:
            raise Malformed(f"Illegal unquoted character ((CTRL-CHAR, code {byte})): has to be escaped using backslash")
        return self._wide(byte) or self._at > before

    def _escape(self) -> bool:
        found = ESCAPE.match(self._buffer, self._at)
        if found is not None:
            self._at = found.end()
            return True
        begun = ESCAPE_BEGUN.match(self._buffer, self._at)
        if begun is None or begun.end() < len(self._buffer):
            raise Malformed("Unrecognized character escape")
        return False

    def _wide(self, byte: int) -> bool:
        end = _end(WIDE, self._buffer, self._at)
        if end > self._at:
            self._at = end
            return True
        if not 0xC0 <= byte <= 0xF7:
            raise Malformed(f"Invalid UTF-8 start byte 0x{byte:x}")
        behind = self._buffer[self._at + 1 : self._at + (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)]
        for place, one in enumerate(behind):
            if not 0x80 <= one <= 0xBF:  # it is taken as read, even if it is the quote that ends the string
                self._fault = self._fault or f"Invalid UTF-8 middle byte 0x{one:x}"
                self._at += place + 2
                return True
        return False

    def _run(self, run: re.Pattern[bytes]) -> bool:
        self._at = _end(run, self._buffer, self._at)
        if self._at == len(self._buffer):
            return False
        byte = self._buffer[self._at]
        if self._token == NUMERIC and byte == 0x49 and self._at == self._token_start + 1:  # -Infinity
            self._token, self._token_start = WORD, self._at
            return True
        if not self._stack and byte not in b" \t\r\n" and self._token == NUMERIC:
            self._start = -1
            raise Malformed(_unexpected(byte, "expected space separating root-level values"))
        self._end_token(self._at)
        return True

    def _end_token(self, end: int) -> None:
        text = bytes(self._buffer[self._token_start : end])
        token, self._token = self._token, NOTHING
        if token == WORD and text not in WORDS:
            self._strange_word(text)
        elif token == NUMERIC and not NUMBER.fullmatch(text):
            raise self._at_root(f"Invalid numeric value: {text[:40].decode('latin-1')}")
        elif token == NUMERIC and sum(0x30 <= one <= 0x39 for one in text) > LONGEST_NUMBER:
            self._fault = self._fault or f"Number value length exceeds the maximum allowed ({LONGEST_NUMBER})"
        self._complete()

    def _strange_word(self, text: bytes) -> None:
        word = text[:40].decode("latin-1")
        if text not in STRANGE_WORDS or not self._stack:
            raise self._at_root(f"Unrecognized token '{word}': was expecting (JSON String, Number, …)")
        self._fault = self._fault or f"Non-standard token '{word}': enable the feature to allow"

    def _at_root(self, message: str) -> Malformed:
        """A bad scalar is no value that had begun, unless it is in one."""
        if not self._stack:
            self._start = -1
        return Malformed(message)


def _end(pattern: re.Pattern[bytes], buffer: bytearray, at: int) -> int:
    found = pattern.match(buffer, at)
    return at if found is None else found.end()


def _unexpected(byte: int, told: str) -> str:
    if byte < 0x20:
        return (
            f"Illegal character ((CTRL-CHAR, code {byte})): "
            "only regular white space (\\r, \\n, \\t) is allowed between tokens"
        )
    return f"Unexpected character ('{chr(byte)}' (code {byte})): {told}"
