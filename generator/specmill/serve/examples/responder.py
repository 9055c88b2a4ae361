"""What becomes of a request when its head has come: which operation it is for, and what is certain by then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specmill.document.api import Api
from specmill.schemas.made import Maker
from specmill.schemas.validate import Judge
from specmill.serve.examples.answers import Answer, Answers
from specmill.serve.examples.bodies import Bodies
from specmill.serve.examples.calls import BAD, Call, Plan, Whole
from specmill.serve.examples.parameters import Parameters, Sent
from specmill.serve.examples.refusals import plain, refused
from specmill.serve.examples.routes import Match, Routes
from specmill.serve.examples.security import Security
from specmill.serve.examples.streams import opened
from specmill.serve.exchange import Exchange, Listener
from specmill.serve.prefer import NONE, BadPreference, preference
from specmill.values import Operation


class Examples:
    """The responder."""

    def __init__(self, api: Api) -> None:
        components = api.normal.tree["components"]
        schemas, schemes = components["schemas"], components.get("securitySchemes", {})
        self.requests, self.replies = Judge(schemas, "request"), Judge(schemas, "answer")
        self._maker = Maker(schemas, self.replies)
        self._routes: Routes[Plan] = Routes()
        raw = [one for item in api.normal.tree["paths"].values() for one in item.values()]
        for operation, one in zip(api.operations, raw, strict=True):
            self._routes.add(operation, self._plan(operation, one, schemas, schemes))

    def _plan(self, operation: Operation, raw: Any, schemas: Mapping[str, Any], schemes: Mapping[str, Any]) -> Plan:
        return Plan(
            operation,
            Parameters(operation, self.requests, schemas),
            Bodies(operation, self.requests, schemas),
            Security(operation, schemes),
            Answers(operation, raw, self.replies, self._maker, schemas),
            self.requests,
        )

    def begin(self, exchange: Exchange) -> Listener:
        request = exchange.request
        matches = self._routes.find(request.path)
        found = _entry(matches, request.method)
        if found is None:
            return Whole(exchange, _misplaced(matches, request.method, request.path, request.lower.get("accept")))
        plan, names, values = found
        sent = Sent(request, dict(zip(names, values, strict=True)))
        try:
            wish = preference(request.lower.get("prefer"), sent.query) if _has_wishes(sent) else NONE
        except BadPreference as wrong:
            return Whole(exchange, plain(422, f"Prefer: {wrong}", {}))
        refusal = _refused_head(plan, sent)
        if refusal is not None:
            return Whole(exchange, refusal)
        if "expect" in request.lower and not exchange.whole and request.minor:
            exchange.raw(b"HTTP/1.1 100 Continue\r\n\r\n")
        if plan.operation.stream is not None:
            return opened(exchange, plan, wish)
        return Call(exchange, plan, wish)


def _has_wishes(sent: Sent) -> bool:
    return "prefer" in sent.request.lower or any(name.startswith("__") for name, _ in sent.query)


def _entry(matches: tuple[Match[Plan], ...], method: str) -> tuple[Plan, tuple[str, ...], tuple[str, ...]] | None:
    """A HEAD is a GET whose body is kept back, unless the document has one of its own."""
    for asked in (method, "GET") if method == "HEAD" else (method,):
        for match in matches:
            entry = match.methods.get(asked)
            if entry is not None:
                return entry.what, entry.names, match.values
    return None


def _misplaced(matches: tuple[Match[Plan], ...], method: str, path: str, accept: str | None) -> Answer:
    known = {name: entry.what for match in matches for name, entry in match.methods.items()}
    if not known:
        return plain(404, f"the document has no path {path}", {})
    allow = ", ".join(sorted({*known, *(["HEAD"] if "GET" in known else [])}))
    told = f"{path} has no method {method}, but {allow}"
    return refused(next(iter(known.values())).answers, (405,), told, accept, {"Allow": allow})


def _refused_head(plan: Plan, sent: Sent) -> Answer | None:
    """Why a request is refused that has all a head can say; None if it is not."""
    accept = sent.request.lower.get("accept")
    if not plan.security.holds(sent):
        fields = {"WWW-Authenticate": plan.security.challenge} if plan.security.challenge else {}
        return refused(plan.answers, (401,), f"credentials are missing: {plan.security.wanted}", accept, fields)
    fault = plan.parameters.fault(sent)
    if fault is not None:
        return refused(plan.answers, BAD, str(fault), accept, {})
    coding = sent.request.lower.get("content-encoding", "identity")
    if coding != "identity":
        return refused(plan.answers, (415,), f"a body in the Content-Encoding {coding} is not read", accept, {})
    media_type = sent.request.lower.get("content-type", "")
    if sent.request.length != 0 and plan.operation.body is not None and not plan.bodies.takes(media_type):
        told = f"the body comes as {', '.join(plan.bodies.media_types)}, not as {media_type or 'nothing that is said'}"
        return refused(plan.answers, (415,), told, accept, {})
    return None
