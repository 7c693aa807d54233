"""A pupil paid for twice, or while abroad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.sentences import counted, kronor
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class PupilPaidTwice(Detector):
    """A school paid for pupils for whom another school is paid on the same days, or who were abroad or dead.

    Why:
        The voucher (skolpeng) follows the pupil to one school. Where two schools are paid in full for one pupil over months, one of the claims is
        contradicted by the other; a pupil who is abroad for months goes to neither. One pupil can be a late notice, several are not.

    Not flagged:
        A change of school with both billing for some weeks; a school that goes on under another number; children of parents apart for whom two
        pre-schools are paid half each; journeys of some weeks; fewer pupils than the limit; days that nothing tells to be this school's rather than the
        other's: the one whose pupils somebody else bills must not be the subject; corrected claims; doubtful identity links.

    Parameters:
        tolerance_days: Days paid to both schools, or abroad, up to which a pupil is not counted.
        fewest_pupils: Pupils beyond the tolerance from which on it is a contradiction.
        fewest_permille: The same, in every thousand pupils that the school was paid for: in a school of thousands some notices are late.
        times_the_other: A school with so many times as many such pupils as the other is the one that days paid to both are held against. So is one
            whose such pupils come from two schools at least, for those whom the other is paid for longer before and after by the tolerance.
        whole_voucher_percent: What both are paid for the same days, in per cent of the usual claim of either, up to which it is one voucher shared.

    Source:
        Typology 14, detectors D3a and D8a. Claims by pupil are drawn from the municipality's payment system; no common export exists.
    """

    name = "pupil_paid_twice"
    version = "1"
    title_sv = "Skolpeng för elever som fanns på annat håll"
    title_en = "School vouchers for pupils who were elsewhere"
    why_sv = (
        "Skolpengen följer eleven till en skola. När två skolor får full ersättning för samma elev i månader motsägs den ena av den andra, och den som är "
        "utomlands i månader går inte i någon. En enda elev kan vara en sen avanmälan; flera är det inte."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (14,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"claims": ("organisation_number", "person_number", "programme", "period_from", "period_to", "amount_ore")}
    uses = ("absences", "persons")
    look_alikes = (
        LookAlike(
            "Byte av skola som anmälts sent: se skolplaceringen och avanmälan.",
            "A change of school notified late: see the placement and the notice of leaving.",
        ),
        LookAlike(
            "Växelvis boende med plats på två förskolor: se kommunens beslut om delad peng.",
            "Children of parents apart with places at two pre-schools: see the decision on a shared voucher.",
        ),
        LookAlike(
            "Skolan har bytt huvudman eller nummer: se beslutet från Skolinspektionen.",
            "The school changed owner or number: see the decision of Skolinspektionen.",
        ),
        LookAlike(
            "Beviljad ledighet, utlandsskola eller distansundervisning: se rektorns beslut.",
            "Granted leave, a school abroad or teaching at a distance: see the head's decision.",
        ),
    )

    tolerance_days: int = 45
    fewest_pupils: int = 3
    fewest_permille: int = 2
    times_the_other: int = 2
    whole_voucher_percent: int = 120

    def detect(self, context: Context) -> Findings:
        """Screen every school that is paid by the pupil."""
        engine = context.engine
        engine.keep("voucher_claims", _CLAIMS)
        engine.keep("voucher_doubles", _DOUBLES, {"whole": self.whole_voucher_percent})
        engine.keep("voucher_away", _AWAY)
        engine.keep("voucher_counts", _COUNTS, {"tolerance": self.tolerance_days})
        rows = engine.query(
            _CONTRADICTED,
            {
                "tolerance": self.tolerance_days,
                "pupils": self.fewest_pupils,
                "permille": self.fewest_permille,
                "times": self.times_the_other,
            },
        ).to_pandas()
        rows["key"] = rows["organisation_id"]
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["subject_id"]
        return Findings(
            hits=hits_frame(list(self._hits(rows))),
            evidence=joined(
                evidence_frame(
                    rows.sort_values("at_risk_ore", ascending=False),
                    register="claims",
                    amount="at_risk_ore",
                    sv="skolpeng för en elev som fanns på annat håll",
                    en="voucher for a pupil who was elsewhere",
                ),
                *(
                    evidence_frame(rows[rows["reason"] == reason], register=register, record="other_id", sv=sv, en=en)
                    for reason, register, sv, en in (
                        ("school", "claims", "den andra skolans ersättning", "the other school's claim"),
                        ("abroad", "absences", "eleven var utomlands", "the pupil was abroad"),
                        ("died", "persons", "eleven hade avlidit", "the pupil had died"),
                    )
                ),
            ),
            tests=plain_tests(
                tests,
                subject_kind=self.subject_kind.value,
                unit="pupils who were elsewhere",
                null_model="fact",
                observed="pupils",
            ),
        )

    def _hits(self, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        for key, group in rows.groupby("key", sort=True):
            amount = int(group.groupby("record_id")["at_risk_ore"].max().sum())
            by_reason = group.groupby("reason")["person_id"].nunique()
            sv, en = [], []
            for reason, (swedish, english) in {
                "school": ("som en annan skola fick full ersättning för samma dagar", "for whom another school was paid in full for the same days"),
                "abroad": ("som var utomlands", "who were abroad"),
                "died": ("som hade avlidit", "who had died"),
            }.items():  # fmt: skip
                if reason in by_reason:
                    sv.append(f"{counted(int(by_reason[reason]), 'elev', 'elever')} {swedish}")
                    en.append(f"{counted(int(by_reason[reason]), 'pupil', 'pupils')} {english}")
            first = group.iloc[0]
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=str(key),
                organisation_id=str(key),
                payer=first["payer"],
                programme="school_voucher",
                unit="pupils who were elsewhere",
                observed=group["person_id"].nunique(),
                amounts=(amount, amount, int(group["whole_ore"].max())),
                amount_kind=AmountKind.ROWS,
                period=(group["from_on"].min(), group["to_on"].max()),
                parties={"other_provider": group["other_organisation_id"].dropna()},
                sv=f"Skolpeng, {kronor(amount)}, motsägs för "
                + "; ".join(sv)
                + f" (mer än {self.tolerance_days} dagar var).",
                en=f"Vouchers, {kronor(amount, language='en')}, are contradicted for "
                + "; ".join(en)
                + f" (more than {self.tolerance_days} days each).",
            )


_CLAIMS = """
    with told as (
        select record_id, organisation_id, person_id, payer, period_from, period_to, amount_ore,
            date_diff('day', period_from, period_to) + 1 as days,
            links_exact and not is_withheld and person_id is not null as is_sure
        from current_claims where programme = 'school_voucher' and organisation_id is not null and period_to >= period_from
    ),
    usual as (
        select organisation_id, percentile_cont(0.5) within group (order by amount_ore * 1.0 / days) as usual_day from told group by organisation_id
    )
    select t.*, t.amount_ore * 1.0 / t.days as a_day, u.usual_day
    from told t join usual u on u.organisation_id = t.organisation_id
