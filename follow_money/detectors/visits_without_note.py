"""Visits without a note, after a death, billed twice, or to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, not_evaluable_tests, tests_frame
from follow_money.detectors.sentences import kronor
from follow_money.detectors.visit_rates import visit_rates
from follow_money.detectors.visit_times import keep_visits
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_REASONS = {
    "died": ("efter patientens död", "after the patient's death"),
    "own": ("där behandlaren är sin egen patient", "with the practitioner as own patient"),
    "twice": (
        "som betalats två gånger för samma patient, åtgärd och tid",
        "paid twice for the same patient, code and time",
    ),
}


@dataclass(frozen=True, kw_only=True)
class VisitsWithoutNote(Detector):
    """Visits paid that the clinic's own records do not tell of, or that cannot be as billed.

    Why:
        Whoever treats must write a note (patientdatalagen). A visit without one may not have taken place. A visit after the patient's death,
        one that stands twice with the same patient, code and time, or one in which the practitioner is the own patient again and again, is
        contradicted by another register or by the clinic's own rows.

    Not flagged:
        Visits within days of a death (late dates); a few after a death, or of one patient only (a wrong number); two practitioners with one patient at one
        time (a joint visit); a few doubles; corrected rows; months in which nearly no visit has a note, since the notes lie in another system; doubtful
        identity links; clinics with too few visits or peers (not evaluable).

    Parameters:
        days_after_death: Days after a death that a late date explains.
        fewest_after_death: Visits after a death, of two patients at least, from which on it is a contradiction.
        fewest_own: Visits of a practitioner as own patient from which on it is a contradiction.
        fewest_twice: Rows that repeat another from which on it is a contradiction.
        fewest_twice_permille: Share of the clinic's rows that they must be.
        other_system_percent: Share without a note from which on a month is left out: its notes lie elsewhere.
        fewest_visits: Visits below which a clinic's share without a note is not evaluable.

    Source:
        Typologies 12 and 11, detectors D1b and D8a. Whether a note exists is in no export: it is asked for beside the visits.
    """

    name = "visits_without_note"
    version = "2"
    title_sv = "Besök utan anteckning, efter dödsfall eller betalda två gånger"
    title_en = "Visits without a note, after a death, or paid twice"
    why_sv = (
        "Den som behandlar ska föra journal. Ett besök utan anteckning kan ha uteblivit. Besök efter patientens död, rader som står två gånger och "
        "behandlare som gång på gång är sin egen patient motsägs av andra uppgifter."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (12, 11)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"visits": ("organisation_number", "patient_number", "starts_at", "amount_ore")}
    uses = ("persons", "organisations")
    look_alikes = (
        LookAlike(
            "Anteckningen finns i ett annat journalsystem: be om åtkomst till det.",
            "The note lies in another record system: ask for access to it.",
        ),
        LookAlike(
            "Gemensamt besök av två yrkesgrupper: se båda anteckningarna.",
            "A joint visit of two professions: see both notes.",
        ),
        LookAlike(
            "Dödsdatum som fastställts sent, eller en namne: jämför folkbokföringen.",
            "A death date set late, or a namesake: compare the population register.",
        ),
        LookAlike(
            "Åtgärden görs två gånger vid samma besök, till exempel på två tänder: se åtgärdens regler.",
            "The code is given twice at one visit, as for two teeth: see the rules of the code.",
        ),
    )

    days_after_death: int = 14
    fewest_after_death: int = 4
    fewest_own: int = 5
    fewest_twice: int = 8
    fewest_twice_permille: int = 3
    other_system_percent: int = 90
    fewest_visits: int = 50

    def detect(self, context: Context) -> Findings:
        """Screen every clinic with visits."""
        engine = context.engine
        keep_visits(engine)
        counts = engine.query(_COUNTS, {"other_system": self.other_system_percent}).to_pandas()
        if counts.empty:
            return nothing()
        limits = {
            "after": self.days_after_death,
            "died": self.fewest_after_death,
            "own": self.fewest_own,
            "twice": self.fewest_twice,
            "permille": self.fewest_twice_permille,
        }
        hard = engine.query(_CONTRADICTED, limits).to_pandas()
        hard["key"] = "hard " + hard["organisation_id"] + " " + hard["programme"]
        counts["key"] = "note " + counts["organisation_id"] + " " + counts["programme"]
        counts["subject_id"] = counts["organisation_id"]
        kind, unit = self.subject_kind.value, "visits without a note"
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
                why=f"fewer than {self.fewest_visits} visits of which it is known whether a note exists",
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            counts.drop(columns=["subject_id", "peer_group", "observed"]), on="key"
        )
        low_p = low_p[low_p["observed"] > low_p["expected"]]
        noteless = engine.query(_NOTELESS, {"other_system": self.other_system_percent}).to_pandas()
        noteless["key"] = "note " + noteless["organisation_id"] + " " + noteless["programme"]
        noteless = noteless[noteless["key"].isin(low_p["key"])]
        whole = {
            (str(row["organisation_id"]), str(row["programme"])): int(row["paid_ore"]) for _, row in counts.iterrows()
        }
        rates = visit_rates(self, low_p, amount="noteless_ore", sv="saknar anteckning", en="have no note")
        return Findings(
            hits=hits_frame([*self._contradictions(hard, whole), *rates]),
            evidence=joined(
                *(
                    evidence_frame(rows, register="visits", amount="amount_ore", sv=f"besök {sv}", en=f"visit {en}")
                    for reason, (sv, en) in _REASONS.items()
                    if len(rows := hard[hard["reason"] == reason])
                ),
                evidence_frame(
                    hard, register="visits", record="first_id", sv="raden som upprepas", en="the row that is repeated"
                ),
                evidence_frame(
                    hard, register="persons", record="death_id", sv="patientens dödsdatum", en="the patient's death"
                ),
                evidence_frame(
                    noteless,
                    register="visits",
                    amount="amount_ore",
                    sv="besök utan anteckning",
                    en="visit without a note",
                ),
            ),
            tests=tests,
        )

    def _contradictions(self, hard: pd.DataFrame, whole: dict[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
        for key, group in hard.groupby("key", sort=True):
            amount = int(group["amount_ore"].sum())
            first = group.iloc[0]
            by_reason = group["reason"].value_counts().sort_index()
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=first["organisation_id"],
                organisation_id=first["organisation_id"],
                payer=first["payer"],
                programme=first["programme"],
                unit="contradicted visits",
                observed=len(group),
                amounts=(amount, amount, whole.get((first["organisation_id"], first["programme"]), amount)),
                amount_kind=AmountKind.ROWS,
                period=(group["day"].min(), group["day"].max()),
                parties={"practitioner": group["practitioner_id"].dropna()},
                sv=f"Besök motsägs, {kronor(amount)}: "
                + "; ".join(f"{count} besök {_REASONS[str(reason)][0]}" for reason, count in by_reason.items())
                + ".",
                en=f"Visits are contradicted, {kronor(amount, language='en')}: "
                + "; ".join(f"{count} visits {_REASONS[str(reason)][1]}" for reason, count in by_reason.items())
                + ".",
            )


_MONTHS = """
    select organisation_id, programme, date_trunc('month', day) as month from standing_visits where has_note is not null
    group by organisation_id, programme, date_trunc('month', day)
    having 100 * count_if(not has_note) < $other_system * count(*)
