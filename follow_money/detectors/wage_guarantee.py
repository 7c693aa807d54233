"""Wage guarantee for people whom the employer never declared, or above what they earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    rate_hit,
    tests_frame,
)
from follow_money.detectors.sentences import counted, kronor, number, percent
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_REASONS = {
    "above": ("fick mer än den lön som deklarerats året före", "got more than the pay declared in the year before"),
    "twice": (
        "som bolaget aldrig deklarerat fick garanti även från en annan konkurs för samma tid",
        "whom the employer never declared got the guarantee from another bankruptcy too for the same time",
    ),
}


@dataclass(frozen=True, kw_only=True)
class WageGuarantee(Detector):
    """Wage guarantee paid for people whom the bankrupt employer never declared, above their pay, or from two bankruptcies at once.

    Why:
        The guarantee (lönegaranti) replaces pay that the bankrupt employer owes. Somebody whom it never declared may not have worked there, pay that was
        raised just before is owed on paper, and nobody works in full for two bankrupt companies at one time.

    Not flagged:
        A single new hire among many; declarations that end months before the bankruptcy (late or missing ones), as long as there are earlier ones;
        seasonal staff declared the year before; notice and holiday pay within the tolerance; staff that lost its work twice, one after the other; people whom
        both employers declared; fewer people than the limits; doubtful identity links; bankruptcies before the declarations begin, with too few
        employees or peers (not evaluable).

    Parameters:
        tolerance_percent: By how much the guarantee may be above the highest monthly pay of the year before (holiday pay, a raise).
        fewest_people: People above it, or paid from two bankruptcies at once, from which on it is a contradiction. An employer with so many who were never
            declared, and more than half of its people, tells nothing of its peers.
        overlap_days: Days paid from two bankruptcies up to which nothing is counted.
        fewest_employees: People with guarantee below which the share of undeclared ones is not evaluable.
        months_before: Months of declarations that must be there before the time paid for.

    Source:
        Typology 10, detector D8a: share without declared pay against other bankruptcies, beta-binomial; RiR 2022:4 found 7 % of recipients without declared pay
        from the employer and 9 % above the pay of the year before.
    """

    name = "wage_guarantee"
    version = "2"
    title_sv = "Lönegaranti utan deklarerad lön"
    title_en = "Wage guarantee without declared pay"
    why_sv = (
        "Lönegarantin ersätter lön som bolaget i konkurs är skyldigt. Den som bolaget aldrig deklarerat kan ha saknat anställning, lön som höjts strax före "
        "finns bara på papper, och ingen arbetar heltid åt två bolag i konkurs samtidigt."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (10,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "claims": ("organisation_number", "person_number", "programme", "period_from", "period_to", "amount_ore"),
        "payroll": ("organisation_number", "person_number", "month", "cash_pay_ore"),
    }
    uses = ("bankruptcies", "organisations")
    look_alikes = (
        LookAlike(
            "Lönedeklarationer som kommer sent eller saknas för de sista månaderna: se bokföringen och banken.",
            "Declarations that come late or are missing for the last months: see the books and the bank.",
        ),
        LookAlike(
            "Nyanställd strax före konkursen: se anställningsavtal och schema.",
            "Hired just before the bankruptcy: see contract and schedule.",
        ),
        LookAlike(
            "Uppsägningslön och sparad semester i samma belopp: se förvaltarens beräkning.",
            "Notice and saved holiday in one sum: see the administrator's reckoning.",
        ),
        LookAlike(
            "Säsongsanställd som kommit tillbaka: se tidigare års deklarationer.",
            "Seasonal staff that came back: see the declarations of earlier years.",
        ),
    )

    tolerance_percent: int = 40
    fewest_people: int = 3
    overlap_days: int = 31
    fewest_employees: int = 3
    months_before: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every employer whose staff was paid the guarantee."""
        engine = context.engine
        engine.keep("guaranteed", _GUARANTEED)
        employers = engine.query(_EMPLOYERS, {"months": self.months_before}).to_pandas()
        if employers.empty:
            return nothing()
        hard = engine.query(
            _CONTRADICTED,
            {"tolerance": self.tolerance_percent, "people": self.fewest_people, "overlap": self.overlap_days},
        ).to_pandas()
        hard["key"] = "hard " + hard["organisation_id"]
        employers["key"] = "rate " + employers["organisation_id"]
        employers["subject_id"] = employers["organisation_id"]
        # Who declared hardly anybody whose pay is guaranteed tells nothing of others: a few such made the null that was to find them.
        employers["makes_null"] = (employers["observed"] < self.fewest_people) | (
            2 * employers["observed"] <= employers["trials"]
        )
        enough = (employers["trials"] >= self.fewest_employees) & employers["is_covered"]
        employers["peer_group"] = peer_groups(
            engine, employers, "bankruptcies", "trials", evaluable=enough, by_trade=True
        )
        kind, unit = self.subject_kind.value, "people never declared by the employer"
        tests = tests_frame(
            rate_tests(employers[enough], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                employers[~enough],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_employees} people, or no {self.months_before} months of declarations before",
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            employers.drop(columns=["subject_id", "peer_group", "observed", "makes_null"]), on="key"
        )
        low_p = low_p[low_p["observed"] > low_p["expected"]]
        claims = engine.query(_CLAIMS).to_pandas()
        undeclared = claims[claims["is_undeclared"]].assign(key="rate " + claims["organisation_id"])
        undeclared = undeclared[undeclared["key"].isin(low_p["key"])]
        at_risk = hard.merge(claims.drop(columns=["is_undeclared", "payer"]), on=["organisation_id", "person_id"])
        at_risk["row_ore"] = (at_risk["amount_ore"] * at_risk["low_ore"] // at_risk["paid_ore"].clip(lower=1)).astype(
            "int64"
        )
        estates = engine.query(_ESTATES).to_pandas()
        told = pd.concat([hard[["key", "organisation_id"]], low_p[["key", "organisation_id"]]]).drop_duplicates()
        return Findings(
            hits=hits_frame([*self._contradictions(hard, employers), *self._rates(low_p)]),
            evidence=joined(
                evidence_frame(
                    at_risk, register="claims", amount="row_ore", sv="garanti som motsägs", en="guarantee contradicted"
                ),
                evidence_frame(
                    hard,
                    register="payroll",
                    record="payroll_id",
                    sv="högsta deklarerade lön",
                    en="highest declared pay",
                ),
                evidence_frame(
                    hard,
                    register="claims",
                    record="other_id",
                    sv="garanti från den andra konkursen",
                    en="guarantee from the other bankruptcy",
                ),
                evidence_frame(
                    undeclared,
                    register="claims",
                    amount="amount_ore",
                    sv="garanti för någon som bolaget aldrig deklarerat",
                    en="guarantee for somebody whom the employer never declared",
                ),
                evidence_frame(
                    told.merge(estates, on="organisation_id"),
                    register="bankruptcies",
                    sv="konkursen",
                    en="the bankruptcy",
                ),
            ),
            tests=tests,
        )

    def _contradictions(self, hard: pd.DataFrame, employers: pd.DataFrame) -> Iterator[dict[str, Any]]:
        paid = dict(zip(employers["organisation_id"], employers["paid_ore"], strict=True))
        payer = dict(zip(employers["organisation_id"], employers["payer"], strict=True))
        for key, group in hard.groupby("key", sort=True):
            organisation = str(group["organisation_id"].iloc[0])
            once = group.sort_values("likely_ore", ascending=False).drop_duplicates("person_id")
            low, likely = int(once["low_ore"].sum()), int(once["likely_ore"].sum())
            sv, en = [], []
            by_reason = group.groupby("reason")["person_id"].nunique()
            for reason, (swedish, english) in _REASONS.items():
                people = int(by_reason.get(reason, 0))
                if not people:
                    continue
                sv.append(f"{counted(people, 'person', 'personer')} {swedish}")
                en.append(f"{counted(people, 'person', 'people')} {english}")
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=organisation,
                organisation_id=organisation,
                payer=payer[organisation],
                programme="wage_guarantee",
                unit="people whose guarantee is contradicted",
                observed=group["person_id"].nunique(),
                amounts=(low, likely, paid[organisation]),
                amount_kind=AmountKind.ROWS,
                period=(group["from_on"].min(), group["to_on"].max()),
                parties={
                    "employee": group["person_id"],
                    "related_organisation": group["other_organisation_id"].dropna(),
                },
                sv=f"Lönegaranti, {kronor(likely)}, motsägs: {'; '.join(sv)}.",
                en=f"Wage guarantee, {kronor(likely, language='en')}, is contradicted: {'; '.join(en)}.",
            )

    def _rates(self, low_p: pd.DataFrame) -> Iterator[dict[str, Any]]:
        test: Any
        for test in low_p.itertuples(index=False):
            likely = round(test.undeclared_ore * (1 - test.expected / test.observed))
            yield rate_hit(
                self,
                test,
                payer=test.payer,
                programme="wage_guarantee",
                amounts=(0, likely, int(test.paid_ore)),
                amount_kind=AmountKind.EXCESS,
                period=(test.from_on, test.to_on),
                sv=f"Bolaget har aldrig deklarerat lön för {number(test.observed)} av {number(test.trials)} personer som fick lönegaranti "
                f"({percent(test.observed / test.trials)}), mot väntade {number(round(test.expected, 1))} hos {test.peers} andra konkurser.",
                en=f"The employer never declared pay for {number(test.observed, language='en')} of {number(test.trials, language='en')} people who were paid "
                f"the guarantee ({percent(test.observed / test.trials)}), against {number(round(test.expected, 1), language='en')} expected from {test.peers} "
                f"other bankruptcies.",
            )


