"""The pages of a reference taken apart: blocks of code, headings with their anchors, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from specmill.build import build
from specmill.config import Options, load
from specmill.reference import pages_of
from specmill.values import Build
from tests.support import CASES, REPOSITORY, config_of

CLIENTS = sorted(path for path in (CASES / "clients").glob("*/openapi.*"))
BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)
LINK = re.compile(r"(?<!\\)\]\(([^()\s]*)\)")
SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int
    shown: str | None = None  # what it says that it prints


@cache
def built(document: Path) -> Build:
    return build(config_of(document))


@cache
def flagship() -> Build:
    (config,) = load(Options(), REPOSITORY)
    return build(config)


@cache
def pages(made: Path | None = None) -> Mapping[str, str]:
    """Path -> text of what is Markdown; of the flagship without a document."""
    files = pages_of(built(made) if made else flagship())
    return {file.path: file.content.decode() for file in files if file.path.endswith(".md")}


def blocks(page: str) -> list[Block]:
    """In the order of the page; a block ``text`` right behind one is what that prints."""
    found: list[Block] = []
    end = -1
    for match in BLOCK.finditer(page):
        one = Block(match["language"], match["text"], page.count("\n", 0, match.start()) + 1)
        if (
            one.language == "text"
            and found
            and found[-1].language == "python"
            and not page[end : match.start()].strip()
        ):
            found[-1] = Block("python", found[-1].text, found[-1].line, one.text)
        else:
            found.append(one)
        end = match.end()
    return found


def prose(page: str) -> str:
    """Without blocks of code."""
    return BLOCK.sub("", page)


def anchors(page: str) -> set[str]:
    """As a renderer makes them of headings: their text without markup, equal ones numbered."""
    seen: dict[str, int] = {}
    for heading in HEADING.findall(prose(page)):
        text = re.sub(r"\\(.)", r"\1", SPAN.sub(r"\2", heading))
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        name = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        number = seen.get(name, -1) + 1
        seen[name] = number
        if number:
            seen[f"{name}-{number}"] = 0
    return seen.keys() | {f"{name}-{one}" for name, last in seen.items() for one in range(1, last + 1)}


def broken_links(all_pages: Mapping[str, str]) -> Iterator[str]:
    """Links within the reference that lead to no page, or to no place of it."""
    known = {path: anchors(text) for path, text in all_pages.items()}
    for path, text in all_pages.items():
        for target in LINK.findall(SPAN.sub(r"\1", prose(text))):
            if re.match(r"https?://", target):
                continue
            file, _, anchor = target.partition("#")
            to = resolved(path, file)
            if to != "index.html" and (to not in known or (anchor and anchor not in known[to])):
                yield f"{path}: {target}"


def resolved(page: str, target: str) -> str:
    """The path to which a link of a page leads."""
    if not target:
        return page
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / target).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)
