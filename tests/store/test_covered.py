"""What ran, as the table has it."""

from __future__ import annotations

from typing import get_args

from store.covered import Basis
from store.schema import COVERAGE


def test_every_basis_fits_the_table() -> None:
    for basis in get_args(Basis):
        assert f"'{basis}'" in COVERAGE
