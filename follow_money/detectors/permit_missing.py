"""Permit missing during the service period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    tests_frame,
)
from follow_money.detectors.sentences import kronor
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class PermitMissing(Detector):
    """Bills for a service on days when the provider held no permit for it.

    Why:
        Assistance, home care and homes for care (HVB) need a permit from IVO. Money paid for days without one was paid without its condition. The service
        period is compared with the permit's own period, never with the payment date or today's state.

    Not flagged:
        A provider that the permit register does not hold at all, or a service of which it holds no permit of anybody (unknown is not missing: it is
        listed as not evaluable); a gap between two permits, or a bill's distance to one, within the tolerance; a change that was applied for or
        notified while the old permit was in force; a revocation that a court has stayed; a late bill for care given while the permit was in force.

    Parameters:
        tolerance_days: Days without a permit up to which nothing is said (registration lag).
        fewest_claims: Bills for uncovered days from which on it is a contradiction.

    Source:
        Typology 13, detector D7; SoL and LSS permit duty, home care since 2019.
    """

    name = "permit_missing"
    version = "2"
    title_sv = "Tillstånd saknas under utförandet"
    title_en = "Permit missing during the service period"
    why_sv = (
        "Assistans, hemtjänst och hem för vård eller boende (HVB) kräver tillstånd från IVO. Det som betalats för dagar utan tillstånd har betalats utan sitt "
        "villkor. "
        "Jämförelsen görs mot tillståndets egen giltighetstid, aldrig mot dagens läge."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (13, 3)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "claims": ("organisation_number", "programme", "period_from", "period_to", "amount_ore"),
        "permits": ("organisation_number", "kind", "valid_from"),
    }
    look_alikes = (
        LookAlike(
            "Beslut om inhibition eller nytt tillstånd som ännu inte förts in: fråga IVO.",
            "A stay by a court or a new permit not yet entered: ask IVO.",
        ),
        LookAlike(
            "Tillståndet gäller under ett tidigare organisationsnummer efter en anmäld överlåtelse: se anmälan.",
            "The permit stands under an earlier number after a notified transfer: see the notification.",
        ),
        LookAlike(
            "Verksamhet som inte kräver tillstånd, till exempel enbart serviceinsatser eller ett familjehem: se avtalet.",
            "A service that needs no permit, as a family home: see the contract.",
        ),
    )

    tolerance_days: int = 31
    fewest_claims: int = 2

    def detect(self, context: Context) -> Findings:
        """Screen every provider whose programme needs a permit."""
        engine = context.engine
        engine.keep("permit_spans", _SPANS, {"tolerance": self.tolerance_days})
        engine.keep("permit_claims", _UNCOVERED, {"tolerance": self.tolerance_days})
        claims = engine.query(_BEYOND, {"claims": self.fewest_claims}).to_pandas()
        claims["key"] = claims["organisation_id"] + " " + claims["programme"]
        whole = engine.query(_WHOLE).to_pandas()
        whole_ore = dict(zip(whole["organisation_id"] + " " + whole["programme"], whole["ore"], strict=True))
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["organisation_id"] + " " + tests["programme"]
        tests = tests.rename(columns={"organisation_id": "subject_id"})
        kind, unit = self.subject_kind.value, "bills for days without a permit"
        return Findings(
            hits=hits_frame(list(self._hits(claims, whole_ore))),
            evidence=joined(
                evidence_frame(
                    claims,
                    register="claims",
                    amount="at_risk_ore",
                    sv="räkning för tid utan tillstånd",
                    en="bill for days without a permit",
                ),
                evidence_frame(
                    claims, register="permits", record="permit_record_id", sv="tillståndet", en="the permit"
                ),
            ),
            tests=tests_frame(
                plain_tests(
                    tests[tests["is_known"]], subject_kind=kind, unit=unit, null_model="fact", observed="uncovered"
                ),
                not_evaluable_tests(
                    tests[~tests["is_known"]],
                    subject_kind=kind,
                    unit=unit,
                    null_model="fact",
                    why="the permit register holds no row on this provider: unknown is not missing",
                ),
            ),
        )

    def _hits(self, claims: pd.DataFrame, whole: dict[str, int]) -> Iterator[dict[str, Any]]:
        for key, group in claims.groupby("key", sort=True):
            amount = int(group["at_risk_ore"].sum())
            first, last = group["period_from"].min(), group["period_to"].max()
            ended = group["permit_ended"].dropna()
            until = (
                (f" Senaste tillstånd gällde till {ended.max()}.", f" The last permit was valid until {ended.max()}.")
                if len(ended)
                else ("", "")
            )
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=group["organisation_id"].iloc[0],
                organisation_id=group["organisation_id"].iloc[0],
                payer=group["payer"].iloc[0],
                programme=group["programme"].iloc[0],
                unit="bills for days without a permit",
                observed=len(group),
                amounts=(amount, amount, whole[str(key)]),
                amount_kind=AmountKind.STATUS,
                period=(first, last),
                sv=f"{len(group)} räkningar, {kronor(amount)}, gäller tid {first} till {last} då tillståndsregistret saknar gällande "
                f"tillstånd för verksamheten.{until[0]}",
                en=f"{len(group)} bills, {kronor(amount, language='en')}, are for the time {first} to {last}, when the permit register holds no "
                f"valid permit for the service.{until[1]}",
            )


_SPANS = """
    with granted as (
        select organisation_id, kind, record_id, valid_from,
            case when status = 'stayed' then date '2999-12-31' else coalesce(valid_to, date '2999-12-31') end as valid_to
        from permits where organisation_id is not null and coalesce(status, 'granted') <> 'applied'
    ),
    carried as (
        -- An application or notification made while a permit was in force lets the service go on until it is decided.
        select distinct a.organisation_id, a.kind, a.record_id, coalesce(a.applied_on, a.valid_from) as valid_from,
            coalesce(a.valid_to, date '2999-12-31') as valid_to
        from permits a
        join granted g on g.organisation_id = a.organisation_id and g.kind = a.kind and g.record_id <> a.record_id
            and coalesce(a.applied_on, a.valid_from) between g.valid_from and g.valid_to
        where a.status = 'applied' or a.applied_on < a.valid_from
    ),
    in_order as (
        select *, max(valid_to) over (
            partition by organisation_id, kind order by valid_from, valid_to, record_id rows between unbounded preceding and 1 preceding
        ) as earlier_to
        from (select * from granted union all select * from carried) every_permit
    ),
    numbered as (
        select *, sum(case when earlier_to is null or date_diff('day', earlier_to, valid_from) - 1 > $tolerance then 1 else 0 end) over (
            partition by organisation_id, kind order by valid_from, valid_to, record_id rows between unbounded preceding and current row
        ) as span_no
        from in_order
    )
    select organisation_id, kind, span_no, min(valid_from) as valid_from, max(valid_to) as valid_to
    from numbered group by organisation_id, kind, span_no
