"""Origin classes: where a trail that is followed backward begins, told by what is known of the one who pays."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.trail import REMAINS, Uint8s


class OriginClass(IntEnum):
    """What a payment is as an origin. The number is the payment's stop in a backward trace; 0 is followed on back.

    Each payment has the class of the first rule that fits, in this order:

    1. It is public money (see `FlowFacts.is_public`): ``PUBLIC``.
    2. The payer is somebody from whom others withdraw cash: ``CASH``, a deposit.
    3. The payer is an exchange office: ``EXCHANGE_OFFICE``.
    4. It is a wage with payroll behind it that was not handed on, or what its earner spends: ``WAGES``.
    5. The payer sells or lets to many, or takes taxes: ``MANY``. Behind it are the payments of all its customers.
    6. The payer receives nothing in these data: ``OUTSIDE``.
    """

    PUBLIC = 1
    CASH = 2
    EXCHANGE_OFFICE = 3
    WAGES = 4
    MANY = 5
    OUTSIDE = 6
    REMAINS = REMAINS


ORIGIN_WORDS: Final = {
    "sv": {
        OriginClass.PUBLIC: "offentliga medel",
        OriginClass.CASH: "kontanter som satts in",
        OriginClass.EXCHANGE_OFFICE: "växlingskontor",
        OriginClass.WAGES: "löner med arbetsgivardeklaration bakom",
        OriginClass.MANY: "företag med många kunder",
        OriginClass.OUTSIDE: "kom utifrån (betalaren tar inte emot något här)",
        OriginClass.REMAINS: "fanns hos någon av dem från början, eller kom in utanför materialet",
    },
    "en": {
        OriginClass.PUBLIC: "public money",
        OriginClass.CASH: "cash that was deposited",
        OriginClass.EXCHANGE_OFFICE: "exchange offices",
        OriginClass.WAGES: "wages with payroll behind them",
        OriginClass.MANY: "businesses with many customers",
        OriginClass.OUTSIDE: "came from outside (the payer receives nothing in the data)",
        OriginClass.REMAINS: "was with one of them from the beginning, or came in outside these data",
    },
}
"""Each class in Swedish and English, as it stands in a list of where money came from."""


def origin_classes(facts: FlowFacts) -> Uint8s:
    """The class of each payment as an origin, for a backward `trace`'s ``stops``: uint8, one a payment, 0 where it is followed on back."""
    store, exits = facts.store, facts.exit_class
    classes = np.zeros(len(store), np.uint8)
    never_paid = np.diff(store.in_start) == 0
    classes[never_paid[store.payer]] = OriginClass.OUTSIDE
    classes[_paid_as(facts, ExitClass.SUPPLIER, ExitClass.RENT, ExitClass.TAX)[store.payer]] = OriginClass.MANY
    classes[(exits == ExitClass.WAGES) | (exits == ExitClass.OWNER_WAGES)] = OriginClass.WAGES
    offices = _paid_as(facts, ExitClass.EXCHANGE_OFFICE, ExitClass.LAPSED_EXCHANGE_OFFICE)
    classes[offices[store.payer]] = OriginClass.EXCHANGE_OFFICE
    classes[_paid_as(facts, ExitClass.CASH)[store.payer]] = OriginClass.CASH
    classes[facts.is_public] = OriginClass.PUBLIC
    return classes


def _paid_as(facts: FlowFacts, *classes: ExitClass) -> NDArray[np.bool_]:
    """Whether each node is paid by an exit of one of these classes."""
    is_node = np.zeros(facts.store.nodes, dtype=bool)
    is_node[facts.store.payee[np.isin(facts.exit_class, [int(each) for each in classes])]] = True
    return is_node