"""

_DOUBLES = """
    select c.organisation_id, c.person_id, c.record_id, o.organisation_id as other_organisation_id, o.record_id as other_id,
        greatest(c.period_from, o.period_from) as from_on, least(c.period_to, o.period_to) as to_on,
        date_diff('day', greatest(c.period_from, o.period_from), least(c.period_to, o.period_to)) + 1 as days
    from voucher_claims c
    join voucher_claims o on o.person_id = c.person_id and o.organisation_id <> c.organisation_id
        and o.period_from <= c.period_to and c.period_from <= o.period_to
    where c.is_sure and o.is_sure and 100 * (c.a_day + o.a_day) > $whole * greatest(c.usual_day, o.usual_day)
"""
"""Days paid in full to two schools: each claim of one beside each of the other."""

_AWAY = """
    select c.organisation_id, c.person_id, c.record_id, a.record_id as other_id, 'abroad' as reason,
        greatest(c.period_from, cast(a.from_on + interval 1 day as date)) as from_on,
        least(c.period_to, cast(a.to_on - interval 1 day as date)) as to_on,
        date_diff('day', greatest(c.period_from, cast(a.from_on + interval 1 day as date)), least(c.period_to, cast(a.to_on - interval 1 day as date))) + 1
            as days
    from voucher_claims c
    join absences a on a.person_id = c.person_id and a.kind = 'abroad' and a.links_exact and not a.is_withheld
        and a.from_on < c.period_to and c.period_from < a.to_on
    where c.is_sure and greatest(c.period_from, cast(a.from_on + interval 1 day as date)) <= least(c.period_to, cast(a.to_on - interval 1 day as date))
    union all
    select c.organisation_id, c.person_id, c.record_id, p.record_id as other_id, 'died' as reason,
        greatest(c.period_from, cast(p.died_on + interval 1 day as date)) as from_on, c.period_to as to_on,
        date_diff('day', greatest(c.period_from, cast(p.died_on + interval 1 day as date)), c.period_to) + 1 as days
    from voucher_claims c
    join persons p on p.person_id = c.person_id and p.died_on < c.period_to and p.links_exact and not p.is_withheld
    where c.is_sure
