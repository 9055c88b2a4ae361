"""``specmill contract merge``: the reports of shards as that of one run, or exactly why they are not of one."""

from __future__ import annotations

import copy
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from specmill.cli import main
from specmill.contract.merge import Report, merged, result_of
from specmill.contract.options import Options, Profile
from specmill.contract.report.told import facts_of, told
from specmill.contract.run import Run
from specmill.contract.shards import Shard
from specmill.contract.store import read_all
from tests.contract.faulty.foreign import FOREIGN
from tests.contract.table import foreign, foreign_prepared

LIBRARY = next(one for one in FOREIGN if one.name == "library")
ANY_SORT = next(one for one in LIBRARY.variants if one.name == "any-sort")
OF = 3
SHORT = Profile("short", 20, 48, 2, 4, 6, 0.0, False)
Told = dict[str, Any]


def run_of(number: int, of: int, is_faulty: bool) -> Told:
    with LIBRARY.running(ANY_SORT if is_faulty else None) as listener:
        options = Options(listener.url, profile=SHORT, shard=Shard(number, of))
        run = Run(foreign(LIBRARY), options, prepared=foreign_prepared(LIBRARY))
        result = run.result()
    return told(result, run.coverage, "http://there", run.api.normal.document, facts_of(run))


@cache
def shards(is_faulty: bool = True) -> tuple[Told, ...]:
    return tuple(run_of(number, OF, is_faulty) for number in range(1, OF + 1))


def stored(folder: Path, some: tuple[Told, ...]) -> list[str]:
    paths = [folder / f"shard-{number}.json" for number, _ in enumerate(some)]
    for path, one in zip(paths, some, strict=True):
        path.write_text(json.dumps(one))
    return [str(path) for path in paths]


def changed(number: int, change: Callable[[Told], object]) -> tuple[Told, ...]:
    some = copy.deepcopy(shards())
    change(some[number])
    return some


# --- as one run


def test_all_that_one_run_tells_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: tmp_path / f"told.{name}" for name in ("json", "junit", "html")}
    options = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    paths = stored(tmp_path, shards())
    more = ("--coverage", "--record", str(tmp_path / "failures"))
    assert 1 == main(["contract", "merge", *reversed(paths), *options, *more])
    out = capsys.readouterr().out
    whole = run_of(1, 1, is_faulty=True)
    joined = json.loads(files["json"].read_text())
    assert in_order(whole["coverage"]) == in_order(joined["coverage"])
    same = ("failures", "observations", "of_the_document", "cases", "tally", "checks", "shard")
    assert [with_no_clock(whole[one]) for one in same] == [with_no_clock(joined[one]) for one in same]
    assert max(one["seconds"] for one in shards()) == joined["seconds"]
    cells = f"{joined['coverage']['reached']} of {joined['coverage']['cells']} cells reached, seed 0"
    assert out.splitlines()[-1].endswith(cells) and f"2 failures: {whole['cases']} cases in " in out
    assert "listBooks: refuses: enum at query sort: sent " in out and "    to see it again:\n" in out
    tests = {one.get("name"): one.find("failure") is not None for one in ElementTree.parse(files["junit"]).getroot()}
    assert ["refuses"] == [name for name, failed in tests.items() if failed] and len(tests) > 10
    assert "<h2>Coverage: " in files["html"].read_text()
    assert {"refuses"} == {one.check for one in read_all(tmp_path / "failures")}


def in_order(coverage: Told) -> Told:
    """Of one run cells stand as in the document, of shards by their names."""
    return {name: sorted(map(str, one)) if isinstance(one, list) else one for name, one in coverage.items()}


def with_no_clock(some: Any) -> Any:
    """Without what is another every time: what went over the wire, and when."""
    if isinstance(some, list):
        return [with_no_clock(one) for one in some]
    if isinstance(some, dict):
        return {name: with_no_clock(one) for name, one in some.items() if name not in ("wire", "python", "curl", "got")}
    return some


def test_a_folder_is_all_reports_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, one in enumerate(shards(is_faulty=False)):
        folder = tmp_path / f"artefact-{number}"
        folder.mkdir()
        (folder / "told.json").write_text(json.dumps(one))
        (folder / "other.json").write_text("[1]")
    assert 0 == main(["contract", "merge", str(tmp_path)])
    assert capsys.readouterr().out.startswith("all held: ")


def test_one_whole_run_is_itself(tmp_path: Path) -> None:
    whole = run_of(1, 1, is_faulty=True)
    assert whole == merged([Report("one.json", whole)])


# --- what all of them together prove


def test_a_shard_that_is_missing_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, *_ = stored(tmp_path, shards(is_faulty=False))
    assert 2 == main(["contract", "merge", one])
    told = capsys.readouterr()
    assert "of the shards 2/3, 3/3 are missing" in told.err
    assert told.out.startswith("nothing was proved: ")


