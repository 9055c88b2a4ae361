"""What one run has found all others try first, through every database of Hypothesis' that can be named."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.database import DirectoryBasedExampleDatabase

from specmill.cli import main
from specmill.contract.databases import opened
from specmill.contract.options import Options, Profile
from specmill.contract.run import Run
from specmill.contract.security import Credentials
from specmill.contract.shards import REFUSED, Shard, Share
from specmill.contract.shared import KEY, Shared
from specmill.contract.single import Single, Spoken
from specmill.contract.store import Stored
from specmill.contract.values import Case, Kind, Result
from tests.contract.faulty import VARIANTS, running
from tests.contract.faulty.foreign import FOREIGN
from tests.contract.faulty.listener import Listener
from tests.contract.redis_server import NEEDED, redis_running
from tests.contract.table import IDLE, flagship, foreign, foreign_prepared, options_for

LIBRARY = next(one for one in FOREIGN if one.name == "library")
BOOKS = foreign(LIBRARY)
ANY_SORT = next(one for one in LIBRARY.variants if one.name == "any-sort")
SHORT = Profile("short", 20, 48, 2, 4, 6, 0.0, False)
OF = 6


class Given(NamedTuple):
    databases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with redis_running() as (address, _):
        yield address


# --- where it may be


def folder(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Given, Given]:
    where = (str(tmp_path / "examples"),)
    return Given(where), Given(where)


def redis_server(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Given, Given]:
    where = (request.getfixturevalue("redis"),)
    return Given(where), Given(where)


def upstream(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Given, Given]:
    """Who finds it writes where the others only read."""
    theirs, mine = str(tmp_path / "theirs"), str(tmp_path / "mine")
    return Given((theirs,)), Given((mine,), (theirs,))


def upstream_alone(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Given, Given]:
    theirs = str(tmp_path / "theirs")
    return Given((theirs,)), Given(upstream=(theirs,))


def artefact(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Given, Given]:
    return Given((str(tmp_path / "examples"),)), Given(upstream=(str(tmp_path / "examples.zip"),))


def artefact_of_github(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Given, Given]:
    """One that Hypothesis downloaded today."""
    return Given((str(tmp_path / "examples"),)), Given(("github://owner/repository",))


PLACES = (folder, redis_server, upstream, upstream_alone, artefact, artefact_of_github)
PARAMETERS = [pytest.param(one, marks=[NEEDED] if one is redis_server else [], id=one.__name__) for one in PLACES]


def hand_over(tmp_path: Path) -> None:
    """Packs what is in the folder of examples, as a CI does with its artefacts."""
    examples = tmp_path / "examples"
    if not examples.is_dir():
        return
    set_hypothesis_home_dir(tmp_path / "home")
    cache = storage_directory("github-artifacts/hypothesis-example-db/").path
    cache.mkdir(parents=True)
    now = datetime.now(UTC).isoformat().replace(":", "_")
    for archive, inside in ((tmp_path / "examples.zip", "packed/examples"), (cache / f"{now}.zip", "")):
        with zipfile.ZipFile(archive, "w") as packed:
            for path in sorted(examples.rglob("*")):
                if path.is_file():
                    packed.write(path, f"{inside}/{path.relative_to(examples)}".lstrip("/"))


@pytest.fixture(autouse=True)
def at_home() -> Iterator[None]:
    yield
    set_hypothesis_home_dir(None)


def tried(
    given: Given, shard: Shard, monkeypatch: pytest.MonkeyPatch, server: AbstractContextManager[Listener]
) -> tuple[Result, list[str]]:
    """And what was said about each call, in order."""
    about: list[str] = []
    honest = Single.sent

    def sent(self: Single, case: Case, kind: Kind = "failure") -> Spoken:
        about.append(case.about)
        return honest(self, case, kind)

    with server as listener, monkeypatch.context() as patch:
        patch.setattr(Single, "sent", sent)
        options = Options(listener.url, profile=SHORT, shard=shard, databases=given.databases, upstream=given.upstream)
        result = Run(BOOKS, options, prepared=foreign_prepared(LIBRARY)).result()
    return result, about


def finder() -> Shard:
    """Whose share it is to find it."""
    amounts = Options("", profile=SHORT).amounts
    shares = {number: Share(BOOKS.operations, amounts, Shard(number, OF)) for number in range(1, OF + 1)}
    return Shard(next(number for number, one in shares.items() if one.has("listBooks", REFUSED)), OF)


def other(number: int = 1) -> Shard:
    return Shard((finder().number + number - 1) % OF + 1, OF)


@pytest.mark.parametrize("place", PARAMETERS)
def test_what_one_shard_finds_all_others_try_first(
    place: Callable[[Path, pytest.FixtureRequest], tuple[Given, Given]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    finds, begins = place(tmp_path, request)
    result, _ = tried(finds, finder(), monkeypatch, LIBRARY.running(ANY_SORT))
    found = {(one.check, one.place, one.keyword): one.sent for one in result.failures}
    assert ("refuses", "query sort", "enum") in found
    hand_over(tmp_path)
    for number in range(1, OF):
        result, about = tried(begins, other(number), monkeypatch, LIBRARY.running(ANY_SORT))
        assert found.keys() == {(one.check, one.place, one.keyword) for one in result.failures}
        assert set(found.values()) == set(about[: len(found)])


def test_upstream_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir()
    given = Given((str(mine),), (str(theirs),))
    tried(given, finder(), monkeypatch, LIBRARY.running(ANY_SORT))
    assert [] == list(theirs.iterdir()) and [] != list(mine.iterdir())


def test_what_holds_again_is_forgotten_but_upstream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    for one in (theirs, mine):
        tried(Given((str(one),)), finder(), monkeypatch, LIBRARY.running(ANY_SORT))
    given = Given((str(mine),), (str(theirs),))
    result, _ = tried(given, other(), monkeypatch, LIBRARY.running())
    assert () == result.failures
    assert [[], [True, True]] == [[True for _ in examples(one)] for one in (mine, theirs)]


def examples(folder: Path) -> list[bytes]:
    key = KEY + str(BOOKS.normal.tree["info"]["title"])
    return list(DirectoryBasedExampleDatabase(folder).fetch(key.encode()))


def test_what_is_found_meanwhile_is_tried_before_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a run that began before it was found."""
    where = Given((str(tmp_path),))
    began: list[str] = []
    honest = Run._single

    def meanwhile(self: Run, single: Single, streams: None) -> Iterator[object]:
        if not began:
            began.append(single.operation.id)
            tried(where, finder(), monkeypatch, LIBRARY.running(ANY_SORT))
        return honest(self, single, streams)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "_single", meanwhile)
        result, _ = tried(where, shard_with_more_of_it(), monkeypatch, LIBRARY.running(ANY_SORT))
    assert "enum" in {one.keyword for one in result.failures}


