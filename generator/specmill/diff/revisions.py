"""A document as it was in a git revision: ``HEAD~1:spec/api.yaml``.

All documents of its folder come with it, since its $refs may lead to them, and the overlays that it is given. They
are written into a temporary folder under the names that they have in the repository; the working tree is left alone.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from specmill.config import DOCUMENTS
from specmill.errors import Place, SpecmillError

SECONDS = 60
FILE_MODES = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Revision:
    """The files of one revision, unpacked."""

    root: Path
    document: Path  # relative to the root
    overlays: tuple[Path, ...]
    absent: tuple[str, ...]  # overlays that did not exist yet


def split_revision(text: str) -> tuple[str, str] | None:
    """``REV:path``, unless it is a file; a letter alone before the colon is a drive of Windows."""
    revision, colon, path = text.partition(":")
    return (revision, path) if colon and path and len(revision) > 1 and not Path(text).exists() else None


@contextmanager
def unpacked(revision: str, path: str, overlays: Iterable[Path], here: Path) -> Iterator[Revision]:
    repository = Repository(here, f"{revision}:{path}")
    commit = repository.commit(revision)
    document = repository.name_of(path)
    wanted = {name: one for name, one in repository.files(commit).items() if _belongs(name, document)}
    if document not in wanted:
        raise repository.fault(f"there is no {document} in {revision}")
    with tempfile.TemporaryDirectory(prefix="specmill-") as folder:
        root = Path(folder)
        names = [repository.inside(one) for one in overlays]
        known = repository.files(commit)
        found = [name for name in names if name in known]
        repository.write({**wanted, **{name: known[name] for name in found}}, root)
        absent = tuple(name for name in names if name not in known)
        yield Revision(root, Path(document), tuple(map(Path, found)), absent)


def _belongs(name: str, document: str) -> bool:
    """The document, and documents beside and below it."""
    folder = PurePosixPath(document).parent
    path = PurePosixPath(name)
    return name == document or (path.suffix in DOCUMENTS and (folder == PurePosixPath() or folder in path.parents))


class Repository:
    """git, asked for nothing but what a revision holds."""

    def __init__(self, here: Path, asked: str) -> None:
        self._here, self._asked = here, asked
        self._files: dict[str, dict[str, str]] = {}
        self.top = Path(self._text("rev-parse", "--show-toplevel"))
        self._prefix = self._text("rev-parse", "--show-prefix")

    def commit(self, revision: str) -> str:
        try:
            return self._text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except SpecmillError:
            hint = "`git log --oneline` lists revisions; a shallow clone lacks the older ones"
            raise self.fault(f"git knows no revision {revision}", hint) from None

    def name_of(self, path: str) -> str:
        """From the top of the repository; ``./`` and ``../`` lead from the working folder, as git has it."""
        if not path.startswith(("./", "../")):
            return PurePosixPath(path).as_posix()
        parts: list[str] = []
        for part in (*PurePosixPath(self._prefix).parts, *PurePosixPath(path).parts):
            if part == ".." and parts:
                parts.pop()
            elif part != ".":
                parts.append(part)
        return "/".join(parts)

    def inside(self, path: Path) -> str:
        try:
            return path.resolve().relative_to(self.top.resolve()).as_posix()
        except ValueError:
            raise self.fault(f"the overlay {path} lies outside of the repository") from None

    def files(self, commit: str) -> dict[str, str]:
        """Name -> object, of ordinary files."""
        if commit not in self._files:
            listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit).decode("utf-8", "surrogateescape")
            rows = [row.split("\t", 1) for row in listed.split("\0") if row]
            self._files[commit] = {name: facts.split()[2] for facts, name in rows if facts.split()[0] in FILE_MODES}
        return self._files[commit]

    def write(self, files: dict[str, str], root: Path) -> None:
        """All of them by one run of git."""
        stream = self._run("cat-file", "--batch", given="".join(f"{one}\n" for one in files.values()).encode())
        at = 0
        for name in files:
            end = stream.index(b"\n", at)
            size = int(stream[at:end].split()[2])
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(stream[end + 1 : end + 1 + size])
            at = end + 1 + size + 1

    def fault(self, message: str, hint: str = "") -> SpecmillError:
        return SpecmillError(message, place=Place(self._asked), hint=hint)

    def _text(self, *arguments: str) -> str:
        return self._run(*arguments).decode("utf-8", "replace").strip()

    def _run(self, *arguments: str, given: bytes = b"") -> bytes:
        command = ["git", *arguments]
        try:
            done = subprocess.run(
                command, cwd=self._here, input=given, capture_output=True, timeout=SECONDS, check=False
            )
        except FileNotFoundError:
            raise self.fault("git is not installed, and this is no file", "give two files") from None
        except subprocess.TimeoutExpired:
            raise self.fault(f"git did not answer within {SECONDS} seconds") from None
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise self.fault(f"git says: {told or done.returncode}", "give two files, or REVISION:PATH in a repository")
        return done.stdout
