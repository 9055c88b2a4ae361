"""``produce --processes``: several processes, one input, one set of books, one end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kafka_rest._produce.books import Books, Sink
from kafka_rest._produce.crew import Order
from kafka_rest._produce.records import whole
from kafka_rest._produce.routes import Routes
from kafka_rest._produce.state import State
from kafka_rest._produce.texts import Texts
from kafka_rest._produce.told import News, One
from tests.client_cli.running import COMMAND, PATIENCE, each, environment, ran, record, records, stored
from tests.client_cli.test_produce import started
from tests.client_cli.test_resume import killed, told
from tests.kafka.cluster import cluster, values

TWO = ("--processes", "2")
BOOKS = ("--resume", "state", "--reports", "reports", "--dead-letter", "dead")
POSIX = pytest.mark.skipif(os.name == "nt", reason="these are signals of POSIX")


def mixed() -> bytes:
    """Good ones with and without a key, bad ones, and what is no record."""
    lines = [
        json.dumps({"key": {"type": "STRING", "data": f"k{n % 7}"}, **record(n)} if n % 3 else record(n)).encode()
        for n in range(2500)
    ]
    lines[10], lines[20], lines[1200], lines[2499] = b"", b"nonsense", json.dumps(record("x" * 500)).encode(), b"  \r"
    lines[2000] = b'{"value": {"data": 1}}'
    return b"\n".join(lines) + b"\n"


def test_files_are_the_same_as_of_one_process_where_the_order_of_the_lines_is_asked_for(
    specmill_server: Any, tmp_path: Path
) -> None:
    specmill_server.behave(message_size="200")
    found = []
    for count in ("1", "2"):
        (tmp_path / count).mkdir()
        words = ("produce", f"orders-{count}", *BOOKS, "--ordered", "--processes", count)
        code, _, err = ran(*words, url=specmill_server.url, stdin=mixed(), cwd=tmp_path / count)
        assert (1, True) == (code, "2,498 records: 2,495 accepted, 3 refused, 0 unknown" in err), err
        reports, dead = each(tmp_path / count / "reports"), each(tmp_path / count / "dead")
        found.append(
            ([without_place(one) for one in reports], dead, sorted(map(str, stored(specmill_server, words[1]))))
        )
    assert found[0] == found[1]
    numbers = [one["line"] for one in found[1][0]]
    assert sorted(numbers) == numbers


def without_place(one: dict[str, Any]) -> dict[str, Any]:
    """A report but for what differs between two runs."""
    differs = ("offset", "timestamp", "partition_id", "topic_name")
    report = {name: value for name, value in (one["report"] or {}).items() if name not in differs}
    return {**one, "report": report}


def test_records_of_one_key_stay_in_order(specmill_server: Any) -> None:
    text = b"".join(b"%d:%d\n" % (number % 7, number) for number in range(3000))
    options = ("--value-format", "string", "--key-separator", ":", *TWO, "--connections", "2")
    code, _, err = ran("produce", "orders", *options, url=specmill_server.url, stdin=text)
    assert 0 == code, err
    found: dict[bytes, list[int]] = {}
    for one in sorted(specmill_server.records("orders"), key=lambda one: one.offset):
        found.setdefault(one.key, []).append(int(one.value))
    assert {b"%d" % key: list(range(key, 3000, 7)) for key in range(7)} == found


@POSIX
@pytest.mark.parametrize("choice", ["resend", "report"])
def test_a_kill_leaves_no_record_out_and_sends_no_accepted_one_again(
    choice: str, specmill_server: Any, tmp_path: Path
) -> None:
    count = 2500
    specmill_server.behave(ack_delay="5ms")
    (tmp_path / "lines").write_bytes(records(count))
    words = ("produce", "orders", "lines", *BOOKS, "--on-unknown", choice, "--rate", "20000", *TWO)
    assert killed(words, specmill_server.url, tmp_path, lambda: len(stored(specmill_server)) > 600)
    accepted = {line for line, outcome in told(tmp_path).items() if outcome == "accepted"}
    code, _, err = ran(*words, url=specmill_server.url, cwd=tmp_path)
    outcomes, times = told(tmp_path), Counter(stored(specmill_server))
    assert set(range(1, count + 1)) == set(outcomes), err
    assert accepted <= {line for line in accepted if times[line] == 1}
    if choice == "resend":
        assert (0, set(range(1, count + 1))) == (code, set(times)), err
    else:
        assert {1} >= set(times.values())
        assert (1 if "unknown" in outcomes.values() else 0) == code


@POSIX
def test_the_state_is_free_as_soon_as_the_run_is_gone(specmill_server: Any, tmp_path: Path) -> None:
    """Though what it began is still about to leave."""
    specmill_server.behave(ack_delay="30s")
    words = ("produce", "orders", "--resume", "state", *TWO)
    with started(*words, url=specmill_server.url, cwd=tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write(records(3))
        process.stdin.flush()
        while len(stored(specmill_server)) < 3:
            os.sched_yield()
        left = list(producing(process.pid))
        process.kill()
        process.wait()
        specmill_server.behave(ack_delay="0s")
        code, _, err = ran(*words, "--on-unknown", "resend", url=specmill_server.url, stdin=records(4), cwd=tmp_path)
    assert (2, 0) == (len(left), code), err


ANEW = "import sys; from kafka_rest._produce import hand; hand.forks = bool; from kafka_rest._cli import main"


@POSIX
def test_where_nobody_should_fork_they_begin_anew(specmill_server: Any, tmp_path: Path) -> None:
    command = [sys.executable, "-c", f"{ANEW}; sys.exit(main())", "produce", "orders", "--resume", "state", *TWO]
    told = environment(specmill_server.url)
    with subprocess.Popen(command, env=told, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(records(3000))
        process.stdin.flush()
        while len(stored(specmill_server)) < 3000:
            os.sched_yield()
        names = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in producing(process.pid)]
        _, err = process.communicate(timeout=PATIENCE)
    assert (0, [True] * 2) == (process.returncode, [b"spawn_main" in name for name in names]), err
    assert set(range(1, 3001)) == set(stored(specmill_server))


FULL = """import os
fork, made = os.fork, []
def forked():
    if made:
        raise BlockingIOError(11, "Resource temporarily unavailable")
    made.append(0)
    return fork()
