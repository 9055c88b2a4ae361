"""When things come: properties 1, 3, 14 and 15."""

from __future__ import annotations

from specmill.contract.marks import TOO_MANY
from specmill.contract.properties.bench import REFUSED, Bench, NotReached, TooLong, fits, joined, shown
from specmill.contract.streams import OpenStream

PIECE = 4096  # bytes of a chunk
A_WHILE = 1.0  # seconds
MANY = 4000  # records for a reader that is slow; their reports are more than lies on the way
SHORTLY = 0.1  # seconds
SMALL = 65536  # bytes of the reader's buffer; with less than a packet of the loopback TCP itself crawls


def head_first(bench: Bench) -> None:
    """The head comes while a record is still being sent; some servers wait for its first byte."""
    record, _ = bench.good()

    def when(stream: OpenStream) -> str:
        stream.send(record[:1])
        if stream.wait_for_head():
            return ""
        stream.send(record[1:] + b"\n")
        return "with the first record" if stream.wait_for_head() else "when the body had ended"

    stream, late = bench.attempt(when)
    if late:
        bench.fails("the first byte of a record", "the head", f"it came {late}" if stream.status else "none", stream)


def prompt(bench: Bench) -> None:
    """The report of a record comes without another being sent."""
    records, wanted = bench.mixed("ggbggb")

    def talk(stream: OpenStream) -> None:
        late = next((count for count, record in enumerate(records, 1) if not _in_time(stream, record, count)), 0)
        if late and stream.status != TOO_MANY:
            _late(bench, stream, late, wanted)

    bench.attempt(talk)


def _in_time(stream: OpenStream, record: bytes, count: int) -> bool:
    stream.send(record + b"\n")
    return stream.wait(count)


def _late(bench: Bench, stream: OpenStream, count: int, wanted: list[str]) -> None:
    known = len(stream.reports)
    if stream.over:
        end = stream.dialogue.how()
        bench.fails(f"record {count}", f"its report ({wanted[count - 1]})", f"the stream ended ({end})", stream)
        return
    stream.send(bench.good()[0] + b"\n")
    if stream.until(lambda: len(stream.reports) > known):
        got = "it came when another record had been sent"
    else:
        stream.finish()
        stream.drain()
        got = "it came when the body had ended" if len(stream.reports) > known else "it never came"
    bench.fails(f"record {count}, and nothing behind it", f"its report ({wanted[count - 1]})", got, stream)


def stays_open(bench: Bench) -> None:
    """A silent stream stays open for the stated time, and a newline keeps it open for longer.

    Where the silence goes on and the server ends the stream for that, it ends as every stream does.
    """
    idle = bench.ground.marks.idle
    if idle is None:
        raise NotReached("the marks of the operation name no idle time")
    if 1.7 * idle > bench.seconds:
        raise TooLong(1.7 * idle)
    with bench.opened() as silent, bench.opened() as kept, bench.opened() as left:
        for _ in range(4):
            kept.dialogue.pause(0.4 * idle)
            kept.send(bench.ground.marks.keepalive or b"\n")
            if silent.dialogue.now() > 0.75 * idle and not silent.finished:
                _lives(bench, silent, f"nothing for {0.8 * idle:g} seconds")
                silent.finish()
        _ends_properly(bench, left, f"nothing for {1.6 * idle:g} seconds")
        _lives(bench, kept, f"a newline every {0.4 * idle:g} seconds, for {1.6 * idle:g} seconds")


def _ends_properly(bench: Bench, stream: OpenStream, sent: str) -> None:
    """If it has ended: with at most some errors, and the last chunk."""
    stream.until(lambda: stream.over, SHORTLY)
    if not stream.over:
        bench.notes(sent, "nobody says that the stream ends", "it is still open", stream)
        return
    stream.drain()
    got = bench.told(stream.reports[1:])
    if not stream.dialogue.answer.complete:
        bench.fails(sent, "a proper end of the answer, with its last chunk", stream.dialogue.how(), stream)
    elif any(one != REFUSED for one in got):
        bench.fails(sent, "at most errors, and the end", shown(got), stream)


def lives_beside(bench: Bench, stream: OpenStream) -> None:
    """Whether a stream goes on that was silent while other things were tried."""
    seconds = stream.dialogue.now()
    idle = bench.ground.marks.idle
    if idle is not None and seconds < 0.75 * idle:
        _lives(bench, stream, f"nothing for {seconds:.1f} seconds")


def _lives(bench: Bench, stream: OpenStream, sent: str) -> None:
    record, told = bench.good()
    stream.send(record + b"\n")
    stream.wait(2)
    got = bench.told(stream.reports[1:])
    if not fits(got, [told]):
        how = shown(got) if got else f"the stream ended ({stream.dialogue.how()})"
        bench.fails(sent, "the stream goes on", how, stream)


def slow_reader(bench: Bench) -> None:
    """Whoever reads late loses no report. Whether the server stops to listen meanwhile is its own affair."""
    if bench.seconds < A_WHILE:
        raise TooLong(A_WHILE)
    pairs = [bench.good() for _ in range(MANY)]
    data = joined([record for record, _ in pairs])

    def unread(stream: OpenStream) -> int:
        stream.dialogue.deaf = True
        for start in range(0, len(data), PIECE):
            stream.send(data[start : start + PIECE])
        stream.finish()
        stream.dialogue.settle(0.15, bench.ground.patience + 1)
        unsent = stream.dialogue.unsent
        stream.dialogue.listen()
        return unsent

    stream, unsent = bench.attempt(unread, window=SMALL)
    sent = f"{MANY} records, and their reports read late"
    if unsent:
        bench.notes(sent, "nobody says what", "the server stops reading until its reports are read", stream)
    wanted = [told for _, told in pairs]
    if not fits(bench.told(stream.reports), wanted):
        at_once = bench.whole(data)  # to tell what is lost by reading late from what is lost anyway
        if not fits(bench.told(at_once.reports), wanted):
            sent, stream = f"{MANY} records, and their reports read as they came", at_once
    bench.expect(sent, stream, wanted)
