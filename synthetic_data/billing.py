"""Bills: what providers bill for each user and month, from the registered shifts and the grant, and the payouts.

Honest bills are registered time in whole quarters of an hour, never above the grant of the settlement period
(avräkningsperiod). Rates are invented round figures near those of 2024 and 2025.
"""

from __future__ import annotations

import numpy as np

from synthetic_data.region import ASSISTANCE, HOME_CARE, PAYERS, WEEK, Region
from synthetic_data.rows import NONE, Floats, Ints

RATES_ORE = ((33_250, 34_150, 35_000), (45_500, 47_000, 48_500))
"""Öre an hour by programme and year."""
LABOUR_HOUR_ORE = 14_000
KIND_WEIGHTS = (1.0, 0.25, 1 / 7)
"""What an hour of active, waiting and standby time is billed as."""
QUARTER = 15
PAID_ON_DAY = (20, 28)
PAID_AFTER_MONTHS = (2, 1)


def rate_ore(programme: Ints, month: Ints) -> Ints:
    """Rate an hour for claims of a programme in a month of the period."""
    rates = np.array(RATES_ORE)
    each: Ints = rates[programme, np.minimum(month // 12, rates.shape[1] - 1)]
    return each


def registered_minutes(region: Region, weights: Ints | Floats) -> Floats:
    """Sum of a weight over shifts, by decision (row) and month (column)."""
    shifts = region.shifts
    months = region.period.months
    counted = (shifts["gone"] == 0) & (shifts["billable"] > 0)
    month = np.clip(region.period.month_of(shifts["start"][counted] // 1440), 0, months - 1)
    cell = shifts["decision"][counted] * months + month
    total: Floats = np.bincount(cell, weights=weights[counted], minlength=region.decisions.count * months).astype(float)
    return total.reshape(-1, months)


def granted_minutes(region: Region) -> Floats:
    """Granted time by decision (row) and month (column), for the days that the decision holds."""
    period = region.period
    decisions = region.decisions
    month = np.arange(period.months)
    first = np.maximum(decisions["valid_from"][:, None], period.month_starts[month][None, :])
    last = np.where(decisions["valid_to"] == NONE, period.days, decisions["valid_to"])
    days = np.clip(np.minimum(last[:, None], period.month_starts[month + 1][None, :]) - first, 0, None)
    hours = np.maximum(decisions["granted"], 0)[:, None]
    weekly = hours * days / 7
    monthly = hours * (days > 0)
    granted: Floats = np.where(decisions["per"][:, None] == WEEK, weekly, monthly)
    return granted


def write_claims(region: Region) -> None:
    """Enter the claims of all care and what was paid out for them."""
    decisions = region.decisions
    shifts = region.shifts
    registered = registered_minutes(region, shifts["billable"] * np.array(KIND_WEIGHTS)[shifts["kind"]])
    granted = granted_minutes(region) * decisions["cap"][:, None] / 1000
    wanted = registered * (1 + decisions["overbill"][:, None] / 1000)
    billed = _within_settlement(wanted, granted, decisions["settlement"])
    decision, month = np.nonzero(billed)
    minutes = billed[decision, month]
    programme = decisions["programme"][decision]
    amount = np.round(minutes / 60 * rate_ore(programme, month)).astype(np.int64)
    paid_on = np.where(
        programme == ASSISTANCE,
        region.period.day_of_month(month + PAID_AFTER_MONTHS[ASSISTANCE], PAID_ON_DAY[ASSISTANCE]),
        region.period.day_of_month(month + PAID_AFTER_MONTHS[HOME_CARE], PAID_ON_DAY[HOME_CARE]),
    )
    rows = region.claims.add(
        programme=programme,
        decision=decision,
        organisation=decisions["organisation"][decision],
        person=decisions["person"][decision],
        month=month,
        billed=minutes,
        amount=amount,
        paid_on=paid_on,
    )
    payers = np.array([region.public[payer] for payer in PAYERS[: HOME_CARE + 1]])
    region.pay_out(
        payers[programme], decisions["organisation"][decision], amount, paid_on * 1440 + 420, "public", claim=rows
    )


def _within_settlement(wanted: Floats, granted: Floats, settlement: Ints) -> Ints:
    """Whole quarters, at most what is left of the grant of the settlement period."""
    billed = np.zeros(wanted.shape, dtype=np.int64)
    for length in np.unique(settlement):
        users = np.flatnonzero(settlement == length)
        for first in range(0, wanted.shape[1], int(length)):
            block = slice(first, first + int(length))
            left = granted[users, block].sum(axis=1)
            for month in range(*block.indices(wanted.shape[1])):
                quarters = np.floor(np.minimum(wanted[users, month], left) / QUARTER + 1e-9)
                billed[users, month] = quarters.astype(np.int64) * QUARTER
                left = left - billed[users, month]
    return billed
