"""``specmill init DOCUMENT``: writes ``[tool.specmill]``; overwrites nothing."""

from __future__ import annotations

import json
import os
import tomllib
from argparse import Namespace
from pathlib import Path

from specmill.cli.console import answer, answer_json, say
from specmill.config import Options, load, package_name
from specmill.errors import Place, SpecmillError
from specmill.keep.manifest import NAME
from specmill.keep.output import MEND
from specmill.pyproject import FILE, TABLE, shown, table

OVERLAYS = "overlays"
README = """\
# Overlays

The document is not edited here. What has to be mended or marked in it goes into OpenAPI Overlay 1.1 files in this
folder, applied in the order of their names, 10-repairs.yaml for example:

```yaml
overlay: 1.1.0
info: {title: Repairs, version: 1.0.0}
actions:
  - target: $.paths['/pets'].get
    description: The published document forgot the operationId.
    update:
      operationId: listPets
```
"""


def run(options: Namespace) -> int:
    here = Path.cwd()
    document = shown(here / options.document, here)
    output = options.output or ("src" if (here / "src").is_dir() else ".")
    package = options.package or _guessed(document, here)
    # Checks the settings exactly as the next command will.
    (config,) = load(Options(document=document, package=package, output=output), here)
    if any(config.client.glob("*")) and not (config.client / NAME).exists():
        hint = "choose another name with --package, or another folder with --output"
        raise SpecmillError("there is something already", place=Place(shown(config.client)), hint=hint)
    text = _table(document, package, output)
    _append(here / FILE, text)
    if not (here / OVERLAYS).exists():
        (here / OVERLAYS).mkdir()
        (here / OVERLAYS / "README.md").write_text(README, "utf-8")  # git keeps no empty folder
    if options.json:
        answer_json({"file": FILE, "document": document, "package": package, "output": output, "next": MEND})
    else:
        answer(f"wrote {TABLE} to {FILE}:\n\n{text}")
        say(f"next: {MEND}")
    return 0


def _guessed(document: str, here: Path) -> str:
    """From the title; reading the document is also how a mistyped name is noticed before anything is written."""
    from specmill.document.load import read

    (config,) = load(Options(document=document, package="client", output="."), here)
    tree = read(config).tree
    info = tree.get("info") if isinstance(tree, dict) else None
    title = info.get("title") if isinstance(info, dict) else None
    return package_name(title if isinstance(title, str) and title.strip() else Path(document).stem)


def _table(document: str, package: str, output: str) -> str:
    return "\n".join(
        (
            TABLE,
            f"document = {_quoted(document)}",
            f"package = {_quoted(package)}",
            f"output = {_quoted(output)}  # the package is written to {Path(output, package).as_posix()}",
            f'overlays = "{OVERLAYS}"  # repairs of the document, as OpenAPI Overlay files, applied by name',
            '# docs = "docs/reference"  # a folder for the reference in Markdown',
            '# extension = "extension"  # a folder of your own modules that become part of the client',
            "",
        )
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML string


def _append(file: Path, text: str) -> None:
    old = file.read_bytes() if file.exists() else b""
    if old and table(file, file.parent) is not None:
        hint = f"edit it, or remove it first; `{MEND}` uses it as it is"
        raise SpecmillError(f"there is a table {TABLE} already", place=Place(FILE), hint=hint)
    newline = "\r\n" if b"\r\n" in old else "\n"
    gap = b"" if not old else newline.encode() * (1 if old.endswith(b"\n") else 2)
    new = old + gap + text.replace("\n", newline).encode()
    try:
        tomllib.loads(new.decode())
    except tomllib.TOMLDecodeError:
        hint = f"add it yourself:\n{text}"
        raise SpecmillError(f"no table {TABLE} can be added to this file", place=Place(FILE), hint=hint) from None
    _replaced(file, new)


def _replaced(file: Path, content: bytes) -> None:
    """Whole or not at all, also when the disk is full."""
    file = Path(os.path.realpath(file))
    new = file.with_name(f"{file.name}.specmill")
    try:
        new.write_bytes(content)
        if file.exists():
            new.chmod(file.stat().st_mode)
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)
