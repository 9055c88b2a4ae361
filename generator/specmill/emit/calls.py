"""What the templates write about one operation: source text, made of nothing but literals and known names.

A sample of what comes out::

    FIND_PETS: Operation[list[Pet]] = Operation(
        id="findPets",
        method="GET",
        path="/pets/{owner}",
        parameters=(Path("owner", str), Query("pageSize", Annotated[int, Meta(ge=1)], argument="page_size")),
        returns={"200": list[Pet]},
        errors={"404": Problem, "5XX": {"text/html": str}},
        security=(("key",),),
    )
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from specmill import naming
from specmill.document.media_types import JSON, is_json
from specmill.emit.contents import World, form_of, given, received, sent
from specmill.emit.imports import Imports, union
from specmill.emit.source import call, docstring, py
from specmill.values import Body, Content, Operation, Parameter, Response

KINDS = {"path": "Path", "query": "Query", "querystring": "QueryString", "header": "Header", "cookie": "Cookie"}
STYLES = {"path": "simple", "query": "form", "querystring": "form", "header": "simple", "cookie": "form"}
EXPLODED = ("form", "cookie")  # styles that explode unless they are told not to
MOST_POSITIONAL = 4


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a method."""

    name: str
    annotation: str
    required: bool
    description: str = ""
    default: str = "UNSET"

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}" + ("" if self.required else f" = {self.default}")


