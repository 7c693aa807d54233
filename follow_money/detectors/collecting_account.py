"""One account collecting for many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.account_credits import CREDITS
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.peers import count_tests
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, rate_hit
from follow_money.detectors.sentences import kronor, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class CollectingAccount(Detector):
    """One account on which the salaries or benefits of several people land who are not of one household.

    Why:
        Pay belongs to who earned it. When the pay of several unrelated people is credited to one account, somebody else has the use of it: a paper
        employment, a misused identity, or people under another's control, who may be the victims.

    Not flagged:
        A household's joint account; a guardian's account for wards (god man, förvaltare); client funds, a payroll bureau's and a group's account; the account
        of a home or shelter (permit or contract for placements); accounts that the register of hubs names; a number of people below the fixed floor; payees
        named without a number. Of an account without a known holder, the payee with most payments counts as the holder.

    Parameters:
        fewest_households: Households whose pay lands on the account, the holder's own not counted, from which on it can be a hit.
        fewest_payments: Payments of each person below which they are not counted (a single mistyped account number).

    Source:
        Typologies 4, 5 and 17, detector D5a-b with a household term; with no such term 116 of 900 honest providers were flagged in simulation,
        with it none. The null is a negative binomial with its over-dispersion fitted on all accounts: accounts differ in how many they lawfully collect for.
    """

    name = "collecting_account"
    version = "3"
    title_sv = "Ett konto som samlar för många"
    title_en = "One account collecting for many"
    why_sv = (
        "Lön tillhör den som tjänat in den. När flera personers lön, utan gemensamt hushåll, sätts in på ett konto har någon annan tillgång till "
        "den. De vars lön det är kan vara utsatta."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.COUNT
    typologies = (4, 5, 17)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"payments": ("payee_account", "payee_number", "payer_number", "amount_ore", "kind")}
    uses = ("accounts", "relations", "persons", "payroll", "permits", "contracts")
    look_alikes = (
        LookAlike(
            "Anställda som bor ihop utan att vara folkbokförda tillsammans: se hyresavtal.",
            "Employees who live together without being registered so: see the lease.",
        ),
        LookAlike(
            "God man, förvaltare eller anhörig med fullmakt: se överförmyndarens register.",
            "A guardian or a relative with power of attorney: see the guardians' register.",
        ),
        LookAlike(
            "Förening eller samfällighet som betalar ut vidare: se bokföringen.",
            "An association that pays on: see its books.",
        ),
        LookAlike(
            "Kontonummer som bytt innehavare: se kontoregistrets datum.",
            "An account number that changed holder: see the dates of the account register.",
        ),
    )

    fewest_households: int = 3
    fewest_payments: int = 2

    def detect(self, context: Context) -> Findings:
        """Screen every account that is credited with pay or benefits of persons."""
        engine = context.engine
        engine.keep("collecting_credits", CREDITS, {"payments": self.fewest_payments, "numbered": True})
        told = engine.query(_ACCOUNTS).to_pandas()
        if told.empty:
            return nothing()
        told = told.assign(
            key=told["account_id"],
            subject_id=told["account_id"],
            peer_group="accounts credited with pay",
            observed=told["households"],
            exposure=1.0,
        )
        tests = count_tests(told, unit="further households", subject_kind=self.subject_kind.value)
        low_p = tests[(tests["p_value"] <= context.q_limit) & (tests["observed"] >= self.fewest_households)]
        paid_in = engine.query("select * from collecting_credits order by account_id, record_id").to_pandas()
        paid_in["key"] = paid_in["account_id"]
        paid_in = paid_in[paid_in["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(list(self._hits(low_p, paid_in))),
            evidence=joined(
                evidence_frame(
                    paid_in,
                    register="payments",
                    amount="amount_ore",
                    sv="insättning för annan än innehavaren",
                    en="credit for somebody else than the holder",
                )
            ),
            tests=tests,
        )

    def _hits(self, low_p: pd.DataFrame, paid_in: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(paid_in.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group = by_key[test.key]
            amount = int(group["amount_ore"].sum())
            # A benefit's payer, and one who pays everybody, is not the one whose claim it is.
            employers = (
                group[(group["kind"] == "salary") & ~group["payer_is_hub"]].groupby("payer_id")["amount_ore"].sum()
            )
            main_payer = str(employers.sort_values(ascending=False, kind="stable").index[0]) if len(employers) else None
            yield rate_hit(
                self,
                test,
                organisation_id=main_payer,
                amounts=(0, amount, amount),
                amount_kind=AmountKind.TRACE,
                period=(group["day"].min(), group["day"].max()),
                currency=group["currency"].iloc[0],
                parties={
                    "payee": group["payee_id"],
                    "holder": group["holder_id"].dropna(),
                    "payer": group["payer_id"].dropna(),
                },
                sv=f"Lön eller ersättning till {group['payee_id'].nunique()} personer i {number(test.observed)} andra hushåll än innehavarens, "
                f"{kronor(amount)}, sattes in på ett och samma konto ({number(test.peers)} andra konton jämförda).",
                en=f"Pay or benefits of {group['payee_id'].nunique()} people in {number(test.observed)} households other than the holder's, "
                f"{kronor(amount, language='en')}, were credited to one account ({number(test.peers, language='en')} other accounts compared).",
            )


_ACCOUNTS = """
    with paid as (
        select distinct t.to_account_id as account_id from transfers t join entity_facts f on f.entity_id = t.named_payee_id and f.kind = 'person'
        where t.kind in ('salary', 'public') and t.to_account_id is not null
    ),
    near as (
        select from_id, to_id from links where kind in ('household', 'family', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'family', 'shared_address')
    ),
    people as (select distinct account_id, payee_id from collecting_credits),
    heads as (
        -- Of people who live together the first one stands for the household.
        select p.account_id, p.payee_id from people p
        left join near n on n.from_id = p.payee_id
        left join people o on o.account_id = p.account_id and o.payee_id = n.to_id and o.payee_id < p.payee_id
        group by p.account_id, p.payee_id having count(o.payee_id) = 0
    ),
    counted as (select account_id, count(*) as households from heads group by account_id)
    select p.account_id, coalesce(c.households, 0) as households
    from paid p left join counted c on c.account_id = p.account_id order by p.account_id
"""
