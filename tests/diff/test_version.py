"""Which version follows, and what a document or a revision is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from specmill.diff.revisions import split_revision
from specmill.diff.values import Comparison, Difference, Severity
from specmill.diff.version import Step, following, step_of
from specmill.errors import SpecmillError


@pytest.mark.parametrize(
    ("version", "step", "expected"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "none", "1.2.3"),
        ("0.2.3", "major", "0.3.0"),
        ("0.2.3", "minor", "0.3.0"),
        ("0.2.3", "patch", "0.2.4"),
        ("v1.2.3-rc.1+5", "major", "2.0.0"),
    ],
)
def test_a_version_follows_another(version: str, step: Step, expected: str) -> None:
    assert following(version, step) == expected


@pytest.mark.parametrize("version", ["", "1", "1.2", "01.2.3", "2021-02-05", "one", "1.2.3.4"])
def test_what_is_no_semantic_version_has_none_that_follows(version: str) -> None:
    with pytest.raises(SpecmillError, match="no semantic version"):
        following(version, "major")


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], "none"),
        (["neutral"], "patch"),
        (["neutral", "additive"], "minor"),
        (["additive", "possible"], "minor"),
        (["additive", "breaking", "neutral"], "major"),
    ],
)
def test_the_worst_difference_decides(severities: list[Severity], expected: Step) -> None:
    found = tuple(Difference("an-id", severity, "document", "", "") for severity in severities)
    assert step_of(Comparison("", "", found)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HEAD:api.yaml", ("HEAD", "api.yaml")),
        ("HEAD~1:spec/api.yaml", ("HEAD~1", "spec/api.yaml")),
        ("v1.0:./a:b.yaml", ("v1.0", "./a:b.yaml")),
        ("api.yaml", None),
        ("C:\\api.yaml", None),
        ("HEAD:", None),
    ],
)
def test_a_revision_is_told_from_a_file(text: str, expected: object) -> None:
    assert split_revision(text) == expected


def test_a_file_of_that_very_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "HEAD:api.yaml").touch()
    monkeypatch.chdir(tmp_path)
    assert split_revision("HEAD:api.yaml") is None
