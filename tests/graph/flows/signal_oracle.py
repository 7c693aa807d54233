"""Signals in the plainest words that can be found: loops over all earlier payments, for tables of a few dozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class Paid:
    """A payment; a list of them is in store order."""

    payer: str
    payee: str
    at_us: int
    ore: int


def signals(payments: list[Paid]) -> list[dict[str, Any]]:
    """The signals of each payment, in the same order; cycles are left to their own tests."""
    told = []
    for at, p in enumerate(payments):
        past, seen = payments[:at], payments[: at + 1]
        told.append(
            {
                **_windows("payer", p.payer, p, seen),
                **_windows("payee", p.payee, p, seen),
                **_recency("payer", p.payer, p, past),
                **_recency("payee", p.payee, p, past),
                **_pair(p, past),
                **_purse(at, payments),
                **_typical("payer", p, [q.ore for q in past if q.payer == p.payer]),
                **_typical("payee", p, [q.ore for q in past if q.payee == p.payee]),
                **_passed_on(at, payments),
            }
        )
    return told


def _windows(party: str, account: str, p: Paid, seen: list[Paid]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for days in (1, 7, 30):
        recent = [q for q in seen if p.at_us - q.at_us <= days * DAY_US]
        paid, received = [q for q in recent if q.payer == account], [q for q in recent if q.payee == account]
        told |= {
            f"{party}_out_count_{days}d": len(paid),
            f"{party}_out_ore_{days}d": sum(q.ore for q in paid),
            f"{party}_out_payees_{days}d": len({q.payee for q in paid}),
            f"{party}_in_count_{days}d": len(received),
            f"{party}_in_ore_{days}d": sum(q.ore for q in received),
            f"{party}_in_payers_{days}d": len({q.payer for q in received}),
        }
        if party == "payer":
            told[f"passed_on_share_{days}d"] = p.ore / sum(q.ore for q in received) if received else None
    count = {days: told[f"{party}_{'out' if party == 'payer' else 'in'}_count_{days}d"] for days in (1, 30)}
    told[f"{party}_{'out' if party == 'payer' else 'in'}_burst"] = 30 * count[1] / count[30]
    return told


def _recency(party: str, account: str, p: Paid, past: list[Paid]) -> dict[str, Any]:
    paid, received = [q.at_us for q in past if q.payer == account], [q.at_us for q in past if q.payee == account]
    both = paid + received
    return {
        f"{party}_hours_since_payment": (p.at_us - max(paid)) / HOUR_US if paid else None,
        f"{party}_hours_since_receipt": (p.at_us - max(received)) / HOUR_US if received else None,
        f"{party}_dormant_days": (p.at_us - max(both)) / DAY_US if both else None,
        f"{party}_age_days": (p.at_us - min(both)) / DAY_US if both else None,
    }


def _pair(p: Paid, past: list[Paid]) -> dict[str, Any]:
    pair = [q for q in past if (q.payer, q.payee) == (p.payer, p.payee)]
    same = [q for q in pair if q.ore == p.ore]
    return {
        "is_new_payee": not pair,
        "pair_count": len(pair),
        "pair_days_since": (p.at_us - pair[-1].at_us) / DAY_US if pair else None,
        "reverse_count": sum((q.payer, q.payee) == (p.payee, p.payer) for q in past),
        "same_amount_count": len(same),
        "same_amount_days_since": (p.at_us - same[-1].at_us) / DAY_US if same else None,
    }


def _purse(at: int, payments: list[Paid]) -> dict[str, Any]:
    """The payer's purse, öre by öre: a list of (received at, öre), oldest first."""
    payer, purse = payments[at].payer, []
    covered, weighted = 0, 0.0
    for q in payments[: at + 1]:
        if q.payee == payer:
            purse.append([q.at_us, q.ore])
        if q.payer == payer:
            wanted, covered, weighted = q.ore, 0, 0.0
            while wanted and purse:
                piece = min(wanted, purse[0][1])
                weighted += piece * ((q.at_us - purse[0][0]) / HOUR_US)
                covered, wanted, purse[0][1] = covered + piece, wanted - piece, purse[0][1] - piece
                if not purse[0][1]:
                    purse.pop(0)
    return {
        "fifo_covered_share": covered / payments[at].ore,
        "fifo_residence_hours": weighted / covered if covered else None,
        "payer_kept_ore": sum(ore for _, ore in purse),
    }


def _typical(party: str, p: Paid, before: list[int]) -> dict[str, Any]:
    return {
        f"amount_to_{party}_mean": p.ore / fmean(before) if before else None,
        f"amount_to_{party}_median": p.ore / median(before) if before else None,
    }


def _passes_on(p: Paid, q: Paid) -> bool:
    return q.payee == p.payer and p.at_us - q.at_us <= DAY_US and 90 * q.ore <= 100 * p.ore <= 100 * q.ore


def _chain(at: int, payments: list[Paid]) -> int:
    return 1 + max((_chain(q, payments) for q in range(at) if _passes_on(payments[at], payments[q])), default=0)


def _passed_on(at: int, payments: list[Paid]) -> dict[str, Any]:
    p = payments[at]
    paths = [
        (q, r)
        for r in range(at + 1)
        for q in range(r)
        if _passes_on(payments[r], payments[q]) and payments[r].payee == p.payee != payments[q].payer
    ]
    closes = sum(
        payments[q].payer == payments[other_q].payer
        and payments[other_r].payer != p.payer
        and p.at_us - min(payments[q].at_us, payments[other_q].at_us) <= DAY_US
        for q, r in paths
        if r == at
        for other_q, other_r in paths
        if other_r < at
    )
    return {
        "receipts_passed_on": sum(_passes_on(p, payments[q]) for q in range(at)),
        "chain_hops": _chain(at, payments),
        "scatter_gathers_closed": closes,
    }
