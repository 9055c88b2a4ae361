"""How soon the server answers, how many calls a second beside Prism, and how many records on one stream.

Whole processes; the load comes from processes of its own over raw sockets, so that the server is what is measured.
Prism is installed from npm into a temporary folder where npm is there; otherwise the row says that it was not.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Contestant, measured
from tests.support import REPOSITORY

CALLS = 5000
RECORDS = 500_000
PRISM = "@stoplight/prism-cli@5.14.2"
SPECMILL = [str(Path(sys.executable).parent / "specmill"), "serve", "--json", "--port"]
PATH = "/v3/clusters/cluster-1/topics/orders/records"
BODY = b'{"value":{"type":"JSON","data":{"id":7}}}'

FIRST = """
import http.client, json, signal, subprocess, sys
process = subprocess.Popen(json.loads(sys.argv[1]), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
port = int(json.loads(process.stdout.readline())["url"].rpartition(":")[2])
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request("POST", "/kafka" + sys.argv[2], sys.argv[3], {"Content-Type": "application/json"})
assert connection.getresponse().status == 200
process.kill()
"""


def rows(work: Path, rounds: int) -> Iterator[Row]:
    yield first_answer(work, rounds)
    yield calls(work, rounds)
    yield stream(work, rounds)


def first_answer(work: Path, rounds: int) -> Row:
    command = [sys.executable, "-c", FIRST, json.dumps([*SPECMILL, "0"]), PATH, BODY.decode()]
    figures = measured([Contestant("start to first answer", command, REPOSITORY)], rounds * 2)
    told = f"{figures['start to first answer'].seconds:.2f} s, with the process that asks"
    return Row("specmill serve, from its start to its first answer", "at most 0.4 s", told, figures)


def calls(work: Path, rounds: int) -> Row:
    with ExitStack() as stack:
        where = {
            "emulator": (stack.enter_context(served()), "/kafka"),
            "examples": (stack.enter_context(served("--responder", "examples")), "/kafka"),
        }
        prism = installed(work)
        if prism is not None:
            where["Prism"] = (stack.enter_context(prism_served(prism)), "/kafka")
        contestants = [
            Contestant(name, load("calls", port, prefix), REPOSITORY, tells_its_seconds=True)
            for name, (port, prefix) in where.items()
        ]
        figures = measured(contestants, rounds)
    rates = {name: CALLS / figure.seconds for name, figure in figures.items()}
    told = ", ".join(f"{name} {rate:,.0f} a second" for name, rate in rates.items())
    if "Prism" in rates:
        told += "; " + ", ".join(f"{rates[one] / rates['Prism']:.1f} times" for one in ("emulator", "examples"))
    else:
        told += "; npm is not there, or could not install Prism"
    return Row("a single call with validation, one after the other", "at least 6 times Prism", told, figures)


def stream(work: Path, rounds: int) -> Row:
    with served() as port:
        contestant = Contestant("one stream", load("stream", port, "/kafka"), REPOSITORY, tells_its_seconds=True)
        figures = measured([contestant], rounds)
    told = f"{RECORDS / figures['one stream'].seconds:,.0f} records a second"
    return Row("records on one emulated stream, validated", "at least 100,000 a second", told, figures)


def load(what: str, port: int, prefix: str) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.serve", what, str(port), prefix]


@contextmanager
def served(*options: str) -> Iterator[int]:
    command = [*SPECMILL, "0", *options]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            yield int(json.loads(process.stdout.readline())["url"].rpartition(":")[2])
        finally:
            process.terminate()


def installed(work: Path) -> Path | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder = work / "prism"
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), PRISM]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    program = folder / "node_modules" / ".bin" / "prism"
    return program if done.returncode == 0 and program.exists() else None


@contextmanager
def prism_served(program: Path) -> Iterator[int]:
    """Its verbosity is turned down, since a line of log a call would be what is measured."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    document = REPOSITORY / "spec" / "kafka-rest-v3.yaml"
    command = [
        str(program),
        "mock",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "--verboseLevel",
        "error",
        str(document),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until_answered(port)
            yield port
        finally:
            process.terminate()


def until_answered(port: int) -> None:
    gives_up = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > gives_up:
                raise
            time.sleep(0.05)


# --- the load


def one_after_the_other(port: int, prefix: str) -> float:
    """Prepared bytes, since a client of HTTP would take longer than the server."""
    request = (
        f"POST {prefix}{PATH} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        f"Authorization: Basic a2V5OnNlY3JldA==\r\nContent-Length: {len(BODY)}\r\n\r\n"
    ).encode() + BODY
    seconds = 0.0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for count in (CALLS // 10, CALLS):  # once to warm up
            began = time.perf_counter()
            for _ in range(count):
                connection.sendall(request)
                answer(connection)
            seconds = time.perf_counter() - began
    return seconds


def answer(connection: socket.socket) -> None:
    said = b""
    while not complete(said):
        piece = connection.recv(65536)
        assert piece, "the server closed the connection"
        said += piece
    assert said.startswith(b"HTTP/1.1 200"), said


def complete(said: bytes) -> bool:
    head, found, body = said.partition(b"\r\n\r\n")
    if b"chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"(?i)content-length: ([0-9]+)", head)
    return bool(found) and length is not None and len(body) == int(length[1])


def on_one_stream(port: int, prefix: str) -> float:
    """Prepared bytes go up in one process while another thread counts reports."""
    from threading import Thread

    block = b"".join(BODY + b"\n" for _ in range(1000))
    chunk = b"%x\r\n%b\r\n" % (len(block), block)
    head = f"POST {prefix}{PATH} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")

        def send() -> None:
            for _ in range(RECORDS // 1000):
                connection.sendall(chunk)
            connection.sendall(b"0\r\n\r\n")

        began = time.perf_counter()
        sending = Thread(target=send)
        sending.start()
        reports, kept = 0, b""
        while not kept.endswith(b"0\r\n\r\n"):
            piece = connection.recv(1 << 20)
            assert piece, "the server closed the connection"
            seen = kept[-16:] + piece  # a mark may be cut
            reports += seen.count(b'"error_code":200') - kept[-16:].count(b'"error_code":200')
            kept = seen
        sending.join()
        assert reports == RECORDS, reports
        return time.perf_counter() - began


if __name__ == "__main__":
    print({"calls": one_after_the_other, "stream": on_one_stream}[sys.argv[1]](int(sys.argv[2]), sys.argv[3]))
