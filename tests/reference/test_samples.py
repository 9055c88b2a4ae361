"""Every sample of the flagship's reference runs against the emulator, and shows what the page says that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kafka_rest.outcomes import MEANINGS
from tests.client_cli.running import environment
from tests.reference.pages import Block, blocks, pages
from tests.reference.running import run_python, run_shell
from tests.runtime.loopback import Loopback, Reply, loopback
from tests.support import REPOSITORY

DOCS = REPOSITORY / "generated" / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
SHOWN_ONLY = {"pyi", "json", "text"}  # signatures, and answers of the server
KEY, SECRET, TOKEN = "key", "secret", "token"


@pytest.fixture
def issuer() -> Iterator[str]:
    """Where client credentials become a token."""
    with loopback() as server:
        server.answer = lambda _: Reply(body=b'{"access_token": "token", "token_type": "Bearer"}')
        yield address_of(server)


def address_of(server: Loopback) -> str:
    return f"{server.address}/token"


@pytest.mark.parametrize("page", PAGES)
def test_every_sample_runs_and_shows_what_stands_there(
    page: str, specmill_server: Any, issuer: str, tmp_path: Path
) -> None:
    specmill_server.behave(users=f"{KEY}:{SECRET}", tokens=TOKEN)
    settings = environment(specmill_server.url, KAFKA_API_KEY=KEY, KAFKA_API_SECRET=SECRET)
    secrets = {
        "KAFKA_REST_USER": f"{KEY}:{SECRET}",
        "KAFKA_REST_TOKEN": TOKEN,
        "KAFKA_REST_TOKEN_URL": issuer,
        "KAFKA_REST_CLIENT_ID": "id",
        "KAFKA_REST_CLIENT_SECRET": SECRET,
    }
    for block in blocks((DOCS / page).read_text("utf-8")):
        if block.language == "python":
            run_python(block, page, {**settings, **secrets})
        elif block.language in ("sh", "console"):
            run_shell(block, tmp_path, settings)
        else:
            assert block.language in SHOWN_ONLY, block


def test_the_page_of_the_call_has_a_sample_for_each_way_to_make_it() -> None:
    samples = [one.text for one in blocks(pages()["resources/records_v3.md"]) if one.language in ("python", "sh")]
    ways = (
        "client.records_v3.produce_record(",
        "await client.records_v3.produce_record(",
        "    with client.records_v3.produce_record_stream(",
        "async with client.records_v3.produce_record_stream(",
        "python -m kafka_rest exec records_v3.produce_record",
        "auth=Basic(",
        "auth=Bearer(",
        "auth=ClientCredentials(",
    )
    assert [] == [way for way in ways if not any(way in sample for sample in samples)]


def test_a_sample_that_fails_is_seen() -> None:
    with pytest.raises(ZeroDivisionError):
        run_python(Block("python", "1 / 0", 1), "page", {})
    with pytest.raises(AssertionError):
        run_python(Block("python", "print(1)", 1, "2\n"), "page", {})
    with pytest.raises(AssertionError):
        run_shell(Block("sh", "false\ntrue", 1), REPOSITORY, {})
    with pytest.raises(AssertionError):
        run_shell(Block("console", "$ echo 1\n2\n", 1), REPOSITORY, {})


def test_the_table_of_outcomes_is_the_one_that_the_client_goes_by() -> None:
    page = pages()["resources/records_v3.md"]
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `") and line.count(" | ") == 2]
    words = {
        "accepted": "accepted",
        "refused": "refused",
        "unknown": "unknown",
        "refused, or sent again by `produce`": "again",
    }
    told = {
        int(code): words[outcome]
        for codes, outcome, _ in rows
        if outcome in words
        for code in codes.replace("|", "").replace("`", "").replace("and all others", "").split(",")
    }
    assert told == MEANINGS


@pytest.mark.parametrize("word", ["with client", "async with client"])
def test_a_sample_of_a_stream_has_nothing_refused(
    word: str, specmill_server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (sample,) = (
        one
        for one in blocks(pages()["resources/records_v3.md"])
        if one.language == "python" and f"    {word}.records_v3.produce_record_stream(" in one.text
    )
    run_python(sample, "page", environment(specmill_server.url))
    assert "" == capsys.readouterr().out
    assert 1000 == len(specmill_server.records("topic-1"))
