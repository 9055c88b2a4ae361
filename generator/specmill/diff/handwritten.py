"""The Python that people wrote around a client: extension, samples in Markdown and notes, and `examples`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specmill.values import Config

# A block between two fences; a longer fence holds shorter ones as text.
BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<text>.*?)^[ \t]*(?P=fence)",
    re.DOTALL | re.MULTILINE,
)
PYTHON, SESSION = ("python", "python3", "py"), "pycon"
PROMPT = re.compile(r"(?:>>>|\.\.\.) ?")
FOLDERS = ("docs", "examples")
SKIPPED = ("node_modules", "site-packages")


@dataclass(frozen=True, slots=True)
class Source:
    """Some Python, and where it begins in its file."""

    kind: str
    name: str
    text: str
    line: int = 0


def extension_of(config: Config) -> Iterator[Source]:
    if config.extension is not None:
        for path in sorted((config.root / config.extension).rglob("*.py")):
            yield Source("extension", _name(path, config), _read(path))


def samples_of(config: Config) -> Iterator[Source]:
    """Those of the project that speak of the client."""
    client = re.compile(rf"\b{re.escape(config.package)}\b")
    for path in _files(config):
        if client.search(text := _read(path)):
            yield from _samples(path, _name(path, config), text)


def _files(config: Config) -> Iterator[Path]:
    """Those that people write: the notes of the reference are, its pages are not."""
    root = config.root
    yield from sorted(root.glob("*.md"))
    yield from sorted((root / config.notes).glob("*.md")) if config.notes is not None else ()
    for folder in FOLDERS:
        found = (path for path in (root / folder).rglob("*") if path.suffix in (".md", ".py"))
        kept = (path for path in found if not _is_skipped(path.relative_to(root).parts))
        yield from sorted(path for path in kept if config.docs is None or not path.is_relative_to(root / config.docs))


def _is_skipped(parts: tuple[str, ...]) -> bool:
    return any(part in SKIPPED or part.startswith(".") for part in parts)


def _samples(path: Path, name: str, text: str) -> Iterator[Source]:
    if path.suffix == ".py":
        yield Source("sample", name, text)
        return
    for block in BLOCK.finditer(text):
        if block["language"] in (*PYTHON, SESSION):
            lines = [line.removeprefix(block["indent"]) for line in block["text"].split("\n")]
            lines = list(map(_typed, lines)) if block["language"] == SESSION else lines
            yield Source("sample", name, "\n".join(lines), text.count("\n", 0, block.start("text")))


def _typed(line: str) -> str:
    """What somebody typed at a prompt; answers are nobody's code."""
    prompt = PROMPT.match(line)
    return line[prompt.end() :] if prompt else ""


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _name(path: Path, config: Config) -> str:
    """Relative to the project where it lies inside it."""
    return (path.relative_to(config.root) if path.is_relative_to(config.root) else path).as_posix()
