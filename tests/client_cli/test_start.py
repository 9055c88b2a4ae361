"""How the command line starts and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client_cli.running import COMMAND, environment, ran

FASTEST_OF = 10
LONGEST = 0.120  # seconds for the whole process
VERBS = ("methods", "describe", "exec", "produce", "completion")


def seconds() -> float:
    """Of work: how long it waits for others says nothing about it."""
    with subprocess.Popen([*COMMAND, "--help"], env=environment(), stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


@pytest.mark.skipif(os.name == "nt", reason="wait4 is one of POSIX")
def test_help_is_there_in_no_time() -> None:
    assert min(seconds() for _ in range(FASTEST_OF)) < LONGEST


@pytest.mark.parametrize("words", [("--help",), ("produce", "--help")])
def test_help_imports_none_of_the_dependencies(words: tuple[str, ...]) -> None:
    show = (
        "import sys, kafka_rest._cli as cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'msgspec', 'httpx2', 'asyncio', 'ssl'}))"
    )
    command = [sys.executable, "-c", show, *words]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_names_every_verb() -> None:
    code, out, err = ran("--help")
    assert (0, "") == (code, err)
    assert [verb for verb in VERBS if f"  {verb}" not in out] == []


def test_a_verb_that_is_none_is_told_with_those_that_are() -> None:
    code, out, err = ran("prodce")
    assert (2, "") == (code, out)
    assert "'produce'" in err


def test_a_reader_that_leaves_ends_it_without_a_word() -> None:
    with subprocess.Popen(
        [*COMMAND, "describe", "produce_record", "--output", "json"],
        env={**environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (141, b"") == (process.wait(timeout=60), process.stderr.read())


def test_a_pipe_gets_no_colour() -> None:
    for words in (("methods",), ("describe", "produce_record"), ("exec", "nothing")):
        _, out, err = ran(*words, TERM="xterm-256color")
        assert "\033" not in out + err


@pytest.mark.skipif(os.name == "nt", reason="a pseudo terminal is one of POSIX")
@pytest.mark.parametrize(
    ("variables", "is_colourful"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colour_unless_it_says_no(variables: dict[str, str], is_colourful: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "exec", "nothing"], env={**environment(), "TERM": "xterm", **variables}, stdout=theirs, stderr=theirs
    ) as process:
        process.wait(timeout=60)
    os.close(theirs)
    assert is_colourful == (b"\033[31m" in os.read(ours, 10_000))
    os.close(ours)


def test_the_same_package_vendored_elsewhere_says_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "__init__.py").touch()
    package = Path(environment()["PYTHONPATH"]) / "kafka_rest"
    (tmp_path / "host" / "kafka").symlink_to(package, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-m", "host.kafka", "exec", "nothing"],
        env={**environment(), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "try `python -m host.kafka methods`" in done.stderr
