"""What a check found: collected so that all can be mended in one go, and turned into errors at the end."""

from __future__ import annotations

from collections.abc import Callable

from specmill.document import limits
from specmill.document.faults import all_of, excerpt_at
from specmill.document.pointers import Path, Token, pointer_of, tokens_of
from specmill.document.positions import home_of, places_of
from specmill.errors import Place, SpecmillError
from specmill.values import Document

LONGEST = 2_000  # of what is offered to paste; a name of the document may have any length
Hint = str | Callable[[], str]  # a function where it takes time to find out
Repair = Callable[[list[Token]], str]  # from the place of the finding to overlay actions; "" where none is known


class Findings:
    """Only the first few keep their words: a document can have as many faults as it has lines."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self._first: list[tuple[str, str, str]] = []  # pointer, message, hint

    @property
    def full(self) -> bool:
        return len(self._first) >= limits.PROBLEMS

    def add(self, path: Path, message: str, hint: Hint = "", repair: Repair | None = None) -> None:
        self.count += 1
        if not self.full:
            told = hint if isinstance(hint, str) else hint()
            self._first.append((pointer_of(path), message, self._mended(path, told, repair)))

    def place(self, path: Path) -> str:
        """Another place that a message names."""
        if self.full:
            return ""
        place = places_of(self.document, [pointer_of(path)])[0]
        return str(Place(place.file, place.line, place.column))

    def raise_any(self) -> None:
        if not self.count:
            return
        places = places_of(self.document, [pointer for pointer, _, _ in self._first])
        names = [file.name for file in (*self.document.files, *self.document.overlays)]
        found = sorted(
            zip(places, self._first, strict=True),
            key=lambda pair: (names.index(pair[0].file), pair[0].line, pair[0].column),
        )
        raise all_of([self._fault(place, *words) for place, words in found], self.count)

    def _fault(self, place: Place, pointer: str, message: str, hint: str) -> SpecmillError:
        text = excerpt_at(home_of(self.document, pointer)[0], place)
        return SpecmillError(message, place=place, text=text, hint=hint)

    def _mended(self, path: Path, hint: str, repair: Repair | None) -> str:
        """Overlays are applied before other files are pulled in, so they can mend the document itself only."""
        file, _ = home_of(self.document, pointer_of(path))
        actions = repair(tokens_of(path)) if repair and file is self.document.files[0] else ""
        if not actions or len(actions) > LONGEST:
            return hint
        return f"{hint}\nor mend it in an overlay:\n{actions}" if hint else f"mend it in an overlay:\n{actions}"
