"""Incidents in which the same people meet again and again, in other roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.incident_meetings import CLAIMS, STANDING, grouped, meetings
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.peers import count_tests
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import counted, kronor, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.statistics import poisson_upper_tail

_NEXT_TO_NOTHING = 0.1
_UNIT = "further incidents of people who met"


@dataclass(frozen=True, kw_only=True)
class IncidentRoleRotation(Detector):
    """Claims on vehicles of one or several holders in which the same people meet, in other roles each time, more often than chance and peers explain.

    Why:
        Who was driver, who the other party and who the witness is left to the accident. People who do not live or work together seldom meet in two
        incidents, and still more seldom with the parts changed. Where they do, again and again, with vehicles that were often just bought, the
        insurer asks how the incidents came about.

    Not flagged:
        One car of a family, and whoever lives together; colleagues, as the drivers of a fleet in its own yard; drivers of taxis at one rank, neighbours
        and others who meet now and then (what peers have); a witness who works at a dangerous junction, and whoever always has the same role; people
        with many incidents, whose meetings chance explains.

    Parameters:
        fewest_pairs: Pairs of people who meet again, from which on it can be a finding.
        fewest_claims: Claims with such a meeting, from which on it can be.
        chance_permille: In how many of a thousand regions, at most, as many pairs would meet again by chance, if everybody stood in as many claims as they do.
        bought_days: Days from the purchase of a vehicle to the incident, up to which it was just bought.

    Source:
        Typology 20, detector D5b on roles: a null that keeps how many claims everybody stands in, without pairs of one household or one employer.
        Brå 2015:19. The limits are this file's. No register of witnesses across insurers exists: one insurer sees its own claims alone.
    """

    name = "incident_role_rotation"
    version = "1"
    title_sv = "Skador där samma personer möts igen i andra roller"
    title_en = "Incidents in which the same people meet again in other roles"
    why_sv = (
        "Vem som kör, vem som är motpart och vem som är vittne avgör olyckan. De som varken bor eller arbetar tillsammans möts sällan i två skador, och än "
        "mer sällan i ombytta roller. Sker det gång på gång, ofta med nyköpta fordon, behöver försäkringsbolaget fråga hur skadorna gick till."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.COUNT
    typologies = (20,)
    subject_kind = SubjectKind.GROUP
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"incidents": ("claim_id", "vehicle_registration", "occurred_on", "person_number", "role")}
    uses = ("vehicles", "payroll")
    look_alikes = (
        LookAlike(
            "Vänner eller släktingar som inte bor ihop men ofta reser tillsammans: fråga dem.",
            "Friends or relatives who do not live together and often travel together: ask them.",
        ),
        LookAlike(
            "Arbetskamrater utan deklarerad lön hos samma arbetsgivare, till exempel egenföretagare på ett bygge eller taxiägare: se uppdragen.",
            "People who work together without pay from one employer, as the self-employed on a site or owners of taxis: see their assignments.",
        ),
        LookAlike(
            "En farlig korsning eller parkering där samma personer passerar varje dag: se platsen för skadorna.",
            "A dangerous junction or car park that the same people pass every day: see where the incidents were.",
        ),
        LookAlike(
            "Samma skada anmäld två gånger, av båda parters försäkring: se tid och plats.",
            "One incident reported twice, for the insurance of each side: see time and place.",
        ),
    )

    fewest_pairs: int = 2
    fewest_claims: int = 3
    chance_permille: int = 5
    bought_days: int = 90

    def detect(self, context: Context) -> Findings:
        """Screen the claims on the vehicles of every holder."""
        engine = context.engine
        claims = engine.query(CLAIMS).to_pandas()
        if claims.empty:
            return nothing()
        engine.keep("incident_people", STANDING)
        pairs = meetings(engine, len(claims))
        pairs = pairs[pairs["claim_id"].isin(claims["claim_id"])]
        claims = grouped(claims, pairs)
        pairs["key"] = pairs["claim_id"].map(claims.set_index("claim_id")["key"])
        told = self._groups(claims, pairs)
        kind = self.subject_kind.value
        evaluable = told["exposure"] > 0
        tests = count_tests(told[evaluable], unit=_UNIT, subject_kind=kind)
        found = tests.merge(told[["key", "pairs", "chance", "meeting_claims"]], on="key") if len(tests) else tests
        if len(found):
            by_chance = poisson_upper_tail(found["pairs"].to_numpy(np.int64), found["chance"].to_numpy(np.float64))
            found = found[
                (found["p_value"] <= context.q_limit)
                & (found["pairs"] >= self.fewest_pairs)
                & (found["meeting_claims"] >= self.fewest_claims)
                & (1000 * by_chance <= self.chance_permille)
            ]
        keys = set(found["key"]) if len(found) else set()
        again = pairs.loc[pairs["is_again"], "claim_id"].unique()
        shown = claims[claims["key"].isin(keys)].assign(meets=lambda each: each["claim_id"].isin(again))
        rows = self._rows(engine, shown[shown["meets"]])
        return Findings(
            hits=hits_frame(list(self._hits(found, shown, rows))),
            evidence=joined(
                evidence_frame(
                    rows,
                    register="incidents",
                    amount="row_ore",
                    sv="skada där de möts igen",
                    en="incident in which they meet again",
                ),
                evidence_frame(
                    rows[rows["is_new"]],
                    register="vehicles",
                    record="vehicle_record_id",
                    sv="fordonet var nyköpt",
                    en="the vehicle was just bought",
                ),
            ),
            tests=tests_frame(
                tests,
                not_evaluable_tests(
                    told[~evaluable],
                    subject_kind=kind,
                    unit=_UNIT,
                    null_model=self.null.value,
                    why="no two people of a claim stand in further ones",
                ),
            ),
        )

    def _groups(self, claims: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
        """One row a group: claims beyond the first of each circle of meetings, of those in which people could meet again; and pairs, told and by chance."""
        once = pairs.sort_values("is_again", ascending=False).drop_duplicates(["key", "one_id", "other_id"])
        met = claims[claims["claim_id"].isin(pairs.loc[pairs["is_again"], "claim_id"])].groupby("key")
        told = claims[["key"]].drop_duplicates()
        counts = {
            "chance": once.groupby("key")["chance"].sum(),
            "pairs": once.groupby("key")["is_again"].sum(),
            "exposure": pairs.groupby("key")["claim_id"].nunique(),
            "meeting_claims": met["claim_id"].nunique(),
            "circles": met["circle"].nunique(),
        }
        for name, values in counts.items():
            told[name] = told["key"].map(values).fillna(0).astype(float if name == "chance" else np.int64)
        # Meeting again is so rare that rings hold much of what is counted: what could be a finding must not make the null.
        return told.assign(
            subject_id=told["key"],
            peer_group="groups of claims",
            observed=told["meeting_claims"] - told["circles"],
            makes_null=told["pairs"] < self.fewest_pairs,
        )

    def _rows(self, engine: Any, shown: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401  # the engine
        """The source rows of these claims; the amount of a claim stands on the first of them."""
        engine.table("shown_claims", pa.table({"claim_id": pa.array(sorted(set(shown["claim_id"])), pa.string())}))
        rows = engine.query(_ROWS, {"days": self.bought_days}).to_pandas()
        rows = rows.merge(shown[["key", "claim_id", "amount_ore"]], on="claim_id")
        first = ~rows.duplicated(["key", "claim_id"])
        told: pd.DataFrame = rows.assign(
            row_ore=rows["amount_ore"].where(first, 0), is_new=rows["vehicle_record_id"].notna()
        )
        return told

    def _hits(self, found: pd.DataFrame, shown: pd.DataFrame, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key, rows_of = dict(tuple(shown.groupby("key"))), dict(tuple(rows.groupby("key")))
        test: Any
        for test in found.itertuples(index=False):
            every = by_key[test.key]
            own = every[every["meets"]]
            likely, high = int(own["amount_ore"].sum()), int(every["amount_ore"].sum())
            paid = own.groupby("organisation_id")["amount_ore"].sum().sort_values(ascending=False, kind="stable")
            organisation = str(paid.index[0]) if len(paid) else None
            new = int(rows_of[test.key].loc[rows_of[test.key]["is_new"], "claim_id"].nunique())
            holders = int(own["holder_id"].nunique())
            bought_sv = f" {new} av fordonen köptes högst {self.bought_days} dagar före skadan." if new else ""
            bought_en = (
                f" {counted(new, 'vehicle was', 'vehicles were')} bought at most {self.bought_days} days before."
                if new
                else ""
            )
            yield rate_hit(
                self,
                test,
                organisation_id=organisation,
                payer=own["payer"].iloc[0],
                programme="insurance",
                amounts=(0, likely, high),
                amount_kind=AmountKind.ROWS,
                period=(own["occurred_on"].min(), own["occurred_on"].max()),
                currency=own["currency"].iloc[0],
                parties={"related_organisation": paid.index[1:]},
                sv=f"I {counted(len(own), 'skada', 'skador')} av {len(every)} på fordon från {counted(holders, 'innehavare', 'innehavare')} står personer "
                f"som varken bor eller arbetar tillsammans och som möts igen i en annan av skadorna, i andra roller: {test.pairs} par, "
                f"{_few(test.chance)} av slumpen. Efter {test.peers} andra grupper av skador väntas {_few(test.expected)} ytterligare skador, mot "
                f"{test.observed:.0f}.{bought_sv} {kronor(likely)} betalades för dem.",
                en=f"In {counted(len(own), 'incident', 'incidents')} of {len(every)} with vehicles of {counted(holders, 'holder', 'holders')} stand people who "
                f"neither live nor work together and who meet again in another one, in other roles: {test.pairs} pairs, {_few(test.chance, language='en')} by "
                f"chance. {test.peers} other groups of claims lead to expect {_few(test.expected, language='en')} further incidents, there are "
                f"{test.observed:.0f}.{bought_en} {kronor(likely, language='en')} was paid for them.",
            )


def _few(value: float, *, language: str = "sv") -> str:
    """An expectation, also one that is next to nothing."""
    if value < _NEXT_TO_NOTHING:
        return "färre än 0,1" if language == "sv" else "fewer than 0.1"
    return number(value, language=language)


_ROWS = """
    with held as (
        select i.claim_id, max(v.valid_from) as bought_on
        from incidents i
        join shown_claims s on s.claim_id = i.claim_id
        join vehicles v on v.vehicle_id = i.vehicle_id and v.organisation_id = i.organisation_id
        where v.valid_from <= i.occurred_on and v.links_exact
        group by i.claim_id
    ),
    bought as (
        select i.claim_id, min(v.record_id) as vehicle_record_id
        from incidents i
        join held h on h.claim_id = i.claim_id
        join vehicles v on v.vehicle_id = i.vehicle_id and v.organisation_id = i.organisation_id and v.valid_from = h.bought_on
        where h.bought_on + $days * interval 1 day >= i.occurred_on
        group by i.claim_id
    )
    select i.claim_id, i.record_id, b.vehicle_record_id
    from incidents i
    join shown_claims s on s.claim_id = i.claim_id
    left join bought b on b.claim_id = i.claim_id
    where not i.is_withheld
    order by i.claim_id, i.record_id
"""
