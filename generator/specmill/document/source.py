"""A file as bytes and as text, read so that no kind of file can hang or flood the one who reads it."""

from __future__ import annotations

import codecs
import os
import stat
from hashlib import sha256
from pathlib import Path

from specmill.document import limits
from specmill.document.faults import closest, shown
from specmill.errors import Place, SpecmillError
from specmill.values import SourceFile

UTF_16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# Opening a pipe waits for its writer, unless told not to.
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_source(path: Path, root: Path) -> SourceFile:
    """A file of the disk, whatever it holds."""
    name = name_of(path, root)
    return source_of(_bytes(path, name), path, name)


def source_of(data: bytes, path: Path, name: str) -> SourceFile:
    return SourceFile(path, name, _text(data, name), sha256(data).hexdigest())


def name_of(path: Path, root: Path) -> str:
    """How messages and the manifest call a file: relative to the root, with forward slashes."""
    try:
        name = os.path.relpath(path, root)
    except ValueError:  # on another drive
        name = str(path)
    return name.replace(os.sep, "/")


def _bytes(path: Path, name: str) -> bytes:
    place = Place(shown(name))
    try:
        with open(path, "rb", opener=_opened) as file:
            _check_kind(os.fstat(file.fileno()), name, place)
            data = file.read(limits.BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(error, path, name, place) from None
    if len(data) > limits.BYTES:
        megabytes = limits.BYTES // 1024**2
        raise SpecmillError(f"{shown(name)} has more than {megabytes} MB", place=place, hint="split it, or trim it")
    return data


def _opened(path: str, flags: int) -> int:
    return os.open(path, FLAGS)


def _check_kind(status: os.stat_result, name: str, place: Place) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SpecmillError(f"{shown(name)} is no ordinary file", place=place, hint="copy its content into a file")


def _unreadable(error: Exception, path: Path, name: str, place: Place) -> SpecmillError:
    if os.path.isdir(path):  # the method of Path raises where a name is too long
        return SpecmillError(f"{shown(name)} is a folder", place=place, hint=_near(path, "name one of its files"))
    if isinstance(error, FileNotFoundError):
        return SpecmillError(f"there is no file {shown(name)}", place=place, hint=_near(path.parent, "", path.name))
    reason = getattr(error, "strerror", None) or str(error)
    hint = "look at its permissions" if isinstance(error, PermissionError) else "give the path of a file"
    return SpecmillError(f"{shown(name)} cannot be read: {reason}", place=place, hint=hint)


def _near(folder: Path, otherwise: str, name: str = "") -> str:
    """What was probably meant: the documents of a folder, or the file with the name that is closest."""
    try:
        names = sorted(entry for entry in os.listdir(folder) if entry.endswith((".yaml", ".yml", ".json")))
    except OSError:
        return otherwise
    close = closest(name, names, 3) if name else names[:3]
    return f"did you mean {' or '.join(map(shown, close))}?" if close else otherwise


def _text(data: bytes, name: str) -> str:
    if data.startswith(UTF_16_OR_32) or b"\0" in data:
        message = "this is not UTF-8 text: UTF-16, or no text at all"
        raise SpecmillError(message, place=Place(shown(name)), hint="save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"this is not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise SpecmillError(message, place=Place(shown(name), line, column), hint="save it as UTF-8") from None
