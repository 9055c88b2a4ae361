"""The story of ``specmill regenerate``: nothing to do, or build and swap."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from specmill.keep import fingerprint
from specmill.keep import manifest as manifests
from specmill.keep.disk import inventory, standing
from specmill.keep.freshness import is_fresh
from specmill.keep.lock import held
from specmill.keep.manifest import Manifest
from specmill.keep.summary import Summary
from specmill.keep.swap import real_folder, recover
from specmill.keep.writer import Written, readable_errors, write
from specmill.pyproject import shown
from specmill.values import Config


def renew(
    config: Config,
    *,
    force: bool = False,
    discard_edits: bool = False,
    adopt: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Summary:
    """Makes the client on disk what its document says. Whoever comes second waits, then reads the inputs anew."""
    folder = real_folder(config.client)
    with ExitStack() as until_done:
        with readable_errors(folder):
            until_done.enter_context(held(folder.parent, waiting=waiting))
            saved = tuple(shown(path) for path in recover(folder))
        manifest = manifests.known(folder, adopt)
        # Taken before anything is read, so that an input that changes during the build is seen by the next run.
        now = fingerprint.taken(config, fingerprint.documents_of(manifest.inputs) if manifest else ())
        if manifest and not force and (summary := _nothing_to_do(config, folder, manifest, now, saved)):
            return summary
        return _built_and_written(config, folder, now, saved, discard_edits, adopt)


def _nothing_to_do(
    config: Config, folder: Path, manifest: Manifest, now: dict[str, str], saved: tuple[str, ...]
) -> Summary | None:
    found = standing(folder, manifest, inventory(folder))
    if not is_fresh(folder, manifest, now, found):
        return None
    same = (*found.same, manifests.NAME)
    written = Written(same=tuple(sorted(same)), unknown=found.unknown)
    return Summary(config.package, shown(folder), manifest, written, None, (), saved)


def _built_and_written(
    config: Config, folder: Path, now: dict[str, str], saved: tuple[str, ...], discard_edits: bool, adopt: bool
) -> Summary:
    started = time.perf_counter()
    from specmill.build import build

    built = build(config)
    engines = fingerprint.engines()
    manifest = manifests.of(built, engines, fingerprint.completed(now, config, built.normal.document))
    ready = time.perf_counter()
    written = write(built, manifest, discard_edits=discard_edits, adopt=adopt)
    rest = ready - started - sum(seconds for _, seconds in built.stages)
    stages = (("load the engines", rest), *built.stages, ("write", time.perf_counter() - ready))
    return Summary(config.package, shown(folder), manifest, written, built.normal.changes, stages, saved)
