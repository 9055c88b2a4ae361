"""Random lives of a client: whatever runs, kills and people do to it, nobody's work is lost."""

from __future__ import annotations

import shutil
import tempfile
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from specmill.errors import SpecmillError
from specmill.keep import manifest as manifests
from specmill.keep.swap import recover
from tests.keep.builds import Files, client_of, config_in, litter_in, tree_of, write_client
from tests.keep.processes import in_child, killed_at

OURS = ("__init__.py", "models.py", "resources/pets.py", "resources/owners.py", "client.py")
ANYWHERE = (*OURS, "Models.py", "resources", "notes.txt", "deep/notes.txt", "models.py/inside.txt")
BUILDS = st.dictionaries(st.sampled_from(OURS), st.sampled_from(["", "A = 1\n", "B = 2\r\n"]), min_size=1)


class Life(RuleBasedStateMachine):
    """``disk`` is what has to be there; ``ours`` what the manifest names; ``theirs`` what people wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.config = config_in(self.root)
        self.package = self.config.client
        self.disk: Files = {}
        self.ours: set[str] = set()
        self.theirs: Files = {}
        self.numbers = count()

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @rule(files=BUILDS)
    def a_run(self, files: Files) -> None:
        try:
            write_client(self.config, files)
        except SpecmillError:
            assert self.theirs or self.ours - self.disk.keys(), "it refused for no reason"
        else:
            assert not self.theirs.keys() & (self.ours | files.keys()), "it overwrote somebody's work"
            self.is_written(files)

    @rule(files=BUILDS)
    def a_run_that_may_discard_edits(self, files: Files) -> None:
        try:
            write_client(self.config, files, discard_edits=True)
        except SpecmillError:
            assert self.theirs.keys() - self.ours, "it refused for no reason"
        else:
            self.theirs = {path: text for path, text in self.theirs.items() if path not in self.ours}
            self.is_written(files)

    @rule(files=BUILDS, step=st.integers(1, 60))
    def a_run_that_is_killed(self, files: Files, step: int) -> None:
        def work() -> None:
            try:
                write_client(self.config, files)
            except SpecmillError:
                return

        before = tree_of(self.root)
        in_child(killed_at(step, work))
        recover(self.package)
        if tree_of(self.root) != before:
            self.is_written(files)

    def is_written(self, files: Files) -> None:
        self.ours = set(files)
        self.disk = files | self.theirs

    @rule(path=st.sampled_from(ANYWHERE))
    def somebody_writes(self, path: str) -> None:
        text = f"my work {next(self.numbers)}\n"
        try:
            (self.package / path).parent.mkdir(parents=True, exist_ok=True)
            (self.package / path).write_text(text)
        except OSError:  # a folder lies there, or a file above it
            return
        self.disk[path] = self.theirs[path] = text

    @precondition(lambda self: self.disk)
    @rule(data=st.data())
    def somebody_deletes(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.disk)))
        (self.package / path).unlink()
        del self.disk[path]
        self.theirs.pop(path, None)

    @invariant()
    def everything_is_there(self) -> None:
        assert self.disk == (client_of(self.package) if self.package.exists() else {})
        assert litter_in(self.root / "out") == []

    @invariant()
    def the_manifest_knows_what_is_ours(self) -> None:
        manifest = manifests.read(self.package)
        assert self.ours == (set(manifest.files) if manifest else set())


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