def test_what_failed_has_failed_whatever_is_missing(tmp_path: Path) -> None:
    paths = stored(tmp_path, shards())
    failed = [path for path, one in zip(paths, shards(), strict=True) if one["failures"]]
    assert 1 == main(["contract", "merge", *failed])


def test_a_shard_that_was_stopped_is_no_pass() -> None:
    stopped = copy.deepcopy(shards(is_faulty=False))
    stopped[1]["proved_nothing"] = "it was stopped before its end"
    whole = merged(Report("", one) for one in stopped)
    assert (2, "shard 2/3: it was stopped before its end") == (result_of(whole).code, whole["proved_nothing"])


def test_what_nobody_has_accepted_is_noted_by_nobody_but_all_together() -> None:
    some = copy.deepcopy(shards(is_faulty=False))
    for one in some:
        one["tally"]["by_operation"].pop("getBook", None)
    assert not any(note["keyword"] == "any call" for one in some for note in one["observations"])
    notes = merged(Report("", one) for one in some)["observations"]
    assert ["getBook"] == [note["operation"] for note in notes if note["keyword"] == "any call"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"accepted": 0}, "no report says that a record was accepted, so nothing was proved"),
        ({"accepted": 0, "succeeded": 0}, "no call was answered by 2xx, so nothing was proved; name what is there"),
        ({"refused": False}, "no schema of the document ever refused anything"),
        ({"cases": 7, "denied": 7}, "every call was answered by 401 or 403"),
    ],
)
def test_nothing_is_proved_if_none_has_seen_it(facts: dict[str, Any], why: str) -> None:
    some = copy.deepcopy(shards(is_faulty=False))
    for one in some:
        one["tally"] |= facts
    whole = merged(Report("", one) for one in some)
    assert whole["proved_nothing"].startswith(why) and 2 == result_of(whole).code


def test_what_follows_from_a_failure_of_another_shard_stands_with_it() -> None:
    def finding(check: str, place: str, keyword: str, operation: str, *also: str) -> Told:
        facts = {"sent": "s", "expected": "to be let in", "got": "401", "pointer": "/p", "also": list(also)}
        return {"check": check, "place": place, "keyword": keyword, "operation": operation, **facts, **NO_CASE}

    some = copy.deepcopy(shards(is_faulty=False))
    some[0]["failures"] = [finding("authentication", "security a", "", "listBooks", "in other")]
    some[1]["failures"] = [finding("authentication", "security a", "", "getBook", "in deleteBook")]
    (failure,) = merged(Report("", one) for one in some)["failures"]
    assert ["in other", "in getBook", "in deleteBook"] == failure["also"]


NO_CASE: Told = {"wanted": None, "status": None, "records": [], "chunks": [], "wire": [], "python": None, "curl": None}


# --- what is of no one run


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda one: one.update(seed=1), "shards of different seeds are not of one run: 0 in "),
        (lambda one: one["document"].update(sha256="f" * 64), "shards of different documents are not of one run"),
        (lambda one: one["shard"].update(of=4), "shards of different numbers of shards are not of one run: 3 in "),
        (lambda one: one["tried"].update(profile="fuzz"), "shards of different profiles"),
        (lambda one: one["tried"].update(cases=9), "shards of different numbers of cases"),
        (lambda one: one["operations"].pop("getBook"), "shards of different operations"),
        (lambda one: one["shard"].update(number=1), "shard 1/3 is there twice: also in "),
        (lambda one: one.update({"specmill contract report": 9}), "this report is of another version"),
        (lambda one: one.pop("shard"), "this is no report of contract tests in JSON"),
    ],
)
def test_what_is_of_no_one_run_is_told(
    change: Callable[[Told], object], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = stored(tmp_path, changed(1, change))
    assert 2 == main(["contract", "merge", *paths])
    assert told in (err := capsys.readouterr().err)
    assert any(path in err for path in paths)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("told.html", "<html>", "this is no report of contract tests in JSON"),
        ("told.json", '{"failures": []}', "this is no report of contract tests in JSON"),
        ("nowhere.json", None, "cannot be read: No such file"),
        ("folder", None, "no report is in this folder"),
    ],
)
def test_what_is_no_report_is_told(
    name: str, text: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    if text is not None:
        (tmp_path / name).write_text(text)
    assert 2 == main(["contract", "merge", str(tmp_path / name)])
    assert told in capsys.readouterr().err


def test_the_command_line_says_of_which_shard_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "told.json"
    with LIBRARY.running() as listener:
        more = ["--document", str(LIBRARY.document), "--shard", "2/3", "--cases", "5", "--json", str(path)]
        assert 0 == main(["contract", listener.url, *more])
    assert "seed 0, shard 2/3\n" in capsys.readouterr().err
    told = json.loads(path.read_text())
    assert (2, 3) == (told["shard"]["number"], told["shard"]["of"])
