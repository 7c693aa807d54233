"""Housing benefit for a dwelling at which others are registered than the decision counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.dwelling_people import CONTRADICTED, COUNTED, HOMES, OTHERS, STRANGERS
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.peers import count_tests
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    rate_hit,
    tests_frame,
)
from follow_money.detectors.sentences import kronor, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_UNIT = "households of strangers at the dwelling"
_FACT_UNIT = "days that contradict the decision"
_MONTH_DAYS = 30.4
_LARGEST = 5
_DRAWN = 20
"""Dwellings of all sizes that the mean of one size is drawn towards."""
_MANY = ("student", "staff", "care")
_REASONS = {
    "abroad": ("den sökande var utomlands", "the applicant was abroad"),
    "household": (
        "någon i samma hushåll var folkbokförd i bostaden utan att räknas i beslutet",
        "somebody of the same household was registered at the dwelling and is not counted in the decision",
    ),
}


@dataclass(frozen=True, kw_only=True)
class DwellingOverfull(Detector):
    """A decision on housing benefit beside who is registered at the dwelling: strangers far beyond its size, a household that is not counted, a stay abroad.

    Why:
        The benefit depends on who lives there. Many who have nothing to do with each other, registered at one small dwelling, ask whether they live there
        (registrations are sold); somebody of the household whom the decision leaves out, or an applicant who is abroad for long, contradicts it. The
        decision is the subject; where the dwelling lies is not known and plays no part.

    Not flagged:
        A large family, all of whom are counted (only strangers count); a lodger with a family (one household); student and staff housing and care homes (not
        evaluable); addresses care of somebody and missing dwelling numbers (no dwelling is told); a child who is counted and registered elsewhere; a home
        that two who parted share for some months; stays abroad of some months; people with protected identity (withheld); doubtful identity links.

    Parameters:
        tolerance_days: Days at the dwelling up to which somebody is not counted.
        fewest_households: Households of strangers from which on it counts.
        tells_below: Households of strangers from which on a dwelling tells nothing of the others.
        long_days: Days abroad, or at the dwelling without being counted, up to which nothing is contradicted.

    Source:
        Typology 16, detectors D5a by dwelling size and D8a. Residences by dwelling and the register of dwellings are held by Skatteverket and Lantmäteriet;
        an extract under a key without address is drawn for the decisions under test, and no common export exists.
    """

    name = "dwelling_overfull"
    version = "2"
    title_sv = "Bostadsbidrag för en bostad där andra är folkbokförda än beslutet räknar"
    title_en = "Housing benefit for a dwelling with others registered than the decision counts"
    why_sv = (
        "Bidraget beror på vilka som bor i bostaden. Många utan samband, folkbokförda i en liten lägenhet, väcker frågan om de bor där; någon i hushållet som "
        "beslutet utelämnar, eller en sökande som länge är utomlands, motsäger det. Fyndet gäller beslutet; var bostaden ligger är inte känt."
    )
    kinds = (HitKind.RATE, HitKind.CONTRADICTION)
    typologies = (16,)
    subject_kind = SubjectKind.DECISION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "decisions": (
            "programme",
            "decision_id",
            "person_number",
            "valid_from",
            "monthly_amount_ore",
            "household_persons",
        ),
        "residences": ("person_number", "dwelling_id", "valid_from"),
        "dwellings": ("dwelling_id", "rooms"),
    }
    uses = ("relations", "absences")
    default_on = False
    on_persons = True
    null = RateNull.COUNT
    look_alikes = (
        LookAlike(
            "Verklig trångboddhet eller inneboende med kontrakt: se hyresavtal och hembesök.",
            "Real crowding, or lodgers with a contract: see the leases and a visit.",
        ),
        LookAlike(
            "Student- eller personalbostad, eller boende för vård, som registret inte visar: fråga fastighetsägaren.",
            "Student or staff housing, or a care home, that the register does not show: ask the owner of the building.",
        ),
        LookAlike(
            "Fel eller saknat lägenhetsnummer, eller en flytt som inte anmälts: se folkbokföringens utredning.",
            "A wrong or missing dwelling number, or a move not notified: see the population register's inquiry.",
        ),
        LookAlike(
            "Växelvis boende, ett nyfött barn, eller en bostad som delas efter separation: fråga den sökande.",
            "Shared custody, a newborn child, or a home shared after a separation: ask the applicant.",
        ),
    )

    tolerance_days: int = 60
    fewest_households: int = 4
    tells_below: int = 5
    long_days: int = 180

    def detect(self, context: Context) -> Findings:
        """Screen every decision on housing benefit whose dwelling is told."""
        engine = context.engine
        tolerance = {"tolerance": self.tolerance_days}
        engine.keep("housing_homes", HOMES)
        engine.keep("housing_others", OTHERS)
        engine.keep("housing_strangers", STRANGERS, tolerance)
        told = engine.query(COUNTED, tolerance).to_pandas()
        if told.empty:
            return nothing()
        kind = self.subject_kind.value
        told = told.assign(key=told["decision_id"], subject_id=told["decision_id"])
        unknown, many = told["dwelling_id"].isna(), told["kind"].isin(_MANY)
        counts = self._by_size(told[~unknown & ~many])
        tests = count_tests(counts, unit=_UNIT, subject_kind=kind, tells_below=self.tells_below)
        reaches = (tests["p_value"] <= context.q_limit) & (tests["observed"] >= self.fewest_households)
        full = tests[reaches].merge(counts.drop(columns=["subject_id", "peer_group", "observed"]), on="key")
        strangers = engine.query("select * from housing_strangers order by decision_id, record_id").to_pandas()
        facts = engine.query(CONTRADICTED, {"long": self.long_days}).to_pandas()
        facts["key"] = facts["decision_id"] + " " + facts["reason"]
        facts["low_ore"] = self._ore(facts["monthly_amount_ore"], facts["days"] - self.long_days)
        return Findings(
            hits=hits_frame([*self._full(full), *self._facts(facts)]),
            evidence=joined(
                evidence_frame(
                    strangers[strangers["decision_id"].isin(full["key"])].assign(key=lambda rows: rows["decision_id"]),
                    register="residences",
                    sv="folkbokförd i bostaden, utan samband med den sökande",
                    en="registered at the dwelling, without ties to the applicant",
                ),
                evidence_frame(full, register="decisions", sv="beslutet om bostadsbidrag", en="the decision on housing benefit"),
                evidence_frame(
                    facts.groupby(["key", "decision_record_id"])["low_ore"].max().reset_index(),
                    register="decisions",
                    record="decision_record_id",
                    amount="low_ore",
                    sv="beslutet om bostadsbidrag",
                    en="the decision on housing benefit",
                ),
                *(
                    evidence_frame(facts[facts["reason"] == reason], register=register, sv=_REASONS[reason][0], en=_REASONS[reason][1])
                    for reason, register in (("abroad", "absences"), ("household", "residences"))
                ),
            ),
            tests=tests_frame(
                tests,
                *(
                    not_evaluable_tests(told[which], subject_kind=kind, unit=_UNIT, null_model="negative binomial", why=why)
                    for which, why in (
                        (unknown, "no dwelling is told for the applicant"),
                        (many & ~unknown, "student or staff housing, or a care home"),
                    )
                ),
                plain_tests(
                    facts.groupby("key", as_index=False).agg(subject_id=("decision_id", "first"), days=("days", "max")),
                    subject_kind=kind,
                    unit=_FACT_UNIT,
                    null_model="fact",
                    observed="days",
                ),
            ),
        )  # fmt: skip

    def _by_size(self, told: pd.DataFrame) -> pd.DataFrame:
        """Households of strangers of each decision, and how many dwellings of its size usually have, to all: larger ones hold more lodgers."""
        observed = np.minimum(told["households"], told["beyond"])
        size = told["rooms"].clip(1, _LARGEST).fillna(0)
        usual = pd.DataFrame({"size": size, "observed": observed})[observed < self.tells_below]
        of_size = usual.groupby("size")["observed"].agg(["sum", "count"])
        mean = (usual["observed"].sum() + 0.5) / (len(usual) + 1)
        # Sizes with few dwellings are drawn towards all.
        weight = (of_size["sum"] + _DRAWN * mean) / (of_size["count"] + _DRAWN) / mean
        return told.assign(
            observed=observed, exposure=size.map(weight).fillna(1.0), peer_group="dwellings, weighed by their size"
        )

    @staticmethod
    def _ore(monthly: Any, days: Any) -> Any:  # noqa: ANN401  # columns or single values
        return np.floor(monthly * days / _MONTH_DAYS).astype("int64")

    def _full(self, full: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in full.itertuples(index=False):
            span = (pd.Timestamp(row.last_on) - pd.Timestamp(row.first_on)).days + 1
            whole = (pd.Timestamp(row.valid_to) - pd.Timestamp(row.valid_from)).days + 1
            likely, high = (int(row.monthly_amount_ore * days / _MONTH_DAYS) for days in (span, whole))
            expected = round(row.expected, 1)
            yield rate_hit(
                self,
                row,
                amounts=(0, likely, high),
                period=(row.first_on, row.last_on),
                sv=f"{number(row.observed)} hushåll utan samband med den sökande var folkbokförda i bostaden mer än {self.tolerance_days} dagar vardera "
                f"(väntat {number(expected)}, efter {number(row.peers)} andra bostäder, vägda efter storlek). "
                f"Bidrag: {kronor(row.monthly_amount_ore)} i månaden.",
                en=f"{number(row.observed, language='en')} households without ties to the applicant were registered at the dwelling for more than "
                f"{self.tolerance_days} days each ({number(expected, language='en')} expected, by {number(row.peers, language='en')} other dwellings, "
                f"weighed by size). The benefit is {kronor(row.monthly_amount_ore, language='en')} a month.",
                **_of(row),
            )

    def _facts(self, facts: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in (
            facts.sort_values("days", ascending=False, kind="stable")
            .drop_duplicates("key")
            .sort_values("key")
            .itertuples(index=False)
        ):
            whole = (pd.Timestamp(row.valid_to) - pd.Timestamp(row.valid_from)).days + 1
            likely, high = (int(row.monthly_amount_ore * days / _MONTH_DAYS) for days in (row.days, whole))
            sv, en = _REASONS[row.reason]
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                unit=_FACT_UNIT,
                observed=row.days,
                amounts=(int(row.low_ore), likely, high),
                period=(row.from_on, row.to_on),
                sv=f"Beslutet motsägs: {sv}, {row.days} dagar medan det gällde. Bidraget är {kronor(row.monthly_amount_ore)} i månaden.",
                en=f"The decision is contradicted: {en}, {row.days} days while it held. Benefit: {kronor(row.monthly_amount_ore, language='en')} a month.",
                **_of(row),
            )  # fmt: skip


def _of(row: Any) -> dict[str, Any]:  # noqa: ANN401  # a row of itertuples
    """What both kinds of hits say of a decision."""
    return {
        "subject_id": str(row.decision_id),
        "organisation_id": None,
        "amount_kind": AmountKind.PERIOD,
        "payer": row.payer,
        "programme": "housing_benefit",
        "parties": {"claimant": [row.person_id]},
    }
