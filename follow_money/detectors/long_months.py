"""Months of more hours than one person can work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.amounts import HOURLY_RATES
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import hours, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class LongMonths(Detector):
    """Months in which the staff of a provider are reported for more hours, with everybody, than one person can work.

    Why:
        Hours that were never worked are often reported for people who work full time somewhere else. One register alone shows a plausible month; all
        providers' time sheets together, and the hours that pay from other employers stands for, do not. Pay is monthly and proves no hour, so this is a
        share of person-months compared with peers and never a contradiction.

    Not flagged:
        Two users at the same time (hours are merged first, so two users of one home, granted double assistance and overlaps count once); standby and
        waiting time; a lawful second job; a few long months; a person's months with a provider for whom the reported hours are few.

    Parameters:
        hours_a_month: Hours of one person in one month, all work together, above which the month is counted: the cap of 52 h a week in household work over a
            month of 31 days (230 h), and 20 h for what carries over between months.
        own_hours: Hours with the provider itself in that month, from which on it counts for that provider.
        other_pay_percent: An hour at an employer that reports no shifts is taken to be paid so many per cent of the labour-hour rate, so that hours are
            rather under- than overstated.
        fewest_person_months: Counted person-months, from which on it can be a hit.
        fewest_trials: A provider with fewer person-months is not evaluable.

    Source:
        Typology 1, detector D1a; working-time caps of 48 h a week on average over four months and 52 h over 28 days in household work
        (arbetstidslagen; lagen om arbetstid m.m. i husligt arbete), unless a collective agreement says otherwise.
    """

    name = "long_months"
    version = "2"
    title_sv = "Månader med fler timmar än en person kan arbeta"
    title_en = "Months of more hours than one person can work"
    why_sv = (
        "Timmar som aldrig arbetats redovisas ofta för personer som arbetar heltid någon annanstans. Var för sig ser registren rimliga ut; alla "
        "tidsredovisningar tillsammans, och de timmar som lön från andra arbetsgivare motsvarar, gör det inte. Andelen personmånader jämförs med andra."
    )
    kinds = (HitKind.RATE,)
    typologies = (1, 3)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"time_reports": ("organisation_number", "staff_number", "starts_at", "ends_at")}
    uses = ("payroll", "rates", "organisations")
    look_alikes = (
        LookAlike(
            "Lön från annan arbetsgivare som inte är för arbetade timmar (semester, uppsägningstid, bonus): se lönebeskedet.",
            "Pay from another employer that is not for hours worked (holiday, notice, bonus): see the pay slip.",
        ),
        LookAlike(
            "Väntetid eller beredskap redovisad som aktiv tid: se schemat.",
            "Waiting or standby reported as active time: see the schedule.",
        ),
        LookAlike(
            "Kollektivavtal som tillåter långa pass med vila efteråt: se avtalet och månaderna intill.",
            "A collective agreement that allows long shifts with rest afterwards: see it and the months beside.",
        ),
        LookAlike(
            "Lön som betalats ut samlat för flera månader: se specifikationen.",
            "Pay for several months paid out at once: see the specification.",
        ),
    )

    hours_a_month: int = 250
    own_hours: int = 20
    other_pay_percent: int = 125
    fewest_person_months: int = 3
    fewest_trials: int = 50

    def detect(self, context: Context) -> Findings:
        """Screen every provider with time reports."""
        engine, unit, kind = context.engine, "person-months above the hours", self.subject_kind.value
        engine.keep("month_work", _WORK)
        engine.keep(
            "long_months",
            _LONG,
            {"minutes": 60 * self.hours_a_month, "own": 60 * self.own_hours, "percent": self.other_pay_percent},
        )
        counts = engine.query(_COUNTS).to_pandas()
        if counts.empty:
            return nothing()
        counts["key"] = counts["organisation_id"] + " " + counts["programme"]
        counts["subject_id"] = counts["organisation_id"]
        is_evaluable = counts["trials"] >= self.fewest_trials
        counts["peer_group"] = peer_groups(
            engine, counts, counts["programme"], "trials", evaluable=is_evaluable, hangs_on_size=True
        )
        tests = tests_frame(
            rate_tests(counts[is_evaluable], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                counts[~is_evaluable],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_trials} person-months",
            ),
        )
        low_p = tests[(tests["p_value"] <= context.q_limit) & (tests["observed"] >= self.fewest_person_months)]
        shifts = engine.query(_SHIFTS).to_pandas()
        shifts["key"] = shifts["organisation_id"] + " " + shifts["programme"]
        shifts = shifts[shifts["key"].isin(low_p["key"])]
        pay = engine.query(_PAY).to_pandas()
        pay["key"] = pay["organisation_id"] + " " + pay["programme"]
        pay = pay[pay["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(list(self._hits(low_p, shifts, set(pay["key"])))),
            evidence=joined(
                evidence_frame(
                    shifts,
                    register="time_reports",
                    amount="amount_ore",
                    sv="pass i en lång månad",
                    en="shift in a long month",
                ),
                evidence_frame(
                    pay, register="payroll", sv="lön från annan arbetsgivare", en="pay from another employer"
                ),
            ),
            tests=tests,
        )

    def _hits(self, low_p: pd.DataFrame, shifts: pd.DataFrame, with_pay: set[str]) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(shifts.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group = by_key[test.key]
            months = group.groupby(["staff_id", "month"]).agg(
                own=("minutes", "sum"), in_all=("in_all", "first"), ore=("amount_ore", "sum")
            )
            # What lies above the hours, at most what this provider reported itself.
            beyond = (months["in_all"] - 60 * self.hours_a_month).clip(upper=months["own"])
            at_risk = round(float((months["ore"] * beyond / months["own"]).sum()))
            people = group["staff_id"].nunique()
            yield rate_hit(
                self,
                test,
                programme=str(group["programme"].iloc[0]),
                amounts=(0, at_risk, int(group["amount_ore"].sum())),
                amount_kind=AmountKind.EXCESS,
                period=(group["day"].min(), group["day"].max()),
                parties={"staff": group["staff_id"]},
                sv=f"{number(test.observed)} personmånader för {people} {'person' if people == 1 else 'personer'} har mer än {self.hours_a_month} h, "
                f"alla arbeten tillsammans, som mest {hours(float(months['in_all'].max()))} ({number(test.expected)} väntade; "
                f"{test.peers} jämförbara utförare).",
                en=f"{number(test.observed, language='en')} person-months of {people} {'person' if people == 1 else 'people'} hold more than "
                f"{self.hours_a_month} h, all work together, at most {hours(float(months['in_all'].max()), language='en')} "
                f"({number(test.expected, language='en')} expected; {test.peers} peers).",
                against=[
                    (
                        "Timmar hos andra arbetsgivare är räknade ur månadslön, inte ur klockslag.",
                        "Hours with other employers are inferred from monthly pay, not from the clock.",
                    )
                ]
                if test.key in with_pay
                else [],
            )


_WORK = """
    select staff_id, organisation_id, programme, month, sum(minutes) as minutes from shifts
    where kind = 'active' and not is_withheld and staff_id is not null and organisation_id is not null
    group by staff_id, organisation_id, programme, month
