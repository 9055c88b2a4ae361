"""The Python of every golden client's reference runs, against its document's own examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from specmill.document.api import Api
from specmill.serve.examples import examples
from specmill.serve.server import Server
from tests.reference.pages import CLIENTS, Block, blocks, built, pages
from tests.reference.running import run_python
from tests.runtime.loopback import Reply, loopback
from tests.support import imported, written

# Operations for which no values are at hand, each with its reason.
WITHOUT_SAMPLE: dict[str, str] = {}


def samples(document: Path) -> Iterator[tuple[str, Block]]:
    for path, page in pages(document).items():
        yield from ((path, one) for one in blocks(page) if one.language == "python")


@pytest.mark.parametrize("document", CLIENTS, ids=lambda path: path.parent.name)
def test_every_sample_of_a_client_runs(document: Path, tmp_path: Path) -> None:
    made = built(document)
    with (
        imported(written(made, tmp_path)),
        Server(examples(Api(made.normal, made.operations))) as server,
        loopback() as issuer,
    ):
        issuer.answer = lambda _: Reply(body=b'{"access_token": "token", "token_type": "Bearer"}')
        environment = {
            "API_BASE_URL": server.url,
            "API_USER": "user:password",
            "API_TOKEN": "token",
            "API_API_KEY": "key",
            "API_TOKEN_URL": f"{issuer.address}/token",
            "API_CLIENT_ID": "id",
            "API_CLIENT_SECRET": "secret",
        }
        for page, sample in samples(document):
            run_python(sample, page, environment)
        assert [] == server.failures


@pytest.mark.parametrize("document", CLIENTS, ids=lambda path: path.parent.name)
def test_no_call_is_without_a_sample(document: Path) -> None:
    missing = [path for path, page in pages(document).items() if "There is no sample" in page]
    assert [] == missing
