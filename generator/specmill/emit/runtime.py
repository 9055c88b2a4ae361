"""The hand-written half of a client: the runtime of every client and the extension of this one.

Both are copied byte for byte. They are merged by name, so a module that two sides bring is an error, never a choice.
A client without a stream goes without the engine for streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from specmill.errors import Place, SpecmillError
from specmill.values import Config, File, Operation

# In a wheel the runtime lies inside the package; in a checkout beside it.
PLACES = (Path(__file__).parent.parent / "_runtime", Path(__file__).parent.parent.parent / "runtime")
LEFT_OUT = ("__pycache__",)
OF_STREAMS = "_duplex/"


def runtime_folder() -> Path:
    for place in PLACES:
        if place.is_dir():
            return place
    raise SpecmillError(
        "the runtime that every client gets is not installed", hint="pip install --force-reinstall specmill"
    )


def files(config: Config, operations: Iterable[Operation]) -> tuple[File, ...]:
    """Runtime and extension, merged."""
    streams = any(operation.stream for operation in operations)
    runtime = (file for file in _folder(runtime_folder(), "runtime") if streams or not file.path.startswith(OF_STREAMS))
    return without_clash((*runtime, *extension(config), File("py.typed", b"", "runtime")), config)


def extension(config: Config) -> tuple[File, ...]:
    if config.extension is None:
        return ()
    folder = config.root / config.extension
    if not folder.is_dir():
        raise SpecmillError(
            f"the extension folder {config.extension.as_posix()} does not exist",
            place=Place(config.source),
            hint="create it, or take `extension` out of the configuration",
        )
    found = tuple(_folder(folder, "extension"))
    for file in found:
        if file.path.endswith(".py"):
            _compiles(file, config)
    return found


def without_clash(files: tuple[File, ...], config: Config) -> tuple[File, ...]:
    """The same files, if no two of them would be one file on any disk (some fold upper and lower case)."""
    taken: dict[str, File] = {}
    for file in files:
        other = taken.setdefault(file.path.casefold(), file)
        if other is not file:
            folder = config.extension.as_posix() if config.extension else "the extension"
            raise SpecmillError(
                f"two sides bring the file {file.path}: the {other.kind} and the {file.kind}",
                place=Place(f"{folder}/{file.path}"),
                hint=f"rename it in {folder}; the client's own names are fixed",
            )
    return files


def _folder(folder: Path, kind: Literal["runtime", "extension"]) -> Iterator[File]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part in LEFT_OUT or part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield File(inside.as_posix(), path.read_bytes(), kind)


def _compiles(file: File, config: Config) -> None:
    try:
        compile(file.content, file.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        column = getattr(error, "offset", None) or 0
        raise SpecmillError(
            f"this module of the extension is not Python: {error.args[0]}",
            place=Place(f"{(config.extension or Path()).as_posix()}/{file.path}", line, column),
            hint="mend it and run the same command again",
        ) from None
