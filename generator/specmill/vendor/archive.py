"""Files in one compressed file that ``tar`` can open: the same bytes for the same files on every machine.

bzip2 and not zlib or xz, whose newer versions and replacements write other bytes for the same input.
"""

from __future__ import annotations

import bz2
import io
import tarfile
from collections.abc import Mapping

from specmill.errors import SpecmillError
from specmill.keep.sealed import is_inside

LARGEST = 1 << 28  # of what is unpacked: nothing that was vendored is larger, and a bomb ends there


def packed(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(files):
            entry = tarfile.TarInfo(path)
            entry.size = len(files[path])
            archive.addfile(entry, io.BytesIO(files[path]))
    return bz2.compress(buffer.getvalue())


def unpacked(raw: bytes) -> dict[str, bytes]:
    """Only what ``packed`` wrote: plain files, inside the folder."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_decompressed(raw)), mode="r:") as archive:
            return {entry.name: _content(archive, entry) for entry in archive}
    except (tarfile.TarError, OSError, EOFError, ValueError):
        raise SpecmillError("this is no archive of specmill, or a broken one") from None


def _decompressed(raw: bytes) -> bytes:
    reader = bz2.BZ2Decompressor()
    content = reader.decompress(raw, LARGEST)
    if not reader.eof or reader.unused_data:
        raise ValueError("cut short, or larger than anything specmill packs")
    return content


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(entry) if entry.isreg() else None
    if file is None or not is_inside(entry.name):
        raise ValueError(entry.name)
    return file.read()
