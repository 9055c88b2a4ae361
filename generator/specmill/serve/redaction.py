"""An exchange without its secrets: what of it may touch the disk.

A secret may be cut over two events, and it may be echoed long before anything says that it was one; so an exchange
is redacted as a whole, in memory, when it is over. Lengths are worked out again: those of chunks when they are said,
which is why a recording holds none, and a Content-Length by what the body lost or won.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_plus

from specmill.errors import SpecmillError
from specmill.serve.credentials import AUTHORIZATION, COOKIES, HEADERS, KEYS, PARAMETERS
from specmill.serve.json_members import leaves_of
from specmill.serve.recording import AnswerHead, Data, Event, RequestHead, Side, field
from specmill.serve.secrets import Secrets, replaced

SCHEME = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]+(.+)", re.DOTALL)
PARAMETER = re.compile(rb"([^&=]+)=([^&]*)")
COOKIE = re.compile(rb'(\s*(?:[^=]*=)?\s*"?)(.*?)("?\s*)', re.DOTALL)
PART_NAME = re.compile(rb'(?i)content-disposition:[^\r\n]*;[ \t]*name="?([^";\r\n]*)')
# UTF-16 and UTF-32, which JSON may be in
WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0|\0\0\xfe\xff|\0\0\0[^\0]")
JSON = re.compile(rb"\s*[{\[]")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
FORM = "application/x-www-form-urlencoded"
SIDES: tuple[Side, Side] = ("client", "server")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is a secret, beside the credentials of HTTP itself."""

    headers: frozenset[str] = frozenset(KEYS)
    parameters: frozenset[str] = frozenset(PARAMETERS)  # of the query, and of forms
    fields: frozenset[str] = frozenset()  # members of JSON, at any depth

    def told(self) -> tuple[str, ...]:
        """For the first line of a recording, so that a reader knows what its tokens may stand for."""
        headers = (f"header {name}" for name in sorted({*self.headers, *HEADERS}))
        parameters = (f"parameter {name}" for name in sorted(self.parameters))
        return (*headers, *parameters, *(f"field {name}" for name in sorted(self.fields)))


def rules_of(tree: Mapping[str, Any], fields: Iterable[str] = ()) -> Rules:
    """By the security schemes of a document, and what somebody names."""
    schemes = tree.get("components", {}).get("securitySchemes", {}).values()
    keys = [(one.get("in"), str(one.get("name"))) for one in schemes if one.get("type") == "apiKey"]
    named = frozenset(fields)
    return Rules(
        headers=frozenset((*KEYS, *(name.lower() for place, name in keys if place == "header"))),
        parameters=named.union(PARAMETERS) | {name for place, name in keys if place == "query"},
        fields=named,
    )


def redacted(events: tuple[Event, ...], rules: Rules) -> tuple[Event, ...]:
    secrets = Secrets()
    _Finder(secrets, rules).look(events)
    clean = _without_secrets(events, secrets, rules)
    _check_nothing_is_left(clean, secrets)
    return clean


class _Finder:
    """Learns the secrets of an exchange where they have a place of their own."""

    def __init__(self, secrets: Secrets, rules: Rules) -> None:
        self._secrets = secrets
        self._rules = rules

    def look(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, RequestHead):
                own_places(event.target.partition("?")[2].encode("latin-1"), PARAMETER, self._parameter)
            if isinstance(event, RequestHead | AnswerHead):
                for name, value in event.fields:
                    header(name, value, self._rules, self._secrets)
        for side in SIDES:
            body_of(events, side, self._rules, self._secrets)

    def _parameter(self, found: re.Match[bytes]) -> None:
        parameter(found, self._rules, self._secrets)


def own_places(text: bytes, pattern: re.Pattern[bytes], call: Callable[[re.Match[bytes]], Any]) -> None:
    for found in pattern.finditer(text):
        call(found)


def parameter(found: re.Match[bytes], rules: Rules, secrets: Secrets) -> bytes:
    """``name=value`` of a query or a form, without its value if that is secret."""
    name = unquote_plus(found[1].decode("latin-1"))
    if name not in rules.parameters or not found[2]:
        return found[0]
    return found[1] + b"=" + secrets.token(unquote_plus(found[2].decode("latin-1")).encode())


