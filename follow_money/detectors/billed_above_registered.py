"""Hours billed above what was registered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.sentences import hours, kronor, percent
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class BilledAboveRegistered(Detector):
    """Hours billed for users and months above the hours that the provider's own time reports hold.

    Why:
        The bill and the time report are the same provider's two accounts of the same work. A bill that is larger month after month is contradicted by
        the provider's own registration, manual entries included.

    Not flagged:
        Differences within the tolerance (rounding, late cancellations that may be billed); a month whose surplus a neighbouring month makes up for
        (month shift); a few months only; providers that deliver no time reports at all; claims that a correction has replaced.

    Parameters:
        tolerance_percent: Billed above registered, over three months in a row, up to this share is rounding and billable cancellations.
        fewest_hours: Surplus hours of the provider in those three months, below which nothing is said.
        fewest_months: Months beyond the tolerance from which on it is a contradiction.

    Source:
        Typology 3, detector D2a; Åklagarmyndigheten and Kommunalarbetaren 2015: in one sample 15-20 % of the hours were added by hand.
    """

    name = "billed_above_registered"
    version = "1"
    title_sv = "Fakturerat utöver registrerad tid"
    title_en = "Billed above registered time"
    why_sv = (
        "Räkningen och tidsredovisningen är samma utförares två uppgifter om samma arbete. En räkning som månad efter månad är större motsägs av "
        "utförarens egen registrering."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (3, 1)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "claims": ("organisation_number", "person_number", "period_from", "period_to", "billed_minutes", "amount_ore"),
        "time_reports": ("organisation_number", "user_number", "starts_at", "ends_at"),
    }
    look_alikes = (
        LookAlike(
            "Sena avbokningar som får faktureras enligt avtalet: se avtal och avbokningslogg.",
            "Late cancellations that the contract lets bill: see contract and log.",
        ),
        LookAlike(
            "Trasig telefon eller tagg och besök som aldrig registrerades i efterhand: se planering och löner.",
            "A broken phone or tag and visits never entered afterwards: see planning and pay.",
        ),
        LookAlike(
            "Underleverantör som registrerar i eget system: begär dess besökslogg.",
            "A subcontractor that registers in its own system: ask for its log.",
        ),
        LookAlike(
            "Tidsredovisning som saknas i uttaget för vissa brukare: kontrollera leveransen.",
            "Time reports missing in the extract for some users: check the delivery.",
        ),
    )

    tolerance_percent: int = 8
    fewest_hours: int = 30
    fewest_months: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every provider that has both claims and time reports."""
        engine = context.engine
        engine.keep("billed_user_months", _USER_MONTHS)
        engine.keep(
            "billed_provider_months",
            _PROVIDER_MONTHS,
            {"share": 1 + self.tolerance_percent / 100, "minutes": 60 * self.fewest_hours},
        )
        months = engine.query(_BEYOND, {"months": self.fewest_months}).to_pandas()
        claims = engine.query(_CLAIMS, {"months": self.fewest_months}).to_pandas()
        for frame in (months, claims):
            frame["key"] = frame["organisation_id"] + " " + frame["programme"]
        shifts = engine.query(_MANUAL, {"months": self.fewest_months}).to_pandas()
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["organisation_id"] + " " + tests["programme"]
        return Findings(
            hits=hits_frame(list(self._hits(months, claims, shifts.set_index("organisation_id")["manual_share"]))),
            evidence=joined(
                evidence_frame(
                    claims,
                    register="claims",
                    amount="excess_ore",
                    sv="räkning över registrerad tid",
                    en="bill above registered time",
                ),
                evidence_frame(
                    claims,
                    register="time_reports",
                    record="first_report",
                    sv="en av periodens registreringar",
                    en="one of the period's reports",
                ),
            ),
            tests=plain_tests(
                tests.rename(columns={"organisation_id": "subject_id"}),
                subject_kind=self.subject_kind.value,
                unit="billed hours (expected: registered hours)",
                null_model="fact",
                observed="billed_hours",
                expected="registered_hours",
            ),
        )

    def _hits(self, months: pd.DataFrame, claims: pd.DataFrame, manual: pd.Series) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(claims.groupby("key")))
        for key, group in months.groupby("key", sort=True):
            if key not in by_key:
                continue
            told = by_key[key]
            organisation = str(group["organisation_id"].iloc[0])
            billed, registered = group["billed"].sum(), group["registered"].sum()
            amount = int(told["excess_ore"].sum())
            by_hand = float(manual.get(organisation, 0.0))
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=organisation,
                organisation_id=organisation,
                payer=told["payer"].iloc[0],
                programme=group["programme"].iloc[0],
                unit="billed hours",
                observed=billed / 60,
                expected=registered / 60,
                amounts=(amount, amount, int(told["amount_ore"].sum())),
                amount_kind=AmountKind.ROWS,
                period=(told["period_from"].min(), told["period_to"].max()),
                parties={"user": told["person_id"]},
                sv=f"{hours(billed)} fakturerades men {hours(registered)} är registrerade i {len(group)} månader "
                f"({percent(billed / max(registered, 1) - 1)} mer); {kronor(amount)} saknar registrering. "
                f"{percent(by_hand)} av registreringarna är gjorda för hand.",
                en=f"{hours(billed, language='en')} were billed but {hours(registered, language='en')} are registered in {len(group)} months "
                f"({percent(billed / max(registered, 1) - 1)} more); {kronor(amount, language='en')} lack a registration. "
                f"{percent(by_hand)} of the registrations were made by hand.",
            )


