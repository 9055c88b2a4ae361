"""The cases of single calls: what every server has to accept, and what it has to refuse, one fault each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from specmill.contract.broken import Breaker, Fault, breakers
from specmill.contract.calls import Draft, call_of, can_be_written, is_json, parameters_for
from specmill.contract.choices import Choices
from specmill.contract.directions import of_direction
from specmill.contract.features import Feature, features
from specmill.contract.judge import Judge
from specmill.contract.of_document import examples_of
from specmill.contract.pairs import pairwise
from specmill.contract.places import Holes, holes_of
from specmill.contract.positions import Position, Token, positions
from specmill.contract.readable import MOST_READINGS, all_readings, can_be_sent, form_readings
from specmill.contract.schemas import Schemas, members_of
from specmill.contract.valid import Makers
from specmill.contract.validator import Error, Validator, told_by
from specmill.contract.values import Case, Fields, Wanted
from specmill.document.api import Api
from specmill.document.pointers import escaped
from specmill.values import JSON, Content, Operation, Parameter

T = TypeVar("T")
Memo = dict[tuple[str, str, str], Any]
PLAIN = bytes(8)  # decisions for the plainest values around a fault
TRIES = 6  # at a value that has exactly the fault that is wanted
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_BASES = 4  # valid values around one fault
MANY = 64  # tries at a value that has all keywords of a schema


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user gave."""

    base: str
    given: Mapping[str, str]  # parameters
    fixed: tuple[tuple[str, str], ...] = ()  # header fields


