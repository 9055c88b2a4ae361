"""The story of ``specmill vendor --check``: is a copy what came, and is what came what its source is now?

Without a source at hand only the first is asked, so it works offline and in a repository that knows nothing of the
document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from specmill import __version__
from specmill.errors import Place, SpecmillError
from specmill.keep import fingerprint
from specmill.keep.freshness import differences
from specmill.pyproject import shown
from specmill.values import Config
from specmill.vendor.contents import added, copy_of
from specmill.vendor.folder import Opened, locked, opened
from specmill.vendor.vendored import Vendored

HINTS = (
    ({"conflict"}, "mend the marked places, or `specmill vendor --undo {folder}` takes the update back"),
    ({"line ends"}, "a checkout changed the line ends to CRLF; `specmill vendor --restore {folder}` mends that"),
    ({"edited", "missing", "extra"}, "`specmill vendor --diff {folder}` shows it as a patch"),
    ({"edited", "missing"}, "`specmill vendor --restore {folder}` puts every file back"),
    ({"behind"}, "`specmill vendor --update {folder}` from the same source keeps what was edited and takes the rest"),
)
Source = Callable[[Vendored], Config | None]


@dataclass(frozen=True, slots=True)
class Finding:
    path: str
    what: str  # "edited", "conflict", "line ends", "missing", "extra", "behind"


@dataclass(frozen=True, slots=True)
class Verdict:
    folder: str
    package: str
    findings: tuple[Finding, ...]
    source: str | None  # the document that it was compared with, if there was one
    reasons: tuple[str, ...]  # what of the source is another than it was

    @property
    def clean(self) -> bool:
        return not self.findings

    @property
    def word(self) -> str:
        found = {finding.what for finding in self.findings}
        if found == {"behind"}:
            return "behind its source"
        return "with conflicts" if "conflict" in found else "not as it came"

    @property
    def hints(self) -> tuple[str, ...]:
        """What may be done about each kind of finding."""
        found = {finding.what for finding in self.findings}
        return tuple(text.format(folder=self.folder) for whats, text in HINTS if found & whats)


def check(path: Path, source: Source, *, expected: str | None, waiting: Callable[[], None]) -> Verdict:
    """Writes nothing but the repair of a swap that was cut short."""
    with locked(path, waiting=waiting, shared=True) as folder:
        copy = opened(folder, expected)
        config = source(copy.vendored)
        behind, reasons = _behind(copy.vendored, config_for(copy.vendored, config)) if config else ((), ())
        document = shown(config.root / config.document) if config else None
        package = copy.vendored.made.package
        return Verdict(shown(folder), package, (*_findings(copy), *behind), document, reasons)


def _findings(copy: Opened) -> tuple[Finding, ...]:
    found, conflicts = copy.found, copy.conflicts
    groups = (
        ("edited", tuple(path for path in found.edited if path not in conflicts)),
        ("conflict", conflicts),
        ("line ends", found.line_ends),
        ("missing", found.missing),
        ("extra", found.unknown),
    )
    return tuple(Finding(path, what) for what, paths in groups for path in paths)


def config_for(vendored: Vendored, config: Config) -> Config:
    """The source of the copy, with the operations that were chosen for it."""
    if config.package != vendored.made.package:
        message = f"this is a copy of {vendored.made.package}, and the source is of {config.package}"
        raise SpecmillError(message, place=Place(config.source), hint="choose the client with --package")
    return replace(config, only=vendored.only)


def _behind(vendored: Vendored, config: Config) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The files that an update would bring; without a build where nothing can have changed."""
    if _is_current(vendored, config):
        return (), ()
    now = copy_of(config).vendored.made
    old = vendored.made
    paths = sorted(path for path in old.files.keys() | now.files.keys() if old.files.get(path) != now.files.get(path))
    reasons = tuple(differences(old, now)) if paths else ()
    return tuple(Finding(path, "behind") for path in paths), reasons


def _is_current(vendored: Vendored, config: Config) -> bool:
    made = vendored.made
    own = {path: entry.sha256 for path, entry in made.files.items() if entry.kind == "meta"}
    return (
        made.inputs == fingerprint.taken(config, fingerprint.documents_of(made.inputs))
        and made.specmill == __version__
        and made.engines == fingerprint.engines()
        and own == {path: sha256(content).hexdigest() for path, content in added().items() if path in own}
    )
