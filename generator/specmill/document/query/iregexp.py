"""Regular expressions as JSONPath has them (I-Regexp, RFC 9485), matched in linear time.

An expression becomes an automaton all of whose states are followed at once, letter by letter, so no expression takes
longer than letters times states. The ``re`` module would go back and try again, for some expressions without end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

STATES = 5_000
NESTING = 50
QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,5})(?:(,)([0-9]{0,5}))?\}")
SPECIAL = frozenset("()*+.?[\\]{|}")
ESCAPED = {**{c: c for c in "()*+-.?[\\]^{|}"}, "n": "\n", "r": "\r", "t": "\t"}
CATEGORY = re.compile(r"([pP])\{(L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|Z[lps]?|S[ckmo]?|C[cfno]?)\}")

Test = Callable[[str], bool]
# A state is a test of the next letter and the state behind it, or None and the states that are entered for free.
State = tuple[Test | None, tuple[int, ...]]
Step = Callable[[int], int]  # appends the states of a piece in front of a state and gives the first of them


class Invalid(ValueError):
    """Not an I-Regexp, or one with too many states."""


def matches(pattern: str, text: str, whole: bool, spend: Callable[[int], None]) -> bool:
    """``spend`` is told how much work there is before it is done. What is no I-Regexp matches nothing."""
    automaton = _compiled(pattern)
    if automaton is None:
        return False
    states, first = automaton
    spend(1 + len(text) * len(states) // 20)
    active = _entered(states, [first])
    for letter in text:
        if not whole and 0 in active:
            return True
        following = [state[1][0] for state in map(states.__getitem__, active) if state[0] and state[0](letter)]
        active = _entered(states, following if whole else [*following, first])
        if not active:
            return False
    return 0 in active


def _entered(states: list[State], pending: list[int]) -> set[int]:
    """With all states that cost no letter."""
    active: set[int] = set()
    while pending:
        state = pending.pop()
        if state not in active:
            active.add(state)
            test, following = states[state]
            if test is None:
                pending.extend(following)
    return active


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> tuple[list[State], int] | None:
    parser = _Parser(pattern)
    try:
        step = parser.alternatives()
        if parser.at == len(pattern):
            return parser.states, step(0)
    except Invalid:
        pass
    return None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.states: list[State] = [(None, ())]  # the first one is the end

    def there(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, letter: str) -> bool:
        found = self.there() == letter
        self.at += found
        return found

    def add(self, test: Test | None, *following: int) -> int:
        if len(self.states) >= STATES:
            raise Invalid
        self.states.append((test, following))
        return len(self.states) - 1

    def alternatives(self) -> Step:
        branches = [self.branch()]
        while self.take("|"):
            branches.append(self.branch())
        return lambda end: self.add(None, *[branch(end) for branch in branches])

    def branch(self) -> Step:
        pieces: list[Step] = []
        while self.there() not in ("", "|", ")"):
            pieces.append(self.quantified(self.atom()))

        def step(end: int) -> int:
            for piece in reversed(pieces):
                end = piece(end)
            return end

        return step

    def quantified(self, atom: Step) -> Step:
        found = QUANTIFIER.match(self.text, self.at)
        if not found:
            return atom
        self.at = found.end()
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(found.group(), (None, None))
        if least is None:
            least = int(found[1])
            most = least if not found[2] else int(found[3]) if found[3] else None
            if most is not None and most < least:
                raise Invalid
        return lambda end: self.repeated(atom, least, most, end)

    def repeated(self, atom: Step, least: int, most: int | None, end: int) -> int:
        self.add(None)  # counts even where the atom has no states, so that {99999} of nothing ends soon
        if most is None:
            loop = self.add(None)
            self.states[loop] = (None, (atom(loop), end))
            end = loop
        else:
            last = end
            for _ in range(most - least):
                end = self.add(None, atom(end), last)
        for _ in range(least):
            self.add(None)
            end = atom(end)
        return end

    def atom(self) -> Step:
        letter = self.there()
        if letter == "(":
            return self.group()
        test = self.test(letter)
        return lambda end: self.add(test, end)

    def group(self) -> Step:
        self.at += 1
        self.depth += 1
        if self.depth > NESTING:
            raise Invalid
        inner = self.alternatives()
        self.depth -= 1
        if not self.take(")"):
            raise Invalid
        return inner

    def test(self, letter: str) -> Test:
        if letter == "\\":
            return self.escape()
        if letter == "[":
            return self.letters()
        self.at += 1
        if letter == ".":
            return lambda c: c not in "\n\r"
        if letter in SPECIAL:
            raise Invalid
        return letter.__eq__

    def escape(self) -> Test:
        """What a backslash begins: a letter, or a category of letters."""
        self.at += 1
        if found := CATEGORY.match(self.text, self.at):
            self.at = found.end()
            category, wanted = found[2], found[1] == "p"
            return lambda c: unicodedata.category(c).startswith(category) is wanted
        return self.escaped().__eq__

    def escaped(self) -> str:
        letter = ESCAPED.get(self.there())
        if letter is None:
            raise Invalid
        self.at += 1
        return letter

    def letters(self) -> Test:
        self.at += 1
        wanted = not self.take("^")
        tests: list[Test] = ["-".__eq__] if self.take("-") else []
        while not self.take("]"):
            if self.text.startswith("-]", self.at):
                self.at += 1
                tests.append("-".__eq__)
            else:
                tests.append(self.range())
        if not tests:
            raise Invalid
        return lambda c: any(test(c) for test in tests) is wanted

    def range(self) -> Test:
        if self.there() == "\\" and CATEGORY.match(self.text, self.at + 1):
            return self.escape()
        low = self.letter()
        if self.there() != "-" or self.text.startswith("-]", self.at):
            return low.__eq__
        self.at += 1
        high = self.letter()
        if high < low:
            raise Invalid
        return lambda c: low <= c <= high

    def letter(self) -> str:
        if self.take("\\"):
            return self.escaped()
        letter = self.there()
        if letter in ("", "-", "[", "]"):
            raise Invalid
        self.at += 1
        return letter
