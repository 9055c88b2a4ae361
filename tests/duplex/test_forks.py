"""A child process leaves the streams of its parent alone, is told so, and says nothing of them."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable

import pytest

from kafka_rest import Client
from kafka_rest.errors import StreamBroken
from tests.duplex.conversation import Conversation
from tests.duplex.either import numbers, records
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC
from tests.duplex.test_left_open import process
from tests.duplex.test_owner import RECORD
from tests.duplex.test_sending import Held


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_child_process_is_told_and_its_parent_goes_on(tls: bool) -> None:
    with (
        Peer(Honest(), tls) as peer,
        Client(peer.url, verify=peer.certificate) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        stream.send(RECORD)
        list(stream)

        def use() -> None:
            calls: list[Callable[[], object]] = [lambda: stream.send(RECORD), stream.flush, stream.close]
            for call in calls:
                with pytest.raises(StreamBroken, match="another process"):
                    call()

        child = multiprocessing.get_context("fork").Process(target=use)
        child.start()
        child.join(20)
        alive = child.is_alive()
        child.kill()
        assert (False, 0) == (alive, child.exitcode)
        stream.send(RECORD)
        assert 1 == len(list(stream))


def test_a_child_process_that_collects_the_stream_leaves_it_to_its_parent() -> None:
    with Peer(Honest()) as peer, Client(peer.url) as client:
        streams = [client.records_v3.produce_record_stream(CLUSTER, TOPIC)]
        streams[0].send_many(records(2))
        child = os.fork()
        if child == 0:
            try:
                streams.clear()
                gc.collect()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        streams[0].send_many(records(2, first=2))
        assert [0, 1, 2, 3] == numbers(streams[0])
        streams[0].close()


FORKS = """
import os, logging
logging.basicConfig(format="%(levelname)s %(message)s")
{}
child = os.fork()
if child:
    assert os.waitpid(child, 0) == (child, 0)
    print("parent", flush=True)
    sys.stdin.readline()
    stream.close()
"""
BLOCKING = "stream.send_many(records[:3])"
PULLED = "next(stream.exchange(records[:3]))"
AWAITED = """
import asyncio, atexit
from kafka_rest import AsyncClient
stream.close()
async def use():
    global stream
    stream = await AsyncClient(sys.argv[1]).records_v3.produce_record_stream("c", "t").open()
    await stream.send_many(records[:3])
    await asyncio.sleep(0)
    child = os.fork()
    if child:
        assert os.waitpid(child, 0) == (child, 0)
        print("parent", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await stream.close()
    else:  # in the middle of a loop that is its parent's, of which nothing can be used
        atexit._run_exitfuncs()
        os._exit(0)
asyncio.run(use())
sys.exit()
"""


@pytest.mark.parametrize("use", [BLOCKING, PULLED, AWAITED], ids=["blocking", "pulled", "awaited"])
def test_a_child_process_that_ends_says_nothing_of_its_parents_stream(use: str) -> None:
    held = Held()

    def behaviour(talk: Conversation) -> None:
        if use is PULLED or (use is AWAITED and talk.number == 0):
            Honest()(talk)
        else:
            held(talk)

    with Peer(behaviour) as peer:
        parent = process(peer, FORKS.format(use))
        assert parent.stdin and parent.stdout and parent.stderr
        with parent:
            assert "parent\n" == parent.stdout.readline()
            held.released.set()
            parent.stdin.write("\n")
            parent.stdin.flush()
            said = parent.stderr.read()
    assert (0, "") == (parent.returncode, said)
