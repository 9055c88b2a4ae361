"""No credential leaves a run: in all that is told of it, each is a word that says which one it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from specmill.contract.values import Event

T = TypeVar("T")
SHORT = 4  # characters
OWN = ("check", "operation", "keyword", "pointer", "kind", "wanted", "part", "method")
"""Words of the document's and of ours, which may be somebody's secret as well, and are none where they stand."""
WORD = re.compile(r"\(\(([A-Z][A-Z0-9_]*)\)\)")  # what stands in place of a secret; the name is that of a variable


class Cleaner:
    """Takes what is told before it is written down: behind that a letter may be an escape, and half be cut off."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._words = {form: f"(({name}))" for name, secret in secrets.items() for form in _forms(secret)}
        longest_first = sorted(self._words, key=lambda form: (-len(form), form))  # one may be part of another
        self._text = re.compile("|".join(map(_pattern, longest_first)) or "(?!)")
        self._bytes = re.compile(self._text.pattern.encode())

    def text(self, text: str) -> str:
        return self._text.sub(lambda found: self._words[found[0]], text)

    def bytes(self, data: bytes) -> bytes:
        return self._bytes.sub(lambda found: self._words[found[0].decode()].encode(), data)

    def of(self, told: T) -> T:
        """The same, and all that is in it, without a secret."""
        cleaned: T = self._cleaned(told)
        return cleaned

    def _cleaned(self, told: Any) -> Any:
        if isinstance(told, str):
            return self.text(told)
        if isinstance(told, bytes):
            return self.bytes(told)
        if isinstance(told, Event):
            return told._replace(data=self.bytes(told.data))
        if isinstance(told, list | tuple):
            return type(told)(map(self._cleaned, told))
        if isinstance(told, Mapping):
            return {name: self._cleaned(one) for name, one in told.items()}
        if is_dataclass(told) and not isinstance(told, type):
            names = (one.name for one in fields(told) if one.name not in OWN)
            return replace(told, **{name: self._cleaned(getattr(told, name)) for name in names})
        return told


def _pattern(form: str) -> str:
    """A short one may be part of any word, in which it says nothing."""
    apart = r"\b" if len(form) < SHORT and form.isalnum() else ""
    return apart + re.escape(form) + apart


def _forms(secret: str) -> Iterator[str]:
    """How it may be written in a header, an address and JSON."""
    if secret:
        spelt = (json.dumps(secret, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False))
        yield from dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), *spelt))
