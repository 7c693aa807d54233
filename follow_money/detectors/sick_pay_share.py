"""Compensation for sick pay that the declared staff and wages do not bear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import TEST_COLUMNS, Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.declared_months import DECLARED
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import rate_tests
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
from follow_money.detectors.sentences import counted, kronor, percent
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_LAST_MONTH = date(2024, 7, 1)
"""Field 499 was declared for the last time for July 2024."""
_UNIT_ORE = 40_000_00
"""Sick pay and wages are counted in sums of 40,000 kronor, about three long spells of one employee: who is ill often is ill again, so that neither kronor nor
days are independent trials."""


@dataclass(frozen=True, kw_only=True)
class SickPayShare(Detector):
    """Sick pay declared for compensation by somebody without employees, or a share of wages far above that of other employers.

    Why:
        Employers were compensated for sick pay above a limit, by the cost that they declared themselves, until July 2024. Sick pay without anybody employed is
        contradicted by the declarations of pay; a share of wages far above the peers' asks for the reports of illness.

    Not flagged:
        A month in which pay was declared late, or in which the employer's own total shows wages; single months; a tiny employer with one long illness (not
        evaluable below the fixed sum of wages); a month of influenza (each month is weighed by what all employers had in it); a corrected declaration
        (the latest counts); months after July 2024.

    Parameters:
        fewest_months: Months of sick pay without employees from which on it is a contradiction.
        least_kronor: Sick pay in them, or excess over the peers, from which on it counts.
        least_points: Points of wages above what is expected, from which on a share counts.
        implausible_percent: A share of wages above which an employer does not tell what is usual among the others. All below tell, also who looks
            extreme among them, since some are unlucky; in the made-up regions honest ones have .5 to 15 %.
        least_wages_kronor: Wages in all, below which a share is not evaluable.

    Source:
        Typology 19, detectors D8a and D2a; RiR 2023:16; AGI field 499, which ended in July 2024.
    """

    name = "sick_pay_share"
    version = "3"
    title_sv = "Sjuklön utan anställda, eller långt över andras andel"
    title_en = "Sick pay without employees, or far above the share of others"
    why_sv = (
        "Arbetsgivare ersattes till och med juli 2024 för sjuklön som de själva deklarerade. Sjuklön utan anställda motsägs av lönedeklarationerna; en andel "
        "av lönerna långt över andras kräver sjukanmälningarna."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (19,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "tax_returns": ("organisation_number", "month", "sick_pay_ore", "wages_ore"),
        "payroll": ("organisation_number", "person_number", "month", "cash_pay_ore"),
    }
    uses = ("claims", "organisations")
    look_alikes = (
        LookAlike(
            "Lönerna deklarerades under ett annat nummer, till exempel i en koncern: se anställningsavtalen.",
            "Wages were declared under another number, as within a group: see the contracts of employment.",
        ),
        LookAlike(
            "En smitta på arbetsplatsen eller en långvarig sjukdom i en liten personal: se sjukanmälningarna.",
            "An outbreak at work, or a long illness among few employees: see the reports of illness.",
        ),
        LookAlike(
            "Fel fält eller fel belopp i deklarationen som rättats senare: kontrollera senare perioder.",
            "A wrong field or sum in the declaration, put right later: check later periods.",
        ),
    )

    fewest_months: int = 3
    least_kronor: int = 30_000
    least_points: int = 10
    implausible_percent: int = 20
    least_wages_kronor: int = 500_000

    def detect(self, context: Context) -> Findings:
        """Screen every organisation that declared sick pay or wages until July 2024."""
        engine = context.engine
        engine.keep("declared", DECLARED)
        months = engine.query(_MONTHS, {"last": _LAST_MONTH}).to_pandas()
        if months.empty:
            return nothing()
        paid = engine.query(_PAID, {"last": _LAST_MONTH}).to_pandas()
        told = self._by_organisation(months, paid)
        kind, unit = self.subject_kind.value, "sick pay in sums of 40,000 kronor"
        bare = told[
            (told["bare_months"] >= self.fewest_months)
            & (told["bare_ore"] >= 100 * self.least_kronor)
            & (told["bare_months"] == told["sick_months"])
        ]
        evaluable = (told["wages"] >= 100 * self.least_wages_kronor) & (told["trials"] > 0)
        told["subject_id"] = told["organisation_id"]
        is_bare = told["key"].isin(bare["key"])
        told["peer_group"] = peer_groups(
            engine, told, "employers", "weighed", evaluable=evaluable & ~is_bare, by_trade=True
        )
        counts = told[evaluable & ~is_bare].copy()
        counts["observed"] = counts["observed"].clip(upper=counts["trials"])
        counts["makes_null"] = 100 * counts["sick"] <= self.implausible_percent * counts["weighed"]
        tests = rate_tests(
            counts[["key", "subject_id", "peer_group", "observed", "trials", "makes_null"]],
            unit=unit,
            subject_kind=kind,
            trim_below=0.0,
        ).reindex(columns=list(TEST_COLUMNS))
        rates = tests[tests["p_value"] <= context.q_limit].merge(told, on="key", suffixes=("", "_told"))
        rates["excess"] = (rates["observed"] - rates["expected"]) / rates["observed"].clip(lower=1)
        beyond = (rates["observed"] - rates["expected"]) / rates["trials"].clip(lower=1)
        rates = rates[
            (rates["excess"] * rates["sick"] >= 100 * self.least_kronor) & (100 * beyond >= self.least_points)
        ]
        keys = [*bare["key"], *rates["key"]]
        shown = months[months["organisation_id"].isin(keys) & (months["sick_pay_ore"] > 0)].assign(
            key=lambda rows: rows["organisation_id"]
        )
        compensated = paid[paid["organisation_id"].isin(keys)].assign(key=lambda rows: rows["organisation_id"])
        without = told[~evaluable & ~is_bare]
        return Findings(
            hits=hits_frame([*self._contradicted(bare), *self._rates(rates)]),
            evidence=joined(
                evidence_frame(shown, register="tax_returns", sv="deklarerad sjuklön", en="declared sick pay"),
                evidence_frame(
                    compensated,
                    register="claims",
                    amount="amount_ore",
                    sv="ersättning för sjuklön",
                    en="compensation for sick pay",
                ),
            ),
            tests=tests_frame(
                plain_tests(
                    bare.assign(subject_id=bare["organisation_id"]),
                    subject_kind=kind,
                    unit="months of sick pay without employees",
                    null_model="fact",
                    observed="bare_months",
                ),
                tests,
                not_evaluable_tests(
                    without,
                    subject_kind=kind,
                    unit=unit,
                    null_model="beta-binomial",
                    why=f"declared wages below {self.least_wages_kronor} kronor in all",
                ),
            ),
        )

    def _by_organisation(self, months: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
        """One row an organisation: sick pay, wages weighed by what all employers had in each month, and months without employees."""
        bears = months["wages_ore"] > 0
        by_month = months[bears].groupby("month")[["sick_pay_ore", "wages_ore"]].sum()
        usual = by_month["sick_pay_ore"].sum() / max(by_month["wages_ore"].sum(), 1)
        wave = (by_month["sick_pay_ore"] / by_month["wages_ore"].clip(lower=1) / max(usual, 1e-9)).clip(lower=0.1)
        weighed = months["wages_ore"] * months["month"].map(wave).fillna(1.0)
        is_bare = (months["sick_pay_ore"] > 0) & (months["employees"] == 0) & ~bears & months["links_exact"]
        told = months.assign(weighed=weighed, bare=is_bare, bare_ore=months["sick_pay_ore"].where(is_bare, 0))
        told["is_sick"] = told["sick_pay_ore"] > 0
        grouped = told.groupby("organisation_id", as_index=False).agg(
            sick=("sick_pay_ore", "sum"),
            wages=("wages_ore", "sum"),
            weighed=("weighed", "sum"),
            bare_months=("bare", "sum"),
            bare_ore=("bare_ore", "sum"),
            sick_months=("is_sick", "sum"),
            first=("month", "min"),
            last=("month", "max"),
        )
        totals = paid.groupby("organisation_id", as_index=False).agg(
            paid_ore=("amount_ore", "sum"), payer=("payer", "first")
        )
        grouped = grouped.merge(totals, on="organisation_id", how="left")
        # What was paid is at risk; without claims among the registers it is what was declared.
        grouped["paid_ore"] = grouped["paid_ore"].fillna(grouped["sick"])
        return grouped.assign(
            key=grouped["organisation_id"],
            observed=np.round(grouped["sick"] / _UNIT_ORE).astype("int64"),
            trials=np.round(grouped["weighed"] / _UNIT_ORE).astype("int64"),
        )

    def _contradicted(self, bare: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in bare.itertuples(index=False):
            paid = int(row.paid_ore)
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                unit="months of sick pay without employees",
                observed=float(row.bare_months),
                amounts=(paid, paid, max(paid, int(row.sick))),
                amount_kind=AmountKind.ROWS,
                sv=f"Sjuklön om {kronor(row.sick)} deklarerades för {row.bare_months} månader då ingen anställd och inga löner är deklarerade. "
                f"{kronor(paid)} är ersättningen.",
                en=f"Sick pay of {kronor(row.sick, language='en')} was declared for {counted(row.bare_months, 'month', 'months')} in which no employee and no "
                f"wages are declared. {kronor(paid, language='en')} is the compensation.",
                **_of(row),
            )

    def _rates(self, rates: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in rates.itertuples(index=False):
            paid = int(row.paid_ore)
            yield rate_hit(
                self,
                row,
                amounts=(0, int(paid * row.excess), max(paid, int(row.sick))),
                amount_kind=AmountKind.EXCESS,
                sv=f"Sjuklönen är {kronor(row.sick)}, {percent(row.sick / max(row.wages, 1))} av lönerna. {row.peers} andra arbetsgivare "
                f"ger väntat {percent(row.expected / max(row.trials, 1))} samma månader.",
                en=f"Sick pay is {kronor(row.sick, language='en')}, {percent(row.sick / max(row.wages, 1))} of wages. {row.peers} other employers "
                f"lead to expect {percent(row.expected / max(row.trials, 1))} in the same months.",
                **_of(row),
            )


def _of(row: Any) -> dict[str, Any]:  # noqa: ANN401  # a row of itertuples
    """What both kinds of hits say of an organisation."""
    until = (pd.Timestamp(row.last) + pd.offsets.MonthEnd(0)).date()
    return {
        "subject_id": str(row.organisation_id),
        "organisation_id": str(row.organisation_id),
        "payer": row.payer if isinstance(row.payer, str) else None,
        "programme": "sick_pay",
        "period": (pd.Timestamp(row.first).date(), until),
    }


_MONTHS = """
    with staff as (
        select organisation_id, month, count(distinct person_id) as employees from current_payroll
        where cash_pay_ore > 0 and organisation_id is not null group by organisation_id, month
    )
    select d.organisation_id, d.month, d.record_id, coalesce(d.sick_pay_ore, 0) as sick_pay_ore, coalesce(d.wages_ore, 0) as wages_ore, d.links_exact,
        coalesce(s.employees, 0) as employees
    from declared d left join staff s on s.organisation_id = d.organisation_id and s.month = d.month
    where d.month <= $last and (coalesce(d.sick_pay_ore, 0) > 0 or coalesce(d.wages_ore, 0) > 0)
    order by d.organisation_id, d.month
"""

_PAID = """
    select organisation_id, payer, record_id, amount_ore from current_claims
    where programme = 'sick_pay' and organisation_id is not null and period_from <= last_day($last) order by organisation_id, record_id
"""