_GUARANTEED = """
    with paid as (
        select organisation_id, person_id, min(payer) as payer, min(period_from) as from_on, max(period_to) as to_on, min(record_id) as record_id,
            cast(sum(amount_ore) as bigint) as paid_ore, date_diff('day', min(period_from), max(period_to)) + 1 as days,
            count(case when links_exact and not is_withheld then 1 end) = count(*) as is_sure
        from current_claims
        where programme = 'wage_guarantee' and organisation_id is not null and person_id is not null and period_to >= period_from
        group by organisation_id, person_id
    ),
    before as (
        select g.organisation_id, g.person_id, p.record_id as payroll_id, coalesce(p.cash_pay_ore, 0) + coalesce(p.f_tax_pay_ore, 0) as pay_ore,
            p.links_exact, date_diff('month', p.month, g.from_on) as months_before
        from paid g join current_payroll p on p.organisation_id = g.organisation_id and p.person_id = g.person_id and p.month <= g.to_on
    ),
    declared as (
        select organisation_id, person_id, count(*) as months from before where pay_ore > 0 group by organisation_id, person_id
    ),
    highest as (
        select *, row_number() over (partition by organisation_id, person_id order by pay_ore desc, payroll_id) as place
        from before where pay_ore > 0 and months_before between 0 and 12
    )
    select g.*, d.months is null as is_undeclared, h.payroll_id, h.pay_ore, g.is_sure and coalesce(h.links_exact, true) as is_exact
    from paid g
    left join declared d on d.organisation_id = g.organisation_id and d.person_id = g.person_id
    left join highest h on h.organisation_id = g.organisation_id and h.person_id = g.person_id and h.place = 1
"""
"""One row an employer and person: what the guarantee paid, and the highest pay declared in the year before."""

