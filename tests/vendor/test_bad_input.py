"""What is no sound copy is refused by every verb, with a clear word, and nothing is touched or followed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from specmill.errors import SpecmillError
from specmill.vendor.archive import packed, unpacked
from specmill.vendor.patch import patch
from specmill.vendor.sbom import sbom
from specmill.vendor.undo import restore
from specmill.vendor.vendored import BASE, BEFORE, NAME, hash_of
from tests.vendor.copies import (
    NEW,
    OLD,
    checked,
    config_in,
    copied,
    doctored,
    edited,
    never,
    restored,
    undone,
    updated,
)

Verb = Callable[[Path, Path], object]
VERBS: dict[str, Verb] = {
    "check": lambda folder, copy: checked(copy),
    "update": lambda folder, copy: updated(copy, config_in(folder), NEW),
    "restore": lambda folder, copy: restored(copy),
    "diff": lambda folder, copy: patch(copy, expected=None, waiting=never),
    "sbom": lambda folder, copy: sbom(copy, expected=None, waiting=never),
}


def everything(folder: Path) -> dict[str, object]:
    return {
        path.relative_to(folder).as_posix(): path.readlink() if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def linked(copy: Path, path: str, target: str) -> None:
    (copy / path).unlink(missing_ok=True)
    (copy / path).symlink_to(target)


def piped(copy: Path) -> None:
    (copy / "models.py").unlink()
    os.mkfifo(copy / "models.py")


def forged(**facts: object) -> Callable[[Path], object]:
    return lambda copy: doctored(copy, lambda found: found.update(facts))


def listing(path: str) -> Callable[[Path], object]:
    return lambda copy: doctored(copy, lambda facts: facts["files"]["client"].update({path: "0" * 64}))


def newer(copy: Path) -> None:
    facts = json.loads((copy / NAME).read_bytes())
    (copy / NAME).write_text(json.dumps({**facts, "format": 99, "specmill": "9.0"}))


def doctored_with_a_file(copy: Path) -> None:
    edited(copy, "models.py", "evil = 1\n")
    forge = hash_of(b"evil = 1\n")
    doctored(copy, lambda facts: facts["files"]["client"].update({"models.py": forge}))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda copy: (copy / NAME).unlink(), "this is no vendored client: it has no VENDORED.json"),
    "a manifest that is no JSON": (lambda copy: edited(copy, NAME, "{"), "the manifest is not JSON"),
    "a manifest of something else": (lambda copy: edited(copy, NAME, "{}"), "not a manifest of specmill"),
    "the manifest of the client": (lambda copy: edited(copy, NAME, '{"format": 1, "seal": ""}'), "changed by hand"),
    "the marks of a merge": (lambda copy: edited(copy, NAME, "<<<<<<< HEAD\n"), "marks of a merge conflict"),
    "a manifest that was edited": (
        lambda copy: edited(copy, NAME, (copy / NAME).read_text().replace("pets", "cats")),
        "changed by hand or by a merge",
    ),
    "a newer manifest": (newer, r"written by a newer specmill \(9.0\)\nhint: upgrade specmill"),
    "a manifest that was doctored together with a file": (doctored_with_a_file, "the base of this copy is not what"),
    "a path that leads out": (listing("../evil.py"), "changed by hand"),
    "an absolute path": (listing("/evil.py"), "changed by hand"),
    "the manifest in itself": (listing(NAME), "changed by hand"),
    "the base in the manifest": (listing(BASE), "changed by hand"),
    "two files that are one elsewhere": (listing("Models.py"), "changed by hand"),
    "no list of files": (forged(files=[]), "changed by hand"),
    "no source": (forged(source=None), "changed by hand"),
    "operations that are no text": (forged(only=[1]), "changed by hand"),
    "needs without a range": (forged(dependencies={"msgspec": {}}), "changed by hand"),
    "no base": (lambda copy: (copy / BASE).unlink(), "the base of this copy is missing"),
    "a base that is no archive": (lambda copy: edited(copy, BASE, "mine"), "this is no archive of specmill"),
    "a base that is cut short": (
        lambda copy: (copy / BASE).write_bytes((copy / BASE).read_bytes()[:-20]),
        "this is no archive of specmill",
    ),
    "the base of another copy": (
        lambda copy: (copy / BASE).write_bytes(packed({"models.py": b"evil"})),
        "the base of this copy is not what VENDORED.json says",
    ),
    "a file that is a link out of the folder": (
        lambda copy: linked(copy, "models.py", "../../../secret"),
        r"there are links or devices in this folder.*\n    models.py -> ../../../secret",
    ),
    "a folder that is a link": (
        lambda copy: linked(copy, "more", "../.."),
        "there are links or devices in this folder",
    ),
    "a link to nowhere": (lambda copy: linked(copy, "more.py", "nowhere"), "there are links or devices in this folder"),
    "a manifest that is a link": (
        lambda copy: linked(copy, NAME, "../../../secret"),
        "there are links or devices in this folder",
    ),
    "a pipe, which would be read for ever": (piped, r"links or devices in this folder.*\n    models.py"),
    "names that are one elsewhere": (
        lambda copy: edited(copy, "Models.py", "mine"),
        "one file on disks that fold upper and lower case\n    Models.py and models.py",
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("what", BAD)
def test_what_is_no_sound_copy_is_refused_and_left_as_it_is(what: str, verb: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (tmp_path / "secret").write_text("secret")
    spoil, message = BAD[what]
    spoil(copy)
    before = everything(tmp_path)
    with pytest.raises(SpecmillError, match=message) as caught:
        VERBS[verb](tmp_path, copy)
    assert caught.value.hint
    assert before == everything(tmp_path)


@pytest.mark.parametrize("verb", [*VERBS, "undo"])
@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("nowhere", "no vendored client|nothing to undo"),
        ("no/where/at/all", "no vendored client"),
        ("empty", "no vendored client|nothing to undo"),
        ("file", "a vendored client is a folder, and this is none\nhint: name the folder"),
    ],
)
def test_what_is_no_copy_at_all_is_refused(where: str, message: str, verb: str, tmp_path: Path) -> None:
    config_in(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    verbs: dict[str, Verb] = {**VERBS, "undo": lambda folder, copy: undone(copy)}
    with pytest.raises(SpecmillError, match=message):
        verbs[verb](tmp_path, tmp_path / where)
    assert before == sorted(tmp_path.rglob("*"))


def forge_all(copy: Path) -> None:
    """A file, the manifest and the base, all changed together: nothing in the folder tells."""
    doctored_with_a_file(copy)
    base = unpacked((copy / BASE).read_bytes())
    (copy / BASE).write_bytes(packed({**base, "models.py": b"evil = 1\n"}))


def test_a_forgery_of_everything_is_found_by_the_hash_that_the_manifest_came_with(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    expected = hash_of((copy / NAME).read_bytes())
    assert checked(copy, expected=expected.upper()).clean
    forge_all(copy)
    assert checked(copy).clean
    before = everything(tmp_path)
    told = f"another manifest than the one that was expected\n    expected {expected}"
    with pytest.raises(SpecmillError, match=told):
        checked(copy, expected=expected)
    with pytest.raises(SpecmillError, match=told):
        restore(copy, expected=expected, waiting=never)
    assert before == everything(tmp_path)


def test_a_manifest_with_other_line_ends_is_told_from_another_manifest(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    expected = hash_of((copy / NAME).read_bytes())
    edited(copy, NAME, (copy / NAME).read_text().replace("\n", "\r\n"))
    assert checked(copy).clean
    with pytest.raises(SpecmillError, match="a checkout changed its line ends to CRLF"):
        checked(copy, expected=expected)


def test_a_checkout_on_windows_changes_no_line_end(tmp_path: Path) -> None:
    """Since the copy says so itself; what lies beside it is changed."""
    copy = copied(tmp_path)
    host = tmp_path / "host"
    edited(host, "host.py", "HOST = 1\n")
    git = ("git", "-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        subprocess.run([*git, *command], cwd=host, check=True)
    clone = ("clone", "-q", "-c", "core.autocrlf=true", str(host), str(tmp_path / "clone"))
    subprocess.run([*git, *clone], check=True)
    assert b"HOST = 1\r\n" == (tmp_path / "clone/host.py").read_bytes()
    assert checked(tmp_path / "clone" / copy.relative_to(host), expected=hash_of((copy / NAME).read_bytes())).clean


def test_an_update_of_a_checkout_with_other_line_ends_is_refused(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, "models.py", OLD["models.py"].replace("\n", "\r\n"))
    before = everything(tmp_path)
    with pytest.raises(SpecmillError, match=r"line ends to CRLF\n    models.py\nhint: `specmill vendor --restore"):
        updated(copy, config_in(tmp_path), NEW)
    assert before == everything(tmp_path)
    edited(copy, "__init__.py", "MINE = 1\r\n")
    with pytest.raises(
        SpecmillError, match=r"hint: save the edits with `specmill vendor --diff .* > edits.patch`, then"
    ):
        updated(copy, config_in(tmp_path), NEW)


SNAPSHOTS: dict[str, bytes] = {
    "no archive": b"mine",
    "a path that leads out": packed({"../../evil.py": b"evil"}),
    "an absolute path": packed({"/evil.py": b"evil"}),
}


@pytest.mark.parametrize("what", SNAPSHOTS)
def test_a_snapshot_that_specmill_did_not_write_is_not_put_back(what: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / BEFORE).write_bytes(SNAPSHOTS[what])
    before = everything(tmp_path)
    with pytest.raises(SpecmillError, match="this is no archive of specmill"):
        undone(copy)
    assert before == everything(tmp_path)
