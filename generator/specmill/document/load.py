"""Reads a document as JSON does, whether it is written in JSON or in YAML.

Everything is refused that JSON cannot say, or that is there to do harm: see ``compose`` for YAML; in JSON that is
keys that stand twice, NaN and numbers without bound, halves of surrogate pairs, deep nesting.
"""

from __future__ import annotations

import math
import re
from json import JSONDecodeError, JSONDecoder
from typing import Any

from specmill.document import limits, marks
from specmill.document.faults import depth_fault, duplicate_fault, fault_in, number_fault
from specmill.document.from_yaml import Composer
from specmill.document.source import read_source
from specmill.errors import Place, SpecmillError
from specmill.values import JSON, Config, Document, SourceFile

# An escaped character; half of a surrogate pair without the other is in group 1.
ESCAPE = re.compile(r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|u([dD][89a-fA-F]\w\w)|.)")
JSON_HINTS = {
    "'": "JSON puts text in double quotes",
    "/": "JSON has no comments",
    "#": "JSON has no comments; if this is YAML, name the file .yaml",
    "}": "is there a comma too much before it?",
    "]": "is there a comma too much before it?",
    "": "the text ends before the last bracket is closed",
}
JSON_WORDS = {  # how Python begins what it says, where the character alone does not tell what is wrong
    "Extra data": "a file holds one document, and nothing behind it",
    "Invalid control character": "inside of text a tab is written \\t, and a line break \\n",
    "Expecting property name": "JSON puts names in double quotes",
    "Illegal trailing comma": "remove that comma",
}


def read(config: Config) -> Document:
    """The document as its file has it: $refs to other files are left as they are."""
    file = read_source(config.root / config.document, config.root)
    return Document(parse(file), (file,))


def parse(file: SourceFile) -> JSON:
    """The tree of one file. JSON in a ``.yaml`` file is read as JSON, which is quicker, where it is some."""
    start = file.text.lstrip()[:1]
    if not start:
        raise SpecmillError("the file is empty", place=Place(file.name), hint="write an OpenAPI document into it")
    named_json = file.name.endswith(".json")
    if not named_json and start not in "{[":
        return Composer(file).compose()
    try:
        return _parse_json(file)
    except _NotJson as error:
        if named_json:
            raise error.told from None
    return Composer(file).compose()


class _NotJson(Exception):
    def __init__(self, told: SpecmillError) -> None:
        self.told = told


class _Duplicate(Exception):
    pass


class _Number(Exception):
    pass


def _parse_json(file: SourceFile) -> JSON:
    try:
        tree = DECODER.decode(file.text)
    except JSONDecodeError as error:
        raise _NotJson(fault_in(file, error.pos, "this is not JSON", _json_hint(file, error))) from None
    except _Number as error:
        # In YAML, NaN without quotes is a word like any other.
        raise _NotJson(number_fault(file, _where_of(file, str(error)), str(error))) from None
    except _Duplicate:
        raise duplicate_fault(file) from None
    except RecursionError:
        raise depth_fault(file) from None
    if limits.height(tree) > limits.DEPTH:
        raise depth_fault(file)
    _check_surrogates(file)
    return tree


def _json_hint(file: SourceFile, error: JSONDecodeError) -> str:
    worded = (hint for words, hint in JSON_WORDS.items() if error.msg.startswith(words))
    return JSON_HINTS.get(file.text[error.pos : error.pos + 1]) or next(worded, "")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Duplicate
    return mapping


def _integer(text: str) -> int:
    if len(text) > limits.DIGITS:
        raise _Number(text)
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Number(text)
    return number


def _constant(text: str) -> None:
    raise _Number(text)


# Built once, since the scanner in C takes its hooks from it.
DECODER = JSONDecoder(object_pairs_hook=_unique, parse_int=_integer, parse_float=_fraction, parse_constant=_constant)


def _where_of(file: SourceFile, number: str) -> int | None:
    found = (where for _, text, where in marks.json_events(file.text) if text == number and file.text[where] != '"')
    return next(found, None)


def _check_surrogates(file: SourceFile) -> None:
    """Half of a surrogate pair is no character: no file could hold it again."""
    if "\\u" not in file.text:
        return
    for match in ESCAPE.finditer(file.text):
        if match[1]:
            hint = "write both halves, or the character itself"
            raise fault_in(file, match.start(), f"\\u{match[1]} is half of a character", hint)