class Call:
    """One operation, ready to be written into a module."""

    def __init__(self, operation: Operation, constant: str, world: World, imports: Imports) -> None:
        self.operation = operation
        self.constant = constant
        self.name = operation.python_name
        self._world = world
        self._imports = imports
        imports.use("Operation")

    # ---------------------------------------------------------------- the constant

    @property
    def result(self) -> str:
        """What a success holds, said outside of the classes."""
        return union([self._imports.answer(union(self._values()))])

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """The facts that need no look at what the engine rendered."""
        operation = self.operation
        if any(operation.security):
            yield "security", py(tuple(tuple(alternative) for alternative in operation.security))
        if operation.servers != self._world.servers:
            yield "servers", py(operation.servers)
        if operation.stream:
            yield "stream", self._stream()
        if operation.deprecated:
            yield "deprecated", "True"

    def parameter(self, index: int) -> str:
        """``Query("pageSize", int, argument="page_size")``"""
        parameter = self.operation.parameters[index]
        kind = KINDS[parameter.location]
        self._imports.use(kind)
        content = Content(parameter.media_type or "", parameter.schema, parameter.encoding)
        type_ = self._with_fields(self._imports.value(self._world.type_of(parameter.schema)), content)
        style, explode = _spelling(parameter)
        return call(
            kind,
            py(parameter.name),
            type_,
            argument=py(parameter.python_name) if parameter.python_name != parameter.name else "",
            required="True" if parameter.required and kind != "Path" else "",
            style=style,
            explode=explode,
            reserved="True" if parameter.allow_reserved else "",
            media_type=py(parameter.media_type) if parameter.media_type else "",
        )

    def body(self, indexes: Iterable[int]) -> str:
        """``Body("record", ProduceRequest, required=True)``"""
        body = self.operation.body
        assert body is not None
        self._imports.use("Body")
        contents = {body.contents[index].media_type: self._sent(body.contents[index]) for index in indexes}
        return call(
            "Body",
            py(body.python_name),
            _short(contents),
            required="True" if body.required else "",
            chosen_by=py(choice.name) if (choice := self._choice()) else "",
        )

    def answers(self, statuses: Iterable[str], *, success: bool) -> str:
        """``{"200": Pet, "204": None}``: those of the statuses that are a success, or those that are not."""
        by_status = {response.status: response for response in self.operation.responses}
        wanted = [by_status[status] for status in statuses if counts(status, self.operation, success=success)]
        return ", ".join(f"{py(one.status)}: {self._answer(one)}" for one in wanted)

    def _values(self) -> Iterator[str]:
        responses = [one for one in self.operation.responses if counts(one.status, self.operation, success=True)]
        for response in responses:
            contents = response.contents if self.operation.method != "HEAD" else ()
            yield from (received(content, self._world) for content in contents)
            if not contents:
                yield "None"
        if not responses:
            yield "Any"

    def _answer(self, response: Response) -> str:
        contents = {one.media_type: self._imports.answer(received(one, self._world)) for one in response.contents}
        return _short(contents) if contents else "None"

    def _sent(self, content: Content) -> str:
        return self._with_fields(self._imports.value(sent(content, self._world)), content)

    def _with_fields(self, type_: str, content: Content) -> str:
        """The type, and how the fields of a form are spelt where that is not the default."""
        form = form_of(content, self._world)
        if form is None:
            return type_
        self._imports.use("Form", "Field")
        fields = form.pop("fields")
        return call("Form", type_, *([fields] if fields else []), **form)

    def _stream(self) -> str:
        stream = self.operation.stream
        assert stream is not None
        self._imports.use("Stream")
        return call(
            "Stream",
            self._imports.value(self._world.type_of(stream.record)),
            self._imports.value(self._world.type_of(stream.report)),
            framing=py(stream.framing),
            verdict=py(stream.verdict),
            accepted=py(stream.accepted),
        )

    # ---------------------------------------------------------------- the method

    @property
    def returns(self) -> str:
        """What the method gives: any of what the document promises for a success."""
        return self._hint(self._values())

    @property
    def signature(self) -> str:
        """``self, owner: str, *, page_size: int | UnsetType = UNSET``"""
        return ", ".join(_signature(*self.taken))

    @property
    def arguments(self) -> str:
        """``FIND_PETS, owner=owner, page_size=page_size``"""
        names = [argument.name for part in self.taken for argument in part]
        return ", ".join([self.constant, *(f"{name}={name}" for name in names)])

    @property
    def stream(self) -> str:
        """The name of the method that opens a stream, or nothing."""
        if self.operation.stream is None:
            return ""
        self._imports.use("AsyncRecordStream", "RecordStream", "StreamOptions", "Unpack")
        return self.operation.stream.python_name

    @property
    def stream_signature(self) -> str:
        """``self, owner: str, **options: Unpack[StreamOptions[Pet, Report]]``"""
        options = f"**options: Unpack[StreamOptions[{self.stream_types}]]"
        return ", ".join([*_signature(*self.taken_by_stream), options])

    @property
    def stream_types(self) -> str:
        """``Pet, Report``: what goes up, and what comes down."""
        stream = self.operation.stream
        assert stream is not None
        return ", ".join(self._hint([self._world.type_of(one)]) for one in (stream.record, stream.report))

    @property
    def stream_arguments(self) -> str:
        """``WRITE_PET, options, owner=owner``"""
        names = [one.name for part in self.taken_by_stream for one in part]
        return ", ".join([self.constant, "options", *(f"{name}={name}" for name in names)])

    def stream_docstring(self, indent: int) -> str:
        about = "Records go up and reports come down on one connection at the same time: see `RecordStream`."
        return docstring(f"{self._title()} {about}", indent)

    def docstring(self, indent: int) -> str:
        return docstring(self._told(), indent)

    def brief(self, indent: int, twin: str) -> str:
        """The docstring of the async method: its first sentence, and where the rest stands."""
        return docstring(f"{self._title()} See `{twin}.{self.name}`.", indent)

    def _title(self) -> str:
        """The summary; without one the words of the id: ``listHTTPCalls`` says ``List HTTP calls.``"""
        operation = self.operation
        words = (word if word.isupper() and len(word) > 1 else word.lower() for word in naming.words(operation.id))
        return sentence(operation.summary) or sentence(" ".join(words)) or f"{operation.method}."

    @property
    def about(self) -> str:
        """What the document says about the operation as a whole."""
        note = "Deprecated: the document advises against it." if self.operation.deprecated else ""
        return "\n\n".join(part for part in (self._title(), self.operation.description.strip(), note) if part)

    @property
    def listed_arguments(self) -> Iterator[tuple[str, str, bool, str]]:
        """Name, place, whether it has to be given and what it is, in the order of the signature."""
        places = {one.python_name: one.location for one in self.operation.parameters}
        body = self.operation.body
        for argument in (one for part in self.taken for one in part):
            place = "body" if body is not None and argument.name == body.python_name else places.get(argument.name, "")
            yield argument.name, place, argument.required, " ".join(argument.description.split())

    def _told(self) -> str:
        parts = [self.about]
        described = [one for part in self.taken for one in part if one.description.strip()]
        if described:
            parts.append("\n".join(["Args:", *(_described(one) for one in described)]))
        return "\n\n".join(part for part in parts if part)

    @cached_property
    def taken(self) -> tuple[list[Argument], list[Argument]]:
        """What may be given by position, and what by name only: the required ones first."""
        parameters = {one.python_name: one for one in self.operation.parameters}
        in_path = sorted(
            (one for one in parameters.values() if one.location == "path"),
            key=lambda one: self.operation.path.find(f"{{{one.name}}}"),
        )
        body = [self._body_argument(self.operation.body)] if self.operation.body else []
        first = [*map(self._argument, in_path), *body]
        rest = [self._argument(one) for one in parameters.values() if one.location != "path"]
        if choice := self._choice():
            rest.append(choice)
        if len(first) > MOST_POSITIONAL:
            first, rest = [], first + rest
        return first, sorted(rest, key=lambda one: not one.required)

    @property
    def taken_by_stream(self) -> tuple[list[Argument], list[Argument]]:
        """All but the body: its records are sent when the stream is open."""
        body = self.operation.body
        positional, named = self.taken
        left_out = {*([body.python_name] if body else []), *([choice.name] if (choice := self._choice()) else [])}
        return [one for one in positional if one.name not in left_out], [
            one for one in named if one.name not in left_out
        ]

    def _argument(self, parameter: Parameter) -> Argument:
        types = [self._world.type_of(parameter.schema)]
        note = "Deprecated. " if parameter.deprecated else ""
        return self._made(parameter.python_name, types, parameter.required, note + parameter.description)

    def _body_argument(self, body: Body) -> Argument:
        types = [type_ for content in body.contents for type_ in given(content, self._world)]
        return self._made(body.python_name, types, body.required, body.description)

    def _made(self, name: str, types: list[str], required: bool, description: str) -> Argument:
        if required:
            return Argument(name, self._hint(types), True, description)
        self._imports.use("UNSET")
        return Argument(name, self._hint([*types, "UnsetType"]), False, description)

    def _hint(self, types: Iterable[str]) -> str:
        """Any of these types; only what is left of them is imported."""
        return union([self._imports.hint(union(types))])

    def _choice(self) -> Argument | None:
        """The argument that chooses the media type, where there is a choice."""
        body = self.operation.body
        names = [content.media_type for content in body.contents] if body else []
        if body is None or (len(names) < 2 and not any("*" in name for name in names)):
            return None
        taken = {parameter.python_name for parameter in self.operation.parameters} | {body.python_name}
        name = next(one for one in ("content_type", "body_content_type", "content_type_of_body") if one not in taken)
        default = next((one for one in names if is_json(one)), names[0])
        if any("*" in one for one in names):
            return Argument(name, "str", False, "The media type that is sent.", py(default))
        self._imports.use("Literal")
        return Argument(
            name, f"Literal[{', '.join(map(py, names))}]", False, "The media type that is sent.", py(default)
        )


