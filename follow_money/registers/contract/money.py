"""Money that moved: payments and invoices."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    PAYER,
    category,
    date,
    instant,
    number,
    ore,
    spelling,
    text,
)

PAYMENTS: Final = Register(
    name="payments",
    swedish="betalningar (kontoutdrag, utbetalningar)",
    text="Payments that a statement or notice confirms. An order is not a payment. Deliveries may overlap: rows of one payment id that agree in "
    "parties, instant, amount and currency count once. Two banks that each number their own rows share no id: what passed between their customers "
    "then counts twice. Deliver such a payment from one of them, or map to payment_id a reference that both tell.",
    columns=(
        text("payment_id", "the one payment's id in the delivering system, not a batch's", required=True),
        instant("paid_at", "when it was booked on the account", required=True),
        text("payer_account", "account number with its scheme", restricted=True),
        number("payer_number", "the payer's number"),
        spelling("payer_name", "the payer's name"),
        text("payee_account", "account number with its scheme", restricted=True),
        number("payee_number", "the payee's number"),
        spelling("payee_name", "the payee's name"),
        ore("amount_ore", "amount, from payer to payee", required=True),
        CURRENCY,
        category(
            "kind",
            "what the bank or payer calls it, where it says",
            "salary",
            "rent",
            "tax",
            "supplier",
            "public",
            "transfer",
            "loan",
            "gift",
            "cash",
            "other",
        ),
        text("programme_ref", "the claim or decision that a public payment rests on"),
        text(
            "payee_country",
            "ISO 3166 code of the country of the receiving account, where the statement tells; "
            "used only to class where money left",
        ),
    ),
    parties=(
        Party(role="payer_account", kind=EntityKind.ACCOUNT, account="payer_account"),
        Party(role="payer", kind=EntityKind.PARTY, number="payer_number", name="payer_name"),
        Party(role="payee_account", kind=EntityKind.ACCOUNT, account="payee_account"),
        Party(role="payee", kind=EntityKind.PARTY, number="payee_number", name="payee_name"),
    ),
)

INVOICES: Final = Register(
    name="invoices",
    swedish="leverantörsreskontra",
    text="Accounting rows of a supplier ledger. One invoice may span many rows; a negative row may be a credit note.",
    columns=(
        text("voucher_id", "voucher or internal reference"),
        text("invoice_no", "the supplier's invoice number"),
        PAYER,
        number("supplier_number", "the supplier's organisation number"),
        spelling("supplier_name", "the supplier's name as the ledger spells it"),
        text("supplier_key", "the ledger's own id of the supplier", restricted=True),
        date("booked_on", "booking date", required=True),
        date("paid_on", "payment date"),
        ore("net_ore", "net amount of the row", required=True),
        CURRENCY,
        text("unit", "committee, directorate or cost centre"),
        text("account_text", "what the row was booked as"),
        category("document", "what the row is, where the ledger says", "invoice", "credit_note", "other"),
    ),
    parties=(
        Party(
            role="supplier",
            kind=EntityKind.PARTY,
            number="supplier_number",
            name="supplier_name",
            source_key="supplier_key",
        ),
    ),
)
