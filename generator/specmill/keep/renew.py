"""The story of ``specmill regenerate``: nothing to do, or build and swap."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from specmill.keep import fingerprint
from specmill.keep import manifest as manifests
from specmill.keep.disk import inventory, standing
from specmill.keep.freshness import is_fresh
from specmill.keep.lock import held
from specmill.keep.manifest import Manifest
from specmill.keep.output import Making, Output, client_output
from specmill.keep.summary import KINDS, Summary
from specmill.keep.swap import real_folder, recover
from specmill.keep.update import BreakingUpdate, Update, update_of
from specmill.keep.writer import Written, readable_errors, write
from specmill.pyproject import shown
from specmill.values import Change, Config


def renew(
    config: Config,
    *,
    output: Output | None = None,
    making: Making | None = None,
    force: bool = False,
    discard_edits: bool = False,
    adopt: bool = False,
    accept_breaking: bool = True,
    waiting: Callable[[], None] = lambda: None,
) -> Summary:
    """Makes the client on disk, or another output, what its document says.

    Whoever comes second waits, then reads the inputs anew. What ``making`` has built already is not built again.
    """
    output = output or client_output(config)
    folder = real_folder(output.folder)
    with ExitStack() as until_done:
        with readable_errors(folder, output.what):
            until_done.enter_context(held(folder.parent, waiting=waiting))
            saved = tuple(shown(path) for path in recover(folder))
        run = _Run(output, folder, making or Making(config), manifests.known(folder, adopt), saved)
        if not force and (summary := run.nothing_to_do()):
            return summary
        return run.built_and_written(discard_edits=discard_edits, adopt=adopt, accept_breaking=accept_breaking)


@dataclass(frozen=True, slots=True)
class _Run:
    """One output, while it is held."""

    output: Output
    folder: Path
    making: Making
    manifest: Manifest | None
    saved: tuple[str, ...]

    def nothing_to_do(self) -> Summary | None:
        manifest = self.manifest
        if manifest is None:
            return None
        found = standing(self.folder, manifest, inventory(self.folder))
        if not is_fresh(self.folder, manifest, self._inputs(), found):
            return None
        same = (*found.same, manifests.NAME)
        written = Written(same=tuple(sorted(same)), unknown=found.unknown)
        return self._summary(manifest, written, None, ())

    def built_and_written(self, *, discard_edits: bool, adopt: bool, accept_breaking: bool) -> Summary:
        started = time.perf_counter()
        inputs = self._inputs()
        built = self.making.built
        files = self.output.files_of(built)
        complete = fingerprint.completed(inputs, built.config, built.normal.document)
        manifest = manifests.of(built, fingerprint.engines(), complete, files)
        update = update_of(self.folder, self.manifest, manifest, built) if self.output.what == "client" else None
        if update and update.is_breaking and not accept_breaking:
            raise BreakingUpdate(update, self.folder)
        ready = time.perf_counter()
        written = write(self.output, files, manifest, discard_edits=discard_edits, adopt=adopt)
        stages = (*self._stages(ready - started), ("write", time.perf_counter() - ready))
        changes = built.normal.changes if self.output.what == "client" else ()
        return self._summary(manifest, written, changes, stages, update)

    def _inputs(self) -> dict[str, str]:
        known = self.manifest.inputs if self.manifest else {}
        return self.making.inputs(self.output, fingerprint.documents_of(known))

    def _stages(self, taken: float) -> tuple[tuple[str, float], ...]:
        if self.output.what == "reference":
            return (("make", taken),)
        stages = self.making.built.stages
        return (("load and compare", taken - sum(seconds for _, seconds in stages)), *stages)

    def _summary(
        self,
        manifest: Manifest,
        written: Written,
        changes: tuple[Change, ...] | None,
        stages: tuple[tuple[str, float], ...],
        update: Update | None = None,
    ) -> Summary:
        package, folder = self.making.config.package, shown(self.folder)
        # A reference is told of behind its client, which has told of all that both were made from.
        kinds = KINDS if self.output.what == "client" else ("note",)
        return Summary(package, folder, manifest, written, changes, stages, self.saved, update, kinds)
