"""The story of ``specmill check``: fresh means that ``specmill regenerate`` would not change a byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from specmill import __version__
from specmill.keep import fingerprint
from specmill.keep import manifest as manifests
from specmill.keep.difference import LINES, difference
from specmill.keep.disk import Standing, inventory, standing
from specmill.keep.lock import held
from specmill.keep.manifest import Manifest
from specmill.keep.output import Making, Output, client_output
from specmill.keep.swap import real_folder, recover, workshop
from specmill.keep.writer import clashes, strangers
from specmill.pyproject import shown
from specmill.values import Config


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that is not what would be written."""

    path: str
    what: str  # "edited", "deleted", "in the way", "line ends": people did that; "stale", "missing", "superfluous"
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a client is true to its document, and why not."""

    package: str
    client: str
    reasons: tuple[str, ...]  # which inputs are others than those in the manifest
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]  # not ours: named, but no finding
    foreign: bool = False  # no manifest says that the folder is ours, and it holds files of somebody's
    blocking: tuple[str, ...] = ()  # not ours, and no command overwrites them: they have to be moved away

    @property
    def fresh(self) -> bool:
        return not self.findings

    @property
    def edited(self) -> bool:
        return any(finding.what in ("edited", "deleted", "in the way") for finding in self.findings)


def check(
    config: Config,
    *,
    output: Output | None = None,
    making: Making | None = None,
    waiting: Callable[[], None],
    limit: int | None = LINES,
) -> Verdict:
    """Writes nothing but the repair of a swap that was cut short."""
    output, making = output or client_output(config), making or Making(config)
    folder = real_folder(output.folder)
    if workshop(folder).exists():
        with held(folder.parent, waiting=waiting):
            recover(folder)
    with held(folder.parent, waiting=waiting, shared=True) if folder.is_dir() else nullcontext():
        return _check(making, output, folder, limit)


def _check(making: Making, output: Output, folder: Path, limit: int | None) -> Verdict:
    package = making.config.package
    manifest = manifests.read(folder)
    now = making.inputs(output, fingerprint.documents_of(manifest.inputs) if manifest else ())
    found = standing(folder, manifest, inventory(folder) if folder.is_dir() else {})
    if manifest and is_fresh(folder, manifest, now, found):
        return Verdict(package, shown(folder), (), (), found.unknown)
    built = making.built
    files = output.files_of(built)
    inputs = fingerprint.completed(now, built.config, built.normal.document)
    target = manifests.of(built, fingerprint.engines(), inputs, files)
    wanted = {file.path: file.content for file in files} | {manifests.NAME: manifests.dumped(target)}
    findings = _findings(folder, manifest, found, wanted, limit)
    reasons = tuple(differences(manifest, target)) if manifest else ()
    unknown = tuple(path for path in found.unknown if path not in wanted)
    foreign = manifest is None and bool(strangers(folder, wanted, found))
    blocking = clashes(folder, wanted, found, overwrite=True)
    return Verdict(package, shown(folder), reasons, findings, unknown, foreign, blocking)


def is_fresh(folder: Path, manifest: Manifest, now: Mapping[str, str], found: Standing) -> bool:
    """Without a build: everything that decides the bytes is what it was, and so are the bytes."""
    return (
        found.untouched
        and manifest.inputs == now
        and manifest.specmill == __version__
        and manifest.engines == fingerprint.engines()
        and (folder / manifests.NAME).read_bytes() == manifests.dumped(manifest)
    )


def differences(old: Manifest, new: Manifest) -> list[str]:
    """Which inputs are others than they were, in words."""
    words = []
    if old.specmill != new.specmill:
        words.append(f"made by specmill {old.specmill}, this is {new.specmill}")
    for engine in sorted(old.engines.keys() | new.engines.keys()):
        was, now = old.engines.get(engine, "absent"), new.engines.get(engine, "absent")
        if was != now:
            words.append(f"made with {engine} {was}, this is {now}")
    words += [f"changed: {name}" for name in old.inputs if new.inputs.get(name, old.inputs[name]) != old.inputs[name]]
    words += [f"added: {name}" for name in sorted(new.inputs.keys() - old.inputs.keys())]
    words += [f"removed: {name}" for name in sorted(old.inputs.keys() - new.inputs.keys())]
    return words


def _findings(
    folder: Path, manifest: Manifest | None, found: Standing, wanted: Mapping[str, bytes], limit: int | None
) -> tuple[Finding, ...]:
    ours = sorted({*wanted, *(manifest.files if manifest else ())})
    findings = []
    for path in ours:
        file, content = folder / path, wanted.get(path)
        if what := _judged(file, path, manifest, found, content):
            findings.append(Finding(path, what, _difference(file, what, content or b"", limit)))
    return tuple(findings)


def _judged(file: Path, path: str, manifest: Manifest | None, found: Standing, wanted: bytes | None) -> str | None:
    known = manifest is not None and (path in manifest.files or path == manifests.NAME)
    if not file.is_file():
        return ("deleted" if known else "missing") if wanted is not None else None
    if file.read_bytes() == wanted:
        return None
    if not known:
        return "in the way"
    if path in found.edited:
        return "edited"
    if path in found.line_ends:
        return "line ends"
    return "superfluous" if wanted is None else "stale"


def _difference(file: Path, what: str, wanted: bytes, limit: int | None) -> str:
    if what in ("line ends", "superfluous", "missing", "deleted"):
        return ""
    return difference(shown(file), file.read_bytes(), wanted, limit)
