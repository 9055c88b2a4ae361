"""The edits of a copy as a patch: what comes out makes the edited files from those that came."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.vendor.patch import Patch, patch
from tests.keep.builds import Files
from tests.vendor.copies import LONG, changed, copied, edited, never


def told(copy: Path) -> Patch:
    return patch(copy, expected=None, waiting=never)


GIT, PATCH = ("git", "apply", "-p1", "-"), ("patch", "-p1", "--batch", "--binary")
TOOLS = (GIT, *((PATCH,) if shutil.which("patch") else ()))  # not every small image has one


def applied(copy: Path, fresh: Path, tool: tuple[str, ...] = GIT) -> dict[str, bytes]:
    """What a tool makes of a copy that nobody edited, with the patch of one that somebody did."""
    found = told(copy)
    if found.text:
        subprocess.run(tool, cwd=fresh, input=found.text, check=True, capture_output=True)
    return client_of(fresh)


def client_of(copy: Path) -> dict[str, bytes]:
    return {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file() and not path.name.startswith("VENDORED.")
    }


def pair(folder: Path, files: Files) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (folder / name).mkdir()
    return copied(folder / "one", files), copied(folder / "two", files)


EDITS: dict[str, dict[str, str | None]] = {
    "one line": {"long.py": changed(3)},
    "lines apart": {"long.py": changed(3, 25)},
    "an empty file": {"long.py": ""},
    "no line end any more": {"long.py": changed().removesuffix("\n")},
    "a line with an end of Windows": {"long.py": changed(3, to="a\r\nb")},
    "a carriage return in a line": {"long.py": changed(3, to="a\rb")},
    "a file that is gone": {"long.py": None},
    "an empty file that is gone": {"__init__.py": None},
    "a new file": {"deep/new.py": "NEW = 1\n"},
    "a new file that is empty": {"new.py": ""},
    "a new file without a line end": {"new.py": "NEW = 1"},
    "a name with a space": {"a new one.py": "NEW = 1\n"},
    "a name in other letters": {"größe.py": "NEW = 1\n"},
    "nothing": {},
}


@pytest.mark.parametrize("tool", TOOLS, ids=[tool for tool, *_ in TOOLS])
@pytest.mark.parametrize("what", EDITS)
def test_the_patch_makes_a_fresh_copy_what_the_edited_one_is(what: str, tool: tuple[str, ...], tmp_path: Path) -> None:
    copy, fresh = pair(tmp_path, LONG)
    for path, text in EDITS[what].items():
        (copy / path).unlink() if text is None else edited(copy, path, text)
    assert client_of(copy) == applied(copy, fresh, tool)


def test_other_line_ends_are_nothing_to_send_upstream(tmp_path: Path) -> None:
    """So edits survive a checkout that changed them all: in a patch, while the copy is restored."""
    copy, fresh = pair(tmp_path, {**LONG, "other.py": "OTHER = 1\n"})
    edited(copy, "other.py", "OTHER = 1\r\n")
    edited(copy, "long.py", changed(3).replace("\n", "\r\n"))
    assert ("long.py",) == told(copy).edited
    applied(copy, fresh)
    assert changed(3) == (fresh / "long.py").read_text()


lines = st.lists(st.sampled_from(["a", "b", "", "c\rd"]), max_size=8)
texts = st.tuples(lines.map("\n".join), st.sampled_from(["", "\n"])).map("".join)


@settings(deadline=None, max_examples=40)
@given(before=texts, after=texts)
def test_any_edit_goes_through_a_patch(tmp_path_factory: pytest.TempPathFactory, before: str, after: str) -> None:
    copy, fresh = pair(tmp_path_factory.mktemp("any"), {"long.py": before})
    edited(copy, "long.py", after)
    assert client_of(copy) == applied(copy, fresh)


def test_a_patch_reads_like_one_of_git(tmp_path: Path) -> None:
    copy = copied(tmp_path, {"models.py": "NAME = 'old'\n"})
    edited(copy, "models.py", "NAME = 'mine'")
    expected = """\
diff --git a/models.py b/models.py
index 5204276920dac544ccf1ea3011329af71fbd224b..909b06e25297adccd6b1a29e908f5c1866c9365d
--- a/models.py
+++ b/models.py
@@ -1 +1 @@
-NAME = 'old'
+NAME = 'mine'
\\ No newline at end of file
"""
    assert expected == told(copy).text.decode()


def test_a_name_with_a_space_ends_where_its_line_does(tmp_path: Path) -> None:
    """Without a tab behind it, patch takes its first word for all of it; git does not need it."""
    copy = copied(tmp_path)
    edited(copy, "a new one.py", "NEW = 1\n")
    assert b"\n--- /dev/null\n+++ b/a new one.py\t\n" in told(copy).text


def test_what_is_no_text_is_named_and_left_out(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, "data.bin", "\0")
    assert (b"", ("data.bin",), ("data.bin",)) == ((found := told(copy)).text, found.edited, found.left_out)


def test_where_an_edit_belongs_upstream_is_told(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, "models.py", "mine")
    (hint,) = told(copy).hints
    assert "belongs into an overlay" in hint