def header(name: str, value: str, rules: Rules, secrets: Secrets) -> str:
    """The value of a header field, without what of it is secret by its place."""
    lower, raw = name.lower(), value.encode("latin-1")
    if not raw:
        return value
    if lower in AUTHORIZATION:
        return _credentials(raw, secrets).decode("latin-1")
    if lower in COOKIES:
        return _cookies(raw, lower == "set-cookie", secrets).decode("latin-1")
    if lower in rules.headers:
        return secrets.token(raw).decode()
    return value


def _cookies(value: bytes, only_first: bool, secrets: Secrets) -> bytes:
    """Each has a name, a value, or both; behind one that is set are its attributes."""
    cookies = value.split(b";", int(only_first) or -1)
    for nth, cookie in enumerate(cookies[:1] if only_first else cookies):
        found = COOKIE.fullmatch(cookie)
        if found is not None and found[2]:
            cookies[nth] = found[1] + secrets.token(found[2]) + found[3]
    return b";".join(cookies)


def _credentials(value: bytes, secrets: Secrets) -> bytes:
    """The scheme stays, so that a reader sees which it was. Of Basic the password is a secret of its own."""
    found = SCHEME.fullmatch(value)
    if found is None:
        return secrets.token(value)
    token = secrets.token(found[2])
    if found[1].lower() == b"basic":
        try:
            pair = b64decode(found[2], validate=True)
        except NoBase64:
            pair = b""
        for secret in (pair, pair.partition(b":")[2]):
            if secret:
                secrets.derived(secret, token)
    return found[1] + b" " + token


def body_of(events: tuple[Event, ...], side: Side, rules: Rules, secrets: Secrets) -> list[tuple[int, int, bytes]]:
    """Where one side's body holds secrets by their place: start, end, token."""
    content = b"".join(event.content for event in events if isinstance(event, Data) and event.side == side)
    head = next((one for one in events if isinstance(one, RequestHead | AnswerHead) and one.side == side), None)
    media_type = (field(head, "content-type") or "").partition(";")[0].strip().lower() if head else ""
    found: list[tuple[int, int, bytes]] = []
    if media_type == FORM:
        for one in PARAMETER.finditer(content):
            clean = parameter(one, rules, secrets)
            if clean != one[0]:
                found.append((one.start(), one.end(), clean))
    elif media_type.startswith("multipart/"):
        found += _parts(content, rules, secrets)
    elif rules.fields:
        if WIDE.match(content) and (not media_type or media_type.endswith("json")):
            raise SpecmillError("a body is in UTF-16 or UTF-32, in which members are not found, so nothing was written")
        found += _members(content, rules, secrets)
    return found


def _members(content: bytes, rules: Rules, secrets: Secrets) -> list[tuple[int, int, bytes]]:
    found: list[tuple[int, int, bytes]] = []
    for leaf in leaves_of(content, rules.fields):
        if not leaf.is_named:
            clean = _inside_of_text(leaf.value, rules, secrets)
            if clean != leaf.value:
                found.append((leaf.start, leaf.end, json.dumps(clean.decode("utf-8", "replace")).encode()))
        elif leaf.is_text:
            found.append((leaf.start, leaf.end, b'"%b"' % secrets.token(leaf.value)))
        else:
            found.append((leaf.start, leaf.end, secrets.number(leaf.value)))
    return found


def _inside_of_text(text: bytes, rules: Rules, secrets: Secrets) -> bytes:
    """A text without the members of the JSON, or of the base64 of JSON, that it may be itself."""
    if JSON.match(text):
        places = _members(text, rules, secrets)
        return secrets.without(replaced(text, places)) if places else text
    if len(text) % 4 or not BASE64.fullmatch(text):
        return text
    plain = b64decode(text)
    clean = _inside_of_text(plain, rules, secrets)
    return text if clean == plain else b64encode(clean)


def _parts(content: bytes, rules: Rules, secrets: Secrets) -> list[tuple[int, int, bytes]]:
    """The contents of those parts of a form that have the name of a secret."""
    found: list[tuple[int, int, bytes]] = []
    end = 0
    for part in content.split(b"\r\n--"):
        end += len(part)
        head, _, value = part.partition(b"\r\n\r\n")
        name = PART_NAME.search(head)
        if value and name is not None and name[1].decode("utf-8", "replace") in rules.parameters:
            found.append((end - len(value), end, secrets.token(value)))
        end += len(b"\r\n--")
    return found