def test_records_of_a_stream_are_shared(tmp_path: Path) -> None:
    variant = next(one for one in VARIANTS if one.name == "value-type-unknown")
    where = (str(tmp_path),)
    codes = []
    for number in (2, 1):
        with running(variant, IDLE) as server:
            given = options_for(server.url, profile=SHORT, shard=Shard(number, 2), databases=where)
            result = Run(flagship(), given).result()
        codes.append([(one.check, one.place, one.keyword) for one in result.failures])
    assert [[("refuses", "/value/type", "enum")]] * 2 == codes


def shard_with_more_of_it() -> Shard:
    amounts = Options("", profile=SHORT).amounts
    for number in range(1, OF + 1):
        kinds = Share(BOOKS.operations, amounts, Shard(number, OF)).kinds("listBooks")
        if kinds and number != finder().number:
            return Shard(number, OF)
    raise AssertionError("no other shard tries this operation")


def test_no_credential_gets_into_a_database(tmp_path: Path) -> None:
    with LIBRARY.running(ANY_SORT) as listener:
        who = Credentials(token="tok-in-a-database")
        fields = (("X-Branch", "UP"), ("X-Key", "key-in-a-database"))
        options = Options(listener.url, who, fields=fields, profile=SHORT, databases=(str(tmp_path),))
        assert () != Run(BOOKS, options, prepared=foreign_prepared(LIBRARY)).result().failures
    assert [] != examples(tmp_path)
    assert [] == [raw for raw in examples(tmp_path) if b"in-a-database" in raw]


