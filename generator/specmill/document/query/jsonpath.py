"""JSONPath (RFC 9535): the text of a query to a function that finds nodes, each with its path.

Own rather than a library because targets of overlays are untrusted input. Measured against jsonpath-rfc9535 1.0.1:
there ``match(@, '(a|aa)+(b|bb)+c')`` took 5 s on 39 letters and grows exponentially, brackets inside each other ended
in a RecursionError, ``..`` stopped at 100 levels, ``[?@==1>0]`` and ``[:1-2]`` were taken for paths, and the import
took 20 to 40 ms with three packages, against 4 ms. (python-jsonpath 2.2.2: 40 to 60 ms.)
Here every node that is visited costs one step of a budget, and regular expressions run in linear time.

The law of the parser: a function leaves ``self.at`` behind what it has read, and where it reads nothing, where it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from specmill.document import limits
from specmill.document.query.queries import (
    FUNCTIONS,
    Query,
    Segment,
    Selector,
    Term,
    all_children,
    as_value,
    by_filter,
    by_index,
    by_name,
    by_slice,
    call,
    compared,
    of_query,
)
from specmill.values import JSON

LENGTH = 10_000  # of a query
NESTING = 40  # brackets and filters inside each other
LARGEST = 2**53 - 1  # index that every JSON implementation can tell exactly


class BadPath(ValueError):
    """The query is not JSONPath; ``at`` is the offset in it."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


def parse(text: str) -> Query:
    if len(text) > LENGTH:
        raise BadPath(f"a path may have {LENGTH:,} characters")
    parser = _Parser(text)
    query = parser.query("$")
    if parser.at != len(text):
        parser.fail()
    return query


# The text of a query

