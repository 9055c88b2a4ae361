"""What specmill says when it cannot go on: where, what, and the next command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file that a person can click on: ``spec/api.yaml:12:7``."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        # A key of the document may have any length and any letters, such as those that begin a line of their own.
        pointer = self.pointer if len(self.pointer) <= 300 else f"{self.pointer[:200]}…{self.pointer[-99:]}"
        pointer = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in pointer)
        return f"{where} (at {pointer})" if pointer else where


class SpecmillError(Exception):
    """Something specmill could not do, told so that a person can act on it.

    ``place`` says where, ``message`` what is wrong, ``text`` the offending piece of
    the document and ``hint`` what to do next. The command line prints them and exits 2.
    """

    def __init__(self, message: str, *, place: Place | None = None, text: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.message}" if self.place else self.message]
        if self.text:
            lines += [f"    {line}" for line in self.text.splitlines()]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class Problems(SpecmillError):
    """Several errors that were found in one pass, so that they can be mended in one."""

    def __init__(self, errors: tuple[SpecmillError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors
