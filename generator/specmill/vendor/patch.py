"""The edits of a copy as a patch that ``git apply`` and ``patch -p1`` take: what somebody would send upstream."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from specmill.vendor.folder import Opened, locked, opened
from specmill.vendor.merge import is_text, with_line_ends

NOTHING = "/dev/null"
# By the kind of an edited file.
HINTS = {
    "client": "calls are generated: an edit of them belongs into an overlay, or into specmill",
    "models": "models are generated: an edit of them belongs into an overlay, or into specmill",
    "runtime": "an edit of the runtime belongs into specmill: there, `git apply --directory=generator/runtime`",
    "extension": "an edit of the extension belongs into its own folder: there, `git apply --directory=FOLDER`",
}


@dataclass(frozen=True, slots=True)
class Patch:
    text: bytes
    edited: tuple[str, ...]
    left_out: tuple[str, ...]  # of them those that no patch of text can hold
    kinds: tuple[str, ...]  # of the files that are edited: where an edit would have to be made upstream

    @property
    def hints(self) -> tuple[str, ...]:
        return tuple(HINTS[kind] for kind in self.kinds if kind in HINTS)


def patch(path: Path, *, expected: str | None, waiting: Callable[[], None]) -> Patch:
    with locked(path, waiting=waiting, shared=True) as folder:
        return patch_of(opened(folder, expected))


def patch_of(copy: Opened) -> Patch:
    found = copy.found
    edited = sorted((*found.edited, *found.missing, *found.unknown))
    text, left_out = b"", []
    for path in edited:
        base, here = copy.base.get(path), _content(copy.folder / path)
        if base is not None and here is not None:
            here = with_line_ends(base, here)
        if path.isprintable() and is_text(base or b"", here or b""):
            text += b"".join(_of_file(path, base, here))
        else:
            left_out.append(path)
    files = copy.vendored.made.files
    kinds = sorted({files[path].kind for path in edited if path in files})
    return Patch(text, tuple(edited), tuple(left_out), tuple(kinds))


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _of_file(path: str, base: bytes | None, here: bytes | None) -> Iterator[bytes]:
    yield f"diff --git a/{path} b/{path}\n".encode()
    if base is None:
        yield b"new file mode 100644\n"
    if here is None:
        yield b"deleted file mode 100644\n"
    # By it, patch tells an empty file that is gone, and git finds what to merge three ways where lines have moved.
    yield f"index {_blob(base)}..{_blob(here)}\n".encode()
    end = "\t" if " " in path else ""  # or else the name would seem to end there
    old = NOTHING if base is None else f"a/{path}{end}"
    new = NOTHING if here is None else f"b/{path}{end}"
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(base), _lines(here), old.encode(), new.encode(), lineterm=b"\n"
    )
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _blob(content: bytes | None) -> str:
    """What git calls a file of that content."""
    if content is None:
        return "0" * 40
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _lines(content: bytes | None) -> list[bytes]:
    """Lines end with a line feed alone: a carriage return is a part of its line, for patches as for git."""
    *whole, last = (content or b"").split(b"\n")
    return [line + b"\n" for line in whole] + ([last] if last else [])
