"""The reference of a client: Markdown, one page a resource and one a model, and all of it as one page of HTML.

From a build to files; nothing here writes.
Low to high; a file imports only from those before it::

    markdown        spans, tables, anchors: nothing that a text could leave
    prose           what the document says in its own words
    written         what the client has, read from its own source
    types, limits   a type, and what is demanded of a value, in words
    literals        a value of JSON as the Python that makes it
    examples        values that the document shows or allows
    credentials     security schemes as Python
    samples         programs that run
    notes           what people wrote by hand
    world           what all pages share
    pages/          one module for each kind of page
    page/           the page of HTML; its __init__.py is its map

A signature is the client's own, read from its source, and an exception's meaning its docstring, so the pages cannot
differ from what is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from specmill.document.api import Api
from specmill.document.limits import room_for_depth
from specmill.reference import notes
from specmill.reference.page import page_of, samples_of
from specmill.reference.pages import authentication, command_line, errors, index, model, resource
from specmill.reference.world import World
from specmill.values import Build, File


@room_for_depth()
def pages_of(build: Build) -> tuple[File, ...]:
    """All files of the reference, in the order of their paths."""
    world = World(build, notes.read(build.config))
    files = {path: text for path, text in _pages(world)}
    world.notes.check(world.used)
    api = Api(build.normal, build.operations)
    files["index.html"] = page_of(api, build.config.package, lambda one: samples_of(one, world.samples))
    return tuple(File(path, f"{files[path].rstrip()}\n".encode(), "docs") for path in sorted(files))


def _pages(world: World) -> Iterator[tuple[str, str]]:
    yield "README.md", index.page(world)
    yield "authentication.md", authentication.page(world)
    yield "command-line.md", command_line.page(world)
    yield "errors.md", errors.page(world)
    for name in world.by_resource:
        yield f"resources/{name}.md", resource.page(world, name)
    for one in world.models.values():
        yield f"models/{one.name}.md", model.page(world, one)
