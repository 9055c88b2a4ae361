"""HTTP/1.1 as bytes: what a peer writes, and a strict reader of what a client wrote.

Written without a look at any client: the two agree only by way of the RFC. What a client may send is read without
mercy, since a peer that forgives would hide a client's fault.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

LAST_CHUNK = b"0\r\n\r\n"

# In the order the public server writes them; the date is the same in every run.
CHUNKED = {
    "Date": "Sat, 21 Nov 2026 01:18:07 GMT",
    "Content-Type": "application/json",
    "Vary": "Accept-Encoding",
    "Transfer-Encoding": "chunked",
}


class NotHttp(AssertionError):
    """The client sent something that no client may send."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line and the headers of a request, names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


def answer_head(status: int, headers: Mapping[str, str]) -> bytes:
    phrase = HTTPStatus(status).phrase
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(data: bytes) -> bytes:
    """RFC 9112, 7.1; the public server writes sizes in upper case."""
    return b"%X\r\n%b\r\n" % (len(data), data)


def request_head(data: bytes) -> Head:
    first, *lines = data.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] != "HTTP/1.1":
        raise NotHttp(f"no request line: {first!r}")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise NotHttp(f"no header: {line!r}")
        if name.lower() in headers:
            raise NotHttp(f"twice the header {name}")
        headers[name.lower()] = value.strip(" \t")
    if "host" not in headers:
        raise NotHttp("no Host in the request (RFC 9112, 3.2)")
    return Head(words[0], words[1], headers)


class Body:
    """The body of one request: bytes in, content out, whatever frames it."""

    def __init__(self, head: Head) -> None:
        coding, length = head.headers.get("transfer-encoding"), head.headers.get("content-length")
        if coding is not None and (coding, length) != ("chunked", None):
            raise NotHttp(f"Transfer-Encoding {coding!r} with Content-Length {length!r}")
        self.chunked = coding is not None
        self.left = int(length or 0)
        self.done = not self.chunked and not self.left
        self.chunks = 0
        self.blank_chunks = 0
        self._in_chunk = False
        self._blank = True

    def content(self, inbox: bytearray) -> bytes:
        """Takes all that has come of the body out of the inbox."""
        parts = []
        while not self.done:
            if self.chunked and not self._in_chunk and not self._size_line(inbox):
                break
            if self.done:
                break
            part = bytes(inbox[: self.left])
            del inbox[: len(part)]
            self.left -= len(part)
            self._blank = self._blank and not part.strip()
            parts.append(part)
            if self.left or not self._end_of_part(inbox):
                break
        return b"".join(parts)

    def _size_line(self, inbox: bytearray) -> bool:
        line, end, _ = bytes(inbox[:64]).partition(b"\r\n")
        if not end:
            if len(line) == 64:
                raise NotHttp(f"no size of a chunk: {line!r}")
            return False
        if not re.fullmatch(rb"[0-9a-fA-F]{1,16}", line):
            raise NotHttp(f"no size of a chunk: {line!r}")
        self.left = int(line, 16)
        if not self.left:
            return self._last_chunk(inbox, len(line) + 2)
        del inbox[: len(line) + 2]
        self.chunks += 1
        self._in_chunk = self._blank = True
        return True

    def _last_chunk(self, inbox: bytearray, at: int) -> bool:
        end = bytes(inbox[at : at + 2])
        if end != b"\r\n"[: len(end)]:
            raise NotHttp(f"after the last chunk came {end!r}; a client has no trailers to send")
        self.done = len(end) == 2
        if self.done:
            del inbox[: at + 2]
        return self.done

    def _end_of_part(self, inbox: bytearray) -> bool:
        if not self.chunked:
            self.done = True
            return True
        end = bytes(inbox[:2])
        if end != b"\r\n"[: len(end)]:
            raise NotHttp(f"a chunk ends with {end!r}")
        if len(end) < 2:
            return False
        del inbox[:2]
        self._in_chunk = False
        self.blank_chunks += self._blank
        return True


class Records:
    """Concatenated JSON objects with anything blank between them, and nothing else: no comma, no array, no NaN."""

    def __init__(self) -> None:
        self._characters = codecs.getincrementaldecoder("utf-8")("strict")
        self._text = ""
        self._at = 0

    def feed(self, data: bytes, last: bool = False) -> None:
        self._text = self._text[self._at :] + self._characters.decode(data, last)
        self._at = 0

    def next(self) -> Any:
        """The next record, or None while none is complete."""
        found = BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        if self._at == len(self._text):
            return None
        if self._text[self._at] != "{":
            raise NotHttp(f"a record starts with {self.rest()[:40]!r}")
        try:
            record, self._at = STRICT.raw_decode(self._text, self._at)
        except json.JSONDecodeError:
            return None
        return record

    def rest(self) -> str:
        """What has come and is no complete record."""
        return self._text[self._at :]


def _no_number(name: str) -> Any:
    raise NotHttp(f"{name} is no JSON")


BLANK = re.compile(r"[ \t\r\n]*")
STRICT = json.JSONDecoder(parse_constant=_no_number)
