"""What to build is found in the nearest table or on the command line; whatever is wrong with it has a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from specmill.config import Options, load, package_name
from specmill.errors import SpecmillError
from specmill.values import Config

TABLE = '[tool.specmill]\ndocument = "openapi.yaml"\npackage = "pets"\noutput = "src"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in ("openapi.yaml", "other.yaml", "overlays/20-b.yaml", "overlays/10-a.json", "overlays/README.md"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "extension").mkdir()
    (tmp_path / "deep/er").mkdir(parents=True)
    return tmp_path


def loaded(folder: Path, text: str, **options: object) -> Config:
    (folder / "pyproject.toml").write_text(text)
    (config,) = load(Options(**options), folder)  # type: ignore[arg-type]
    return config


def test_the_table_says_everything(folder: Path) -> None:
    text = TABLE + 'overlays = "overlays"\nextension = "extension"\nallow = ["../shared/x.yaml"]\n'
    text += 'recordings = "spec/recordings"\n'
    expected = Config(
        root=folder,
        document=Path("openapi.yaml"),
        package="pets",
        output=Path("src"),
        overlays=(Path("overlays/10-a.json"), Path("overlays/20-b.yaml")),
        extension=Path("extension"),
        recordings=Path("spec/recordings"),
        allow=("../shared/x.yaml",),
        source="pyproject.toml",
    )
    assert expected == loaded(folder, text)


def test_the_table_is_found_from_a_folder_below_past_other_projects(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(TABLE)
    (folder / "deep/pyproject.toml").write_text('[project]\nname = "uses specmill"\n')
    (folder / "deep/er/pyproject.toml").write_text("this = is = not TOML, and not ours")
    (config,) = load(Options(), folder / "deep/er")
    assert (folder, "../../pyproject.toml") == (config.root, config.source)


def test_options_win_and_are_relative_to_the_working_folder(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(TABLE)
    options = Options(document="../../other.yaml", output="out", allow=("a", "b"))
    (config,) = load(options, folder / "deep/er")
    assert (Path("other.yaml"), Path("deep/er/out"), "pets") == (config.document, config.output, config.package)
    assert config.allow == ("a", "b")


def test_with_options_for_all_that_is_needed_no_file_is_read(folder: Path) -> None:
    options = Options(document="openapi.yaml", package="other", output="out", overlays=("overlays/*.yaml",))
    (folder / "pyproject.toml").write_text("this = is = not TOML, [tool.specmill]")
    (config,) = load(options, folder)
    assert (
        Config(folder, Path("openapi.yaml"), "other", Path("out"), (Path("overlays/20-b.yaml"),), source=config.source)
        == config
    )


def test_a_file_may_be_chosen(folder: Path) -> None:
    (folder / "deep/clients.toml").write_text(TABLE.replace("openapi.yaml", "../openapi.yaml"))
    (config,) = load(Options(config="deep/clients.toml"), folder)
    assert (folder / "deep", folder / "openapi.yaml") == (config.root, config.document)


@pytest.mark.parametrize(
    ("overlays", "expected"),
    [
        ('"overlays"', ("overlays/10-a.json", "overlays/20-b.yaml")),
        ('"overlays/*.yaml"', ("overlays/20-b.yaml",)),
        ('"overlays/20-b.yaml"', ("overlays/20-b.yaml",)),
        ('["overlays/20-b.yaml", "overlays"]', ("overlays/20-b.yaml", "overlays/10-a.json")),
        ('"**/*-?.*"', ("overlays/10-a.json", "overlays/20-b.yaml")),
        ('"extension"', ()),
        ("[]", ()),
    ],
)
def test_overlays_are_taken_in_their_order_and_in_folders_by_name(
    overlays: str, expected: tuple[str, ...], folder: Path
) -> None:
    assert expected == tuple(path.as_posix() for path in loaded(folder, f"{TABLE}overlays = {overlays}\n").overlays)


WRONG = {
    "unknown key": (TABLE + "\n# a comment\noverlay = 1\n", ":7:", "has no key `overlay`", "did you mean `overlays`?"),
    "very unknown key": (TABLE + "zzz = 1\n", ":5:", "has no key `zzz`", "the keys are document, package"),
    "wrong type": (TABLE.replace('"pets"', "1"), ":3:", "`package` has to be text", "package = 1"),
    "empty": (TABLE.replace('"pets"', '""'), ":3:", "`package` has to be text that is not empty", ""),
    "list of numbers": (TABLE + "allow = [1]\n", ":5:", "`allow` has to be text, or a list of text", "allow = [1]"),
    "control character": (TABLE.replace("src", "s\\u0000c"), ":4:", "`output` has to be text", ""),
    "missing key": (
        '[tool.specmill]\ndocument = "openapi.yaml"\n',
        "pyproject.toml:",
        "`package` is not set",
        "--package",
    ),
    "keyword": (TABLE.replace("pets", "class"), ":3:", "is a word of Python itself", "how about `class_`?"),
    "dash": (TABLE.replace("pets", "pet-store"), ":3:", "cannot be imported", "how about `pet_store`?"),
    "not ASCII": (TABLE.replace("pets", "pétś"), ":3:", "cannot be imported", "how about `pets`?"),
    "missing document": (
        TABLE.replace("openapi", "openapy"),
        ":2:",
        "no such file: openapy.yaml",
        "did you mean openapi.yaml?",
    ),
    "folder as document": (TABLE.replace("openapi.yaml", "deep"), ":2:", "the document is a folder: deep", ""),
    "URL": (TABLE.replace("openapi.yaml", "https://example.com/x.yaml"), ":2:", "has to be a file", "download it"),
    "missing overlay": (TABLE + 'overlays = "overlay"', ":5:", "there is no overlay overlay", "did you mean overlays?"),
    "glob without a match": (TABLE + 'overlays = "*.json"', ":5:", "there is no overlay *.json", "give a file"),
    "missing extension": (TABLE + 'extension = "extensions"', ":5:", "no such folder", "did you mean extension?"),
    "file as extension": (TABLE + 'extension = "other.yaml"', ":5:", "the extension is a file: other.yaml", ""),
    "not TOML": (TABLE + "allow = [", ":", "not TOML", ""),
    "not TOML in a line": (TABLE + "allow = nothing\nmore = 1\n", ":5:9", "not TOML: Invalid value", "allow = nothing"),
    "no table": ("[tool]\nspecmill = 1\n", "pyproject.toml", "tool.specmill has to be a table", "[tool.specmill]"),
    "client that is no list": (TABLE + "[tool.specmill.client]\n", ":", "`client` has to be a list of tables", ""),
    "key of a client": (
        TABLE + '[[tool.specmill.client]]\npackage = "a"\n[[ tool.specmill.client ]]\n"outputs" = "x"\n',
        ":8:",
        "has no key `outputs`",
        "did you mean `output`?",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_has_a_place_and_a_remedy(what: str, folder: Path) -> None:
    text, place, message, rest = WRONG[what]
    with pytest.raises(SpecmillError) as caught:
        loaded(folder, text)
    told = str(caught.value)
    assert told.startswith("pyproject.toml")
    assert place in told
    assert message in told
    assert rest in told


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes(TABLE.encode() + b"# \xe4\n")
    with pytest.raises(SpecmillError, match="not UTF-8 text"):
        load(Options(), folder)


def test_no_configuration_names_the_options_that_are_missing(folder: Path) -> None:
    with pytest.raises(SpecmillError, match="and no --package and no --output") as caught:
        load(Options(document="openapi.yaml"), folder)
    assert "specmill init" in caught.value.hint


def test_a_file_to_read_that_is_not_there_or_holds_no_table_is_refused(folder: Path) -> None:
    (folder / "empty.toml").write_text("")
    with pytest.raises(SpecmillError, match=r"there is no file empti.toml") as caught:
        load(Options(config="empti.toml"), folder)
    assert caught.value.hint == "did you mean empty.toml?"
    with pytest.raises(SpecmillError, match=r"there is no table \[tool.specmill\]"):
        load(Options(config="empty.toml"), folder)


SEVERAL = """\
[tool.specmill]
output = "src"
[[tool.specmill.client]]
document = "openapi.yaml"
package = "pets"
[[tool.specmill.client]]
document = "other.yaml"
package = "owners"
"""


def test_several_clients_share_a_table(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(SEVERAL)
    pets, owners = load(Options(), folder)
    assert (pets.package, str(pets.document), str(pets.output)) == ("pets", "openapi.yaml", "src")
    assert (owners.package, str(owners.document), str(owners.output)) == ("owners", "other.yaml", "src")
    assert (owners,) == load(Options(package="owners"), folder)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(package="owner"), "there is no client `owner`; there are pets, owners"),
        (Options(output="out"), "--output could mean each of the clients pets, owners"),
        (Options(overlays=("x",)), "--overlay could mean each"),
    ],
)
def test_options_that_fit_none_or_each_of_several_clients_are_refused(
    options: Options, message: str, folder: Path
) -> None:
    (folder / "pyproject.toml").write_text(SEVERAL)
    with pytest.raises(SpecmillError, match=message):
        load(options, folder)


def test_two_clients_in_one_place_are_refused(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(SEVERAL.replace("owners", "Pets"))
    with pytest.raises(SpecmillError, match="two clients would be written to src/Pets"):
        load(Options(), folder)


@pytest.mark.parametrize(
    ("title", "package"),
    [
        ("Swagger Petstore", "swagger_petstore"),
        ("Pet Store (v2)", "pet_store_v2"),
        ("Café API", "cafe_api"),
        ("JSON", "json_client"),
        ("class", "class_"),
        ("ペット", "client"),
        ("", "client"),
    ],
)
def test_a_title_suggests_a_package(title: str, package: str) -> None:
    assert package == package_name(title)
