"""Owners or leaders replaced soon after the permit was granted, and nobody notified it."""

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
class PermitOwnerChange(Detector):
    """A permit whose owners, or whose leaders, were all replaced soon after it was granted, where the permit register holds no notification of it.

    Why:
        A permit for care, or to serve alcohol, is granted to owners and leaders who were examined. A company that is founded, gets its permit and is sold at
        once sells the permit; a change of owners or leaders must be notified. That the permit register knows of none contradicts the register of owners and
        functionaries. Nothing is known of the buyer: the amount is what was paid for care after the change; a serving permit has no amount.

    Not flagged:
        A change that was notified or applied for within the days below, before or after it; an owner who died (succession); a change after which one of the
        owners (or leaders) of the day of the permit is still there; a change a long time after the permit; a register that holds no
        notification of anybody (unknown is not missing: not evaluable); owners and leaders that the role register does not date.

    Parameters:
        within_days: Days after the permit was granted within which the change lies.
        notified_days: Days before or after the change within which a notification counts.
        fewest_notified: Holders with any notification in the register, below which nothing can be said.

    Source:
        Typologies 13 and 25, detectors D7 and D6a; Polisen 2024 (18 companies). The days are this file's: no source gives them.
    """

    name = "permit_owner_change"
    version = "2"
    title_sv = "Ägare eller ledning byttes strax efter att tillståndet gavs, utan anmälan"
    title_en = "Owners or leaders replaced soon after the permit, without notification"
    why_sv = (
        "Tillstånd ges åt ägare och ledning som har prövats, och ett byte ska anmälas. Ett bolag som säljs så snart tillståndet kommit säljer tillståndet. Att "
        "tillståndsregistret saknar anmälan motsägs av ägarregistret."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (13, 25)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "permits": ("organisation_number", "kind", "valid_from", "applied_on"),
        "roles": ("organisation_number", "person_number", "role", "valid_from", "valid_to"),
    }
    uses = ("organisation_events", "persons", "claims")
    look_alikes = (
        LookAlike(
            "En anmälan som inte förts in i registret: fråga tillståndsmyndigheten.",
            "A notification that was not entered: ask the authority of the permit.",
        ),
        LookAlike(
            "Ägande som flyttats till ett eget holdingbolag eller en make: se aktieboken.",
            "Ownership moved to a holding company of one's own or a spouse: see the share register.",
        ),
        LookAlike(
            "Arv, eller ett fel i ägarregistret som rättats: se bouppteckningen eller ändringsanmälan.",
            "Inheritance, or an error in the register of owners put right: see the estate inventory or the correction.",
        ),
    )

    within_days: int = 365
    notified_days: int = 92
    fewest_notified: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every holder of a permit for care or serving whose owners are known."""
        engine = context.engine
        engine.keep("owner_spans", _OWNERS)
        told = engine.query(_CHANGES, {"within": self.within_days, "days": self.notified_days}).to_pandas()
        told["key"] = told["organisation_id"] + " " + told["kind"]
        told["is_found"] = told["is_changed"] & ~told["is_notified"] & told["links_exact"]
        # Of owners and leaders of one permit the circle that tells of a change is the one to show, the owners first.
        told = (
            told.sort_values(["is_found", "circle"], ascending=[False, False], kind="stable")
            .drop_duplicates("key")
            .sort_values("key")
        )
        known = engine.query(_NOTIFYING).to_pandas()
        is_kept = bool(known["holders"].iloc[0] >= self.fewest_notified)
        kind, unit = self.subject_kind.value, "changes without notification"
        subjects = told.rename(columns={"organisation_id": "subject_id"})
        if not is_kept:
            why = f"the permit register holds notifications of fewer than {self.fewest_notified} holders: unknown is not missing"
            tests = not_evaluable_tests(subjects, subject_kind=kind, unit=unit, null_model="fact", why=why)
            return Findings(hits=hits_frame([]), evidence=joined(), tests=tests_frame(tests))
        found = told[told["is_found"]]
        paid = engine.query(_PAID).to_pandas()
        paid["key"] = paid["organisation_id"] + " " + paid["programme"]
        paid = paid.merge(found[["key", "changed_on"]], on="key")
        paid = paid[(paid["period_from"] > paid["changed_on"]) & paid["links_exact"]]
        events = (
            engine.query(_EVENTS)
            .to_pandas()
            .merge(found[["key", "organisation_id", "changed_on"]], on="organisation_id")
        )
        near = (pd.to_datetime(events["happened_on"]) - pd.to_datetime(events["changed_on"])).dt.days.abs() <= 31
        return Findings(
            hits=hits_frame(list(self._hits(found, paid))),
            evidence=joined(
                evidence_frame(
                    paid,
                    register="claims",
                    amount="amount_ore",
                    sv="räkning för tid efter bytet",
                    en="bill for time after the change",
                ),
                evidence_frame(found, register="permits", record="permit_record_id", sv="tillståndet", en="the permit"),
                evidence_frame(
                    found,
                    register="roles",
                    record="old_record_id",
                    sv="ägare eller ledare när tillståndet gavs",
                    en="owner or leader when the permit was granted",
                ),
                evidence_frame(
                    found,
                    register="roles",
                    record="new_record_id",
                    sv="ägare eller ledare efter bytet",
                    en="owner or leader after the change",
                ),
                evidence_frame(
                    events[near],
                    register="organisation_events",
                    sv="byte av ägare eller styrelse",
                    en="change of owners or board",
                ),
            ),
            tests=plain_tests(
                subjects.assign(found=subjects["key"].isin(found["key"]).astype(float)),
                subject_kind=kind,
                unit=unit,
                null_model="fact",
                observed="found",
            ),
        )

    def _hits(self, found: pd.DataFrame, paid: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in found.itertuples(index=False):
            rows = paid[paid["key"] == row.key]
            amount = int(rows["amount_ore"].sum())
            is_care = row.kind != "serving"
            paid_sv = f" {kronor(amount)} är betalt för tid därefter." if is_care else ""
            paid_en = f" {kronor(amount, language='en')} was paid for time after it." if is_care else ""
            granted, changed = pd.Timestamp(row.granted_on).date(), pd.Timestamp(row.changed_on).date()
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                subject_id=str(row.organisation_id),
                organisation_id=str(row.organisation_id),
                payer=rows["payer"].iloc[0] if len(rows) else None,
                programme=str(row.kind) if is_care else None,
                unit="changes without notification",
                observed=1.0,
                amounts=(0, amount, amount),
                amount_kind=AmountKind.STATUS,
                period=(changed, rows["period_to"].max() if len(rows) else changed),
                parties={"owner_side": [str(row.newcomer_id)]},
                sv=f"{'Alla ägare' if row.circle == 'owners' else 'Hela ledningen'} vid tillståndet {granted} är ersatta från {changed}. "
                f"Tillståndsregistret saknar en anmälan inom {self.notified_days} dagar "
                f"från bytet.{paid_sv}",
                en=f"All {row.circle} of {granted}, when the permit was granted, are replaced from {changed} on. The permit register holds no "
                f"notification within "
                f"{self.notified_days} days of the change.{paid_en}",
            )


_OWNERS = """
    select to_id as organisation_id, case when kind in ('owner', 'beneficial_owner') then 'owners' else 'leaders' end as circle,
        from_id as person_id, min(coalesce(valid_from, date '1900-01-01')) as valid_from,
        max(coalesce(valid_to, date '2999-12-31')) as valid_to, count_if(is_exact) = count(*) as is_exact, min(record_id) as record_id
    from links where kind in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory')
    group by to_id, from_id, case when kind in ('owner', 'beneficial_owner') then 'owners' else 'leaders' end
