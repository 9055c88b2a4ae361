"""The recorded-response server: a real HTTP/1.1 server, full duplex, whose answers a responder decides.

Its core knows bytes and exchanges::

    head, body  a request's head as a value, read strictly, and what its body is framed in
    exchange    one request and its answer, as a responder sees them; no socket, no clock of its own
    transcript  both directions of all connections on one clock
    credentials where secrets stand in HTTP, which transcripts and recordings hide
    tls, wire   TLS as bytes in and bytes out; the bytes of one connection, and how they end
    origins     which pages of other origins may ask
    connection  one client's connection on an event loop, within its limits
    server      the socket, the thread and the loop

Values that stand one after the other in a body are found by ``roots``, members by their name by ``json_members``.

Responders::

    examples/   answers from the document; prefer is what a request says about the answer it wants
    emulators   what other packages bring
    recording   one exchange as timed events, and its file; recording_read reads it, drift holds it to the document
    script      a recording as something that can be played again: what is due when
    following   how a request fares beside one script; compared is when two values mean the same
    replay      the responder that follows all that still fit

The recorder, which is a responder, too::

    upstream    the other side of the proxy: one request to a live server, its answer told as it comes
    recorder    forwards both directions and keeps what was said
    compressed, redaction, secrets, escapes   the exchange in plain text and without its secrets
    shelf       where recordings are kept, and what is replayed, recorded or refused
    verify      asks the live server again, and compares

and ``plugin`` brings a server to tests. Who may import whom is written in pyproject.toml.
"""
