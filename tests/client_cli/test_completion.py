"""Words are completed: those that the command line gives, and by a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.client_cli.running import COMMAND, environment, ran

NAME = "records_v3.produce_record"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("",), ["--help", "completion", "describe", "exec", "methods", "produce"]),
        (("d",), ["describe"]),
        (("methods", ""), ["--help", "--output", "-h", "records_v3"]),
        (("describe", "rec"), [NAME]),
        (("exec", "rec"), [NAME]),
        (("exec", NAME, "--to"), ["--token", "--topic-name"]),
        (("exec", NAME, "--output", ""), ["json", "table"]),
        (("exec", NAME, "--json", ""), []),
        (("produce", "orders", "--on"), ["--on-unknown"]),
        (("produce", "orders", "--on-unknown", "re"), ["report", "resend"]),
        (("completion", "z"), ["zsh"]),
        (("nothing", ""), []),
    ],
)
def test_what_a_word_may_become(words: tuple[str, ...], found: list[str]) -> None:
    code, out, err = ran("completion", "words", "--", *words)
    assert (0, found, "") == (code, out.splitlines(), err)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_of_a_shell_is_what_that_shell_takes(shell: str) -> None:
    code, out, _ = ran("completion", shell)
    assert (0, True) == (code, "completion words" in out)
    binary = shutil.which(shell)
    if binary is not None and shell != "powershell":
        done = subprocess.run([binary, "-n"], input=out, capture_output=True, text=True, check=False)
        assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_a_real_bash_completes_an_operation(tmp_path: Path) -> None:
    script = tmp_path / "kafka-rest"
    called = "import sys; from kafka_rest._cli import main; sys.argv[0] = 'kafka-rest'; sys.exit(main())"
    script.write_text(f'#!/bin/sh\nexec {COMMAND[0]} -c "{called}" "$@"\n')
    script.chmod(0o755)
    ask = (
        'eval "$(kafka-rest completion bash)"; COMP_WORDS=(kafka-rest describe rec); COMP_CWORD=2; '
        '_kafka_rest_words; echo "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", ask], env={**environment(), "PATH": path}, capture_output=True, text=True, check=True
    )
    assert (f"{NAME}\n", "") == (done.stdout, done.stderr)
