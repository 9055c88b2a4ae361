"""The command line: data on stdout, talk on stderr, 0 fine, 1 findings, 2 could not; never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from specmill import __version__
from specmill.cli import INTERRUPTED, READER_GONE, main
from specmill.cli.console import fail, harmless
from specmill.errors import Place, Problems, SpecmillError
from specmill.values import Config, Names
from tests.keep.builds import NEW, OLD, build_of, client_of, engines_write

SOURCE = str(Path(sys.modules["specmill"].__file__ or "").parents[1])
DOCUMENT = "openapi: 3.1.0\ninfo: {title: Pet Store, version: '1'}\npaths: {}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder, with a document and a configuration."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openapi.yaml").write_text(DOCUMENT)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.specmill]\ndocument = "openapi.yaml"\npackage = "pets"\noutput = "."\n'
    )
    with engines_write(OLD):
        yield tmp_path


def process(folder: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    command = [sys.executable, "-m", "specmill", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **options)  # type: ignore[call-overload,no-any-return]  # options of a caller


def test_regenerate_writes_the_client_and_tells_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regenerate"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("pets: written (0 operations, 1 model, 4 files)\n  read      document openapi.yaml\n")
    assert told.err == ""
    assert client_of(folder / "pets") == OLD
    assert main(["regenerate"]) == 0
    assert capsys.readouterr().out == "pets: nothing changed (0 operations, 1 model, 4 files)\n"


def test_regenerate_tells_machines_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regenerate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["package"], told["client"], told["outcome"]) == ("pets", "pets", "written")
    assert main(["regenerate", "--json", "--force"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "same bytes"


def test_options_stand_in_for_a_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pyproject.toml").unlink()
    options = ["--document", "openapi.yaml", "--package", "animals", "--output", "out"]
    assert main(["regenerate", *options]) == 0
    assert client_of(folder / "out/animals") == OLD
    assert main(["check", *options]) == 0
    (folder / "openapi.yaml").write_text(DOCUMENT + "# changed\n")
    capsys.readouterr()
    assert main(["check", *options]) == 1
    assert capsys.readouterr().err == "hint: `specmill regenerate` with the same options mends it\n"


def test_several_clients_are_made_one_after_the_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "pyproject.toml").open("a") as file:
        file.write('[[tool.specmill.client]]\npackage = "one"\n[[tool.specmill.client]]\npackage = "two"\n')
    assert main(["regenerate"]) == 0
    assert (client_of(folder / "one"), client_of(folder / "two")) == (OLD, OLD)
    capsys.readouterr()
    assert main(["check", "--json"]) == 0
    clients = json.loads(capsys.readouterr().out)["clients"]
    assert [(client["package"], client["fresh"]) for client in clients] == [("one", True), ("two", True)]
    (folder / "two/models.py").write_text("mine")
    assert main(["check"]) == 1
    assert main(["check", "--package", "one"]) == 0


def test_check_is_quiet_about_a_fresh_client(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["regenerate"])
    capsys.readouterr()
    assert main(["check"]) == 0
    assert capsys.readouterr() == ("pets: fresh\n", "")


def test_check_shows_what_changed_and_the_command_that_mends_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["regenerate"])
    (folder / "openapi.yaml").write_text(DOCUMENT + "# changed\n")
    capsys.readouterr()
    with engines_write(NEW):
        assert main(["check"]) == 1
        told = capsys.readouterr()
        assert told.out.startswith("pets: stale\n  changed: document openapi.yaml\n  stale       models.py\n  missing ")
        assert "-NAME = 'old'\n+NAME = 'newer'" in told.out
        assert told.err == "hint: `specmill regenerate` mends it\n"
        assert main(["regenerate"]) == 0
        assert main(["check"]) == 0


@pytest.mark.parametrize("deleted", [False, True])
def test_check_shows_edits_and_the_price_of_mending(
    deleted: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["regenerate"])
    (folder / "pets/models.py").unlink() if deleted else (folder / "pets/models.py").write_text("mine")
    capsys.readouterr()
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert "pets: changed by hand\n" in told.out
    assert "`specmill regenerate --discard-edits` mends it and throws those changes away" in told.err
    assert main(["regenerate"]) == 2
    assert main(["regenerate", "--discard-edits"]) == 0
    assert client_of(folder / "pets") == OLD


def test_check_explains_windows_line_ends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["regenerate"])
    (folder / "pets/models.py").write_bytes(OLD["models.py"].replace("\n", "\r\n").encode())
    capsys.readouterr()
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert "line ends   models.py" in told.out
    assert "put `pets/** -text` into .gitattributes\nhint: `specmill regenerate` mends it\n" in told.err


def test_check_tells_machines_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["regenerate"])
    (folder / "pets/models.py").write_text("mine")
    (folder / "pets/notes.txt").write_text("mine")
    capsys.readouterr()
    assert main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (
        told["fresh"],
        told["mend"],
        told["unknown"],
    ) == (False, "specmill regenerate --discard-edits", ["notes.txt"])
    assert [finding["path"] for finding in told["findings"]] == ["models.py"]


def test_a_file_in_the_way_and_how_to_overwrite_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pets").mkdir()
    (folder / "pets/models.py").write_text("mine")
    assert main(["regenerate"]) == 2
    assert main(["check"]) == 1
    assert "`specmill regenerate --adopt --discard-edits` mends it" in capsys.readouterr().err
    assert main(["regenerate", "--adopt"]) == 2
    assert main(["regenerate", "--adopt", "--discard-edits"]) == 0
    assert client_of(folder / "pets") == OLD


def test_an_error_says_where_what_and_what_next(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.yaml").unlink()
    assert main(["regenerate"]) == 2
    assert capsys.readouterr() == ("", "pyproject.toml:2:1: the document is no such file: openapi.yaml\n")
    assert main(["check", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert tuple(told["errors"][0][name] for name in ("file", "line", "column")) == ("pyproject.toml", 2, 1)


def test_several_errors_are_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    errors = tuple(SpecmillError(f"wrong {n}", place=Place("a.yaml", n, 1)) for n in (1, 2))
    assert fail(Problems(errors), as_json=True) == 2
    told = capsys.readouterr()
    assert told.err == "a.yaml:1:1: wrong 1\na.yaml:2:1: wrong 2\n"
    assert [error["message"] for error in json.loads(told.out)["errors"]] == ["wrong 1", "wrong 2"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ZeroDivisionError("by zero\nsecond line"),
            "specmill: ZeroDivisionError: by zero\nhint: this is a fault of specmill",
        ),
        (RecursionError("too deep"), "specmill: RecursionError: too deep\nhint: this is a fault of specmill"),
        (MemoryError(), "specmill: there is not enough memory\n"),
        (PermissionError(13, "Permission denied", "x.yaml"), "specmill: Permission denied: x.yaml\n"),
    ],
)
def test_an_unexpected_error_is_one_line_and_how_to_report_it(
    error: BaseException, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Config) -> None:
        raise error

    with engines_write(OLD, meanwhile=broken):
        assert main(["regenerate"]) == 2
        assert capsys.readouterr().err.startswith(told)
        if not isinstance(error, OSError):
            with pytest.raises(type(error)):
                main(["regenerate", "--debug"])


@pytest.fixture
def named(folder: Path) -> Iterator[None]:
    """A client with one model, that the document declares in line 6."""
    (folder / "openapi.yaml").write_text(DOCUMENT + "components:\n  schemas:\n    Pet: {type: object}\n")
    names = (Names("models.Pet", "Pet", ("/components/schemas/Pet",)),)
    with patch("specmill.build.build", lambda config: build_of(config, {}, names=names)):
        yield


@pytest.mark.usefixtures("named")
def test_explain_names_the_place_of_a_generated_name_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    for name in (["pets.models.Pet"], ["#/components/schemas/Pet"]):
        assert main(["explain", *name]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[:2] == ["pets.models.Pet", "  in the document  Pet"]
        assert lines[2:] == ["  at               openapi.yaml:6:5 (at /components/schemas/Pet)"]
    assert main(["explain", "Pet", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["found"]
    assert (found["python"], found["wire"], found["places"][0]["line"]) == ("pets.models.Pet", "Pet", 6)


@pytest.mark.usefixtures("named")
def test_explain_of_an_unknown_name_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "GET", "/pits"]) == 2
    assert capsys.readouterr() == ("", "specmill: neither pets nor its document knows `GET /pits`\n")


def test_an_interrupt_ends_it_quietly(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: Config) -> None:
        raise KeyboardInterrupt

    with engines_write(OLD, meanwhile=interrupted):
        assert main(["regenerate"]) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_nothing_in_a_document_can_command_a_terminal() -> None:
    assert harmless("\x1b[31mred\u202e\n\tü\xa0…") == "\\x1b[31mred\\u202e\n\tü\xa0…"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("explode",), 2),
        (("regenerate", "--doc", "x"), 2),
        (("init",), 2),
        (("--help",), 0),
        (("check", "--help"), 0),
    ],
)
def test_what_cannot_be_understood_is_2(
    arguments: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert code == caught.value.code
    told = capsys.readouterr()
    assert bool(told.out) != bool(told.err)


def test_help_and_version_import_nothing_they_do_not_need(tmp_path: Path) -> None:
    code = (
        "import sys; from specmill.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'dataclasses', 'pathlib', 'json', 'yaml', 'inspect'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert f"specmill {__version__}\n" == process(tmp_path, "--version").stdout


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    code = "from specmill.cli import console, main, _run; import specmill.cli as cli, sys\n"
    code += "cli._run = lambda options: [console.answer('x' * 1000) for _ in range(1000)] and 0\n"
    code += "sys.exit(main(['check']))"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, env=environment, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (READER_GONE, b"")


def test_a_real_interrupt_is_130_and_quiet(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "openapi.yaml").write_text(DOCUMENT)
    with (tmp_path / "lock").open("w"):
        descriptor = os.open(tmp_path, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # as another run would: now it waits, and can be interrupted
        command = [sys.executable, "-m", "specmill", "regenerate", "--document", "openapi.yaml"]
        command += ["--package", "pets", "--output", "."]
        environment = {**os.environ, "PYTHONPATH": SOURCE}
        child = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
        assert child.stderr is not None
        assert child.stderr.readline() == "waiting for another run of specmill …\n"
        child.send_signal(signal.SIGINT)
        assert (child.wait(timeout=20), child.stderr.read()) == (130, "")
        child.stderr.close()
        os.close(descriptor)


@pytest.mark.parametrize(("environment", "colour"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], colour: bool, tmp_path: Path) -> None:
    import pty

    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    surroundings = {**plain, "TERM": "xterm", "PYTHONPATH": SOURCE, **environment}
    mine, its = pty.openpty()
    command = [sys.executable, "-m", "specmill", "check"]
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, stderr=its, check=False)
    os.close(its)
    told = os.read(mine, 10_000)
    os.close(mine)
    assert done.returncode == 2
    assert colour == (b"\033[31m" in told)


def test_no_colour_in_pipes_and_no_traceback(tmp_path: Path) -> None:
    done = process(tmp_path, "check", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("specmill: no pyproject.toml with a table [tool.specmill]")
    assert "\033" not in done.stderr
