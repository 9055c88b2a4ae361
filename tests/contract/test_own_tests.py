"""What users take for tests of their own: strategies that shrink, and a plugin with one test a check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import find, given, settings

from specmill.contract import records, requests, stream_plans
from specmill.contract.options import Options, Profile
from specmill.contract.run import Run
from specmill.contract.shards import Shard
from specmill.contract.strategies import Broken, BrokenRequest, StreamPlan
from specmill.contract.texts import split
from specmill.contract.together import shared_out
from specmill.contract.validator import Validator
from specmill.contract.values import Call
from specmill.errors import SpecmillError
from tests.contract.faulty.foreign import FOREIGN
from tests.contract.grounds import api
from tests.contract.table import foreign, foreign_prepared

pytest_plugins = ["pytester"]
LIBRARY, _, PAYMENTS, _ = FOREIGN
FEW = settings(max_examples=60, deadline=None, database=None)


def validator() -> Validator:
    body = api().operations[0].body
    assert body is not None
    return Validator(body.contents[0].schema, api().normal.tree["components"])


@FEW
@given(records(api()))
def test_a_record_is_valid(record: object) -> None:
    assert validator().allows(record)


@FEW
@given(records(api(), valid=False))
def test_a_broken_record_has_the_fault_it_says(broken: Broken) -> None:
    errors = {(error.pointer, error.keyword) for error in validator().errors(broken.value)}
    assert (broken.pointer, broken.keyword) in errors
    assert broken.reason.startswith(broken.keyword)


@FEW
@given(stream_plans(api()))
def test_a_plan_cuts_its_records(plan: StreamPlan) -> None:
    assert list(plan.records) == [text.value for text in split(b"".join(plan.chunks))]


@FEW
@given(requests(foreign(LIBRARY), "listBooks"))
def test_a_request_is_whole(call: Call) -> None:
    assert ("GET", "/books") == (call.method, call.target.partition("?")[0])
    assert call.field("X-Branch") is not None


@FEW
@given(requests(foreign(PAYMENTS), "pay", valid=False))
def test_a_broken_request_has_a_reason(broken: BrokenRequest) -> None:
    assert broken.reason and broken.request.method == "POST"


def test_what_fails_shrinks_to_the_least() -> None:
    least = find(records(api()), lambda one: "value" in one and one["value"] is not None, settings=FEW)
    assert {"value": {}} == least


def test_an_operation_that_is_not_there_is_told() -> None:
    with pytest.raises(SpecmillError, match="no operation 'nothing'"):
        records(api(), "nothing")


def test_the_plugin_has_one_test_a_check(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    variant = next(one for one in LIBRARY.variants if one.name == "any-sort")
    with LIBRARY.running(variant) as listener:
        pytester.makepyfile(
            f"""
            from specmill.contract.plugin import specmill_contract

            test_library = specmill_contract(lambda: {listener.url!r}, document={str(LIBRARY.document)!r})
            """
        )
        monkeypatch.setenv("PYTEST_ADDOPTS", "")
        done = pytester.runpytest_subprocess("-v", "-p", "no:cacheprovider")
    outcomes = done.parseoutcomes()
    assert 1 == outcomes["failed"] and outcomes["passed"] > 20
    done.stdout.fnmatch_lines(["*test_library?it proves something? PASSED*", "*test_library?refuses? FAILED*"])
    done.stdout.fnmatch_lines(["*listBooks: refuses: enum at query sort: sent *", "*to see it again:*"])
    assert Path(pytester.path).exists()


OF_WORKERS = """
    from specmill.contract.options import Profile
    from specmill.contract.plugin import specmill_contract

    SHORT = Profile("short", 20, 48, 2, 4, 6, 0.0, False)
    test_library = specmill_contract({url!r}, document={document!r}, profile=SHORT, operations=["listBooks"])

"""


def test_workers_of_xdist_share_one_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shard once, whichever worker has come to it; and each test says what all of them have found."""
    variant = next(one for one in LIBRARY.variants if one.name == "any-sort")
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    with LIBRARY.running(variant) as listener:
        text = OF_WORKERS.format(url=listener.url, document=str(LIBRARY.document))
        pytester.makepyfile(text)
        work = pytester.path / "work"
        more = ("-n", str(WORKERS), "--dist", "load", f"--basetemp={work}", "-p", "no:cacheprovider")
        done = pytester.runpytest_subprocess("-v", *more)
    outcomes = done.parseoutcomes()
    assert 1 == outcomes["failed"] and outcomes["passed"] > 20
    done.stdout.fnmatch_lines(["*listBooks: refuses: enum at query sort: sent *"])
    told = [json.loads(path.read_text()) for path in sorted(work.rglob("shard-*.json"))]
    assert [*range(1, WORKERS + 1)] == [one["shard"]["number"] for one in told]
    with LIBRARY.running(variant) as listener:
        run = Run(
            foreign(LIBRARY),
            Options(listener.url, profile=SHORT, operations=("listBooks",)),
            prepared=foreign_prepared(LIBRARY),
        )
        assert run.result().cases == sum(one["cases"] for one in told)


WORKERS = 2
SHORT = Profile("short", 20, 48, 2, 4, 6, 0.0, False)
HOLDER = """
import sys
from pathlib import Path
from specmill.contract.together import shared_out

def run(shard):
    print("held", flush=True)
    sys.stdin.read()
    sys.exit(3)

shared_out(Path(sys.argv[1]), 2, run)
"""


def test_what_a_worker_that_died_was_at_is_done_by_another(tmp_path: Path) -> None:
    """While it lives it is waited for, behind all else that there is to do."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None and other.stdout is not None
        assert b"held\n" == other.stdout.readline()
        done: list[int] = []

        def run(shard: Shard) -> str:
            done.append(shard.number)
            if shard.number == 2 and other.stdin is not None:
                other.stdin.close()  # of which it dies
            return str(shard)

        files = shared_out(tmp_path, 2, run)
    assert ([2, 1], ["1/2", "2/2"]) == (done, [file.read_text() for file in files])
    assert 3 == other.returncode
