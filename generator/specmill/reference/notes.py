"""What people wrote for the reference by hand: a folder of Markdown files, each named after what it goes to.

    README.md                      the first page
    records_v3.md                  a resource
    records_v3.produce_record.md   an operation
    ProduceRequest.md              a model
    authentication.md, errors.md, command-line.md

Headings are deepened until they fit below that of their place. A link is told from the page that it ends up in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from specmill.errors import Place, SpecmillError
from specmill.values import Config

HEADING = re.compile(r"#{1,6}(?= )")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Notes:
    """Their texts by name, without the ``.md``."""

    texts: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""

    def text(self, name: str, level: int) -> str:
        """A note for below a heading of this level."""
        return deepened(self.texts.get(name, ""), level)

    def check(self, used: Collection[str]) -> None:
        """A note that belongs to nothing would be lost without a word."""
        for name in self.texts:
            if name not in used:
                near = difflib.get_close_matches(name, used, n=1)
                raise SpecmillError(
                    "this note belongs to nothing in the reference",
                    place=Place(f"{self.folder}/{name}.md"),
                    hint=f"did you mean {near[0]}.md?" if near else "name it after a resource, a call or a model",
                )


def read(config: Config) -> Notes:
    if config.notes is None:
        return Notes()
    folder = config.root / config.notes
    texts = {path.stem: path.read_text("utf-8").strip() for path in sorted(folder.glob("*.md"))}
    return Notes(texts, config.notes.as_posix())


def deepened(text: str, level: int) -> str:
    """The same with its highest headings one level below ``level``."""
    lines, fence = [], ""
    for line in text.splitlines():
        found = FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        lines.append(line if fence else HEADING.sub(lambda marks: (marks[0] + "#" * level)[:6], line))
    return "\n".join(lines)
