"""No secret reaches a recording, wherever it stands, however it is spelt and cut; lengths stay true."""

from __future__ import annotations

import base64
import gzip
import html
import json
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.errors import SpecmillError
from specmill.serve.compressed import unpacked
from specmill.serve.credentials import HEADERS, PARAMETERS
from specmill.serve.recording import AnswerHead, Data, End, Event, RequestHead, written
from specmill.serve.redaction import Rules, redacted, rules_of
from specmill.serve.secrets import Secrets
from tests.serve.recordings import CHUNKED, recording

SECRET = 'hunter2/with "quotes" & ümlaut'
RULES = Rules(fields=frozenset({"password"}), parameters=frozenset({"api_key"}))
BASIC = base64.b64encode(b"user:" + SECRET.encode()).decode()


def exchange(
    *,
    fields: tuple[tuple[str, str], ...] = (),
    target: str = "/things",
    body: bytes = b"{}",
    answer: bytes = b"{}",
    answer_fields: tuple[tuple[str, str], ...] = CHUNKED,
) -> tuple[Event, ...]:
    return (
        RequestHead(0.0, "POST", target, (("Content-Length", str(len(body))), *fields)),
        Data(0.0, "client", body),
        End(0.0, "client"),
        AnswerHead(0.0, 200, answer_fields),
        Data(0.0, "server", answer),
        End(0.0, "server"),
    )


def text_of(events: tuple[Event, ...]) -> bytes:
    return written(recording(events))


