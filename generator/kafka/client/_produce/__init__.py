"""``produce``: records from a file or stdin to a topic, with books that survive a kill.

Low to high; a file imports only from those before it::

    arguments  the options; imports nothing of the client
    ranges     numbers of lines, as few words
    state      the file of --resume: what was handed over, and what became of it
    lines      a file or stdin in whole lines, read by a thread of its own
    records    a line as a record
    engine     over which protocol they go, and what the producer is told
    told       what processes say to each other
    books      what became of each line: counts, --reports, --dead-letter, the state
    feed       hands lines over to the producer, no faster than --rate
    progress   the line on a terminal
    alone      the one process that most runs are
    routes     to which of several processes a line goes
    worker     ... and what each of them does
    crew       ... and who holds them together
    run        the verb

Each line of the input has a number, from 1. Before a record goes to the producer, the state says so; once it has an
outcome, the state says that. So what a killed run leaves open is known exactly: the lines that were handed over and
have no outcome. Whether they are stored nobody can say, and ``--on-unknown`` decides about them.

With ``--processes`` the one that was begun reads, keeps the books and shows how far it is; the others read lines as
records and produce them. They share one window, which is what a kill may leave open.
"""