"""
"""Days paid for while the pupil was abroad, the days of leaving and return not counted, or after the pupil's death."""

_COUNTS = """
    with pairs as (
        select organisation_id, person_id, other_organisation_id from voucher_doubles
        group by organisation_id, person_id, other_organisation_id
        having sum(days) > $tolerance
    )
    select organisation_id, count(distinct person_id) as doubles, count(distinct other_organisation_id) as others from pairs
    group by organisation_id
"""
"""How many pupils of each school another school is paid for beyond the tolerance."""

_CONTRADICTED = """
    with pairs as (
        select organisation_id, person_id, other_organisation_id from voucher_doubles
        group by organisation_id, person_id, other_organisation_id having sum(days) > $tolerance
    ),
    spans as (
        select organisation_id, person_id, min(period_from) as from_on, max(period_to) as to_on from voucher_claims where is_sure
        group by organisation_id, person_id
    ),
    charged as (
        select p.organisation_id, p.person_id, p.other_organisation_id from pairs p
        join voucher_counts c on c.organisation_id = p.organisation_id
        join voucher_counts o on o.organisation_id = p.other_organisation_id
        join spans s on s.organisation_id = p.organisation_id and s.person_id = p.person_id
        join spans t on t.organisation_id = p.other_organisation_id and t.person_id = p.person_id
        where c.doubles >= $times * o.doubles
            or (c.others >= 2 and date_diff('day', t.from_on, s.from_on) > $tolerance and date_diff('day', s.to_on, t.to_on) > $tolerance)
    ),
    gone as (
        select organisation_id, person_id, reason from voucher_away group by organisation_id, person_id, reason having sum(days) > $tolerance
    ),
    every_row as (
        select d.organisation_id, d.person_id, d.record_id, 'school' as reason, d.other_organisation_id, d.other_id, d.from_on, d.to_on, d.days
        from voucher_doubles d
        join charged c on c.organisation_id = d.organisation_id and c.person_id = d.person_id and c.other_organisation_id = d.other_organisation_id
        union all
        select a.organisation_id, a.person_id, a.record_id, a.reason, cast(null as varchar) as other_organisation_id, a.other_id, a.from_on,
            a.to_on, a.days
        from voucher_away a
        join gone g on g.organisation_id = a.organisation_id and g.person_id = a.person_id and g.reason = a.reason
    ),
    of_school as (select organisation_id, count(*) as pupils from spans group by organisation_id),
    beyond as (
        select e.organisation_id, date_trunc('month', min(e.from_on)) as first_month, last_day(max(e.to_on)) as last_on
        from every_row e join of_school s on s.organisation_id = e.organisation_id
        group by e.organisation_id
        having count(distinct e.person_id) >= greatest($pupils, max(s.pupils) * $permille / 1000.0)
    ),
    whole as (
        select b.organisation_id, cast(sum(c.amount_ore) as bigint) as whole_ore
        from beyond b join voucher_claims c on c.organisation_id = b.organisation_id and c.period_to >= b.first_month and c.period_from <= b.last_on
        group by b.organisation_id
    )
    select e.*, c.payer, w.whole_ore, cast(floor(c.amount_ore * 1.0 * least(e.days, c.days) / c.days) as bigint) as at_risk_ore
    from every_row e
    join whole w on w.organisation_id = e.organisation_id
    join voucher_claims c on c.record_id = e.record_id
    order by e.organisation_id, e.record_id, e.reason, e.other_id
"""

_TESTED = """
    select s.organisation_id as subject_id, coalesce(c.doubles, 0) as pupils
    from (select distinct organisation_id from voucher_claims) s
    left join voucher_counts c on c.organisation_id = s.organisation_id
    order by s.organisation_id
"""
