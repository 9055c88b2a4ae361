"""The normal form: the document after overlays, so regular that every later stage may be naive.

Both engines fail on documents as they are published: they drop what they do not understand and say nothing. So the
document is made regular first, by six passes, each of which tells what it changed and where:

    complete   every operation complete in itself; references to schemas only
    dialect    every schema in one dialect, whichever version the document has
    compose    allOf merged, unions in their plainest form
    hoist      every model named once, nullability at the place of use
    finish     null as 2020-12 says it
    families   a model that others build on is any of them where it is used

Two laws hold, and the tests show both over random documents: ``normalise`` of its own result changes nothing, and a
value is valid afterwards exactly when it was before (but for what a change named ``assumed`` says; ``format: int32``
and the like count as ranges; ``nullable`` of 3.0 means null wherever something stands beside it).
"""

from __future__ import annotations

from specmill.document.limits import room_for_depth
from specmill.document.passes.complete import complete
from specmill.document.passes.compose import composed
from specmill.document.passes.dialect import one_dialect
from specmill.document.passes.families import with_families
from specmill.document.passes.finish import finished
from specmill.document.passes.hoist import all_pointers, hoisted
from specmill.document.positions import fault
from specmill.document.tree import Changes
from specmill.errors import SpecmillError
from specmill.values import Change, Document, Normal


def normalise(document: Document, changes: tuple[Change, ...] = ()) -> Normal:
    """The normal form, and after the given ``changes`` those that led to it."""
    try:
        return _normal(document, changes)
    except SpecmillError as error:
        if error.place is None or error.place.file or not document.files:
            raise
        raise fault(document, error.place.pointer, error.message, error.hint) from None


@room_for_depth()
def _normal(document: Document, changes: tuple[Change, ...]) -> Normal:
    told = Changes()
    tree = complete(document.tree, told)
    one_dialect(tree, not str(document.tree.get("openapi", "")).startswith("3.0"), told)
    composed(tree, told)
    origins = hoisted(tree, told)
    finished(tree)
    with_families(tree, told, origins)
    origins |= {pointer: (origin,) for pointer, origin in all_pointers(tree)}
    return Normal(tree, (*changes, *told.all()), origins, document)
