"""The duplex engine: records go up and reports come down on one connection at the same time.

Low to high; a file imports only from those before it::

    framing    the body of an answer, without what it is framed in
    reports    concatenated JSON, cut into reports
    exchange   one whole exchange: records and bytes in, bytes and pairs out; no socket, no thread, no clock
    wire       one socket that never blocks, plain or TLS, and the ways to it
    pump       moves bytes between exchange and wire until both would wait, and says for what
    options    what a caller may choose
    sync       the stream of a blocking client: a pull iterator, or one thread that owns the socket
    aio        the stream of an async client, on the event loop
"""
