"""Hours billed above what was registered."""

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
        (month shift), the user's own or another's of the provider; a few months only; providers that deliver no time reports at all (listed as
        not evaluable), users of whom there is no report at all, and months outside the time that the reports of the
        programme span; claims that a correction has replaced; claims for
        more than one calendar month; claims with doubtful identity links, while a report that is withheld or has
        a doubtful link counts as registered.

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
        engine.keep("billed_claims", _BILLED_CLAIMS)
        engine.keep("billed_user_months", _USER_MONTHS)
        engine.keep(
            "billed_provider_months",
            _PROVIDER_MONTHS,
            {"percent": 100 + self.tolerance_percent, "minutes": 60 * self.fewest_hours},
        )
        months = engine.query(_BEYOND, {"months": self.fewest_months}).to_pandas()
        claims = engine.query(_CLAIMS, {"months": self.fewest_months}).to_pandas()
        for frame in (months, claims):
            frame["key"] = frame["organisation_id"] + " " + frame["programme"]
        shifts = engine.query(_MANUAL, {"months": self.fewest_months}).to_pandas()
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["subject_id"] + " " + tests["programme"]
        reporting = tests["registered_hours"].notna()
        kind, unit = self.subject_kind.value, "billed hours (expected: registered hours)"
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
            tests=tests_frame(
                plain_tests(
                    tests[reporting],
                    subject_kind=kind,
                    unit=unit,
                    null_model="fact",
                    observed="billed_hours",
                    expected="registered_hours",
                ),
                not_evaluable_tests(
                    tests[~reporting],
                    subject_kind=kind,
                    unit=unit,
                    null_model="fact",
                    observed="billed_hours",
                    why="no time reports of this provider for the time that it bills",
                ),
            ),
        )

    def _hits(self, months: pd.DataFrame, claims: pd.DataFrame, manual: pd.Series) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(claims.groupby("key")))
        for key, group in months.groupby("key", sort=True):
            told = by_key[key]
            organisation = str(group["organisation_id"].iloc[0])
            billed, registered = group["billed"].sum(), group["registered"].sum()
            amount = int(told["excess_ore"].sum())
            by_hand = float(manual.get(organisation, 0.0))
            more = f"{percent(billed / registered - 1)} " if registered else ""
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
                f"({more}mer); {kronor(amount)} saknar registrering. "
                f"{percent(by_hand)} av registreringarna är gjorda för hand.",
                en=f"{hours(billed, language='en')} were billed but {hours(registered, language='en')} are registered in {len(group)} months "
                f"({more}more); {kronor(amount, language='en')} lack a registration. "
                f"{percent(by_hand)} of the registrations were made by hand.",
            )


_BILLED_CLAIMS = """
    select organisation_id, programme, payer, person_id, record_id, period_from, period_to, billed_minutes, amount_ore,
        cast(date_trunc('month', period_from) as date) as month
    from current_claims
    where billed_minutes > 0 and organisation_id is not null and not is_withheld and links_exact
        and date_trunc('month', period_from) = date_trunc('month', period_to)
"""

_USER_MONTHS = """
    with reported as (select distinct organisation_id, programme, user_id from shifts where user_id is not null),
    billed as (
        -- A user of whom the extract holds no report at all may be missing from the extract: nothing is said of them.
        select c.organisation_id, c.programme, c.person_id, c.month, sum(c.billed_minutes) as billed from billed_claims c
        join reported r on r.organisation_id = c.organisation_id and r.programme = c.programme and r.user_id = c.person_id
        group by c.organisation_id, c.programme, c.person_id, c.month
    ),
    registered as (
        select organisation_id, programme, user_id, month, sum(minutes) as registered, min(record_id) as first_report
        -- Withheld rows count as registered: it was a protected worker who made them, and the bill for their hours stands.
        from shifts where organisation_id is not null
        group by organisation_id, programme, user_id, month
    )
    select b.organisation_id, b.programme, b.person_id, b.month, b.billed, coalesce(r.registered, 0) as registered, r.first_report
    from billed b
    left join registered r on r.organisation_id = b.organisation_id and r.programme = b.programme
        and r.user_id is not distinct from b.person_id and r.month = b.month
"""

