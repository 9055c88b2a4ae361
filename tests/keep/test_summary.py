"""The summary says what was read, mended and written, the same to people and to machines."""

from __future__ import annotations

import json
from pathlib import Path

from specmill.keep.summary import Summary, as_json, as_text
from specmill.keep.writer import Written
from specmill.values import Change
from tests.keep.builds import OLD, build_of, config_in, manifest_of

CHANGES = (
    Change("overlay", "/paths", "10-repairs.yaml removed it"),
    Change("hoist", "/components/schemas/A", "named A"),
    Change("hoist", "/components/schemas/B", "named B"),
)


def summary(folder: Path, changes: tuple[Change, ...] | None = CHANGES) -> Summary:
    manifest = manifest_of(build_of(config_in(folder), OLD))
    disk = Written(
        added=("a.py",), changed=tuple(f"m{n}.py" for n in range(12)), removed=("z.py",), unknown=("mine.txt",)
    )
    stages = (("read", 0.25), ("write", 0.5))
    return Summary("pets", "out/pets", manifest, disk if changes else Written(), changes, stages if changes else ())


def test_people_read_it_in_a_few_lines(tmp_path: Path) -> None:
    expected = """\
out/pets: written (0 operations, 1 model, 4 files)
  read      document openapi.yaml
  mended    overlay: 1 place
  mended    hoist: 2 places
  added     + a.py
  changed   ~ m0.py, m1.py, m2.py, m3.py, m4.py, m5.py, m6.py, m7.py, m8.py, m9.py … and 2 more
  removed   - z.py
  seconds   0.75 (read 0.25, write 0.50)
  not ours  mine.txt (left alone)"""
    assert expected == "\n".join(as_text(summary(tmp_path)))


def test_verbose_names_every_change_and_every_file(tmp_path: Path) -> None:
    text = "\n".join(as_text(summary(tmp_path), verbose=True))
    assert all(change.pointer in text and change.note in text for change in CHANGES)
    assert "m11.py" in text


def test_when_nothing_changed_it_is_one_line(tmp_path: Path) -> None:
    (line,) = as_text(summary(tmp_path, None))
    assert line == "out/pets: nothing changed (0 operations, 1 model, 4 files)"


def test_machines_read_the_same(tmp_path: Path) -> None:
    told = json.loads(json.dumps(as_json(summary(tmp_path))))
    assert [{"kind": entry["kind"], "name": entry["name"]} for entry in told["read"]] == [
        {"kind": "document", "name": "openapi.yaml"}
    ]
    assert tuple(told[name] for name in ("outcome", "operations", "models", "files")) == ("written", 0, 1, 4)
    assert told["changes"][0] == {"rule": "overlay", "pointer": "/paths", "note": "10-repairs.yaml removed it"}
    assert told["disk"]["unknown"] == ["mine.txt"]
    assert told["seconds"] == 0.75
    assert told["stages"] == [{"name": "read", "seconds": 0.25}, {"name": "write", "seconds": 0.5}]


def test_machines_see_that_nothing_was_built(tmp_path: Path) -> None:
    assert None is as_json(summary(tmp_path, None))["changes"]
    assert summary(tmp_path, None).manifest == summary(tmp_path).manifest
