"""Made-up trails in a million payments: a planner who decides, krona by krona, what the public money of each provider is spent on, and keeps the books of it.

A public body pays 40 providers a month. The 20 honest ones pay wages, tax, rent and suppliers. The 20 schemes do so too, for the little work that is done;
most of it they send through one to four layers of fronts to places where it is cashed out: offices that also have lawful customers. A front passes each
lot on after hours or days, in pieces, and keeps a fee. Some do honest business besides, with suppliers that honest providers buy from too: see `Fronts`.

The truth is the planner's: a lot keeps its own kronor from the provider to the cash, whatever else lies on the accounts that it rests on; what is honestly
bought is paid with honestly earned kronor as long as there are any. No convention of tracing works like that, and none is asked to.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from benchmarks.flow_tables import BEGIN_US, DAY_US, YEAR_US, Columns, power_law
from follow_money.graph.flows.time_order import Int64s

SCHEMES: Final = 20
HONEST: Final = 20
BACKGROUND: Final = 1_000_000
MONTHS: Final = 12
CASH_OFFICES: Final = 6
FOLLOWED_ON, WAGES, TAX, RENT, CASH_OUT, OWNERS = 0, 1, 2, 3, 4, 5
"""Exit classes of payments: what registers tell (payroll, tax account, lease, permits, officers by role). A supplier is none: his money is followed on."""

_MONTH_US: Final = YEAR_US // MONTHS
_HOUR_US: Final = DAY_US // 24


class Fronts(StrEnum):
    """What fronts do besides passing money on. The more honest money rests on the same accounts, the less any convention can tell whose krona left."""

    SHELLS = "shells"
    """Nothing: mailbox companies that pay a straw man and an accountant."""
    SMALL_FIRMS = "two in five are small firms"
    """Two in five have the business of a very small firm, some 50,000 kronor a month."""
    BUSY = "two in five are busy"
    """Two in five have honest business of 5 to 25 % of what passes through."""


@dataclass(frozen=True, eq=False)
class Planted:
    """A table with planted trails, and the truth of it.

    Attributes:
        columns: The payments, planted and background, in no order.
        exit_class: uint8, one a payment.
        opening_ore: int64, one a node: the balance before the first payment; -1 where nobody told the tracer (background).
        public: The node of the public body.
        providers: Nodes; those of the schemes come first.
        layers: Of fronts, one a provider; 0 for an honest one.
        own: Nodes of the planner: providers and fronts.
        ledger: Payment -> provider -> öre of that provider's public money in it, for the payments that the planner made.
    """

    columns: Columns
    exit_class: np.ndarray
    opening_ore: Int64s
    public: int
    providers: list[int]
    layers: list[int]
    own: set[int]
    ledger: dict[int, Counter[int]]

    def true_cash_out(self, provider: int) -> int:
        """Öre of the provider's public money that the planner had cashed out."""
        return sum(moved[provider] for payment, moved in self.ledger.items() if self.exit_class[payment] == CASH_OUT)


@dataclass
class _Purse:
    """An account of the planner: kronor honestly earned, and public kronor that are not on their way, by provider. Lots on their way are beside."""

    clean: int = 0
    public: Counter[int] = field(default_factory=Counter)

    def take(self, wanted: int) -> Counter[int]:
        """Spend up to ``wanted`` öre, honestly earned first (-1)."""
        taken: Counter[int] = Counter()
        taken[-1] = min(wanted, self.clean)
        self.clean -= taken[-1]
        for provider in list(self.public):
            piece = min(wanted - taken.total(), self.public[provider])
            taken[provider] += piece
            self.public[provider] -= piece
        return taken


@dataclass
class _Front:
    next_nodes: list[int]  # fronts of the next layer, or cash offices
    fee: float
    honest_share: float  # of what passes through; 0 where honest business is a firm's of its size, or none


