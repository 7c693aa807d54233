"""Public money of any programme: one bill an organisation and month, paid in the month after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF, PROGRAMMES

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

SPELLED = {
    "folkbildningsradet": "Folkbildningsrådet",
    "lansstyrelsen": "Länsstyrelsen i Granland",
    "forsakringsbolag": "Granlands Försäkring AB",
}
"""Payers that are founded when they are first asked for."""
PAID_ON_DAYS = (8, 12, 18)
VARIATION = (0.85, 1.15)


@dataclass(frozen=True)
class Bills:
    """One entry a bill: öre, when it was paid, and the rows of claims and payments."""

    months: Ints
    amount: Ints
    at: Ints
    claims: Ints
    payments: Ints

    def of(self, chosen: Ints) -> Bills:
        """Those at these places."""
        return Bills(
            self.months[chosen], self.amount[chosen], self.at[chosen], self.claims[chosen], self.payments[chosen]
        )


def payer_of(region: Region, programme: str) -> int:
    """The party number of who pays a programme."""
    name = PAYER_OF[programme]
    return region.public_body(name, SPELLED.get(name, name))


def bill_monthly(
    region: Region, rng: np.random.Generator, organisation: int, programme: str, *, months: Ints, monthly_ore: int
) -> Bills:
    """Bill about ``monthly_ore`` for each month, and be paid for it."""
    amount = (monthly_ore * rng.uniform(*VARIATION, size=months.size)).astype(np.int64) // 100 * 100
    paid_on = region.period.day_of_month(months + 1, int(rng.choice(PAID_ON_DAYS)))
    claims = region.claims.add(
        programme=PROGRAMMES.index(programme), organisation=organisation, month=months, amount=amount, paid_on=paid_on
    )
    at = paid_on * DAY + rng.integers(360, 600, size=months.size)
    payer = payer_of(region, programme)
    payments = region.pay_out(payer, np.full(months.size, organisation), amount, at, "public", claim=claims)
    return Bills(months, amount, at, claims, payments)
