"""``produce --resume``: killed at any moment, it sends no accepted record again and skips none."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.client_cli.running import COMMAND, PATIENCE, each, environment, ran, records, stored

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is one of POSIX")
RECORDS = 4000
BOOKS = ("--resume", "state", "--reports", "reports", "--dead-letter", "dead")


def killed(words: tuple[str, ...], url: str, folder: Path, enough: Any, text: bytes | None = None) -> bool:
    """Ends the process by SIGKILL as soon as ``enough`` says so; False if it was over before."""
    given = (folder / "lines").open("rb") if text is None else subprocess.PIPE
    process = subprocess.Popen(
        [*COMMAND, *words],
        env=environment(url),
        cwd=folder,
        stdin=given,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        until = time.monotonic() + PATIENCE
        while process.poll() is None and not enough() and time.monotonic() < until:
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finally:
        process.kill()
    return process.returncode == -signal.SIGKILL


def told(folder: Path) -> dict[int, str]:
    """The outcome of each line by the reports; a line that a kill has cut is none."""
    whole, _, _ = (folder / "reports").read_bytes().rpartition(b"\n")
    reports = [json.loads(line) for line in whole.splitlines()]
    assert len(reports) == len({one["line"] for one in reports}), "a line has two reports"
    return {one["line"]: one["outcome"] for one in reports}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("piped", [False, True], ids=["file", "stdin"])
@pytest.mark.parametrize("choice", ["resend", "report"])
def test_no_accepted_record_is_sent_again_and_none_is_skipped(
    choice: str, piped: bool, seed: int, specmill_server: Any, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    specmill_server.behave(ack_delay=f"{dice.choice((0, 5, 40))}ms")
    (tmp_path / "lines").write_bytes(records(RECORDS))
    file = () if piped else ("lines",)
    words = (
        "produce",
        "orders",
        *file,
        *BOOKS,
        "--on-unknown",
        choice,
        "--rate",
        "20000",
        "--connections",
        str(1 + seed % 2),
    )
    accepted: set[int] = set()
    before: Counter[int] = Counter()
    kills = 0
    for part in (0.2, 0.6):
        most = int(RECORDS * part * (1 + dice.random() / 2))
        kills += killed(words, specmill_server.url, tmp_path, lambda most=most: len(stored(specmill_server)) >= most)
        before = Counter(stored(specmill_server))
        known = {line for line, outcome in told(tmp_path).items() if outcome == "accepted"}
        assert accepted <= known <= set(before)
        accepted = known
    assert kills
    with (tmp_path / "lines").open("rb") as lines:
        done = subprocess.run(
            [*COMMAND, *words],
            env=environment(specmill_server.url),
            cwd=tmp_path,
            stdin=lines,
            capture_output=True,
            check=False,
        )
    outcomes = told(tmp_path)
    assert set(range(1, RECORDS + 1)) == set(outcomes), done.stderr
    times = Counter(stored(specmill_server))
    assert {line: before[line] for line in accepted} == {line: times[line] for line in accepted}
    if choice == "report":
        assert {1} >= set(times.values()), "a record is stored twice, though nothing was to be sent again"
        assert {line for line in outcomes if outcomes[line] == "accepted"} <= set(times)
        assert (1 if "unknown" in outcomes.values() else 0) == done.returncode
    else:
        assert (0, set(range(1, RECORDS + 1))) == (done.returncode, set(times)), done.stderr


def test_what_was_on_its_way_at_the_kill_is_told_and_nothing_is_done_before_somebody_chooses(
    specmill_server: Any, tmp_path: Path
) -> None:
    specmill_server.behave(ack_delay="30s")
    (tmp_path / "lines").write_bytes(records(5))
    words = ("produce", "orders", "lines", "--resume", "state")
    assert killed(words, specmill_server.url, tmp_path, lambda: len(stored(specmill_server)) == 5)
    specmill_server.behave(ack_delay="0s")
    code, _, err = ran(*words, url=specmill_server.url, cwd=tmp_path)
    assert 2 == code
    assert "5 records were on their way when the run before ended, and may be stored or not: line 1-5" in err
    assert "--on-unknown resend sends them again" in err
    assert 5 == len(stored(specmill_server))
    code, _, err = ran(*words, "--on-unknown", "report", url=specmill_server.url, cwd=tmp_path)
    assert (1, 5) == (code, len(stored(specmill_server)))
    assert "5 records: 0 accepted, 0 refused, 5 unknown" in err


def test_a_whole_run_that_is_run_again_sends_what_has_come_since(specmill_server: Any, tmp_path: Path) -> None:
    words = ("produce", "orders", "lines", *BOOKS)
    (tmp_path / "lines").write_bytes(records(10))
    assert 0 == ran(*words, url=specmill_server.url, cwd=tmp_path)[0]
    with (tmp_path / "lines").open("ab") as lines:
        lines.write(records(5, 11))
    for _ in range(2):
        code, _, err = ran(*words, url=specmill_server.url, cwd=tmp_path)
        assert (0, True) == (code, "15 records: 15 accepted" in err), err
    assert list(range(1, 16)) == sorted(stored(specmill_server))
    assert list(range(1, 16)) == sorted(one["line"] for one in each(tmp_path / "reports"))


@pytest.mark.parametrize("change", ["another input", "another topic", "no state", "a damaged state"])
def test_a_state_of_something_else_is_refused(change: str, specmill_server: Any, tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(records(10))
    words = ["produce", "orders", "lines", "--resume", "state"]
    assert 0 == ran(*words, url=specmill_server.url, cwd=tmp_path)[0]
    if change == "another input":
        (tmp_path / "lines").write_bytes(records(10, 2))
    elif change == "another topic":
        words[1] = "others"
    elif change == "no state":
        (tmp_path / "state").write_bytes(b"something else\n")
    else:
        with (tmp_path / "state").open("a") as state:
            state.write("done 1-x 1\n")
    code, _, err = ran(*words, url=specmill_server.url, cwd=tmp_path)
    told = {
        "another input": "is of another input than lines",
        "another topic": "is of topic 'orders', not 'others'",
        "no state": "state is no state of `produce`",
        "a damaged state": "state is damaged: 'done 1-x 1'",
    }
    assert (2, True) == (code, told[change] in err), err
    assert 10 == len(stored(specmill_server))


def test_a_connection_that_breaks_leaves_open_only_what_was_on_it(specmill_server: Any, tmp_path: Path) -> None:
    specmill_server.behave(reset_after="3000", ack_delay="5ms")
    (tmp_path / "lines").write_bytes(records(500))
    words = ("produce", "orders", "lines", *BOOKS)
    code, _, err = ran(*words, url=specmill_server.url, cwd=tmp_path)
    assert 2 == code, err
    assert "more may be stored or not: line " in err
    assert "--resume state" in err
    assert "--on-unknown resend" in err
    specmill_server.behave(reset_after="off")
    accepted = {line for line, outcome in told(tmp_path).items() if outcome == "accepted"}
    assert accepted
    code, _, err = ran(*words, "--on-unknown", "resend", url=specmill_server.url, cwd=tmp_path)
    times = Counter(stored(specmill_server))
    assert (0, set(range(1, 501))) == (code, set(times)), err
    assert {1} == {times[line] for line in accepted}


def test_two_runs_do_not_share_a_state(specmill_server: Any, tmp_path: Path) -> None:
    """The second one is refused for as long as the first is at work, and a kill lets go of it."""
    (tmp_path / "lines").write_bytes(records(3))
    url = specmill_server.url
    command = [*COMMAND, "produce", "t", "--resume", "state"]
    first = subprocess.Popen(command, env=environment(url), cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + PATIENCE
        while not (tmp_path / "state").exists() or not (tmp_path / "state").stat().st_size:
            assert time.monotonic() < until
            os.sched_yield()
        code, _, err = ran("produce", "t", "lines", "--resume", "state", url=url, cwd=tmp_path)
        assert (2, True) == (code, "another run is at work with state" in err)
    finally:
        first.kill()
        first.communicate()
    assert 0 == ran("produce", "t", "lines", "--resume", "state", url=url, cwd=tmp_path)[0]
