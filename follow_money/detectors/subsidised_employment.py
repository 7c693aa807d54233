"""Subsidised employment of somebody already employed by, or representing, the employer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.sentences import counted, kronor
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_REASONS = {
    "employed": ("var redan anställd hos arbetsgivaren", "was already employed by the employer"),
    "related": (
        "var anställd hos en närstående organisation strax före",
        "was employed by a related organisation just before",
    ),
    "represents": ("företräder eller äger arbetsgivaren", "represents or owns the employer"),
    "underpaid": ("har en deklarerad lön som understiger den godkända", "has a declared pay below the approved one"),
}


@dataclass(frozen=True, kw_only=True)
class SubsidisedEmployment(Detector):
    """A subsidised job (lönebidrag, nystartsjobb) for somebody who already works for, or represents, the employer; or a pay that is not paid.

    Why:
        The subsidy pays for a new job for somebody far from work. Somebody who was on the payroll before, in the same organisation or one with the same
        people behind it, or who sits on its board, was not; and a pay far below what was approved contradicts the claim that it was paid.

    Not flagged:
        A business transfer (most of the former employer's staff came along); an unrelated second job, also where one
        board member is shared; pay that was reported by mistake and deleted; a
        deputy, auditor or accountant; a social enterprise with many subsidised jobs and nothing else; single months of low pay (start, illness).

    Parameters:
        months_before: Months before the decision in which pay counts as earlier employment.
        fewest_months_before: Months with such pay from which on it counts.
        underpaid_percent: Declared pay below this share of the approved pay is contradicted.
        underpaid_months: Months of it from which on it counts.
        transfer_share_percent: Share of a related employer's staff that came along, from which on it is a business transfer.

    Source:
        Typologies 4 and 5, detector D8a; Åklagarmyndigheten 2015; RiR 2023:17.
    """

    name = "subsidised_employment"
    version = "1"
    title_sv = "Subventionerad anställning av någon som redan är knuten till arbetsgivaren"
    title_en = "Subsidised employment of somebody already tied to the employer"
    why_sv = (
        "Stödet betalar ett nytt arbete för någon som står långt från arbetsmarknaden. Den som redan hade lön i samma eller en närstående "
        "organisation, eller sitter i dess styrelse, gjorde inte det."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (4, 5)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "decisions": ("decision_id", "organisation_number", "person_number", "valid_from", "monthly_amount_ore"),
        "payroll": ("organisation_number", "person_number", "month", "cash_pay_ore"),
        "roles": ("organisation_number", "person_number", "role"),
    }
    uses = ("claims",)
    look_alikes = (
        LookAlike(
            "Verksamhetsövergång där personalen följt med: se avtalet om övergång.",
            "A business transfer with its staff: see the transfer agreement.",
        ),
        LookAlike(
            "Förlängning av ett tidigare beslut för samma anställning: se den tidigare beslutsakten.",
            "A renewal of an earlier decision for the same job: see the earlier file.",
        ),
        LookAlike(
            "Namne i styrelsen eller avgången som registrerats sent: se protokollet.",
            "A namesake on the board or a resignation entered late: see the minutes.",
        ),
        LookAlike(
            "Lön som rättats i en senare deklaration: kontrollera senare perioder.",
            "Pay corrected in a later declaration: check later periods.",
        ),
    )

    months_before: int = 6
    fewest_months_before: int = 2
    underpaid_percent: int = 50
    underpaid_months: int = 3
    transfer_share_percent: int = 50

    def detect(self, context: Context) -> Findings:
        """Screen every employer with subsidised jobs."""
        engine = context.engine
        engine.keep(
            "subsidy_reasons",
            _REASON_ROWS,
            {
                "before": self.months_before,
                "fewest": self.fewest_months_before,
                "share": self.underpaid_percent,
                "low_months": self.underpaid_months,
                "transfer": self.transfer_share_percent,
            },
        )
        rows = engine.query(
            "select * from subsidy_reasons where links_exact order by organisation_id, decision_record_id, reason, other_record_id"
        ).to_pandas()
        rows["key"] = rows["organisation_id"]
        paid = engine.query(_PAID).to_pandas()
        paid["key"] = paid["organisation_id"]
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["subject_id"]
        evidence = [
            evidence_frame(
                group,
                register=str(register),
                record="other_record_id",
                sv=f"personen {_REASONS[str(reason)][0]}",
                en=f"the person {_REASONS[str(reason)][1]}",
            )
            for (register, reason), group in rows.groupby(["other_register", "reason"], sort=True)
        ]
        return Findings(
            hits=hits_frame(list(self._hits(rows, paid))),
            evidence=joined(
                evidence_frame(paid, register="claims", amount="at_risk_ore", sv="utbetalt stöd", en="subsidy paid"),
                evidence_frame(
                    rows,
                    register="decisions",
                    record="decision_record_id",
                    sv="beslutet om stöd",
                    en="the subsidy decision",
                ),
                *evidence,
            ),
            tests=plain_tests(
                tests,
                subject_kind=self.subject_kind.value,
                unit="contradicted subsidised jobs",
                null_model="fact",
                observed="contradicted",
            ),
        )

    def _hits(self, rows: pd.DataFrame, paid: pd.DataFrame) -> Iterator[dict[str, Any]]:
        amounts = paid.groupby("key")[["at_risk_ore", "amount_ore"]].sum()
        for key, group in rows.groupby("key", sort=True):
            jobs = group["decision_record_id"].nunique()
            by_reason = group.groupby("reason")["person_id"].nunique().sort_values(ascending=False)
            low, high = (int(amounts[column].get(key, 0)) for column in ("at_risk_ore", "amount_ore"))
            if high == 0:
                # Nothing paid yet in the data: the decided sum is what is at risk.
                low = high = int(group.drop_duplicates("decision_record_id")["decided_ore"].sum())
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=str(key),
                organisation_id=str(key),
                payer=group["payer"].iloc[0],
                programme="wage_subsidy",
                unit="contradicted subsidised jobs",
                observed=jobs,
                amounts=(low, low, high),
                amount_kind=AmountKind.PERIOD,
                period=(group["valid_from"].min(), group["valid_to"].max()),
                parties={"employee": group["person_id"], "related_organisation": group["related_id"].dropna()},
                sv=f"{counted(jobs, 'subventionerad anställning', 'subventionerade anställningar')}, {kronor(low)}, motsägs av andra register: "
                + "; ".join(f"{count} {_REASONS[str(reason)][0]}" for reason, count in by_reason.items())
                + ".",
                en=f"{counted(jobs, 'subsidised job', 'subsidised jobs')}, {kronor(low, language='en')}, "
                f"{'is' if jobs == 1 else 'are'} contradicted by other registers: "
                + "; ".join(f"{count} {_REASONS[str(reason)][1]}" for reason, count in by_reason.items())
                + ".",
            )


_REASON_ROWS = """
    with jobs as (
        -- A decision that two deliveries hold is one job.
        select min(record_id) as decision_record_id, decision_id, organisation_id, person_id, payer, valid_from,
            max(coalesce(valid_to, cast(valid_from + interval 365 day as date))) as valid_to,
            max(approved_pay_ore) as approved_pay_ore, count_if(links_exact) = count(*) as links_exact,
            max(coalesce(monthly_amount_ore, 0)
                * (date_diff('month', valid_from, coalesce(valid_to, cast(valid_from + interval 365 day as date))) + 1)) as decided_ore
        from decisions
        where programme = 'wage_subsidy' and organisation_id is not null and person_id is not null and not is_withheld
        group by decision_id, organisation_id, person_id, payer, valid_from
    ),
    first_jobs as (
        -- A renewal of a job that was already subsidised is no new job, and pay during the earlier decision is no earlier employment.
        select j.* from jobs j
        left join jobs earlier on earlier.organisation_id = j.organisation_id and earlier.person_id = j.person_id and earlier.valid_from < j.valid_from
            and earlier.valid_to >= j.valid_from - interval 62 day
        where earlier.decision_record_id is null
    ),
    officers as (
        select from_id as person_id, to_id as organisation_id, coalesce(valid_from, date '1900-01-01') as valid_from,
            coalesce(valid_to, date '2999-12-31') as valid_to,
            record_id, is_exact, kind as role
        from links where kind in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')
    ),
    busy_officers as (select hub_id as person_id from hubs where kind = 'person'),
    related as (
        -- One owner of both, or two people who stand behind both, when the job began: one shared board member is a small place's everyday life.
        select j.decision_record_id, b.organisation_id as related_id
        from first_jobs j
        join officers a on a.organisation_id = j.organisation_id and j.valid_from between a.valid_from and a.valid_to
        join officers b on b.person_id = a.person_id and b.organisation_id <> a.organisation_id and j.valid_from between b.valid_from and b.valid_to
        left join busy_officers h on h.person_id = a.person_id
        where h.person_id is null and a.is_exact and b.is_exact
        group by j.decision_record_id, b.organisation_id
        having count(distinct a.person_id) >= 2
            or count_if(a.role in ('owner', 'beneficial_owner') and b.role in ('owner', 'beneficial_owner')) > 0
    ),
    pay as (
        select record_id, organisation_id, person_id, month, coalesce(cash_pay_ore, 0) as cash_pay_ore, links_exact
        from current_payroll where organisation_id is not null and person_id is not null and not is_withheld
    ),
    paid_before as (
        select j.*, p.record_id as other_record_id, p.organisation_id as pay_organisation_id, p.month
        from first_jobs j
        join pay p on p.person_id = j.person_id and p.cash_pay_ore > 0 and p.links_exact and p.month < date_trunc('month', j.valid_from)
            and p.month >= date_trunc('month', j.valid_from) - $before * interval 1 month
    ),
    long_before as (
        select decision_record_id, pay_organisation_id from paid_before
        group by decision_record_id, pay_organisation_id having count(distinct month) >= $fewest
    ),
    came_along as (
        -- Of the people paid by the related employer in the months before, how many were then paid by the new one.
        select b.organisation_id, b.pay_organisation_id, b.decision_record_id, count(distinct o.person_id) as staff,
            count(distinct n.person_id) as moved
        from (
            select distinct organisation_id, pay_organisation_id, decision_record_id, valid_from from paid_before
            where organisation_id <> pay_organisation_id
        ) b
        join pay o on o.organisation_id = b.pay_organisation_id and o.month < date_trunc('month', b.valid_from)
            and o.month >= date_trunc('month', b.valid_from) - interval 3 month
        left join pay n on n.organisation_id = b.organisation_id and n.person_id = o.person_id
            and n.month >= date_trunc('month', b.valid_from) - interval 1 month and n.month <= date_trunc('month', b.valid_from) + interval 3 month
        group by b.organisation_id, b.pay_organisation_id, b.decision_record_id
    ),
    employed as (
        select b.decision_record_id, b.other_record_id, 'payroll' as other_register, 'employed' as reason, cast(null as varchar) as related_id,
            b.valid_from as from_on, b.valid_to as to_on, true as other_exact
        from paid_before b
        join long_before l on l.decision_record_id = b.decision_record_id and l.pay_organisation_id = b.pay_organisation_id
        where b.pay_organisation_id = b.organisation_id
    ),
    employed_near as (
        select b.decision_record_id, b.other_record_id, 'payroll' as other_register, 'related' as reason, b.pay_organisation_id as related_id,
            b.valid_from as from_on, b.valid_to as to_on, true as other_exact
        from paid_before b
        join long_before l on l.decision_record_id = b.decision_record_id and l.pay_organisation_id = b.pay_organisation_id
        join related r on r.decision_record_id = b.decision_record_id and r.related_id = b.pay_organisation_id
        left join came_along c on c.decision_record_id = b.decision_record_id and c.pay_organisation_id = b.pay_organisation_id
            and 100 * c.moved >= $transfer * c.staff
        where c.decision_record_id is null
    ),
    represents as (
        select j.decision_record_id, o.record_id as other_record_id, 'roles' as other_register, 'represents' as reason,
            cast(null as varchar) as related_id, greatest(o.valid_from, j.valid_from) as from_on, least(o.valid_to, j.valid_to) as to_on,
            o.is_exact as other_exact
        from jobs j join officers o on o.organisation_id = j.organisation_id and o.person_id = j.person_id
            and o.valid_from <= j.valid_to and o.valid_to >= j.valid_from
    ),
    month_pay as (
        -- A month's pay may be declared in several rows; only the sum can be too low.
        select organisation_id, person_id, month, sum(cash_pay_ore) as cash_pay_ore, count_if(links_exact) = count(*) as links_exact
        from pay group by organisation_id, person_id, month
    ),
    low_pay as (
        select j.decision_record_id, j.organisation_id, j.person_id, p.month, count(*) over (partition by j.decision_record_id) as months
        from jobs j join month_pay p on p.organisation_id = j.organisation_id and p.person_id = j.person_id and p.links_exact
            and p.month > date_trunc('month', j.valid_from) and p.month < date_trunc('month', j.valid_to)
        where j.approved_pay_ore > 0 and 100 * p.cash_pay_ore < $share * j.approved_pay_ore
    ),
    underpaid as (
        select l.decision_record_id, p.record_id as other_record_id, 'payroll' as other_register, 'underpaid' as reason,
            cast(null as varchar) as related_id, l.month as from_on, last_day(l.month) as to_on, true as other_exact
        from low_pay l join pay p on p.organisation_id = l.organisation_id and p.person_id = l.person_id and p.month = l.month
        where l.months >= $low_months
    ),
    every_reason as (
        select * from employed union all select * from employed_near union all select * from represents union all select * from underpaid
    )
    select j.organisation_id, j.person_id, j.payer, j.decision_record_id, j.decision_id, j.valid_from, j.valid_to,
        cast(j.decided_ore as bigint) as decided_ore, e.other_record_id, e.other_register, e.reason, e.related_id, e.from_on, e.to_on,
        j.links_exact and e.other_exact as links_exact
    from every_reason e join jobs j on j.decision_record_id = e.decision_record_id
"""
"""One row a job and a record that contradicts it, with the days in which it does."""

_PAID = """
    with contradicted as (
        select distinct organisation_id, person_id, payer, decision_id, from_on, to_on from subsidy_reasons where links_exact
    )
    select c.organisation_id, c.record_id, c.amount_ore,
        max(case when d.from_on <= c.period_to and d.to_on >= c.period_from then c.amount_ore else 0 end) as at_risk_ore
    from current_claims c
    join contradicted d on d.organisation_id = c.organisation_id and d.person_id = c.person_id and d.payer = c.payer and d.decision_id = c.decision_id
    where c.programme = 'wage_subsidy'
    group by c.organisation_id, c.record_id, c.amount_ore
    order by c.organisation_id, c.record_id
"""
"""What was paid for the contradicted jobs, and as at risk what was paid for the days of the contradiction."""

_TESTED = """
    with employers as (select distinct organisation_id from decisions where programme = 'wage_subsidy' and organisation_id is not null),
    contradicted as (select organisation_id, count(distinct decision_record_id) as contradicted
        from subsidy_reasons where links_exact group by organisation_id)
    select e.organisation_id as subject_id, coalesce(c.contradicted, 0) as contradicted
    from employers e left join contradicted c on c.organisation_id = e.organisation_id order by e.organisation_id
"""
