"""Whose opinion of a record counts, the public server's or the document's."""

from __future__ import annotations

import pytest

from tests.kafka_server.raw import Client, whole
from tests.kafka_server.test_table import GOOD, header, serving, value

# What the document refuses. The bytes; what the public server tells; what is told to who wants the document's opinion.
DEPARTURES = {
    "root null": (b"null ", 500, 400),
    "partition as text": (b'{"partition_id":"0"}', 200, 400),
    "partition with a fraction": (b'{"partition_id":0.7}', 200, 400),
    "headers null": (b'{"headers":null}', 200, 400),
    "header name a number": (b'{"headers":[{"name":7}]}', 200, 400),
    "header with a line's end": (header("Zg==\n"), 200, 400),
    "type a number": (b'{"value":{"type":1,"data":2}}', 200, 400),
    "timestamp a number": (b'{"timestamp":1612552482}', 200, 400),
    "timestamp empty": (b'{"timestamp":""}', 200, 400),
    "timestamp without seconds": (b'{"timestamp":"2021-02-05T19:14Z"}', 200, 400),
    "timestamp before 1970": (b'{"timestamp":"1969-12-31T23:59:59Z"}', 500, 400),
}


@pytest.mark.parametrize("name", DEPARTURES)
def test_the_public_server_departs_from_the_document_unless_it_is_told_not_to(name: str) -> None:
    sent, by_the_server, by_the_document = DEPARTURES[name]
    for judge, code in (("public", by_the_server), ("document", by_the_document)):
        with serving(judge=judge) as (server, _), Client(server) as client:
            client.send(whole(sent + GOOD))
            assert [code, 200] == client.answer().codes


# What both take: it has to stay so, whoever judges.
ALLOWED = {
    "nothing": b"{}",
    "a whole number with a fraction": b'{"partition_id":0.0}',
    "nulls": b'{"partition_id":null,"key":null,"value":null,"timestamp":null}',
    "headers": b'{"headers":[{"name":"","value":"Zg=="},{"name":"a","value":null},{"name":"b"}]}',
    "instant with an offset": b'{"timestamp":"2024-02-29t23:59:59.5+01:00"}',
    "text": value('"x"', "STRING"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_document_allows_is_taken_whoever_judges(name: str) -> None:
    with serving(judge="document") as (server, _), Client(server) as client:
        client.send(whole(ALLOWED[name] + GOOD))
        assert [200, 200] == client.answer().codes
