"""The checks that are written out by hand, held against a validator that reads the document."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.faulty import VARIANTS, checks
from tests.contract.faulty.caller import PATH
from tests.support import REPOSITORY

TEMPLATE = PATH.replace("cluster-1", "{cluster_id}").replace("topic-1", "{topic_name}")
NOT_IN_THE_SCHEMA = ("data at /key", "data at /value")


def validator() -> jsonschema_rs.Validator:
    document = yaml.safe_load((REPOSITORY / "spec" / "kafka-rest-v3.yaml").read_text(encoding="utf-8"))
    body = document["paths"][TEMPLATE]["post"]["requestBody"]["content"]["application/json"]["schema"]
    formats = {"byte": checks.is_base64, "date-time": checks.is_date_time}
    return jsonschema_rs.Draft4Validator(with_null(body), validate_formats=True, formats=formats)


def with_null(schema: Any) -> Any:
    """The word ``nullable`` of OpenAPI 3.0 and the format int32, in words of JSON Schema."""
    if isinstance(schema, list):
        return [with_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: with_null(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") is True and "type" in schema:
        plain["type"] = [schema["type"], "null"]
    if schema.get("format") == "int32":
        plain |= {"minimum": -(2**31), "maximum": 2**31 - 1}
    return plain


VALIDATOR = validator()
LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        1.0,
        -1,
        1.5,
        2**31 - 1,
        2**31,
        "",
        "JSON",
        "json",
        "eA==",
        "eA",
        "2021-02-05T19:14:42Z",
        "x",
        {},
        [],
    ]
)


def members(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return LEAVES | st.fixed_dictionaries({}, optional={name: value | LEAVES for name, value in values.items()})


DATA = members(type=st.sampled_from(checks.FORMATS), data=LEAVES)
HEADERS = st.lists(members(name=st.just("n"), value=st.just("eA==")), max_size=2)
RECORDS = members(partition_id=st.just(1), headers=HEADERS, key=DATA, value=DATA, timestamp=LEAVES, more=LEAVES)


@given(RECORDS)
def test_the_checks_agree_with_the_document(record: Any) -> None:
    failed = checks.broken(record)
    if failed not in NOT_IN_THE_SCHEMA:
        assert VALIDATOR.is_valid(record) == (failed is None), failed


TIMES = {
    "2021-02-05T19:14:42Z": True,
    "2021-02-05t19:14:42z": True,
    "2021-02-05T19:14:42.123456789+05:30": True,
    "2024-02-29T00:00:00Z": True,
    "2023-02-29T00:00:00Z": False,
    "1900-02-29T00:00:00Z": False,
    "2021-13-05T19:14:42Z": False,
    "2021-02-05T24:00:00Z": False,
    "2021-02-05T19:60:42Z": False,
    "2016-12-31T23:59:60Z": True,
    "2016-12-31T22:59:60-01:00": True,
    "2016-12-31T22:59:60Z": False,
    "2021-02-05 19:14:42Z": False,
    "2021-02-05T19:14Z": False,
    "2021-02-05T19:14:42+24:00": False,
    "\u0662021-02-05T19:14:42Z": False,
}


@pytest.mark.parametrize(("given_time", "expected"), TIMES.items())
def test_a_time_is_one_of_rfc_3339(given_time: str, expected: bool) -> None:
    strict = jsonschema_rs.Draft202012Validator({"format": "date-time"}, validate_formats=True)
    assert (expected, expected) == (checks.is_date_time(given_time), strict.is_valid(given_time))


def test_every_check_has_a_variant_that_does_without_it() -> None:
    names = {check.name for check in checks.CHECKS} - set(NOT_IN_THE_SCHEMA)
    assert names <= {variant.check for variant in VARIANTS if variant.group == "must-reject"}
