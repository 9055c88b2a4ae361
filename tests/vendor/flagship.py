"""The flagship inside a repository that knows nothing of specmill, copied once for all tests of a folder."""

from __future__ import annotations

from pathlib import Path

from specmill.config import Options, load
from specmill.vendor.place import place
from tests.support import REPOSITORY
from tests.vendor.copies import never

NAMES = ("acme._vendor.kafka", "other_name")  # an import path each


def host_in(folder: Path) -> Path:
    """A host with two copies, each with a name of its own; one of them deep inside a package."""
    (config,) = load(Options(), REPOSITORY)
    for name in NAMES:
        place(config, folder.joinpath(*name.split(".")), waiting=never)
    (folder / "acme/__init__.py").write_text('"""The host."""\n')
    (folder / "acme/_vendor/__init__.py").write_text('"""What comes from others."""\n')
    return folder