def counts(status: str, operation: Operation, *, success: bool) -> bool:
    """Whether a status is one or no success. ``default`` is both where the document names no other success."""
    if status == "default":
        return not success or not any(one.status.startswith("2") for one in operation.responses)
    return status.startswith("2") is success


def _signature(positional: Iterable[Argument], named: Iterable[Argument]) -> Iterator[str]:
    yield "self"
    yield from map(str, positional)
    for index, one in enumerate(named):
        yield from ("*", str(one)) if index == 0 else (str(one),)


def sentence(text: str) -> str:
    """A text on one line, begun and ended like a sentence; nothing for no text."""
    text = " ".join(text.split())
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", ":")) else ".")


def _short(contents: Mapping[str, str]) -> str:
    """A type on its own is that of JSON; None on its own would be an answer without content."""
    if list(contents) == [JSON] and contents[JSON] != "None":
        return contents[JSON]
    return f"{{{', '.join(f'{py(name)}: {type_}' for name, type_ in contents.items())}}}"


def _spelling(parameter: Parameter) -> tuple[str, str]:
    """Style and explode, where they are not those of the location."""
    if parameter.media_type or parameter.location == "querystring":
        return "", ""
    usual = STYLES[parameter.location]
    usual_explode = usual in EXPLODED
    style = py(parameter.style) if parameter.style != usual else ""
    return style, py(parameter.explode) if parameter.explode is not usual_explode else ""


def _described(argument: Argument) -> str:
    text = " ".join(argument.description.split())
    return f"    {argument.name}: {text}"
