"""What to build from what: ``[tool.specmill]`` of the nearest pyproject.toml, overruled by options.

    [tool.specmill]
    document = "spec/api.yaml"
    package = "petstore"
    output = "src"                # the package is written to src/petstore
    overlays = "spec/overlays"    # a folder, a file, a glob, or a list of these
    extension = "extension"       # a folder of hand-written modules that become part of the client
    recordings = "spec/recordings"  # exchanges to replay, which `specmill check` holds to the document
    docs = "docs/petstore"        # a folder for the reference in Markdown
    notes = "notes"               # hand-written Markdown that becomes part of the reference, by name
    allow = ["../shared/*.yaml"]  # what a $ref may reach outside the document's folder

Several clients share that table and have one ``[[tool.specmill.client]]`` each. Paths of the file are relative
to it, paths of options to the working folder. With ``--document``, ``--package`` and ``--output`` no file is read.
"""

from __future__ import annotations

import keyword
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specmill.errors import Place, SpecmillError
from specmill.pyproject import FILE, KEYS, Setting, Settings, clients, nearest, shown
from specmill.values import Config

REQUIRED = ("document", "package", "output")
LISTS = ("overlays", "allow")  # the keys whose value may be several
DOCUMENTS = (".yaml", ".yml", ".json")  # what of a folder of overlays is one
OF_OTHERS = frozenset(("msgspec", "httpx2", "specmill"))  # modules that a client of that name would hide
COMMAND_LINE = "the command line"


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line; None is "not given"."""

    document: str | None = None
    package: str | None = None
    output: str | None = None
    overlays: tuple[str, ...] | None = None
    extension: str | None = None
    allow: tuple[str, ...] | None = None
    recordings: str | None = None
    docs: str | None = None
    notes: str | None = None
    config: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {key: value for key in KEYS if (value := getattr(self, key)) is not None}


def load(options: Options, working_folder: Path | None = None) -> tuple[Config, ...]:
    """The clients to build, in the order of the file."""
    here = working_folder or Path.cwd()
    given = {key: Setting(value, here, Place(_option(key))) for key, value in options.given.items()}
    if options.config is None and all(key in given for key in REQUIRED):
        return (_config(given, here, COMMAND_LINE),)
    file = _file(options, here)
    found = clients(file, here)
    if len(found) == 1:
        return (_config({**found[0], **given}, file.parent, shown(file, here)),)
    configs = tuple(_config(settings, file.parent, shown(file, here)) for settings in found)
    _check_distinct(configs)
    return _chosen(configs, options)


def _option(key: str) -> str:
    return "--overlay" if key == "overlays" else f"--{key}"


def _file(options: Options, here: Path) -> Path:
    if options.config is not None:
        file = here / options.config
        if not file.is_file():
            raise SpecmillError(f"there is no file {options.config}", place=Place("--config"), hint=_near(file))
        return file
    found = nearest(here)
    if found is None:
        missing = " and no ".join(f"--{key}" for key in REQUIRED if getattr(options, key) is None)
        raise SpecmillError(
            f"no {FILE} with a table [tool.specmill] in this folder or above it, and no {missing}",
            hint="write one with `specmill init DOCUMENT`, or give --document, --package and --output",
        )
    return found


def _config(settings: Settings, root: Path, source: str) -> Config:
    for key in REQUIRED:
        if key not in settings:
            hint = f'write {key} = "…" in [tool.specmill], or give {_option(key)}'
            raise SpecmillError(f"`{key}` is not set", place=Place(source), hint=hint)
    for key, setting in settings.items():
        _check_type(key, setting)
    return Config(
        root=root,
        document=_document(settings["document"], root),
        package=_package(settings["package"]),
        output=_within(settings["output"].folder / settings["output"].value, root),
        overlays=_overlays(settings["overlays"], root) if "overlays" in settings else (),
        extension=_extension(settings["extension"], root) if "extension" in settings else None,
        allow=_strings(settings["allow"]) if "allow" in settings else (),
        recordings=_made(settings["recordings"], root) if "recordings" in settings else None,
        docs=_docs(settings, root) if "docs" in settings else None,
        notes=_notes(settings["notes"], root) if "notes" in settings else None,
        source=source,
    )


def _check_type(key: str, setting: Setting) -> None:
    value = setting.value
    if _is_text(value) or (key in LISTS and isinstance(value, list | tuple) and all(map(_is_text, value))):
        return
    wanted = "text, or a list of text" if key in LISTS else "text that is not empty"
    raise SpecmillError(f"`{key}` has to be {wanted}", place=setting.place, text=f"{key} = {value!r}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and value != ""


def _strings(setting: Setting) -> tuple[str, ...]:
    return (setting.value,) if isinstance(setting.value, str) else tuple(setting.value)


def _document(setting: Setting, root: Path) -> Path:
    if "://" in setting.value:
        message = "the document has to be a file: a URL may give another text tomorrow"
        raise SpecmillError(message, place=setting.place, text=setting.value, hint="download it and commit it")
    path = setting.folder / setting.value
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no such file"
        raise SpecmillError(f"the document is {what}: {setting.value}", place=setting.place, hint=_near(path))
    return _within(path, root)


def _package(setting: Setting) -> str:
    name: str = setting.value
    if name in OF_OTHERS or name in sys.stdlib_module_names:
        why = "would hide the module of that name, which the client or Python itself needs"
    elif name.isidentifier() and name.isascii() and not keyword.iskeyword(name):
        return name
    else:
        why = "is a word of Python itself" if keyword.iskeyword(name) else "cannot be imported"
    hint = f"how about `{package_name(name)}`?"
    raise SpecmillError(f"a package named `{name}` {why}", place=setting.place, hint=hint)


def package_name(title: str) -> str:
    """The name to import that a title such as ``Pet Store (v2)`` suggests: ``pet_store_v2``."""
    from specmill.naming import snake

    name = snake(title, "client")
    # A package that hides a module of the standard library breaks whatever runs in its folder.
    return f"{name}_client" if name in OF_OTHERS or name in sys.stdlib_module_names else name


def _overlays(setting: Setting, root: Path) -> tuple[Path, ...]:
    """The entries in their order, what a folder or a glob holds by name: overlays build on each other."""
    found: dict[Path, None] = {}
    for entry in _strings(setting):
        files = list(_expanded(setting.folder, entry))
        if not files and not (setting.folder / entry).is_dir():
            hint = _near(setting.folder / entry) or "give a file, a folder or a glob such as overlays/*.yaml"
            raise SpecmillError(f"there is no overlay {entry}", place=setting.place, hint=hint)
        found.update(dict.fromkeys(_within(file, root) for file in files))
    return tuple(found)


def _expanded(folder: Path, entry: str) -> Iterator[Path]:
    import glob

    path = folder / entry
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from sorted(file for file in path.iterdir() if file.suffix in DOCUMENTS and file.is_file())
    else:
        matches = glob.glob(entry, root_dir=folder, recursive=True)
        yield from (folder / match for match in sorted(matches) if (folder / match).is_file())


def _extension(setting: Setting, root: Path) -> Path:
    path = setting.folder / setting.value
    if not path.is_dir():
        what = "a file" if path.is_file() else "no such folder"
        hint = _near(path) or "it has to be a folder of Python modules"
        raise SpecmillError(f"the extension is {what}: {setting.value}", place=setting.place, hint=hint)
    return _within(path, root)


def _made(setting: Setting, root: Path) -> Path:
    """A folder that may not be there yet: the recorder, or the reference, makes it."""
    return _within(setting.folder / setting.value, root)


def _docs(settings: Settings, root: Path) -> Path:
    """Both folders are replaced as a whole, so neither may lie in the other."""
    docs = _made(settings["docs"], root)
    client = _made(settings["output"], root) / settings["package"].value
    if client.is_relative_to(docs) or docs.is_relative_to(client):
        message = f"the reference and the client would lie in each other: {docs.as_posix()}, {client.as_posix()}"
        raise SpecmillError(message, place=settings["docs"].place, hint="choose a folder beside it")
    return docs


def _notes(setting: Setting, root: Path) -> Path:
    path = setting.folder / setting.value
    if not path.is_dir():
        what = "a file" if path.is_file() else "no such folder"
        hint = _near(path) or "it has to be a folder of Markdown files"
        raise SpecmillError(f"the notes are {what}: {setting.value}", place=setting.place, hint=hint)
    return _within(path, root)


def _check_distinct(configs: tuple[Config, ...]) -> None:
    taken: set[str] = set()
    for config in configs:
        folder = str(config.client).casefold()
        if folder in taken:
            message = f"two clients would be written to {(config.output / config.package).as_posix()}"
            raise SpecmillError(message, place=Place(config.source), hint="change the `package` or `output` of one")
        taken.add(folder)
    references = [config.docs for config in configs if config.docs is not None]
    for reference in references:
        if references.count(reference) > 1:
            message = f"two references would be written to {reference.as_posix()}"
            raise SpecmillError(message, place=Place(configs[0].source), hint="set `docs` in each client's own table")


def _chosen(configs: tuple[Config, ...], options: Options) -> tuple[Config, ...]:
    """Of several clients ``--package`` chooses one; any other option could mean each of them."""
    names = ", ".join(config.package for config in configs)
    for key in options.given:
        if key != "package":
            message = f"{_option(key)} could mean each of the clients {names}"
            raise SpecmillError(message, place=Place(configs[0].source), hint="set it in the client's own table")
    chosen = tuple(config for config in configs if options.package in (None, config.package))
    if not chosen:
        message = f"there is no client `{options.package}`; there are {names}"
        raise SpecmillError(message, place=Place(configs[0].source))
    return chosen


def _near(path: Path) -> str:
    """What the owner of a misspelt path may have meant."""
    import difflib

    names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _within(path: Path, root: Path) -> Path:
    """Relative to the root where it lies inside it, so that messages stay short; absolute otherwise."""
    whole = Path(os.path.normpath(path))
    return whole.relative_to(root) if whole.is_relative_to(root) else whole