"""
"""Reported minutes by person, provider, programme and month."""

_LONG = """
    with reporting as (select distinct staff_id, organisation_id from month_work),
    labour as (
        select valid_from, coalesce(valid_to, date '2999-12-31') as valid_to, amount_ore from rates where kind = 'labour_hour'
    ),
    paid_elsewhere as (
        select p.person_id as staff_id, p.month,
            sum(cast(floor(coalesce(p.cash_pay_ore, 0) * 6000.0 / (l.amount_ore * $percent)) as bigint)) as minutes
        from current_payroll p
        join (select distinct staff_id, month from month_work) w on w.staff_id = p.person_id and w.month = p.month
        join labour l on p.month between l.valid_from and l.valid_to
        left join reporting r on r.staff_id = p.person_id and r.organisation_id = p.organisation_id
        where r.staff_id is null
        group by p.person_id, p.month
    ),
    told as (select staff_id, month, sum(minutes) as minutes from month_work group by staff_id, month),
    perhaps as (
        select t.staff_id, t.month, coalesce(p.minutes, 0) as elsewhere from told t
        left join paid_elsewhere p on p.staff_id = t.staff_id and p.month = t.month
        where t.minutes + coalesce(p.minutes, 0) > $minutes
    ),
    ordered as (
        select s.staff_id, s.month, s.starts_at, s.ends_at, max(s.ends_at) over (
            partition by s.staff_id, s.month order by s.starts_at, s.record_id rows between unbounded preceding and 1 preceding
        ) as busy_until
        from shifts s join perhaps p on p.staff_id = s.staff_id and p.month = s.month
        where s.kind = 'active' and not s.is_withheld
    ),
    merged as (
        select staff_id, month, sum(greatest(0, date_diff('minute', greatest(starts_at, coalesce(busy_until, starts_at)), ends_at))) as minutes
        from ordered group by staff_id, month
    ),
    long as (
        select m.staff_id, m.month, m.minutes + p.elsewhere as in_all from merged m join perhaps p on p.staff_id = m.staff_id and p.month = m.month
        where m.minutes + p.elsewhere > $minutes
    )
    select w.organisation_id, w.programme, w.staff_id, w.month, cast(l.in_all as bigint) as in_all
    from long l join month_work w on w.staff_id = l.staff_id and w.month = l.month where w.minutes >= $own
"""
"""Person-months above the hours, for every provider that reported hours in them. ``in_all``: merged minutes of all shifts and of other employers' pay."""

_COUNTS = """
    with trials as (select organisation_id, programme, count(*) as trials from month_work group by organisation_id, programme),
    long as (select organisation_id, programme, count(*) as observed from long_months group by organisation_id, programme)
    select t.organisation_id, t.programme, t.trials, coalesce(l.observed, 0) as observed
    from trials t left join long l on l.organisation_id = t.organisation_id and l.programme = t.programme
    order by t.organisation_id, t.programme
"""

_SHIFTS = f"""
    with tariffs as ({HOURLY_RATES})
    select l.organisation_id, l.programme, l.staff_id, l.month, l.in_all, s.record_id, s.day, s.minutes,
        cast(floor(s.minutes * coalesce(t.amount_ore, 0) / 60.0) as bigint) as amount_ore
    from long_months l
    join shifts s on s.staff_id = l.staff_id and s.month = l.month and s.organisation_id = l.organisation_id and s.programme = l.programme
    left join tariffs t on t.programme = s.programme and s.day between t.valid_from and t.valid_to
    where s.kind = 'active' and not s.is_withheld
    order by l.organisation_id, l.programme, s.record_id
"""

_PAY = """
    with reporting as (select distinct staff_id, organisation_id from month_work)
    select l.organisation_id, l.programme, p.record_id
    from long_months l
    join current_payroll p on p.person_id = l.staff_id and p.month = l.month
    left join reporting r on r.staff_id = p.person_id and r.organisation_id = p.organisation_id
    where r.staff_id is null
    order by l.organisation_id, l.programme, p.record_id
"""
"""Declared pay from employers that report no shifts of the person."""
