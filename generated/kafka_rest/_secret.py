"""What a client knows and nobody may see: it shows in no repr and goes into no pickle."""

from __future__ import annotations

from typing import Any, NoReturn, Self


class Hidden:
    """A value that holds something secret. Whoever logs it or stores it gets its kind and nothing else."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds credentials, so it cannot be pickled")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self
