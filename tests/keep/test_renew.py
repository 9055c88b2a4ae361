"""``specmill regenerate``: nothing when nothing changed, otherwise one run at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from specmill.errors import SpecmillError
from specmill.keep import fingerprint, lock
from specmill.keep.renew import renew
from specmill.keep.swap import workshop
from specmill.values import Config
from tests.keep.builds import NEW, OLD, client_of, config_in, engines_write, litter_in
from tests.keep.processes import Gate, in_child, started, waited


def full_config(folder: Path) -> Config:
    """With one of everything that decides the bytes."""
    for path in ("overlays/10.yaml", "extension/extension.py", "extension/more/helper.py"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("# nothing\n")
    return config_in(folder, overlays=(Path("overlays/10.yaml"),), extension=Path("extension"))


def test_when_nothing_changed_nothing_is_built(tmp_path: Path) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD) as calls:
        assert renew(config).outcome == "written"
        summary = renew(config)
    assert len(calls) == 1
    assert summary.outcome == "nothing changed"
    assert sorted([*OLD, "specmill.json"]) == list(summary.disk.same)


def appended(path: str) -> Callable[[Config], Config]:
    def change(config: Config) -> Config:
        with (config.root / path).open("a") as file:
            file.write("# more\n")
        return config

    return change


def added(path: str) -> Callable[[Config], Config]:
    def change(config: Config) -> Config:
        (config.root / path).write_text("# new\n")
        return config

    return change


CHANGES: dict[str, Callable[[Config], Config]] = {
    "the document": appended("openapi.yaml"),
    "an overlay": appended("overlays/10.yaml"),
    "a module of the extension": appended("extension/more/helper.py"),
    "another module of the extension": added("extension/another.py"),
    "the client": appended("out/pets/models.py"),
    "the manifest's layout": appended("out/pets/specmill.json"),
    "what a reference may reach": lambda config: replace(config, allow=("other.yaml",)),
    "no overlay any more": lambda config: replace(config, overlays=()),
}


@pytest.mark.parametrize("what", CHANGES)
def test_when_anything_changed_it_is_built(what: str, tmp_path: Path) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD) as calls:
        renew(config)
        changed = CHANGES[what](config)
        if what == "the manifest's layout":  # still the same manifest for whoever parses it
            path = config.client / "specmill.json"
            path.write_text(path.read_text().replace("# more\n", "  \n"))
        renew(changed, discard_edits=True)
        assert len(calls) == 2
        renew(changed)
        assert len(calls) == 2


@pytest.mark.parametrize("what", ["engines", "__version__"])
def test_another_specmill_or_engine_builds_anew(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD) as calls:
        renew(config)
        if what == "engines":
            monkeypatch.setattr(fingerprint, "engines", lambda: {"ruff": "99"})
        else:
            monkeypatch.setattr("specmill.keep.freshness.__version__", "99")
            monkeypatch.setattr("specmill.keep.manifest.__version__", "99")
        renew(config)
    assert len(calls) == 2


@pytest.mark.parametrize("path", ["openapi.yaml", "overlays/10.yaml", "extension/extension.py"])
def test_an_input_that_changes_during_the_build_is_seen_by_the_next_run(path: str, tmp_path: Path) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD, meanwhile=appended(path)):
        renew(config)
    with engines_write(OLD) as calls:
        renew(config)
    assert len(calls) == 1


def test_forced_it_builds_and_finds_the_same_bytes(tmp_path: Path) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD) as calls:
        renew(config)
        assert renew(config, force=True).outcome == "same bytes"
    assert len(calls) == 2


def test_a_half_swap_is_repaired_first(tmp_path: Path) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD) as calls:
        renew(config)
        workshop(config.client).mkdir()
        config.client.rename(workshop(config.client) / "old")
        assert renew(config).outcome == "nothing changed"
    assert len(calls) == 1
    assert (client_of(config.client), litter_in(tmp_path / "out")) == (OLD, [])


def test_a_broken_manifest_stops_it_until_the_folder_is_taken_over(tmp_path: Path) -> None:
    config = full_config(tmp_path)
    with engines_write(OLD):
        renew(config)
        (config.client / "specmill.json").write_text("<<<<<<< ours")
        with pytest.raises(SpecmillError, match="merge conflict"):
            renew(config)
        assert renew(config, adopt=True).disk.changed == ("specmill.json",)


def test_a_run_that_fails_leaves_no_output_folder_behind(tmp_path: Path) -> None:
    config = replace(full_config(tmp_path), output=Path("deep/er/out"))

    def fail(_: Config) -> None:
        raise SpecmillError("the document is bad")

    with engines_write(OLD, meanwhile=fail), pytest.raises(SpecmillError, match="the document is bad"):
        renew(config)
    assert not (tmp_path / "deep").exists()
    with engines_write(OLD):
        renew(config)
    assert client_of(tmp_path / "deep/er/out/pets") == OLD


def test_an_output_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    config = full_config(tmp_path)
    (tmp_path / "file").write_text("")
    for output in ("file", "file/deeper"):
        with engines_write(OLD), pytest.raises(SpecmillError, match="cannot write the client") as caught:
            renew(replace(config, output=Path(output)))
        assert "choose another folder" in caught.value.hint


def test_a_second_run_waits_for_the_first_and_then_finds_its_client(tmp_path: Path) -> None:
    config = full_config(tmp_path)

    building, go_on = Gate(), Gate()

    def slow(_: Config) -> None:
        building.open()
        go_on.wait()

    def first_run() -> None:
        with engines_write(OLD, meanwhile=slow):
            renew(config)

    first = started(first_run)
    building.wait()
    waits: list[str] = []

    def waiting() -> None:
        waits.append("waited")
        go_on.open()

    with engines_write(OLD) as calls:
        renew(config, waiting=waiting)
    assert (waited(first), waits, calls) == (0, ["waited"], [])
    assert (client_of(config.client), litter_in(tmp_path / "out")) == (OLD, [])


def test_many_runs_at_once_leave_one_whole_client(tmp_path: Path) -> None:
    config = full_config(tmp_path)

    def run(files: dict[str, str]) -> Callable[[], object]:
        def work() -> None:
            with engines_write(files):
                for _ in range(5):
                    renew(config, force=True)

        return work

    children = [started(run(files)) for files in (OLD, NEW) * 3]
    assert [waited(child) for child in children] == [0] * 6
    assert client_of(config.client) in (OLD, NEW)
    assert litter_in(tmp_path / "out") == []


def test_whoever_waited_for_a_folder_that_is_gone_by_then_holds_a_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "made/by/the first"
    held, go_on = Gate(), Gate()

    def first_run() -> None:
        with lock.held(folder, waiting=lambda: None):
            held.open()
            go_on.wait()

    first = started(first_run)
    held.wait()
    with lock.held(folder, waiting=go_on.open):
        assert waited(first) == 0
        assert folder.is_dir()


def test_a_folder_that_cannot_be_made_leaves_none_of_those_above_it(tmp_path: Path) -> None:
    config = replace(full_config(tmp_path), output=Path("deep") / ("x" * 300))
    with engines_write(OLD), pytest.raises(SpecmillError, match="file name too long") as caught:
        renew(config)
    assert "shorter" in caught.value.hint
    assert not (tmp_path / "deep").exists()


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    def hold_and_die() -> None:
        with lock.held(tmp_path, waiting=lambda: None):
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(hold_and_die) == -signal.SIGKILL
    with lock.held(tmp_path, waiting=lambda: pytest.fail("nobody holds it")):
        pass


def test_readers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with (
        lock.held(tmp_path, waiting=lambda: None, shared=True),
        lock.held(tmp_path, waiting=lambda: pytest.fail("it waited"), shared=True),
    ):
        pass


def test_a_file_system_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with engines_write(OLD):
        assert renew(full_config(tmp_path)).outcome == "written"
