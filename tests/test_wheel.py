"""The wheel, installed alone into an empty environment, makes the same clients as the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support import CASES, REPOSITORY

NEEDED = ("pyproject.toml", "README.md", "LICENSE", "generator", "spec")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``specmill`` command of an environment that holds the wheel and what it depends on, nothing else of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in NEEDED:
        original = REPOSITORY / name
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(original, source / name, ignore=leave) if original.is_dir() else _copy(original, source / name)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=source)
    (wheel,) = (folder / "dist").glob("*.whl")
    shutil.rmtree(source)
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel, cwd=folder)
    _lend_dependencies(folder / "venv")
    return folder / "venv" / "bin" / "specmill"


def _copy(original: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(original, target)


def _lend_dependencies(environment: Path) -> None:
    """The pinned dependencies of this environment, seen through a path file: but not the project itself."""
    import msgspec

    here = Path(msgspec.__file__).parent.parent
    (there,) = environment.glob("lib/python*/site-packages")
    for entry in here.iterdir():
        if "specmill" not in entry.name and not (there / entry.name).exists():
            (there / entry.name).symlink_to(entry)
    (environment / "bin" / "ruff").symlink_to(Path(sys.executable).parent / "ruff")


def files(package: Path) -> dict[str, bytes]:
    found = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in found}


def test_the_wheel_regenerates_the_flagship_as_the_checkout_does(installed: Path, tmp_path: Path) -> None:
    for name in ("spec", "generator/kafka/client", "generator/kafka/notes"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    run(installed, "regenerate", cwd=tmp_path)
    for name in ("kafka_rest", "docs"):
        assert files(tmp_path / "generated" / name) == files(REPOSITORY / "generated" / name)


def test_the_wheel_makes_the_page_of_the_reference_as_the_checkout_does(installed: Path) -> None:
    """Whose style and scripts are files beside the code."""
    document = CASES / "clients" / "composition" / "openapi.yaml"
    config = f"Config(Path({str(document.parent)!r}), Path('openapi.yaml'), 'shapes', Path('.'))"
    code = (
        "import sys; from pathlib import Path; from specmill.values import Config; "
        "from specmill.document.api import api_of; from specmill.reference.page import page_of; "
        f"sys.stdout.write(page_of(api_of({config}), 'shapes'))"
    )
    by_wheel = run(installed.parent / "python", "-c", code, cwd=installed.parent)
    assert "</html>" in by_wheel
    assert by_wheel == run(sys.executable, "-c", code, cwd=REPOSITORY, PYTHONPATH=str(REPOSITORY / "generator"))


def test_the_wheel_regenerates_a_foreign_document_as_the_checkout_does(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(CASES / "clients" / "composition", tmp_path / "case")
    options = ("regenerate", "--document", "case/openapi.yaml", "--package", "shapes", "--output")
    run(installed, *options, "by-wheel", cwd=tmp_path)
    checkout = {"PYTHONPATH": str(REPOSITORY / "generator")}
    run(sys.executable, "-m", "specmill", *options, "by-checkout", cwd=tmp_path, **checkout)
    assert files(tmp_path / "by-wheel" / "shapes") == files(tmp_path / "by-checkout" / "shapes")


def test_the_wheel_vendors_as_the_checkout_does(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(CASES / "clients" / "composition", tmp_path / "case")
    options = ("vendor", "--document", "case/openapi.yaml", "--package", "shapes")
    run(installed, *options, "by_wheel", cwd=tmp_path)
    checkout = {"PYTHONPATH": str(REPOSITORY / "generator")}
    run(sys.executable, "-m", "specmill", *options, "by_checkout", cwd=tmp_path, **checkout)
    assert files(tmp_path / "by_wheel") == files(tmp_path / "by_checkout")
    assert (REPOSITORY / "LICENSE").read_bytes() == (tmp_path / "by_wheel/LICENSES/Apache-2.0.txt").read_bytes()