_USER_MONTHS = """
    with billed as (
        select organisation_id, programme, person_id, date_trunc('month', period_from) as month, sum(billed_minutes) as billed
        from current_claims
        where billed_minutes is not null and organisation_id is not null and not is_withheld and links_exact
            and date_trunc('month', period_from) = date_trunc('month', period_to)
        group by organisation_id, programme, person_id, date_trunc('month', period_from)
    ),
    registered as (
        select organisation_id, programme, user_id, cast(month as timestamp) as month, sum(minutes) as registered, min(record_id) as first_report
        from shifts where organisation_id is not null and not is_withheld
        group by organisation_id, programme, user_id, month
    )
    select b.organisation_id, b.programme, b.person_id, cast(b.month as date) as month, b.billed, coalesce(r.registered, 0) as registered, r.first_report
    from billed b
    left join registered r on r.organisation_id = b.organisation_id and r.programme = b.programme
        and r.user_id is not distinct from b.person_id and r.month = b.month
"""

_PROVIDER_MONTHS = """
    with reporting as (select distinct organisation_id, programme from shifts),
    provider_months as (
        select u.organisation_id, u.programme, u.month, sum(u.billed) as billed, sum(u.registered) as registered
        from billed_user_months u join reporting r on r.organisation_id = u.organisation_id and r.programme = u.programme
        group by u.organisation_id, u.programme, u.month
    ),
    three_months as (
        -- A month alone may hold another's hours; three in a row even that out.
        select *, sum(billed) over near as billed_near, sum(registered) over near as registered_near
        from provider_months
        window near as (partition by organisation_id, programme order by month rows between 1 preceding and 1 following)
    )
    select *, billed > $share * registered and billed_near > $share * registered_near and billed_near - registered_near > $minutes as is_beyond
    from three_months
"""

_BEYOND = """
    with enough as (
        select organisation_id, programme from billed_provider_months where is_beyond group by organisation_id, programme having count(*) >= $months
    )
    select m.organisation_id, m.programme, m.month, cast(m.billed as double) as billed, cast(m.registered as double) as registered
    from billed_provider_months m join enough e on e.organisation_id = m.organisation_id and e.programme = m.programme
    where m.is_beyond order by m.organisation_id, m.programme, m.month
"""

_CLAIMS = """
    with enough as (
        select organisation_id, programme from billed_provider_months where is_beyond group by organisation_id, programme having count(*) >= $months
    ),
    months as (
        select m.organisation_id, m.programme, m.month from billed_provider_months m
        join enough e on e.organisation_id = m.organisation_id and e.programme = m.programme where m.is_beyond
    )
    select c.organisation_id, c.programme, c.payer, c.person_id, c.record_id, u.first_report, c.period_from, c.period_to, c.amount_ore,
        cast(floor(c.amount_ore * (u.billed - u.registered) * 1.0 / u.billed) as bigint) as excess_ore
    from current_claims c
    join months m on m.organisation_id = c.organisation_id and m.programme = c.programme and m.month = cast(date_trunc('month', c.period_from) as date)
    join billed_user_months u on u.organisation_id = c.organisation_id and u.programme = c.programme
        and u.person_id is not distinct from c.person_id and u.month = m.month
    where u.billed > u.registered and c.billed_minutes > 0 and not c.is_withheld
    order by c.organisation_id, c.programme, c.record_id
"""

_MANUAL = """
    with enough as (
        select distinct organisation_id from billed_provider_months where is_beyond group by organisation_id, programme having count(*) >= $months
    )
    select s.organisation_id, count_if(s.is_manual) * 1.0 / count(*) as manual_share
    from shifts s join enough e on e.organisation_id = s.organisation_id
    group by s.organisation_id order by s.organisation_id
"""

_TESTED = """
    select organisation_id, programme, sum(billed) / 60.0 as billed_hours, sum(registered) / 60.0 as registered_hours
    from billed_provider_months group by organisation_id, programme order by organisation_id, programme
"""
