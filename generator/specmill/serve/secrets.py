"""What of an exchange is secret: credentials wherever HTTP and the document put them, and the named members of JSON.

Each secret has a token, numbered as it is met first, and is looked for in every spelling in which something else may
say it again: as it is, escaped in JSON, HTML or an address, inside of base64, and each of these inside of another.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Iterable

from specmill.serve import escapes

SHORTEST = 4  # bytes of a secret that is looked for everywhere; a shorter one is taken out where it stands alone
RUN = re.compile(rb"[A-Za-z0-9+/_-]{6,}={0,2}")  # what could be base64, of either alphabet
LONG_NUMBER = 8  # digits of a secret number that is looked for everywhere; shorter ones are said by chance
REMEMBERED = 100_000  # runs
SHORT = 64  # bytes of a run that is remembered
DEEPEST = 2  # texts inside of each other that are looked into, such as base64 in JSON
TO_STANDARD = bytes.maketrans(b"-_", b"+/")
TO_SAFE = bytes.maketrans(b"+/", b"-_")


class Secrets:
    """The secrets of one exchange with their tokens: the same secret has the same token."""

    def __init__(self) -> None:
        self._tokens: dict[bytes, bytes] = {}
        self._count = 0
        self._everywhere: dict[bytes, bytes] = {}
        self._shortest = SHORTEST  # of what is looked for
        self._harmless: set[bytes] = set()  # runs that were looked into in vain: a stream says the same names always
        self._pattern: re.Pattern[bytes] | None = None

    def __bool__(self) -> bool:
        return bool(self._tokens)

    def token(self, secret: bytes) -> bytes:
        """What stands for a text."""
        token = self._tokens.get(secret)
        if token is None:
            token = self._tokens[secret] = b"redacted-%d" % self._counted()
            self._remember(secret, token)
        return token

    def number(self, secret: bytes) -> bytes:
        """What stands for a number, which is a number itself, so that the value keeps its type."""
        if secret not in self._tokens:
            self._tokens[secret] = b"%d" % self._counted()
            if len(secret) >= LONG_NUMBER:
                self._remember(secret, self._tokens[secret])
        return self._tokens[secret]

    def derived(self, secret: bytes, token: bytes) -> None:
        """Something that is as secret as what it was taken from."""
        self._tokens.setdefault(secret, token)
        self._remember(secret, token)

    def _counted(self) -> int:
        self._count += 1
        return self._count

    def _remember(self, secret: bytes, token: bytes) -> None:
        if len(secret) >= SHORTEST:
            self._everywhere |= {
                one: token for one in spellings(secret) if one not in self._everywhere and len(one) >= SHORTEST
            }
            self._pattern = None
            self._shortest = min(map(len, self._everywhere))
            self._harmless.clear()

    # --- looking for them

    def hidden(self, text: bytes, depth: int = DEEPEST) -> list[tuple[int, int, bytes]]:
        """Where secrets stand, and what is to stand there: start, end, token. In their order, and apart."""
        if not self._everywhere:
            return []
        found = [(m.start(), m.end(), self._everywhere[m[0]]) for m in self._compiled().finditer(text)]
        if depth:
            for run in RUN.finditer(text):
                if len(run[0]) * 3 // 4 >= self._shortest and run[0] not in self._harmless:
                    found += self._inside_base64(run[0], run.start(), depth - 1)
            found += self._behind_escapes(text, depth - 1)
        return apart(found)

    def without(self, text: bytes) -> bytes:
        return replaced(text, self.hidden(text))

    def _compiled(self) -> re.Pattern[bytes]:
        if self._pattern is None:
            longest_first = sorted(self._everywhere, key=lambda one: (-len(one), one))
            self._pattern = re.compile(b"|".join(map(re.escape, longest_first)))
        return self._pattern

    def _inside_base64(self, run: bytes, place: int, depth: int) -> list[tuple[int, int, bytes]]:
        """The run may begin with something else, such as the path in front of it: four ways to read it."""
        for skipped in range(min(4, len(run))):
            plain = _decoded(run[skipped:])
            inside = [] if plain is None else self.hidden(plain, depth)
            if plain is not None and inside:
                return [(place + skipped, place + len(run), _encoded_like(run[skipped:], replaced(plain, inside)))]
        if depth == DEEPEST - 1 and len(self._harmless) < REMEMBERED and len(run) <= SHORT:
            self._harmless.add(run)
        return []

    def _behind_escapes(self, text: bytes, depth: int) -> list[tuple[int, int, bytes]]:
        plain = escapes.undone(text)
        inside = [] if plain == text else self.hidden(plain, depth)
        if not inside:
            return []
        places = escapes.Places(text)
        return [(*places.span(start, end), token) for start, end, token in inside]


def spellings(secret: bytes) -> tuple[bytes, ...]:
    """The ways in which other texts may say it when their escapes are undone, and with them those of its own."""
    plainly = [secret, secret.replace(b" ", b"+")]  # as forms say it
    try:
        text = secret.decode()
        plainly += [text.encode("utf-16-le"), text.encode("utf-16-be")]
    except UnicodeDecodeError:
        pass
    return tuple(dict.fromkeys((*plainly, *map(escapes.undone, plainly[:2]))))


def _decoded(run: bytes) -> bytes | None:
    bare = run.rstrip(b"=").translate(TO_STANDARD)
    whole = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        return b64decode(whole + b"=" * (-len(whole) % 4), validate=True)
    except NoBase64:
        return None


def _encoded_like(run: bytes, content: bytes) -> bytes:
    encoded = b64encode(content)
    if not run.endswith(b"="):
        padded = len(run) % 4 == 0  # a text that needed none may be read by somebody who wants it
        encoded = b64encode(content + b" " * (-len(content) % 3)) if padded else encoded.rstrip(b"=")
    return encoded.translate(TO_SAFE) if b"-" in run or b"_" in run else encoded


def apart(found: Iterable[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """In their order; of two that overlap the longer one, which holds more of a secret."""
    kept: list[tuple[int, int, bytes]] = []
    for start, end, token in sorted(found, key=lambda one: (one[0], -one[1])):
        if kept and start < kept[-1][1]:
            before = kept[-1]
            if end > before[1]:  # neither holds the other: both go, under the first one's token
                kept[-1] = (before[0], end, before[2])
            continue
        kept.append((start, end, token))
    return kept


def replaced(text: bytes, found: Iterable[tuple[int, int, bytes]]) -> bytes:
    pieces: list[bytes] = []
    place = 0
    for start, end, token in found:
        pieces += [text[place:start], token]
        place = end
    return b"".join([*pieces, text[place:]])
