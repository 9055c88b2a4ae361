"""A request's head as a value, read strictly: what two servers could read in two ways is refused (RFC 9112).

That is why no common parser serves here: those at hand join folded lines, take a bare line feed for a line's end,
or choose silently between two lengths, and each of these is a way to smuggle a request past somebody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
BEGINNING = re.compile(TOKEN)
REQUEST_LINE = re.compile(rb"(%b) ([\x21-\x7e]+) HTTP/1\.([01])" % TOKEN)
FIELD = re.compile(rb"(%b):([\t\x20-\x7e\x80-\xff]*)" % TOKEN)
DIGITS = re.compile(r"[0-9]{1,18}")
END = b"\r\n\r\n"
BLANK_LINES = 4  # that a client may send ahead of a request, as some do behind a body


class Refused(Exception):
    """The client is told this status, and the connection ends."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for. ``length`` is None for a chunked body and 0 for none."""

    method: str
    target: str
    minor: int  # of HTTP/1.x
    fields: tuple[tuple[str, str], ...]  # as sent, in their order
    length: int | None = 0
    lower: dict[str, str] = field(default_factory=dict)
    """The fields by their lower-case names; of one that was sent twice the values, joined by commas."""

    @property
    def path(self) -> str:
        """Without the query, as it was sent; of a whole address, as proxies are sent, its path."""
        path = self.target.partition("?")[0]
        if path.startswith("/") or "://" not in path:
            return path
        return "/" + path.partition("://")[2].partition("/")[2]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def segments(self) -> tuple[str, ...]:
        """Of the path, each decoded."""
        parts = self.path.split("/")[1:]
        return tuple(map(unquote, parts) if "%" in self.target else parts)

    @property
    def keeps_alive(self) -> bool:
        wishes = {wish.strip().lower() for wish in self.lower.get("connection", "").split(",")}
        return "keep-alive" in wishes if self.minor == 0 else "close" not in wishes


def take_head(inbox: bytearray, longest: int) -> Request | None:
    """The next head, which is taken out of the inbox; None while it is not complete."""
    if not _begun(inbox):
        return None
    end = inbox.find(END, 0, longest + len(END))
    if end < 0:
        _judge_incomplete(bytes(inbox[: longest + 1]), longest)
        return None
    text = bytes(inbox[:end])
    del inbox[: end + len(END)]
    return _read(text)


def _begun(inbox: bytearray) -> bool:
    """Blank lines stay until what follows them is there, so that their number does not depend on how they are cut."""
    blank = 0
    while inbox.startswith(b"\r\n", 2 * blank):
        blank += 1
        if blank > BLANK_LINES:
            raise Refused(400, "blank lines in place of a request")
    if bytes(inbox[2 * blank : 2 * blank + 2]) in (b"", b"\r"):
        return False
    del inbox[: 2 * blank]
    return True


def _judge_incomplete(text: bytes, longest: int) -> None:
    """Refuses at once what no more bytes can mend, rather than to wait for them."""
    line, found, _ = text.partition(b"\r\n")
    if found and not REQUEST_LINE.fullmatch(line):
        raise Refused(*_bad_request_line(line))
    if not BEGINNING.match(text):
        raise Refused(400, f"this is no request: {_shown(text)}")
    if text.count(b"\n") != text.count(b"\r\n"):
        raise Refused(400, "a line of the head ends with a bare line feed")
    if len(text) > longest:
        raise Refused(431, f"the head of the request is longer than {longest} bytes")


def _bad_request_line(line: bytes) -> tuple[int, str]:
    version = re.fullmatch(rb"(%b) ([^ ]+) HTTP/([0-9])\.([0-9])" % TOKEN, line)
    if version is not None and version[3] != b"1":
        return 505, "this server speaks HTTP/1.1"
    return 400, f"this is no request line: {_shown(line)}"


def _read(text: bytes) -> Request:
    first, *lines = text.split(b"\r\n")
    line = REQUEST_LINE.fullmatch(first)
    if line is None:
        raise Refused(*_bad_request_line(first))
    fields = tuple(_field(one) for one in lines)
    lower: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        lower[key] = f"{lower[key]}, {value}" if key in lower else value
    minor = int(line[3])
    _judge_host(minor, lower)
    length = _length(minor, lower)
    return Request(line[1].decode(), line[2].decode(), minor, fields, length, lower)


def _field(line: bytes) -> tuple[str, str]:
    found = FIELD.fullmatch(line)
    if found is None:
        raise Refused(400, _bad_field(line))
    return found[1].decode(), found[2].strip(b" \t").decode("latin-1")


def _bad_field(line: bytes) -> str:
    if line[:1] in (b" ", b"\t"):
        return "a field of the head is folded over two lines"
    if b"\n" in line:
        return "a line of the head ends with a bare line feed"
    return f"this is no header field: {_shown(line)}"


def _judge_host(minor: int, lower: dict[str, str]) -> None:
    host = lower.get("host")
    if host is None and minor == 1:
        raise Refused(400, "a request has one Host, and this has none")
    if host is not None and "," in host:  # as it is when it was sent twice
        raise Refused(400, "a request has one Host, not a list")


def _length(minor: int, lower: dict[str, str]) -> int | None:
    coding, length = lower.get("transfer-encoding"), lower.get("content-length")
    if coding is None:
        if length is None:
            return 0
        if not DIGITS.fullmatch(length):
            raise Refused(400, f"this is no Content-Length: {length[:80]!r}")
        return int(length)
    if length is not None:
        raise Refused(400, "the request has both a Content-Length and a Transfer-Encoding")
    if minor == 0:
        raise Refused(400, "HTTP/1.0 has no Transfer-Encoding")
    if coding.lower() != "chunked":
        raise Refused(501, f"the only Transfer-Encoding here is chunked, not {coding[:80]!r}")
    return None


def _shown(line: bytes) -> str:
    return repr(line[:80])[1:]
