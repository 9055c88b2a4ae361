"""JSON in other words is the same JSON."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.contract.written_otherwise import written
from specmill.values import JSON

VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_every_spelling_means_the_same(value: JSON) -> None:
    meant = [json.loads(text) for about, text in written(value) if "other way round" not in about]
    turned = [json.loads(text) for about, text in written(value) if "other way round" in about]
    assert [value] * len(meant) == meant
    assert len(turned) <= 1 and all(len(json.dumps(one)) == len(json.dumps(value)) for one in turned)


def test_the_spellings_of_an_object() -> None:
    assert {
        "white space around it": '\r\n\t {"a":["é"],"b":1}\r\n\t ',
        "white space between its tokens": '{\r\n\t  "a" : [\r\n\t   "é"\r\n\t  ] ,\r\n\t  "b" : 1\r\n\t }',
        "its members the other way round": '{"b":1,"a":["é"]}',
        "every letter as an escape": '{"\\u0061":["\\u00e9"],"\\u0062":1}',
    } == dict(written({"a": ["é"], "b": 1}))
