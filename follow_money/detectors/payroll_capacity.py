"""Billing beyond payroll capacity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import LOG_RATIO, ratio_tests
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import hours, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class PayrollCapacity(Detector):
    """More hours billed than the declared payroll can have paid for, compared with peers.

    Why:
        Hours of care are paid as wages. Declared pay divided by the lowest plausible hourly pay says how many hours the staff can at most have worked. A
        provider that bills far more than that has either workers whom nobody declared, or hours that nobody worked. Payroll is
        monthly, so this is a rate against peers and never a contradiction by itself.

    Not flagged:
        Pay to payees with F-tax, which counts as capacity; hours that owners work themselves; one month's lag between work and pay; providers whose
        payroll also covers other services; providers with too few months or peers; a ratio below the fixed floor, however unusual.

    Parameters:
        fewest_months: Months with bills below which a provider is not evaluable.
        owner_hours_a_month: Hours a month that each owner who appears as staff may work without declared pay.
        floor_ratio_percent: Billed hours in per cent of capacity below which nothing is said.

    Source:
        Typology 3, detector D2a; the prosecutor's indicator "wage cost low to revenue", Åklagarmyndigheten 2015.
    """

    name = "payroll_capacity"
    version = "2"
    title_sv = "Fakturering utöver lönekapacitet"
    title_en = "Billing beyond payroll capacity"
    why_sv = (
        "Vårdtimmar betalas som lön. Deklarerad lön delad med lägsta rimliga timlön säger hur många timmar personalen högst kan ha arbetat. "
        "Löneuppgifter är månadsvisa, så detta är en jämförelse med andra utförare och aldrig ensam en motsägelse."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.RATIO
    typologies = (3, 1)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "claims": ("organisation_number", "period_from", "billed_minutes", "amount_ore"),
        "payroll": ("organisation_number", "month", "cash_pay_ore"),
    }
    uses = ("roles", "time_reports", "rates", "organisations")
    look_alikes = (
        LookAlike(
            "Underleverantör med F-skatt vars ersättning inte syns i AGI: se leverantörsfakturor.",
            "A subcontractor with F-tax whose pay is not in the declarations: see supplier invoices.",
        ),
        LookAlike(
            "Ägare som arbetar själva utan lön: se schema och utdelning.",
            "Owners who work without pay: see schedule and dividends.",
        ),
        LookAlike(
            "Personal anställd i ett annat bolag i koncernen: se avtal om personaluthyrning.",
            "Staff employed by another company of the group: see the staffing agreement.",
        ),
        LookAlike(
            "Lönedeklaration som kommer sent eller rättas: kontrollera senare perioder.",
            "Pay declared late or corrected: check later periods.",
        ),
    )

    fewest_months: int = 6
    owner_hours_a_month: int = 173
    floor_ratio_percent: int = 115

    def detect(self, context: Context) -> Findings:
        """Screen every provider that bills hours."""
        engine = context.engine
        told = engine.query(_CAPACITY, {"owner_minutes": 60 * self.owner_hours_a_month}).to_pandas()
        if told.empty:
            return nothing()
        told["key"] = told["organisation_id"]
        told["subject_id"] = told["organisation_id"]
        told["capacity"] = told["paid_minutes"].astype(float) + told["owner_minutes"].astype(float)
        kind, unit = self.subject_kind.value, "billed hours an hour of payroll capacity"
        told["ratio"] = told["billed"].astype(float) / told["capacity"].clip(
            lower=60.0
        )  # no pay at all: an hour, so that a ratio exists
        evaluable = (told["months"] >= self.fewest_months) & (told["billed"] > 0)
        told["peer_group"] = peer_groups(engine, told, told["main_programme"], "billed", evaluable=evaluable)
        tests = tests_frame(
            ratio_tests(told[evaluable], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                told[~evaluable],
                subject_kind=kind,
                unit=unit,
                null_model=LOG_RATIO,
                why=f"fewer than {self.fewest_months} months with bills",
            ),
        )
        # Tests below the floor cannot become hits, whatever their p: they keep their p and no hit stands on their key.
        above = told[100 * told["billed"].astype(float) >= self.floor_ratio_percent * told["capacity"]]
        facts = [
            "key",
            "organisation_id",
            "main_programme",
            "billed",
            "capacity",
            "paid_ore",
            "period_from",
            "period_to",
        ]
        low_p = tests[tests["p_value"] <= context.q_limit].merge(above[facts], on="key")
        claims = engine.query(_CLAIMS).to_pandas()
        claims["key"] = claims["organisation_id"]
        payroll = engine.query(_PAYROLL).to_pandas()
        payroll["key"] = payroll["organisation_id"]
        return Findings(
            hits=hits_frame(list(self._hits(low_p))),
            evidence=joined(
                evidence_frame(
                    claims[claims["key"].isin(low_p["key"])],
                    register="claims",
                    sv="fakturerade timmar",
                    en="billed hours",
                ),
                evidence_frame(
                    payroll[payroll["key"].isin(low_p["key"])],
                    register="payroll",
                    sv="deklarerad lön",
                    en="declared pay",
                ),
            ),
            tests=tests,
        )

    def _hits(self, low_p: pd.DataFrame) -> Iterator[dict[str, Any]]:
        test: Any
        for test in low_p.itertuples(index=False):
            # What peers' ratio would let this payroll bill; the rest is the excess.
            excess_share = max(0.0, 1 - max(test.expected, 1.0) / test.observed)
            likely = round(test.paid_ore * excess_share)
            yield rate_hit(
                self,
                test,
                programme=str(test.main_programme),
                amounts=(0, likely, int(test.paid_ore) if likely else 0),
                amount_kind=AmountKind.EXCESS,
                period=(test.period_from, test.period_to),
                sv=f"{hours(test.billed)} fakturerades; den deklarerade lönen räcker till högst {hours(test.capacity)} "
                f"({number(round(test.observed, 1))} mot {number(round(test.expected, 1))} hos {test.peers} jämförbara utförare).",
                en=f"{hours(test.billed, language='en')} were billed; the declared pay covers at most {hours(test.capacity, language='en')} "
                f"({number(round(test.observed, 1), language='en')} against {number(round(test.expected, 1), language='en')} with {test.peers} peers).",
            )


_CAPACITY = """
    with billed_months as (
        select organisation_id, programme, date_trunc('month', period_from) as month, sum(billed_minutes) as billed, sum(amount_ore) as paid_ore,
            min(period_from) as period_from, max(period_to) as period_to
        from current_claims where billed_minutes is not null and organisation_id is not null
        group by organisation_id, programme, date_trunc('month', period_from)
    ),
    programmes as (
        select organisation_id, programme,
            row_number() over (partition by organisation_id order by sum(billed) desc, programme) as place
        from billed_months group by organisation_id, programme
    ),
    billed as (
        select m.organisation_id, min(p.programme) as main_programme, count(distinct m.month) as months, sum(m.billed) as billed,
            sum(m.paid_ore) as paid_ore, min(m.period_from) as period_from, max(m.period_to) as period_to
        from billed_months m join programmes p on p.organisation_id = m.organisation_id and p.place = 1
        group by m.organisation_id
    ),
    labour as (
        select valid_from, coalesce(valid_to, date '2999-12-31') as valid_to, amount_ore from rates where kind = 'labour_hour'
    ),
    lowest_pay as (
        -- The lowest rate of the month; for a month that no rate covers the lowest of all, so that its pay still counts.
        select m.month, coalesce(min(l.amount_ore), min(a.lowest)) as amount_ore
        from (select distinct month from current_payroll) m
        join (select min(amount_ore) as lowest from labour) a on a.lowest is not null
        left join labour l on m.month between l.valid_from and l.valid_to
        group by m.month
    ),
    paid as (
        -- Whole minutes a row: a sum of whole numbers does not depend on the order of the rows.
        select p.organisation_id,
            sum(cast(floor((coalesce(p.cash_pay_ore, 0) + coalesce(p.f_tax_pay_ore, 0)) * 60.0 / l.amount_ore) as bigint)) as paid_minutes
        from current_payroll p
        join billed b on b.organisation_id = p.organisation_id
        join lowest_pay l on l.month = p.month
        -- Pay follows work by a month, so the declarations are read one month longer than the bills.
        where p.month between date_trunc('month', b.period_from) and b.period_to + interval 1 month
        group by p.organisation_id
    ),
    owner_months as (
        select s.organisation_id, count(distinct s.staff_id || ' ' || cast(s.month as varchar)) as owner_months
        from shifts s join links l on l.to_id = s.organisation_id and l.from_id = s.staff_id and l.kind in ('owner', 'beneficial_owner')
        group by s.organisation_id
    )
    select b.organisation_id, b.main_programme, b.months, cast(b.billed as double) as billed, cast(b.paid_ore as bigint) as paid_ore,
        b.period_from, b.period_to,
        coalesce(p.paid_minutes, 0) as paid_minutes, coalesce(o.owner_months, 0) * $owner_minutes as owner_minutes
    from billed b
    left join paid p on p.organisation_id = b.organisation_id
    left join owner_months o on o.organisation_id = b.organisation_id
    order by b.organisation_id
"""

_CLAIMS = """
    select organisation_id, record_id from current_claims where billed_minutes is not null and organisation_id is not null
    order by organisation_id, record_id
"""

_PAYROLL = """
    with billing as (select distinct organisation_id from current_claims where billed_minutes is not null)
    select p.organisation_id, p.record_id from current_payroll p join billing b on b.organisation_id = p.organisation_id
    order by p.organisation_id, p.record_id
"""
