"""The recorded-response server: a real HTTP/1.1 server, full duplex, whose answers a responder decides.

Low to high; a file imports only from those before it::

    head        a request's head as a value, read strictly
    body        what a request's body is framed in
    exchange    one request and its answer, as a responder sees them; no socket, no clock of its own
    transcript  both directions of all connections on one clock
    connection  one client's connection on an event loop
    server      the socket, the thread and the loop
"""
