"""Every variant has the fault that it is said to have, and the honest servers have none."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.contract.faulty import GROUPS, VARIANTS, Variant, running
from tests.contract.faulty.talks import TALKS
from tests.contract.faulty.talks.talk import LONG, Talk

BY_NAME = {variant.name: variant for variant in VARIANTS}
TALKED_OF = [pytest.param(BY_NAME[talk.variant], talk, id=talk.variant) for talk in TALKS]


def test_every_variant_is_talked_of_once() -> None:
    assert Counter(variant.name for variant in VARIANTS) == Counter(talk.variant for talk in TALKS)
    assert set(GROUPS) == {variant.group for variant in VARIANTS}


@pytest.mark.parametrize(("variant", "talk"), TALKED_OF)
def test_a_variant_has_its_fault(variant: Variant, talk: Talk) -> None:
    with running(variant, talk.idle) as server:
        assert talk.faulty == talk.said(server, talk.patience)


@pytest.mark.parametrize(("variant", "talk"), TALKED_OF)
def test_the_honest_server_does_not(variant: Variant, talk: Talk) -> None:
    with running(variant.temper, talk.idle) as server:
        assert talk.honest == talk.said(server, LONG)
    assert [] == server.failures
