"""What a single call costs beside httpx2's own, and what it costs to import a client.

Whole processes on this machine in one run; only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Contestant, measured
from tests.support import REPOSITORY

CALLS = 1000
ROUNDS = 3  # times as many: these processes are short, and the differences between them small
# Without it nothing would be compiled once and for all, as it is wherever clients are used.
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(REPOSITORY / "generated")}

OWN = """
import asyncio, sys
from kafka_rest import AsyncClient, Basic, Client, ProduceRequest, ProduceRequestData
record = ProduceRequest(value=ProduceRequestData(type="JSON", data={"id": 7}))
address, calls, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def blocking():
    with Client(address, auth=Basic("key", "secret")) as client:
        for _ in range(calls):
            assert client.records_v3.produce_record("lkc-1", "orders", record).ok
async def awaited():
    async with AsyncClient(address, auth=Basic("key", "secret")) as client:
        for _ in range(calls):
            assert (await client.records_v3.produce_record("lkc-1", "orders", record)).ok
blocking() if kind == "blocking" else asyncio.run(awaited())
"""
THEIRS = """
import asyncio, json, sys
import httpx2
record = {"value": {"type": "JSON", "data": {"id": 7}}}
address, calls, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
path = "/kafka/v3/clusters/lkc-1/topics/orders/records"
def blocking():
    with httpx2.Client(base_url=address, auth=("key", "secret")) as client:
        for _ in range(calls):
            assert client.post(path, json=record).json()["error_code"] == 200
async def awaited():
    async with httpx2.AsyncClient(base_url=address, auth=("key", "secret")) as client:
        for _ in range(calls):
            assert (await client.post(path, json=record)).json()["error_code"] == 200
blocking() if kind == "blocking" else asyncio.run(awaited())
"""


def rows(work: Path, rounds: int) -> Iterator[Row]:
    yield imported(work, rounds * ROUNDS)
    with peer() as address:
        for kind in ("blocking", "awaited"):
            yield single_calls(work, rounds * ROUNDS, address, kind)


def imported(work: Path, rounds: int) -> Row:
    python = [sys.executable, "-c"]
    contestants = [
        Contestant("import kafka_rest", [*python, "from kafka_rest import Client"], work, environment=COMPILED),
        Contestant("empty interpreter", [*python, "pass"], work, environment=COMPILED),
        Contestant("import msgspec", [*python, "import msgspec"], work, environment=COMPILED),
    ]
    figures = measured(contestants, rounds)
    bare = figures["empty interpreter"].seconds
    above = {name: round(1000 * (figure.seconds - bare)) for name, figure in figures.items()}
    told = f"{above['import kafka_rest']} ms, of which msgspec {above['import msgspec']} ms"
    return Row("import of a client", "at most 60 ms above an empty interpreter", told, figures)


def single_calls(work: Path, rounds: int, address: str, kind: str) -> Row:
    arguments = [address, str(CALLS), kind]
    contestants = [
        Contestant("client", [sys.executable, "-c", OWN, *arguments], work, environment=COMPILED),
        Contestant("httpx2", [sys.executable, "-c", THEIRS, *arguments], work, environment=COMPILED),
    ]
    figures = measured(contestants, rounds)
    ratio = figures["client"].seconds / figures["httpx2"].seconds
    return Row(f"{CALLS} single calls, {kind}", "at most 1.15 times httpx2's own", f"{ratio:.2f} times", figures)


@contextmanager
def peer() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.peer"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
