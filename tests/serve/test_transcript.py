"""What was said, as far back as there is room."""

from __future__ import annotations

import pytest

from specmill.serve.credentials import HEADERS
from specmill.serve.transcript import EACH, Transcript


def test_the_oldest_go_first_and_are_counted() -> None:
    transcript = Transcript(room=3 * (EACH + 10))
    for n in range(5):
        transcript.add(n, 0, "client", "data", b"%d" % n * 10)
    assert (b"222222222233333333334444444444", 20) == (transcript.of(0, "client"), transcript.forgotten)
    assert str(transcript).startswith("(the first 20 bytes are not kept)\n   2.0000 #0 > 2222222222")


def test_what_has_no_data_takes_room_too() -> None:
    transcript = Transcript(room=100 * EACH)
    for n in range(10_000):
        transcript.add(n, n, "client", "open")
    assert 100 == len(transcript)


def test_a_credential_that_comes_in_two_pieces_is_not_shown_either() -> None:
    whole = b"GET / HTTP/1.1\r\nX-Api-Key: c2VjcmV0\r\nHost: h\r\n\r\n"
    for cut in range(len(whole)):
        transcript = Transcript()
        transcript.add(0.5, 3, "client", "data", whole[:cut])
        transcript.add(0.5, 4, "client", "data", b"another says something in between")
        transcript.add(0.75, 3, "client", "data", whole[cut:])
        shown = str(transcript)
        assert not {"c2V", "Vjc", "mV0"} & {shown[at : at + 3] for at in range(len(shown))}, cut


@pytest.mark.parametrize("name", HEADERS)
def test_all_that_recordings_hide_is_hidden(name: str) -> None:
    transcript = Transcript()
    transcript.add(0.5, 3, "client", "data", f"{name.title()}: c2VjcmV0\r\n".encode())
    assert str(transcript).endswith(f"{name.title()}: ***")


def test_both_directions_stand_on_one_clock_and_credentials_do_not() -> None:
    transcript = Transcript()
    transcript.add(0.5, 3, "client", "data", b"GET / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0\r\n")
    transcript.add(0.75, 3, "server", "data", b"\xff\x1b[31m")
    transcript.add(1, 3, "server", "reset")
    assert (
        "   0.5000 #3 > GET / HTTP/1.1\n"
        "   0.5000 #3 > Authorization: ***\n"
        "   0.7500 #3 < \\xff\\x1b[31m\n"
        "   1.0000 #3 < (reset)"
    ) == str(transcript)
    assert b"c2VjcmV0" in transcript.of(3, "client")
