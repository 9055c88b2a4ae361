"""How many reports, in which order, of which records: properties 2, 4, 5, 9, 12 and 13."""

from __future__ import annotations

import contextlib
import itertools
import json
from functools import partial
from typing import Any

from specmill.contract.meaning import means
from specmill.contract.places import encoded, with_value
from specmill.contract.properties.bench import LIMITED, REFUSED, Bench, NotReached, fits, joined, shown
from specmill.contract.stored import Places
from specmill.contract.streams import OpenStream
from specmill.contract.texts import Text
from specmill.document.pointers import MISSING, find, split
from specmill.values import JSON

BLANKS = (b"\n \r\n\t\n", b"\n")
MANY = 4  # records with many members
LONG = 300  # records of one stream, which nobody may tire of
TOGETHER, ROUNDS, OF_ROUND = 3, 4, 20  # streams at once, and what is written to them
AGAIN = 3  # times, before a gap is taken for the server's: somebody else may write to the same place


def as_many(bench: Bench) -> None:
    """As many reports as records, whatever stands between them, and the answer comes to its end."""
    for name, pattern in (("good records", "ggggg"), ("good and bad records", "gbggbbg")):
        records, wanted = bench.mixed(pattern)
        stream = bench.whole(joined(records))
        if not bench.expect_count(f"{len(records)} {name}", stream, wanted):
            return
    records, wanted = bench.mixed("ggg")
    stream, _ = bench.attempt(partial(_chunks, parts=[part for record in records for part in (record, *BLANKS)]))
    if len(stream.reports) > len(wanted):  # fewer are for the property of separators to tell
        bench.expect_count("3 records, and white space in chunks of its own", stream, wanted)
        return
    records, wanted = bench.mixed("g" * LONG)
    bench.expect_count(f"{LONG} good records", bench.whole(joined(records)), wanted)


def _chunks(stream: OpenStream, parts: list[bytes]) -> None:
    for part in parts:
        stream.send(part)


def in_order(bench: Bench) -> None:
    """The k-th report is the k-th record's, also when all were sent at once."""
    for pattern in ("gggg", "gbgbbg", "bggb"):
        records, wanted = bench.mixed(pattern)
        stream = bench.whole(joined(records))
        if _is_of_order(bench, stream, wanted):
            bench.expect(f"{len(records)} records in one chunk", stream, wanted)
            return
    records, wanted = bench.mixed("gbgbg")
    stream, _ = bench.attempt(partial(_one_a_chunk, records=records))
    if _is_of_order(bench, stream, wanted):
        bench.expect("5 records, one a chunk", stream, wanted)


def _is_of_order(bench: Bench, stream: OpenStream, wanted: list[str]) -> bool:
    """Whether the right reports came, but not where they should."""
    got = bench.told(stream.reports)
    return not fits(got, wanted) and sorted(got) == sorted(wanted)


def _one_a_chunk(stream: OpenStream, records: list[bytes]) -> None:
    for record in records:
        stream.send(record + b"\n")
    stream.wait(len(records))


def isolated(bench: Bench) -> None:
    """What becomes of a record does not depend on those before it."""
    material = bench.material
    both = (material.plain, *material.full[:MANY])
    alone = [_alone(bench, record) for record in both]
    order = [0, *(which for full in range(1, len(both)) for which in (full, 0)), 0]
    records = [encoded(both[which]) for which in order]  # and a bad record before those that stand behind the first two
    if material.bad:
        records[2:] = [record for good in records[2:] for record in (material.bad[0], good)]
    stream = bench.whole(joined(records))
    if len(stream.reports) != len(records):
        sent = f"{len(records)} good and bad records"
        bench.fails(sent, f"{len(records)} reports", _shown(bench, stream), stream)
        return
    reports = [report for record, report in zip(records, stream.reports, strict=True) if record not in material.bad]
    for which, report in zip(order, reports, strict=True):
        if not _same(bench, both[which], alone[which], report):
            expected = f"as alone: {alone[which].raw.decode('utf-8', 'replace')}"
            got = report.raw.decode("utf-8", "replace")
            bench.fails("a record behind others, of which some are refused", expected, got, stream)
            return
    _nothing_left(bench)


