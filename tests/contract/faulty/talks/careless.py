"""Conversations with credentials that are nearly right, and in unusual spellings of HTTP."""

from __future__ import annotations

from typing import Any

from tests.contract.faulty.caller import CUT, Caller, basic
from tests.contract.faulty.known import API_KEY, API_SECRET, TOKEN
from tests.contract.faulty.table import Server
from tests.contract.faulty.talks.responses import Said, answer, status
from tests.contract.faulty.talks.talk import GOOD, Talk, code

SIZE = b"%x" % len(GOOD)
WIDE = GOOD + b" " * (-(len(GOOD) - 10) % 16)


def by_key(secret: str, key: str = API_KEY) -> Said:
    return answer(status, GOOD, Authorization=basic(key, secret))


def by_token(token: str, scheme: str = "Bearer") -> Said:
    return answer(status, GOOD, Authorization=f"{scheme} {token}")


def chunked(said: bytes, coding: str = "chunked") -> Said:
    """The verdict on a record in a body that is chunked like this."""
    return answer(lambda caller: code(caller.report()), said, Content_Length=None, Transfer_Encoding=coding)


def behind_a_refusal(server: Server, patience: float) -> Any:
    """The status of a second call on the connection of one that was refused."""
    with Caller(server.url, patience) as caller:
        caller.open(Content_Length=str(len(GOOD)), Authorization=None)
        caller.whole(GOOD)
        caller.report()
        caller.open(Content_Length=str(len(GOOD)))
        return caller.head()


TALKS = (
    Talk("secret-cut-short", by_key(API_SECRET[:-1]), 401, 200),
    Talk("secret-and-more", by_key(f"{API_SECRET}x"), 401, 200),
    Talk("secret-in-any-case", by_key(API_SECRET.swapcase()), 401, 200),
    Talk("no-secret", by_key(""), 401, 200),
    Talk("secret-is-trimmed", by_key(f"{API_SECRET} "), 401, 200),
    Talk("any-user", by_key(API_SECRET, "nobody"), 401, 200),
    Talk("token-in-any-case", by_token(TOKEN.swapcase()), 401, 200),
    Talk("token-and-more", by_token(f"{TOKEN}x"), 401, 200),
    Talk("no-token-needed", by_token(""), 401, 200),
    Talk("token-by-any-scheme", by_token(TOKEN, "Token"), 401, 200),
    Talk(
        "scheme-as-written",
        answer(status, GOOD, Authorization=basic(API_KEY, API_SECRET).replace("Basic", "basic")),
        200,
        401,
    ),
    Talk("garbage-is-500", answer(status, GOOD, Authorization="Basic !!!!"), 401, 500),
    Talk("form-is-json", answer(status, GOOD, Content_Type="application/x-www-form-urlencoded"), 415, 200),
    Talk("nearly-json", answer(status, GOOD, Content_Type="application/jsonx"), 415, 200),
    Talk("any-json", answer(status, GOOD, Content_Type="application/x+json"), 415, 200),
    Talk("no-extensions", chunked(SIZE + b";x=1\r\n" + GOOD + b"\r\n0\r\n\r\n"), 200, 400),
    Talk(
        "no-trailers",
        answer(
            lambda caller: len(caller.all()),
            SIZE + b"\r\n" + GOOD + b"\r\n0\r\nX: 1\r\n\r\n",
            Content_Length=None,
            Transfer_Encoding="chunked",
        ),
        2,
        3,
    ),
    Talk("capitals-are-no-digits", chunked(b"%X\r\n%b\r\n0\r\n\r\n" % (len(WIDE), WIDE)), 200, 400),
    Talk("coding-as-written", chunked(SIZE + b"\r\n" + GOOD + b"\r\n0\r\n\r\n", "Chunked"), 200, 400),
    Talk("method-in-any-case", answer(status, GOOD, method="post"), 405, 200),
    Talk(
        "head-with-body",
        answer(lambda caller: caller.to_the_end() != b"", method="HEAD", Connection="close"),
        False,
        True,
    ),
    Talk("body-left-unread", behind_a_refusal, CUT, 400),
)