PLACES: dict[str, tuple[Event, ...]] = {
    "a bearer token": exchange(fields=(("Authorization", "Bearer abcdef123"),)),
    "a token without a scheme": exchange(fields=(("Authorization", "abcdef123"),)),
    "credentials for a proxy": exchange(fields=(("Proxy-Authorization", "Basic abcdef123"),)),
    "digest": exchange(fields=(("AUTHORIZATION", 'Digest username="u", response="abcdef123"'),)),
    "a cookie": exchange(fields=(("Cookie", "theme=dark; session=abcdef123"),)),
    "a cookie that is set": exchange(answer_fields=(*CHUNKED, ("Set-Cookie", "s=abcdef123; Path=/; HttpOnly"))),
    "a cookie with quotes in it": exchange(fields=(("Cookie", 'a=b; prefs={"t":"abcdef123"}'),)),
    "a cookie in quotes": exchange(fields=(("Cookie", 'a="abcdef123"'),)),
    "a cookie without a name": exchange(fields=(("Cookie", "abcdef123"),)),
    "a cookie with quotes that is set": exchange(
        answer_fields=(*CHUNKED, ("Set-Cookie", 'a={"t":"abcdef123"}; Path=/'))
    ),
    "a key in a usual header": exchange(fields=(("X-API-Key", "abcdef123"),)),
    "a key in the address": exchange(target="/things?a=1&api_key=abcdef123&b=2"),
    "a member": exchange(body=b'{"a": [{"password": "abcdef123"}]}'),
    "a member that is spelt otherwise": exchange(body=b'{"pass\\u0077ord": "abc\\u0064ef123"}'),
    "a member with a list": exchange(body=b'{"password": ["x", {"a": "abcdef123"}]}'),
    "a member that ends in the middle": exchange(body=b'{"password": "abcdef123'),
    "a number": exchange(body=b'{"password": 4111111111111111, "other": 1}'),
    "a member of JSON in a text": exchange(body=json.dumps({"data": '[1, {"password": "abcdef123"}]'}).encode()),
    "a member of JSON in base64": exchange(
        body=json.dumps({"data": base64.b64encode(b'{"password":"abcdef123", "a": 1}').decode()}).encode()
    ),
    "a member of the answer": exchange(answer=b'[{"password":"abcdef123"}]'),
    "a member of many values": exchange(answer=b'{}\r\n{"password":"abcdef123"}\r\n{}'),
    "parts of a form": exchange(
        fields=(("Content-Type", "multipart/form-data; boundary=x"),),
        body=b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
        b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nabcdef123\r\n--x--\r\n',
    ),
    "a form": exchange(
        fields=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=b"a=1&password=abcdef123&api_key=abcdef123",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_secret_goes_from_wherever_it_has_its_place(name: str) -> None:
    rules = Rules(fields=frozenset({"password"}), parameters=frozenset({"api_key", "password"}))
    text = text_of(redacted(PLACES[name], rules))
    assert b"abcdef123" not in text
    assert b"4111111111111111" not in text
    assert b"redacted-1" in text or "number" in name or "base64" in name


BROWSERS = "!'()*~-._"  # what their encodeURIComponent leaves as it is
ECHOES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": lambda secret: json.dumps({"message": f"no: {secret}"}),
    "in JSON of other letters": lambda secret: json.dumps({"message": secret}, ensure_ascii=False),
    "in JSON with escapes of its own": lambda secret: f'"\\u{ord(secret[0]):04x}{json.dumps(secret[1:])[1:-1]}"',
    "in HTML": lambda secret: f"<p>{html.escape(secret)}</p>",
    "in an address": lambda secret: f"/login?next={quote(secret, safe='')}",
    "in an address as browsers write it": lambda secret: f"/login?next={quote(secret, safe=BROWSERS)}",
    "in an address of escapes alone": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "in a form": lambda secret: f"a=b&note={quote_plus(secret)}",
    "in HTML with numbers": lambda secret: secret.replace('"', "&#34;").replace("&", "&#x26;"),
    "in JSON that is cut": lambda secret: f'{{"a": "\\u{ord(secret[0]):04x}{json.dumps(secret[1:])[1:-1]}',
    "in JSON in JSON": lambda secret: json.dumps(json.dumps({"a": secret})),
    "in an address in JSON": lambda secret: json.dumps({"next": quote(secret, safe=BROWSERS)}),
    "in JSON in base64 in JSON": lambda secret: json.dumps(base64.b64encode(json.dumps(secret).encode()).decode()),
    "in base64 of base64": lambda secret: base64.b64encode(base64.b64encode(secret.encode())).decode(),
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in the base64 of a header": lambda secret: base64.b64encode(b"user:" + secret.encode()).decode(),
    "in base64 of something longer": lambda secret: base64.b64encode(b"x" + secret.encode() + b"yz").decode(),
    "in base64 for addresses": lambda secret: base64.urlsafe_b64encode(b">>?" + secret.encode()).decode().rstrip("="),
    "in base64 behind a path": lambda secret: "a/" + base64.b64encode(secret.encode()).decode(),
}


def seen(text: str, secret: str) -> bool:
    """Whether somebody who undoes every escape a few times finds it, or most of it."""
    for _ in range(3):
        if secret in text or secret[3:] in text:
            return True
        text = html.unescape(unquote(text.encode().decode("unicode_escape", "replace").encode("latin-1", "replace")))
    return False


@pytest.mark.parametrize("name", ECHOES)
def test_a_secret_that_is_said_again_goes_as_well(name: str) -> None:
    echo = ECHOES[name](SECRET)
    events = exchange(
        fields=(("Authorization", f"Basic {BASIC}"), ("X-Note", echo.encode().decode("latin-1").replace("\n", ""))),
        answer=echo.encode(),
    )
    clean = redacted(events, RULES)
    everything = text_of(clean)
    for leak in (SECRET.encode(), b"hunter2", BASIC.encode(), base64.b64encode(SECRET.encode())[:16]):
        assert leak not in everything
    assert not seen(everything.decode(), SECRET)
    [answer] = [event.content for event in clean if isinstance(event, Data) and event.side == "server"]
    assert echo.encode() != answer


def test_base64_with_a_secret_stays_base64() -> None:
    value = base64.b64encode(b"token=" + SECRET.encode()).decode()
    clean = redacted(exchange(body=json.dumps({"password": SECRET, "value": value}).encode()), RULES)
    [body] = [event.content for event in clean if isinstance(event, Data) and event.side == "client"]
    assert b"token=redacted-1" == base64.b64decode(json.loads(body)["value"], validate=True).rstrip()


def test_json_in_a_text_stays_json() -> None:
    inner = {"password": "abcdef123", "pin": 12}
    value = {"text": json.dumps(inner), "base64": base64.b64encode(json.dumps(inner).encode()).decode()}
    clean = redacted(exchange(body=json.dumps(value).encode()), Rules(fields=frozenset({"password", "pin"})))
    [body] = [json.loads(event.content) for event in clean if isinstance(event, Data) and event.side == "client"]
    expected = {"password": "redacted-1", "pin": 2}
    assert [expected, expected] == [json.loads(body["text"]), json.loads(base64.b64decode(body["base64"]))]


def test_the_same_secret_has_the_same_token_on_both_sides() -> None:
    events = exchange(
        fields=(("Authorization", "Bearer abcdef123"), ("X-Api-Key", "other-key")),
        body=b'{"password": "abcdef123"}',
        answer=b'{"message": "abcdef123 and other-key"}',
    )
    head, body, _, _, answer, _ = redacted(events, RULES)
    assert isinstance(head, RequestHead)
    assert isinstance(body, Data)
    assert isinstance(answer, Data)
    assert {"Bearer redacted-1", "redacted-2"} <= {value for _, value in head.fields}
    assert b'{"password": "redacted-1"}' == body.content
    assert b'{"message": "redacted-1 and redacted-2"}' == answer.content


def test_a_number_stays_a_number_and_true_stays_true() -> None:
    clean = redacted(exchange(body=b'{"password": [12, 12.5, 12, true, null]}'), RULES)
    assert b'{"password": [1, 2, 1, true, null]}' == clean[1].content  # type: ignore[union-attr]


def test_a_long_number_that_is_said_again_goes_as_well() -> None:
    answer = b'{"message":"no: 4111111111111111", "at": 12}'
    clean = redacted(exchange(body=b'{"password": [4111111111111111, 12]}', answer=answer), RULES)
    contents = [event.content for event in clean if isinstance(event, Data)]
    assert [b'{"password": [1, 2]}', b'{"message":"no: 1", "at": 12}'] == contents


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_members_that_cannot_be_looked_for_are_not_written(encoding: str) -> None:
    events = exchange(body='{"password":"abcdef123"}'.encode(encoding))
    with pytest.raises(SpecmillError, match="nothing was written"):
        redacted(events, RULES)
    assert events == redacted(events, Rules())


def test_a_content_length_stays_true() -> None:
    clean = redacted(exchange(body=b'{"password": "abc"}'), RULES)
    head, body = clean[:2]
    assert isinstance(head, RequestHead)
    assert isinstance(body, Data)
    assert ("Content-Length", str(len(body.content))) in head.fields


def test_an_exchange_without_secrets_stays_as_it_is() -> None:
    events = exchange(body=b'{"passwords": "abc", "a": {"password": ""}}')
    assert events == redacted(events, RULES)


WHOLE = b'{"password": "abcdef123"} and abcdef123 again, {"a": "YWJjZGVmMTIz"}'


@given(st.lists(st.integers(1, len(WHOLE) - 1), unique=True).map(sorted), st.data())
def test_a_secret_is_found_wherever_the_body_is_cut(cuts: list[int], data: st.DataObject) -> None:
    edges = [0, *cuts, len(WHOLE)]
    pieces = [WHOLE[start:end] for start, end in pairwise(edges)]
    more = [data.draw(st.booleans()) for _ in pieces[:-1]] + [False]
    events: tuple[Event, ...] = (
        RequestHead(0.0, "GET", "/things", ()),
        AnswerHead(0.0, 200, CHUNKED),
        *(Data(0.0, "server", piece, one) for piece, one in zip(pieces, more, strict=True)),
        End(0.0, "server"),
    )
    clean = redacted(events, RULES)
    kept = [event for event in clean if isinstance(event, Data)]
    expected = b'{"password": "redacted-1"} and redacted-1 again, {"a": "cmVkYWN0ZWQtMSAg"}'
    assert expected == b"".join(event.content for event in kept)
    assert all(event.content for event in kept)
    assert not kept[-1].more


@pytest.mark.parametrize("name", HEADERS)
def test_headers_of_credentials_are_known_without_a_document(name: str) -> None:
    asked, set_ = ((name.title(), "abcdef123"),), ((name.title(), "abcdef123"),)
    for events in (exchange(fields=asked), exchange(answer_fields=(*CHUNKED, *set_))):
        assert b"abcdef123" not in text_of(redacted(events, rules_of({})))


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_of_credentials_are_known_without_a_document(name: str) -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    said = f"a=1&{name}=abcdef123&b=2"
    for events in (exchange(target=f"/things?{said}"), exchange(fields=form, body=said.encode())):
        assert b"abcdef123" not in text_of(redacted(events, rules_of({})))


def test_the_rules_are_those_of_the_document_and_what_is_named() -> None:
    schemes = {
        "a": {"type": "apiKey", "in": "header", "name": "X-Store-Key"},
        "b": {"type": "apiKey", "in": "query", "name": "key"},
        "c": {"type": "http", "scheme": "basic"},
    }
    rules = rules_of({"components": {"securitySchemes": schemes}}, ["password"])
    assert "x-store-key" in rules.headers
    assert {"key", "password", *PARAMETERS} == rules.parameters
    assert {"header authorization", "header x-store-key", "parameter key", "field password"} <= set(rules.told())


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_secret_in_gzip_is_found(size: int) -> None:
    packed = gzip.compress(b'{"password":"abcdef123"}')
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    events: tuple[Event, ...] = (
        RequestHead(0.0, "GET", "/things", ()),
        AnswerHead(0.0, 200, (("Content-Encoding", "gzip"), ("Content-Length", str(len(packed))))),
        *(Data(0.0, "server", piece) for piece in pieces),
        End(0.0, "server"),
    )
    clean = redacted(unpacked(events), RULES)
    content = b"".join(event.content for event in clean if isinstance(event, Data))
    assert b'{"password":"redacted-1"}' == content
    assert isinstance(clean[1], AnswerHead)
    assert (("Content-Length", str(len(content))),) == clean[1].fields


def test_what_cannot_be_looked_into_is_not_written() -> None:
    with pytest.raises(SpecmillError, match="nothing was written"):
        unpacked(exchange(answer_fields=(("Content-Encoding", "br"),)))
    with pytest.raises(SpecmillError, match="nothing was written"):
        unpacked(exchange(answer_fields=(("Content-Encoding", "gzip"),)))


def test_the_names_that_a_stream_says_again_and_again_are_looked_into_once(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = Secrets()
    secrets.token(b"abcdef123456")
    looked: list[bytes] = []
    inside = secrets._inside_base64

    def looking(run: bytes, place: int, depth: int) -> list[tuple[int, int, bytes]]:
        looked.append(run)
        return inside(run, place, depth)

    monkeypatch.setattr(secrets, "_inside_base64", looking)
    again = b'{"partition_identifier":1,"id":2}' * 100
    assert [] == secrets.hidden(again)
    assert [b"partition_identifier"] == looked
    hidden = base64.b64encode(b"so: abcdef123456!")
    assert 1 == len(secrets.hidden(again + hidden))
    secrets.token(base64.b64decode(b"partition/identifier"))
    assert 100 == len(secrets.hidden(again.replace(b"_", b"/")))
