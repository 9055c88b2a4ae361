"""The fast peer of the benchmarks counts exactly, however a client cuts its chunks and the network the chunks."""

from __future__ import annotations

import pytest

from tests.benchmarks.duplex_count import Count
from tests.benchmarks.duplex_peer import ANSWER, HEAD, LAST_CHUNK, RECORD, REPORT, fast_peer
from tests.benchmarks.duplex_raw import REQUEST, connected, exchange


def chunked(content: bytes, size: int) -> bytes:
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + LAST_CHUNK


def counted(body: bytes, step: int) -> list[int]:
    """How many records have come after each read of so many bytes."""
    count, counts = Count(), []
    for at in range(0, len(body), step):
        piece = body[at : at + step]
        count.view[: len(piece)] = piece
        counts.append(count.came(len(piece)))
    assert count.ended
    return counts


def test_the_sizes_are_those_of_the_figures_that_are_compared() -> None:
    assert (227, 196) == (len(RECORD), len(REPORT))
    assert b"C4\r\n" + REPORT + b"\r\n2\r\n\r\n\r\n" == ANSWER


@pytest.mark.parametrize(("records", "last"), [(1, b"\n"), (2, b"\n"), (2, b""), (9, b"\n"), (9, b"")])
@pytest.mark.parametrize("size", [228, 300, 500, 10_000])
def test_every_record_is_counted_once_and_when_it_is_complete(size: int, records: int, last: bytes) -> None:
    content = b"\n".join([RECORD] * records) + last
    body = chunked(content, size)
    for step in (1, 3, 50, 227, len(body)):
        counts = counted(body, step)
        assert (records, sorted(counts)) == (counts[-1], counts)
        for at, count in zip(range(step, len(body), step), counts, strict=False):
            assert count <= body[:at].replace(b"\r\n", b"").count(b"}") // RECORD.count(b"}")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_the_answer_has_one_report_for_each_record(tls: bool) -> None:
    with fast_peer(tls) as peer:
        with connected(peer) as client:
            client.sendall(REQUEST + chunked((RECORD + b"\n") * 3, 400))
            heard = b""
            while not heard.endswith(LAST_CHUNK):
                heard += client.recv(65536)
        assert HEAD + ANSWER * 3 + LAST_CHUNK == heard
        assert exchange(peer, 20_000) > 0
