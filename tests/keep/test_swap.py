"""A kill at any moment leaves the old client or the new one, whole; nobody ever sees a mix."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specmill.errors import SpecmillError
from specmill.keep import manifest as manifests
from specmill.keep import swap, writer
from specmill.keep.disk import inventory, standing
from specmill.keep.swap import recover, workshop
from specmill.values import Config
from tests.keep.builds import NEW, OLD, Files, client_of, config_in, litter_in, tree_of, write_client
from tests.keep.processes import in_child, killed_at, started, waited

MINE = {"mine.txt": "mine", "deep/mine.py": "MINE = 1\n"}


@pytest.fixture(params=["exchanged at once", "renamed twice", "file by file"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ways to swap: where the system can exchange two folders, where it cannot, where it cannot even rename."""
    if request.param == "renamed twice":
        monkeypatch.setattr(swap, "_system_call", lambda: None)
    if request.param == "file by file":
        monkeypatch.setattr(swap, "_trade", cannot_rename)
    return str(request.param)


def cannot_rename(*_: object) -> None:
    raise OSError(errno.EXDEV, "invalid cross-device link")


def is_whole(package: Path, *clients: Files) -> bool:
    """One of these clients, with its own manifest."""
    manifest = manifests.read(package)
    untouched = manifest is not None and standing(package, manifest, inventory(package)).untouched
    return untouched and client_of(package) in clients


def add_mine(package: Path) -> None:
    for path, text in MINE.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text)