"""

_CHANGES = """
    with granted as (
        select organisation_id, kind, min(valid_from) as granted_on, min(record_id) as permit_record_id, count_if(links_exact) = count(*) as links_exact
        from permits
        where organisation_id is not null and kind in ('assistance', 'home_care', 'placement', 'serving') and coalesce(status, 'granted') <> 'applied'
        group by organisation_id, kind
    ),
    at_grant as (
        select g.organisation_id, g.kind, o.circle, g.granted_on, o.person_id, o.valid_to, o.is_exact, o.record_id, f.died_on
        from granted g join owner_spans o on o.organisation_id = g.organisation_id
        left join entity_facts f on f.entity_id = o.person_id
        where o.valid_from <= g.granted_on and o.valid_to >= g.granted_on
    ),
    left_on as (
        select organisation_id, kind, circle, granted_on, max(valid_to) as last_on, min(record_id) as old_record_id, count_if(is_exact) = count(*) as is_exact,
            count_if(died_on is not null) > 0 as has_died
        from at_grant group by organisation_id, kind, circle, granted_on
    ),
    newcomers as (
        select l.organisation_id, l.kind, l.circle, min(o.valid_from) as changed_on, min(o.person_id) as newcomer_id, min(o.record_id) as new_record_id,
            count_if(o.is_exact) = count(*) as is_exact
        from left_on l join owner_spans o on o.organisation_id = l.organisation_id and o.circle = l.circle
        left join at_grant a on a.organisation_id = o.organisation_id and a.kind = l.kind and a.circle = l.circle and a.person_id = o.person_id
        where a.person_id is null and o.valid_from > l.granted_on group by l.organisation_id, l.kind, l.circle
    ),
    notified as (
        select n.organisation_id, n.kind, n.circle, count(p.applied_on) as notices
        from newcomers n join permits p on p.organisation_id = n.organisation_id
        where p.applied_on >= n.changed_on - $days * interval 1 day and p.applied_on <= n.changed_on + $days * interval 1 day
        group by n.organisation_id, n.kind, n.circle
    )
    select l.organisation_id, l.kind, l.circle, l.granted_on, n.changed_on, n.newcomer_id, l.old_record_id, n.new_record_id, g.permit_record_id,
        n.changed_on is not null and not l.has_died and l.last_on <= n.changed_on + $days * interval 1 day
            and l.last_on <= l.granted_on + $within * interval 1 day and n.changed_on <= l.granted_on + $within * interval 1 day as is_changed,
        coalesce(d.notices, 0) > 0 as is_notified, l.is_exact and coalesce(n.is_exact, true) and g.links_exact as links_exact
    from left_on l join granted g on g.organisation_id = l.organisation_id and g.kind = l.kind
    left join newcomers n on n.organisation_id = l.organisation_id and n.kind = l.kind and n.circle = l.circle
    left join notified d on d.organisation_id = l.organisation_id and d.kind = l.kind and d.circle = l.circle
    order by l.organisation_id, l.kind, l.circle
"""
"""One row a holder, kind of permit and circle (owners, leaders): when a newcomer joins it, whether all members of the day of the permit are gone
by then, and whether anything was applied for or notified around that day."""

_NOTIFYING = """
    with first_day as (
        select organisation_id, kind, min(valid_from) as granted_on from permits where organisation_id is not null group by organisation_id, kind
    )
    select count(distinct p.organisation_id) as holders from permits p
    join first_day f on f.organisation_id = p.organisation_id and f.kind = p.kind where p.applied_on > f.granted_on
"""
"""How many holders have told anything after their first permit."""

_PAID = """
    select organisation_id, programme, payer, record_id, period_from, period_to, amount_ore, links_exact from current_claims
    where organisation_id is not null and programme in ('assistance', 'home_care', 'placement') order by organisation_id, record_id
"""

_EVENTS = """
    select organisation_id, happened_on, record_id from organisation_events
    where kind in ('owner_change', 'board_change') and organisation_id is not null and happened_on is not null order by record_id
"""
