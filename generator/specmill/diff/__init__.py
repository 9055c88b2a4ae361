"""What changed between two documents, for those who call: in the document, and in the Python API of its client.

    pairs     which operations of the two sides are the same one
    schemas   one schema beside another: which keyword of it was tightened, which was loosened
    calls     one operation beside another, from its parameters to its answers
    plan      the Python API of a client, as far as people can tell, without making the client
    python    one plan beside another
    witness   a call or an answer that worked before and does not now, found and tried on both sides
    table     position x keyword x change -> severity, read from severities.toml

``compare.py`` tells it in order. What follows from it (version, changelog, reports, what is ignored) stands on top.
"""
