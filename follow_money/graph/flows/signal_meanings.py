"""What each flow signal means: name, unit, meaning. The order is that of the columns; a page can print it.

Windows and bands are fixed, so that a signal of one name is the same figure everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

DAY_US: Final = 24 * 3_600_000_000
WINDOWS_DAYS: Final = (1, 7, 30)
"""Sliding windows end with the payment and count it; both ends are inclusive."""
WITHIN_US: Final = DAY_US
"""Cycles and scatter-gathers lie within 24 hours, a receipt is passed on within as much."""
LOW_PERCENT: Final = 90
"""A payment that passes a receipt on is 90 to 100 % of it, and so is each hop of a cycle of the one before."""
CYCLE_HOPS: Final = (2, 3, 4)


@dataclass(frozen=True)
class Signal:
    """One column of signals: its name, its unit, whom or what it is about, and what it says.

    A signal about a party that nobody tells of (an empty payer or payee) is null: all such parties would be one account.
    """

    name: str
    unit: str
    about: Literal["payment", "payer", "payee", "pair", "account"]
    meaning: str


def _windows() -> Iterator[Signal]:
    for party in ("payer", "payee"):
        for direction, did, others in (("out", "paid", "payees"), ("in", "received", "payers")):
            whose = f"that the {party} {did}"
            for days in WINDOWS_DAYS:
                span = "24 hours" if days == 1 else f"{days} days"
                own = ", this one included" if (party, direction) in (("payer", "out"), ("payee", "in")) else ""
                name = f"{party}_{direction}"
                yield Signal(f"{name}_count_{days}d", "payments", party, f"Payments {whose} in the last {span}{own}.")
                yield Signal(f"{name}_ore_{days}d", "öre", party, f"Their sum: öre {whose} in the last {span}{own}.")
                yield Signal(f"{name}_{others}_{days}d", "accounts", party, f"Distinct {others} among them.")


SIGNALS: Final = (
    *_windows(),
    Signal("payer_hours_since_receipt", "hours", "payer", "Since the payer last received anything; null when it never did."),
    Signal("payer_hours_since_payment", "hours", "payer", "Since the payer last paid anything."),
    Signal("payee_hours_since_receipt", "hours", "payee", "Since the payee last received anything."),
    Signal("payee_hours_since_payment", "hours", "payee", "Since the payee last paid anything."),
    Signal("payer_dormant_days", "days", "payer", "How long the payer had neither paid nor received; null when it was not seen before."),
    Signal("payee_dormant_days", "days", "payee", "The same of the payee."),
    Signal("payer_age_days", "days", "payer", "Since the payer was first seen, paying or paid; null when it was not seen before."),
    Signal("payee_age_days", "days", "payee", "The same of the payee."),
    Signal("payer_out_burst", "ratio", "payer", "What it paid in 24 hours over its daily mean of 30 days, in payments: 1 is even, 30 is all in one day."),
    Signal("payee_in_burst", "ratio", "payee", "The same of what the payee receives."),
    Signal("passed_on_share_1d", "share", "payer", "The amount over what the payer received in the last 24 hours; null when that is nothing."),
    Signal("passed_on_share_7d", "share", "payer", "The same over 7 days."),
    Signal("passed_on_share_30d", "share", "payer", "The same over 30 days."),
    Signal("fifo_covered_share", "share", "payer", "Share of the amount that comes out of known receipts when what came first is paid first."),
    Signal("fifo_residence_hours", "hours", "payer", "How long that money lay with the payer, weighted by öre; null when none of it is covered."),
    Signal("payer_kept_ore", "öre", "payer", "Of all known receipts of the payer, what it still has after this payment."),
    Signal("trailing_zeros", "digits", "payment", "Zeros at the end of the amount in öre: 5 is whole thousands of kronor."),
    Signal("significant_digits", "digits", "payment", "Digits of the amount without these zeros: 1 is a round sum such as 20,000."),
    Signal("is_whole_thousand_kronor", "yes or no", "payment", "The amount is whole thousands of kronor."),
    Signal("amount_to_payer_mean", "ratio", "payer", "The amount over the mean of all that the payer paid before; null for its first payment."),
    Signal("amount_to_payer_median", "ratio", "payer", "The amount over the median of all that the payer paid before."),
    Signal("amount_to_payee_mean", "ratio", "payee", "The amount over the mean of all that the payee received before."),
    Signal("amount_to_payee_median", "ratio", "payee", "The amount over the median of all that the payee received before."),
    Signal("is_new_payee", "yes or no", "pair", "The payer never paid this payee before."),
    Signal("pair_count", "payments", "pair", "Earlier payments of the payer to this payee."),
    Signal("pair_days_since", "days", "pair", "Since the last of them; null when there is none."),
    Signal("reverse_count", "payments", "pair", "Earlier payments the other way, of the payee to the payer."),
    Signal("same_amount_count", "payments", "pair", "Earlier payments of the very same amount to this payee."),
    Signal("same_amount_days_since", "days", "pair", "Since the last of them: about 30 is monthly; null when there is none."),
    Signal("receipts_passed_on", "payments", "payer", "Of the payer's latest 64 receipts, those in the last 24 hours of which this payment is 90-100 %."),
    Signal("chain_hops", "payments", "payer", "Payments in the longest chain of such passing on that ends with this one; 1 when it passes nothing on."),
    Signal(
        "scatter_gathers_closed",
        "pairs of paths",
        "payment",
        "Pairs of paths source - intermediary - payee within 24 hours that this payment closes: one through its payer, one through another; "
        "each intermediary passes on 90-100 %.",
    ),
    *(
        Signal(
            f"cycles_{hops}_closed",
            "cycles",
            "payment",
            f"Cycles of {hops} payments that this payment closes: within 24 hours, each 90-100 % of the one before; payments of one instant in "
            "either order. Sought backward among each payer's latest 64 receipts, 10,000 of them in all.",
        )
        for hops in CYCLE_HOPS
    ),
)  # fmt: skip
"""Signals of a payment, as known at that payment."""

ACCOUNT_SIGNALS: Final = (
    Signal("first_at", "instant", "account", "When it was first seen, paying or paid."),
    Signal("last_at", "instant", "account", "When it was last seen."),
    Signal("out_count", "payments", "account", "Payments that it paid."),
    Signal("out_ore", "öre", "account", "Their sum."),
    Signal("out_payees", "accounts", "account", "Distinct payees among them (fan-out)."),
    Signal("in_count", "payments", "account", "Payments that it received."),
    Signal("in_ore", "öre", "account", "Their sum."),
    Signal("in_payers", "accounts", "account", "Distinct payers among them (fan-in)."),
    *(
        Signal(f"most_{direction}_{what}_{days}d", unit, "account", f"The most {told} within {days} x 24 hours.")
        for direction, others, did in (("out", "payees", "paid"), ("in", "payers", "received"))
        for what, unit, told in (("count", "payments", f"payments {did}"), (others, "accounts", f"distinct {others}"))
        for days in WINDOWS_DAYS
    ),
    Signal("longest_dormant_days", "days", "account", "Its longest time without paying or receiving; null when it has one payment only."),
    Signal("uncovered_ore", "öre", "account", "Paid out of money that was there before the data begin."),
    Signal("kept_ore", "öre", "account", "Of all known receipts, what it still has in the end."),
    Signal("passed_on_soon_share", "share", "account", "Share of what it received that it paid on within 24 hours (FIFO); null when it received nothing."),
    Signal("fifo_residence_hours", "hours", "account", "How long money lay with it, weighted by öre; null when it paid nothing out of known receipts."),
    Signal("whole_thousand_share", "share", "account", "Share of its payments that are whole thousands of kronor; null when it paid nothing."),
    Signal("same_amount_share", "share", "account", "Share of its payments that repeat an earlier amount to the same payee."),
    Signal("receipts_passed_on", "payments", "account", "Sum of that signal over the payments that it paid."),
    Signal("chain_hops", "payments", "account", "The longest chain of passing on that ends with a payment of it; 0 when it paid nothing."),
    Signal("scatter_gathers_through", "pairs of paths", "account", "Scatter-gathers that a payment of it closed."),
    Signal("scatter_gathers_to", "pairs of paths", "account", "Scatter-gathers that a payment to it closed."),
    *(Signal(f"cycles_{hops}", "cycles", "account", f"Cycles of {hops} payments that it is on.") for hops in CYCLE_HOPS),
)  # fmt: skip
"""Signals of an account, as of the last payment that was read."""
