"""``--dry-run``: looks at each line as a run would, and sends nothing."""

from __future__ import annotations

from argparse import Namespace
from threading import Event
from typing import Any, BinaryIO

from .._cli.console import say
from .._duplex.options import Choices
from .._duplex.records import Records
from .._producer.sendable import Unsendable, sendable
from ..errors import InvalidRecord
from ..models import ProduceRequest
from .books import Books, Sink
from .lines import Lines
from .records import Bad, Reader
from .state import State


def look(options: Namespace, file: BinaryIO, read: Reader) -> int:
    """0 where every line could go up, 1 where some could not."""
    came = Event()
    lines = Lines(file, 0, 0, options.skip)
    lines.start(came.set)
    state = State(None, {})
    books = Books(state, Sink(options.reports), Sink(options.dead_letter), options.value_format is not None, read)
    records: Records[Any] = Records(ProduceRequest, Choices().longest, strict=True)
    good = 0
    while not lines.over:
        came.clear()
        piece = lines.piece()
        if piece is None:
            came.wait(0.5)
            continue
        numbered = enumerate(piece.texts.lines, piece.first)
        good += sum(_is_good(number, text, read, records, books) for number, text in numbered)
        books.flush()
    if lines.error is not None:
        raise lines.error
    for reason, count in books.most_frequent():
        say(f"  {count:,} times: {reason}")
    say(f"{good + books.refused:,} records: {good:,} could be sent, {books.refused:,} could not; nothing was sent")
    return 1 if books.refused else 0


def _is_good(number: int, text: bytes, read: Reader, records: Records[Any], books: Books) -> bool:
    if not text.strip():
        return False
    record = None
    try:
        record = read(text)
        records.one(sendable(record))
    except (Bad, Unsendable, InvalidRecord) as error:
        books.refuse(number, text, record, str(error))
        return False
    return True
