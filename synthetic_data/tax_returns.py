"""Declarations of organisations for tax, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

NAMES = (
    "organisation",
    "month",
    "received",
    "turnover",
    "output_vat",
    "input_vat",
    "eu",
    "refund",
    "wages",
    "sick_pay",
    "untaxed",
    "reverse_charge",
)
COLUMNS = dict.fromkeys(NAMES, NONE)
VAT_SHARE = 0.25
CORRECTED_SHARE = 0.03
"""Months that are declared again, the first time with a figure of another month."""


def declare_tax(
    region: Region,
    rng: np.random.Generator,
    organisation: int,
    months: Ints,
    turnover: Ints,
    *,
    vat_share: float = VAT_SHARE,
    inputs_share: float = 0.45,
    eu: Ints | int = 0,
    wages: Ints | int = 0,
    sick_pay: Ints | int = 0,
) -> Ints:
    """Declare these months; some are corrected later. ``vat_share``: output VAT to turnover. Returns the rows that stand."""
    table = region.table("tax_returns", COLUMNS)
    received = region.period.day_of_month(months + 1, 12) - rng.integers(0, 5, size=months.size)
    output = (turnover * vat_share).astype(np.int64)
    inputs = (turnover * inputs_share * VAT_SHARE * rng.uniform(0.8, 1.2, size=months.size)).astype(np.int64)
    figures = {
        "organisation": organisation,
        "month": months,
        "output_vat": output,
        "input_vat": inputs,
        "eu": eu,
        "refund": np.maximum(inputs - output, 0),
        "wages": wages,
        "sick_pay": sick_pay,
    }
    wrong = np.flatnonzero(rng.random(months.size) < CORRECTED_SHARE)
    first = turnover.copy()
    first[wrong] = np.roll(turnover, 1)[wrong]
    rows = table.add(**figures, turnover=first, received=received)
    if wrong.size:
        picked = {name: np.broadcast_to(np.asarray(value), months.shape)[wrong] for name, value in figures.items()}
        rows[wrong] = table.add(**picked, turnover=turnover[wrong], received=received[wrong] + 20)
    return rows


def seasonal(
    region: Region, rng: np.random.Generator, monthly_ore: int, *, swing: float = 0.2, noise: float = 0.12
) -> Ints:
    """Turnover of each month of the period about ``monthly_ore``, higher in one half of the year."""
    month = np.arange(region.period.months)
    wave = 1.0 + swing * np.sin(2 * np.pi * (month % 12 + float(rng.uniform(0, 12))) / 12)
    turnover: Ints = (monthly_ore * wave * rng.lognormal(0.0, noise, size=month.size)).astype(np.int64) // 100 * 100
    return turnover


def sell_for(region: Region, seller: int, buyers: Ints, months: Ints, turnover: Ints) -> None:
    """One payment a month for what was sold, from one of the buyers in turn."""
    at = (region.period.month_starts[months] + 20) * DAY + 600
    payers = buyers[np.arange(months.size) % buyers.size]
    region.pay_out(payers, np.full(months.size, seller), np.maximum(turnover, 100), at, "supplier")
