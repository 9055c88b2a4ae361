"""A build as a copy: the client byte for byte, what keeps a host's tools from touching it, and its licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from specmill.errors import SpecmillError
from specmill.keep import fingerprint
from specmill.keep import manifest as manifests
from specmill.keep.manifest import Entry
from specmill.values import Build, Config
from specmill.vendor.archive import packed
from specmill.vendor.movable import check_movable
from specmill.vendor.vendored import BASE, BEFORE, NAME, Dependency, Vendored, dumped, hash_of

LICENCE = "Apache-2.0"
# In a wheel the text lies inside the package; in a checkout at its root.
TEXTS = (Path(__file__).parent.parent / "_LICENSE", Path(__file__).parents[3] / "LICENSE")
REQUIRES_PYTHON = ">=3.11"
DEPENDENCIES: Mapping[str, Dependency] = {
    "httpx2": {"range": ">=2.16.2,<3", "licence": "BSD-3-Clause"},
    "msgspec": {"range": ">=0.19,<1", "licence": "BSD-3-Clause"},
}
FASTER: Mapping[str, Dependency] = {"httptools": {"range": ">=0.8", "licence": "MIT"}}  # for streams

ATTRIBUTES = "# No line end changes on the way, so every file is what its hash says.\n* -text linguist-vendored\n"
IGNORE = f"# What `specmill vendor --undo` needs is nobody else's business.\n/{BEFORE}\n"
# A blanket `noqa` in each file would be a finding of its own under some rules, and no copy of the client.
RUFF = """\
# This folder is vendored: it is checked and formatted where it is made. The second line is for files that ruff is
# given one by one.
exclude = ["*"]
lint.per-file-ignores = { "*" = ["ALL"] }
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """What `specmill vendor` would write; ``files`` are those that the manifest names."""

    vendored: Vendored
    files: Mapping[str, bytes]

    @property
    def hash(self) -> str:
        """By which the copy can be told from any other: that of its manifest."""
        return hash_of(dumped(self.vendored))

    @property
    def whole(self) -> dict[str, bytes]:
        return {**self.files, NAME: dumped(self.vendored), BASE: packed(self.files)}


def copy_of(config: Config) -> Copy:
    from specmill.build import build

    built = build(config)
    check_movable(built)
    if config.only:  # however they were spelt
        config = replace(config, only=tuple(operation.id for operation in built.operations))
    now = fingerprint.taken(config)
    made = manifests.of(built, fingerprint.engines(), fingerprint.completed(now, config, built.normal.document))
    files = {file.path: file.content for file in built.files}
    own = {path: content for path, content in added().items() if path not in files}
    entries = {path: Entry(sha256(content).hexdigest(), "meta") for path, content in own.items()}
    made = replace(made, files={**made.files, **entries})
    return Copy(_vendored(built, made, config), {**files, **own})


def added() -> dict[str, bytes]:
    """What a copy holds that the client does not."""
    return {
        ".gitattributes": ATTRIBUTES.encode(),
        ".gitignore": IGNORE.encode(),
        f"LICENSES/{LICENCE}.txt": _licence(),
        "ruff.toml": RUFF.encode(),
    }


def _licence() -> bytes:
    for text in TEXTS:
        if text.is_file():
            return text.read_bytes()
    raise SpecmillError("the licence of the runtime is not installed", hint="pip install --force-reinstall specmill")


def _vendored(built: Build, made: manifests.Manifest, config: Config) -> Vendored:
    info = built.normal.document.tree["info"]
    licence = info.get("license")
    of_document = licence.get("identifier") or licence.get("name") if isinstance(licence, dict) else None
    streams = any(operation.stream for operation in built.operations)
    return Vendored(
        made=made,
        source={"document": config.document.name, "title": str(info["title"]), "version": str(info.get("version", ""))},
        only=config.only,
        licences={"runtime": LICENCE, **({"document": str(of_document)} if of_document else {})},
        requires_python=REQUIRES_PYTHON,
        dependencies=DEPENDENCIES,
        optional=FASTER if streams else {},
    )
