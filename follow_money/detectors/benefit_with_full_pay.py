"""Parental benefit in months of full pay for which no absence was declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.benefit_months import claimed_months, month_employers, person_months
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import kronor, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.statistics import FEWEST_PEERS, drawn, errors_of_others, randomised_p, tail_of_few

_SINCE = date(2025, 1, 1)
"""Employers declare absences since then."""
_UNIT = "months of full pay without declared absence"
_NULL = "errors of the same employer"
_WHOSE_ERRORS = (
    ("samma arbetsgivares", "the same employer's"),
    ("den mest felande arbetsgivarens", "the most erring employer's"),
)


@dataclass(frozen=True, kw_only=True)
class BenefitWithFullPay(Detector):
    """A claim for parental benefit (föräldrapenning, VAB) in months in which the employer declared full pay and no absence.

    Why:
        The benefit replaces pay for days away from work. Where the employer's declaration has neither a day of absence nor a lower pay, month after month,
        the two records contradict each other. Employers err too: how often this one does for others is what is expected, of several employers the one
        that errs most for others. The claim is the subject, and nothing orders persons.

    Not flagged:
        Months before January 2025, when absences were not declared; less than the least days, weighed by how much of each was claimed (part days, days off
        of part-timers, single days with a sick child); pay or absence that shows in the month after; a month in which the largest job paid nothing, also
        where its last pay came in the months of the claim or the two before (it may have ended, or its holder be on leave to the end of the data); a declared
        day of absence, whatever the pay (holiday pay, pay during leave); a single month; any employer with systematic errors (not evaluable); too few months
        without benefit to know the usual pay by; doubtful identity links.

    Parameters:
        least_days: Whole days claimed in a month from which on it counts.
        fewest_months: Such months without absence from which on a claim counts; it tells nothing of its employer's errors then.
        usual_months: Months with pay and without benefit that tell what an employer usually pays; a month whose largest employer has fewer is not compared.
        systematic_percent: Share of an employer's months for others without absence from which on its errors are systematic.
        systematic_claims: Other claims with such months from which on an employer's errors can be systematic; fewer do where no leave of others was declared
            in the fewest months or more.

    Source:
        Typology 15, detector D8a; AGI specification 1.1.17 (absence since 1 January 2025); SOU 2025:108. Days by claim are drawn from Försäkringskassan's own
        system; attendance at pre-school would tell more, and is in no common register.
    """

    name = "benefit_with_full_pay"
    version = "3"
    title_sv = "Föräldrapenning i månader med full lön och utan frånvaro"
    title_en = "Parental benefit in months of full pay without absence"
    why_sv = (
        "Ersättningen gäller dagar borta från arbetet. När arbetsgivarens deklaration varken har frånvaro eller lägre lön, månad efter månad, motsäger "
        "uppgifterna varandra. Arbetsgivare gör också fel: hur ofta den här gör det för andra är vad som väntas, av flera arbetsgivare den som oftast gör det. "
        "Fyndet gäller anspråket, aldrig personen."
    )
    kinds = (HitKind.RATE,)
    typologies = (15,)
    subject_kind = SubjectKind.CLAIM
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "claims": ("programme", "person_number", "period_from", "period_to", "claimed_days", "amount_ore"),
        "payroll": ("organisation_number", "person_number", "month", "cash_pay_ore"),
        "reported_absences": ("person_number", "absent_on"),
    }
    default_on = False
    on_persons = True
    null = RateNull.SOURCE
    look_alikes = (
        LookAlike(
            "Arbetsgivaren glömde frånvaron eller rättade den senare: se rättade deklarationer och tidrapporter.",
            "The employer forgot the absence or put it right later: see corrected declarations and time sheets.",
        ),
        LookAlike(
            "Del av dag, eller dagar då den deltidsanställde ändå är ledig: se anställningsavtal och schema.",
            "Parts of days, or days on which a part-timer is off anyhow: see the contract and the schedule.",
        ),
        LookAlike(
            "Semesterlön, bonus eller föräldralön fyller ut lönen: se lönespecifikationen.",
            "Holiday pay, a bonus or pay during leave fills up the pay: see the pay slip.",
        ),
        LookAlike(
            "Avdraget gjordes en senare månad: se lönespecifikationerna efteråt.",
            "The deduction was made in a later month: see the pay slips after.",
        ),
    )

    least_days: int = 5
    fewest_months: int = 3
    usual_months: int = 3
    systematic_percent: int = 25
    systematic_claims: int = 2

    def detect(self, context: Context) -> Findings:
        """Screen every claim with a month that can be compared."""
        claimed = claimed_months(context.engine)
        if claimed.empty:
            return nothing()
        months = person_months(context.engine, claimed, since=_SINCE, usual_months=self.usual_months)
        months = months[months["whole_days"] >= self.least_days]
        rows = claimed.merge(months.drop(columns=["days", "whole_days"]), on=["person_id", "month"])
        if rows.empty:
            return nothing()
        rows["is_bare"] = rows["is_full"] & ~rows["is_reported"]
        claims = self._by_claim(rows, claimed, month_employers(context.engine))
        systematic, evaluable = claims[claims["is_systematic"]], claims[~claims["is_systematic"]].reset_index(drop=True)
        kind = self.subject_kind.value
        few = evaluable[:0]
        if len(evaluable) <= FEWEST_PEERS:
            evaluable, few = few, evaluable
        tested = self._tested(evaluable) if len(evaluable) else evaluable.assign(unit=_UNIT, expected=0.0, p_value=1.0)
        flagged = tested[(tested["p_value"] <= context.q_limit) & (tested["observed"] >= self.fewest_months)]
        shown = rows[rows["subject_id"].isin(flagged["subject_id"]) & rows["is_bare"]].assign(
            key=lambda told: told["subject_id"]
        )
        return Findings(
            hits=hits_frame(list(self._hits(flagged))),
            evidence=joined(
                evidence_frame(
                    shown.groupby(["key", "record_id"])["ore"].sum().reset_index(),
                    register="claims",
                    amount="ore",
                    sv="ersättning i en månad med full lön och utan deklarerad frånvaro",
                    en="benefit in a month of full pay without declared absence",
                )
            ),
            tests=tests_frame(
                tested.assign(subject_kind=kind, not_evaluable=None),
                not_evaluable_tests(
                    few,
                    subject_kind=kind,
                    unit=_UNIT,
                    null_model=_NULL,
                    why=f"only {max(len(few) - 1, 0)} other claims",
                    observed="observed",
                ),
                not_evaluable_tests(
                    systematic,
                    subject_kind=kind,
                    unit=_UNIT,
                    null_model=_NULL,
                    why="an employer's declarations err systematically",
                    observed="observed",
                ),
            ),
        )

    def _by_claim(self, rows: pd.DataFrame, claimed: pd.DataFrame, employers: pd.DataFrame) -> pd.DataFrame:
        """One row a claim, charged to that of its employers which errs most for others, and whether any of them errs systematically."""
        once = rows.sort_values("record_id").drop_duplicates(["subject_id", "month"])
        claims = once.groupby("subject_id", as_index=False).agg(
            observed=("is_bare", "sum"),
            trials=("month", "count"),
            person_id=("person_id", "first"),
            payer=("payer", "first"),
            currency=("currency", "first"),
            first=("month", "min"),
            last=("month", "max"),
        )
        bare = rows[rows["is_bare"]].groupby("subject_id")["ore"].sum().rename("bare_ore")
        whole = claimed.groupby("subject_id")["ore"].sum().rename("whole_ore")
        claims = claims.merge(self._charged(once, employers), on="subject_id").merge(whole, on="subject_id")
        claims = claims.merge(bare, on="subject_id", how="left").fillna({"bare_ore": 0})
        return claims.assign(key=claims["subject_id"]).sort_values("subject_id", ignore_index=True)

    def _charged(self, once: pd.DataFrame, employers: pd.DataFrame) -> pd.DataFrame:
        """One row a claim: ``subject_id, employer_id, is_systematic``; every employer with pay in its months is looked at. ``employer_ids`` are all that paid
        in a month of full pay without absence.

        Of those that err alike for others it is the one that paid most in most months.
        """
        jobs = once.rename(columns={"employer_id": "largest_id"}).merge(employers, on=["person_id", "month"])
        jobs["is_largest"] = jobs["employer_id"] == jobs["largest_id"]
        paid = jobs[jobs["is_bare"]].groupby("subject_id")["employer_id"].agg(lambda told: sorted(set(told)))
        jobs = jobs.groupby(["subject_id", "employer_id"], as_index=False).agg(
            observed=("is_bare", "sum"), trials=("month", "count"), number=("is_largest", "sum")
        )
        jobs["errs"] = (jobs["observed"] > 0).astype("int64")
        told = jobs[["observed", "trials", "errs"]]
        others = jobs.groupby("employer_id")[["observed", "trials", "errs"]].transform("sum") - told
        errs_often = (100 * others["observed"] >= self.systematic_percent * others["trials"]) & (
            others["errs"] >= self.systematic_claims
        )
        declares_none = (others["observed"] == others["trials"]) & (others["trials"] >= self.fewest_months)
        jobs["is_systematic"] = (errs_often | declares_none).groupby(jobs["subject_id"]).transform("any")
        jobs["share"] = others["observed"] / others["trials"].clip(lower=1)
        jobs = jobs.sort_values(["subject_id", "share", "number", "employer_id"], ascending=[True, False, False, True])
        charged: pd.DataFrame = jobs.drop_duplicates("subject_id")[["subject_id", "employer_id", "is_systematic"]]
        return charged.merge(paid.rename("employer_ids"), on="subject_id", how="left")

    def _tested(self, claims: pd.DataFrame) -> pd.DataFrame:
        source, employers = pd.factorize(claims["employer_id"], sort=True)
        observed, trials = (claims[name].to_numpy(dtype=np.int64) for name in ("observed", "trials"))
        mid_p, point, mean, rho = errors_of_others(source, observed, trials, most=self.fewest_months - 1)
        peers = len(claims) - 1
        p_randomised = randomised_p(mid_p, point, drawn(claims["key"], seed=_UNIT))
        return claims.assign(
            unit=_UNIT,
            expected=trials * mean,
            p_value=tail_of_few(mid_p, peers),
            p_randomised=tail_of_few(p_randomised, peers),
            peers=peers,
            peer_group=f"claims of employees of {len(employers)} employers",
            null_model=[f"{_NULL}, mean {share:.4f}, rho {rho:.4f}" for share in mean],
        )

    def _hits(self, flagged: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in flagged.itertuples(index=False):
            excess = max(0.0, 1 - row.expected / row.observed)
            whose_sv, whose_en = _WHOSE_ERRORS[len(row.employer_ids) > 1]
            yield rate_hit(
                self,
                row,
                amounts=(0, int(row.bare_ore * excess), int(row.whole_ore)),
                amount_kind=AmountKind.ROWS,
                period=(row.first.date(), (row.last + pd.offsets.MonthEnd(0)).date()),
                payer=row.payer,
                programme="parental_benefit",
                currency=row.currency,
                parties={"claimant": [row.person_id], "employer": row.employer_ids},
                sv=f"Anspråket gäller {number(row.trials)} månader; i {number(row.observed)} av dem motsägs det av full lön utan deklarerad frånvaro "
                f"(väntat {number(round(row.expected, 1))}, efter {whose_sv} fel för andra). {kronor(row.bare_ore)} betalades för dem.",
                en=f"The claim is about {number(row.trials, language='en')} months; in {number(row.observed, language='en')} of them it is contradicted by "
                f"full pay without declared absence ({number(round(row.expected, 1), language='en')} expected, by {whose_en} errors for others). "
                f"{kronor(row.bare_ore, language='en')} was paid for them.",
            )
