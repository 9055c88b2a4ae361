"""A tree from YAML, read by the rules of JSON.

Keys are text, and a plain word is a number, null, true or false exactly where JSON (or the YAML 1.2 core schema, for
``~``, ``Null``, ``TRUE``) would read it so; ``on``, ``no``, ``1_000``, ``2024-01-01`` and ``12:30`` are text.
Merge keys (``<<``) are honoured, since documents use them: what a mapping says itself wins, then the earlier of
several sources. Aliases are shared, never copied.

The events of libyaml's parser are taken one by one, with a stack of our own: that is four times as fast as PyYAML's
constructor, nothing recurses, and a text is refused at its first fault without reading on. Refused are tags that make
objects, keys that are no text or stand twice, aliases to what encloses them or whose copies would be too many,
several documents in one file, deep nesting, numbers that JSON does not know.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import yaml

from specmill.document import limits, marks
from specmill.document.faults import depth_fault, duplicate_fault, fault_in, number_fault, shown
from specmill.errors import SpecmillError
from specmill.values import JSON, SourceFile

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
TAG_DIRECTIVE = re.compile("(?:^|[\r\n\x85\u2028\u2029])%TAG")
STANDARD = "tag:yaml.org,2002:"
TEXT_TAGS = ("!", STANDARD + "str")
SCALAR_TAGS = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}
CONTAINER_TAGS: dict[type, tuple[str | None, ...]] = {
    dict: (None, "!", STANDARD + "map"),
    list: (None, "!", STANDARD + "seq"),
}

# What comes next, where it is not the value of the key that was read last.
ITEM: Any = object()
KEY: Any = object()
MERGE: Any = object()  # the key under which the sources of a merge wait until their mapping is complete


@dataclass(slots=True)
class Anchor:
    value: JSON
    size: int  # of the value, with all that its aliases stand for; while it is open, the count when it was opened
    complete: bool = True


class Composer:
    """One reading of one file."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.top: Any = []  # what is being filled; a list around the root to begin with
        self.next: Any = ITEM
        self.open: list[tuple[Any, Any, Anchor | None]] = []
        self.anchors: dict[str, Anchor] = {}
        self.count = 0  # of nodes, those behind aliases included
        self.aliased = 0
        self.documents = 0
        self.merging: Any = None  # where the last merge key stands

    def compose(self) -> JSON:
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        self._check_directives()
        try:
            get = marks.yaml_parser(self.file.text)
            while (kind := type(event := get())) is not yaml.StreamEndEvent:
                if kind in handlers:
                    handlers[kind](event)
        except yaml.YAMLError as error:
            raise self._syntax_fault(error) from None
        return self._checked()

    def _check_directives(self) -> None:
        """libyaml compares each %TAG with all before it; and the tags that they shorten are refused anyway."""
        if "%TAG" in self.file.text and len(TAG_DIRECTIVE.findall(self.file.text)) > 100:
            raise self._fault(None, "more than 100 %TAG directives", "remove them")

    def _checked(self) -> JSON:
        if not self.top:
            raise self._fault(None, "the file is empty", "write an OpenAPI document into it")
        # Written text cannot be too deep by now, but an alias may stand deep and have a deep value.
        if self.aliased and limits.height(self.top[0]) > limits.DEPTH:
            raise depth_fault(self.file)
        return self.top[0]

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._fault(
                event, "a second document begins in this file", "put each document into a file of its own"
            )

    def _scalar(self, event: Any) -> None:
        if self.next is KEY:
            self._key(event)
            return
        value = self._value(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = Anchor(value, 1)
        self._add(value)

    def _add(self, value: JSON) -> None:
        self.count += 1
        if self.next is ITEM:
            self.top.append(value)
        else:
            self.top[self.next] = value
            self.next = KEY

    def _key(self, event: Any) -> None:
        if event.tag is not None and event.tag not in TEXT_TAGS:
            raise self._tag_fault(event)
        key = event.value
        if event.anchor is not None:
            self.anchors[event.anchor] = Anchor(self._value(event), 1)
        if event.implicit[0] and key in ("", "<<"):
            if not key:
                raise self._fault(event, "a key is missing before this colon", 'an empty key is written ""')
            self.merging, key = event, MERGE
        self._take_key(key)

    def _take_key(self, key: Any) -> None:
        if key in self.top:
            raise duplicate_fault(self.file)
        self.next = key

    def _value(self, event: Any) -> JSON:
        if event.implicit[0]:
            return self._plain(event)
        return event.value if event.tag is None else self._tagged(event)

    def _plain(self, event: Any) -> JSON:
        text = event.value
        if text in WORDS:
            return WORDS[text]
        if text[0] in "-0123456789" and (number := NUMBER.fullmatch(text)):
            return self._number(event, fraction=bool(number.lastindex))
        return text

    def _number(self, event: Any, fraction: bool) -> int | float:
        text = event.value
        if len(text) <= limits.DIGITS:
            value = float(text) if fraction else int(text)
            if not fraction or math.isfinite(value):
                return value
        raise number_fault(self.file, event.start_mark, text)

    def _tagged(self, event: Any) -> JSON:
        """``!!str 200`` is text; the other tags of JSON's kinds have to say what is so anyway."""
        if event.tag in TEXT_TAGS:
            return event.value
        value = self._plain(event)
        if type(value) not in SCALAR_TAGS.get(event.tag.removeprefix(STANDARD), ()):
            raise self._tag_fault(event)
        return value

    def _mapping(self, event: Any) -> None:
        self._open(event, {}, KEY)

    def _sequence(self, event: Any) -> None:
        self._open(event, [], ITEM)

    def _open(self, event: Any, container: Any, following: Any) -> None:
        if self.next is KEY:
            raise self._fault(event, "a key has to be text", "is this { of a template? then put it in quotes")
        if event.tag not in CONTAINER_TAGS[type(container)]:
            raise self._tag_fault(event)
        if len(self.open) == limits.DEPTH:
            raise self._fault(event, f"more than {limits.DEPTH} mappings and lists inside each other")
        anchor = None
        if event.anchor is not None:
            anchor = self.anchors[event.anchor] = Anchor(container, self.count, complete=False)
        self._add(container)
        self.open.append((self.top, self.next, anchor))
        self.top, self.next = container, following

    def _close(self, event: Any) -> None:
        closed = self.top
        self.top, self.next, anchor = self.open.pop()
        if type(closed) is dict and MERGE in closed:
            self._merge(closed, closed.pop(MERGE))
        if anchor:
            anchor.size, anchor.complete = self.count - anchor.size, True

    def _merge(self, mapping: dict[Any, Any], sources: JSON) -> None:
        for source in sources if isinstance(sources, list) else [sources]:
            if not isinstance(source, dict):
                raise self._fault(
                    self.merging, "only mappings can be merged", 'a property of that name is written "<<"'
                )
            self._grow(len(source), self.merging)
            for key, value in source.items():
                mapping.setdefault(key, value)

    def _alias(self, event: Any) -> None:
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            raise self._fault(event, f"there is no anchor &{shown(event.anchor)} before this alias")
        if not anchor.complete:
            raise self._fault(
                event, f"the alias *{shown(event.anchor)} stands inside of what it names: that never ends"
            )
        self._grow(anchor.size, event)
        if self.next is not KEY:
            self._add(anchor.value)
        elif isinstance(anchor.value, str):
            self._take_key(anchor.value)
        else:
            raise self._fault(event, "a key has to be text")

    def _grow(self, nodes: int, event: Any) -> None:
        self.count += nodes
        self.aliased += nodes
        if self.aliased > limits.ALIASED:
            message = f"the aliases of this file stand for more than {limits.ALIASED:,} nodes"
            raise self._fault(event, message, "use $ref, which is never copied")

    def _tag_fault(self, event: Any) -> SpecmillError:
        tag = event.tag.replace(STANDARD, "!!")
        return self._fault(event, f"the tag {shown(tag)} is refused: a document is data", "remove the tag")

    def _fault(self, event: Any, message: str, hint: str = "") -> SpecmillError:
        return fault_in(self.file, event and event.start_mark, message, hint)

    def _syntax_fault(self, error: yaml.YAMLError) -> SpecmillError:
        if isinstance(error, yaml.MarkedYAMLError):
            where = error.problem_mark or error.context_mark
            told = fault_in(self.file, where, f"this is not YAML: {error.problem or error.context}")
            told.hint = _syntax_hint(self.file, where, told.message)
            return told
        character = getattr(error, "character", 0)
        character = character if isinstance(character, str) else chr(character)
        at = max(self.file.text.find(character), 0)
        hint = 'in double quotes it can be written as an escape: "\\u0000" and so on'
        return fault_in(self.file, at, f"YAML may not hold the character U+{ord(character):04X}", hint)


def _syntax_hint(file: SourceFile, where: Any, message: str) -> str:
    line = marks.line_of(file.name, file.text, where.line + 1) if where else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "YAML is indented with spaces: replace the tab"
    if "mapping values are not allowed" in message:
        return "put text with a colon in it into quotes"
    if line[where.column : where.column + 1] in ("@", "`", "%", "*", "&", "!", "|", ">", "{", "["):
        return "put text that begins with such a character into quotes"
    return ""
