"""How streams end, and what they leave behind: properties 10, 11 and 16."""

from __future__ import annotations

from functools import partial

from specmill.contract.properties.bench import LIMITED, REFUSED, Bench, fits, joined, shown
from specmill.contract.streams import OpenStream
from specmill.document.pointers import find, split

TOO_LARGE = (300_000, 3_000_000)
QUICKLY = 40  # records at once, for a server that limits their rate
AFTER = 5  # streams behind one that was reset


def cut_short(bench: Bench) -> None:
    """A last record that is cut short gets one error, or two, and the answer ends as it should."""
    for name, left in (("in its middle", 0.5), ("before its end", 1.0)):
        records, wanted = bench.mixed("gg")
        rest = bench.good()[0]
        stream = bench.whole(joined(records) + rest[: min(int(left * len(rest)), len(rest) - 1)])
        if not _errors_at_the_end(bench, f"2 records and one that is cut short {name}", stream, wanted):
            return


def _errors_at_the_end(bench: Bench, sent: str, stream: OpenStream, wanted: list[str]) -> bool:
    got = bench.told(stream.reports)
    if any(fits(got, [*wanted, *errors]) for errors in ([REFUSED], [REFUSED, REFUSED])):
        return bench.expect(sent, stream, [*wanted, *got[len(wanted) :]])
    bench.fails(sent, f"{shown(wanted)}, and then one error", shown(got, wanted), stream)
    return False


def reset(bench: Bench) -> None:
    """Of a record that a reset cuts short nothing is stored, and nothing gets into the next stream."""
    with bench.opened() as stream:
        known = _offset(bench, stream)
        rest = bench.good()[0]
        stream.send(rest[:-1])
        stream.dialogue.pause(0.02)
        stream.dialogue.reset()
    for _ in range(AFTER):
        with bench.opened() as behind:
            behind.finish()
            behind.drain()
        got = bench.told(behind.reports)
        if len(got) != 1 or got == [REFUSED] or not behind.dialogue.answer.complete:
            bench.fails("a record in a stream behind one that was reset", "its report", shown(got), behind)
            return
        offset = _offset(bench, behind)
        if known is not None and offset is not None and offset != known + 1:
            if _is_alone(bench):
                expected = f"the next in the sequence, {known + 1}"
                bench.fails("a record behind a stream that was reset", expected, str(offset), behind)
            else:
                bench.notes("a record behind a stream that was reset", "nothing between them", "others write too")
            return
        known = offset


def _offset(bench: Bench, stream: OpenStream) -> int | None:
    sequence = bench.ground.marks.sequence
    if sequence is None or not stream.reports:
        return None
    found = find(stream.reports[-1].value, split(sequence.value))
    return found if isinstance(found, int) else None


def _is_alone(bench: Bench) -> bool:
    """Whether nobody else writes to the same place: two records one after the other have numbers that do so too."""
    known = None
    for _ in range(AFTER):
        with bench.opened() as stream:
            stream.finish()
            stream.drain()
        offset = _offset(bench, stream)
        if known is not None and offset is not None and offset != known + 1:
            return False
        known = offset
    return True


def limits_in_band(bench: Bench) -> None:
    """What is too much, too large or no JSON gets a report; only what is no JSON ends the stream."""
    _no_json(bench)
    _too_large(bench)
    _too_many(bench)


def _no_json(bench: Bench) -> None:
    for garbage in (b"x\n", b"]\n", b",\n"):
        records, wanted = bench.mixed("gg")
        parts = (joined(records), garbage, bench.good()[0])
        stream, _ = bench.attempt(partial(_in_turn, parts=parts))
        sent = f"2 records, {garbage.decode().strip()!r}, and another record"
        if not _errors_at_the_end(bench, sent, stream, wanted):
            return


def _in_turn(stream: OpenStream, parts: tuple[bytes, ...]) -> None:
    """Each when the reports of those before have come, if they come."""
    for count, part in enumerate(parts, 2):
        stream.send(part)
        stream.wait(count)


def _too_large(bench: Bench) -> None:
    text = bench.material.text
    for size in TOO_LARGE if text is not None else ():
        assert text is not None
        behind, told = bench.good()
        data = joined([text.record("y" * size), behind])
        stream, _ = bench.attempt(partial(_in_turn, parts=(data,)))
        got = bench.told(stream.reports)
        sent = f"a record of {size} bytes and another"
        if not got:
            bench.fails(sent, "a report of each, or an error and the end", shown(got), stream)
            return
        if got and got[0] == told:
            bench.fails(sent, "a report of each", f"none of the first: {shown(got)}", stream)
            return
        if len(got) == 1 and got[0] == REFUSED:
            bench.notes(sent, "a report of each", "the stream ends with the first", stream)
        elif got and not stream.dialogue.answer.complete:
            bench.fails(sent, "a proper end of the answer", stream.dialogue.how(), stream)
            return
        if got[0] == REFUSED:
            return  # the limit has been met


def _too_many(bench: Bench) -> None:
    pairs = [bench.good() for _ in range(QUICKLY)]
    stream = bench.whole(joined([record for record, _ in pairs]))
    if bench.expect(f"{QUICKLY} records at once", stream, [told for _, told in pairs]):
        limited = bench.told(stream.reports).count(LIMITED)
        if limited:
            bench.notes(f"{QUICKLY} records at once", "nobody says how many", f"{limited} were too many", stream)
