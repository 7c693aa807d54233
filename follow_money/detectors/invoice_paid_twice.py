"""The same invoice paid twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.postings import keep_postings, money
from follow_money.detectors.rows import hit, hits_frame, not_evaluable_tests, plain_tests, tests_frame
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class InvoicePaidTwice(Detector):
    """The same invoice of a supplier booked for payment twice, under two vouchers and on two days, with no credit
    note that takes it back.

    Why:
        An invoice is owed once. A copy, a reminder or a second channel (paper and e-invoice) is booked again under a
        new voucher, by mistake or because somebody counts on it. The second payment can be asked back from the
        supplier.

    Not flagged:
        Rows of one voucher and lines of one invoice on one day, which are summed; a credit of the same amount on or
        after the first day, each credit once; numbers that are dates, periods or words, or that stand for several
        amounts or many postings (contract and customer numbers, instalments); suppliers that use their numbers again
        and again; sums below the lowest; doubtful identity links.

    Parameters:
        lowest_ore: An invoice of less, in hundredths of the row's currency, is only counted in the tests.
        within_days: Days between first and last posting, up to which a number is the same invoice; a series may start
            anew each year.
        most_postings: A number with more postings is an instalment plan or a contract, not an invoice.
        fewest_numbers: A supplier with fewer invoice numbers is not evaluable: whether they are its own series cannot
            be told.
        most_repeated_percent: A supplier with a larger share of numbers used again is not evaluable.

    Source:
        Typology 8 as far as a supplier ledger alone allows; register notes 2: one invoice may span many rows, sum
        before comparing.
    """

    name = "invoice_paid_twice"
    version = "1"
    title_sv = "Samma faktura betald två gånger"
    title_en = "The same invoice paid twice"
    why_sv = (
        "En faktura ska betalas en gång. En kopia, en påminnelse eller en andra kanal (papper och e-faktura) kan "
        "bokföras igen under en ny "
        "verifikation. Den andra betalningen kan krävas tillbaka."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (8,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.SUPPLIER_CONTROL
    needs = {"invoices": ("voucher_id", "invoice_no", "booked_on", "net_ore")}
    look_alikes = (
        LookAlike(
            "Delbetalning: samma nummer och belopp i två rater. Se fakturans betalningsvillkor.",
            "Instalments: one number and amount in two parts. See the invoice's terms of payment.",
        ),
        LookAlike(
            "Kreditering med annat belopp eller efter periodens slut: se leverantörens kontoutdrag.",
            "A credit of another amount or after the period: see the supplier's statement.",
        ),
        LookAlike(
            "Avtals- eller kundnummer bokfört i stället för fakturanumret: se de två fakturorna.",
            "A contract or customer number booked for the invoice number: see the two invoices.",
        ),
        LookAlike(
            "Två leverantörsenheter med var sin nummerserie: se fakturornas avsändare.",
            "Two branches of the supplier, each with a series of its own: see who sent the invoices.",
        ),
        LookAlike(
            "Bokad två gånger men betald en gång: se betalfilen.", "Booked twice but paid once: see the payment file."
        ),
    )

    lowest_ore: int = 100_000
    within_days: int = 300
    most_postings: int = 2
    fewest_numbers: int = 4
    most_repeated_percent: int = 25

    def detect(self, context: Context) -> Findings:
        """Screen every supplier of the ledgers."""
        engine = context.engine
        keep_postings(engine)
        suppliers = _keyed(engine.query(_SUPPLIERS).to_pandas())
        suppliers["subject_id"] = suppliers["supplier_id"]
        usable = (suppliers["numbers"] >= self.fewest_numbers) & (
            100 * suppliers["repeated"] <= self.most_repeated_percent * suppliers["numbers"]
        )
        again = _keyed(
            engine.query(_AGAIN, {"within_days": self.within_days, "most_postings": self.most_postings}).to_pandas()
        )
        again = again[again["key"].isin(suppliers.loc[usable, "key"])].reset_index(drop=True)
        again["is_credited"] = _credited(again, _keyed(engine.query(_CREDITS).to_pandas()))
        open_again = again[~again["is_credited"]]
        facts = open_again[open_again["links_exact"] & (open_again["net_ore"] >= self.lowest_ore)].copy()
        facts["pair"] = facts.groupby("key").cumcount() + 1
        suppliers["observed"] = suppliers["key"].map(open_again.groupby("key").size()).fillna(0)
        evidence = _evidence(facts, _keyed(engine.query(_ROWS, {"most_postings": self.most_postings}).to_pandas()))
        return Findings(
            hits=hits_frame(list(self._hits(facts, again))),
            evidence=evidence,
            tests=self._tests(suppliers, usable),
        )

    def _hits(self, facts: pd.DataFrame, again: pd.DataFrame) -> Iterator[dict[str, Any]]:
        credited = again[again["is_credited"]].groupby("key").size()
        for key, group in facts.groupby("key", sort=True):
            first = group.iloc[0]
            amount = int(group["net_ore"].sum())
            count, taken_back = len(group), int(credited.get(key, 0))
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=first["supplier_id"],
                organisation_id=first["supplier_id"],
                payer=first["payer"],
                unit="invoices booked again",
                observed=count,
                amounts=(amount, amount, amount),
                amount_kind=AmountKind.ROWS,
                currency=first["currency"],
                period=(group["first_on"].min(), group["booked_on"].max()),
                sv=f"{count} {'faktura' if count == 1 else 'fakturor'} är bokförda en gång till under annan "
                f"verifikation, samma nummer och "
                f"belopp, utan kreditering ({money(amount, first['currency'])} den andra gången).",
                en=f"{count} {'invoice is' if count == 1 else 'invoices are'} booked once more under another "
                f"voucher, same number and amount, "
                f"without a credit ({money(amount, first['currency'], language='en')} the second time).",
                against=[
                    (
                        f"{taken_back} andra dubbla bokföringar är krediterade: rutinen rättar en del själv.",
                        f"{taken_back} other double postings were credited: the routine mends some by itself.",
                    )
                ]
                if taken_back
                else [],
            )

    def _tests(self, suppliers: pd.DataFrame, usable: pd.Series) -> pd.DataFrame:
        told = {"subject_kind": self.subject_kind.value, "unit": "invoices booked again, doubtful ones included"}
        few = suppliers["numbers"] < self.fewest_numbers
        return tests_frame(
            plain_tests(suppliers[usable], null_model="fact", observed="observed", **told),
            not_evaluable_tests(
                suppliers[suppliers["numbers"] == 0],
                null_model="fact",
                why="no invoice number that is an invoice's own",
                **told,
            ),
            not_evaluable_tests(
                suppliers[few & (suppliers["numbers"] > 0)],
                null_model="fact",
                why=f"fewer than {self.fewest_numbers} invoice numbers",
                **told,
            ),
            not_evaluable_tests(
                suppliers[~usable & ~few], null_model="fact", why="the supplier uses its numbers again", **told
            ),
        )


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        key=frame["payer"].astype(str) + " " + frame["supplier_id"].astype(str) + " " + frame["currency"].astype(str)
    ).rename_axis(index=None)


def _credited(again: pd.DataFrame, credit_notes: pd.DataFrame) -> pd.Series:
    """Which second postings a credit of the same supplier and amount takes back, one credit to one posting.

    A later credit may take back whatever an earlier one may, so taking them in order of time finds as many pairs as
    there are.
    """
    taken = pd.Series(data=False, index=again.index, dtype=bool)
    told = dict(list(credit_notes.groupby(["key", "amount_ore"])["booked_on"]))
    for cell, group in again.groupby(["key", "net_ore"]):
        if cell not in told:
            continue
        left = list(group.sort_values(["first_on", "booked_on", "invoice"]).index)
        for day in sorted(told[cell]):
            match = next((index for index in left if again.at[index, "first_on"] <= day), None)
            if match is not None:
                taken[match] = True
                left.remove(match)
    return taken


def _evidence(facts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of both postings, pair by pair; the amount stands on the second."""
    told = rows.merge(
        facts[["key", "invoice", "booked_on", "first_on", "pair"]], on=["key", "invoice"], suffixes=("", "_again")
    )
    is_again = told["booked_on"] == told["booked_on_again"]
    told = told[is_again | (told["booked_on"] == told["first_on"])]
    is_again = told["booked_on"] == told["booked_on_again"]
    pair = told["pair"].astype(str)
    return pd.DataFrame(
        {
            "key": told["key"],
            "register": "invoices",
            "record_id": told["record_id"],
            "amount_ore": told["net_ore"].where(is_again, 0).astype("int64"),
            "role": "for",
            "note_sv": "par "
            + pair
            + is_again.map({True: ": bokförd igen", False: ": bokförd första gången"}).astype(str),
            "note_en": "pair "
            + pair
            + is_again.map({True: ": booked again", False: ": booked the first time"}).astype(str),
        }
    )


