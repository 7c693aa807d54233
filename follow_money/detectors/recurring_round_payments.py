"""Many small businesses that pay fixed round sums, month after month, to one behind whom there is nothing; then it is cash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.flow_places import places_of
from follow_money.detectors.recurring_payers import (
    BEHIND,
    BOOKED,
    BOUGHT,
    PAYEES,
    ROUND,
    SMALL_BUSINESSES,
    TRADES,
    trade_tests,
)
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    tests_frame,
)
from follow_money.detectors.sentences import counted, kronor, number, percent
from follow_money.graph.flows.patterns.recurring_round_payments import recurring_round_payments
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_UNIT = "businesses that pay fixed round sums"
_LAWFUL_ACCOUNTS = {
    "50": ("hyra", "rent"),
    "23": ("lån", "loan"),
    "24": ("lån", "loan"),
    "598": ("sponsring", "sponsorship"),
    "637": ("bevakning", "guards"),
    "691": ("licensavgift", "franchise fee"),
    "698": ("medlemsavgift", "membership fee"),
}
"""Accounts of the BAS chart, by their beginning, that name a lawful reason."""


@dataclass(frozen=True, kw_only=True)
class RecurringRoundPayments(Detector):
    """An account on which many small businesses pay round sums on fixed dates, whose holder has neither staff, licence nor F-tax, and most of it is cash.

    Why:
        A service that is sold each month needs somebody who does it, or a licence, or at least approval for F-tax. Where none of it stands behind the payee
        and the money is withdrawn, the businesses may be paying under threat. They are victims: they are told of as those who lost the money, never
        as the subject, and nobody but Polisen is told, who sees to their safety first.

    Not flagged:
        A payee that declares pay, holds any permit (licensed guards), or is approved for F-tax (franchise, card terminal, cleaner, landlord without staff);
        what is called rent, loan, wages or tax; a trade body or a club that spends what it gets; sums that are not round or do not come
        month after month; payers with many employees. Trades serve as groups of the null alone, and where anybody is does not matter.

    Parameters:
        round_kronor: A sum is round when it is a multiple of this.
        fewest_payers: Businesses that pay so.
        fewest_times: Payments in a row of each.
        fewest_days: Between two of them, least.
        most_days: And most.
        most_staff: Employees in a month above which a payer is no small business.
        cash_days: After the last payment, within which cash still counts.
        cash_percent: Least part of what came in that became cash.
        fewest_approved: Organisations of which approval for F-tax must be known; else nothing can be said.

    Source:
        Typology 23, detectors D5b, D2b and D4a. No rule of it was read anywhere: all figures are this file's. For Polisen alone.
    """

    name = "recurring_round_payments"
    version = "1"
    title_sv = "Fasta jämna belopp från många småföretag till en mottagare utan verksamhet"
    title_en = "Fixed round sums of many small businesses to a payee without activity"
    why_sv = (
        "Den som säljer en tjänst varje månad behöver någon som utför den, ett tillstånd eller åtminstone F-skatt. Där inget sådant finns och pengarna tas ut "
        "kontant kan företagen betala under hot. De är utsatta; bara Polisen får veta, och deras säkerhet går först."
    )
    kinds = (HitKind.FLOW,)
    typologies = (23,)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.PAYMENT_CONTROL
    recipients = ("polismyndigheten",)
    needs = {
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
        "statuses": ("organisation_number", "kind"),
        "payroll": ("organisation_number", "person_number", "month"),
    }
    uses = ("permits", "organisations", "bookkeeping", "accounts")
    look_alikes = (
        LookAlike(
            "Bevakning av ett auktoriserat företag, eller en underleverantör till det: se auktorisation och avtal.",
            "Guards of a licensed company, or a subcontractor of it: see licence and contract.",
        ),
        LookAlike(
            "Hyra, avbetalning eller återbetalning av ett gemensamt lån: se avtalet.",
            "Rent, instalments, or a loan that several pay back: see the contract.",
        ),
        LookAlike(
            "Avgift för kortterminal, kedja eller franchise: se avtalet.",
            "Fees for a card terminal, a chain or a franchise: see the contract.",
        ),
        LookAlike(
            "Medlemsavgift till branschförening, eller sponsring av en klubb: se föreningens bokföring.",
            "Fees to a trade body, or sponsorship of a club: see the association's books.",
        ),
    )

    round_kronor: int = 500
    fewest_payers: int = 5
    fewest_times: int = 3
    fewest_days: int = 25
    most_days: int = 37
    most_staff: int = 25
    cash_days: int = 31
    cash_percent: int = 50
    fewest_approved: int = 20

    def detect(self, context: Context) -> Findings:
        """Screen everybody whom enough small businesses pay."""
        engine = context.engine
        engine.keep("small_businesses", SMALL_BUSINESSES, {"most_staff": self.most_staff})
        engine.keep("bought", BOUGHT)
        payees = engine.query(PAYEES, {"fewest": self.fewest_payers}).to_pandas().dropna(subset=["subject_id"])
        if payees.empty:
            return nothing()
        payees = payees.drop_duplicates("subject_id").assign(key=lambda told: told["subject_id"])
        rows = self._rows(context)
        rows = rows.merge(engine.query(TRADES).to_pandas(), left_on="payer_id", right_on="organisation_id", how="left")
        counts = trade_tests(rows.drop_duplicates(["payee_id", "payer_id"]))
        payees = payees.merge(counts, on="payee_id", how="left")
        payees["payers"] = payees["payers"].fillna(0).astype(int)
        many = payees[payees["payers"] >= self.fewest_payers]
        engine.table("recurring_payees", _spans(rows[rows["payee_id"].isin(many["payee_id"])]))
        told = many.merge(engine.query(BEHIND, {"days": self.cash_days}).to_pandas(), on="payee_id")
        known = int(engine.query(_APPROVED)["organisations"][0].as_py())
        is_bare = ~(told["has_staff"] | told["has_f_tax"] | told["has_licence"])
        found = told[is_bare & (100 * told["cash_ore"] >= self.cash_percent * told["came_ore"].clip(lower=1))]
        found = found if known >= self.fewest_approved else found.iloc[:0]
        mine = rows.merge(found[["payee_id", "key"]], on="payee_id")
        booked = engine.query(BOOKED).to_pandas().merge(found[["payee_id", "key"]], on="payee_id")
        booked = booked.merge(mine[["payee_id", "payer_id"]].drop_duplicates(), on=["payee_id", "payer_id"])
        whole = engine.query(_WHOLE).to_pandas().set_index("payee_id")["ore"]
        return Findings(
            hits=hits_frame(list(self._hits(found, mine, booked, whole))),
            evidence=joined(
                evidence_frame(
                    mine,
                    register="payments",
                    amount="amount_ore",
                    sv="betalning från ett företag som kan vara utsatt",
                    en="payment of a business that may be a victim",
                ),
                evidence_frame(booked, register="bookkeeping", sv="hur det bokfördes", en="how it was booked"),
            ),
            tests=self._tests(payees, is_known=known >= self.fewest_approved),
        )

    def _rows(self, context: Context) -> pd.DataFrame:
        """The payments of small businesses that stand in a row of one round sum: ``payee_id, payer_id, record_id, day, amount_ore``."""
        known = {"round_ore": 100 * self.round_kronor, "fewest": self.fewest_payers}
        store, bought = context.flows, context.engine.query(ROUND, known).to_pandas()
        usable = np.zeros(len(store.payer), np.bool_)
        usable[places_of(store, bought["record_id"].tolist())] = True
        groups = recurring_round_payments(
            store,
            round_to_ore=100 * self.round_kronor,
            fewest_payers=1,
            fewest_times=self.fewest_times,
            every_days=(self.fewest_days, self.most_days),
            usable=usable,
        )
        within = set(groups.table()["payment_id"].to_pylist())
        told: pd.DataFrame = bought[bought["record_id"].isin(within)]
        return told

    def _hits(
        self, found: pd.DataFrame, rows: pd.DataFrame, booked: pd.DataFrame, whole: pd.Series
    ) -> Iterator[dict[str, Any]]:
        row: Any
        for row in found.itertuples(index=False):
            mine = rows[rows["key"] == row.key]
            ore, least, most = (
                int(each) for each in (mine["amount_ore"].sum(), mine["amount_ore"].min(), mine["amount_ore"].max())
            )
            span_sv = kronor(least) if least == most else f"{kronor(least)} till {kronor(most)}"
            span_en = (
                kronor(least, language="en")
                if least == most
                else f"{kronor(least, language='en')} to {kronor(most, language='en')}"
            )
            share = percent(row.cash_ore / max(row.came_ore, 1))
            yield hit(
                self,
                str(row.key),
                HitKind.FLOW,
                subject_id=str(row.subject_id),
                organisation_id=row.organisation_id if isinstance(row.organisation_id, str) else None,
                unit="businesses that pay fixed round sums",
                observed=int(row.payers),
                amounts=(ore, ore, int(whole[row.payee_id])),
                amount_kind=AmountKind.ROWS,
                period=(mine["day"].min(), mine["day"].max()),
                parties={"holder": [str(row.payee_id)], "paying_business": mine["payer_id"]},
                sv=f"{row.payers} småföretag betalade jämna belopp ({span_sv}) månad efter månad, {kronor(ore)} i {len(mine)} betalningar. Mottagaren "
                f"har varken deklarerad personal, tillstånd eller F-skatt, och {share} av det som kom in blev kontanter. {row.of_trade} av företagen är av "
                f"samma slag ({number(row.expected)} väntade av slumpen). Företagen kan vara utsatta: bara Polisen tar kontakt, och deras säkerhet går först.",
                en=f"{row.payers} small businesses paid round sums ({span_en}) month after month, {kronor(ore, language='en')} in {len(mine)} payments. "
                f"The payee has neither declared staff, a licence nor F-tax, and {share} of what came in became cash. {row.of_trade} of the businesses are "
                f"of one trade ({number(row.expected, language='en')} expected by chance). They may be victims: Polisen alone makes contact, and their "
                "safety goes first.",
                against=_booked_as(booked[booked["key"] == row.key]),
            )

    def _tests(self, payees: pd.DataFrame, *, is_known: bool) -> pd.DataFrame:
        kind = self.subject_kind.value
        if not is_known:
            why = f"approval for F-tax is known of fewer than {self.fewest_approved} organisations: unknown is not missing"
            return tests_frame(not_evaluable_tests(payees, subject_kind=kind, unit=_UNIT, null_model="path", why=why))
        many = payees[payees["payers"] >= self.fewest_payers]
        of_trade = plain_tests(
            many.assign(key=many["key"] + " trade"),
            subject_kind=kind,
            unit="paying businesses of one trade",
            null_model="path, degrees kept",
            observed="of_trade",
            expected="expected",
        )
        return tests_frame(
            plain_tests(payees, subject_kind=kind, unit=_UNIT, null_model="path", observed="payers"),
            of_trade.assign(p_value=many["p_value"].to_numpy()),
        )


def _spans(rows: pd.DataFrame) -> pa.Table:
    """First and last day of the payments to each payee."""
    spans = rows.groupby("payee_id", sort=True)["day"].agg(["min", "max"]).reset_index()
    return pa.table(
        {
            "payee_id": pa.array(spans["payee_id"].tolist(), pa.string()),
            "day_from": pa.array(spans["min"].tolist(), pa.date32()),
            "day_to": pa.array(spans["max"].tolist(), pa.date32()),
        }
    )


def _booked_as(booked: pd.DataFrame) -> list[tuple[str, str]]:
    """What the books of payers call it, where an account names a lawful reason."""
    told = []
    for beginning, (swedish, english) in _LAWFUL_ACCOUNTS.items():
        payers = booked.loc[booked["ledger_account"].str.startswith(beginning), "payer_id"].nunique()
        if payers:
            told.append(
                (
                    f"{counted(payers, 'företag har', 'företag har')} bokfört betalningarna som {swedish} (konto {beginning}…).",
                    f"{counted(payers, 'business has', 'businesses have')} booked the payments as {english} (account {beginning}…).",
                )
            )
    return told


_APPROVED = "select count(distinct organisation_id) as organisations from statuses where kind = 'f_tax'"

_WHOLE = """
    select b.payee_id, cast(sum(b.amount_ore) as bigint) as ore from bought b
    join recurring_payees c on c.payee_id = b.payee_id group by b.payee_id order by b.payee_id
"""
"""Everything that small businesses paid the payee, whether or not it fits a row."""
