"""What several tests need: a configuration for a document, a build of it, and the package on a disk."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from specmill.values import Build, Config

REPOSITORY = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"


def config_of(document: Path, package: str = "api", **settings: object) -> Config:
    """The configuration of a case: what lies beside its document counts."""
    root = document.parent
    overlays = tuple(sorted(path.relative_to(root) for path in root.glob("overlays/*.yaml")))
    extension = Path("extension") if (root / "extension").is_dir() else None
    values: dict[str, object] = {"overlays": overlays, "extension": extension, **settings}
    return Config(root, Path(document.name), package, Path("generated"), **values)  # type: ignore[arg-type]


def written(build: Build, folder: Path) -> Path:
    """The files of a build as a package below ``folder``."""
    package = folder / build.config.package
    for file in build.files:
        path = package / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return package


@contextmanager
def imported(package: Path) -> Iterator[ModuleType]:
    """The package imported from where it lies, and forgotten again."""
    sys.path.insert(0, str(package.parent))
    try:
        yield importlib.import_module(package.name)
    finally:
        sys.path.remove(str(package.parent))
        for name in [name for name in sys.modules if name.split(".")[0] == package.name]:
            del sys.modules[name]
        importlib.invalidate_caches()