class _Planner:
    """Makes the planted payments, event by event in time."""

    def __init__(self, seed: int, kind: Fronts) -> None:
        self.kind = kind
        self.random = np.random.default_rng(seed)
        self.background = power_law(BACKGROUND, has_hubs=False, seed=seed)
        self.nodes = self.background.accounts
        self.rows: list[tuple[int, ...]] = []
        self.ledger: dict[int, Counter[int]] = {}
        self.purses: dict[int, _Purse] = defaultdict(_Purse)
        self.opening: dict[int, int] = {}
        self.fronts: dict[int, _Front] = {}
        self.events: list[tuple[int, int, Callable[[int], None]]] = []
        self.planned = 0
        self.public = self.new_node()
        self.tax = self.new_node()
        self.offices = [self.new_node() for _ in range(CASH_OFFICES)]
        self.suppliers = self.random.choice(self.background.payee, 400)

    def new_node(self, opening_ore: int | None = None) -> int:
        node, self.nodes = self.nodes, self.nodes + 1
        if opening_ore is not None:
            self.opening[node] = self.purses[node].clean = opening_ore
        return node

    def kronor(self, low: float, high: float) -> int:
        """A whole number of kronor between the two, in öre."""
        return int(self.random.uniform(low, high)) * 100

    def at(self, time_us: float, event: Callable[[int], None]) -> None:
        if time_us < BEGIN_US + YEAR_US:
            self.planned += 1
            heapq.heappush(self.events, (int(time_us) // 1_000_000 * 1_000_000, self.planned, event))

    def pay(self, now: int, between: tuple[int, int], moved: Counter[int], kind: int = FOLLOWED_ON) -> None:
        """Write a payment down, and in the books which kronor it moves."""
        if moved.total() > 0:
            self.ledger[len(self.rows)] = Counter({provider: ore for provider, ore in moved.items() if provider >= 0})
            self.rows.append((*between, now, moved.total(), kind))

    def spend(self, payer: int, payee: int, ore: int, kind: int = FOLLOWED_ON) -> Callable[[int], None]:
        return lambda now: self.pay(now, (payer, payee), self.purses[payer].take(ore), kind)

    def earn(self, payee: int, ore: int, kind: int = FOLLOWED_ON) -> Callable[[int], None]:
        def received(now: int) -> None:
            customer = int(self.random.integers(0, self.background.accounts))
            self.purses[payee].clean += ore
            self.pay(now, (customer, payee), Counter({-1: ore}), kind)

        return received

    def supplier(self) -> int:
        return int(self.random.choice(self.suppliers))

    def month(self, month: int, low_day: float, high_day: float) -> float:
        return BEGIN_US + month * _MONTH_US + self.random.uniform(low_day, high_day) * DAY_US

    def provider(self, *, siphoned: float, layer_nodes: list[int]) -> int:
        """A provider with a year's business. ``siphoned`` is the share of the public money that goes to the fronts."""
        base = self.kronor(400_000, 2_500_000)
        node = self.new_node(int(base * self.random.uniform(0.1, 0.6)))
        employees = self.random.integers(0, self.background.accounts, int(self.random.integers(5, 40)))
        landlord, private = self.supplier(), self.random.uniform(0.02, 0.1)
        work = 1 - siphoned
        for month in range(MONTHS):
            paid = int(base * self.random.uniform(0.9, 1.1))
            wages = int(paid * work * self.random.uniform(0.5, 0.6))
            self.at(self.month(month, 1, 4), self.paid_by_the_public(node, paid, siphoned, layer_nodes))
            payday = self.month(month, 24, 25)
            for employee in employees:
                self.at(payday, self.spend(node, int(employee), wages // len(employees), WAGES))
            self.at(self.month(month, 11, 12), self.spend(node, self.tax, int(wages * 0.7), TAX))
            self.at(self.month(month, 27, 28), self.spend(node, landlord, int(paid * work * 0.03), RENT))
            for _ in range(int(self.random.integers(3, 9))):
                self.at(
                    self.month(month, 0, 30),
                    self.spend(node, self.supplier(), int(paid * work * self.random.uniform(0.002, 0.015))),
                )
            for _ in range(int(self.random.integers(4, 20))):
                self.at(self.month(month, 0, 30), self.earn(node, int(paid * private * self.random.uniform(0.02, 0.2))))
        return node

    def paid_by_the_public(self, node: int, ore: int, siphoned: float, layer_nodes: list[int]) -> Callable[[int], None]:
        def received(now: int) -> None:
            self.pay(now, (self.public, node), Counter({node: ore}))
            away = int(ore * siphoned)
            self.purses[node].public[node] += ore - away
            if away:
                self.send(now, node, (node, away), layer_nodes, pieces=int(self.random.integers(2, 7)))

        return received

    def send(self, now: int, payer: int, lot: tuple[int, int], payees: list[int], pieces: int) -> None:
        """Send a lot (whose kronor, öre) on in pieces, each after hours or days."""
        tag, ore = lot
        shares = self.random.dirichlet(np.full(pieces, 4.0))
        sizes = [int(ore * share) // 10_000 * 10_000 for share in shares[:-1]]
        for size in (*sizes, ore - sum(sizes)):
            delay = np.clip(self.random.lognormal(np.log(18), 0.9), 1, 144) * _HOUR_US
            self.at(now + delay, self.hand_over(payer, tag, size, int(self.random.choice(payees))))

    def hand_over(self, payer: int, tag: int, ore: int, payee: int) -> Callable[[int], None]:
        def handed(now: int) -> None:
            front = self.fronts.get(payee)
            self.pay(now, (payer, payee), Counter({tag: ore}), FOLLOWED_ON if front else CASH_OUT)
            if front:
                fee = int(ore * front.fee)
                self.purses[payee].public[tag] += fee
                self.send(now, payee, (tag, ore - fee), front.next_nodes, pieces=int(self.random.integers(1, 4)))
                for _ in range(2 if front.honest_share else 0):
                    self.business(now + self.random.uniform(0, 20) * DAY_US, payee, int(ore * front.honest_share / 2))

        return handed

    def business(self, earned_us: float, node: int, ore: int) -> None:
        """Honest business of a front: something is earned, and some days later a supplier is paid out of it."""
        self.at(earned_us, self.earn(node, ore))
        self.at(earned_us + self.random.uniform(1, 15) * DAY_US, self.spend(node, self.supplier(), ore))

    def front(self, next_nodes: list[int]) -> int:
        node = self.new_node(self.kronor(5_000, 80_000))
        is_in_business = self.random.random() < 0.4 and self.kind != Fronts.SHELLS
        is_busy = is_in_business and self.kind == Fronts.BUSY
        share = self.random.uniform(0.05, 0.25) if is_busy else 0.0
        self.fronts[node] = _Front(next_nodes, self.random.uniform(0.02, 0.07), share)
        straw_man, accountant = int(self.random.integers(0, self.background.accounts)), self.supplier()
        for month in range(MONTHS):
            self.at(self.month(month, 25, 29), self.spend(node, straw_man, self.kronor(5_000, 30_000), OWNERS))
            self.at(self.month(month, 0, 30), self.spend(node, accountant, self.kronor(1_500, 8_000)))
            for _ in range(int(self.random.integers(3, 9)) if is_in_business and not is_busy else 0):
                self.business(self.month(month, 0, 30), node, self.kronor(4_000, 14_000))
        return node

    def scheme(self, layers: int) -> int:
        """A provider with its fronts, layer by layer from the cash back. One front in four of the last layer already works for another scheme."""
        nodes = [int(office) for office in self.random.choice(self.offices, 2, replace=False)]
        last_fronts = [node for node, front in self.fronts.items() if set(front.next_nodes) <= set(self.offices)]
        for layer in range(layers):
            count = int(self.random.integers(1, 4))
            is_shared = [layer == 0 and bool(last_fronts) and self.random.random() < 0.25 for _ in range(count)]
            nodes = [int(self.random.choice(last_fronts)) if shared else self.front(nodes) for shared in is_shared]
        return self.provider(siphoned=self.random.uniform(0.6, 0.9), layer_nodes=nodes)

    def planted(self) -> Planted:
        layers = [int(count) for count in self.random.integers(1, 5, SCHEMES)]
        providers = [self.scheme(count) for count in layers]
        providers += [self.provider(siphoned=0.0, layer_nodes=[]) for _ in range(HONEST)]
        for office in self.offices:
            for _ in range(300):
                ore = self.kronor(500, 30_000)
                self.at(BEGIN_US + self.random.uniform(0, YEAR_US), self.earn(office, ore, CASH_OUT))
        while self.events:
            now, _, event = heapq.heappop(self.events)
            event(now)
        rows = np.array(self.rows, np.int64)
        behind = self.background
        columns = Columns(
            payer=np.concatenate([rows[:, 0].astype(np.int32), behind.payer]),
            payee=np.concatenate([rows[:, 1].astype(np.int32), behind.payee]),
            paid_at_us=np.concatenate([rows[:, 2], behind.paid_at_us]),
            amount_ore=np.concatenate([rows[:, 3], behind.amount_ore]),
            accounts=self.nodes,
        )
        opening = np.full(self.nodes, -1, np.int64)
        for node, ore in self.opening.items():
            opening[node] = ore
        exit_class = np.zeros(len(columns), np.uint8)
        exit_class[: len(rows)] = rows[:, 4]
        return Planted(
            columns,
            exit_class,
            opening,
            self.public,
            providers,
            [*layers, *([0] * HONEST)],
            set(self.opening),
            self.ledger,
        )


def plant(seed: int, kind: Fronts) -> Planted:
    """A table with planted trails. Same seed and kind, same table."""
    return _Planner(seed, kind).planted()
