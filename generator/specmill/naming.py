"""Names of the document as names of Python: the same document always gives the same names.

A name travels in both spellings, as on the wire and as in Python; nothing is renamed twice.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Container, Iterable

# The builtins of Python 3.11 to 3.14 on any system, whichever runs this: the same document gives the same names.
BUILTINS = frozenset([
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError",
    "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError",
    "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError",
    "Ellipsis", "EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup", "False", "FileExistsError",
    "FileNotFoundError", "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError", "ImportError",
    "ImportWarning", "IndentationError", "IndexError", "InterruptedError", "IsADirectoryError", "KeyError",
    "KeyboardInterrupt", "LookupError", "MemoryError", "ModuleNotFoundError", "NameError", "None",
    "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError", "OverflowError",
    "PendingDeprecationWarning", "PermissionError", "ProcessLookupError", "PythonFinalizationError",
    "RecursionError", "ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning", "StopAsyncIteration",
    "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError",
    "True", "TypeError", "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError",
    "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError", "Warning", "WindowsError",
    "ZeroDivisionError", "_IncompleteInputError", "__build_class__", "__debug__", "__doc__", "__import__",
    "__loader__", "__name__", "__package__", "__spec__", "abs", "aiter", "all", "anext", "any", "ascii", "bin",
    "bool", "breakpoint", "bytearray", "bytes", "callable", "chr", "classmethod", "compile", "complex", "copyright",
    "credits", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "exit", "filter", "float", "format",
    "frozenset", "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance",
    "issubclass", "iter", "len", "license", "list", "locals", "map", "max", "memoryview", "min", "next", "object",
    "oct", "open", "ord", "pow", "print", "property", "quit", "range", "repr", "reversed", "round", "set",
    "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "vars", "zip",
])  # fmt: skip

# What the modules of a generated client use themselves: no model may be called like one of these.
RESERVED = (
    frozenset(
        [
            "Annotated",
            "Any",
            "ApiKey",
            "AsyncClient",
            "Basic",
            "Bearer",
            "ClassVar",
            "Client",
            "ClientCertificate",
            "ClientCredentials",
            "DateTime",
            "Decimal",
            "IO",
            "Int32",
            "Int64",
            "Iterable",
            "Literal",
            "Mapping",
            "Meta",
            "OpenStruct",
            "Optional",
            "ReportStruct",
            "Retries",
            "SCHEMAS",
            "Struct",
            "TYPE_CHECKING",
            "Timeouts",
            "TypeAlias",
            "UNSET",
            "UUID",
            "Union",
            "UnsetType",
        ]
    )
    | BUILTINS
)

SIGNS = {"<": "lt", ">": "gt", "=": "eq", "!": "not", "+": "plus", "-": "minus", "*": "star", "@": "at", "$": "dollar"}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[A-Z]")


def words(text: str) -> list[str]:
    """The words of a name, whatever joins them: ``listHTTPCalls-v2`` has the words list, HTTP, Calls, v, 2."""
    return _WORD.findall(_plain(text))


def joined(text: str) -> str:
    """The words of a text in snake case. A number belongs to what it touches: ``v3`` is one word, ``v-3`` are two."""
    parts: list[str] = []
    end = -1
    for found in _WORD.finditer(_plain(text)):
        one = found.group().lower()
        if one.isdigit() and found.start() == end:
            parts[-1] += one
        else:
            parts.append(one)
        end = found.end()
    return "_".join(parts)


def snake(text: str, fallback: str = "value") -> str:
    """A name for functions, arguments and modules: ``Records (v3)`` becomes ``records_v3``."""
    name = joined(text) or fallback
    if name[:1].isdigit():
        name = f"{fallback}_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


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


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