def _nothing_left(bench: Bench) -> None:
    """A record that says nothing at some place has nothing there of the one before it, whether that was refused or not.

    Asked of texts alone, since a number that a server chooses may be the same by chance; and a text that it has for
    all that say nothing stands there behind no record as well.
    """
    material = bench.material
    plain = material.plain
    if isinstance(plain, dict):
        plain = {name: value for name, value in plain.items() if value is not None}
    alone = _alone(bench, plain).value
    _note_what_nobody_said(bench, plain, alone)
    for before in (*material.bad, *map(encoded, material.full[:MANY])):
        stream = bench.whole(joined([before, encoded(plain)]))
        if len(stream.reports) != 2 or bench.read(stream.reports[1]) == LIMITED:
            continue
        for place, source in bench.ground.marks.echo.items():
            there, here = (find(one, split(source.pointer)) for one in (json.loads(before), plain))
            got = find(stream.reports[1].value, split(place))
            is_free = source.pointer and here in (MISSING, None) and isinstance(there, str)
            if is_free and means(got, there) and not means(find(alone, split(place)), there):
                sent = f"a record without {source.pointer} behind one with {there!r}"
                bench.fails(sent, f"something else at {place}", repr(got), stream)
                return


def _note_what_nobody_said(bench: Bench, plain: JSON, alone: JSON) -> None:
    """A report that tells of a part which its record does not have at all."""
    for place, source in bench.ground.marks.echo.items():
        part, got = split(source.pointer)[:1], find(alone, split(place))
        if source.pointer.count("/") > 1 and find(plain, part) is MISSING and got not in (MISSING, None):
            bench.notes(f"a record without /{part[0]}", f"nothing at {place}", repr(got))
            return


def _alone(bench: Bench, record: JSON) -> Text:
    for _ in range(AGAIN):
        reports = bench.whole(encoded(record) + b"\n").reports
        if len(reports) == 1 and not bench.ground.is_limit(reports[0]):
            return reports[0]
    raise NotReached("a record by itself has no report that says what became of it")


def _same(bench: Bench, record: JSON, one: Text, other: Text) -> bool:
    if bench.read(other) == LIMITED or bench.read(one) == bench.read(other) == REFUSED:
        return True
    if not isinstance(one.value, dict) or not isinstance(other.value, dict):
        return bool(one.value == other.value)
    names = one.value.keys() - _changing(bench, record, one.value)
    return one.value.keys() == other.value.keys() and all(one.value[name] == other.value[name] for name in names)


def _changing(bench: Bench, record: JSON, alone: JSON) -> set[str]:
    """Members of a report that differ anyway: the offset, and what the server chooses, with or without right."""
    marks = bench.ground.marks
    chosen = {
        report
        for report, source in marks.echo.items()
        if source.pointer and _is_chosen(record, alone, report, source.pointer)
    }
    return {split(pointer)[0] for pointer in chosen | ({marks.sequence.value} if marks.sequence else set())}


def _is_chosen(record: JSON, alone: JSON, place: str, source: str) -> bool:
    """Whether the record says nothing of it, or the report does not say it even where the record is alone."""
    wanted = find(record, split(source))
    return wanted in (MISSING, None) or not means(find(alone, split(place)), wanted)


def _shown(bench: Bench, stream: OpenStream) -> str:
    how = "" if stream.dialogue.answer.complete else f", and then it breaks off ({stream.dialogue.how()})"
    return shown(bench.told(stream.reports)) + how


def both_modes(bench: Bench) -> None:
    """The same bytes get the same reports with a Content-Length and in chunks.

    Where all there is is one bad record its report may be the answer of HTTP; of several records some may be stored.
    """
    for name, pattern in (("good records", "ggg"), ("good and bad records", "gbggb")):
        records, wanted = bench.mixed(pattern)
        data = joined(records)
        stream = bench.whole(data, length=len(data))
        if not bench.expect(f"{len(records)} {name} with a Content-Length", stream, wanted):
            return
    if bench.material.bad:
        record, _ = bench.bad()
        stream = bench.whole(record, length=len(record))
        got = bench.told(stream.reports)
        if 200 <= stream.status < 300 and not fits(got, [REFUSED]):
            bench.fails("one bad record with a Content-Length", "a refusal", shown(got), stream)


