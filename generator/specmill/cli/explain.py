"""``specmill explain NAME``: from a generated name to its place in the document, and back."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from specmill.cli.choice import chosen
from specmill.cli.console import BOLD, answer, answer_json, one_line
from specmill.errors import SpecmillError
from specmill.keep.explain import Explanation, explain


def run(options: Namespace) -> int:
    from specmill.build import build
    from specmill.document.positions import places_of

    found: list[Explanation] = []
    unknown: list[SpecmillError] = []
    for config in chosen(options):
        try:
            found += explain(build(config), " ".join(options.name), places_of)
        except SpecmillError as error:  # another client may know it
            unknown.append(error)
    if not found:
        raise unknown[0]
    if options.json:
        answer_json({"found": [asdict(one) for one in found]})
    else:
        _tell(found)
    return 0


def _tell(found: list[Explanation]) -> None:
    for one in found:
        answer(one.python, BOLD)
        answer(one_line(f"  in the document  {one.wire}"))
        for place in one.places:
            answer(f"  at               {place}")
