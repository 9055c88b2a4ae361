"""Names of the document as names of Python: the same document always gives the same names.

A name travels in both spellings, as on the wire and as in Python; nothing is renamed twice.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Container, Iterable

# What the modules of a generated client use themselves: no model may be called like one of these.
RESERVED = frozenset(
    [
        "Annotated",
        "Any",
        "ApiKey",
        "AsyncClient",
        "Basic",
        "Bearer",
        "Certificate",
        "ClassVar",
        "Client",
        "ClientCredentials",
        "DateTime",
        "Decimal",
        "IO",
        "Int32",
        "Int64",
        "Literal",
        "Mapping",
        "Meta",
        "OpenStruct",
        "Optional",
        "Report",
        "Retries",
        "Struct",
        "TYPE_CHECKING",
        "Timeouts",
        "TypeAlias",
        "UNSET",
        "UUID",
        "Union",
        "UnsetType",
    ]
) | frozenset(dir(builtins))

SIGNS = {"<": "lt", ">": "gt", "=": "eq", "!": "not", "+": "plus", "-": "minus", "*": "star", "@": "at", "$": "dollar"}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[A-Z]")


def words(text: str) -> list[str]:
    """The words of a name, whatever joins them: ``listHTTPCalls-v2`` has the words list, HTTP, Calls, v, 2."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _WORD.findall(plain)


def snake(text: str, fallback: str = "value") -> str:
    """A name for functions, arguments and modules: ``Records (v3)`` becomes ``records_v3``."""
    joined = "_".join(_glued(words(text))).lower() or fallback
    if joined[:1].isdigit():
        joined = f"{fallback}_{joined}"
    return f"{joined}_" if keyword.iskeyword(joined) else joined


def spelled(text: str) -> str:
    """A name with its signs as words, for names that differ in nothing else: ``StartTime<`` is ``StartTime lt``."""
    return "".join(f" {SIGNS[letter]} " if letter in SIGNS else letter for letter in text)


def pascal(text: str, fallback: str = "Model") -> str:
    """A name for classes: ``api.v2.call-list`` becomes ``ApiV2CallList``; what is one already stays as it is."""
    joined = "".join(word[0].upper() + word[1:] for word in words(text)) or fallback
    if joined[:1].isdigit():
        joined = fallback + joined
    return f"{joined}Model" if joined in RESERVED or keyword.iskeyword(joined) else joined


def unique(candidates: Iterable[str], taken: Container[str]) -> str:
    """The first candidate that is free however a disk or a reader folds its case; the last one numbered if none is."""
    last = ""
    for last in candidates:
        if last.casefold() not in taken:
            return last
    number = 2
    while f"{last}{number}".casefold() in taken:
        number += 1
    return f"{last}{number}"


def _glued(parts: list[str]) -> list[str]:
    """A number belongs to the word before it: ``v3`` and ``int64`` are one word each."""
    glued: list[str] = []
    for part in parts:
        if part.isdigit() and glued and not glued[-1][-1].isdigit():
            glued[-1] += part
        else:
            glued.append(part)
    return glued
