"""Shifts while somebody was elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.amounts import HOURLY_RATES, whole_claims
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.sentences import hours
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_REASONS = {
    "work": ("assistenten var instämplad hos annan arbetsgivare", "the worker was clocked in with another employer"),
    "hospital": ("brukaren var inlagd på sjukhus", "the user was in hospital"),
    "staff_hospital": ("den som arbetade var inlagd på sjukhus", "the worker was in hospital"),
    "abroad": ("den som arbetade var utomlands", "the worker was abroad"),
    "user_abroad": ("brukaren var utomlands utan den som arbetade", "the user was abroad without the worker"),
    "custody": ("den ena var frihetsberövad", "one of them was in custody"),
    "died": ("brukaren hade avlidit", "the user had died"),
    "staff_died": ("den som arbetade hade avlidit", "the worker had died"),
}


@dataclass(frozen=True, kw_only=True)
class ShiftsElsewhere(Detector):
    """Shifts on days or hours when the worker or the user was somewhere else: other clock-timed work, hospital, abroad, or after a death.

    Why:
        Help that is given in person needs both people in one place. A staff ledger, a hospital stay, a journey or a death says where one of them was.
        One wrong date can fall on such a day, so a stay counts only when most or many of its whole days are claimed, and other work only when
        it recurs within a month.

    Not flagged:
        The day of admission and of discharge, of departure and of return; a stay with granted hospital assistance; a journey that user and worker made
        together; standby and waiting time beside other work; overlaps within the tolerance (commuting, handover); corrected rows; doubtful identity
        links.

    Parameters:
        tolerance_minutes: Overlap with other clock-timed work up to this is not counted.
        work_days: Days in one month on which a person's shifts overlap other clock-timed work, from which on it is a contradiction.
        stay_days: Whole days of one stay or journey with claimed shifts, from which on it is a contradiction.
        stay_share_percent: Share of the stay's whole days that must be claimed.
        many_days: Claimed whole days of one stay from which on it is a contradiction whatever their share.
        days_after_death: Days after a death that late registration explains.
        death_days: Days with shifts after that, from which on it is a contradiction (a few are wrong dates).

    Source:
        Typologies 1 and 3, detector D1c. Payroll is monthly and is not used here: it never proves a same-hour conflict.
    """

    name = "shifts_elsewhere"
    version = "1"
    title_sv = "Pass medan någon var på annan plats"
    title_en = "Shifts while somebody was elsewhere"
    why_sv = (
        "Hjälp som ges på plats kräver att båda är där. En personalliggare, en sjukhusvistelse, en resa eller ett dödsfall visar var den ena var. "
        "Ett fel datum kan hamna på en sådan dag; därför räknas en vistelse bara när de flesta eller många av dess hela dagar är redovisade."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (1, 3)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"time_reports": ("organisation_number", "user_number", "staff_number", "starts_at", "ends_at")}
    needs_one_of = ("staff_ledgers", "absences", "persons")
    uses = ("staff_ledgers", "absences", "persons", "decisions", "claims", "rates")
    look_alikes = (
        LookAlike(
            "Assistans på sjukhus som beviljats av särskilda skäl: se beslutet.",
            "Hospital assistance granted for special reasons: see the decision.",
        ),
        LookAlike(
            "Brukaren och assistenten reste tillsammans: se bådas resor.",
            "User and worker travelled together: see both journeys.",
        ),
        LookAlike(
            "Fel person antecknad på passet: begär schema och lön för dagen.",
            "The wrong worker was noted: ask for schedule and pay of the day.",
        ),
        LookAlike(
            "Utstämpling som glömts hos den andra arbetsgivaren: begär stämplingarna.",
            "A forgotten clock-out at the other employer: ask for its clockings.",
        ),
        LookAlike(
            "Namne eller fel personnummer i frånvaroregistret: jämför folkbokföringen.",
            "A namesake or a wrong number in the absence register: compare the population register.",
        ),
    )

    tolerance_minutes: int = 30
    work_days: int = 5
    stay_days: int = 3
    stay_share_percent: int = 60
    many_days: int = 5
    days_after_death: int = 3
    death_days: int = 4

    def detect(self, context: Context) -> Findings:
        """Screen every provider with time reports against every register of whereabouts that was delivered."""
        engine = context.engine
        engine.keep("elsewhere_work", _WORK)
        engine.keep(
            "elsewhere_rows",
            _ROWS,
            {"tolerance": self.tolerance_minutes, "after_death": self.days_after_death},
        )
        rows = engine.query(
            _CONTRADICTED,
            {
                "work_days": self.work_days,
                "stay_days": self.stay_days,
                "stay_share": self.stay_share_percent,
                "death_days": self.death_days,
                "many_days": self.many_days,
            },
        ).to_pandas()
        rows["key"] = rows["organisation_id"] + " " + rows["programme"]
        rows = _valued(rows)
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["organisation_id"] + " " + tests["programme"]
        return Findings(
            hits=hits_frame(list(self._hits(context, rows))),
            evidence=_evidence(rows),
            tests=plain_tests(
                tests.rename(columns={"organisation_id": "subject_id"}),
                subject_kind=self.subject_kind.value,
                unit="shifts elsewhere, single ones included",
                null_model="fact",
                observed="single_rows",
            ),
        )

    def _hits(self, context: Context, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        whole = whole_claims(context.engine, rows[["key", "organisation_id", "programme", "user_id", "month"]])
        for key, group in rows.groupby("key", sort=True):
            once = group.sort_values("amount_ore", ascending=False).drop_duplicates("record_id")
            amount = int(once["amount_ore"].sum())
            minutes = once["minutes"].sum()
            by_reason = group.groupby("reason")["record_id"].nunique().sort_values(ascending=False)
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=once["organisation_id"].iloc[0],
                organisation_id=once["organisation_id"].iloc[0],
                programme=once["programme"].iloc[0],
                unit="contradicted hours",
                observed=minutes / 60,
                amounts=(amount, amount, int(whole.get(key, 0))),
                amount_kind=AmountKind.ROWS,
                period=(once["day"].min(), once["day"].max()),
                parties={"staff": once["staff_id"].dropna(), "user": once["user_id"].dropna()},
                sv=f"{len(once)} pass, {hours(minutes)}, motsägs av andra register: "
                + "; ".join(f"{_REASONS[str(reason)][0]} ({count} pass)" for reason, count in by_reason.items())
                + ".",
                en=f"{len(once)} shifts, {hours(minutes, language='en')}, are contradicted by other registers: "
                + "; ".join(f"{_REASONS[str(reason)][1]} ({count} shifts)" for reason, count in by_reason.items())
                + ".",
                against=_against(once),
            )


def _valued(rows: pd.DataFrame) -> pd.DataFrame:
    """The contradicted ``minutes`` and ``amount_ore`` (öre) of each shift: what all rows about it contradict, at most its own length."""
    # Where two tariffs hold on one day, the lower one is what is surely at risk; the rows are in that order.
    told = rows.drop_duplicates(["key", "record_id", "other_record_id", "reason"])
    minutes = told.groupby(["key", "record_id"])["minutes"].transform("sum").clip(upper=told["shift_minutes"])
    return told.assign(minutes=minutes, amount_ore=minutes * told["rate_ore"] // 60)


def _against(once: pd.DataFrame) -> list[tuple[str, str]]:
    clocked = int(once["is_clocked"].sum())
    if not clocked:
        return []
    return [
        (
            f"{clocked} av passen är registrerade med tagg eller telefon på plats.",
            f"{clocked} of the shifts were registered by tag or telephone on the spot.",
        )
    ]


def _evidence(rows: pd.DataFrame) -> pd.DataFrame:
    shifts = rows.sort_values("amount_ore", ascending=False).drop_duplicates(["key", "record_id"])
    others = [
        evidence_frame(
            group,
            register=str(register),
            record="other_record_id",
            sv=_REASONS[str(reason)][0],
            en=_REASONS[str(reason)][1],
        )
        for (register, reason), group in rows.groupby(["other_register", "reason"], sort=True)
    ]
    return joined(
        evidence_frame(
            shifts, register="time_reports", amount="amount_ore", sv="pass som motsägs", en="shift that is contradicted"
        ),
        *others,
    )


_WORK = """
    with told_of as (
        select person_id from staff_ledgers where not is_withheld
        union select person_id from absences where not is_withheld
        union select person_id from persons where died_on is not null and not is_withheld
    )
    select s.record_id, s.organisation_id, s.programme, s.staff_id, s.user_id, s.starts_at, s.ends_at, s.day, s.month,
        s.minutes, s.is_clocked, s.near_clock_change, s.links_exact
    from shifts s
    left join told_of w on w.person_id = s.staff_id
    left join told_of u on u.person_id = s.user_id
    where s.kind = 'active' and not s.is_withheld and s.organisation_id is not null
        and (w.person_id is not null or u.person_id is not null)
