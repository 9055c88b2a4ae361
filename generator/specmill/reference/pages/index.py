"""The first page: what the API is, every call, every model."""

from __future__ import annotations

from collections.abc import Iterator

from specmill.reference.markdown import code, link, paragraphs, plain, table
from specmill.reference.prose import blocks, cell
from specmill.reference.world import World, title_of


def page(world: World) -> str:
    info = world.build.normal.tree["info"]
    about = info.get("description")
    return paragraphs(
        f"# {plain(world.title)}",
        blocks(about) if isinstance(about, str) else "",
        f"The reference of the client {code(world.package)}, made from its document together with it.",
        f"- {link('All of it as one page', 'index.html')}, with a search and a form that calls a server\n"
        f"- {link('Authentication', 'authentication.md')}\n"
        f"- {link('Exceptions', 'errors.md')}\n"
        f"- {link('The command line', 'command-line.md')}",
        f"All paths are below {_addresses(world)}.",
        world.note("README", 1),
        *_calls(world),
        *_models(world),
    )


def _addresses(world: World) -> str:
    known = [one for one in world.servers if "://" in one]
    return " or ".join(map(code, known)) if known else "the address that the client is given"


def _calls(world: World) -> Iterator[str]:
    yield "## Calls"
    if not world.by_resource:
        yield "The document has none: the client is its models."
    for name, operations in world.by_resource.items():
        yield f"### {name}"
        yield f"{link(plain(world.title_of(name)), f'resources/{name}.md')}. {cell(world.about(name))}".rstrip()
        rows = (
            (
                world.to_operation(one, "", one.python_name),
                f"**{plain(one.method)}** {code(one.path)}",
                cell(title_of(one)) + (" **Deprecated.**" if one.deprecated else ""),
            )
            for one in operations
        )
        yield table(("Method", "HTTP request", "Description"), rows)


def _models(world: World) -> Iterator[str]:
    if world.models:
        yield "## Models"
        yield "\n".join(f"- {link(code(name), f'models/{name}.md')}" for name in sorted(world.models))
