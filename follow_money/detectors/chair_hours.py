"""More treatment than the hours and chairs of a day allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.chair_days import CHAIR_DAYS, CHAIR_VISITS
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, not_evaluable_tests, tests_frame
from follow_money.detectors.sentences import hours, kronor
from follow_money.detectors.visit_rates import visit_rates
from follow_money.detectors.visit_times import keep_visits
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class ChairHours(Detector):
    """Visits that one practitioner cannot have made, and clinics with an unusual share of visits at night and on holidays.

    Why:
        Dental care and primary care are paid by the visit. A dentist can keep a second chair busy with an assistant, and nobody treats more
        patients than that at once, day and night, or while abroad or in hospital. What lies beyond is contradicted by the clinic's own other
        visits, or by the register of absences.

    Not flagged:
        Two patients at a time; overlaps within the changeover and the tolerance a day; single days (a wrong date lands on a full day
        now and then); emergency clinics; visits by
        telephone; groups, such as a vaccination round; days that were entered in one go, where the time is that of the entry; the day
        of departure and of return; corrected rows; doubtful identity links; a clinic with too few visits or peers (not evaluable).

    Parameters:
        chairs_at_once: Patients whom one practitioner may have at a time.
        changeover_minutes: Minutes by which visits that follow one another may overlap (rounded times); each is counted shorter by them.
        tolerance_minutes: Minutes a day beyond chairs up to which nothing is counted.
        longest_day_hours: Hours of treatment a day, overlaps merged, above which a day is counted.
        fewest_days: Such days of a clinic's practitioners from which on it is a contradiction.
        fewest_days_percent: Share of their working days that they must be.
        away_days: Days with visits inside one absence from which on it is a contradiction.
        fewest_visits: Visits below which a clinic's share at night and on holidays is not evaluable.

    Source:
        Typologies 11 and 12, detectors D1a and D1c: intervals merged; night share, beta-binomial by clinic type. No export of single visits
        exists in practice: the register is drawn from the payer's claims system.
    """

    name = "chair_hours"
    version = "2"
    title_sv = "Fler besök än dygn och stolar räcker till"
    title_en = "More visits than hours and chairs allow"
    why_sv = (
        "Tandvård och primärvård ersätts per besök. Ingen behandlar fler än två patienter åt gången, dygnet runt eller medan den är utomlands. "
        "Det som går utöver det motsägs av mottagningens egna andra besök eller av frånvaroregistret."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (11, 12)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"visits": ("organisation_number", "practitioner_number", "starts_at", "ends_at", "amount_ore")}
    uses = ("absences", "organisations")
    look_alikes = (
        LookAlike(
            "Jourmottagning eller mobil verksamhet på äldreboenden: se avtal och öppettider.",
            "An emergency or mobile clinic at care homes: see the contract and the opening hours.",
        ),
        LookAlike(
            "Tiden är när besöket registrerades och inte när det ägde rum: se journalens tid.",
            "The time is when the visit was entered and not when it took place: see the time in the record.",
        ),
        LookAlike(
            "Flera behandlare fakturerar under en persons namn, till exempel tandhygienist eller vikarie: se tidboken.",
            "Several practitioners bill under one name, as a hygienist or a locum: see the appointment book.",
        ),
        LookAlike(
            "Behandling av flera samtidigt, till exempel vaccination eller grupp: se journalen.",
            "Several treated at once, as a vaccination or a group: see the record.",
        ),
    )

    chairs_at_once: int = 2
    changeover_minutes: int = 10
    tolerance_minutes: int = 15
    longest_day_hours: int = 16
    fewest_days: int = 6
    fewest_days_percent: int = 1
    away_days: int = 3
    fewest_visits: int = 50

    def detect(self, context: Context) -> Findings:
        """Screen every clinic with visits."""
        engine = context.engine
        keep_visits(engine)
        counts = engine.query(_COUNTS).to_pandas()
        if counts.empty:
            return nothing()
        engine.keep("chair_visits", CHAIR_VISITS)
        engine.keep(
            "chair_days",
            CHAIR_DAYS,
            {
                "chairs": self.chairs_at_once,
                "tolerance": self.tolerance_minutes,
                "longest": 60 * self.longest_day_hours,
                "changeover": self.changeover_minutes,
            },
        )
        limits = {
            "days": self.fewest_days,
            "percent": self.fewest_days_percent,
            "away": self.away_days,
        }
        hard = engine.query(_CONTRADICTED, limits).to_pandas()
        hard["key"] = "hard " + hard["organisation_id"] + " " + hard["programme"]
        counts["key"] = "odd " + counts["organisation_id"] + " " + counts["programme"]
        counts["subject_id"] = counts["organisation_id"]
        kind, unit = self.subject_kind.value, "visits at night and on holidays"
        enough = counts["trials"] >= self.fewest_visits
        counts["peer_group"] = peer_groups(engine, counts, counts["programme"], "trials", evaluable=enough)
        tests = tests_frame(
            rate_tests(counts[enough], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                counts[~enough],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_visits} timed visits",
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            counts.drop(columns=["subject_id", "peer_group", "observed"]), on="key"
        )
        low_p = low_p[low_p["observed"] > low_p["expected"]]
        odd = engine.query(_ODD_ROWS).to_pandas()
        odd["key"] = "odd " + odd["organisation_id"] + " " + odd["programme"]
        odd = odd[odd["key"].isin(low_p["key"])]
        whole = {
            (str(row["organisation_id"]), str(row["programme"])): int(row["paid_ore"]) for _, row in counts.iterrows()
        }
        rates = visit_rates(
            self,
            low_p,
            amount="odd_ore",
            sv="började på natten eller på en helgdag",
            en="began at night or on a holiday",
        )
        return Findings(
            hits=hits_frame([*self._contradictions(hard, whole), *rates]),
            evidence=joined(
                evidence_frame(
                    hard,
                    register="visits",
                    amount="at_risk_ore",
                    sv="besök som motsägs av andra besök eller av frånvaro",
                    en="visit contradicted by other visits or by an absence",
                ),
                evidence_frame(
                    hard[hard["absence_id"].notna()],
                    register="absences",
                    record="absence_id",
                    sv="behandlaren var borta",
                    en="the practitioner was away",
                ),
                evidence_frame(
                    odd,
                    register="visits",
                    amount="amount_ore",
                    sv="besök på natten eller på helgdag",
                    en="visit at night or on a holiday",
                ),
            ),
            tests=tests,
        )

    def _contradictions(self, hard: pd.DataFrame, whole: dict[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
        for key, group in hard.groupby("key", sort=True):
            full, away = group[group["reason"] == "chairs"], group[group["reason"] == "away"]
            # Which of the visits of a crowded hour are too many nobody can say: at least the cheapest, likely as many as the others.
            low, likely = int(group["at_risk_ore"].sum()), int(group["likely_ore"].sum())
            beyond = full.drop_duplicates(["practitioner_id", "day"])["beyond"].sum()
            told: list[tuple[str, str]] = []
            days = len(full.drop_duplicates(["practitioner_id", "day"]))
            if days:
                sv = (
                    f"{days} dagar har en behandlare besök för {hours(beyond)} mer än {self.chairs_at_once} patienter åt gången och "
                    f"{self.longest_day_hours} h om dygnet rymmer"
                )
                en = (
                    f"on {days} days one practitioner has visits for {hours(beyond, language='en')} more than "
                    f"{self.chairs_at_once} patients at a time and {self.longest_day_hours} h a day hold"
                )
                told.append((sv, en))
            if len(away):
                told.append(
                    (
                        f"{len(away)} besök ligger på dagar då behandlaren var utomlands eller på sjukhus",
                        f"{len(away)} visits are on days when the practitioner was abroad or in hospital",
                    )
                )
            first = group.iloc[0]
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=first["organisation_id"],
                organisation_id=first["organisation_id"],
                payer=first["payer"],
                programme=first["programme"],
                unit="contradicted visits",
                observed=group["record_id"].nunique(),
                amounts=(low, likely, whole.get((first["organisation_id"], first["programme"]), likely)),
                amount_kind=AmountKind.ROWS,
                period=(group["day"].min(), group["day"].max()),
                parties={"practitioner": group["practitioner_id"]},
                sv=f"Besök motsägs, {kronor(likely)}: " + "; ".join(sv for sv, _ in told) + ".",
                en=f"Visits are contradicted, {kronor(likely, language='en')}: "
                + "; ".join(en for _, en in told)
                + ".",
            )


_COUNTS = """
    select organisation_id, programme, min(payer) as payer, cast(sum(amount_ore) as bigint) as paid_ore,
        count(case when setting = 'clinic' and not is_stamped then 1 end) as trials,
        count(case when setting = 'clinic' and not is_stamped and is_odd_hour then 1 end) as observed,
        cast(coalesce(sum(case when setting = 'clinic' and not is_stamped and is_odd_hour then amount_ore end), 0) as bigint) as odd_ore,
        min(day) as period_from, max(day) as period_to
    from standing_visits group by organisation_id, programme order by organisation_id, programme
