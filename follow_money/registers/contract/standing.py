"""How an organisation stands with Skatteverket, and what its books say of a payment."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    category,
    date,
    number,
    ore,
    spelling,
    text,
)

STATUSES: Final = Register(
    name="statuses",
    swedish="registreringar hos Skatteverket (F-skatt)",
    text="Approval for F-tax, by period. Skatteverket answers for any number; an export of all of them is not known.",
    columns=(
        *ORGANISATION_COLUMNS,
        category("kind", "what it is registered for", "f_tax", required=True),
        date("valid_from", "first day"),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(ORGANISATION,),
)

BOOKKEEPING: Final = Register(
    name="bookkeeping",
    swedish="bokföring (SIE 4)",
    text="What organisations booked payments to others as, one row a #TRANS on a cost or balance account with the counterpart of its voucher. SIE 4 names no "
    "counterpart: its number is taken from the supplier ledger or the voucher. Handed over by the one whose books they are.",
    columns=(
        *ORGANISATION_COLUMNS,
        date("booked_on", "booking date", required=True),
        text("ledger_account", "account by the BAS chart, e.g. 6370", required=True),
        number("counterpart_number", "number of who was paid"),
        spelling("counterpart_name", "name of who was paid"),
        ore("amount_ore", "amount", required=True),
        CURRENCY,
    ),
    parties=(
        ORGANISATION,
        Party(role="counterpart", kind=EntityKind.PARTY, number="counterpart_number", name="counterpart_name"),
    ),
)
