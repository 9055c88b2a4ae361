"""A call as steps without any I/O: what to send, when to pause, what to wait for.

One generator tells the story of a call; the two clients drive it, one blocking and one awaiting. Each step that it
yields is answered with what came of it:

==========  ===========================  =======================
step        asks to                      is answered with
==========  ===========================  =======================
`Request`   send it                      `Response` or `Failure`
`Pause`     wait                         None
`Turn`      acquire the lock             None
`Wait`      await a value                the value it comes to
==========  ===========================  =======================
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping
from itertools import count
from typing import Any, Protocol, TypeAlias, TypeVar

from msgspec import Struct, structs

from ._auth import Step, applied, steps_for
from ._bodies import by_media_type, default_of
from ._calls import answer_of, base_of, prepare
from ._facts import Answer, Headers, Operation, Request, Response, Scheme
from ._oauth import ClientCredentials, Token, token_url
from ._retries import IDEMPOTENT, Attempt
from ._settings import Settings
from .errors import ApiError, ConfigurationError, ConnectionFailed, InvalidArgument, TimedOut, TokenRefused

T = TypeVar("T")
LOG = logging.getLogger(__package__)
NOTHING = Headers(())


class Lock(Protocol):
    def release(self) -> None: ...


class Failure(Struct, frozen=True, kw_only=True):
    """Why no answer came, in words without credentials."""

    told: str
    sent: bool = True  # whether the server may have seen the request
    timed_out: bool = False
    lasting: bool = False  # another attempt would fail the same way
    refused: bool = False  # it is no request at all, so nobody tried to send it
    cause: OSError | None = None


class Pause(Struct, frozen=True):
    seconds: float


class Turn(Struct, frozen=True):
    lock: Lock


class Wait(Struct, frozen=True):
    """``what`` says whose function gave the value, for the client that cannot await it."""

    value: Any
    what: str


Outcome: TypeAlias = Response | Failure
Steps: TypeAlias = Generator[Request | Pause | Turn | Wait, Any, T]


class Errand(Struct, frozen=True, eq=False):
    """One request on its way: under which name it is tried, as whom, and what of it may be shown."""

    name: str
    call: str  # how messages begin
    request: Request
    shown: Request
    steps: tuple[Step, ...]
    base: Callable[[], str]
    safe: bool  # to do it twice is like doing it once
    hooked: bool  # whether the user's functions see it; nobody but the endpoint sees a request for a token


class Caller:
    """Makes the calls of one client. It holds what they share: the settings, and the tokens that were fetched."""

    def __init__(self, settings: Settings, lock: Lock) -> None:
        self.settings = settings
        self.clock: Callable[[], float] = time.monotonic
        self._lock = lock
        self._tokens: dict[tuple[ClientCredentials, str], Token] = {}

    def forget(self, lock: Lock) -> None:
        """In a child process, where the old lock may be held by a thread that is not there."""
        self._lock = lock

    def answered(self, operation: Operation[T], arguments: Mapping[str, Any]) -> Steps[Answer[T]]:
        """The answer to a call; raises what it stands for otherwise."""
        errand = self._errand(operation, prepare(operation, arguments, self.settings.place))
        outcome, attempts = yield from self._tried(errand)
        if isinstance(outcome, Failure):
            raise _raised(errand, outcome, attempts)
        try:
            return answer_of(operation, errand.shown, outcome.status, outcome.headers, outcome.raw)
        except ApiError as error:
            error.attempts = attempts
            raise

    def opened(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Steps[tuple[Request, Request]]:
        """The head of a call for an engine that sends the body itself, and what of it errors and logs may have."""
        # Of what may come back only the reports are asked for: a server could choose to answer in another format.
        bare = structs.replace(operation, body=None, errors={})
        request = prepare(bare, arguments, self.settings.place)
        if operation.body is not None:
            request = request.with_header("Content-Type", default_of(by_media_type(operation.body.contents)))
        errand = self._errand(operation, request)
        signed, _ = yield from self._signed(errand)
        return signed, errand.shown

    def refused(self, request: Request) -> None:
        """What was opened got a 401: whoever opens it again shall do so with a new token. Any thread may say so."""
        sent = request.headers.get("Authorization")
        for key, token in list(self._tokens.items()):
            if token.bearer.authorization == sent:
                self._tokens.pop(key, None)

    # --- one request, as often as it takes

    def _errand(self, operation: Operation[Any], request: Request) -> Errand:
        settings = self.settings
        steps = steps_for(operation, settings.auth, settings.schemes)
        return Errand(
            operation.id,
            f"{operation.method} {operation.path}",
            request,
            settings.shown(request),
            steps,
            lambda: base_of(operation, settings.place),
            safe=operation.method in IDEMPOTENT,
            hooked=True,
        )

    def _tried(self, errand: Errand) -> Steps[tuple[Outcome, int]]:
        """What came at last, and how often it was tried."""
        for number in count(1):
            outcome = yield from self._once(errand)
            delay = self._delay(errand, number, outcome)
            if delay is None:
                return outcome, number
            LOG.debug("%s: %s, trying again in %.2f s", errand.call, _told(outcome), delay)
            yield Pause(delay)
        raise AssertionError  # it counts without end

    def _once(self, errand: Errand) -> Steps[Outcome]:
        signed, kept = yield from self._signed(errand)
        outcome = yield from self._sent(errand, signed)
        if kept and isinstance(outcome, Response) and outcome.status == 401:
            # The server has given up on a token that should have lasted longer.
            self._drop(kept)
            signed, _ = yield from self._signed(errand)
            outcome = yield from self._sent(errand, signed)
        return outcome

    def _sent(self, errand: Errand, signed: Request) -> Steps[Outcome]:
        started = time.perf_counter()
        outcome: Outcome = yield signed
        if LOG.isEnabledFor(logging.DEBUG):
            address = errand.shown.url.partition("?")[0]
            seconds = time.perf_counter() - started
            LOG.debug("%s %s: %s in %.3f s", signed.method, address, _told(outcome), seconds)
        if isinstance(outcome, Failure):
            return outcome
        outcome = structs.replace(outcome, request=errand.shown)
        if errand.hooked and self.settings.on_response is not None:
            yield from _settled(self.settings.on_response(outcome), "on_response")
        return outcome

    def _delay(self, errand: Errand, number: int, outcome: Outcome) -> float | None:
        policy = self.settings.policy
        failure = outcome if isinstance(outcome, Failure) else None
        response = outcome if isinstance(outcome, Response) else None
        if policy is None or (response is not None and response.status < 400) or (failure and failure.refused):
            return None
        from random import random

        attempt = Attempt(
            operation=errand.name,
            method=errand.request.method,
            number=number,
            safe=errand.safe,
            status=response.status if response else None,
            headers=response.headers if response else NOTHING,
            sent=failure.sent if failure else True,
            timed_out=failure is not None and failure.timed_out,
            lasting=failure is not None and failure.lasting,
            random=random(),
            now=time.time(),
        )
        return policy(attempt)

    # --- credentials

    def _signed(self, errand: Errand) -> Steps[tuple[Request, dict[tuple[ClientCredentials, str], Token]]]:
        """The request as it goes out, and the tokens in it that had been fetched before."""
        request = errand.request
        kept: dict[tuple[ClientCredentials, str], Token] = {}
        if errand.hooked and self.settings.on_request is not None:
            hooked = yield from _settled(self.settings.on_request(request), "on_request")
            request = _request(request if hooked is None else hooked, "on_request")
        for credential, scheme in errand.steps:
            if isinstance(credential, ClientCredentials):
                key = (credential, self._endpoint(errand, credential, scheme))
                before = self._tokens.get(key)
                token = yield from self._token(key)
                if token is before:
                    kept[key] = token
                credential = token.bearer
            signed = yield from _settled(applied((credential, scheme), request), "auth")
            request = _request(signed, "auth")
        return request, kept

    def _endpoint(self, errand: Errand, credential: ClientCredentials, scheme: Scheme) -> str:
        return token_url(credential, scheme.token_url, errand.base)

    def _token(self, key: tuple[ClientCredentials, str]) -> Steps[Token]:
        """The token that is kept, or a new one. Whoever comes while it is fetched waits for it."""
        token = self._tokens.get(key)
        if token is not None and self.clock() < token.ends:
            return token
        lock = self._lock
        yield Turn(lock)
        try:
            token = self._tokens.get(key)
            if token is None or self.clock() >= token.ends:
                token = self._tokens[key] = yield from self._fetched(*key)
            return token
        finally:
            lock.release()

    def _fetched(self, credential: ClientCredentials, url: str) -> Steps[Token]:
        """A new token. To ask for one twice does no harm, so it is tried again whenever a policy allows it."""
        shown = Request("POST", url.partition("?")[0])  # its content is a secret too
        told = f"token endpoint {shown.url}"
        errand = Errand("token", told, credential.request(url), shown, (), lambda: "", safe=True, hooked=False)
        outcome, attempts = yield from self._tried(errand)
        if isinstance(outcome, Failure):
            raise _raised(errand, outcome, attempts)
        try:
            return credential.token(outcome, self.clock())
        except TokenRefused as error:
            error.attempts = attempts
            raise

    def _drop(self, used: Mapping[tuple[ClientCredentials, str], Token]) -> None:
        """Forgets these tokens, but not the newer ones that others have fetched meanwhile."""
        for key, token in used.items():
            if self._tokens.get(key) is token:
                self._tokens.pop(key, None)


def _settled(value: Any, what: str) -> Steps[Any]:
    """What a function of the user's gave, awaited where it has to be."""
    if hasattr(value, "__await__"):
        value = yield Wait(value, what)
    return value


def _request(value: Any, what: str) -> Request:
    if isinstance(value, Request):
        return value
    raise ConfigurationError(f"a function for {what} returns the request, not {type(value).__name__}")


def _told(outcome: Outcome) -> str:
    return outcome.told if isinstance(outcome, Failure) else str(outcome.status)


def _raised(errand: Errand, failure: Failure, attempts: int) -> Exception:
    message = f"{errand.call}: {failure.told}"
    if failure.refused:
        return InvalidArgument(message)
    kind = TimedOut if failure.timed_out else ConnectionFailed
    error = kind(message, errand.shown, sent=failure.sent)
    error.attempts = attempts
    error.__cause__ = failure.cause
    return error
