"""Lines that follow each other, in one text for as long as nobody looks at one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload


class Texts(Sequence[bytes]):
    """Without their ends. To tell them apart costs more than to read them, so whoever passes them on does not."""

    __slots__ = ("_count", "_lines", "_whole", "size")

    def __init__(self, whole: bytes, count: int | None = None) -> None:
        self._whole: bytes | None = whole
        self._lines: list[bytes] | None = None
        self._count = whole.count(b"\n") + 1 if count is None else count
        self.size = len(whole) + 1
        """Bytes of the input, where each line has its end."""

    @classmethod
    def of(cls, lines: list[bytes]) -> Texts:
        """At least one."""
        made = cls.__new__(cls)
        made._whole, made._lines, made._count = None, lines, len(lines)
        made.size = sum(map(len, lines)) + len(lines)
        return made

    @property
    def whole(self) -> bytes:
        return b"\n".join(self.lines) if self._whole is None else self._whole

    @property
    def lines(self) -> list[bytes]:
        if self._lines is None:
            assert self._whole is not None
            self._lines, self._whole = self._whole.split(b"\n"), None
        return self._lines

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        return self.lines[at]

    def cut(self, count: int) -> tuple[Texts, Texts]:
        """The first of them, fewer than all, and the others."""
        return Texts.of(self.lines[:count]), Texts.of(self.lines[count:])
