"""A file of JSON lines as a recording, strictly: a recording that is half understood proves nothing."""

from __future__ import annotations

import json
import math
import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from specmill.errors import Place, SpecmillError
from specmill.serve.recording import SUFFIX, VERSION, AnswerHead, Data, End, Event, Recording, RequestHead, Side

AGAIN = "record it anew with `specmill record --mode all`, or take the file back from version control"
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
TARGET = re.compile(r"[\x21-\x7e]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
FIRST = ("specmill", "version", "document", "operation", "date", "redacted")
ENDS = ("end", "cut", "reset")


class _Bad(Exception):
    """What is wrong with one line."""


def read_all(path: Path, shown: str | None = None) -> tuple[Recording, ...]:
    """All recordings of a folder, by name, or the one of a file."""
    name = shown or path.as_posix()
    if path.is_file():
        return (read(path, name),)
    if not path.is_dir():
        hint = "make some with `specmill record --upstream URL --to DIR`"
        raise SpecmillError("there are no recordings here", place=Place(name), hint=hint)
    files = sorted(file for file in path.iterdir() if file.suffix == SUFFIX and file.is_file())
    return tuple(read(file, f"{name.rstrip('/')}/{file.name}") for file in files)


def read(path: Path, shown: str | None = None) -> Recording:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpecmillError(f"cannot read it: {error.strerror}", place=Place(shown or path.as_posix())) from None
    return parsed(data, shown or path.as_posix())


def parsed(data: bytes, name: str = "") -> Recording:
    """The recording in the bytes of a file; SpecmillError with the line for whatever is none."""
    lines = data.split(b"\n")
    number = 1
    try:
        if not data.endswith(b"\n"):
            number = len(lines)
            raise _Bad("the file ends inside a line" if data else "the file is empty")
        first = _first(_object(lines[0]))
        state = _State()
        events = []
        for line in lines[1:-1]:
            number += 1
            events.append(state.follow(_event(_object(line))))
        state.check_over()
    except _Bad as bad:
        text = lines[number - 1][:200].decode("utf-8", "backslashreplace")
        raise SpecmillError(str(bad), place=Place(name, number, 1), text=text, hint=AGAIN) from None
    return Recording(**first, events=tuple(events), name=name, lines=tuple(range(2, len(events) + 2)))


def _object(line: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise _Bad("a member stands twice")
        return dict(pairs)

    def never(word: str) -> Any:
        raise _Bad(f"{word} is no JSON")

    try:
        value = json.loads(line.decode(), object_pairs_hook=once, parse_constant=never)
    except UnicodeDecodeError:
        raise _Bad("not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise _Bad(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise _Bad("a line has to be a JSON object")
    return value


def _first(line: dict[str, Any]) -> dict[str, Any]:
    if line.get("specmill") != "recording":
        raise _Bad("this is no recording: its first line does not say so")
    if type(line.get("version")) is not int or line["version"] != VERSION:
        raise _Bad(f"a recording of version {line.get('version')!r}; this specmill reads version {VERSION}")
    _members(line, {name: name for name in FIRST})
    for name in ("document", "operation", "date"):
        _check(isinstance(line[name], str), f"`{name}` has to be text")
    redacted = line["redacted"]
    _check(
        isinstance(redacted, list) and all(isinstance(rule, str) for rule in redacted), "`redacted` has to list text"
    )
    return {
        "document": line["document"],
        "operation": line["operation"],
        "date": line["date"],
        "redacted": tuple(redacted),
    }


def _members(line: Mapping[str, Any], required: Mapping[str, Any], optional: tuple[str, ...] = ()) -> None:
    missing = [name for name in required if name not in line]
    unknown = [name for name in line if name not in required and name not in optional]
    if missing:
        raise _Bad(f"`{missing[0]}` is missing")
    if unknown:
        raise _Bad(f"there is no member `{unknown[0]}` here")


def _check(holds: bool, wanted: str) -> None:
    if not holds:
        raise _Bad(wanted)


def _event(line: dict[str, Any]) -> Event:
    _check(line.get("from") in ("client", "server"), "`from` has to be client or server")
    at: Any = line.get("at")
    _check(type(at) in (int, float) and math.isfinite(at) and at >= 0, "`at` has to be seconds, from 0")
    kind = line.get("is")
    _check(kind in READERS, f"`is` has to be one of {', '.join(READERS)}")
    return READERS[str(kind)](line, float(at), line["from"])


def _head(line: dict[str, Any], at: float, side: Side) -> Event:
    own = ("method", "target") if side == "client" else ("status",)
    _members(line, dict.fromkeys(("at", "from", "is", *own, "fields")))
    fields = line["fields"]
    _check(isinstance(fields, list) and all(map(_is_field, fields)), "`fields` has to list [name, value]")
    pairs = tuple((name, value) for name, value in fields)
    if side == "server":
        status = line["status"]
        _check(type(status) is int and 200 <= status <= 999, "`status` has to be a number from 200 to 999")
        return AnswerHead(at, status, pairs)
    _check(isinstance(line["method"], str) and TOKEN.fullmatch(line["method"]) is not None, "this is no `method`")
    _check(isinstance(line["target"], str) and TARGET.fullmatch(line["target"]) is not None, "this is no `target`")
    return RequestHead(at, line["method"], line["target"], pairs)


def _is_field(one: Any) -> bool:
    return (
        isinstance(one, list)
        and len(one) == 2
        and all(isinstance(text, str) for text in one)
        and TOKEN.fullmatch(one[0]) is not None
        and VALUE.fullmatch(one[1]) is not None
    )


def _data(line: dict[str, Any], at: float, side: Side) -> Event:
    as_text = "text" in line
    _members(line, dict.fromkeys(("at", "from", "is", "text" if as_text else "base64")), ("more",))
    _check(line.get("more", True) is True, "`more` has to be true, or left out")
    content = _of_text(line["text"]) if as_text else _of_base64(line["base64"])
    _check(content != b"", "data has to have content")
    return Data(at, side, content, "more" in line)


def _of_text(text: Any) -> bytes:
    _check(isinstance(text, str), "`text` has to be text")
    try:
        return str(text).encode()
    except UnicodeEncodeError:
        raise _Bad("`text` holds half a character") from None


def _of_base64(text: Any) -> bytes:
    try:
        content = b64decode(str(text).encode("ascii"), validate=True) if isinstance(text, str) else b""
    except (NoBase64, UnicodeEncodeError):
        raise _Bad("`base64` is not base64") from None
    _check(isinstance(text, str), "`base64` has to be text")
    return content


def _end(line: dict[str, Any], at: float, side: Side) -> Event:
    _members(line, dict.fromkeys(("at", "from", "is")))
    return End(at, side, line["is"])


READERS: dict[str, Callable[[dict[str, Any], float, Side], Event]] = {
    "head": _head,
    "data": _data,
    **dict.fromkeys(ENDS, _end),
}


class _State:
    """In what order events may follow each other."""

    def __init__(self) -> None:
        self._at = 0.0
        self._begun: set[Side] = set()
        self._ended: set[Side] = set()
        self._over = False

    def follow(self, event: Event) -> Event:
        side = event.side
        _check(event.at >= self._at, "this event is before the one above it")
        _check(not self._over, "there is an event behind the end of the exchange")
        _check("client" in self._begun or isinstance(event, RequestHead), "the first event has to be the client's head")
        if isinstance(event, RequestHead | AnswerHead):
            _check(side not in self._begun, f"the {side} has a second head")
            self._begun.add(side)
        elif isinstance(event, Data):
            _check(side in self._begun, "there is content ahead of its head")
            _check(side not in self._ended, f"the {side} says something behind its end")
        else:
            self._finish(event)
        self._at = event.at
        return event

    def _finish(self, event: End) -> None:
        side = event.side
        _check(event.how != "end" or side in self._begun, "a message without a head cannot be complete")
        _check(side not in self._ended or event.how == "reset", f"the {side} ends a second time")
        self._ended.add(side)
        self._over = side == "server" or event.how == "reset"

    def check_over(self) -> None:
        _check(bool(self._begun), "there is no event")
        _check(self._over, "the exchange has no end: the rest of the file is missing")
