"""Patterns of JSON Schema (ECMA-262) as patterns of Python's ``re`` that match exactly the same texts.

What Python cannot express, or would read as something else, has no translation: ``None``. It is then
kept in the models as it is, and not enforced.
"""

from __future__ import annotations

import re
import warnings

DIGIT = "0-9"
WORD = "A-Za-z0-9_"
SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
NEWLINE = r"\n\r\u2028\u2029"
CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE}
# Names of character categories that Python has a class for: without a name of its own, a letter is a word
# character that is neither digit nor underscore (as far as Python's tables and ECMA's agree on letters).
LETTERS = frozenset({"L", "Letter", "Alphabetic"})
DIGITS = frozenset({"Nd", "Decimal_Number", "digit"})
CLASSES_INSIDE = frozenset(CLASSES.values())
CONTROLS = {"t": r"\t", "n": r"\n", "v": r"\v", "f": r"\f", "r": r"\r", "0": r"\x00"}
HEX = {"x": 2, "u": 4}
QUANTIFIER = re.compile(r"\{[0-9]+(,[0-9]*)?\}")
LOW_HALF = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
GROUP = re.compile(r"\(\?(:|=|!|<=|<!|<([A-Za-z_][A-Za-z0-9_]*)>)")


class _Unknown(Exception):
    """Something that has no translation."""


def python_pattern(pattern: str) -> str | None:
    """
    >>> python_pattern(r"^\\d+$")
    '^[0-9]+\\\\Z'
    """
    try:
        text = _Reader(pattern).read()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(text)
    except (_Unknown, re.error, OverflowError, RecursionError, Warning):
        return None
    return text


