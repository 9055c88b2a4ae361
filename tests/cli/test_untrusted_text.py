"""Whatever a document says, and wherever: what specmill prints stays in its lines, and nothing of it is run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specmill.cli import main
from tests.emit.evil import CANARY, EVIL, evil_document

OPTIONS = ["--document", "openapi.json", "--package", "api", "--output", "out"]
TEXTS = [text for text in EVIL if "\n" in text or not text.isprintable()]


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    return (captured.out + captured.err).split("\n")


@pytest.mark.parametrize("evil", TEXTS, ids=range(len(TEXTS)))
def test_a_text_of_the_document_gets_no_line_of_its_own(
    evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tree = evil_document(evil)
    (tmp_path / "openapi.json").write_text(json.dumps(tree))
    assert main(["regenerate", *OPTIONS, "--verbose"]) == 0
    for name in (f"op {evil}", f"tag {evil}", evil, "Pet", "/tags/0"):
        main(["explain", *OPTIONS, name])
    tree["paths"]["/again"] = {"get": {"operationId": f"op {evil}", evil: {}, "responses": {evil: {}}}}
    tree["components"]["schemas"][evil] = {"type": evil, "format": [evil], "$ref": evil}
    (tmp_path / "openapi.json").write_text(json.dumps(tree))
    assert main(["regenerate", *OPTIONS]) == 2
    lines = lines_of(capsys)
    assert all(line.isprintable() for line in lines)
    assert [] == [line for line in lines if line.startswith(CANARY)]
    assert {"openapi.json", "out"} == {path.name for path in tmp_path.iterdir()} - {".specmill.lock"}
