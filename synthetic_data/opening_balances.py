"""Opening balances of the accounts of money trails: enough that none is ever overdrawn, and not much more on some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.accounts import IBAN

if TYPE_CHECKING:
    from synthetic_data.market import Market

RESERVE_ORE = (30_000_00, 400_000_00)
LEAN_RESERVE_ORE = (0, 6_000_00)
KRONA = 100


def open_balances(market: Market, first_account: int) -> None:
    """Give each account from ``first_account`` on a balance at the first day. After all payments are entered."""
    region = market.region
    rng = region.rng("opening balances")
    payments = region.payments
    sides = [(payments["payer_account"], -1), (payments["payee_account"], 1)]
    touched = [np.flatnonzero(account >= first_account) for account, _ in sides]
    account = np.concatenate([side[rows] for (side, _), rows in zip(sides, touched, strict=True)])
    change = np.concatenate([sign * payments["amount"][rows] for (_, sign), rows in zip(sides, touched, strict=True)])
    at = np.concatenate([payments["at"][rows] for rows in touched])
    # of payments of one minute those out come first: the balance suffices in any order
    order = np.lexsort((change, at, account))
    account, running = account[order], np.cumsum(change[order])
    numbers, starts = np.unique(account, return_index=True)
    before = np.concatenate([[0], running])[starts]
    lowest = np.minimum(np.minimum.reduceat(running, starts) - before, 0)
    lean = np.isin(numbers, [region.accounts.of(party) for party in sorted(market.lean)])
    low, high = np.where(lean[:, None], LEAN_RESERVE_ORE, RESERVE_ORE).T
    opening = (rng.integers(low, high + 1) - lowest) // KRONA * KRONA + KRONA
    abroad = np.concatenate(region.accounts.scheme)[numbers] == IBAN
    region.accounts.opening_ore |= dict.fromkeys(range(first_account, region.accounts.count), 0)
    for number, balance in zip(numbers[~abroad].tolist(), opening[~abroad].tolist(), strict=True):
        region.accounts.opening_ore[number] = balance