"""

_ODD_ROWS = """
    select organisation_id, programme, record_id, amount_ore from standing_visits
    where setting = 'clinic' and not is_stamped and is_odd_hour order by organisation_id, programme, record_id
"""

_CONTRADICTED = """
    with clinics as (
        select organisation_id, programme from chair_days group by organisation_id, programme
        having count_if(beyond > 0) >= $days and 100 * count_if(beyond > 0) >= $percent * count(*)
    ),
    day_minutes as (
        select organisation_id, programme, practitioner_id, day, sum(minutes) as minutes, min(amount_ore * 1.0 / minutes) as cheapest
        from chair_visits
        group by organisation_id, programme, practitioner_id, day
    ),
    crowded as (
        select v.record_id, 'chairs' as reason, cast(null as varchar) as absence_id, d.beyond,
            cast(floor(m.cheapest * v.minutes * least(d.beyond, m.minutes) / m.minutes) as bigint) as at_risk_ore,
            cast(floor(v.amount_ore * 1.0 * least(d.beyond, m.minutes) / m.minutes) as bigint) as likely_ore
        from chair_visits v
        join clinics c on c.organisation_id = v.organisation_id and c.programme = v.programme
        join chair_days d on d.organisation_id = v.organisation_id and d.programme = v.programme
            and d.practitioner_id = v.practitioner_id and d.day = v.day and d.beyond > 0
        join day_minutes m on m.organisation_id = v.organisation_id and m.programme = v.programme
            and m.practitioner_id = v.practitioner_id and m.day = v.day
    ),
    inside as (
        select v.record_id, v.organisation_id, v.programme, v.day, v.amount_ore, a.record_id as absence_id
        from absences a
        join chair_visits v on v.practitioner_id = a.person_id
        where not a.is_withheld and a.links_exact and a.from_on < v.day and v.day < a.to_on
    ),
    stays as (
        select organisation_id, programme, absence_id from inside group by organisation_id, programme, absence_id
        having count(distinct day) >= $away
    ),
    away as (
        select i.record_id, 'away' as reason, i.absence_id, 0 as beyond, i.amount_ore as at_risk_ore,
            i.amount_ore as likely_ore
        from inside i join stays s on s.organisation_id = i.organisation_id and s.programme = i.programme and s.absence_id = i.absence_id
    ),
    every_row as (select * from crowded union all select * from away),
    largest as (
        select *, row_number() over (partition by record_id order by at_risk_ore desc, reason, absence_id) as place from every_row
    )
    select v.organisation_id, v.programme, v.payer, v.practitioner_id, v.day, l.record_id, l.reason, l.absence_id,
        cast(l.beyond as double) as beyond, l.at_risk_ore, l.likely_ore
    from largest l join chair_visits v on v.record_id = l.record_id
    where l.place = 1
    order by v.organisation_id, v.programme, l.record_id
"""
