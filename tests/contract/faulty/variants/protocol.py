"""Credentials, methods, paths, media types and the answers to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.temperaments import BY_NAME
from tests.contract.faulty.wire import Answer, Request, json_answer

REPORTED: dict[str, Any] = {"error_code": 200}


def let_in(meant: Change) -> Change:
    """Callers of this kind are let in."""

    def fault(honest: Change, request: Request) -> Answer | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        return None if meant(scheme.lower(), credentials) else honest(request)

    return fault


def with_status(status: int) -> Change:
    """In place of the honest refusal, with the same body."""

    def fault(honest: Change, *given: object) -> Answer | None:
        answer: Answer | None = honest(*given)
        return replace(answer, status=status) if answer else None

    return fault


def with_header(name: str, value: str | None) -> Change:
    def fault(honest: Change, request: Request) -> Answer | None:
        answer: Answer | None = honest(request)
        if answer is None:
            return None
        headers = {key: text for key, text in answer.headers.items() if key != name}
        return replace(answer, headers=headers | ({name: value} if value else {}))

    return fault


def as_good(honest: Change, request: Request) -> Answer | None:
    """What should be refused is answered as if it had been done."""
    return json_answer(200, REPORTED) if honest(request) else None


def refused_type(honest: Change, meant: Change, request: Request) -> Answer | None:
    return json_answer(415, {"error_code": 415, "message": "No"}) if meant(request) else honest(request)


def taken_type(media_type: str) -> Change:
    return lambda honest, request: None if request.media_type == media_type else honest(request)


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "")


def of(name: str, what: str, check: str, at: str, fault: Change) -> Variant:
    return Variant(name, "protocol", what, check, at, fault)


VARIANTS = (
    of("open-to-all", "nobody needs credentials", "401", "unauthenticated", lambda honest, request: None),
    of(
        "open-without-credentials",
        "whoever has no credentials is let in",
        "401",
        "unauthenticated",
        let_in(lambda scheme, credentials: not scheme),
    ),
    of(
        "any-secret",
        "any secret will do for the API key",
        "401 at resource-api-key",
        "is_user",
        lambda honest, key, secret: True,
    ),
    of("any-token", "any token will do", "401 at external-access-token", "is_token", lambda honest, token: True),
    of(
        "any-scheme",
        "an unknown scheme is let in",
        "401",
        "unauthenticated",
        let_in(lambda scheme, credentials: scheme not in ("", "basic", "bearer")),
    ),
    of(
        "no-api-key",
        "the API key of the document is refused",
        "security resource-api-key",
        "is_user",
        lambda honest, key, secret: False,
    ),
    of(
        "no-token",
        "the access token of the document is refused",
        "security external-access-token",
        "is_token",
        lambda honest, token: False,
    ),
    of(
        "unauthenticated-is-418",
        "an unknown caller is answered with a status that the document does not have",
        "401",
        "unauthenticated",
        with_status(418),
    ),
    of("unauthenticated-is-200", "an unknown caller is told that all went well", "401", "unauthenticated", as_good),
    of(
        "no-challenge",
        "401 does not say how to authenticate",
        "WWW-Authenticate at 401",
        "unauthenticated",
        with_header("WWW-Authenticate", None),
    ),
    of("any-method", "any other method is answered with 200", "405", "wrong_method", as_good),
    of("method-is-500", "any other method is an error of the server", "405", "wrong_method", with_status(500)),
    of(
        "method-without-allow",
        "405 does not say what is allowed",
        "Allow at 405",
        "wrong_method",
        with_header("Allow", None),
    ),
    of(
        "method-allows-others",
        "405 says that GET is allowed, and POST is not",
        "Allow at 405",
        "wrong_method",
        with_header("Allow", "GET"),
    ),
    of("any-path", "paths that are not there are answered with 200", "404", "unknown_path", as_good),
    of("any-media-type", "any media type is read as JSON", "415", "wrong_media_type", lambda honest, request: None),
    of("text-is-json", "text/plain is read as JSON", "415", "wrong_media_type", taken_type("text/plain")),
    of(
        "media-type-is-500", "another media type is an error of the server", "415", "wrong_media_type", with_status(500)
    ),
    of(
        "no-charset",
        "a media type with a parameter is refused",
        "415",
        "wrong_media_type",
        lambda honest, request: refused_type(honest, lambda it: ";" in content_type(it), request),
    ),
    of(
        "no-capitals",
        "a media type in capitals is refused",
        "415",
        "wrong_media_type",
        lambda honest, request: refused_type(honest, lambda it: content_type(it) != content_type(it).lower(), request),
    ),
    of("no-body-is-200", "a request without a body is answered with 200", "422", "without_body", as_good),
    of("no-body-is-500", "a request without a body is an error of the server", "422", "without_body", with_status(500)),
    of(
        "too-large-is-418",
        "too large a body is answered with a status that the document does not have",
        "413",
        "too_large",
        with_status(418),
    ),
    Variant(
        "limit-as-json",
        "protocol",
        "429 comes with JSON in place of a page",
        "Content-Type at 429",
        "too_many",
        lambda honest, *given: json_answer(429, {"error_code": 429}) if honest(*given) else None,
        BY_NAME["limits-requests"],
    ),
    Variant(
        "limit-is-409",
        "protocol",
        "too many requests are answered with a status that the document does not have",
        "429",
        "too_many",
        with_status(409),
        BY_NAME["limits-requests"],
    ),
)