class _Reader:
    """Goes once through a pattern, from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def read(self) -> str:
        done: list[str] = []
        while self.at < len(self.pattern):
            done.append(self._one())
        return "".join(done)

    def _take(self, count: int = 1) -> str:
        taken = self.pattern[self.at : self.at + count]
        if len(taken) < count:
            raise _Unknown
        self.at += count
        return taken

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _one(self) -> str:
        one = self._take()
        if one == "\\":
            return self._escape()
        if one == "[":
            return self._set()
        if one == "(":
            return self._group()
        if one in "*+?":
            return self._quantified(one)
        if one == "{":
            return self._braces()
        return {".": f"[^{NEWLINE}]", "$": r"\Z", "}": r"\}", "]": r"\]"}.get(one, one)

    def _group(self) -> str:
        if not self._peek("?"):
            return "("
        found = GROUP.match(self.pattern, self.at - 1)
        if not found:
            raise _Unknown
        self.at = found.end()
        return f"(?P<{found[2]}>" if found[2] else found[0]

    def _quantified(self, quantifier: str) -> str:
        if self._peek("?"):
            quantifier += self._take()
        if self._peek("+") or self._peek("*") or self._peek("?"):
            raise _Unknown  # Python reads a possessive quantifier where ECMA has an error
        return quantifier

    def _braces(self) -> str:
        found = QUANTIFIER.match(self.pattern, self.at - 1)
        if not found:
            return r"\{"
        self.at = found.end()
        return self._quantified(found[0])

    def _escape(self) -> str:
        one = self._take()
        if one.lower() in CLASSES:
            return f"[{'^' if one.isupper() else ''}{CLASSES[one.lower()]}]"
        if one in "bB":  # \B of Python does not match in an empty text
            return r"(?a:\b)" if one == "b" else r"(?!(?a:\b))"
        if one in "123456789":
            if self.pattern[self.at : self.at + 1].isdigit():
                raise _Unknown  # an octal number for one engine, a group for the other
            return rf"(?({one})\{one}|)"  # a group that did not take part matches nothing, not never
        if one == "k":
            name = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>").match(self.pattern, self.at)
            if not name:
                raise _Unknown
            self.at = name.end()
            return f"(?({name[1]})(?P={name[1]})|)"
        if one in "pP":
            return f"[{self._category(negative=one == 'P')}]"
        return self._character(one)

    def _character(self, one: str) -> str:
        """An escaped character that stands for exactly one character."""
        if one == "0" and self.pattern[self.at : self.at + 1].isdigit():
            raise _Unknown
        if one in CONTROLS:
            return CONTROLS[one]
        if one == "c":
            letter = self._take()
            if not letter.isascii() or not letter.isalpha():
                raise _Unknown
            return f"\\x{ord(letter) % 32:02x}"
        if one in HEX:
            return self._hexadecimal(one)
        if one.isalnum() or one == "_":
            raise _Unknown
        return re.escape(one)

    def _hexadecimal(self, one: str) -> str:
        if one == "u" and self._peek("{"):
            found = re.compile(r"\{([0-9A-Fa-f]{1,6})\}").match(self.pattern, self.at)
            if not found or int(found[1], 16) > 0x10FFFF:
                raise _Unknown
            self.at = found.end()
            return f"\\U{int(found[1], 16):08x}"
        digits = self._take(HEX[one])
        if not re.fullmatch("[0-9A-Fa-f]+", digits):
            raise _Unknown
        if 0xD800 <= int(digits, 16) <= 0xDFFF and one == "u":
            return self._pair(digits)
        return f"\\{one}{digits}"

    def _pair(self, first: str) -> str:
        """Two halves of one character; Python's texts have no halves."""
        found = LOW_HALF.match(self.pattern, self.at)
        if not found or int(first, 16) >= 0xDC00:
            raise _Unknown
        self.at = found.end()
        return f"\\U{0x10000 + (int(first, 16) - 0xD800) * 0x400 + int(found[1], 16) - 0xDC00:08x}"

    def _category(self, negative: bool) -> str:
        """The inside of a set."""
        found = re.compile(r"\{(?:(?:General_Category|gc)=)?([A-Za-z_]+)\}").match(self.pattern, self.at)
        if not found:
            raise _Unknown
        self.at = found.end()
        if found[1] in LETTERS and not negative:
            return r"^\W\d_"
        if found[1] in LETTERS:
            return r"\W\d_"
        if found[1] in DIGITS:
            return r"\D" if negative else r"\d"
        raise _Unknown

    def _set(self) -> str:
        negative = self._peek("^")
        self.at += negative
        plain: list[str] = []
        sets: list[str] = []  # what cannot stand inside a set of Python beside other things
        while not self._peek("]"):
            self._member(plain, sets)
        self.at += 1
        if plain:
            sets.append(f"[{''.join(plain)}]")
        if not sets:
            return r"[\s\S]" if negative else r"(?!)"
        if not negative:
            return sets[0] if len(sets) == 1 else f"(?:{'|'.join(sets)})"
        return f"[^{sets[0][1:]}" if plain and len(sets) == 1 else rf"(?:(?!{'|'.join(sets)})[\s\S])"

    def _member(self, plain: list[str], sets: list[str]) -> None:
        first = self._atom(sets)
        if not (self._peek("-") and not self._peek("-]")):
            plain += [first] if first is not None else []
            return
        self.at += 1
        last = self._atom(sets)
        ends = [one for one in (first, last) if one is not None]
        if len(ends) == 2 and not CLASSES_INSIDE.intersection(ends):
            plain.append(f"{first}-{last}")
        else:  # A class is no end of a range: the hyphen stands for itself. (It is an error in the mode ``u`` only.)
            plain += [*ends, r"\-"]

    def _atom(self, sets: list[str]) -> str | None:
        """One character or class inside a set, in Python's spelling; None if it went to ``sets``."""
        one = self._take()
        if one != "\\":
            return re.escape(one) if one in r"\^-[]&~|" else one
        one = self._take()
        if one == "b":
            return r"\x08"
        if one in CLASSES:
            return CLASSES[one]
        if one in "DWS":
            sets.append(f"[^{CLASSES[one.lower()]}]")
            return None
        if one in "pP":
            sets.append(f"[{self._category(negative=one == 'P')}]")
            return None
        if one in "123456789":
            raise _Unknown
        return self._character(one)
