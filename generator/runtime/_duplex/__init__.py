"""The duplex engine: records go up and reports come down on one connection at the same time.

Low to high; a file imports only from those before it::

    framing    the body of an answer, without what it is framed in
    parsed     which framing a body has; chunks through httptools, where it is installed
    head       the head of the request as bytes, that of the answer as a value
    reports    concatenated JSON, cut into reports
    records    records as JSON, checked
    exchange   one whole exchange: records and bytes in, bytes and pairs out; no socket, no thread, no clock
    delivery   what came back, and for whom
    gathering  what waits until the socket is free
    wire       one socket that never blocks
    pump       moves bytes between exchange and wire until both would wait, and says for what
    options    what a caller may choose
    opening    the ways to a server
    link       exchange, wire and pump, for a thread that may wait
    pull       the driver without a thread
    thread     the driver with one thread that owns the socket
    sync       the stream of a blocking client, over both
    loop       the driver on an event loop
    aio        the stream of an async client, over it
"""

from __future__ import annotations

from .aio import AsyncRecordStream
from .options import StreamOptions
from .sync import RecordStream

__all__ = ["AsyncRecordStream", "RecordStream", "StreamOptions"]