_PROVIDER_MONTHS = """
    with spans as (select programme, min(month) as first_month, max(month) as last_month from shifts group by programme),
    reporting as (
        select distinct s.organisation_id, s.programme, p.first_month, p.last_month from shifts s join spans p on p.programme = s.programme
    ),
    users as (select distinct organisation_id, programme, person_id from billed_claims),
    billed as (
        select organisation_id, programme, month, sum(billed) as billed from billed_user_months group by organisation_id, programme, month
    ),
    registered as (
        -- Reports on users that the provider bills in any month, and reports that may be on one of them.
        select s.organisation_id, s.programme, s.month, sum(s.minutes) as registered
        from shifts s
        left join users u on u.organisation_id = s.organisation_id and u.programme = s.programme and u.person_id = s.user_id
        where s.organisation_id is not null
            and (u.person_id is not null or s.user_id is null or not s.links_exact)
        group by s.organisation_id, s.programme, s.month
    ),
    every_month as (
        select organisation_id, programme, month from billed union select organisation_id, programme, month from registered
    ),
    provider_months as (
        select e.organisation_id, e.programme, e.month, date_diff('month', date '2000-01-01', e.month) as month_no,
            coalesce(b.billed, 0) as billed, coalesce(r.registered, 0) as registered
        from every_month e
        join reporting p on p.organisation_id = e.organisation_id and p.programme = e.programme
            and e.month between p.first_month and p.last_month
        left join billed b on b.organisation_id = e.organisation_id and b.programme = e.programme and b.month = e.month
        left join registered r on r.organisation_id = e.organisation_id and r.programme = e.programme and r.month = e.month
    ),
    three_months as (
        -- A month alone may hold another's hours; three in a row even that out.
        select *, sum(billed) over near as billed_near, sum(registered) over near as registered_near
        from provider_months
        window near as (partition by organisation_id, programme order by month_no range between 1 preceding and 1 following)
    )
    select *, 100 * billed > $percent * registered and 100 * billed_near > $percent * registered_near
        and billed_near - registered_near >= $minutes as is_beyond
    from three_months
"""

_ENOUGH = """
    enough as (
        select organisation_id, programme from billed_provider_months where is_beyond group by organisation_id, programme having count(*) >= $months
    )
"""

_BEYOND = f"""
    with {_ENOUGH}
    select m.organisation_id, m.programme, m.month, cast(m.billed as double) as billed, cast(m.registered as double) as registered
    from billed_provider_months m join enough e on e.organisation_id = m.organisation_id and e.programme = m.programme
    where m.is_beyond order by m.organisation_id, m.programme, m.month
"""

_CLAIMS = f"""
    with {_ENOUGH},
    months as (
        select m.organisation_id, m.programme, m.month, m.billed - m.registered as surplus
        from billed_provider_months m join enough e on e.organisation_id = m.organisation_id and e.programme = m.programme
        where m.is_beyond
    ),
    short_users as (
        select u.*, u.billed - u.registered as surplus,
            sum(u.billed - u.registered) over (partition by u.organisation_id, u.programme, u.month) as every_surplus
        from billed_user_months u where u.billed > u.registered
    )
    -- Hours registered on another user of the provider were worked: a user's surplus counts as far as the provider's own goes.
    select c.organisation_id, c.programme, c.payer, c.person_id, c.record_id, u.first_report, c.period_from, c.period_to, c.amount_ore,
        cast(floor(c.amount_ore * u.surplus * least(1.0, m.surplus * 1.0 / u.every_surplus) / u.billed) as bigint) as excess_ore
    from billed_claims c
    join months m on m.organisation_id = c.organisation_id and m.programme = c.programme and m.month = c.month
    join short_users u on u.organisation_id = c.organisation_id and u.programme = c.programme
        and u.person_id is not distinct from c.person_id and u.month = c.month
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
    with billing as (
        select organisation_id, programme, sum(billed_minutes) / 60.0 as billed_hours from billed_claims group by organisation_id, programme
    ),
    reporting as (
        select organisation_id, programme, sum(billed) / 60.0 as billed_hours, sum(registered) / 60.0 as registered_hours
        from billed_provider_months group by organisation_id, programme
    )
    select b.organisation_id as subject_id, b.programme, coalesce(r.billed_hours, b.billed_hours) as billed_hours, r.registered_hours
    from billing b left join reporting r on r.organisation_id = b.organisation_id and r.programme = b.programme
    order by b.organisation_id, b.programme
"""
