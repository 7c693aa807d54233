"""Attendance reported twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.gathering_sides import weighed
from follow_money.detectors.gatherings import at_two, copied_lists, keep_gatherings
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
from follow_money.detectors.sentences import hours, kronor, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_UNIT = "gatherings reported twice"
_CIRCLES = ["organisation_id", "circle", "other_organisation_id", "other_circle"]


@dataclass(frozen=True, kw_only=True)
class AttendanceTwice(Detector):
    """The same people at the same time at two gatherings that are both paid for by the hour, or a list that was copied.

    Why:
        Study circles and activities are paid by the hour, on lists of who was present. Nobody is in two places at once: where several participants, or the
        leader, stand on two lists for the same time again and again, one list is contradicted by the other. A list that was copied to another day shows
        where two circles have the very same people present, and absent, near in time and not otherwise.

    Not flagged:
        Gatherings at one place that two payers support (co-funded); joint events as both said; hours shared out between two associations; overlaps within the
        tolerance; a few dates (a tournament with people going between two halls, a wrong date on a list); one leader of two groups at one place; lists that
        are usual in their circle (a class, a stable group that is always complete); corrected lists; doubtful identity links, as of twins,
        or of people of one birthday without a number. Where nothing tells which of two associations copied, the finding is about the pair, with a low
        amount of 0.

    Parameters:
        tolerance_minutes: Overlaps up to this many minutes are a change of room.
        fewest_people: Participants in common from which on two gatherings cannot both be.
        fewest_dates: Dates on which two circles meet so, from which on it is a contradiction; so many gatherings of an association for a rate.
        copy_days: Days within which the very same list in two circles counts.
        fewest_on_list: People on such a list.
        whole_percent: Share of one circle's lists that must stand in the other, unless the two also meet at one time.
        clear_gatherings: Gatherings that meet others than the association in question, from which on an association is the one at risk.
        times_the_other: How many times as many as the other association has.
        fewest_gatherings: Gatherings below which an association is not evaluable as a rate.

    Source:
        Typology 6, detectors D3a and D1b. Kollat 2021, Studiefrämjandet 2020: 5.3 MSEK repaid by four, more than a million hours struck. No common export
        of attendance lists exists: they are asked for from the associations.
    """

    name = "attendance_twice"
    version = "2"
    title_sv = "Närvaro som redovisats två gånger"
    title_en = "Attendance reported twice"
    why_sv = (
        "Studiecirklar och sammankomster betalas per timme efter närvarolistor. Ingen är på två ställen samtidigt: där flera deltagare eller ledaren gång på "
        "gång står på två listor för samma tid motsägs den ena av den andra. Enstaka datum är skrivfel."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (6,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"activities": ("organisation_number", "event_id", "starts_at", "ends_at", "participant_number")}
    uses = ("rates", "organisations")
    look_alikes = (
        LookAlike(
            "Samarrangemang där var och en räknar sin del: se avtalet mellan föreningarna.",
            "A joint event of which each counts its part: see the agreement of the associations.",
        ),
        LookAlike(
            "Samma tillfälle stöds av två bidragsgivare: se bådas villkor.",
            "Two payers support the same gathering: see the conditions of both.",
        ),
        LookAlike(
            "Turnering eller öppet hus där deltagare går mellan lokaler: se programmet.",
            "A tournament or open house where people go between places: see the programme.",
        ),
        LookAlike(
            "Fel datum eller fel lista som rättats senare: begär rättelserna och lokalbokningen.",
            "A wrong date or list mended later: ask for the corrections and the booking of the room.",
        ),
        LookAlike(
            "Ansvarig ledare som ersatts av en annan på plats: fråga deltagarna.",
            "A leader in name whose place another one took: ask the participants.",
        ),
    )

    tolerance_minutes: int = 15
    fewest_people: int = 3
    fewest_dates: int = 6
    copy_days: int = 7
    fewest_on_list: int = 5
    whole_percent: int = 80
    clear_gatherings: int = 6
    times_the_other: int = 3
    fewest_gatherings: int = 40

    def detect(self, context: Context) -> Findings:
        """Screen every association with attendance lists."""
        engine = context.engine
        keep_gatherings(engine)
        gatherings = engine.query("select * from gatherings order by gathering_id").to_pandas()
        if gatherings.empty:
            return nothing()
        gatherings["day_number"] = gatherings["day"].to_numpy(dtype="datetime64[D]").astype("int64")
        met = at_two(engine, tolerance_minutes=self.tolerance_minutes, fewest_people=self.fewest_people)
        lists = copied_lists(
            engine, gatherings, met, days=self.copy_days, people=self.fewest_on_list, whole_percent=self.whole_percent
        )
        pairs = pd.concat([met[["left_id", "right_id", "minutes"]], lists.assign(minutes=0)], ignore_index=True)
        pairs = pairs.drop_duplicates(["left_id", "right_id"])
        sides = weighed(pairs, gatherings, clear=self.clear_gatherings, times_the_other=self.times_the_other)
        sides["whole_ore"] = sides["minutes"] * sides["ore_an_hour"] // 60
        sides["overlap_ore"] = sides[["overlap", "minutes"]].min(axis=1) * sides["ore_an_hour"] // 60
        risky = sides[sides["at_risk"]].sort_values(["overlap", "gathering_id"], ascending=[False, True], kind="stable")
        once = risky.drop_duplicates("gathering_id").sort_values("gathering_id", kind="stable")
        hard = self._repeated(once[once["overlap"] > 0], _CIRCLES)
        settled = sides["pair"].isin(sides.loc[sides["at_risk"], "pair"])
        unsettled = self._repeated(sides[~settled & (sides["overlap"] > 0)], _CIRCLES)
        hard = hard.assign(key="hard " + hard["organisation_id"] + " " + hard["programme"])
        unsettled = unsettled.assign(key="open " + _pair(unsettled))
        counts = self._counts(gatherings, once)
        enough = counts["trials"] >= self.fewest_gatherings
        counts["peer_group"] = peer_groups(
            engine, counts, counts["programme"], "trials", evaluable=enough, hangs_on_size=True
        )
        tests = self._tests(counts)
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            counts.drop(columns=["subject_id", "peer_group", "observed"]), on="key"
        )
        low_p = low_p[low_p["observed"] >= self.fewest_dates]
        soft = once.assign(key="rate " + once["organisation_id"] + " " + once["programme"])
        soft = soft[soft["key"].isin(low_p["key"])]
        paid = counts.set_index(["organisation_id", "programme"])["paid_ore"]
        doubled = once.groupby(["organisation_id", "programme"])["whole_ore"].sum()
        return Findings(
            hits=hits_frame(
                [*self._contradictions(hard, paid, doubled), *self._between_two(unsettled, paid), *self._rates(low_p, soft)]
            ),
            evidence=joined(*(
                part
                for rows, amount in ((hard, "overlap_ore"), (unsettled, "overlap_ore"), (soft, "whole_ore"))
                for part in _evidence(rows, amount)
            )),
            tests=tests,
        )  # fmt: skip

    def _repeated(self, sides: pd.DataFrame, circles: list[str]) -> pd.DataFrame:
        """Sides of circles that meet on so many dates."""
        return sides if sides.empty else sides[sides.groupby(circles)["day"].transform("nunique") >= self.fewest_dates]

    def _counts(self, gatherings: pd.DataFrame, once: pd.DataFrame) -> pd.DataFrame:
        """One row an association and programme: gatherings, those at risk, and what they were paid for."""
        both = ["organisation_id", "programme"]
        told = gatherings.assign(paid_ore=(gatherings["minutes"] * gatherings["ore_an_hour"] // 60).astype("int64"))
        counts = told.groupby(both, as_index=False).agg(
            trials=("gathering_id", "size"), paid_ore=("paid_ore", "sum"), payer=("payer", "min"),
            period_from=("day", "min"), period_to=("day", "max"),
        )  # fmt: skip
        at_risk = once.groupby(both).agg(
            observed=("gathering_id", "size"), overlapping=("overlap", lambda each: int((each > 0).sum()))
        )
        counts = counts.join(at_risk, on=both)
        counts[["observed", "overlapping"]] = counts[["observed", "overlapping"]].fillna(0).astype("int64")
        counts["key"] = "rate " + counts["organisation_id"] + " " + counts["programme"]
        counts["subject_id"] = counts["organisation_id"]
        return counts

    def _tests(self, counts: pd.DataFrame) -> pd.DataFrame:
        kind, enough = self.subject_kind.value, counts["trials"] >= self.fewest_gatherings
        return tests_frame(
            rate_tests(counts[enough], unit=_UNIT, subject_kind=kind),
            not_evaluable_tests(
                counts[~enough],
                subject_kind=kind,
                unit=_UNIT,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_gatherings} gatherings",
            ),
        )

    def _contradictions(self, hard: pd.DataFrame, paid: pd.Series, doubled: pd.Series) -> Iterator[dict[str, Any]]:
        for key, rows in hard.groupby("key", sort=True):
            first, amount = rows.iloc[0], int(rows["overlap_ore"].sum())
            place = (first["organisation_id"], first["programme"])
            dates = rows["day"].nunique()
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=place[0],
                organisation_id=place[0],
                payer=str(first["payer"]),
                programme=place[1],
                unit=_UNIT,
                observed=len(rows),
                amounts=(amount, int(doubled[place]), int(paid[place])),
                amount_kind=AmountKind.ROWS,
                period=(rows["day"].min(), rows["day"].max()),
                parties={"other_provider": set(rows["other_organisation_id"]) - {place[0]}},
                sv=f"{len(rows)} sammankomster, {hours(rows['overlap'].sum())}, motsägs av andra sammankomster samtidigt med samma deltagare eller ledare "
                f"({dates} datum; minst {self.fewest_dates} för samma två cirklar; tolerans {self.tolerance_minutes} min). Bidraget för de timmarna är "
                f"{kronor(amount)}.",
                en=f"{len(rows)} gatherings, {hours(rows['overlap'].sum(), language='en')}, are contradicted by other gatherings at the same time with the "
                f"same participants or leader ({dates} dates; at least {self.fewest_dates} for the same two circles; tolerance "
                f"{self.tolerance_minutes} min). The grant for those hours is {kronor(amount, language='en')}.",
            )

    def _between_two(self, sides: pd.DataFrame, paid: pd.Series) -> Iterator[dict[str, Any]]:
        """Overlaps between two associations that nothing tells apart: one list is contradicted, and the finding is charged to neither."""
        for key, rows in sides.groupby("key", sort=True):
            by_side = rows.drop_duplicates("gathering_id").groupby("organisation_id")["overlap_ore"].sum()
            dates, programmes = rows["day"].nunique(), set(rows["programme"])
            whole = max(int(paid[place]) for place in set(zip(rows["organisation_id"], rows["programme"], strict=True)))
            minutes = int(rows.drop_duplicates("pair")["overlap"].sum())
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id="G-" + hashlib.sha256(str(key).encode()).hexdigest()[:10],
                subject_kind=SubjectKind.GROUP,
                organisation_id=None,
                programme=programmes.pop() if len(programmes) == 1 else None,
                unit=_UNIT,
                observed=rows["pair"].nunique(),
                amounts=(0, int(by_side.min()), whole),
                amount_kind=AmountKind.ROWS,
                period=(rows["day"].min(), rows["day"].max()),
                parties={"either_provider": rows["organisation_id"]},
                against=[
                    (
                        "Ingen uppgift i närvarolistorna säger vilken av de två föreningarnas lista som motsägs; den ena kan vara helt riktig.",
                        "Nothing in the attendance lists says which of the two associations' lists is contradicted; one may be entirely right.",
                    )
                ],
                sv=f"Två föreningar redovisar samma deltagare eller ledare samtidigt, {hours(minutes)} på {dates} datum (minst {self.fewest_dates} för samma "
                f"två cirklar; tolerans {self.tolerance_minutes} min). Den ena listan motsägs av den andra.",
                en=f"Two associations report the same participants or leader at the same time, {hours(minutes, language='en')} on {dates} dates (at least "
                f"{self.fewest_dates} for the same two circles; tolerance {self.tolerance_minutes} min). One of the lists is contradicted.",
            )

    def _rates(self, low_p: pd.DataFrame, soft: pd.DataFrame) -> Iterator[dict[str, Any]]:
        at_risk = soft.groupby("key")["whole_ore"].sum()
        test: Any
        for test in low_p.itertuples(index=False):
            copied = int(test.observed) - int(test.overlapping)
            excess = round(at_risk[test.key] * (1 - test.expected / test.observed))
            yield rate_hit(
                self,
                test,
                payer=test.payer,
                programme=test.programme,
                amounts=(0, excess, int(test.paid_ore)),
                amount_kind=AmountKind.EXCESS,
                period=(test.period_from, test.period_to),
                sv=f"{number(test.observed)} av {number(test.trials)} sammankomster möter en annan: {number(test.overlapping)} samtidigt med samma personer, "
                f"{number(copied)} med samma lista på annan tid ({number(round(test.expected, 1))} väntade; {test.peers} jämförbara föreningar).",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} gatherings meet another: "
                f"{number(test.overlapping, language='en')} at the same time with the same people, {number(copied, language='en')} with the same list at "
                f"another time ({number(round(test.expected, 1), language='en')} expected; {test.peers} peers).",
            )


def _pair(sides: pd.DataFrame) -> pd.Series:
    """The two associations in one order, whichever side the row is on."""
    own, other = sides["organisation_id"].astype(str), sides["other_organisation_id"].astype(str)
    return own.where(own < other, other) + " " + other.where(own < other, own)


def _evidence(sides: pd.DataFrame, amount: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first row of both gatherings: the one at risk with its amount, and the one that contradicts it."""
    return (
        evidence_frame(
            sides,
            register="activities",
            amount=amount,
            sv="sammankomst som möts av en annan",
            en="gathering that is met by another",
        ),
        evidence_frame(
            sides,
            register="activities",
            record="other_record_id",
            sv="den andra sammankomsten",
            en="the other gathering",
        ),
    )
