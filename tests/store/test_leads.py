from __future__ import annotations

from typing import get_args

from store.abi import LEADS
from store.leads import LeadKind
from store.schema import SENT as TABLE


def test_every_kind_that_the_probe_tells_is_a_kind_and_every_kind_fits_the_table():
    kinds = get_args(LeadKind)
    assert set(LEADS) <= set(kinds)
    for kind in kinds:
        assert f"'{kind}'" in TABLE
