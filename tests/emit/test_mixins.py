"""The clients inherit what the extension defines for them; to find out, its source is read and never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from specmill.errors import SpecmillError
from tests.emit.clients import config_in, document, emitted


def extension_in(folder: Path, source: str) -> Path:
    (folder / "extension").mkdir()
    (folder / "extension" / "extension.py").write_text(source)
    return folder


@pytest.mark.parametrize(
    ("source", "bases"),
    [
        ("class ClientExtension: ...", {"Client": "ClientExtension, BaseClient", "AsyncClient": "BaseAsyncClient"}),
        (
            "class AsyncClientExtension: ...\nclass ClientExtension: ...",
            {"Client": "ClientExtension, BaseClient", "AsyncClient": "AsyncClientExtension, BaseAsyncClient"},
        ),
        ("def ClientExtension(): ...\nx = 'class AsyncClientExtension: ...'", {"Client": "BaseClient"}),
        ("open('canary', 'w')\nimport nowhere", {"Client": "BaseClient"}),
    ],
)
def test_the_clients_inherit_what_the_extension_defines_without_it_being_run(
    source: str, bases: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = config_in(extension_in(tmp_path, source), extension="extension")
    files, _ = emitted(document({}), config)
    (text,) = (file.content.decode() for file in files if file.path == "client.py")
    for name, expected in bases.items():
        assert f"class {name}({expected}):" in text
    assert not (tmp_path / "canary").exists()


def test_an_extension_that_is_not_python_is_an_error_with_its_place(tmp_path: Path) -> None:
    config = config_in(extension_in(tmp_path, "x = 1\nclass ("), extension="extension")
    with pytest.raises(SpecmillError) as raised:
        emitted(document({}), config)
    assert str(raised.value).startswith("extension/extension.py:2:7: the extension is not Python")