os.fork = forked
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing forks")
def test_a_machine_that_has_no_room_for_them_is_told_of(tmp_path: Path) -> None:
    script = f"{FULL}\nimport sys; from kafka_rest._cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "produce", "orders", "--resume", "state", *TWO]
    told = environment("http://127.0.0.1:1")
    done = subprocess.run(
        command, env=told, cwd=tmp_path, input=records(3), capture_output=True, timeout=PATIENCE, check=False
    )
    assert 2 == done.returncode
    assert [b"1 of 2 processes could begin: Resource temporarily unavailable", b"smaller number to --processes"] == [
        line.partition(b": ")[2].partition(b"give a ")[2] or line.partition(b": ")[2]
        for line in done.stderr.splitlines()
    ]


@POSIX
def test_a_process_that_is_killed_ends_the_run_and_what_it_had_stays_open(specmill_server: Any, tmp_path: Path) -> None:
    specmill_server.behave(ack_delay="30s")
    with started("produce", "orders", *BOOKS, *TWO, url=specmill_server.url, cwd=tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write(records(3))
        process.stdin.flush()
        while len(stored(specmill_server)) < 3:
            os.sched_yield()
        for child in producing(process.pid):
            os.kill(child, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE)
    assert (2, True) == (process.returncode, b"a process ended in the middle, with -9" in err), err
    assert b"3 more may be stored or not: line 1-3" in err
    assert b"--on-unknown resend" in err


def producing(parent: int) -> Iterator[int]:
    """The processes that it began, but for the one that looks after resources."""
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            yield int(pid)


@POSIX
def test_ctrl_c_lets_what_is_in_flight_come_home(specmill_server: Any, tmp_path: Path) -> None:
    """All processes of a terminal get it."""
    specmill_server.behave(ack_delay="300ms")
    with started("produce", "orders", "--reports", "reports", *TWO, url=specmill_server.url, cwd=tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write(records(7))
        process.stdin.flush()
        while len(stored(specmill_server)) < 7:
            os.sched_yield()
        for pid in (*producing(process.pid), process.pid):
            os.kill(pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert (130, True) == (process.returncode, b"7 records: 7 accepted, 0 refused, 0 unknown" in err), err
    assert 7 == len(each(tmp_path / "reports"))
    assert b"go on with:" in err


def test_it_stops_when_too_many_are_not_accepted(specmill_server: Any) -> None:
    specmill_server.behave(message_size="1")
    words = ("produce", "orders", "--max-errors", "5", *TWO)
    code, _, err = ran(*words, url=specmill_server.url, stdin=records(20_000, 10))
    assert (2, True) == (code, "more than 5 records were not accepted" in err), err


def test_what_is_unknown_to_one_process_stops_all(specmill_server: Any, tmp_path: Path) -> None:
    specmill_server.behave(broker="timeout-stored", broker_every="10")
    words = ("produce", "orders", "lines", "--resume", "state", *TWO)
    (tmp_path / "lines").write_bytes(records(3000))
    code, _, err = ran(*words, url=specmill_server.url, cwd=tmp_path)
    assert (2, True) == (code, "more may be stored or not" in err), err
    specmill_server.behave(broker="accepts")
    code, _, err = ran(*words, "--on-unknown", "report", url=specmill_server.url, cwd=tmp_path)
    times = Counter(stored(specmill_server))
    assert (1, {1}, set(range(1, 3001))) == (code, set(times.values()), set(times)), err


def test_where_nobody_answers_it_says_so_once(tmp_path: Path) -> None:
    words = ("produce", "orders", "--retries", "0", "--user", "me:hush", *TWO)
    code, _, err = ran(*words, url="http://127.0.0.1:1", stdin=records(10), cwd=tmp_path)
    assert 2 == code
    assert 1 == err.count("is a server there?"), err
    assert "0 records: 0 accepted, 0 refused, 0 unknown" in err


def test_brokers_are_reached_by_several_processes_too() -> None:
    with cluster() as kafka:
        words = ("produce", "t", *TWO, "--engine", "kafka", "--bootstrap-servers", kafka.servers)
        code, _, err = ran(*words, stdin=records(5000))
        assert 0 == code, err
        assert sorted(range(1, 5001)) == sorted(int(one or b"") for one in values(kafka.read("t")))


@pytest.mark.skipif(os.name == "nt", reason="a pseudo terminal is one of POSIX")
def test_a_terminal_is_shown_one_line_for_all(specmill_server: Any, tmp_path: Path) -> None:
    import pty

    (tmp_path / "lines").write_bytes(records(400))
    ours, theirs = pty.openpty()
    command = [*COMMAND, "produce", "orders", "lines", "--rate", "800", *TWO]
    told = {**environment(specmill_server.url), "COLUMNS": "200"}
    with subprocess.Popen(command, env=told, cwd=tmp_path, stderr=theirs) as process:
        assert 0 == process.wait(timeout=PATIENCE)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert " in flight  " in shown
    assert "400 records: 400 accepted, 0 refused, 0 unknown" in shown.splitlines()[-1]


# --- which process


def routes(count: int, **options: Any) -> Routes:
    given = {"value_format": None, "key_separator": None, "key_format": "string"}
    return Routes(Namespace(**given, **options) if not options else Namespace(**{**given, **options}), count)


def ways(made: Routes, lines: list[bytes], idlest: int = 0) -> dict[int, int]:
    """The process of each line."""
    dealt = list(made.of(range(len(lines)), Texts.of(lines), idlest))
    assert sorted(range(len(lines))) == sorted(number for _, lot in dealt for number in lot.numbers)
    assert all(lot.texts.lines == [lines[number] for number in lot.numbers] for _, lot in dealt)
    return {number: way for way, lot in dealt for number in lot.numbers}


SPELT = (
    b'{"key": {"type": "STRING", "data": "k"}, "value": {"type": "JSON", "data": 1}}',
    b'{"value":{"type":"JSON","data":{"key":2}},"key":{"data":"\\u006b","type":"STRING"}}',
    b'{"\\u006bey": {"type":"STRING" , "data":"k"}}',
)


def test_a_key_goes_to_one_process_however_it_is_spelt() -> None:
    for count in (2, 3, 7):
        assert 1 == len(set(ways(routes(count), list(SPELT)).values()))
        assert 1 == len({ways(routes(count), [one], 1)[0] for one in SPELT}), "alone as beside others"


def test_keys_are_spread() -> None:
    lines = [b"%d:v" % number for number in range(1000)]
    found = Counter(ways(routes(4, value_format="string", key_separator=":"), lines).values())
    assert {0, 1, 2, 3} == set(found)
    assert max(found.values()) < 350


def test_keys_of_json_are_the_same_in_another_spelling() -> None:
    made = routes(5, value_format="json", key_separator="\t", key_format="json")
    assert 1 == len(set(ways(made, [b'{"a":1}\t1', b' {"a" : 1}\t2', b'{"\\u0061":1}\t3']).values()))


@pytest.mark.parametrize("idlest", [0, 1])
def test_what_has_no_key_goes_to_whoever_has_least_to_do(idlest: int) -> None:
    lines = [
        *(json.dumps(record(n)).encode() for n in range(9)),
        b"nonsense",
        b'{"key": null}',
        b'{"key": {"data": null}}',
    ]
    assert {idlest} == set(ways(routes(2), lines, idlest).values())


# --- in which order


def test_what_is_early_waits_and_at_the_end_does_not() -> None:
    books = Books(State(None, {}), Sink(None), Sink(None), False, whole)
    books.origins.add(0, range(1, 11), [b"%d" % n for n in range(10)])
    order = Order(books)
    assert 0 == order.add(News([(3, 5)], [One(7, "refused", "why", None)]))
    assert (0, 0) == (books.accepted, books.refused)
    assert 6 == order.add(News([(0, 2)], []))
    assert (6, 0) == (books.accepted, books.refused)
    order.flush()
    assert (6, 1) == (books.accepted, books.refused)