"""
"""Active shifts of people whose whereabouts some register tells at all."""

_ROWS = f"""
    with tariffs as ({HOURLY_RATES}),
    away as (
        select person_id, kind, from_on, to_on, record_id, links_exact, date_diff('day', from_on, to_on) - 1 as whole_days,
            cast(from_on + interval 1 day as date) as first_whole_day, cast(to_on - interval 1 day as date) as last_whole_day
        from absences where person_id is not null and not is_withheld
    ),
    deaths as (
        select person_id, record_id, died_on, links_exact from persons
        where person_id is not null and died_on is not null and not is_withheld
    ),
    clocked as (
        select w.record_id, l.record_id as other_record_id, w.staff_id || ' ' || cast(w.month as varchar) as episode,
            l.links_exact, greatest(w.starts_at, l.starts_at) as from_at, least(w.ends_at, l.ends_at) as to_at
        from elsewhere_work w
        join staff_ledgers l on l.person_id = w.staff_id and not l.is_withheld
            and cast(l.starts_at as date) between cast(w.starts_at - interval 1 day as date) and cast(w.ends_at as date)
            and l.starts_at < w.ends_at and w.starts_at < l.ends_at and l.organisation_id <> w.organisation_id
        where date_diff('minute', greatest(w.starts_at, l.starts_at), least(w.ends_at, l.ends_at))
            > $tolerance + case when w.near_clock_change then 60 else 0 end
    ),
    at_other_work as (
        -- Only the hours of the overlap are contradicted, and an hour that two clockings tell of is counted once.
        select record_id, other_record_id, 'staff_ledgers' as other_register, 'work' as reason, episode, 0 as whole_days,
            links_exact,
            greatest(0, date_diff('minute', greatest(from_at, coalesce(max(to_at) over earlier, from_at)), to_at)) as minutes
        from clocked
        window earlier as (
            partition by record_id, links_exact order by from_at, other_record_id
            rows between unbounded preceding and 1 preceding
        )
    ),
    user_in_hospital as (
        select w.record_id, a.record_id as other_record_id, 'absences' as other_register, 'hospital' as reason,
            a.record_id as episode, a.whole_days, a.links_exact, w.minutes
        from elsewhere_work w
        join away a on a.person_id = w.user_id and a.kind = 'hospital'
            and w.day between a.first_whole_day and a.last_whole_day
        left join decisions d on d.person_id = w.user_id and d.programme = w.programme and coalesce(d.allows_hospital, false)
            and w.day between d.valid_from and coalesce(d.valid_to, date '2999-12-31')
        where d.record_id is null
    ),
    staff_away as (
        select w.record_id, a.record_id as other_record_id, 'absences' as other_register,
            case a.kind when 'hospital' then 'staff_hospital' else a.kind end as reason, a.record_id as episode,
            a.whole_days, a.links_exact, w.minutes
        from elsewhere_work w
        join away a on a.person_id = w.staff_id and w.day between a.first_whole_day and a.last_whole_day
        left join away together on together.person_id = w.user_id and together.kind = a.kind and a.kind <> 'custody'
            and w.day between together.from_on and together.to_on
        where together.record_id is null
    ),
    user_away as (
        select w.record_id, a.record_id as other_record_id, 'absences' as other_register,
            case a.kind when 'abroad' then 'user_abroad' else a.kind end as reason, a.record_id as episode,
            a.whole_days, a.links_exact, w.minutes
        from elsewhere_work w
        join away a on a.person_id = w.user_id and a.kind <> 'hospital'
            and w.day between a.first_whole_day and a.last_whole_day
        left join away together on together.person_id = w.staff_id and together.kind = a.kind and a.kind <> 'custody'
            and w.day between together.from_on and together.to_on
        where together.record_id is null
    ),
    after_death as (
        select w.record_id, p.record_id as other_record_id, 'persons' as other_register, 'died' as reason,
            w.user_id as episode, 0 as whole_days, p.links_exact, w.minutes
        from elsewhere_work w join deaths p on p.person_id = w.user_id and date_diff('day', p.died_on, w.day) > $after_death
        union all
        select w.record_id, p.record_id as other_record_id, 'persons' as other_register, 'staff_died' as reason,
            w.staff_id as episode, 0 as whole_days, p.links_exact, w.minutes
        from elsewhere_work w join deaths p on p.person_id = w.staff_id and date_diff('day', p.died_on, w.day) > $after_death
    ),
    every_row as (
        select record_id, other_record_id, other_register, reason, episode, whole_days, links_exact, minutes from at_other_work
        union all select * from user_in_hospital
        union all select * from staff_away
        union all select * from user_away
        union all select * from after_death
    )
    select w.organisation_id, w.programme, w.staff_id, w.user_id, w.day, w.month, w.minutes as shift_minutes, w.is_clocked,
        e.record_id, e.other_record_id, e.other_register, e.reason, e.episode, e.whole_days, e.minutes,
        e.links_exact and w.links_exact as links_exact, coalesce(t.amount_ore, 0) as rate_ore
    from every_row e
    join elsewhere_work w on w.record_id = e.record_id
    left join tariffs t on t.programme = w.programme and w.day between t.valid_from and t.valid_to