# --- what goes wrong


@NEEDED
def test_a_database_that_goes_away_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with redis_running() as (address, process), LIBRARY.running(ANY_SORT) as listener:
        options = Options(listener.url, profile=SHORT, databases=(address,))
        run = Run(BOOKS, options, prepared=foreign_prepared(LIBRARY))
        process.terminate()
        process.wait(30)
        assert 1 == run.result().code
    assert "Error" in run.shared.trouble


def test_what_another_version_has_stored_is_left_alone(tmp_path: Path) -> None:
    database = DirectoryBasedExampleDatabase(tmp_path)
    for raw in (b"no JSON", b"[]", b'{"operation": 1}', json.dumps({"case": 3}).encode()):
        database.save((KEY + "title").encode(), raw)
    shared = Shared(database, "title")
    shared.keep(Stored("o", "refuses", "/a", "type", "sent"))
    assert [] == list(shared.news())
    assert ["o"] == [one.stored.operation for one in Shared(database, "title").news()]
    assert [] == list(Shared(database, "another title").news())


def test_without_one_nothing_is_shared() -> None:
    shared = Shared(opened(()), "title")
    shared.keep(Stored("o", "refuses", "/a", "type", "sent"))
    assert ((), "") == (shared.news(), shared.trouble)


@pytest.mark.parametrize(
    ("option", "where", "told"),
    [
        ("--database", "redis://127.0.0.1:1/0", "--database: no Redis answers at 127.0.0.1:1/0: "),
        ("--database", "redis://me:word@127.0.0.1:1", "no Redis answers at 127.0.0.1:1: "),
        ("--database", "redis://me:word/word@there:1", "this is no address of a Redis: there:1"),
        ("--database", "ftp://there", "this is no database: 'ftp://there'"),
        ("--database", "", "this is no database: ''"),
        ("--database", "github://alone", "this is no artefact: 'github://alone'"),
        ("--database", "nowhere.zip", "cannot be read: nowhere.zip"),
        ("--database-upstream", "nowhere", "--database-upstream: cannot be opened: No such file"),
    ],
)
def test_what_is_no_database_is_told(option: str, where: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = ["--document", str(LIBRARY.document)]
    assert 2 == main(["contract", "http://127.0.0.1:1", *document, option, where])
    err = capsys.readouterr().err
    assert told in err and "word" not in err.replace("--database", "")


def test_a_zip_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "examples.zip").write_text("no zip")
    document = ["--document", str(LIBRARY.document)]
    where = ["--database-upstream", str(tmp_path / "examples.zip")]
    assert 2 == main(["contract", "http://127.0.0.1:1", *document, *where])
    assert "cannot be read: " in capsys.readouterr().err


def test_the_command_line_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs, mine = str(tmp_path / "theirs"), str(tmp_path / "mine")
    with LIBRARY.running(ANY_SORT) as listener:
        base = ["contract", listener.url, "--document", str(LIBRARY.document), "--cases", "5", "--brief"]
        first = ["--shard", str(finder()), "--database", theirs]
        assert 1 == main([*base, *first])
        assert 1 == main([*base, "--shard", str(other()), "--database", mine, "--database-upstream", theirs])
        assert 0 == main([*base, "--shard", str(other())])
    assert 2 == capsys.readouterr().out.count("listBooks: refuses: enum at query sort")
