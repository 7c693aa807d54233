"""Exit classes: what each payment is as a way out of a trail, told by registers, not by what somebody may have meant."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
import pyarrow as pa

from follow_money.engine import Engine
from follow_money.graph.flows.exit_rules import CLASSED, STEPS
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.trail import REMAINS, Uint8s
from follow_money.graph.hubs import HUB_LIMITS


class ExitClass(IntEnum):
    """What a payment is as an exit. The number is the payment's stop in a trace; 0 is followed on.

    Each payment has the class of the first rule that fits, in this order:

    1. The payee is on the owner side of the payer (registered owner or officer on the day, or lives with one), of an employer of the payer, or of an
       organisation that the trail is about (`stops_about`): ``OWNER_WAGES`` when it is a wage with payroll behind it, else ``OWNERS``. What a wage earner
       pays as rent, loan, tax or to a supplier is not handed on to an owner, though he is the landlord.
    2. The payer has earned wages with payroll behind them, and pays this payee less than half a month's wage in the month: ``WAGES``, spent by who earned
       them, be it as rent, cash or travel money. More than that is no ordinary spending, nor is anything that three employees or more pay to somebody who
       pays on to the owner side of their employer: the rules below.
    3. The receiving account lies abroad: ``ABROAD``.
    4. The payee holds an entry as exchange office: ``EXCHANGE_OFFICE`` when it is in force on the day, else ``LAPSED_EXCHANGE_OFFICE``.
    5. The bank calls it cash, and it is no deposit credited by who handles cash for many: ``CASH``.
    6. The payer or bank calls it tax, and the company register does not tell that the payee is a private company: ``TAX``.
    7. The payee is a public body (by legal form, or because it pays public money): ``PUBLIC``.
    8. A wage with payroll behind it, as the employer declared pay for the person in its month or a neighbouring one: ``WAGES``; but it is followed on when its
       earner handed on something to an owner or what is no ordinary spending in its month or the next.
    9. The payer calls it rent, and the payee is a person, lets to three or more, or never pays: ``RENT``. A company with one or two tenants is followed on.
    10. The payee is an organisation that more parties pay than make a hub, and it is neither gift, loan nor transfer: ``SUPPLIER``. Who keeps others' money
        (payroll bureau, client funds, group account) is followed on.
    11. The payee never pays anything in these data: ``LEFT_THE_DATA``. Where the money went then is not known; it is never called cash.

    All else is followed on: a supplier with few customers, a gift to an association, a loan, a wage that nobody declared. The trail of a finding follows the
    found payments alone: there, what registers tell nothing of is ``ONWARD`` when it goes to others, ``CAME_BACK`` when it goes to whom the sources pay.
    """

    WAGES = 1
    OWNER_WAGES = 2
    TAX = 3
    RENT = 4
    OWNERS = 5
    EXCHANGE_OFFICE = 6
    LAPSED_EXCHANGE_OFFICE = 7
    CASH = 8
    ABROAD = 9
    PUBLIC = 10
    SUPPLIER = 11
    LEFT_THE_DATA = 12
    ONWARD = 13
    CAME_BACK = 14
    REMAINS = REMAINS


EXIT_WORDS: Final = {
    "sv": {
        ExitClass.WAGES: "löner med arbetsgivardeklaration bakom",
        ExitClass.OWNER_WAGES: "deklarerad lön till ägare och företrädare",
        ExitClass.TAX: "skatt",
        ExitClass.RENT: "hyra",
        ExitClass.OWNERS: "ägare och företrädare, och deras hushåll",
        ExitClass.EXCHANGE_OFFICE: "växlingskontor",
        ExitClass.LAPSED_EXCHANGE_OFFICE: "växlingskontor vars registrering inte gällde den dagen",
        ExitClass.CASH: "kontanter",
        ExitClass.ABROAD: "utlandet",
        ExitClass.PUBLIC: "myndigheter och kommuner",
        ExitClass.SUPPLIER: "leverantörer med många kunder",
        ExitClass.LEFT_THE_DATA: "lämnade materialet (mottagaren gör inga betalningar här)",
        ExitClass.ONWARD: "vidare till andra än dem som fyndet gäller",
        ExitClass.CAME_BACK: "tillbaka till dem som fick de följda betalningarna",
        ExitClass.REMAINS: "kvar hos den som tog emot det sist",
    },
    "en": {
        ExitClass.WAGES: "wages with payroll behind them",
        ExitClass.OWNER_WAGES: "declared wages of owners and officers",
        ExitClass.TAX: "tax",
        ExitClass.RENT: "rent",
        ExitClass.OWNERS: "owners and officers, and their households",
        ExitClass.EXCHANGE_OFFICE: "exchange offices",
        ExitClass.LAPSED_EXCHANGE_OFFICE: "exchange offices whose entry was not in force on the day",
        ExitClass.CASH: "cash",
        ExitClass.ABROAD: "abroad",
        ExitClass.PUBLIC: "public bodies",
        ExitClass.SUPPLIER: "suppliers with many customers",
        ExitClass.LEFT_THE_DATA: "left the data (the payee pays nothing in them)",
        ExitClass.ONWARD: "on to others than those whom the finding is about",
        ExitClass.CAME_BACK: "back with those who got the followed payments",
        ExitClass.REMAINS: "still with the one who received it last",
    },
}
"""Each class in Swedish and English, as it stands in a list of where money went."""

LETS_TO_FROM: Final = 3
"""Tenants from which on an organisation is a landlord."""

COLLECTS_FROM: Final = 3
"""Employees from whose payments on somebody who pays on to the owner side of their employer collects for it."""

CASH_HANDLER_FROM: Final = 10
"""Parties from whose withdrawals on somebody handles cash for many: what he credits are their deposits."""


def exit_classes(engine: Engine, store: FlowStore) -> Uint8s:
    """The class of each payment of the store, for `trace`'s ``stops``: uint8, one a payment, 0 where it is followed on.

    Args:
        engine: With the graph's tables attached. Registers that were not delivered class nothing: without payroll no wage has payroll behind it.
        store: Flows of the attached ``transfers``.
    """
    attach_store(engine, store)
    limits = {
        "exit_parties": {"hub": HUB_LIMITS["organisation"], "cash_handler": CASH_HANDLER_FROM},
        "exit_collected": {"collects_from": COLLECTS_FROM},
    }
    for name, sql in STEPS.items():
        engine.keep(name, sql, limits.get(name))
    numbers = {each.name.lower(): int(each) for each in ExitClass if each < ExitClass.ONWARD}
    return by_place(store, engine.query(CLASSED, numbers | {"tenants": LETS_TO_FROM}))


def attach_store(engine: Engine, store: FlowStore) -> None:
    """Make the store readable as ``exit_store`` and ``exit_nodes``; see `exit_rules`."""
    payments = {
        "place": pa.array(np.arange(len(store), dtype=np.int32)),
        "record_id": store.payment_ids,
        "payer": pa.array(np.asarray(store.payer)),
        "payee": pa.array(np.asarray(store.payee)),
        "amount_ore": pa.array(np.asarray(store.amount_ore)),
    }
    engine.table("exit_store", pa.table(payments))
    nodes = pa.array(np.arange(store.nodes, dtype=np.int32))
    engine.table("exit_nodes", pa.table({"node": nodes, "entity_id": store.node_ids}))


def by_place(store: FlowStore, classed: pa.Table) -> Uint8s:
    """The column ``class`` of a table with ``place``, by payment; 0 for a payment that has no row."""
    told = np.zeros(len(store), np.uint8)
    told[np.asarray(classed["place"])] = np.asarray(classed["class"]).astype(np.uint8)
    return told