"""
"""Months of a clinic whose notes lie in the records that were asked."""

_COUNTS = f"""
    with months as ({_MONTHS}),
    paid as (
        select organisation_id, programme, min(payer) as payer, cast(sum(amount_ore) as bigint) as paid_ore, min(day) as period_from,
            max(day) as period_to
        from standing_visits group by organisation_id, programme
    ),
    told as (
        select v.organisation_id, v.programme, count(*) as trials, count(case when not v.has_note then 1 end) as observed,
            cast(sum(case when not v.has_note then v.amount_ore else 0 end) as bigint) as noteless_ore
        from standing_visits v
        join months m on m.organisation_id = v.organisation_id and m.programme = v.programme and m.month = date_trunc('month', v.day)
        where v.has_note is not null
        group by v.organisation_id, v.programme
    )
    select p.organisation_id, p.programme, p.payer, p.paid_ore, p.period_from, p.period_to, coalesce(t.trials, 0) as trials,
        coalesce(t.observed, 0) as observed, coalesce(t.noteless_ore, 0) as noteless_ore
    from paid p left join told t on t.organisation_id = p.organisation_id and t.programme = p.programme
    order by p.organisation_id, p.programme
"""

_NOTELESS = f"""
    with months as ({_MONTHS})
    select v.organisation_id, v.programme, v.record_id, v.amount_ore
    from standing_visits v
    join months m on m.organisation_id = v.organisation_id and m.programme = v.programme and m.month = date_trunc('month', v.day)
    where not v.has_note
    order by v.organisation_id, v.programme, v.record_id
"""

_CONTRADICTED = """
    with known as (select * from standing_visits where not is_withheld and links_exact and patient_id is not null),
    deaths as (
        select person_id, min(record_id) as death_id, max(died_on) as died_on from persons
        where died_on is not null and person_id is not null and links_exact and not is_withheld group by person_id
    ),
    died as (
        select k.record_id, 'died' as reason, cast(null as varchar) as first_id, d.death_id
        from known k join deaths d on d.person_id = k.patient_id where date_diff('day', d.died_on, k.day) > $after
    ),
    own as (
        select record_id, 'own' as reason, cast(null as varchar) as first_id, cast(null as varchar) as death_id
        from known where practitioner_id = patient_id
    ),
    repeated as (
        select record_id, 'twice' as reason,
            first_value(record_id) over (
                partition by organisation_id, programme, patient_id, practitioner_id, code, starts_at, amount_ore
                order by length(record_id), record_id
            ) as first_id,
            cast(null as varchar) as death_id
        from known where code is not null and practitioner_id is not null and setting <> 'group'
    ),
    every_row as (
        select * from died union all select * from own union all select * from repeated where first_id <> record_id
    ),
    once as (
        select *, row_number() over (partition by record_id order by reason) as place from every_row
    ),
    told as (
        select k.organisation_id, k.programme, k.payer, k.patient_id, k.practitioner_id, k.day, k.amount_ore, o.record_id, o.reason, o.first_id,
            o.death_id
        from once o join known k on k.record_id = o.record_id where o.place = 1
    ),
    sizes as (select organisation_id, programme, count(*) as visits from known group by organisation_id, programme),
    beyond as (
        select t.organisation_id, t.programme, t.reason
        from told t join sizes s on s.organisation_id = t.organisation_id and s.programme = t.programme
        group by t.organisation_id, t.programme, t.reason
        having case t.reason
            when 'died' then count(*) >= $died and count(distinct t.patient_id) >= 2
            when 'own' then count(*) >= $own
            else count(*) >= $twice and 1000 * count(*) >= $permille * max(s.visits)
        end
    )
    select t.* from told t
    join beyond b on b.organisation_id = t.organisation_id and b.programme = t.programme and b.reason = t.reason
    order by t.organisation_id, t.programme, t.record_id
"""
