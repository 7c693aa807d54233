"""The same conventions, told plainly: purses as Python lists of single öre, or as fractions that are counted down. Slow, and hard to get wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.trail import Convention

CLEAN = -1


@dataclass(frozen=True)
class Plain:
    """Where each öre came from: the source (place) or ``CLEAN``, for the öre of each payment and those left in each purse; and traced öre recycled."""

    payments: list[list[int]]
    purses: list[list[int]]
    recycled: int

    def traced(self) -> list[int]:
        return [sum(ore != CLEAN for ore in payment) for payment in self.payments]

    def remaining(self) -> list[int]:
        return [sum(ore != CLEAN for ore in purse) for purse in self.purses]


def least_opening(store: FlowStore) -> list[int]:
    """By definition: the lowest that the balance sinks below nothing."""
    balance, lowest = [0] * store.nodes, [0] * store.nodes
    for payer, payee, ore in _payments(store):
        balance[payer] -= ore
        lowest[payer] = min(lowest[payer], balance[payer])
        balance[payee] += ore
    return [-ore for ore in lowest]


def ore_by_ore(
    store: FlowStore,
    sources: Collection[int],
    stops: Sequence[int],
    known_ore: Sequence[int],
    convention: Convention,
) -> Plain:
    """FIFO or LIFO. Credit comes in last, when it is needed."""
    least = least_opening(store)
    purses = [[CLEAN] * (known if known >= 0 else least[node]) for node, known in enumerate(known_ore)]
    told, recycled = [], 0
    for p, (payer, payee, ore) in enumerate(_payments(store)):
        purse = purses[payer] + [CLEAN] * (ore - len(purses[payer]))
        cut = ore if convention is Convention.FIFO else len(purse) - ore
        paid, purses[payer] = (
            (purse[:cut], purse[cut:]) if convention is Convention.FIFO else (purse[cut:], purse[:cut])
        )
        if p in sources:
            recycled += sum(each != CLEAN for each in paid)
            paid = [p] * ore
        told.append(paid)
        purses[payee] = purses[payee] + ([CLEAN] * ore if stops[p] else paid)
    return Plain(told, purses, recycled)


def by_share(
    store: FlowStore, sources: Collection[int], stops: Sequence[int], known_ore: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The haircut in whole öre, with Python's integers: traced öre of each payment, and left in each purse."""
    least = least_opening(store)
    balance = [known if known >= 0 else least[node] for node, known in enumerate(known_ore)]
    held = [0] * store.nodes
    told = []
    for p, (payer, payee, ore) in enumerate(_payments(store)):
        balance[payer] = max(balance[payer], ore)
        share = ore * held[payer] // balance[payer]
        balance[payer] -= ore
        held[payer] -= share
        told.append(ore if p in sources else share)
        balance[payee] += ore
        held[payee] += 0 if stops[p] else told[-1]
    return told, held


def _payments(store: FlowStore) -> list[tuple[int, int, int]]:
    return list(zip(store.payer.tolist(), store.payee.tolist(), store.amount_ore.tolist(), strict=True))
