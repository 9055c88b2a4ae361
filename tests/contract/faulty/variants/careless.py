"""Credentials that are compared carelessly, and HTTP that is read in one of its spellings alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.contract.faulty.honest import USERS, Kafka
from tests.contract.faulty.known import API_SECRET, TOKEN
from tests.contract.faulty.table import Change, Temperament, Variant, changed
from tests.contract.faulty.wire import Answer, Malformed, Request, Wire, json_answer, reply

KEY_401 = "401 at resource-api-key"
TOKEN_401 = "401 at external-access-token"


def secret_that(is_good: Callable[[str, str], bool]) -> Change:
    """Takes what was given and what is right."""
    return lambda honest, key, secret: key in USERS and is_good(secret, USERS[key])


def token_that(is_good: Callable[[str], bool]) -> Change:
    return lambda honest, token: is_good(token)


def by_scheme(refused: Callable[[str, str], Answer | None]) -> Change:
    """A refusal of its own for some schemes and their credentials."""

    def fault(honest: Change, request: Request) -> Answer | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        answer: Answer | None = refused(scheme, credentials) or honest(request)
        return answer

    return fault


def any_scheme(honest: Change, request: Request) -> Answer | None:
    _, _, credentials = request.headers.get("authorization", "").partition(" ")
    answer: Answer | None = None if credentials == TOKEN else honest(request)
    return answer


def refused(status: int) -> Answer:
    return json_answer(status, {"error_code": status, "message": "No"}, WWW_Authenticate="Basic")


def as_json(is_meant: Callable[[str], bool]) -> Change:
    return lambda honest, request: None if is_meant(request.media_type) else honest(request)


def of_lines(is_bad: Callable[[bytes], bool]) -> Change:
    """Such a line of a chunked body is not understood."""

    def line(honest: Callable[[], bytes]) -> bytes:
        text = honest()
        if is_bad(text):
            raise Malformed(f"a line {text!r}")
        return text

    def fault(honest: Change, wire: Wire, request: Request) -> bool:
        changed(wire, Temperament("", "", (("_line", line),)))
        kept: bool = honest(wire, request)
        return kept

    return fault


def unread(honest: Change, wire: Wire, request: Request) -> bool:
    """The error is sent, and the body stands before the next request."""
    refusal = Kafka().refusal(request)
    if refusal is None or request.chunked:
        kept: bool = honest(wire, request)
        return kept
    return reply(wire, replace(request, headers={**request.headers, "content-length": "0"}), refusal)


def head_with_body(honest: Change, wire: Wire, request: Request) -> bool:
    kept: bool = honest(wire, replace(request, method="GET" if request.method == "HEAD" else request.method))
    return kept


def of_request(is_bad: Callable[[Request], bool]) -> Change:
    return lambda honest, request: refused(400) if is_bad(request) else honest(request)


def coding(request: Request) -> str:
    return request.headers.get("transfer-encoding", "")


def of(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "protocol", what, check, at, fault)


VARIANTS = (
    of(
        "secret-cut-short",
        "the beginning of a secret will do",
        KEY_401,
        "is_user",
        secret_that(lambda given, right: right.startswith(given) and given != ""),
    ),
    of(
        "secret-and-more",
        "what begins with the secret will do",
        KEY_401,
        "is_user",
        secret_that(lambda given, right: given.startswith(right)),
    ),
    of(
        "secret-in-any-case",
        "the case of a secret does not matter",
        KEY_401,
        "is_user",
        secret_that(lambda given, right: given.lower() == right.lower()),
    ),
    of("no-secret", "no secret will do", KEY_401, "is_user", secret_that(lambda given, right: given in ("", right))),
    of(
        "secret-is-trimmed",
        "white space around a secret is left out",
        KEY_401,
        "is_user",
        secret_that(lambda given, right: given.strip() == right),
    ),
    of("any-user", "any user has the secret", KEY_401, "is_user", lambda honest, key, secret: secret == API_SECRET),
    of(
        "token-in-any-case",
        "the case of a token does not matter",
        TOKEN_401,
        "is_token",
        token_that(lambda token: token.lower() == TOKEN.lower()),
    ),
    of(
        "token-and-more",
        "what begins with the token will do",
        TOKEN_401,
        "is_token",
        token_that(lambda token: token.startswith(TOKEN)),
    ),
    of("no-token-needed", "no token will do", TOKEN_401, "is_token", token_that(lambda token: token in ("", TOKEN))),
    of("token-by-any-scheme", "the token is taken by any scheme", TOKEN_401, "unauthenticated", any_scheme),
    of(
        "scheme-as-written",
        "a scheme in lower case is not known",
        "security resource-api-key",
        "unauthenticated",
        by_scheme(lambda scheme, credentials: refused(401) if scheme == "basic" else None),
    ),
    of(
        "garbage-is-500",
        "credentials that are no base64 are an error of the server",
        KEY_401,
        "unauthenticated",
        by_scheme(lambda scheme, credentials: refused(500) if "!" in credentials else None),
    ),
    of(
        "form-is-json",
        "what is said to be a form is read as JSON",
        "415",
        "wrong_media_type",
        as_json(lambda it: it == "application/x-www-form-urlencoded"),
    ),
    of(
        "nearly-json",
        "what begins like JSON is read as JSON",
        "415",
        "wrong_media_type",
        as_json(lambda it: it.startswith("application/json")),
    ),
    of(
        "any-json",
        "every media type of JSON is taken",
        "415",
        "wrong_media_type",
        as_json(lambda it: it[-5:] == "+json"),
    ),
    of(
        "no-extensions",
        "a chunk has no extension",
        "http at chunk extensions",
        "serve",
        of_lines(lambda it: b";" in it),
    ),
    of("no-trailers", "a chunked body has no trailers", "http at trailers", "serve", of_lines(lambda it: b": " in it)),
    of(
        "capitals-are-no-digits",
        "the size of a chunk is in lower case",
        "http at chunks",
        "serve",
        of_lines(lambda it: it != it.lower() and b":" not in it and b";" not in it),
    ),
    of(
        "coding-as-written",
        "a coding in capitals is not known",
        "http at Transfer-Encoding",
        "wrong_method",
        of_request(lambda it: coding(it) != coding(it).lower()),
    ),
    of(
        "method-in-any-case",
        "post is POST",
        "http at method",
        "wrong_method",
        lambda honest, request: honest(replace(request, method=request.method.upper())),
    ),
    of("head-with-body", "HEAD is answered with a body", "http at ", "serve", head_with_body),
    of("body-left-unread", "the body of a call that is refused is read as the next call", "http at ", "serve", unread),
)
