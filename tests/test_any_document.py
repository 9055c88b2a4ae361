"""Whatever becomes of a document or an overlay: a client, or an error that names the place. Never anything else."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specmill.build import build
from specmill.document.load import read
from specmill.document.overlay import overlay
from specmill.document.refs import bundle
from specmill.emit.format import GENERATED
from specmill.errors import Problems, SpecmillError
from specmill.values import Config
from tests.mutations import damaged
from tests.support import CASES, REPOSITORY, config_of


def whole(path: Path) -> Any:
    """The document after its overlays, in one piece."""
    config = config_of(path)
    return bundle(overlay(read(config), config)[0], config).tree


DOCUMENTS = [*sorted((CASES / "clients").glob("*/openapi.*")), REPOSITORY / "spec" / "kafka-rest-v3.yaml"]
OVERLAYS = [*sorted(CASES.glob("clients/*/overlays/*.yaml")), *sorted((REPOSITORY / "spec/overlays").glob("*.yaml"))]
TREES = st.sampled_from([whole(path) for path in DOCUMENTS])
BASES = st.sampled_from([whole(REPOSITORY / "spec" / "kafka-rest-v3.yaml"), {"openapi": "3.1.0", "x": [1, {"a": []}]}])
ACTIONS = st.sampled_from([read(config_of(path)).tree for path in OVERLAYS])
SETTINGS = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def config_for(folder: Path, *overlays: str) -> Config:
    return Config(folder, Path("openapi.json"), "api", Path("generated"), tuple(map(Path, overlays)))


def places(error: SpecmillError) -> list[str]:
    errors = error.errors if isinstance(error, Problems) else (error,)
    return [one.place.file if one.place else "" for one in errors]


@SETTINGS
@given(damaged(TREES))
def test_a_damaged_document_is_a_client_or_an_error_with_its_place(tmp_path: Path, tree: Any) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(tree))
    try:
        built = build(config_for(tmp_path))
    except SpecmillError as error:
        assert all(places(error)), error
    else:
        for file in built.files:
            if file.kind in GENERATED:
                ast.parse(file.content, file.path)


@SETTINGS
@given(BASES, damaged(ACTIONS))
def test_a_damaged_overlay_is_applied_or_is_an_error_with_its_place(tmp_path: Path, base: Any, actions: Any) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(base))
    (tmp_path / "overlay.json").write_text(json.dumps(actions))
    config = config_for(tmp_path, "overlay.json")
    try:
        overlay(read(config), config)
    except SpecmillError as error:
        assert all(places(error)), error


@pytest.mark.parametrize(
    "text", ["null", "[]", '""', "0", "{}", '{"openapi": null}', '{"openapi": "3.1.0", "info": []}']
)
def test_what_is_no_document_at_all_is_told_with_its_place(text: str, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(text)
    with pytest.raises(SpecmillError) as caught:
        build(config_for(tmp_path))
    assert ["openapi.json"] == places(caught.value)