def _without_secrets(events: tuple[Event, ...], secrets: Secrets, rules: Rules) -> tuple[Event, ...]:
    if not secrets:
        return events
    changed: dict[Side, int] = {}
    for side in SIDES:
        places = body_of(events, side, rules, secrets)
        events, changed[side] = _clean_body(events, side, places, secrets)
    return tuple(_clean_head(one, changed[one.side], secrets, rules) for one in events)


def _clean_head(event: Event, longer: int, secrets: Secrets, rules: Rules) -> Event:
    if not isinstance(event, RequestHead | AnswerHead):
        return event
    fields = tuple((name, _clean_field(name, value, longer, secrets, rules)) for name, value in event.fields)
    if isinstance(event, AnswerHead):
        return replace(event, fields=fields)
    path, mark, query = event.target.encode("latin-1").partition(b"?")
    query = PARAMETER.sub(lambda found: parameter(found, rules, secrets), query)
    return replace(event, target=secrets.without(path + mark + query).decode("latin-1"), fields=fields)


def _clean_field(name: str, value: str, longer: int, secrets: Secrets, rules: Rules) -> str:
    if name.lower() == "content-length" and value.isascii() and value.isdigit():
        return str(int(value) + longer)
    clean = header(name, value, rules, secrets)
    return clean if clean != value else secrets.without(value.encode("latin-1")).decode("latin-1")


def _clean_body(
    events: tuple[Event, ...], side: Side, places: list[tuple[int, int, bytes]], secrets: Secrets
) -> tuple[tuple[Event, ...], int]:
    """The events without the secrets in one side's content, and by how much that is longer now.

    What stands for a secret that is cut over events stands in the first of them.
    """
    own = [event for event in events if isinstance(event, Data) and event.side == side]
    content = b"".join(event.content for event in own)
    spans = _spans(content, places, secrets)
    if not spans:
        return events, 0
    pieces = iter(_cut_again(content, spans, [len(event.content) for event in own]))
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Data) and event.side == side:
            event = replace(event, content=next(pieces))
            if not event.content:
                _end_the_chunk(kept, event)
                continue
        kept.append(event)
    return tuple(kept), sum(len(token) - (end - start) for start, end, token in spans)


def _spans(content: bytes, places: list[tuple[int, int, bytes]], secrets: Secrets) -> list[tuple[int, int, bytes]]:
    """Secrets with a place of their own, and those that are said again between these places."""
    spans: list[tuple[int, int, bytes]] = []
    before = 0
    for start, end, token in [*places, (len(content), len(content), b"")]:
        between = secrets.hidden(content[before:start])
        spans += [(before + one, before + other, said) for one, other, said in between]
        if end > start:
            spans.append((start, end, token))
        before = end
    return spans


def _cut_again(content: bytes, spans: list[tuple[int, int, bytes]], lengths: list[int]) -> list[bytes]:
    """The content without the secrets, cut where it was cut before."""
    pieces: list[bytes] = []
    start, nth = 0, 0
    for length in lengths:
        end, parts = start + length, []
        while start < end:
            if nth == len(spans) or spans[nth][0] >= end:
                parts.append(content[start:end])
                start = end
            elif start <= spans[nth][0]:
                parts += [content[start : spans[nth][0]], spans[nth][2]]
                start = min(end, spans[nth][1])
                nth += spans[nth][1] <= end
            else:  # the rest of one that began in an earlier piece
                start = min(end, spans[nth][1])
                nth += spans[nth][1] <= end
        pieces.append(b"".join(parts))
    return pieces


def _end_the_chunk(kept: list[Event], gone: Data) -> None:
    """A piece of which nothing is left may have been the last of its chunk."""
    for place in range(len(kept) - 1, -1, -1):
        before = kept[place]
        if isinstance(before, Data) and before.side == gone.side:
            if before.more and not gone.more:
                kept[place] = replace(before, more=False)
            return


def _check_nothing_is_left(events: tuple[Event, ...], secrets: Secrets) -> None:
    heads = (one for one in events if isinstance(one, RequestHead | AnswerHead))
    texts = [text.encode("latin-1") for head in heads for pair in head.fields for text in pair]
    texts += [one.target.encode("latin-1") for one in events if isinstance(one, RequestHead)]
    texts += [b"".join(one.content for one in events if isinstance(one, Data) and one.side == side) for side in SIDES]
    if any(secrets.hidden(text) for text in texts):
        raise SpecmillError("a secret could not be taken out of the exchange, so nothing of it was written")
