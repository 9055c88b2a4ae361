"""An answer's body comes out as it was put in, however it is framed and cut; what is no framing is a fault."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime._duplex import parsed
from runtime._duplex.framing import Chunked, Counted, Cut, Malformed, UntilClose
from runtime._duplex.parsed import Parsed, framing_of, parser_of_httptools
from tests.duplex.doors import cut, doors

GOOD: list[tuple[bytes, bytes]] = [
    (b"0\r\n\r\n", b""),
    (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
    (b"3\r\nabc\r\n2\r\n\r\n\r\n3\r\nabc\r\n2\r\n\r\n\r\n0\r\n\r\n", b"abc\r\nabc\r\n"),
    (b"003\r\nabc\r\n00\r\n\r\n", b"abc"),
    (b"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", b"01234567890123456789"),
    (b'3;name=value;other="q"\r\nabc\r\n0;last\r\n\r\n', b"abc"),
    (b"3 ;x\r\nabc\r\n0\r\n\r\n", b"abc"),
    (b"3; x\r\nabc\r\n0; last\r\n\r\n", b"abc"),
    (b'3\t;\tx = y ; z="a b" ; w\r\nabc\r\n0\r\n\r\n', b"abc"),
    (b"3;\r\nabc\r\n0\r\n\r\n", b"abc"),
    (b"0; last\r\n\r\n", b""),
    (b"00000000000000000003\r\nabc\r\n00000000000000000000\r\n\r\n", b"abc"),
    (b"3\r\nabc\r\n0\r\nEmpty:\r\nBlank: \t\r\nIn-Latin: \xff\r\nTransfer-Encoding: gzip\r\n\r\n", b"abc"),
    (b"3\r\nabc\r\n0\r\nTrailer: one\r\nAnother: two\r\n\r\n", b"abc"),
    (b"5\r\n\r\n0\r\n\r\n0\r\n\r\n", b"\r\n0\r\n"),
    (b"1\r\n3\r\n3\r\n1\r\n\r\n1\r\n3\r\n0\r\n\r\n", b"31\r\n3"),
]
BAD = [
    b"x\r\n",
    b"-1\r\n",
    b"0x3\r\nabc\r\n",
    b"+3\r\nabc\r\n",
    b"\r\nabc\r\n",
    b"3\r\nabcd\r\n0\r\n\r\n",
    b"3\r\nabc0\r\n\r\n",
    b"3\r\nab\r\n0\r\n\r\n",
    b"3\r\nabc\n\n0\r\n\r\n",
    b"12345678901234567\r\n",
    b"3 4\r\nabc",
    b"3\nabc\r\n0\r\n\r\n",
    b"0\n\n",
    b"0\r\nTrailer: one\n\r\n",
    b"0\r\nno trailer\r\n\r\n",
    b"0\r\nTrailer : one\r\n\r\n",
    b"0\r\n Trailer: one\r\n\r\n",
    b"0\r\nA trailer: one\r\n\r\n",
    b"0\r\n: one\r\n\r\n",
    b"0\r\nTrailer: \x01\r\n\r\n",
    b"0\r\nTrailer: a\rb\r\n\r\n",
    b"0\r\nTrailer: one\r\n two\r\n\r\n",
    b"0\r\nContent-Length: 5\r\n\r\n",
    b"3;" + b"x" * 20_000,
    b"0" * 20_000,
    b"0\r\nTrailer: " + b"x" * 20_000,
]


def by_httptools() -> Parsed:
    parser = parser_of_httptools()
    assert parser, "make setup installs it"
    return Parsed(parser)


Make = Callable[[], Chunked | Parsed]
both = pytest.mark.parametrize("make", [Chunked, by_httptools], ids=["own", "httptools"])


def through(make: Make, pieces: list[bytes]) -> tuple[bytes, Chunked | Parsed]:
    framing = make()
    return b"".join(framing.feed(piece) for piece in pieces), framing


@both
@pytest.mark.parametrize(("wire", "content"), GOOD)
@pytest.mark.parametrize("trailing", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_chunks_come_out_through_every_door(make: Make, wire: bytes, content: bytes, trailing: bytes) -> None:
    for pieces in doors(wire + trailing):
        found, framing = through(make, pieces)
        assert (content, True, None) == (found, framing.done, framing.fault), pieces


@both
@pytest.mark.parametrize("wire", BAD)
def test_what_is_no_chunk_is_a_fault_through_every_door(make: Make, wire: bytes) -> None:
    for pieces in [[wire], [wire[at : at + 1] for at in range(len(wire))], [wire[:5], wire[5:]]]:
        _, framing = through(make, pieces)
        assert (True, False) == (isinstance(framing.fault, Malformed), framing.done), pieces


@both
def test_the_content_before_a_fault_is_not_lost(make: Make) -> None:
    found, framing = through(make, [b"3\r\nabc\r\n2\r\nde\r\nnonsense"])
    assert (b"abcde", True) == (found, framing.fault is not None)


def test_a_fault_is_told_as_it_is_however_much_came_with_it() -> None:
    for wire in (b"x" * 20_000, b"3 x" * 7_000, b"0\r\n" + b"no trailer" * 2_000 + b"\r\n"):
        _, framing = through(by_httptools, [wire])
        assert str(framing.fault).startswith("this is no chunk"), wire[:5]


@both
@pytest.mark.parametrize(("wire", "content"), GOOD[1:])
def test_an_end_of_the_connection_inside_is_a_cut(make: Make, wire: bytes, content: bytes) -> None:
    for at in range(len(wire)):
        _, framing = through(make, [wire[:at]])
        assert not framing.done
        with pytest.raises(Cut):
            framing.ended()


@both
@given(data=st.data(), chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=12), upper=st.booleans())
def test_any_content_in_any_chunks_cut_anywhere(
    make: Make, data: st.DataObject, chunks: list[bytes], upper: bool
) -> None:
    size = b"%X" if upper else b"%x"
    extension = data.draw(st.sampled_from([b"", b";a", b' ;a="b"', b"; a"]))
    wire = b"".join(size % len(chunk) + extension + b"\r\n" + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n"
    found, framing = through(make, data.draw(cut(wire)))
    assert (b"".join(chunks), True) == (found, framing.done)


@both
@pytest.mark.parametrize("separator", [b"", b"\r\n"])
@pytest.mark.parametrize(
    "odd", [b"", b'7\r\n{"n":0}\r\n', b"2\r\n\n\n\r\n", b"2;a\r\n\r\n\r\n", b'007\r\n{"n":1}\r\n', b"1\r\n\n\r\n"]
)
def test_what_interrupts_many_chunks_of_the_same_size_comes_out_in_its_place(
    make: Make, separator: bytes, odd: bytes
) -> None:
    many = [
        b"%x\r\n%b\r\n" % (len(text), text) for n in range(30) for text in (b'{"n":%d}' % (100 + n), separator) if text
    ]
    contents = b"".join(b'{"n":%d}%b' % (100 + n, separator) for n in range(30))
    inside = odd.partition(b"\r\n")[2][:-2]
    wire = b"".join([*many, odd, *many, b"0\r\n\r\n"])
    for pieces in doors(wire):
        found, framing = through(make, pieces)
        assert (contents + inside + contents, True) == (found, framing.done), pieces


def test_a_body_of_known_length_ends_there_and_nowhere_else() -> None:
    for pieces in doors(b"abcdef"):
        framing = Counted(4)
        assert b"abcd" == b"".join(map(framing.feed, pieces))
        assert framing.done
    with pytest.raises(Cut, match="3 bytes"):
        cut_short = Counted(4)
        cut_short.feed(b"a")
        cut_short.ended()


def test_a_body_that_the_connection_ends_is_complete_then() -> None:
    framing = UntilClose()
    assert (b"abc", False) == (framing.feed(b"abc"), framing.done)
    framing.ended()
    assert framing.done


@pytest.mark.parametrize("installed", [None, SimpleNamespace(), SimpleNamespace(HttpResponseParser=lambda _: object())])
def test_without_a_suitable_httptools_ours_is_taken(installed: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def imported(name: str) -> object:
        if installed is None:
            raise ImportError(name)
        return installed

    assert isinstance(parsed.chunked(), Parsed)
    parser_of_httptools.cache_clear()
    monkeypatch.setattr(parsed, "import_module", imported)
    assert isinstance(parsed.chunked(), Chunked)
    parser_of_httptools.cache_clear()


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (200, {"transfer-encoding": "chunked"}, Parsed),
        (200, {"transfer-encoding": "Chunked", "content-length": "5"}, Parsed),
        (200, {"transfer-encoding": "identity"}, UntilClose),
        (200, {"content-length": "5"}, Counted),
        (200, {"content-length": "5, 5"}, Counted),
        (200, {}, UntilClose),
        (204, {"transfer-encoding": "chunked"}, Counted),
        (304, {}, Counted),
    ],
)
def test_the_head_says_how_the_body_is_framed(status: int, headers: dict[str, str], kind: type) -> None:
    assert kind is type(framing_of(status, headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"transfer-encoding": "gzip, chunked"},
        {"content-length": "five"},
        {"content-length": "-5"},
        {"content-length": "5, 6"},
        {"content-length": "²"},
        {"content-length": ""},
    ],
)
def test_a_framing_that_cannot_be_understood_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        framing_of(200, headers)
