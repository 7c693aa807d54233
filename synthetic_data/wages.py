"""Pay for care: hours of a month become gross pay, tax and net pay of the next month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.assistance import ACTIVE
from synthetic_data.billing import KIND_WEIGHTS

if TYPE_CHECKING:
    from synthetic_data.region import Region

HOLIDAY_PAY = (1.10, 1.14)
F_TAX_HOUR_ORE = 33_000
OWNER_PART = (0.03, 0.06)
"""Owner's gross pay to what the provider bills; the rest of the profit is dividend."""
OWNER_LEAST_ORE = 1_000_00
MONTH_CELLS = 64


def pay_for_care(region: Region) -> None:
    """Pay all who worked shifts, by provider and month, and the owners of providers."""
    rng = region.rng("care pay")
    shifts = region.shifts
    owners = np.array([each.owner for each in region.providers])
    worked = (shifts["gone"] == 0) & (shifts["paid"] > 0) & (shifts["staff"] != owners[shifts["provider"]])
    weights = np.array(KIND_WEIGHTS)[shifts["kind"][worked]]
    weights = np.where(shifts["kind"][worked] == ACTIVE, 1.0, np.maximum(weights, 0.25))
    month = np.clip(region.period.month_of(shifts["start"][worked] // 1440), 0, region.period.months - 1)
    key = (shifts["provider"][worked] * region.people.count + shifts["staff"][worked]) * MONTH_CELLS + month
    cells, inverse = np.unique(key, return_inverse=True)
    minutes = np.bincount(inverse, weights=shifts["paid"][worked] * weights)
    ghost = np.bincount(inverse, weights=(shifts["paid"] * shifts["ghost"])[worked])
    provider, person = np.divmod(cells // MONTH_CELLS, region.people.count)
    hourly = np.array([each.hourly_pay_ore for each in region.providers])[provider]
    gross = np.round(minutes / 6000 * hourly * rng.uniform(*HOLIDAY_PAY, size=minutes.size)).astype(np.int64) * 100
    by_invoice = np.isin(person, np.array(sorted(region.f_tax_staff), dtype=np.int64))
    organisation = np.array([each.organisation for each in region.providers])[provider]
    tax_share = np.random.default_rng([region.seed, 77]).uniform(0.2, 0.29, size=region.people.count)
    region.pay.add(
        organisation=organisation,
        person=person,
        month=cells % MONTH_CELLS + 1,
        gross=np.where(by_invoice, 0, gross),
        f_tax=np.where(by_invoice, np.round(minutes / 6000 * F_TAX_HOUR_ORE) * 100, 0).astype(np.int64),
        tax=np.where(by_invoice, 0, gross * tax_share[person] // 100 * 100).astype(np.int64),
        scheme=np.array([each.scheme for each in region.providers])[provider],
        ghost_permille=np.round(1000 * ghost / np.maximum(minutes, 1)).astype(np.int64),
        provider=provider,
    )
    _pay_owners(region, rng)


def _pay_owners(region: Region, rng: np.random.Generator) -> None:
    """Owners take a part of what their provider bills as pay, the same each month."""
    months = np.arange(region.period.months + 1)
    claims = region.claims
    for each in region.providers:
        billed = int(claims["amount"][claims["organisation"] == each.organisation].sum())
        monthly = int(billed * rng.uniform(*OWNER_PART) / months.size) // 10_000 * 10_000 + OWNER_LEAST_ORE
        region.pay.add(
            organisation=each.organisation, person=each.owner, month=months, gross=monthly, tax=monthly * 26 // 100
        )