"""
"""One row a shift and a record that says somebody was elsewhere. A stay counts by its whole days; other work by the hour."""

_CONTRADICTED = """
    with episodes as (
        select organisation_id, programme, reason, episode, count(distinct day) as days, max(whole_days) as whole_days
        from elsewhere_rows where links_exact
        group by organisation_id, programme, reason, episode
    ),
    beyond as (
        select * from episodes
        where case
            when reason = 'work' then days >= $work_days
            when reason in ('died', 'staff_died') then days >= $death_days
            else days >= $many_days or (days >= $stay_days and 100 * days >= $stay_share * whole_days)
        end
    )
    select r.* from elsewhere_rows r
    join beyond b on b.organisation_id = r.organisation_id and b.programme = r.programme and b.reason = r.reason
        and b.episode = r.episode
    where r.links_exact
    order by r.organisation_id, r.programme, r.record_id, r.other_record_id, r.reason, r.rate_ore
"""

_TESTED = """
    with evaluated as (
        select distinct organisation_id, programme from shifts
        where kind = 'active' and not is_withheld and organisation_id is not null
            and (staff_id is not null or user_id is not null)
    ),
    single as (
        select organisation_id, programme, count(distinct record_id) as single_rows from elsewhere_rows
        group by organisation_id, programme
    )
    select e.organisation_id, e.programme, coalesce(s.single_rows, 0) as single_rows
    from evaluated e left join single s on s.organisation_id = e.organisation_id and s.programme = e.programme
    order by e.organisation_id, e.programme
"""