_SUPPLIERS = """
    with per_number as (
        select payer, supplier_id, currency, invoice, has_number, count_if(net_ore > 0) as times
        from postings group by payer, supplier_id, currency, invoice, has_number
    )
    select payer, supplier_id, currency, count_if(has_number and times > 0) as numbers, count_if(has_number
        and times > 1) as repeated
    from per_number group by payer, supplier_id, currency
    order by payer, supplier_id, currency
"""

_AGAIN = """
    with paid as (
        select *, min(booked_on) over same_number as first_on, max(booked_on) over same_number as last_on, count(*)
            over same_number as times,
            min(net_ore) over same_number as least_ore, max(net_ore) over same_number as most_ore,
            count_if(not links_exact) over same_number = 0 as every_link_exact
        from postings where has_number and net_ore > 0
        window same_number as (partition by payer, supplier_id, currency, invoice)
    )
    select payer, supplier_id, currency, invoice, booked_on, first_on, net_ore, every_link_exact as links_exact
        from paid
    where times between 2 and $most_postings and least_ore = most_ore and booked_on > first_on
        and date_diff('day', first_on, last_on) <= $within_days
    order by payer, supplier_id, currency, invoice, booked_on
"""
"""One row a posting of an invoice number after its first; a voucher's rows all stand on the voucher's first day, so
the vouchers differ."""

_CREDITS = """
    select payer, supplier_id, currency, -net_ore as amount_ore, booked_on from postings where net_ore < 0
    order by payer, supplier_id, currency, amount_ore, booked_on
"""

_ROWS = """
    with repeated as (
        select payer, supplier_id, currency, invoice from postings where has_number and net_ore > 0
        group by payer, supplier_id, currency, invoice having count(*) between 2 and $most_postings
    )
    select l.payer, l.supplier_id, l.currency, l.invoice, l.booked_on, l.record_id, l.net_ore
    from ledger_rows l join repeated r
        on r.payer = l.payer and r.supplier_id = l.supplier_id and r.currency = l.currency and r.invoice = l.invoice
    order by l.record_id
"""
