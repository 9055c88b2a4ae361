"""``specmill check``: every way in which a client can differ from what would be written, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specmill.errors import SpecmillError
from specmill.keep import freshness
from specmill.keep.freshness import Verdict
from specmill.keep.renew import renew
from specmill.keep.swap import workshop
from specmill.values import Config
from tests.keep.builds import NEW, OLD, Files, client_of, config_in, engines_write, tree_of


def check(config: Config, files: Files) -> Verdict:
    with engines_write(files):
        return freshness.check(config, waiting=lambda: pytest.fail("nobody else is at work"))


def written(folder: Path) -> Config:
    config = config_in(folder)
    with engines_write(OLD):
        renew(config)
    return config


def test_what_was_just_written_is_fresh_and_nothing_is_built_to_know_that(tmp_path: Path) -> None:
    config = written(tmp_path)
    with engines_write(OLD) as calls:
        verdict = freshness.check(config, waiting=lambda: None)
    assert Verdict("pets", verdict.client, (), (), ()) == verdict
    assert verdict.fresh
    assert calls == []


def write(path: str, text: str) -> Callable[[Path], object]:
    return lambda package: (package / path).write_bytes(text.encode())


WAYS: dict[str, tuple[Callable[[Path], object], Files, dict[str, str]]] = {
    "edited": (write("models.py", "MINE = 1\n"), OLD, {"models.py": "edited"}),
    "deleted": (lambda package: (package / "models.py").unlink(), OLD, {"models.py": "deleted"}),
    "line ends": (write("models.py", "NAME = 'old'\r\n"), OLD, {"models.py": "line ends"}),
    "in the way": (
        write("resources/owners.py", "MINE = 1\n"),
        NEW,
        {
            "models.py": "stale",
            "resources/owners.py": "in the way",
            "resources/pets.py": "superfluous",
            "specmill.json": "stale",
        },
    ),
    "overtaken": (
        lambda _: None,
        NEW,
        {
            "models.py": "stale",
            "resources/owners.py": "missing",
            "resources/pets.py": "superfluous",
            "specmill.json": "stale",
        },
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_difference_is_named(way: str, tmp_path: Path) -> None:
    config = written(tmp_path)
    change, files, expected = WAYS[way]
    change(config.client)
    (tmp_path / "openapi.yaml").write_text("other: document\n") if files is NEW else None
    before = tree_of(tmp_path)
    verdict = check(config, files)
    assert expected == {finding.path: finding.what for finding in verdict.findings}
    assert before == tree_of(tmp_path)


def test_the_difference_goes_from_the_disk_to_what_would_be_written(tmp_path: Path) -> None:
    config = written(tmp_path)
    write("models.py", "NAME = 'mine'\n")(config.client)
    (finding,) = check(config, OLD).findings
    assert "-NAME = 'mine'\n+NAME = 'old'" in finding.difference
    assert "out/pets/models.py" in finding.difference


def test_the_inputs_that_changed_are_the_reasons(tmp_path: Path) -> None:
    config = written(tmp_path)
    (tmp_path / "openapi.yaml").write_text("other: document\n")
    assert check(config, OLD).reasons == ("changed: document openapi.yaml",)


def test_unknown_files_are_named_and_no_finding(tmp_path: Path) -> None:
    config = written(tmp_path)
    write("mine.txt", "mine")(config.client)
    verdict = check(config, OLD)
    assert (verdict.unknown, verdict.fresh) == (("mine.txt",), True)


def test_no_client_at_all_is_stale(tmp_path: Path) -> None:
    verdict = check(config_in(tmp_path), OLD)
    assert {"missing"} == {finding.what for finding in verdict.findings}
    assert not (tmp_path / "out/pets").exists()


def test_no_output_folder_is_not_made(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "out").rmdir()
    assert not check(config, OLD).fresh
    assert not (tmp_path / "out").exists()


def test_a_broken_manifest_is_an_error(tmp_path: Path) -> None:
    config = written(tmp_path)
    write("specmill.json", "{}")(config.client)
    with pytest.raises(SpecmillError, match="not a manifest"):
        check(config, OLD)


def test_a_half_swap_is_repaired_first(tmp_path: Path) -> None:
    config = written(tmp_path)
    workshop(config.client).mkdir()
    config.client.rename(workshop(config.client) / "old")
    assert check(config, OLD).fresh
    assert client_of(config.client) == OLD
