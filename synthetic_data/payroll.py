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


def declare_and_pay(region: Region) -> None:
    """Enter the declaration, the salary payment and the tax of every pay row."""
    _declare(region)
    _pay_salaries(region)
    _pay_taxes(region)


def _declare(region: Region) -> None:
    rng = region.rng("declarations")
    pay = region.pay
    received = (region.period.day_of_month(pay["month"] + 1, TAX_DAY) - rng.integers(0, 6, size=pay.count)) * 1440 + 600
    names = ("organisation", "person", "month", "gross", "f_tax", "tax")
    wrong = np.flatnonzero((rng.random(pay.count) < CORRECTED_SHARE) & (pay["gross"] > 0))
    columns = {name: pay[name].copy() for name in names}
    columns["gross"][wrong] = columns["gross"][wrong] * 11 // 1000 * 100
    region.payroll.add(**columns, received=received)
    region.payroll.add(**{name: pay[name][wrong] for name in names}, received=received[wrong] + 20 * 1440)
    deleted = np.flatnonzero(rng.random(pay.count) < DELETED_SHARE)
    stranger = pay["person"][rng.permutation(pay.count)[: deleted.size]]
    mistaken = {"organisation": pay["organisation"][deleted], "person": stranger, "month": pay["month"][deleted]}
    region.payroll.add(**mistaken, gross=pay["gross"][deleted], received=received[deleted], specification=2)
    region.payroll.add(**mistaken, received=received[deleted] + 9 * 1440, specification=2, deletion=1)


def _pay_salaries(region: Region) -> None:
    rng = region.rng("salaries")
    pay = region.pay
    paid = np.flatnonzero((pay["is_paid"] == 1) & (pay["gross"] + pay["f_tax"] > 0))
    at = region.period.day_of_month(pay["month"][paid], PAY_DAY) * 1440 + 360 + rng.integers(0, 30, size=paid.size)
    organisation = pay["organisation"][paid]
    through = pay["payer_account"][paid]
    own = region.accounts.of_all(organisation)
    usual = np.arange(region.people.count)
    usual[np.array(list(region.salary_accounts), dtype=np.int64)] = list(region.salary_accounts.values())
    onto = np.where(pay["account"][paid] == NONE, usual[pay["person"][paid]], pay["account"][paid])
    amount = (pay["gross"] + pay["f_tax"] - pay["tax"])[paid]
    rows = region.pay_out(
        np.where(through == NONE, organisation, region.public["payroll bureau"]),
        pay["person"][paid],
        amount,
        at,
        "salary",
        payer_account=np.where(through == NONE, own, through),
        payee_account=onto,
    )
    pay["payment"][paid] = rows


def _pay_taxes(region: Region) -> None:
    pay = region.pay
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
