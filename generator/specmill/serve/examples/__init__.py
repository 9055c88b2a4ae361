"""Answers any operation of any document from its examples, or with values made for its schemas.

Low to high; a file imports only from those before it::

    shapes      what text may become by its schema
    spelling    values spelt by style and explode, read backwards
    parameters, security, bodies   whether a request holds
    written     values as bytes, by their media type
    shaping     errors in the document's own shape
    answers     the answers that the document has, and which of them it is
    refusals    what a request is told that does not hold
    routes      which operation a request is for
    records     concatenated JSON, cut anywhere
    calls       one request and its answer
    streams     records and reports
    responder   what becomes of a request's head
"""

from __future__ import annotations

from specmill.document.api import Api
from specmill.serve.examples.responder import Examples


def examples(api: Api) -> Examples:
    return Examples(api)