BLANK = re.compile(r"[ \t\n\r]*")
NAME = re.compile(
    r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*"
)  # by what it may not have: that compiles 50 times as fast
FUNCTION = re.compile(r"([a-z][a-z_0-9]*)\(")
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
OPERATOR = re.compile(r"==|!=|<=|>=|<|>")
WORD = re.compile(r"true|false|null")
WORDS = {"true": True, "false": False, "null": None}
PIECE = re.compile(r"([^\\'\"\x00-\x1f]+)|\\(?:([bfnrt/\\])|u([0-9A-Fa-f]{4}))")
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def fail(self, wanted: str = "") -> Any:
        there = self.text[self.at : self.at + 1]
        raise BadPath(
            f"{wanted or 'something else'} was expected before {there!r}" if there else "it ends too early", self.at
        )

    def take(self, piece: str) -> bool:
        if self.text.startswith(piece, self.at):
            self.at += len(piece)
            return True
        return False

    def need(self, piece: str) -> None:
        if not self.take(piece):
            self.fail(repr(piece))

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def blank(self) -> None:
        self.match(BLANK)

    def nested(self, parse: Callable[[], Any]) -> Any:
        self.depth += 1
        if self.depth > NESTING:
            raise BadPath(f"more than {NESTING} brackets inside each other", self.at)
        result = parse()
        self.depth -= 1
        return result

    def query(self, root: str) -> Query:
        start = self.at
        self.need(root)
        segments: list[Segment] = []
        while True:
            before = self.at
            self.blank()
            segment = self.segment()
            if segment is None:
                self.at = before
                return Query(self.text[start : self.at], tuple(segments))
            segments.append(segment)

    def segment(self) -> Segment | None:
        descends = self.take("..")
        if not descends and not self.take("."):
            return self.bracket(False) if self.text.startswith("[", self.at) else None
        if descends and self.text.startswith("[", self.at):
            return self.bracket(True)
        if self.take("*"):
            return Segment((all_children,), descends, end=self.at)
        name = self.match(NAME)
        if not name:
            return self.fail("a name, which in quotes may be any: ['...'],")  # type: ignore[no-any-return]
        return Segment((by_name(name.group()),), descends, name.group(), not descends, self.at)

    def bracket(self, descends: bool) -> Segment:
        found = self.nested(self.selectors)
        selectors = tuple(selector for selector, _ in found)
        name, singular = found[0][1], len(found) == 1 and found[0][1] is not None
        return Segment(selectors, descends, name if singular else None, singular and not descends, self.at)

    def selectors(self) -> list[tuple[Selector, str | None]]:
        self.need("[")
        found = []
        while True:
            self.blank()
            found.append(self.selector())
            self.blank()
            if not self.take(","):
                break
        self.need("]")
        return found

    def selector(self) -> tuple[Selector, str | None]:
        """The selector, and the name or index where it selects one node at most."""
        if self.take("*"):
            return all_children, None
        if self.take("?"):
            self.blank()
            return by_filter(self.tested(self.nested(self.either))), None
        if self.text[self.at : self.at + 1] in ("'", '"'):
            name = self.string()
            return by_name(name), name
        start = self.integer()
        before = self.at
        self.blank()
        if self.take(":"):
            return by_slice(start, *self.rest_of_slice()), None
        self.at = before
        if start is None:
            return self.fail("a name in quotes, an index, * or a filter")  # type: ignore[no-any-return]
        return by_index(start), str(start)

    def rest_of_slice(self) -> tuple[int | None, int | None]:
        self.blank()
        end, step = self.integer(), None
        before = self.at
        self.blank()
        if self.take(":"):
            before = self.at
            self.blank()
            step = self.integer()
            before = before if step is None else self.at
        self.at = before
        return end, step

    def integer(self) -> int | None:
        found = self.match(INTEGER)
        if not found:
            return None
        if len(found.group()) > 17 or abs(int(found.group())) > LARGEST:
            raise BadPath("this index is too large", found.start())
        return int(found.group())

    def string(self) -> str:
        quote = self.text[self.at]
        other = "'" if quote == '"' else '"'
        self.at += 1
        pieces = []
        while not self.take(quote):
            if self.take(other):
                pieces.append(other)
            elif self.take("\\" + quote):
                pieces.append(quote)
            elif piece := self.match(PIECE):
                pieces.append(piece[1] or ESCAPES.get(piece[2]) or self.character(piece[3]))
            else:
                self.fail(f"a closing {quote}")
        return "".join(pieces)

    def character(self, digits: str) -> str:
        code = int(digits, 16)
        if 0xD800 <= code < 0xDC00:
            low = re.compile(r"\\u([dD][c-fC-F][0-9A-Fa-f]{2})").match(self.text, self.at)
            if low:
                self.at = low.end()
                return chr(0x10000 + (code - 0xD800) * 0x400 + int(low[1], 16) - 0xDC00)
        if 0xD800 <= code < 0xE000:
            self.fail("the other half of the character")
        return chr(code)

    # The grammar of filters: or, and, not; a comparison or a test.

    def either(self) -> Term:
        return self.joined("||", self.both, any)

    def both(self) -> Term:
        return self.joined("&&", self.basic, all)

    def joined(self, operator: str, parse: Callable[[], Term], decide: Callable[[Iterator[Any]], bool]) -> Term:
        terms = [parse()]
        before = self.at
        self.blank()
        while self.take(operator):
            self.blank()
            terms.append(parse())
            before = self.at
            self.blank()
        self.at = before
        if len(terms) == 1:
            return terms[0]
        tests = [self.tested(term) for term in terms]
        return Term("truth", lambda node, run: decide(test.run(node, run) for test in tests))

    def basic(self) -> Term:
        if self.take("!"):
            self.blank()
            inner = self.tested(self.bracketed() if self.text.startswith("(", self.at) else self.operand())
            return Term("truth", lambda node, run: not inner.run(node, run))
        if self.text.startswith("(", self.at):
            return self.bracketed()
        left = self.operand()
        before = self.at
        self.blank()
        operator = self.match(OPERATOR)
        if not operator:
            self.at = before
            return left
        self.blank()
        right = self.operand()
        return compared(self.comparable(left), operator.group(), self.comparable(right))

    def bracketed(self) -> Term:
        self.need("(")
        self.blank()
        inner = self.tested(self.nested(self.either))
        self.blank()
        self.need(")")
        return Term("truth", inner.run)

    def operand(self) -> Term:
        there = self.text[self.at : self.at + 1]
        if there in ("@", "$"):
            return of_query(self.query(there), there == "$")
        if function := self.match(FUNCTION):
            return self.nested(lambda: self.call(function[1]))  # type: ignore[no-any-return]
        value = self.literal(there)
        return Term("value", lambda node, run: value, literal=True)

    def literal(self, there: str) -> JSON:
        if there in ("'", '"'):
            return self.string()
        if word := self.match(WORD):
            return WORDS[word.group()]
        number = self.match(NUMBER)
        if not number or len(number.group()) > limits.DIGITS:
            return self.fail("a value, or a path that begins with @ or $,")
        return float(number.group()) if number.lastindex else int(number.group())

    def call(self, name: str) -> Term:
        if name not in FUNCTIONS:
            raise BadPath(f"there is no function {name}(); there are {', '.join(FUNCTIONS)}", self.at)
        wanted = FUNCTIONS[name][0]
        arguments: list[Term] = []
        self.blank()
        while not self.take(")"):
            if arguments:
                self.need(",")
                self.blank()
            arguments.append(self.argument(name, wanted[len(arguments) : len(arguments) + 1]))
            self.blank()
        if len(arguments) != len(wanted):
            raise BadPath(f"{name}() takes {len(wanted)} arguments", self.at)
        return call(name, arguments)

    def argument(self, name: str, wanted: tuple[str, ...]) -> Term:
        term: Term = self.nested(self.either)
        if wanted == ("nodes",) and term.gives == "nodes":
            return term
        if wanted == ("value",) and (term.gives == "value" or term.singular):
            return as_value(term)
        raise BadPath(f"{name}() does not take this argument", self.at)

    def comparable(self, term: Term) -> Term:
        if term.gives != "value" and not term.singular:
            raise BadPath("only single values can be compared", self.at)
        return term

    def tested(self, term: Term) -> Term:
        """What stands alone in a filter: a query is true when it finds something, a value is no test."""
        if term.gives == "value":
            raise BadPath("a value alone is no test", self.at)
        return term
