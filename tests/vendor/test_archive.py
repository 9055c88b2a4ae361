"""Files in one file: the same bytes everywhere, and nothing but plain files inside the folder comes out."""

from __future__ import annotations

import bz2
import io
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.errors import SpecmillError
from specmill.vendor import archive
from specmill.vendor.archive import packed, unpacked

names = st.text("ab.ü ", min_size=1, max_size=120).filter(lambda name: name not in (".", "..") and name.strip())


@given(st.dictionaries(names, st.binary(max_size=50), max_size=5))
def test_what_is_packed_comes_back(files: dict[str, bytes]) -> None:
    assert files == unpacked(packed(files))
    assert packed(files) == packed(dict(reversed(files.items())))


def test_the_bytes_are_those_of_every_machine() -> None:
    """Written down once: another Python, or another bzip2, that packs differently would leave all copies behind."""
    files = {f"folder/file{number}.py": f"text {number}\n".encode() * number for number in range(50)}
    assert "d562630cb9d74391a2218d2d8f4f627d6d4e225bc0e60203e9332d358e9c0dd3" == sha256(packed(files)).hexdigest()


def test_anybody_can_open_it_with_tar(tmp_path: Path) -> None:
    (tmp_path / "base.tar.bz2").write_bytes(packed({"one/two.py": b"TWO = 2\n"}))
    with tarfile.open(tmp_path / "base.tar.bz2") as opened:
        assert ["one/two.py"] == opened.getnames()


def made(*entries: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as opened:
        for entry in entries:
            opened.addfile(entry, io.BytesIO(b""))
    return bz2.compress(buffer.getvalue())


def link(kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo("link")
    entry.type, entry.linkname = kind, "../secret"
    return entry


STRANGE: dict[str, bytes] = {
    "nothing": b"",
    "text": b"text",
    "no tar": bz2.compress(b"text" * 1000),
    "something behind it": packed({"a": b""}) + b"more",
    "a link": made(link(tarfile.SYMTYPE)),
    "a hard link": made(link(tarfile.LNKTYPE)),
    "a device": made(link(tarfile.CHRTYPE)),
    "a path that leads out": made(tarfile.TarInfo("../a")),
    "an absolute path": made(tarfile.TarInfo("/a")),
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_specmill_did_not_pack_is_refused(what: str) -> None:
    with pytest.raises(SpecmillError, match="no archive of specmill"):
        unpacked(STRANGE[what])


def test_a_bomb_ends_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1 << 20)
    with pytest.raises(SpecmillError, match="no archive of specmill"):
        unpacked(bz2.compress(bytes(2 << 20)))
