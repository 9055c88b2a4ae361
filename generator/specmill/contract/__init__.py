"""Contract tests of a running server: many cases, one verdict each, and exactly what does not hold.

Low to high; a file imports only from those before it::

    shards        a run dealt out in units of work that are judged together
    choices       a row of small decisions, made of bytes, so that Hypothesis draws once and shrinks well
    directions    what is not sent, and what does not come: readOnly and writeOnly
    valid         values that a schema allows
    places        where in a valid value any value, number or text may stand
    broken        a valid value with one keyword broken at one place
    features      a valid value with one thing about it, so that a refusal names what is refused
    values        what travels through a run: calls, cases, findings
    answers       reads an answer of HTTP from bytes that are cut anywhere, and notes what is wrong with it
    texts         splits concatenated JSON into its values
    wire          one connection: says any bytes, reads while it sends, logs both directions on one clock
    marks         what the document's overlay says of a stream beyond its schemas
    meaning       whether a report says what the marks want it to say
    judge         whether an answer is one of the document, and the right one for its case
    readable      what a value is taken for that is written as text
    cases         the cases of single calls; ``below`` those that are wrong below any schema
    explore       cases that Hypothesis draws, in blocks that have none in common
    folded        many failures with one cause as one; ``causes`` what follows from what
    proved        whether a run has proved anything, of all its shards together
    single        the single calls of one operation; ``manners`` what HTTP itself asks for, ``spoken_otherwise`` in
                  each of its spellings, ``written_otherwise`` JSON in each of its own
    stored        where records are said to be stored: no two at one place
    streams       one stream, cut into chunks as one likes
    fingerprints  what tells one record from another in its report
    paths         names in the path of a stream, and whether its reports give them back
    session       many cases down one stream, with one verdict each
    properties/   the seventeen properties of a stream
    record_tests  all records of one stream
    machine       conversations with a stream that Hypothesis makes up
    store         failures as files, which the next run begins with
    databases     Hypothesis' example databases by their addresses; ``shared`` failures that all runs begin with
    targets       of streams, besides the one that they are tried at
    stream_tests  all that is tried on one stream, in its order
    run           the whole story
    report/       a run told to people and machines
    merge         the reports of shards as the report of one run
    together      one run by several processes of one machine
    strategies    for tests of one's own: ``records``, ``requests``, ``stream_plans``
    plugin        the same run in pytest, one test a check

Bytes on the wire are written and read here anew, by no code of `serve` or of the client, which are what is tested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specmill.contract.strategies import records, requests, stream_plans

__all__ = ["records", "requests", "stream_plans"]


def __getattr__(name: str) -> Any:
    """Late, since Hypothesis takes its time."""
    if name in __all__:
        from specmill.contract import strategies

        return getattr(strategies, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
