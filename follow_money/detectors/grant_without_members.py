"""A grant for members whose fees the account does not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.grant_accounts import ACCOUNT, GRANTED, SIGNATORIES, TIED, TIED_PAYMENTS
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    tests_frame,
)
from follow_money.detectors.sentences import kronor, number, percent
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_SIGNS = {
    "is_idle": ("inga kostnader för lokal eller verksamhet", "no cost of premises or activities"),
    "is_passed_on": ("pengarna gick vidare till den egna styrelsen", "the money went on to its own officers"),
    "is_one_of_many": (
        "samma firmatecknare i flera bidragsföreningar",
        "one signatory behind several granted associations",
    ),
}


@dataclass(frozen=True, kw_only=True)
class GrantWithoutMembers(Detector):
    """A grant whose stated members paid next to no fees, and whose money shows no activity or went on to who signs for it.

    Why:
        Grants to associations are counted by members. Members times fee is what the account should show over the year; where it shows a small part of it,
        the statement is contradicted. That alone may be a waived fee, so a second sign is asked for: no premises and no activities paid, the grant paid on to
        signatories, their household or their company, or one signatory behind several such associations.

    Not flagged:
        Fees that a payment service, a federation or a cash deposit brings in (all that is not public money counts as income); fees that are not asked (0); a
        small association; an account that is not among the statements, or a grant whose period is not over (not evaluable); waived fees where premises and
        activities are paid; an umbrella body that hands its grant on to other organisations; a volunteer treasurer who is reimbursed, or
        keeps the books of several. Creed, aims and names are not read.

    Parameters:
        fewest_members: Stated members below which nothing is said.
        income_percent: Income as a share of members times fee below which the statement is contradicted.
        shortfall_kronor: Missing fees from which on it counts.
        fees_a_payer: Fees that one person's payments may stand for.
        idle_percent: Costs to others as a share of the grant below which there is no activity.
        passed_on_percent: Share of the grant paid to the association's own officers, their household or company.
        passed_on_days: Days after the grant was paid within which that is counted.
        fewest_associations: Granted associations of one signatory or chair from which on it is a sign.

    Source:
        Typology 5, detectors D5a and D4a; the shares are this file's. Aftonbladet 2015: about 6 MSEK, not church-building money.
    """

    name = "grant_without_members"
    version = "1"
    title_sv = "Bidrag för medlemmar vars avgifter inte syns"
    title_en = "A grant for members whose fees are not seen"
    why_sv = (
        "Föreningsbidrag räknas på medlemmar. Medlemmar gånger avgift är vad kontot ska visa under året. Där det visar en liten del motsägs uppgiften, och ett "
        "andra tecken krävs: ingen verksamhet, pengar vidare till de egna, eller en firmatecknare bakom flera."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (5,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "association_grants": (
            "organisation_number",
            "period_from",
            "period_to",
            "amount_ore",
            "members_claimed",
            "fee_ore",
        ),
        "payments": ("payer_number", "payee_number", "amount_ore", "kind"),
    }
    uses = ("roles", "relations", "persons", "accounts")
    look_alikes = (
        LookAlike(
            "Avgiften efterskänktes eller togs ut kontant: se medlemsregistret, kassaboken och årsmötets protokoll.",
            "The fee was waived or taken in cash: see the list of members, the cash book and the minutes of the annual meeting.",
        ),
        LookAlike(
            "Avgiften tas in av ett förbund eller på ett annat konto: se förbundets redovisning.",
            "A federation collects the fee, or it goes to another account: see the federation's accounts.",
        ),
        LookAlike(
            "Paraplyorganisation som räknar medlemsföreningarnas medlemmar: se ansökan.",
            "An umbrella body that counts the members of its associations: see the application.",
        ),
        LookAlike(
            "Utlägg eller arvode till styrelsen enligt beslut: se verifikationerna.",
            "Outlays or fees to the board as decided: see the vouchers.",
        ),
    )

    fewest_members: int = 20
    income_percent: int = 33
    shortfall_kronor: int = 5_000
    fees_a_payer: int = 5
    idle_percent: int = 5
    passed_on_percent: int = 30
    passed_on_days: int = 60
    fewest_associations: int = 2

    def detect(self, context: Context) -> Findings:
        """Screen every grant with stated members."""
        engine = context.engine
        engine.keep("granted", GRANTED)
        engine.keep("tied", TIED)
        told = engine.query(ACCOUNT, {"fees": self.fees_a_payer, "days": self.passed_on_days}).to_pandas()
        if told.empty:
            return nothing()
        told["key"] = told["organisation_id"] + " " + told["payer"]
        told["subject_id"] = told["organisation_id"]
        short = self._short(told)
        found = self._with_signs(short, engine.query(SIGNATORIES).to_pandas())
        evaluable = (
            told["is_seen"]
            & told["is_over"]
            & (told["members_claimed"] >= self.fewest_members)
            & (told["expected_ore"] > 0)
        )
        tested = told.assign(found=told["record_id"].isin(found["record_id"]).astype(float))
        kind, unit = self.subject_kind.value, "grants without the members"
        known = tested[evaluable].groupby(["key", "subject_id"], as_index=False)["found"].sum()
        unknown = tested[~evaluable & ~tested["key"].isin(known["key"])].drop_duplicates("key")
        passed = engine.query(TIED_PAYMENTS, {"days": self.passed_on_days}).to_pandas()
        passed = passed.merge(
            found.loc[found["is_passed_on"], ["record_id", "key"]].rename(columns={"record_id": "grant_record_id"}),
            on="grant_record_id",
        )
        return Findings(
            hits=hits_frame(list(self._hits(found, passed))),
            evidence=joined(
                evidence_frame(
                    found,
                    register="association_grants",
                    amount="low_ore",
                    sv="bidrag och vad som uppgavs för det",
                    en="grant and what was stated for it",
                ),
                evidence_frame(
                    passed,
                    register="payments",
                    sv="betalning till styrelsen eller dess närmaste",
                    en="payment to an officer, their household or company",
                ),
            ),
            tests=tests_frame(
                plain_tests(known, subject_kind=kind, unit=unit, null_model="fact", observed="found"),
                not_evaluable_tests(
                    unknown,
                    subject_kind=kind,
                    unit=unit,
                    null_model="fact",
                    why="its account is not seen, the period is not over, or no fee of enough members is stated",
                ),
            ),
        )

    def _short(self, told: pd.DataFrame) -> pd.DataFrame:
        """Grants whose stated members are contradicted by what came in and by how many paid."""
        share = told["income_ore"].astype(float) / told["expected_ore"].clip(lower=1).astype(float)
        payers = told["payers"].astype(float) / told["members_claimed"].clip(lower=1).astype(float)
        return told.assign(share=share, paying=payers)[
            told["is_seen"]
            & told["is_over"]
            & told["links_exact"]
            & (told["members_claimed"] >= self.fewest_members)
            & (100 * share < self.income_percent)
            & (100 * payers < self.income_percent)
            & (told["expected_ore"] - told["income_ore"] >= 100 * self.shortfall_kronor)
        ]

    def _with_signs(self, short: pd.DataFrame, signatories: pd.DataFrame) -> pd.DataFrame:
        """Those with a second sign. An umbrella body hands on to others, which is a cost, so it has none of them."""
        # Several associations of one signatory are a sign only where the statements of several are contradicted.
        contradicted = signatories[signatories["organisation_id"].isin(short["organisation_id"])]
        many = contradicted.groupby("signatory_id")["organisation_id"].nunique()
        one = contradicted[contradicted["signatory_id"].isin(many[many >= self.fewest_associations].index)]
        signs = short.assign(
            is_idle=100 * short["cost_ore"] < self.idle_percent * short["amount_ore"],
            is_passed_on=100 * short["tied_ore"] >= self.passed_on_percent * short["amount_ore"],
            is_one_of_many=short["organisation_id"].isin(one["organisation_id"]),
            # At least what was granted for members beyond those who paid and a tolerance of as many again as may have been let off.
            low_ore=(
                short["amount_ore"]
                * (1 - short[["share", "paying"]].max(axis=1) - self.income_percent / 100).clip(lower=0)
            ).astype("int64"),
        )
        return signs[signs[list(_SIGNS)].any(axis=1)]

    def _hits(self, found: pd.DataFrame, passed: pd.DataFrame) -> Iterator[dict[str, Any]]:
        for key, rows in found.groupby("key", sort=True):
            low, high = int(rows["low_ore"].sum()), int(rows["amount_ore"].sum())
            missing = (1 - rows[["share", "paying"]].max(axis=1)) * rows["amount_ore"]
            income, expected = int(rows["income_ore"].sum()), int(rows["expected_ore"].sum())
            signs = [words for sign, words in _SIGNS.items() if rows[sign].any()]
            members, payers = int(rows["members_claimed"].max()), int(rows["payers"].max())
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=rows["organisation_id"].iloc[0],
                organisation_id=rows["organisation_id"].iloc[0],
                payer=rows["payer"].iloc[0],
                programme="association_grant",
                unit="grants without the members",
                observed=len(rows),
                amounts=(low, int(missing.sum()), high),
                amount_kind=AmountKind.PERIOD,
                period=(rows["period_from"].min(), rows["period_to"].max()),
                currency=rows["currency"].iloc[0],
                parties={"receiver": passed.loc[passed["key"] == key, "to_id"]},
                sv=f"Bidrag om {kronor(high)} söktes för upp till {number(members, language='sv')} medlemmar. Kontot visar {kronor(income)} i intäkter av "
                f"{kronor(expected)} i avgifter ({percent(income / max(expected, 1))}), från {number(payers, language='sv')} personer. Därtill: "
                f"{'; '.join(sv for sv, _ in signs)}.",
                en=f"Grants of {kronor(high, language='en')} were applied for with up to {number(members, language='en')} members. The account shows "
                f"{kronor(income, language='en')} of income to {kronor(expected, language='en')} of fees ({percent(income / max(expected, 1))}), from "
                f"{number(payers, language='en')} persons. Besides: {'; '.join(en for _, en in signs)}.",
            )
