"""Everything that a call raises on purpose.

::

    ClientError
    ├── ConfigurationError            no address, no fitting credentials, a client that is closed
    ├── InvalidArgument               does not fit the document, so nothing was sent (also a ValueError)
    │   └── InvalidRecord             ... in a stream, which lives on: record, sent, rest
    ├── ConnectionFailed              no answer came (also a ConnectionError)
    │   └── TimedOut                  ... in time (also a TimeoutError)
    ├── TokenRefused                  the token endpoint of OAuth 2 gave no token
    ├── RecordRefused                 a success, but its report says that the record was not accepted
    ├── StreamError                   a stream ended before each of its records had a report
    │   ├── StreamBroken              the connection broke (also a ConnectionError)
    │   ├── StreamTimedOut            nothing moved for too long (also a TimeoutError)
    │   ├── StreamGarbled             what came is no HTTP, no JSON, or a report without a record
    │   └── StreamEnded               the server ended it, or the caller went on after its end
    ├── WindowFull                    no room for one more record without waiting
    ├── UnreadRefusals                records of a stream were refused, and nobody looked at their reports
    ├── NotFlushed                    a stream goes on, but not all reports came in time (also a TimeoutError)
    └── ApiError                      the server answered: status, body, headers, request
        ├── Redirected                3XX
        ├── BadRequest                400
        ├── Unauthorized              401
        ├── PaymentRequired           402
        ├── Forbidden                 403
        ├── NotFound                  404
        ├── MethodNotAllowed          405
        ├── NotAcceptable             406
        ├── RequestTimeout            408
        ├── Conflict                  409
        ├── Gone                      410
        ├── PreconditionFailed        412
        ├── PayloadTooLarge           413
        ├── UnsupportedMediaType      415
        ├── UnprocessableContent      422
        ├── Locked                    423
        ├── TooManyRequests           429
        ├── ServerError               5XX
        │   ├── InternalServerError   500
        │   ├── NotImplementedByServer 501
        │   ├── BadGateway            502
        │   ├── ServiceUnavailable    503
        │   └── GatewayTimeout        504
        ├── UndocumentedStatus        a status of no class above that the document does not list, and no success
        │                             like one that it does list
        └── InvalidAnswer             a success whose body is not what the document says

A module that was added to the runtime may have one of its own, which then is one of these too.

A status has its class whether the document lists it or not; ``documented`` tells. Whatever ends a stream holds in
``unknown`` the records that may have been stored or not, and in ``unsent`` those that certainly were not, in order.
No message and no repr holds credentials, every error can be pickled, and ``attempts`` says how often the call was
tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from ._facts import Request

LONGEST = 300  # characters of a body that a message shows
TELLING = ("message", "detail", "title", "error_description", "description", "error")


class ClientError(Exception):
    """The base of all errors of this package."""

    attempts = 1
    unknown: tuple[Any, ...] = ()  # records of a stream that were sent and have no report
    unsent: tuple[Any, ...] = ()  # ... that were not sent, or were certainly not stored

    @property
    def unacknowledged(self) -> tuple[Any, ...]:
        """All records of a stream that have no report, in the order in which they were given."""
        return (*self.unknown, *self.unsent)

    def __str__(self) -> str:
        said = super().__str__()
        return f"{said} (tried {self.attempts} times)" if self.attempts > 1 else said

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restored, (type(self), self.args, vars(self)))


class ConfigurationError(ClientError):
    """The client cannot make this call the way it was set up."""


class InvalidArgument(ClientError, ValueError):
    """An argument does not fit the document. Nothing was sent."""


class InvalidRecord(InvalidArgument):
    """A record that cannot be sent. The stream lives on.

    All records that one call was given before the bad ``record`` are sent: ``position`` is how many, ``sent`` are the
    last of them. ``rest`` were taken behind it and are not sent.
    """

    def __init__(self, message: str, record: Any, sent: Sequence[Any] = (), rest: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.record = record
        self.position = len(sent)
        self.sent = tuple(sent)
        self.rest = tuple(rest)


class ConnectionFailed(ClientError, ConnectionError):
    """No answer came: no connection, or one that broke. ``sent`` is whether the server may have seen the request."""

    def __init__(self, message: str, request: Request, *, sent: bool = True) -> None:
        super().__init__(message)
        self.request = request.without_credentials()
        self.sent = sent


class TimedOut(ConnectionFailed, TimeoutError):
    """No answer came in time. A server that has seen the request (``sent``) may still act on it."""


class TokenRefused(ClientError):
    """The token endpoint gave no token. ``status`` is its own, ``error`` the code that OAuth 2 has for the reason."""

    def __init__(self, message: str, status: int, error: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.error = error


class RecordRefused(ClientError):
    """The call succeeded, but its ``report`` says that the record was not accepted."""

    def __init__(self, message: str, report: Any) -> None:
        super().__init__(message)
        self.report = report


class StreamError(ClientError):
    """A stream ended before each of its records had a report."""


class StreamBroken(StreamError, ConnectionError):
    """The connection broke."""


class StreamTimedOut(StreamError, TimeoutError):
    """Nothing moved for too long."""


class StreamGarbled(StreamError):
    """What came is no HTTP, no JSON, or a report for which there is no record."""


class StreamEnded(StreamError):
    """The server ended the stream before it had answered all records, or the caller went on after its end."""


class WindowFull(ClientError):
    """So many records are in flight that one more would have to wait."""


class UnreadRefusals(ClientError):
    """Records of a stream were refused, and nobody looked at their reports: ``refused`` has them all."""

    def __init__(self, refused: tuple[tuple[Any, Any], ...]) -> None:
        super().__init__(f"{len(refused)} records were refused, and nobody looked at it; the first: {refused[0][1]!r}")
        self.refused = refused


class NotFlushed(ClientError, TimeoutError):
    """Not all reports came in time. The stream goes on, and so do they."""


class ApiError(ClientError):
    """The server answered, but not with a success that the document describes.

    ``body`` is the documented model where the answer fits one, else the JSON value, text or bytes that came;
    ``raw`` is always what came. ``request`` is what was sent, without the credentials.
    """

    def __init__(
        self,
        call: str,
        status: int,
        body: Any,
        headers: Mapping[str, str],
        request: Request,
        *,
        raw: bytes = b"",
        documented: bool = True,
    ) -> None:
        super().__init__(f"{call}: {status}{_phrase(status)}{told_by(body)}")
        self.call = call
        self.status = status
        self.body = body
        self.headers = headers
        self.request = request.without_credentials()
        self.raw = raw
        self.documented = documented


class Redirected(ApiError):
    """3XX: the answer is elsewhere (see the Location header), or has not changed."""


class BadRequest(ApiError):
    """400"""


class Unauthorized(ApiError):
    """401: the credentials are missing or wrong."""


class PaymentRequired(ApiError):
    """402"""


class Forbidden(ApiError):
    """403: the credentials do not allow it."""


class NotFound(ApiError):
    """404"""


class MethodNotAllowed(ApiError):
    """405"""


class NotAcceptable(ApiError):
    """406"""


class RequestTimeout(ApiError):
    """408: the server grew tired of waiting for the request."""


class Conflict(ApiError):
    """409"""


class Gone(ApiError):
    """410"""


class PreconditionFailed(ApiError):
    """412"""


class PayloadTooLarge(ApiError):
    """413"""


class UnsupportedMediaType(ApiError):
    """415"""


class UnprocessableContent(ApiError):
    """422"""


class Locked(ApiError):
    """423"""


class TooManyRequests(ApiError):
    """429: slow down (see the Retry-After header)."""


class ServerError(ApiError):
    """5XX: the server failed."""


class InternalServerError(ServerError):
    """500"""


class NotImplementedByServer(ServerError):
    """501"""


class BadGateway(ServerError):
    """502"""


class ServiceUnavailable(ServerError):
    """503"""


class GatewayTimeout(ServerError):
    """504"""


class UndocumentedStatus(ApiError):
    """A status that the document does not list. A 2XX is raised only if it holds nothing that a listed one promises."""


class InvalidAnswer(ApiError):
    """A success whose body is not what the document says it is."""


CLASSES: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    406: NotAcceptable,
    408: RequestTimeout,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
    422: UnprocessableContent,
    423: Locked,
    429: TooManyRequests,
    500: InternalServerError,
    501: NotImplementedByServer,
    502: BadGateway,
    503: ServiceUnavailable,
    504: GatewayTimeout,
}
RANGES: Mapping[int, type[ApiError]] = {3: Redirected, 5: ServerError}


def class_of(status: int, documented: bool) -> type[ApiError]:
    """The class for a status, the most exact one first."""
    found = CLASSES.get(status) or RANGES.get(status // 100)
    return found or (ApiError if documented else UndocumentedStatus)


def _restored(kind: type[ClientError], arguments: tuple[Any, ...], state: Mapping[str, Any]) -> ClientError:
    error: ClientError = kind.__new__(kind)
    error.args = arguments
    vars(error).update(state)
    return error


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def told_by(body: Any) -> str:
    """What the body says about itself, short enough for one line."""
    if isinstance(body, str):
        said = "" if body.lstrip()[:1] == "<" else body
    else:
        found = (body.get(name) if isinstance(body, dict) else getattr(body, name, None) for name in TELLING)
        said = next((text for text in found if isinstance(text, str) and text), "")
    line = " ".join(said.split())
    return f": {line[:LONGEST]}{'…' if len(line) > LONGEST else ''}" if line else ""