class Cases:
    """Of one operation; all in one order, which depends on the document and the choices alone."""

    def __init__(
        self,
        api: Api,
        operation: Operation,
        judge: Judge,
        settings: Settings,
        makers: Makers,
        schemas: Schemas,
        memo: Memo | None = None,
    ) -> None:
        self._memo: Memo = {} if memo is None else memo
        self.operation = operation
        self._api = api
        self._judge = judge
        self._settings = settings
        self._schemas = schemas
        self._makers = makers
        accepts = judge.marks(operation).accepts
        self._accepts = None if accepts is None else Validator(accepts, {})
        self._plain: Draft | None = None

    def wanted(self, body: JSON) -> Wanted:
        """What the marks leave out a server may refuse for what it means."""
        return "accepted" if self._accepts is None or self._accepts.allows(body) else "either"

    def of_the_day(self, case: Case) -> Case:
        """One from elsewhere, with the fields that the user gave."""
        given = {name.lower() for name, _ in self._settings.fixed}
        others = [pair for pair in case.call.fields if pair[0].lower() not in given]
        return replace(case, call=replace(case.call, fields=(*self._settings.fixed, *others)))

    def plain(self) -> Draft:
        """As little as a call can be."""
        if self._plain is None:
            self._plain = self.draft(Choices(b""))
        return self._plain

    def draft(self, choices: Choices, all_of_them: bool = False) -> Draft:
        """A valid call, as plain as the choices are."""
        operation = self.operation
        values = parameters_for(operation, self._makers, choices, self._settings.given, all_of_them)
        for parameter in operation.parameters:
            key = (parameter.location, parameter.name)
            if key in values and parameter.name not in self._settings.given:
                values[key] = self._valid(parameter, values[key], partial(can_be_written, parameter))
        content = next(iter(operation.body.contents), None) if operation.body is not None else None
        body = self._makers.of(content.schema)(choices, 0) if content is not None else None
        body = self._valid(content, body) if content is not None else None
        return Draft(operation, values, content, body, fixed=self._settings.fixed)

    def _valid(self, of: Parameter | Content, value: JSON, fits: Callable[[JSON], bool] = lambda value: True) -> JSON:
        """The value, or if it was made of keywords that do not go together one that has them all, if it is found."""
        validator = self._judge.validator(of.schema, of.pointer)
        if validator.allows(value):
            return value
        make = self._makers.of(of.schema)
        others = (
            make(Choices(bytes([number, number * 7 % 256, number, number * 3 % 256])), 0) for number in range(MANY)
        )
        return next((one for one in others if validator.allows(one) and fits(one)), value)

    def _is_valid(self, draft: Draft) -> bool:
        of: list[tuple[Parameter | Content, JSON]] = [] if draft.content is None else [(draft.content, draft.body)]
        for one in self.operation.parameters:
            if (one.location, one.name) in draft.parameters and one.name not in self._settings.given:
                of.append((one, draft.parameters[one.location, one.name]))
        return all(self._judge.validator(one.schema, one.pointer).allows(value) for one, value in of)

    def case(self, draft: Draft, about: str, wanted: Wanted, **more: Any) -> Case:
        if wanted == "accepted" and not self._is_valid(draft):
            wanted = "either"  # no valid value was found for something that has to be there
        values = {f"{location} {name}": value for (location, name), value in draft.parameters.items()}
        if draft.content is not None:
            values["body"] = draft.body
        more.setdefault("pointer", self.operation.pointer)
        call = call_of(draft, self._settings.base, self._files(draft.content))
        return Case(self.operation.id, about, call, wanted, values=values, **more)

    def _files(self, content: Content | None) -> frozenset[str]:
        """Members of a form whose values are files."""
        if content is None or not content.media_type.startswith(MULTIPART):
            return frozenset()
        members = members_of(self._schemas.resolved(content.schema)).items()
        return frozenset(name for name, part in members if self._is_file(part))

    def _is_file(self, part: Any) -> bool:
        schema = self._schemas.resolved(part)
        return schema.get("format") == "binary" or ("items" in schema and self._is_file(schema["items"]))

    # --- what has to be accepted

    def examples(self) -> Iterator[Case]:
        """Those of the document that its own schema allows; the others are the document's fault."""
        for content, name, value, pointer in self.given_examples():
            if self._judge.validator(content.schema, content.pointer).allows(value):
                draft = replace(self.plain(), content=content, body=value)
                yield self.case(draft, f"the example {name}", self.wanted(value), pointer=pointer)

    def given_examples(self) -> Iterator[tuple[Content, str, JSON, str]]:
        """Without what only answers have."""
        for content in self.operation.body.contents if self.operation.body is not None else ():
            validator = self._judge.validator(content.schema, content.pointer)
            for name, value, pointer in examples_of(self._api, content):
                about = "of the body" if pointer == f"{content.pointer}/example" else repr(name)
                yield content, about, of_direction(value, validator), pointer

    def features(self) -> Iterator[tuple[Case, Feature]]:
        """One thing at a time, each a value of the body or a parameter."""
        for parameter in self.operation.parameters:
            if parameter.name not in self._settings.given:
                yield from self._of_parameter(parameter)
        for content in self.operation.body.contents if self.operation.body is not None else ():
            for feature in self.of_body(content):
                draft = replace(self.plain(), content=content, body=feature.value)
                about = f"{shown(draft)} ({feature.fault})"
                wanted = self.wanted(feature.value)
                yield self.case(draft, about, wanted, fault=feature.fault, pointer=content.pointer), feature

    def of_body(self, content: Content) -> tuple[Feature, ...]:
        return self._remembered("features", content, lambda: self._features_of(content))

    def _remembered(self, what: str, of: Content | Parameter, made: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        """What depends on the document alone is made once, however many runs there are."""
        key = (what, self.operation.id, of.pointer)
        if key not in self._memo:
            self._memo[key] = tuple(made())
        found: tuple[T, ...] = self._memo[key]
        return found

    def _features_of(self, content: Content) -> Iterator[Feature]:
        validator = self._judge.validator(content.schema, content.pointer)
        seen: set[str] = set()
        accepts = self._judge.marks(self.operation).accepts
        for schema in (content.schema, accepts) if accepts is not None else (content.schema,):
            for feature in features(schema, self._schemas, self._makers, validator):
                text = f"{feature.fault.pointer} {feature.fault.keyword} {json.dumps(feature.value)}"
                if text not in seen:
                    seen.add(text)
                    yield feature

    def _features(self, schema: Any, validator: Validator) -> Iterator[Feature]:
        return features(schema, self._schemas, self._makers, validator)

    def _of_parameter(self, parameter: Parameter) -> Iterator[tuple[Case, Feature]]:
        validator = self._judge.validator(parameter.schema, parameter.pointer)
        part = f"{parameter.location} {parameter.name}"
        for feature in self._remembered("features", parameter, lambda: self._features(parameter.schema, validator)):
            if not can_be_sent(parameter, feature.value, flat=False):
                continue
            plain = self.plain()
            values = {**plain.parameters, (parameter.location, parameter.name): feature.value}
            fault = replace(feature.fault, path=(parameter.name, *feature.fault.path))
            draft = replace(plain, parameters=values)
            case = self.case(draft, f"{part}: {feature.fault}", "accepted", part=part, fault=fault)
            yield replace(case, pointer=parameter.pointer), feature

    def pairs(self) -> Iterator[Case]:
        """Every two levels of every two members of the body meet at least once."""
        for content in self.operation.body.contents if self.operation.body is not None else ():
            for _, value in self.pairs_of(content):
                draft = replace(self.plain(), content=content, body=value)
                yield self.case(draft, shown(draft), self.wanted(value), pointer=content.pointer)

    def pairs_of(self, content: Content) -> tuple[tuple[str, JSON], ...]:
        return self._remembered("pairs", content, lambda: self._pairs_of(content))

    def _pairs_of(self, content: Content) -> Iterator[tuple[str, JSON]]:
        validator = self._judge.validator(content.schema, content.pointer)
        accepts = self._judge.marks(self.operation).accepts
        for about, value in pairwise(accepts or content.schema, self._schemas, self._makers):
            if validator.allows(value):
                yield about, value

    def drawn(self, data: bytes) -> Case:
        choices = Choices(data)
        draft = self.draft(choices, all_of_them=choices.chance())
        return self.case(draft, shown(draft), "accepted" if draft.content is None else self.wanted(draft.body))

    # --- what has to be refused

    def holes(self, content: Content) -> Holes:
        """Where anything may stand in a body that every server has to accept."""
        (found,) = self._remembered("holes", content, lambda: (self._holes_of(content),))
        return found

    def _holes_of(self, content: Content) -> Holes:
        if self._accepts is None:
            validator = self._judge.validator(content.schema, content.pointer)
            return holes_of(content.schema, self._makers, validator)
        return holes_of(self._judge.marks(self.operation).accepts, self._makers, self._accepts)

    def broken_bodies(self, data: bytes) -> Iterator[Case]:
        for content in self.operation.body.contents if self.operation.body is not None else ():
            is_form = content.media_type.startswith((FORM, MULTIPART))
            if not is_form and not is_json(content.media_type):
                continue
            for fault, value in self.broken(content, data):
                if is_form and not self._is_broken_as_text(content, value):
                    continue
                draft = replace(self.plain(), content=content, body=value)
                yield self.case(draft, str(fault), "refused", fault=fault, pointer=content.pointer)

    def broken(self, content: Content, data: bytes) -> tuple[tuple[Fault, JSON], ...]:
        if data != PLAIN:
            return tuple(self._broken(content, data))
        return self._remembered("broken", content, lambda: self._broken(content, data))

    def _broken(self, content: Content, data: bytes) -> Iterator[tuple[Fault, JSON]]:
        """Values with one fault each, as an independent validator sees it too."""
        others = self._accepted_places()
        seen: set[str] = set()
        for number, breaker in enumerate(breakers(content.schema, self._schemas)):
            chosen = data[number % max(1, len(data)) :] + data
            for position in others.get(breaker.fault.path, ()) or (None,):
                value = self._with_fault(breaker, content, chosen, position)
                if value is None and position is not None:
                    value = self._with_fault(breaker, content, chosen, None)
                text = json.dumps(value)
                if value is not None and text not in seen:
                    seen.add(text)
                    yield breaker.fault, value[0]

    def _accepted_places(self) -> Mapping[tuple[Token, ...], tuple[Position, ...]]:
        """The places of what the marks say that is accepted: what stands around a fault is beyond doubt there."""
        found: dict[tuple[Token, ...], tuple[Position, ...]] = {}
        accepts = self._judge.marks(self.operation).accepts
        for position in positions(accepts, self._schemas, each_item=True) if accepts is not None else ():
            known = found.get(position.path, ())
            found[position.path] = (*known, position) if len(known) < MOST_BASES else known
        return found

    def _is_broken_as_text(self, content: Content, value: JSON) -> bool:
        """Whatever a server takes the fields of a form for."""
        if not isinstance(value, dict):
            return False
        validator = self._judge.validator(content.schema, content.pointer)
        fields = {name: form_readings(one) for name, one in value.items()}
        if not all(fields.values()):
            return False
        every = itertools.islice(itertools.product(*fields.values()), MOST_READINGS)
        some = [dict(zip(value, one, strict=True)) for one in every]
        return not any(map(validator.allows, [self._as_meant(validator, fields), *some]))

    def _as_meant(self, validator: Validator, fields: Mapping[str, tuple[JSON, ...]]) -> dict[str, JSON]:
        """Each field read in the first way with which nothing is wrong, if there is one."""
        meant = {name: some[0] for name, some in fields.items()}
        for name, some in fields.items():
            place = f"/{escaped(name)}"
            for one in some:
                errors = validator.errors({**meant, name: one})
                if not any(error.pointer == place or error.pointer.startswith(f"{place}/") for error in errors):
                    meant[name] = one
                    break
        return meant

    def _with_fault(
        self, breaker: Breaker, content: Content, data: bytes, position: Position | None
    ) -> tuple[JSON] | None:
        """A value that an independent validator finds to have this fault and no other."""
        validator = self._judge.validator(content.schema, content.pointer)
        for number in range(TRIES):
            value = breaker.value(self._makers, Choices(data[number:]), position)
            error = told_by(validator.errors(json.loads(json.dumps(value))))
            if error is None:
                continue
            at_place = _is_of(error, breaker.fault)
            in_union = error.keyword in ("oneOf", "anyOf") and breaker.fault.pointer.startswith(error.pointer)
            if at_place or in_union:
                return (value,)
        return None

    def broken_parameters(self) -> Iterator[Case]:
        for parameter in self.operation.parameters:
            if parameter.name in self._settings.given and parameter.location == "path":
                continue
            yield from self._without(parameter)
            yield from self._wrong(parameter)

    def _without(self, parameter: Parameter) -> Iterator[Case]:
        if not parameter.required or parameter.location == "path":
            return
        draft = self.plain()
        left = {key: value for key, value in draft.parameters.items() if key != (parameter.location, parameter.name)}
        part = f"{parameter.location} {parameter.name}"
        fault = Fault((), "required", f"without {parameter.name!r}")
        case = self.case(replace(draft, parameters=left), f"no {part}", "refused", part=part, fault=fault)
        yield replace(case, pointer=parameter.pointer)

    def _wrong(self, parameter: Parameter) -> Iterator[Case]:
        """Each once, as it goes over the wire: there a number is a text too."""
        part, draft = f"{parameter.location} {parameter.name}", self.plain()
        seen: set[tuple[str, Fields]] = set()
        for fault, value in self._remembered("wrong", parameter, lambda: self._broken_values(parameter)):
            values = {**draft.parameters, (parameter.location, parameter.name): value}
            at = replace(fault, path=(parameter.name, *fault.path))
            case = self.case(replace(draft, parameters=values), f"{part}: {fault}", "refused", part=part, fault=at)
            said = case.call.target, case.call.fields
            if said not in seen:
                seen.add(said)
                yield replace(case, pointer=parameter.pointer)

    def _broken_values(self, parameter: Parameter) -> Iterator[tuple[Fault, JSON]]:
        """Only what no server can read as something valid; with nothing else wrong, where that can be had."""
        validator = self._judge.validator(parameter.schema, parameter.pointer)
        for breaker in breakers(parameter.schema, self._schemas):
            some = [one for one in self._broken_by(breaker) if can_be_sent(parameter, one)]
            just = (one for one in some if _has_just(breaker.fault, validator, all_readings(parameter, one)))
            value = next(just, some[0] if some else None)
            if value is not None and not any(map(validator.allows, all_readings(parameter, value))):
                yield breaker.fault, value

    def _broken_by(self, breaker: Breaker) -> Iterator[JSON]:
        return (breaker.value(self._makers, Choices(bytes([number] * 8))) for number in range(TRIES))


def _has_just(fault: Fault, validator: Validator, readings: tuple[JSON, ...]) -> bool:
    """Whether nothing else is wrong with a value, in the reading in which least is."""
    error = told_by(min(map(validator.errors, readings), key=len))
    return error is not None and _is_of(error, fault)


def _is_of(error: Error, fault: Fault) -> bool:
    keyword = "required" if fault.keyword == "dependentRequired" else fault.keyword  # as the validator calls it
    return (error.pointer, error.keyword) == (fault.pointer, keyword)


def shown(draft: Draft) -> str:
    values = {name: value for (_, name), value in draft.parameters.items()}
    said = [json.dumps(values)] if values else []
    if draft.content is not None:
        said.append(json.dumps(draft.body, ensure_ascii=True))
    return " ".join(said)[:300]
