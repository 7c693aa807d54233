"""Many paid on one account who share more than it; one identity number paid to two people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.account_credits import CREDITS
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.payee_sharing import TWO_PEOPLE, households, sharing
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    rate_hit,
    tests_frame,
)
from follow_money.detectors.sentences import kronor, number
from follow_money.entities.number_signals import ONE_NUMBER
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.statistics import FEWEST_PEERS

_UNIT = "households that share a further telephone or account"
_FACT_UNIT = "months in which one number was paid to two people"


@dataclass(frozen=True, kw_only=True)
class PayeesSharingAccount(Detector):
    """An account on which people of several households are paid who share a telephone or another account besides; or on which pay lands for a number that is
    somebody else's.

    Why:
        Whoever uses the identities of others needs to reach what is paid to them: one telephone, and accounts that all of them move between. An account alone
        says little (`collecting_account` counts its households); that the same households have a second thing in common, chance does not explain. And one
        identity number is one person's: where two wholly unlike names are paid under it on two accounts in the same months, one of the payments is
        contradicted. The account is the subject; those whose numbers stand on it may be the victims.

    Not flagged:
        Households, family, people at one address, a guardian and wards, and an old number replaced by a new one (one household each); joint accounts; client
        funds (also of money transfer), payroll bureaus, groups, homes and shelters; hubs, so a telephone of more than eight; fewer households than the floor;
        payees named without a number; numbers mistyped in some months, or whose bearer is known by a number of their own; an account of the number's holder or
        of those near to them. The type of a number plays no part. It runs without the lock on natural persons, since it screens where payments land and
        nobody's claim.

    Parameters:
        fewest_households: Households, the holder's among them, that must share the second thing; an account with fewer is not evaluated.
        fewest_payments: Payments of each person below which they are not counted.
        fewest_months: Months in which one number must be paid to two people.

    Source:
        Typology 17, detectors D5a-b with a household term and D8a. Ties of payees and accounts are permuted with every degree kept; the number that then
        share is hypergeometric. Which device or electronic identity was used stands in no register that can be delivered.
    """

    name = "payees_sharing_account"
    version = "1"
    title_sv = "Ett konto för flera som också delar telefon eller ett annat konto, eller för någon annans nummer"
    title_en = "One account of several who also share a telephone or another account, or of somebody else's number"
    why_sv = (
        "Den som använder andras identiteter måste nå det som betalas ut till dem: en telefon, och konton som alla flyttar mellan. Ett identitetsnummer är en "
        "persons: betalas det samma månader till två helt olika namn på två konton motsägs den ena betalningen. Fyndet gäller kontot; de vars nummer står "
        "där kan vara utsatta."
    )
    kinds = (HitKind.RATE, HitKind.CONTRADICTION)
    null = RateNull.TIES
    typologies = (17,)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"payments": ("payee_account", "payee_number", "payer_number", "amount_ore", "kind")}
    uses = ("accounts", "relations", "persons", "permits", "contracts")
    look_alikes = (
        LookAlike(
            "Vuxna barn på föräldrars konto och telefonabonnemang, utan registrerat samband: fråga den betalde.",
            "Grown children on their parents' account and telephone contract, without a registered tie: ask the payee.",
        ),
        LookAlike(
            "God man, förvaltare eller anhörig med fullmakt som har eget konto för flera: se överförmyndarens register.",
            "A guardian, or a relative with power of attorney, with one account for several: see the guardians' register.",
        ),
        LookAlike(
            "Skyddat boende, lönebyrå eller penningöverföring vars konto inte är märkt så: fråga innehavaren eller banken.",
            "A shelter, a payroll bureau or a money transfer whose account is not marked so: ask the holder or the bank.",
        ),
        LookAlike(
            "Arbetskamrater i samma bostad som delar telefon och bankar ihop: se hyresavtal, och fråga var och en för sig.",
            "Workers in one home who share a telephone and an account: see the lease, and ask each of them alone.",
        ),
        LookAlike(
            "Fel nummer i utbetalarens register: se underlaget för utbetalningen.",
            "A wrong number in the payer's register: see what the payment rests on.",
        ),
    )

    fewest_households: int = 3
    fewest_payments: int = 2
    fewest_months: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every account on which somebody else is paid than its holder."""
        engine, kind = context.engine, self.subject_kind.value
        engine.keep("shared_credits", CREDITS, {"payments": self.fewest_payments, "numbered": False})
        shared = sharing(
            engine, households(engine), payments=self.fewest_payments, fewest=self.fewest_households, seed=_UNIT
        )
        shared = shared.assign(key="shared " + shared["account_id"], subject_id=shared["account_id"], unit=_UNIT)
        has_peers = shared["peers"] >= FEWEST_PEERS
        low_p = shared[
            has_peers & (shared["p_value"] <= context.q_limit) & (shared["observed"] >= self.fewest_households)
        ]
        paid = engine.query("select * from shared_credits order by account_id, record_id").to_pandas()
        paid = low_p[["key", "account_id"]].merge(paid, on="account_id")
        facts = engine.query(TWO_PEOPLE, {"one_number": ONE_NUMBER, "months": self.fewest_months}).to_pandas()
        facts["key"] = "number " + facts["account_id"] + " " + facts["person_id"] + " " + facts["other_id"]
        facts["met_ore"] = facts["amount_ore"].where(facts["is_met"], 0).astype("int64")
        met = facts[facts["is_met"]]
        return Findings(
            hits=hits_frame([*self._shared(low_p, paid), *self._facts(facts)]),
            evidence=joined(
                evidence_frame(paid, register="payments", amount="amount_ore",
                    sv="insättning för annan än innehavaren", en="credit for somebody else than the holder"),
                evidence_frame(facts, register="payments", amount="met_ore",
                    sv="insättning under någon annans nummer", en="credit under somebody else's number"),
                evidence_frame(met, register="payments", record="own_record_id",
                    sv="betalning till numrets innehavare samma månad", en="payment to the number's holder in the same month"),
            ),
            tests=tests_frame(
                self._tests(shared[has_peers]),
                not_evaluable_tests(shared[~has_peers], subject_kind=kind, unit=_UNIT, null_model=self.null.value,
                    observed="observed", why=f"fewer than {FEWEST_PEERS} payees on other accounts"),
                plain_tests(facts.groupby("key", as_index=False).agg(subject_id=("account_id", "first"), months=("months", "first")),
                    subject_kind=kind, unit=_FACT_UNIT, null_model="fact", observed="months"),
            ),
        )  # fmt: skip

    def _tests(self, shared: pd.DataFrame) -> pd.DataFrame:
        return shared.assign(
            subject_kind=self.subject_kind.value,
            observed=shared["observed"].astype(float),
            null_model=f"{self.null.value}, hypergeometric",
            peer_group="ties of payees and accounts",
            not_evaluable=None,
        )

    def _shared(self, low_p: pd.DataFrame, paid: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(paid.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group = by_key[test.key]
            amount = int(group["amount_ore"].sum())
            theirs = int(group.loc[group["payee_id"].isin(test.sharers), "amount_ore"].sum())
            yield rate_hit(
                self,
                test,
                amounts=(0, theirs, amount),
                amount_kind=AmountKind.PERIOD,
                currency=group["currency"].iloc[0],
                period=(group["day"].min(), group["day"].max()),
                parties=_parties(group),
                sv=f"Av {number(test.households)} hushåll med lön eller ersättning på kontot delar {number(test.observed)} också telefon eller ett annat konto "
                f"({number(round(test.expected, 1))} väntat av slumpen). {kronor(theirs)} av {kronor(amount)} för andra än innehavaren är deras.",
                en=f"Of {number(test.households, language='en')} households with pay or benefits on the account, {number(test.observed, language='en')} also "
                f"share a telephone or another account ({number(round(test.expected, 1), language='en')} expected by chance). "
                f"{kronor(theirs, language='en')} of {kronor(amount, language='en')} for others than the holder is theirs.",
            )  # fmt: skip

    def _facts(self, facts: pd.DataFrame) -> Iterator[dict[str, Any]]:
        for key, rows in facts.groupby("key", sort=True):
            low, high = int(rows["met_ore"].sum()), int(rows["amount_ore"].sum())
            months = int(np.asarray(rows["months"])[0])
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=str(rows["account_id"].iloc[0]),
                organisation_id=None,
                unit=_FACT_UNIT,
                observed=months,
                amounts=(low, high, high),
                amount_kind=AmountKind.PERIOD,
                currency=rows["currency"].iloc[0],
                period=(rows["day"].min(), rows["day"].max()),
                parties=_parties(rows.rename(columns={"other_id": "payee_id"})) | {"number_holder": rows["person_id"]},
                sv=f"Ett identitetsnummer betalades {months} månader till två helt olika namn på två konton; kontot är varken numrets innehavares eller någon "
                f"närståendes. {kronor(low)} sattes in här de månaderna, {kronor(high)} i allt.",
                en=f"One identity number was paid in {months} months to two wholly unlike names on two accounts; the account is neither that of the number's "
                f"holder nor of anybody near. {kronor(low, language='en')} was credited here in those months, {kronor(high, language='en')} in all.",
            )


def _parties(rows: pd.DataFrame) -> dict[str, Any]:
    return {"payee": rows["payee_id"], "holder": rows["holder_id"].dropna(), "payer": rows["payer_id"].dropna()}
