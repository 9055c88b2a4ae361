"""Documents that are written to do harm: those in ``corpus/untrusted`` and those that are too large to be kept.

Run as a program, it reads all documents of a folder and prints how each ended, one JSON line a document.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from specmill.document.checks.structure import check_structure
from specmill.document.load import read
from specmill.document.overlay import overlay
from specmill.document.refs import bundle
from specmill.errors import SpecmillError
from specmill.values import Config

WRITTEN = Path(__file__).parent / "corpus" / "untrusted"
MEMORY = 1024**3  # what the program may take, in bytes
HEAD = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n"
DEEP = "more than 200 mappings and lists inside each other"
PARTS = 10_000
LONG = "k" * 1_000_000

# File in the corpus -> what is said about it.
KEPT = {
    "alias-bomb.yaml": "the aliases of this file stand for more than 1,000,000 nodes",
    "alias-loop.yaml": "the alias *tree stands inside of what it names",
    "merge-loop.yaml": "the alias *info stands inside of what it names",
    "object-apply.yaml": "the tag !!python/object/apply:os.system is refused",
    "object-new.yaml": "the tag !!python/object/new:type is refused",
    "object-module.yaml": "the tag !!python/module:antigravity is refused",
    "object-in-a-key.yaml": "a key has to be text",
    "object-by-a-short-tag.yaml": "the tag !!python/object/apply:os.system is refused",
    "reference-loop.yaml": "without anything in between",
    "file-loop.yaml": "without anything in between",
    "reference-to-a-secret.yaml": "leaves the document's folder",
    "reference-to-a-url.yaml": "leaves this machine",
    "reference-to-a-device.yaml": "leaves the document's folder",
    "tabs.yaml": "replace the tab",
    "words-that-turn.yaml": 'a path has no field "\\x1b]0;pwned\\x07"',
    "duplicate-key.json": 'the key "paths" stands twice; first at duplicate-key.json:4:3',
    "infinity.json": "-Infinity is no number of JSON",
    "half-a-character.json": "\\ud83d is half of a character",
}


def _schemas(bodies: Iterable[str]) -> str:
    return HEAD + "components:\n  schemas:\n" + "".join(f"    A{n}: {body}\n" for n, body in enumerate(bodies))


def _wide(*, count: int) -> str:
    return ", ".join(f"k{n}: 1" for n in range(count))


# File -> its text and what is said about it.
MADE: dict[str, tuple[str, str]] = {
    "deep-flow.yaml": ("[" * PARTS + "]" * PARTS, DEEP),
    "deep-flow-mapping.yaml": (HEAD + "x-a: " + "{a: " * PARTS + "}" * PARTS, DEEP),
    "deep-block.yaml": ("".join(" " * n + "a:\n" for n in range(PARTS // 5)), DEEP),
    "deep-dashes.yaml": ("- " * PARTS + "a", DEEP),
    "deep-questions.yaml": ("? " * PARTS + "a", "a key has to be text"),
    "deep-list.json": ("[" * 10 * PARTS + "]" * 10 * PARTS, DEEP),
    "deep-mapping.json": ('{"a":' * PARTS + "1" + "}" * PARTS, DEEP),
    "deep-by-aliases.yaml": (
        HEAD + "x-0: &a0 []\n" + "".join(f"x-{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 500)),
        DEEP,
    ),
    "deep-open.json": ('{"a":[' * PARTS, DEEP),
    "merge-bomb.yaml": (
        HEAD + f"x-a: &a {{{_wide(count=2000)}}}\n" + "".join(f"x-{n}: {{<<: *a}}\n" for n in range(2000)),
        "the aliases of this file stand for more than",
    ),
    "merge-often.yaml": (
        HEAD + f"x-a: &a {{{_wide(count=2000)}}}\nx-b: {{<<: [{'*a, ' * 50_000}]}}\n",
        "the aliases of this file stand for more than",
    ),
    "tag-directives.yaml": (
        "a: 1\n...\n" + "".join(f"%TAG !t{n}! tag:example.com,2000:{n}\n" for n in range(5 * PARTS)) + "---\nb: 1\n",
        "more than 100 %TAG directives",
    ),
    "long-number.json": ('{"a": ' + "9" * 1_000_000 + "}", "is more than a number can hold"),
    "long-number.yaml": ("a: " + "9" * 1_000_000, "is more than a number can hold"),
    "long-key.json": (json.dumps({LONG: 1})[:-1] + f', "{LONG}": 2}}', "stands twice"),
    "long-name.yaml": (
        HEAD.replace("{}", f"{{/x: {{get: {{? '{'k' * 1_000_000}' : 1}}}}}}"),
        "an operation has no field",
    ),
    "brackets.yaml": ("{" * PARTS, "a key has to be text"),
    "quotes.yaml": ('"' * PARTS, "this is not YAML"),
    "many-keys-twice.yaml": ("".join(f"k{n}: 1\n" for n in [*range(2 * PARTS), 5]), "stands twice; first at"),
    "chain.yaml": (
        _schemas(f"{{allOf: [{{$ref: '#/components/schemas/A{n + 1}'}}]}}" for n in range(PARTS)),
        f'there is no "A{PARTS}" in /components/schemas',
    ),
    "loop.yaml": (
        _schemas(f"{{allOf: [{{$ref: '#/components/schemas/A{(n + 1) % PARTS}'}}]}}" for n in range(PARTS)),
        "this schema refers to itself, without anything in between",
    ),
    "lost.yaml": (_schemas(f"{{$ref: '#/components/schemas/B{n}'}}" for n in range(PARTS)), "and 9,975 more"),
    "braces.json": (
        json.dumps({"openapi": "3.1.0", "info": {"title": "A"}, "paths": {"/" + "{" * 100_000: {}}}),
        "the braces of this path do not fit together",
    ),
    "every-level.yaml": (
        _schemas(f"{{$ref: 'every-level-other.json#{'/a' * n}'}}" for n in range(200)),
        'there is no "a" in /a/a/a',
    ),
    "every-level-other.json": ('{"a":' * 195 + "1" + "}" * 195, "this is not an OpenAPI document"),
    "many-files.yaml": (HEAD + "components: {schemas: {A: {$ref: 'file-0.txt'}}}\n", "lead to more than 1000 files"),
    **{
        f"file-{n}.txt": (f"items: {{$ref: 'file-{n + 1}.txt'}}\n", "this is not an OpenAPI document")
        for n in range(1100)
    },
    "overlaid.yaml": (HEAD, "the overlays write more than 2,000,000 nodes"),
    "overlay-of-overlaid.yaml": (
        "overlay: 1.1.0\ninfo: {title: O, version: '1'}\nactions:\n- {target: $.info, update: {x-a: [1]}}\n"
        + "- target: $.info['x-a']\n  copy: $.info['x-a']\n" * 50,
        "this is an overlay, not an OpenAPI document",
    ),
}


def attempt(folder: Path, name: str) -> str:
    """What is said about a document, by all that happens to it before it is normalised."""
    overlays = tuple(Path(path.name) for path in folder.glob(f"overlay-of-{name}"))
    config = Config(folder, Path(name), "api", Path("generated"), overlays)
    try:
        document, _ = overlay(read(config), config)
        check_structure(bundle(document, config))
    except SpecmillError as error:
        return str(error)
    return ""


def main(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in sorted([*KEPT, *(name for name in MADE if name.endswith((".yaml", ".json")))]):
        started = time.process_time()
        said = attempt(folder, name)
        print(json.dumps({"name": name, "seconds": time.process_time() - started, "said": said}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