_EMPLOYERS = """
    select g.organisation_id, min(g.payer) as payer, min(g.from_on) as from_on, max(g.to_on) as to_on, cast(sum(g.paid_ore) as bigint) as paid_ore,
        count(*) as trials, count(case when g.is_undeclared then 1 end) as observed,
        cast(sum(case when g.is_undeclared then g.paid_ore else 0 end) as bigint) as undeclared_ore,
        date_diff('month', min(p.first_month), min(g.from_on)) >= $months as is_covered
    from guaranteed g join (select min(month) as first_month from current_payroll) p on p.first_month is not null
    group by g.organisation_id order by g.organisation_id
"""

_CLAIMS = """
    select c.organisation_id, c.person_id, c.payer, c.record_id, c.amount_ore, g.is_undeclared
    from current_claims c join guaranteed g on g.organisation_id = c.organisation_id and g.person_id = c.person_id
    where c.programme = 'wage_guarantee' order by c.organisation_id, c.record_id
"""

_ESTATES = """
    select organisation_id, record_id from bankruptcies where organisation_id is not null and not is_withheld order by organisation_id, record_id
"""

_CONTRADICTED = """
    with above as (
        select organisation_id, person_id, 'above' as reason, from_on, to_on, paid_ore, payroll_id,
            cast(null as varchar) as other_organisation_id, cast(null as varchar) as other_id,
            paid_ore - cast(ceil(pay_ore * 1.0 * days / 30 * (100 + $tolerance) / 100) as bigint) as low_ore,
            paid_ore - cast(floor(pay_ore * 1.0 * days / 30) as bigint) as likely_ore
        from guaranteed where is_exact and pay_ore > 0
    ),
    pairs as (
        select g.organisation_id, g.person_id, g.from_on, g.to_on, g.paid_ore, g.days, o.organisation_id as other_organisation_id,
            o.record_id as other_id, date_diff('day', greatest(g.from_on, o.from_on), least(g.to_on, o.to_on)) + 1 as both_days
        from guaranteed g join guaranteed o on o.person_id = g.person_id and o.organisation_id <> g.organisation_id
        where g.is_exact and o.is_exact and g.is_undeclared
    ),
    twice as (
        select organisation_id, person_id, 'twice' as reason, from_on, to_on, paid_ore, cast(null as varchar) as payroll_id, other_organisation_id,
            other_id, cast(floor(paid_ore * 1.0 * both_days / days) as bigint) as low_ore, paid_ore as likely_ore
        from pairs where both_days > $overlap
    ),
    every_row as (select * from above where low_ore > 0 union all select * from twice),
    beyond as (
        select organisation_id, reason from every_row group by organisation_id, reason having count(distinct person_id) >= $people
    )
    select e.* from every_row e join beyond b on b.organisation_id = e.organisation_id and b.reason = e.reason
    order by e.organisation_id, e.person_id, e.reason, e.other_organisation_id
"""
