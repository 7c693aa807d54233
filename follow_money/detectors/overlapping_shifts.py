"""Overlapping shifts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.amounts import whole_claims
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.overlap_sides import OPEN_SIDES, SIDES, WEIGHED, WORK
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
from follow_money.detectors.sentences import hours, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class OverlappingShifts(Detector):
    """Shifts that one person is reported to have worked at the same time with different users.

    Why:
        Nobody is with two users at once. A shift that was never worked is often laid over one that was, because whoever writes it does not see
        the other provider's time sheet. A few overlaps are clerical: a wrong date, a wrong name, a handover. So the share
        of overlapping shifts is compared with peers, and only a month with many overlapping days and hours for one person is a contradiction.

    Not flagged:
        Granted double assistance and two-person visits; standby and waiting time; users of one household; overlaps within the tolerance (handover);
        an hour more on the nights when the clock is changed; a correction beside its original; a single overlap. Many overlaps between two providers, where
        nothing tells which of them is at risk, are a finding about the pair: both are to be looked at, neither is charged, and the low amount is 0.

    Parameters:
        tolerance_minutes: Overlaps up to this many minutes are handovers.
        contradiction_days: Days in one month with overlaps of one person, from which on it is a contradiction.
        contradiction_hours: Overlapping hours of that person in that month, from which on it is a contradiction.
        clear_overlaps: Overlaps apart from the other provider's, and three times as many as it has, from which on a provider is the one at risk.
        fewest_shifts: A provider with fewer shifts is not evaluable as a rate.

    Source:
        Typologies 1 and 3, detector D1b; Svea hovrätt 2014-15 and EBM 2015 (assistance), Åklagarmyndigheten 2015 (home care).
    """

    name = "overlapping_shifts"
    version = "3"
    title_sv = "Överlappande pass"
    title_en = "Overlapping shifts"
    why_sv = (
        "Ingen är hos två brukare samtidigt. Enstaka överlapp är skrivfel; andelen jämförs därför med andra utförare, och bara månader med många "
        "överlappande dagar och timmar för samma person räknas som en motsägelse."
    )
    kinds = (HitKind.RATE, HitKind.CONTRADICTION)
    typologies = (1, 3)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "time_reports": ("organisation_number", "user_number", "staff_number", "starts_at", "ends_at"),
    }
    uses = ("claims", "persons", "relations", "rates", "organisations")
    look_alikes = (
        LookAlike(
            "Beviljad dubbel assistans som inte märkts i tidsredovisningen: se beslutet.",
            "Granted double assistance not marked on the time sheet: see the decision.",
        ),
        LookAlike(
            "Två brukare i samma hem: se folkbokföringen på passets dag.",
            "Two users in one home: see the population register on the day.",
        ),
        LookAlike(
            "Fel namn eller datum som rättats i en senare redovisning: begär rättelserna.",
            "A wrong name or date mended in a later report: ask for the corrections.",
        ),
        LookAlike(
            "Väntetid eller beredskap redovisad som aktiv tid: se schemat.",
            "Waiting or standby reported as active time: see the schedule.",
        ),
    )

    tolerance_minutes: int = 30
    contradiction_days: int = 6
    contradiction_hours: int = 24
    clear_overlaps: int = 10
    fewest_shifts: int = 50

    def detect(self, context: Context) -> Findings:
        """Screen every provider with time reports."""
        engine = context.engine
        engine.keep("overlap_work", WORK)
        engine.keep("overlap_weighed", WEIGHED, {"tolerance": self.tolerance_minutes, "clear": self.clear_overlaps})
        engine.keep("overlap_sides", SIDES)
        counts = engine.query(_COUNTS).to_pandas()
        if counts.empty:
            return nothing()
        counts["key"] = "rate " + counts["organisation_id"] + " " + counts["programme"]
        counts["subject_id"] = counts["organisation_id"]
        enough = counts["trials"] >= self.fewest_shifts
        counts["peer_group"] = peer_groups(
            engine, counts, counts["programme"], "trials", evaluable=enough, hangs_on_size=True
        )
        kind = self.subject_kind.value
        tests = tests_frame(
            rate_tests(counts[enough], unit="overlapping shifts", subject_kind=kind),
            not_evaluable_tests(
                counts[~enough],
                subject_kind=kind,
                unit="overlapping shifts",
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_shifts} shifts",
            ),
        )
        many = {"days": self.contradiction_days, "minutes": 60 * self.contradiction_hours}
        hard_sides = engine.query(_HARD_SIDES, many).to_pandas()
        hard_sides["key"] = "hard " + hard_sides["organisation_id"] + " " + hard_sides["programme"]
        open_sides = engine.query(OPEN_SIDES, many).to_pandas()
        open_sides["key"] = "open " + _pair(open_sides)
        low_p = tests[tests["p_value"] <= context.q_limit].merge(counts[["key", "trials"]], on="key")
        soft_sides = engine.query(_ALL_SIDES).to_pandas()
        soft_sides["key"] = "rate " + soft_sides["organisation_id"] + " " + soft_sides["programme"]
        soft_sides = soft_sides[soft_sides["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(
                [
                    *self._contradictions(context, hard_sides),
                    *self._between_two(open_sides),
                    *self._rates(low_p, soft_sides),
                ]
            ),
            evidence=joined(_evidence(hard_sides), _evidence(open_sides), _evidence(soft_sides)),
            tests=tests,
        )

    def _contradictions(self, context: Context, sides: pd.DataFrame) -> Iterator[dict[str, Any]]:
        whole = whole_claims(context.engine, sides[["key", "organisation_id", "programme", "user_id", "month"]])
        for key, group in sides.groupby("key", sort=True):
            amount = int(group["amount_ore"].sum())
            minutes = group["minutes"].sum()
            people = group["staff_id"].nunique()
            months = int(group.groupby("staff_id")["month"].nunique().sum())
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                **_subject(group),
                unit="overlapping hours",
                observed=minutes / 60,
                amounts=(amount, amount, int(whole.get(key, 0))),
                amount_kind=AmountKind.ROWS,
                sv=f"{len(group)} pass, {hours(minutes)}, motsägs av pass som samma person redovisats för hos annan brukare samtidigt "
                f"({people} personer, {months} personmånader med minst {self.contradiction_days} sådana dagar och "
                f"{self.contradiction_hours} h; tolerans {self.tolerance_minutes} min).",
                en=f"{len(group)} shifts, {hours(minutes, language='en')}, are contradicted by shifts that the same person is reported "
                f"for with another user at the same time ({people} people, {months} person-months with at least {self.contradiction_days} "
                f"such days and {self.contradiction_hours} h; tolerance {self.tolerance_minutes} min).",
            )

    def _between_two(self, sides: pd.DataFrame) -> Iterator[dict[str, Any]]:
        """Overlaps between two providers that nothing tells apart: one of the two is contradicted, and the finding is charged to neither."""
        for key, group in sides.groupby("key", sort=True):
            by_side = group.groupby("organisation_id")["amount_ore"].sum()
            minutes = int(group.groupby("organisation_id")["minutes"].sum().min())
            people, programmes = group["staff_id"].nunique(), set(group["programme"])
            days = group.groupby("staff_id")["day"].nunique().sum()
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id="G-" + hashlib.sha256(str(key).encode()).hexdigest()[:10],
                subject_kind=SubjectKind.GROUP,
                organisation_id=None,
                programme=programmes.pop() if len(programmes) == 1 else None,
                unit="overlapping hours",
                observed=minutes / 60,
                amounts=(0, int(by_side.min()), int(by_side.max())),
                amount_kind=AmountKind.ROWS,
                period=(group["day"].min(), group["day"].max()),
                parties={
                    "either_provider": group["organisation_id"],
                    "staff": group["staff_id"],
                    "user": group["user_id"],
                },
                against=[
                    (
                        "Ingen uppgift i dessa register säger vilken av de två anordnarnas redovisning som motsägs; den ena kan vara helt riktig.",
                        "Nothing in these registers says which of the two providers' reports is contradicted; one may be entirely right.",
                    )
                ],
                sv=f"{people} {'person är redovisad' if people == 1 else 'personer är redovisade'} hos två anordnare samtidigt, {hours(minutes)} under "
                f"{days} persondagar (minst {self.contradiction_days} dagar och {self.contradiction_hours} h i samma månad; tolerans "
                f"{self.tolerance_minutes} min). Den ena redovisningen motsägs av den andra.",
                en=f"{people} {'person is' if people == 1 else 'people are'} reported with two providers at the same time, "
                f"{hours(minutes, language='en')} on {days} person-days (at least {self.contradiction_days} days and {self.contradiction_hours} h in one "
                f"month; tolerance {self.tolerance_minutes} min). One of the reports is contradicted by the other.",
            )

    def _rates(self, low_p: pd.DataFrame, sides: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(sides.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            if test.key not in by_key:
                continue
            group = by_key[test.key]
            at_risk = int(group["amount_ore"].sum())
            excess = round(at_risk * max(0.0, (test.observed - test.expected) / test.observed))
            yield rate_hit(
                self,
                test,
                **_subject(group),
                amounts=(0, excess, at_risk),
                amount_kind=AmountKind.EXCESS,
                sv=f"{number(test.observed)} av {number(test.trials)} pass överlappar ett annat pass för samma person "
                f"({number(test.expected)} väntade; {test.peers} jämförbara utförare).",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} shifts overlap another shift of the "
                f"same person ({number(test.expected, language='en')} expected; {test.peers} peers).",
            )


def _pair(sides: pd.DataFrame) -> pd.Series:
    """The two providers of each overlap, in one order whichever side the row is on."""
    own, other = sides["organisation_id"], sides["other_organisation_id"]
    return own.where(own < other, other) + " " + other.where(own < other, own)


def _subject(group: pd.DataFrame) -> dict[str, Any]:
    """What the hits of one provider share: who, which programme, when, who else, and what the rows hold that speaks against."""
    first = group.iloc[0]
    clocked = int(group["is_clocked"].sum())
    return {
        "subject_id": first["organisation_id"],
        "organisation_id": first["organisation_id"],
        "programme": first["programme"],
        "period": (group["day"].min(), group["day"].max()),
        "parties": {
            "staff": group["staff_id"],
            "user": group["user_id"],
            "other_provider": set(group["other_organisation_id"].dropna()) - {first["organisation_id"]},
        },
        "against": [
            (
                f"{clocked} av passen är registrerade med tagg eller telefon på plats.",
                f"{clocked} of the shifts were registered by tag or telephone on the spot.",
            )
        ]
        if clocked
        else [],
    }


def _evidence(sides: pd.DataFrame) -> pd.DataFrame:
    """Both rows of each overlap: the one at risk with its amount, once, and the one that contradicts it."""
    return joined(
        evidence_frame(
            sides, register="time_reports", amount="amount_ore", sv="pass som överlappas", en="shift that is overlapped"
        ),
        evidence_frame(
            sides,
            register="time_reports",
            record="other_record_id",
            sv="pass hos annan brukare samtidigt",
            en="shift with another user at the same time",
        ),
    )


_COUNTS = """
    with evaluated as (
        select organisation_id, programme, count(*) as trials from shifts
        where kind = 'active' and not is_double and not is_withheld and staff_id is not null and organisation_id is not null
        group by organisation_id, programme
    ),
    overlapped as (select organisation_id, programme, count(*) as observed from overlap_sides group by organisation_id, programme)
    select e.organisation_id, e.programme, e.trials, coalesce(o.observed, 0) as observed
    from evaluated e left join overlapped o on o.organisation_id = e.organisation_id and o.programme = e.programme
    order by e.organisation_id, e.programme
"""

_HARD_SIDES = """
    with person_months as (
        select organisation_id, programme, staff_id, month from overlap_sides
        where two_users and pair_exact
        group by organisation_id, programme, staff_id, month
        having count(distinct day) >= $days and sum(minutes) >= $minutes
    )
    select s.* from overlap_sides s
    join person_months m on m.organisation_id = s.organisation_id and m.programme = s.programme and m.staff_id = s.staff_id and m.month = s.month
    where s.two_users and s.pair_exact
    order by s.organisation_id, s.programme, s.record_id
"""

_ALL_SIDES = "select * from overlap_sides order by organisation_id, programme, record_id"