"""
"""Spans in which a provider's permits of one kind follow one another without a gap above the tolerance."""

_UNCOVERED = """
    with ends as (select organisation_id, kind, max(valid_to) as permit_ended from permit_spans group by organisation_id, kind),
    -- An exchange office's entry stands in another register (Finansinspektionen's): it says nothing of who the care register holds.
    care_permits as (select * from permits where kind <> 'currency_exchange'),
    exact as (select organisation_id, count_if(links_exact) = count(*) as permits_exact from care_permits group by organisation_id),
    latest as (
        -- The permit to show: the last one of this kind, or else the last one of any.
        select p.organisation_id, k.kind, p.record_id as permit_record_id, row_number() over (
            partition by p.organisation_id, k.kind
            order by case when p.kind = k.kind then 0 else 1 end, coalesce(p.valid_to, date '2999-12-31') desc, p.record_id
        ) as place
        from care_permits p join (select distinct kind from care_permits) k on p.organisation_id is not null
    )
    select c.organisation_id, c.programme, c.payer, c.record_id, c.period_from, c.period_to, c.amount_ore, l.permit_record_id,
        case when e.permit_ended < date '2999-01-01' then e.permit_ended end as permit_ended,
        l.organisation_id is not null as is_known, coalesce(x.permits_exact, true) and c.links_exact as links_exact,
        l.organisation_id is not null and count(case
            when s.valid_from <= c.period_from + $tolerance * interval 1 day and s.valid_to >= c.period_to - $tolerance * interval 1 day then 1
        end) = 0 as is_uncovered,
        c.amount_ore - cast(floor(c.amount_ore * 1.0 * sum(case
            when s.span_no is null then 0
            else greatest(0, date_diff('day', greatest(s.valid_from, c.period_from), least(s.valid_to, c.period_to)) + 1)
        end) / (date_diff('day', c.period_from, c.period_to) + 1)) as bigint) as at_risk_ore
    from current_claims c
    left join latest l on l.organisation_id = c.organisation_id and l.kind = c.programme and l.place = 1
    left join ends e on e.organisation_id = c.organisation_id and e.kind = c.programme
    left join exact x on x.organisation_id = c.organisation_id
    left join permit_spans s on s.organisation_id = c.organisation_id and s.kind = c.programme
    where c.programme in ('assistance', 'home_care', 'placement') and c.organisation_id is not null
    group by c.organisation_id, c.programme, c.payer, c.record_id, c.period_from, c.period_to, c.amount_ore, c.links_exact, l.permit_record_id,
        l.organisation_id, e.permit_ended, x.permits_exact
"""
"""One row a bill: whether a span of permits covers it, and what was paid for its days outside all spans."""

_BEYOND = """
    with enough as (
        select organisation_id, programme from permit_claims where is_uncovered and links_exact
        group by organisation_id, programme having count(*) >= $claims
    )
    select p.* from permit_claims p join enough e on e.organisation_id = p.organisation_id and e.programme = p.programme
    where p.is_uncovered and p.links_exact order by p.organisation_id, p.programme, p.record_id
"""

_WHOLE = """
    select organisation_id, programme, cast(sum(amount_ore) as bigint) as ore from permit_claims
    where is_known and links_exact and at_risk_ore > 0 group by organisation_id, programme order by organisation_id, programme
"""
"""The high amount: every bill with days outside the permits, the tolerance not granted."""

_TESTED = """
    select organisation_id, programme, count_if(is_uncovered) as uncovered, count_if(is_known) > 0 as is_known
    from permit_claims group by organisation_id, programme order by organisation_id, programme
"""
