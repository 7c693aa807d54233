"""Claims about the scenario of a VAT carousel."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.region import Region
from synthetic_data.rows import Ints
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, members, scheme_at


@pytest.fixture(scope="module")
def region() -> Region:
    return build_region(4000, 5, 2, Planted(0, 0, 0, matrix=1, scenarios=("vat_carousel",)))


def _parties(region: Region, level: str, role: str) -> list[int]:
    _, scheme = scheme_at(region, level)
    everybody = {scheme.organisation: scheme.role} | scheme.organisations
    return [party for party, part in everybody.items() if part == role]


def _declared(region: Region, organisations: list[int], column: str) -> int:
    """A declared figure over all months: the latest row of a month counts."""
    returns = region.tables["tax_returns"]
    rows = np.flatnonzero(np.isin(returns["organisation"], organisations))
    rows = rows[np.argsort(returns["received"][rows], kind="stable")]
    latest = {(returns["organisation"][row], returns["month"][row]): returns[column][row] for row in rows}
    return int(sum(latest.values()))


def _received(region: Region, organisations: list[int], rows: Ints) -> int:
    payments = region.payments
    mine = rows[np.isin(payments["payee"][rows], organisations)]
    return int(payments["amount"][mine].sum())


@pytest.mark.parametrize("level", LEVELS)
def test_planted_is_the_vat_on_goods_of_the_chain_that_nobody_declared(region: Region, level: str) -> None:
    number, scheme = scheme_at(region, level)
    missing = _parties(region, level, "missing trader")
    owed = _received(region, missing, members(region, number, "payments")) // 5
    assert 0 < scheme.amount_ore <= owed + 100
    if level == "blatant":
        assert scheme.amount_ore == pytest.approx(owed, abs=100)
        assert _declared(region, missing, "output_vat") == 0


@pytest.mark.parametrize("level", LEVELS)
def test_the_goods_leave_the_country_and_a_refund_is_claimed(region: Region, level: str) -> None:
    number, _ = scheme_at(region, level)
    brokers, buffers = _parties(region, level, "broker"), _parties(region, level, "buffer")
    assert _declared(region, brokers, "refund") > 0
    assert _declared(region, brokers, "untaxed") > 0
    rows = members(region, number, "payments")
    assert set(region.payments["payer"][rows].tolist()) == {*brokers, *buffers}


def test_professionals_declare_a_part_and_take_turns(region: Region) -> None:
    missing = _parties(region, "professional", "missing trader")
    assert len(missing) == 2
    assert _declared(region, missing, "output_vat") > 0


def test_what_sellers_abroad_told_is_more_than_blatant_traders_declare(region: Region) -> None:
    (trader,) = _parties(region, "blatant", "missing trader")
    supplies = region.tables["eu_supplies"]
    assert supplies["amount"][supplies["organisation"] == trader].sum() > _declared(region, [trader], "eu")


def test_look_alikes_are_told_and_in_no_scheme(region: Region) -> None:
    kinds = {"exporter", "reverse_charge", "vat_group", "season", "reduced_rate", "quarterly_filer", "late_filer"}
    assert kinds | {"loan_as_payment"} <= look_alike_kinds(region)
    wrong = {party for each in region.truth.schemes for party in (each.organisation, *each.organisations)}
    assert not wrong & {each.organisation for each in region.truth.look_alikes}


def test_honest_importers_declare_what_they_were_paid(region: Region) -> None:
    (told,) = [each for each in region.truth.look_alikes if each.kind == "quarterly_filer"]
    paid = region.payments["amount"][region.payments["payee"] == told.organisation].sum()
    declared = _declared(region, [told.organisation], "output_vat") + _declared(region, [told.organisation], "turnover")
    assert declared == pytest.approx(paid, rel=0.05)
