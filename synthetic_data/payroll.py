"""Pay becomes declarations (AGI), salary payments and tax payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region

EMPLOYER_FEE = 0.3142
CORRECTED_SHARE = 0.005
DELETED_SHARE = 0.0004
PAY_DAY = 25
TAX_DAY = 12


def declare_and_pay(region: Region, *, since: int = 0, part: str = "") -> None:
    """Enter the declaration, the salary payment and the tax of every pay row from row ``since`` on.

    ``part`` names the random numbers of a later batch, so that it leaves the first as it was.
    """
    batch = np.arange(since, region.pay.count)
    if batch.size:
        _declare(region, batch, region.rng(f"{part}declarations"))
        _pay_salaries(region, batch, region.rng(f"{part}salaries"))
        _pay_taxes(region, batch)


def _declare(region: Region, batch: Ints, rng: np.random.Generator) -> None:
    pay = {name: region.pay[name][batch] for name in ("organisation", "person", "month", "gross", "f_tax", "tax")}
    count = batch.size
    received = (region.period.day_of_month(pay["month"] + 1, TAX_DAY) - rng.integers(0, 6, size=count)) * 1440 + 600
    wrong = np.flatnonzero((rng.random(count) < CORRECTED_SHARE) & (pay["gross"] > 0))
    declared = pay | {"gross": pay["gross"].copy()}
    declared["gross"][wrong] = pay["gross"][wrong] * 11 // 1000 * 100
    region.payroll.add(**declared, received=received)
    region.payroll.add(**{name: column[wrong] for name, column in pay.items()}, received=received[wrong] + 20 * 1440)
    deleted = np.flatnonzero(rng.random(count) < DELETED_SHARE)
    stranger = pay["person"][rng.permutation(count)[: deleted.size]]
    mistaken = {"organisation": pay["organisation"][deleted], "person": stranger, "month": pay["month"][deleted]}
    region.payroll.add(**mistaken, gross=pay["gross"][deleted], received=received[deleted], specification=2)
    region.payroll.add(**mistaken, received=received[deleted] + 9 * 1440, specification=2, deletion=1)


def _pay_salaries(region: Region, batch: Ints, rng: np.random.Generator) -> None:
    pay = region.pay
    paid = batch[(pay["is_paid"][batch] == 1) & (pay["gross"][batch] + pay["f_tax"][batch] > 0)]
    at = region.period.day_of_month(pay["month"][paid], PAY_DAY) * 1440 + 360 + rng.integers(0, 30, size=paid.size)
    organisation = pay["organisation"][paid]
    through = pay["payer_account"][paid]
    own = region.accounts.of_all(organisation)
    usual = np.arange(region.people.count)
    usual[np.array(list(region.salary_accounts), dtype=np.int64)] = list(region.salary_accounts.values())
    onto = np.where(pay["account"][paid] == NONE, usual[pay["person"][paid]], pay["account"][paid])
    amount = (pay["gross"] + pay["f_tax"] - pay["tax"])[paid]
    for_others = np.where(pay["payer"][paid] == NONE, region.public["payroll bureau"], pay["payer"][paid])
    rows = region.pay_out(
        np.where(through == NONE, organisation, for_others),
        pay["person"][paid],
        amount,
        at,
        "salary",
        payer_account=np.where(through == NONE, own, through),
        payee_account=onto,
    )
    pay["payment"][paid] = rows


def _pay_taxes(region: Region, batch: Ints) -> None:
    pay = {name: region.pay[name][batch] for name in ("organisation", "month", "gross", "tax")}
    employers, inverse = np.unique(pay["organisation"], return_inverse=True)
    months = int(pay["month"].max()) + 1
    due = np.bincount(inverse * months + pay["month"], weights=pay["tax"] + EMPLOYER_FEE * pay["gross"])
    cell = np.flatnonzero(due > 0)
    month: Ints = cell % months
    at = region.period.day_of_month(month + 1, TAX_DAY) * 1440 + 600
    region.pay_out(
        employers[cell // months],
        np.full(cell.size, region.public["skatteverket"]),
        due[cell].astype(np.int64),
        at,
        "tax",
    )
