"""Payment accounts and what stood on them."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import CURRENCY, category, date, number, ore, spelling, text

ACCOUNTS: Final = Register(
    name="accounts",
    swedish="konton (kontoregister, bankgiro)",
    text="Payment accounts and their holders, by period. A giro number belongs to a holder for a period, not for ever.",
    columns=(
        text(
            "account",
            "account number with its scheme, e.g. bg:5050-1055, clearing:8327-9",
            required=True,
            restricted=True,
        ),
        number("holder_number", "the holder's personal or organisation number"),
        spelling("holder_name", "the holder's name"),
        category(
            "kind",
            "what the account is for, where the register says",
            "own",
            "joint",
            "guardian",
            "client_funds",
            "payroll_bureau",
            "group",
        ),
        date("valid_from", "first day"),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(
        Party(role="account", kind=EntityKind.ACCOUNT, account="account"),
        Party(role="holder", kind=EntityKind.PARTY, number="holder_number", name="holder_name"),
    ),
)

BALANCES: Final = Register(
    name="balances",
    swedish="saldon",
    text="What stood on an account at the start of a day.",
    columns=(
        text("account", "account number with its scheme", required=True, restricted=True),
        date("balance_on", "the day, at its start", required=True),
        ore("balance_ore", "balance", required=True),
        CURRENCY,
    ),
    parties=(Party(role="account", kind=EntityKind.ACCOUNT, account="account"),),
)
