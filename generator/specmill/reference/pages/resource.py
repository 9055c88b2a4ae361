"""One page a resource: what it is, how its calls are reached, and each call in full."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specmill.document.media_types import JSON, is_json
from specmill.emit.calls import counts
from specmill.emit.listed import holder_at, named_examples
from specmill.reference.credentials import fetched, together
from specmill.reference.limits import limits, remarks
from specmill.reference.literals import Unspeakable, shown_json
from specmill.reference.markdown import block, code, link, paragraphs, plain, slug, table
from specmill.reference.pages.errors import in_streams, without_status
from specmill.reference.prose import beginning, blocks, cell
from specmill.reference.types import Types
from specmill.reference.world import World, about, exception, title_of
from specmill.reference.written import Argument, Method
from specmill.values import Content, Operation, Parameter, Response

UP = "../"
WIDTH = 100  # of a signature; a longer one has a line for each argument
LONGEST = 2_000  # letters of an example that is shown


def page(world: World, name: str) -> str:
    operations = world.by_resource[name]
    teller = _Teller(world)
    return paragraphs(
        f"# {plain(world.title_of(name))}",
        f"{link('Reference', UP + 'README.md')} of {code(world.package)}.",
        blocks(world.about(name)),
        _overview(world, name),
        "## Methods",
        teller.methods(operations),
        "## Fields",
        teller.fields(operations),
        world.note(name, 1),
        *(teller.operation(operation) for operation in operations),
    )


def _overview(world: World, name: str) -> str:
    resource = world.written.resources[name]
    rows = [
        ("Id", code(f"{world.package}.{name}")),
        (
            "In Python",
            f"{code(f'client.{name}')}, a {code(resource.class_name)}; awaited {code(f'Async{resource.class_name}')}",
        ),
        ("From the shell", code(f"python -m {world.package} methods {name}")),
    ]
    return table(("Name", code(name)), rows)


class _Teller:
    def __init__(self, world: World) -> None:
        self._world = world
        self._types = Types(world.models)

    # ---------------------------------------------------------------- tables of the whole page

    def methods(self, operations: list[Operation]) -> str:
        headers = ("Name", "Accessible by", "Required", "HTTP request", "Description")
        return table(headers, map(self._row, operations))

    def _row(self, operation: Operation) -> tuple[str, ...]:
        required = [argument.name for argument in self._method(operation).arguments if argument.required]
        first = beginning(about(operation))
        return (
            link(code(operation.python_name), f"#{slug(self._world.heading(operation))}"),
            "Python, `exec`, stream" if operation.stream else "Python, `exec`",
            ", ".join(map(code, required)),
            f"**{plain(operation.method)}** {code(operation.path)}",
            f"{cell(title_of(operation))} {first}".strip() + (" **Deprecated.**" if operation.deprecated else ""),
        )

    def fields(self, operations: list[Operation]) -> str:
        """What ``exec … --select`` takes of each answer."""
        rows = [(code(one.python_name), fields) for one in operations if (fields := self._fields(one))]
        if not rows:
            return "No answer of these calls has fields."
        return paragraphs(
            "What a success holds; `--select` takes one of them on the command line.",
            table(("Method", "Fields of its answer"), rows),
        )

    def _fields(self, operation: Operation) -> str:
        name = ast.unparse(self._method(operation).returns)
        model = self._world.models.get(name)
        if model is None or model.kind != "struct":
            return ""
        return f"{', '.join(code(member.wire) for member in model.members)} of {self._types.model(name)}"

    def _method(self, operation: Operation) -> Method:
        return self._world.written.resources[operation.resource].methods[operation.python_name]

    # ---------------------------------------------------------------- one call

    def operation(self, operation: Operation) -> str:
        return paragraphs(
            f"## {self._world.heading(operation)}",
            f"{cell(title_of(operation))} **{plain(operation.method)}** {code(operation.path)}",
            "**Deprecated**: the document advises against it." if operation.deprecated else "",
            block("pyi", "\n\n".join(self._signatures(operation))),
            blocks(about(operation)),
            *self._samples(operation),
            *self._parameters(operation),
            "### Returns",
            self._returns(operation),
            *self._authorization(operation),
            "### HTTP headers",
            self._headers(operation),
            *self._answers(operation),
            "### Exceptions",
            self._exceptions(operation),
            self._world.note(self._world.heading(operation), 2),
        )

    def _signatures(self, operation: Operation) -> Iterator[str]:
        """As a stub of both classes has them."""
        resource = self._world.written.resources[operation.resource]
        for name, methods, word in (
            (resource.class_name, resource.methods, "def"),
            (f"Async{resource.class_name}", resource.asynchronous, "async def"),
        ):
            lines = [f"class {name}:", *_laid_out(methods[operation.python_name], word)]
            if operation.stream:
                lines += _laid_out(methods[operation.stream.python_name], "def")
            yield "\n".join(lines)

    def _samples(self, operation: Operation) -> Iterator[str]:
        samples = self._world.samples
        kinds: list[tuple[str, str, Callable[[], str]]] = [
            ("In Python", "python", lambda: samples.call(operation)),
            ("Awaited", "python", lambda: samples.awaited(operation)),
        ]
        if operation.stream:
            kinds += [
                ("As a stream", "python", lambda: samples.stream(operation)),
                ("As a stream, awaited", "python", lambda: samples.awaited_stream(operation)),
            ]
        kinds.append(("From the shell", "sh", lambda: samples.command(operation)))
        told = 0
        for title, language, made in kinds:
            try:
                text = made()
            except Unspeakable:
                continue
            told += 1
            yield from (f"### {title}", block(language, text))
        if not told:
            yield "There is no sample, since the document shows no values that it allows, and none can be made."

    def _parameters(self, operation: Operation) -> Iterator[str]:
        method = self._method(operation)
        if method.arguments:
            yield "### Parameters"
            headers = ("Name", "Type", "In", "Description", "Notes")
            yield table(headers, (self._parameter(operation, argument) for argument in method.arguments))
        if operation.stream:
            stream = operation.stream
            accepted = " or ".join(code(repr(one)) for one in stream.accepted)
            yield (
                f"A stream takes the records one by one instead, and gives a report for each, in their order. Its "
                f"{code(stream.verdict)} says how the record fared: {accepted} is a success."
            )

    def _parameter(self, operation: Operation, argument: Argument) -> tuple[str, ...]:
        parameters = {one.python_name: one for one in operation.parameters}
        name, type_ = f"**{code(argument.name)}**", self._types.told(argument.type)
        body = operation.body
        if body is not None and argument.name == body.python_name:
            kinds = [] if _is_json_alone(body.contents) else [code(content.media_type) for content in body.contents]
            notes = [*limits(body.contents[0].schema)] if len(body.contents) == 1 else []
            told = [_need(argument), *([f"as {' or '.join(kinds)}"] if kinds else []), *notes]
            return name, type_, "body", cell(body.description), "; ".join(told)
        parameter = parameters.get(argument.name)
        if parameter is None:
            return name, type_, "", "The media type of the body.", f"by default {code(argument.default)}"
        return name, type_, parameter.location, cell(parameter.description), "; ".join(self._notes(argument, parameter))

    def _notes(self, argument: Argument, parameter: Parameter) -> Iterator[str]:
        schema = self._resolved(parameter.schema)
        yield _need(argument)
        if parameter.name != argument.name:
            yield f"{code(parameter.name)} on the wire"
        if parameter.deprecated:
            yield "deprecated"
        yield from (*limits(schema), *remarks(schema))

    def _resolved(self, schema: Any) -> Any:
        """A parameter whose type has a name and no page of members to look at is told of here."""
        name = schema.get("$ref", "").rpartition("/")[2] if isinstance(schema, Mapping) else ""
        model = self._world.models.get(name)
        return self._world.schemas.get(name, schema) if model is not None and model.kind == "alias" else schema

    def _returns(self, operation: Operation) -> str:
        told = self._types.told(self._method(operation).returns)
        if not operation.stream:
            return told
        method = self._world.written.resources[operation.resource].methods[operation.stream.python_name]
        assert isinstance(method.returns, ast.Subscript) and isinstance(method.returns.slice, ast.Tuple)
        record, report = map(self._types.told, method.returns.slice.elts)
        return f"{told}; as a stream, a pair of {record} and {report} for each record."

    # ---------------------------------------------------------------- authorization

    def _authorization(self, operation: Operation) -> Iterator[str]:
        if not self._world.schemes:
            return
        yield "### Authorization"
        ways = [
            " together with ".join(self._scheme(name, scopes) for name, scopes in one.items())
            for one in operation.security
        ]
        ways = [way or "no credentials" for way in ways]
        yield f"{', or '.join(ways)}." if ways else "None is needed."
        for alternative in operation.security:
            yield from self._credentials(operation, tuple(alternative))

    def _scheme(self, name: str, scopes: tuple[str, ...]) -> str:
        told = self._world.to_scheme(name, UP)
        return f"{told} for {', '.join(map(code, scopes))}" if scopes else told

    def _credentials(self, operation: Operation, names: tuple[str, ...]) -> Iterator[str]:
        """The same call with credentials of its own."""
        made = [together(names, self._world.schemes, self._world.package)]
        if len(names) == 1:
            made.append(fetched(self._world.schemes.get(names[0], {}), self._world.package))
        for credential in filter(None, made):
            try:
                text = self._world.samples.call(operation, credential, short=True)
            except Unspeakable:
                continue
            of = " and ".join(self._world.to_scheme(name, UP) for name in names)
            yield from (f"With {of}, as {code(credential.name)}:", block("python", text))

    # ---------------------------------------------------------------- answers

    def _headers(self, operation: Operation) -> str:
        types = list(dict.fromkeys(content.media_type for one in operation.responses for content in one.contents))
        sent = [content.media_type for content in operation.body.contents] if operation.body else []
        own = [one for one in operation.parameters if one.location == "header"]
        lines = [
            *([f"- **Content-Type**: {', '.join(map(code, sent))}"] if sent else []),
            *([f"- **Accept**: {', '.join(map(code, types))}"] if types else []),
            *(f"- **{plain(one.name)}**: the parameter {code(one.python_name)}" for one in own),
        ]
        return "\n".join(lines) or "None of its own."

    def _answers(self, operation: Operation) -> Iterator[str]:
        yield "### Answers"
        headers = ("Status", "Gives", "Body", "Meaning", "Response headers")
        yield table(headers, (self._answer(operation, response) for response in operation.responses)) or (
            "The document lists none."
        )
        shown = [line for response in operation.responses for line in self._examples(response)]
        if shown:
            yield from ("What they look like:", *shown)

    def _answer(self, operation: Operation, response: Response) -> tuple[str, ...]:
        success = counts(response.status, operation, success=True)
        error = link(code(f"errors.{(name := exception(response.status))}"), f"{UP}errors.md#{slug(name)}")
        headers = (f"{code(one.name)} {cell(one.description)}".strip() for one in response.headers)
        gives = "returns" if success else f"raises {error}"
        if success and counts(response.status, operation, success=False):
            gives = f"returns, or raises {error} where it is no 2XX"
        return (
            f"**{plain(response.status)}**",
            gives,
            " or ".join(dict.fromkeys(map(self._content, response.contents))) or "none",
            cell(response.description),
            "<br>".join(headers),
        )

    def _content(self, content: Content) -> str:
        reference = content.schema.get("$ref") if isinstance(content.schema, Mapping) else None
        name = str(reference or "").rpartition("/")[2]
        told = self._types.model(name) if name in self._world.models else ""
        if is_json(content.media_type):
            return told or code(content.media_type)
        return f"{told} as {code(content.media_type)}" if told else code(content.media_type)

    def _examples(self, response: Response) -> Iterator[str]:
        for content in response.contents:
            for _, value, said in named_examples(holder_at(self._world.build.normal, content.pointer)):
                shown = value if isinstance(value, str) and not is_json(content.media_type) else shown_json(value)
                if len(shown) <= LONGEST:
                    language = "json" if is_json(content.media_type) else "text"
                    yield f"**{plain(response.status)}** {cell(said)}".rstrip()
                    yield block(language, shown)

    def _exceptions(self, operation: Operation) -> str:
        others = [link(code(name), f"{UP}errors.md#{slug(name)}") for name in without_status(self._world.schemes)]
        told = f"Beside those of the statuses above, {', '.join(others)} or a status that is not listed."
        if not operation.stream:
            return told
        more = ", ".join(link(code(name), f"{UP}errors.md#{slug(name)}") for name in in_streams())
        return f"{told}\n\nA stream besides: {more}."


def _need(argument: Argument) -> str:
    return "required" if argument.required else "optional"


def _is_json_alone(contents: tuple[Content, ...]) -> bool:
    return len(contents) == 1 and contents[0].media_type == JSON


def _laid_out(method: Method, word: str) -> list[str]:
    """A signature as a stub has it, with a line for each argument if it is long."""
    arguments = method.told_arguments
    end = f") -> {ast.unparse(method.returns)}: ..."
    flat = f"    {word} {method.name}({', '.join(arguments)}{end}"
    if len(flat) <= WIDTH:
        return [flat]
    return [f"    {word} {method.name}(", *(f"        {one}," for one in arguments), f"    {end}"]
