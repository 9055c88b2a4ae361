"""What the README shows of producing does what it says, against a real socket."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.duplex.conversation import Conversation
from tests.duplex.honest import Honest
from tests.duplex.peer import Behaviour, Peer
from tests.duplex.reports import refused

README = Path(__file__).parents[2] / "README.md"
SAMPLES = [
    one for one in re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL) if ".produce(" in one
]
EACH = pytest.mark.parametrize("sample", SAMPLES, ids=["blocking", "awaiting"])
COUNT = 5000


def run(sample: str, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The records that were stored."""
    with Peer(behaviour) as peer:
        monkeypatch.setenv("KAFKA_REST_ENDPOINT", peer.url)
        exec(compile(sample, "README.md", "exec"), {})
        assert "/kafka/v3/clusters/lkc-1/topics/orders/records" == peer.conversations[0].heads[0].target
        return [one["value"]["data"]["id"] for one in peer.stored]


def refuses_seven(talk: Conversation) -> None:
    talk.read_head()
    talk.head()
    while (one := talk.record()) is not None:
        talk.report(refused(413, "too large") if one["value"]["data"]["id"] == 7 else one)
    talk.end()
    talk.linger()


@EACH
def test_it_stores_every_record_in_order(
    sample: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(range(COUNT)) == run(sample, Honest(), monkeypatch)
    assert "" == capsys.readouterr().out


@EACH
def test_it_says_what_was_refused(
    sample: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [n for n in range(COUNT) if n != 7] == run(sample, refuses_seven, monkeypatch)
    assert capsys.readouterr().out.startswith("refused 7 ProduceResponse(error_code=413, message='too large'")