def test_a_kill_at_any_step_leaves_the_old_client_or_the_new_one_whole(way: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    package = config.client
    outcomes = []
    for step in range(1, 1000):
        shutil.rmtree(package, ignore_errors=True)
        write_client(config, OLD)
        add_mine(package)
        ended = in_child(killed_at(step, lambda: write_client(config, NEW)))
        if way == "exchanged at once":
            assert is_whole(package, OLD | MINE, NEW | MINE)
        recover(package)
        assert is_whole(package, OLD | MINE, NEW | MINE)
        outcomes.append(client_of(package) == NEW | MINE)
        write_client(config, NEW)
        assert (client_of(package), litter_in(tmp_path / "out")) == (NEW | MINE, [])
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert sorted(set(outcomes)) == [False, True], "some kills come too early and some too late"
    assert outcomes == sorted(outcomes), "and once it is new it stays new"


def test_a_kill_at_any_step_of_a_first_run_leaves_no_client_or_a_whole_one(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    for step in range(1, 1000):
        ended = in_child(killed_at(step, lambda: write_client(config, NEW)))
        assert not config.client.exists() or is_whole(config.client, NEW)
        recover(config.client)
        assert litter_in(tmp_path / "out") == []
        if ended == 0:
            break
        shutil.rmtree(config.client, ignore_errors=True)
    else:
        pytest.fail("it never came to its end")


def test_a_kill_at_any_step_of_the_repair_is_repaired_by_the_next(way: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    package = config.client
    for step in range(1, 1000):
        half_swapped(package, config)
        ended = in_child(killed_at(step, lambda: recover(package)))
        recover(package)
        assert (client_of(package), litter_in(tmp_path / "out")) == (OLD | MINE, [])
        if ended == 0:
            break
    else:
        pytest.fail("it never came to its end")


def test_a_client_with_a_broken_manifest_is_replaced_in_every_way(way: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    (config.client / "specmill.json").write_text("broken")
    write_client(config, OLD, adopt=True)
    assert is_whole(config.client, OLD)
    assert litter_in(tmp_path / "out") == []


def half_swapped(package: Path, config: Config) -> None:
    """What the second way leaves when it is killed between its two renames."""
    shutil.rmtree(package, ignore_errors=True)
    write_client(config, OLD)
    add_mine(package)
    work = workshop(package)
    (work / "new").mkdir(parents=True)
    (work / "new/models.py").write_text("half written")
    os.rename(package, work / "old")


@pytest.mark.parametrize("late", ["edited", "new"])
def test_what_was_done_to_the_old_client_after_the_swap_is_saved_not_removed(late: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, NEW)
    old = workshop(config.client) / "1"  # the name of another inode: so this was the client once
    old.mkdir(parents=True)
    for path in ("models.py", "specmill.json"):
        shutil.copy(config.client / path, old / path)
    (old / {"edited": "models.py", "new": "mine.txt"}[late]).write_text("work of a night")
    (saved,) = recover(config.client)
    assert saved.name == "pets.saved-1"
    assert "work of a night" in tree_of(saved).values()
    assert client_of(config.client) == NEW
    assert litter_in(tmp_path / "out") == ["pets.saved-1"]


def test_what_cannot_be_removed_is_left_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    rmdir = os.rmdir
    monkeypatch.setattr(os, "rmdir", lambda *_, **__: refused())
    write_client(config, NEW)
    assert client_of(config.client) == NEW
    with pytest.raises(SpecmillError, match="a run left this folder behind"):
        write_client(config, OLD)
    monkeypatch.setattr(os, "rmdir", rmdir)
    assert recover(config.client) == []
    assert litter_in(tmp_path / "out") == []


def refused() -> None:
    raise OSError(errno.EBUSY, "somebody is in there")


@pytest.mark.parametrize("nth", [1, 2])
def test_a_rename_that_fails_is_undone(nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    monkeypatch.setattr(swap, "_system_call", lambda: None)
    rename, left = os.rename, nth + 1  # the first one names the new folder

    def failing(source: Path, target: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.EBUSY, "device or resource busy")
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(SpecmillError, match="busy; nothing was changed") as caught:
        write_client(config, NEW)
    assert "mount" in caught.value.hint
    assert (client_of(config.client), litter_in(tmp_path / "out")) == (OLD, [])


def test_a_system_that_knows_no_exchange_is_renamed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    def unknown(*_: object) -> int:
        ctypes.set_errno(errno.EINVAL)
        return -1

    monkeypatch.setattr(swap, "_system_call", lambda: unknown)
    config = config_in(tmp_path)
    write_client(config, OLD)
    write_client(config, NEW)
    assert client_of(config.client) == NEW


def test_the_calls_of_both_systems_get_both_paths_and_the_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: dict[str, tuple[object, ...]] = {}

    def library(name: str) -> Any:
        def call(*arguments: object) -> int:
            calls[name] = arguments
            return 0

        return type("Library", (), {name: staticmethod(call)})

    for name in ("renameat2", "renamex_np"):
        monkeypatch.setattr("ctypes.CDLL", lambda *_, name=name, **__: library(name))
        call = swap._system_call()
        assert call is not None
        assert call(b"/a", b"/b") == 0
    assert calls == {"renameat2": (-100, b"/a", -100, b"/b", 2), "renamex_np": (b"/a", b"/b", 2)}


def test_a_write_that_the_kernel_refuses_half_way_leaves_the_old_client(tmp_path: Path) -> None:
    """As on a full disk, but without one: this process may write files of 60 bytes only."""
    config = config_in(tmp_path)
    write_client(config, OLD)
    before = tree_of(tmp_path)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))
        with pytest.raises(SpecmillError, match="cannot write the client: file too large; nothing was changed"):
            write_client(config, {**NEW, "models.py": "x" * 1000})

    assert in_child(work) == 0
    assert before == tree_of(tmp_path)
    assert litter_in(tmp_path / "out") == []


def test_whoever_reads_the_client_while_it_is_swapped_always_finds_one(tmp_path: Path) -> None:
    """Reads by path, since no swap can help who lists a folder: a listing may begin in the old one and end after it."""
    config = config_in(tmp_path)
    write_client(config, OLD)
    stop = tmp_path / "stop"
    reader = started(lambda: read_until(stop, config.client / "models.py"))
    for number in range(100):
        write_client(config, {**OLD, "models.py": f"NAME = 'number {number}'\n"})
    stop.touch()
    assert waited(reader) == 0


def read_until(stop: Path, module: Path) -> None:
    while not stop.exists():
        for _ in range(100):
            names: dict[str, str] = {}
            exec(module.read_text(), names)
            assert names["NAME"]


def test_an_interrupt_is_cleaned_up_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)

    def interrupted(*_: object) -> Callable[[], None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "put", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_client(config, NEW)
    assert (client_of(config.client), litter_in(tmp_path / "out")) == (OLD, [])
