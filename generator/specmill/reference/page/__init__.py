"""The reference of a client as one page: a file that needs no network, no server and no framework.

::

    page_of(api, "petstore")  ->  "<!doctype html>…"

What the page tells is data inside of it, in JSON; ``assets/`` is the page itself, hand-written, which draws what the
reader asks for when it is asked for. So the page of a document of any size opens at once, and nothing of a document is
ever HTML: the script only makes elements and gives them text, and a policy in the page's head refuses all others.

    content     what the page tells of a document: operations, models, servers, credentials
    answers     the contents of bodies and answers, with their examples
    samples     those of the other pages, for a server that the reader names
    sources     where in its file an operation or a model stands
    assembled   the files of ``assets/`` and the data as one text

Who may import whom is written in pyproject.toml.
"""

from __future__ import annotations

from specmill.document.api import Api
from specmill.document.limits import room_for_depth
from specmill.reference.page.assembled import assembled
from specmill.reference.page.content import Samples, content_of
from specmill.reference.page.samples import Sample, samples_of
from specmill.values import Operation

__all__ = ["Sample", "Samples", "page_of", "samples_of"]


def no_samples(operation: Operation) -> tuple[Sample, ...]:
    return ()


@room_for_depth()
def page_of(api: Api, package: str, samples: Samples = no_samples) -> str:
    """The whole page. The same bytes for the same document, package and samples.

    Args:
        package: The name by which the client is imported.
        samples: Gives the samples of an operation.
    """
    content = content_of(api, package, samples)
    return assembled(content["title"], content)
