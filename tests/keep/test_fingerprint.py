"""What decides the bytes of a client is known without a build, the same anywhere."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from specmill.keep import fingerprint
from specmill.values import Config
from tests.keep.builds import build_of, config_in


def with_everything(folder: Path) -> Config:
    for path in ("spec/overlays/10.yaml", "extension/extension.py", "shared/types.yaml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x: 1\n")
    (folder / "spec/api.yaml").write_text("openapi: 3.1.0\n")
    settings = {"overlays": (Path("spec/overlays/10.yaml"),), "extension": Path("extension")}
    return replace(config_in(folder, **settings), document=Path("spec/api.yaml"))


def test_it_names_inputs_by_their_place_beside_the_document(tmp_path: Path) -> None:
    found = fingerprint.taken(with_everything(tmp_path), ["document api.yaml", "document ../shared/types.yaml"])
    assert {
        "settings",
        "specmill",
        "runtime",
        "document api.yaml",
        "document ../shared/types.yaml",
        "overlay 01 10.yaml",
        "extension extension.py",
    } == set(found)
    assert fingerprint.ABSENT not in found.values()


def test_it_is_the_same_in_another_folder_and_from_another_root(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    config = with_everything(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    here = fingerprint.taken(config, ["document api.yaml"])
    assert here == fingerprint.taken(replace(config, root=tmp_path / "two"), ["document api.yaml"])
    from_below = replace(
        config,
        root=tmp_path / "one" / "spec",
        document=tmp_path / "one/spec/api.yaml",
        overlays=(tmp_path / "one/spec/overlays/10.yaml",),
        extension=tmp_path / "one/extension",
    )
    assert here == fingerprint.taken(from_below, ["document api.yaml"])


def test_what_is_gone_is_equal_to_nothing(tmp_path: Path) -> None:
    config = with_everything(tmp_path)
    (tmp_path / "spec/api.yaml").unlink()
    assert fingerprint.taken(config, ["document api.yaml"])["document api.yaml"] == fingerprint.ABSENT


def test_caches_and_hidden_files_do_not_count(tmp_path: Path) -> None:
    config = with_everything(tmp_path)
    before = fingerprint.taken(config)
    for path in ("extension/__pycache__/extension.tmp", "extension/.hidden", "extension/old.pyc"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
    assert before == fingerprint.taken(config)


def test_documents_count_as_they_were_read_and_older_ones_not_at_all(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    build = build_of(config, {})
    (tmp_path / "openapi.yaml").write_text("changed: meanwhile\n")
    now = {"settings": "1", "document old.yaml": "2", "document openapi.yaml": "3"}
    found = fingerprint.completed(now, config, build.normal.document)
    assert {"settings": "1", "document openapi.yaml": build.normal.document.files[0].sha256} == found


def test_a_document_from_a_url_keeps_its_name(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (source,) = build_of(config, {}).normal.document.files
    remote = replace(source, name="https://example.com/types.yaml", path=Path("https://example.com/types.yaml"))
    document = replace(build_of(config, {}).normal.document, files=(source, remote))
    names = fingerprint.documents_of(fingerprint.completed({}, config, document))
    assert names == ["document openapi.yaml", "document https://example.com/types.yaml"]
    assert fingerprint.taken(config, names)[names[1]] == fingerprint.ABSENT, "it has to be fetched to be compared"


def test_the_versions_of_the_engines_are_those_that_are_installed() -> None:
    assert {engine: importlib.metadata.version(engine) for engine in fingerprint.ENGINES} == fingerprint.engines()


def test_an_engine_that_is_not_on_the_path_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff-9.9.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "nowhere")])
    assert {"ruff": "9.9", "msgspec": fingerprint.ABSENT}.items() <= fingerprint.engines().items()


def test_taking_it_imports_no_engine_and_no_yaml() -> None:
    heavy = ("yaml", "datamodel_code_generator", "openapi_python_client", "msgspec", "jinja2", "difflib", "subprocess")
    code = f"import specmill.cli.regenerate, sys; print([name for name in {heavy!r} if name in sys.modules])"
    source = str(Path(fingerprint.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "[]\n"
