"""What the document says in its own words, as Markdown that stays where it is put.

Descriptions are Markdown, often with HTML in it. Emphasis, code, lists and links to the web are kept; images (badges
above all) become their text and links that lead nowhere from here become words. All other HTML is shown, not rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from specmill.reference.markdown import code, one_line

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
ITEM = re.compile(r"\s*(?:[*+-]|\d{1,9}[.)])\s+")
BREAKS = re.compile(r"</?(?:br|p|div|ul|ol|tr|table|thead|tbody|h[1-6])\b[^<>]*>", re.IGNORECASE)
SPANS = {"code": "`", "tt": "`", "b": "**", "strong": "**", "i": "*", "em": "*"}
TAG = re.compile(rf"<(/?)({'|'.join(SPANS)})\s*>", re.IGNORECASE)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])")
LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^()\s<>]*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
WEB = re.compile(r"https?://[^\s<>\"|\\`]+")
LOOSE = re.compile(r"\\[\\`*_\[\]<>|~#&!{}()+.-]|[\[\]<>|`~]|&(?!#?\w{1,32};)")
ENOUGH = 60  # letters, after which no further paragraph is needed
HELD = "\ufdd0"  # no character at all: it marks what is put aside while the rest is escaped


def cell(text: str) -> str:
    """A description on one line, for a table."""
    return inline(" ".join(_without_blocks(text)))


def beginning(text: str, enough: int = ENOUGH) -> str:
    """What a description says first: as many of its paragraphs as it takes to say something, on one line."""
    found: list[str] = []
    for part in "\n".join(_without_blocks(text, keep_empty=True)).split("\n\n"):
        if sum(map(len, found)) < enough:
            found.append(part)
    return inline(" ".join(found))


def blocks(text: str) -> str:
    """A description with its paragraphs, lists and blocks of code."""
    return "\n".join(_joined(text)).strip("\n")


def inline(text: str) -> str:
    """One line of a description. What is code, a link or an address is put aside first; the rest is escaped."""
    kept: list[str] = []

    def hold(piece: str) -> str:
        kept.append(piece)
        return f"{HELD}{len(kept) - 1}{HELD}"

    text = TAG.sub(lambda tag: SPANS[tag[2].lower()], one_line(text.replace(HELD, "")))
    text = CODE.sub(lambda found: hold(_span(found[2])), text)
    text = LINK.sub(lambda found: _link(found, hold), IMAGE.sub(r"\1", text))
    text = WEB.sub(lambda found: hold(f"<{found[0].rstrip('.,;:!?')}>") + _behind(found[0]), text)
    return _restored(_balanced(LOOSE.sub(_escaped, text)), kept)


def _link(found: re.Match[str], hold: Callable[[str], str]) -> str:
    """A link to the web stays one, any other leads nowhere from here."""
    text, target = found[1], found[2]
    if not text.strip():
        return ""
    return f"{hold('[')}{text}{hold(f']({target})')}" if WEB.fullmatch(target) else text


def _behind(address: str) -> str:
    return address[len(address.rstrip(".,;:!?")) :]


def _span(text: str) -> str:
    return code(text.strip()) if text.strip() else ""


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if len(sign) == 2:  # the document escaped it already
        return sign if sign[1] != "|" else "\\|"
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign, f"\\{sign}")


def _balanced(text: str) -> str:
    """Emphasis that is opened and not closed would swallow the rest of the page's line."""
    for mark in ("**", "*"):
        bare = text.replace("\\*", "").replace("**", "" if mark == "*" else "**")
        if bare.count(mark) % 2:
            text = re.sub(r"(?<!\\)\*", r"\\*", text)
    return re.sub(r"(?<![\w\\])__(?=\w)|(?<=\w)__(?!\w)|(?<!\\)(?<![^\W_])_(?=\w)|(?<=\w)_(?!\w)", _underscored, text)


def _underscored(found: re.Match[str]) -> str:
    return found[0].replace("_", "\\_")


def _restored(text: str, kept: list[str]) -> str:
    return re.sub(f"{HELD}(\\d+){HELD}", lambda found: kept[int(found[1])], text)


# ---------------------------------------------------------------- blocks


def _joined(text: str) -> Iterator[str]:
    """The lines of a description. Headings become bold, since those of the page are its own."""
    lines = BREAKS.sub("\n\n", text.expandtabs(4)).splitlines()
    fence, empty = "", True
    for line in lines:
        found = FENCE.match(line)
        if fence:
            closes = found and found[1].startswith(fence) and not found[2].strip()
            yield fence if closes else _printable(line)
            fence = "" if closes else fence
            empty = False
        elif found and "`" not in found[2]:
            fence = found[1]
            yield from ([] if empty else [""])
            yield f"{fence}text"
        elif not line.strip() or UNDERLINE.match(line):
            yield from ([] if empty else [""])
            empty = True
        else:
            yield _line(line)
            empty = False
    if fence:
        yield fence


def _line(line: str) -> str:
    """One line outside of code, with the indent that makes it part of a list."""
    if found := HEADING.match(line):
        text = inline(found[1] or "")
        return f"**{text}**\n" if text else ""
    margin = " " * min(len(line) - len(line.lstrip()), 3)
    if found := ITEM.match(line):
        mark = found.group().strip()
        deep = " " * (len(line) - len(line.lstrip()))
        return f"{deep}{'-' if mark in '*+-' else mark} {inline(line[found.end() :])}"
    text = inline(line)
    return margin + (f"\\{text}" if text[:1] in "#=-+" else text)


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _without_blocks(text: str, keep_empty: bool = False) -> Iterator[str]:
    """The words of a description: without the marks of headings, lists and blocks of code."""
    for line in BREAKS.sub("\n\n", text).splitlines():
        if FENCE.match(line) or UNDERLINE.match(line):
            continue
        found = HEADING.match(line)
        words = (found[1] or "") if found else ITEM.sub("", line, count=1) if ITEM.match(line) else line
        if words.strip() or keep_empty:
            yield words.strip()
