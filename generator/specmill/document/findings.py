"""What a check found: collected so that all can be mended in one go, and turned into errors at the end."""

from __future__ import annotations

from collections.abc import Callable

from specmill.document import limits
from specmill.document.faults import all_of, excerpt_at
from specmill.document.pointers import Path, Token, pointer_of, tokens_of
from specmill.document.positions import home_of, places_of
from specmill.errors import SpecmillError
from specmill.values import Document

Repair = Callable[[list[Token]], str]  # from the place of the finding to overlay actions; "" where none is known


class Findings:
    """Only the first few keep their words: a document can have as many faults as it has lines."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self._first: list[tuple[str, str, str]] = []  # pointer, message, hint

    def add(self, path: Path, message: str, hint: str = "", repair: Repair | None = None) -> None:
        self.count += 1
        if len(self._first) < limits.PROBLEMS:
            self._first.append((pointer_of(path), message, self._mended(path, hint, repair)))

    def place(self, path: Path) -> str:
        """Another place that a message names."""
        if len(self._first) >= limits.PROBLEMS:
            return ""
        place = places_of(self.document, [pointer_of(path)])[0]
        return f"{place.file}:{place.line}:{place.column}"

    def raise_any(self) -> None:
        if not self.count:
            return
        places = places_of(self.document, [pointer for pointer, _, _ in self._first])
        faults = []
        for place, (pointer, message, hint) in zip(places, self._first, strict=True):
            text = excerpt_at(home_of(self.document, pointer)[0], place)
            faults.append(SpecmillError(message, place=place, text=text, hint=hint))
        names = [file.name for file in (*self.document.files, *self.document.overlays)]
        order = {name: number for number, name in enumerate(names)}
        faults.sort(key=lambda fault: (order.get(fault.place.file, 0), fault.place.line, fault.place.column))
        raise all_of(faults, self.count)

    def _mended(self, path: Path, hint: str, repair: Repair | None) -> str:
        """Overlays are applied before other files are pulled in, so they can mend the document itself only."""
        file, _ = home_of(self.document, pointer_of(path))
        actions = repair(tokens_of(path)) if repair and file is self.document.files[0] else ""
        if not actions:
            return hint
        return f"{hint}; or " * bool(hint) + f"mend it in an overlay:\n{actions}"