def unmixed(bench: Bench) -> None:
    """Streams that are open at the same time have nothing to do with each other."""
    with bench.opened() as first, bench.opened() as second:
        if not first.reports or not second.reports:
            got = "no report" if first.reports else "no report on the first"
            bench.fails("a second stream beside an open one", "its reports come", got, second)
            return
        halves = [(stream, *bench.good()) for stream in (first, second, first, second)]
        for one, other in (halves[:2], halves[2:]):
            for part in (slice(None, 5), slice(5, None)):
                for stream, record, _ in (one, other):
                    stream.send(record[part])
                    stream.dialogue.pause(0.004)
        for stream in (first, second):
            stream.wait(3)
            stream.finish()
        for name, stream in (("first", first), ("second", second)):
            stream.drain()
            wanted = bench.told(stream.reports[:1]) + [told for which, _, told in halves if which is stream]
            if not bench.expect(f"two streams, record by record in turn; the {name}", stream, wanted):
                return


def in_sequence(bench: Bench) -> None:
    """Offsets rise by one from record to record, by partition, whatever stream they came in."""
    sequence = bench.ground.marks.sequence
    if sequence is None:
        raise NotReached("the marks of the operation name no sequence")
    gaps = [_round(bench, split(sequence.value), split(sequence.per)) for _ in range(AGAIN)]
    found = gaps[-1]
    if found is not None and None not in gaps:
        stream, expected, got = found
        bench.fails("records in several streams, good and bad", expected, got, stream)
    else:
        _at_once(bench)


def _at_once(bench: Bench) -> None:
    """Several streams that are written to at the same time: whoever counts for each of them counts twice."""
    places = Places()
    with contextlib.ExitStack() as opened:
        streams = [opened.enter_context(bench.opened(places=places)) for _ in range(TOGETHER)]
        wanted: list[list[str]] = [bench.told(stream.reports) for stream in streams]
        for _, (stream, known) in itertools.product(range(ROUNDS), zip(streams, wanted, strict=True)):
            records, told = bench.mixed("g" * OF_ROUND)
            stream.send(joined(records))
            known += told
        for stream in streams:
            stream.finish()
        for stream in streams:
            stream.drain()
    as_sent = all(fits(bench.told(stream.reports), known) for stream, known in zip(streams, wanted, strict=True))
    if places.wrong is not None and as_sent:  # other reports than were wanted are for other properties to tell
        expected, got = places.wrong
        bench.fails(f"records on {TOGETHER} streams at once", expected, got, places.stream)


def _round(bench: Bench, value: list[str], per: list[str]) -> tuple[OpenStream, str, str] | None:
    """Three streams in turn, and one elsewhere in between. The first gap, if there is one."""
    last: dict[Any, int] = {}
    partitions = _partitions(bench, per)
    for turn in range(3):
        records, _ = bench.mixed("gbggbgggg")
        records[1:1] = partitions
        stream = bench.whole(joined(records))
        if (gap := _gap(bench, stream, last, value, per)) is not None:
            return stream, *gap
        if bench.elsewhere and turn == 0:
            with bench.opened(target=bench.elsewhere):
                pass
    return None


def _partitions(bench: Bench, per: list[str]) -> list[bytes]:
    """Records for other partitions, if a record can name one and this server has them."""
    place = bench.ground.marks.echo.get("/" + "/".join(per))
    if place is None or not place.pointer:
        return []
    found = []
    for number in (1, 2):
        record = encoded(with_value(bench.material.plain, split(place.pointer), number))
        stream = bench.whole(record + b"\n")
        if bench.told(stream.reports) and bench.ground.accepted(stream.reports[0]):
            found += [record, record]
        else:
            bench.notes(f"a record for partition {number}", "it may be refused", "it was", stream)
            break
    return found


def _gap(
    bench: Bench, stream: OpenStream, last: dict[Any, int], value: list[str], per: list[str]
) -> tuple[str, str] | None:
    """What was expected and what came, where a number does not follow the last one of its group."""
    for report in stream.reports:
        number, group = find(report.value, value), find(report.value, per)
        if not bench.ground.accepted(report) or not isinstance(number, int):
            continue
        if group in last and number != last[group] + 1:
            return f"{'/'.join(value)} {last[group] + 1} behind {last[group]} of {group}", str(number)
        last[group] = number
    return None
