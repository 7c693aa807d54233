"""Records opened without a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.insider import RECIPIENTS, of_official
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import number
from follow_money.model import HitKind, Purpose, SubjectKind

_UNIT = "look-ups without a case"


@dataclass(frozen=True, kw_only=True)
class LookupsWithoutCase(Detector):
    """Records that an official opened without a case, far more often than others of the unit.

    Why:
        Officials open records in the cases that they have. Who opens others may sell or use what stands there. But systems lose the case's number, calls come
        in before a case is opened, and units differ: so the share is compared with colleagues of the unit, or of all small ones. Whose records were opened is
        no part of the finding, as they may be the victims.

    Not flagged:
        Look-ups for sampling, on call, in a migration or in training; a record that the same official opens with a case within some days; a record opened
        several times in a day (once); officials with few look-ups; shares as among colleagues; where there are fewer than nine.

    Parameters:
        fewest_lookups: An official with fewer is not evaluable.
        fewest_without: Look-ups without a case from which on it can be a hit.
        late_days: Days, before or after, within which a case of the same official with the same record covers a look-up.
        fewest_of_unit: Officials from which on a unit is compared within itself; smaller ones are compared together, their differences widening the null.

    Source:
        Typology 21 and requirement F-30. Access logs (åtkomstlogg) are kept by each system in a form of its own; no common export exists.
    """

    name = "lookups_without_case"
    version = "1"
    title_sv = "Uppslag utan ärende"
    title_en = "Look-ups without a case"
    why_sv = (
        "Handläggare öppnar akter i sina ärenden. Den som öppnar andras kan använda eller sälja det som står där. System tappar ärendenummer, och enheter "
        "skiljer "
        "sig åt: andelen jämförs därför med kollegor på samma enhet. Vems akter det gäller ingår inte i fyndet; de kan vara utsatta."
    )
    kinds = (HitKind.RATE,)
    typologies = (21,)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.INSIDER_CONTROL
    needs = {"access_log": ("user_account", "unit", "looked_at", "case_id")}
    default_on = False
    on_officials = True
    recipients = RECIPIENTS
    look_alikes = (
        LookAlike(
            "Samtal eller jour innan ett ärende lagts upp: se telefonloggen och schemat.",
            "Calls or duty before a case was opened: see the call log and the roster.",
        ),
        LookAlike(
            "Stickprov, utbildning eller migrering utan att orsaken angetts: fråga chefen.",
            "Sampling, training or migration whose reason was not stated: ask the manager.",
        ),
        LookAlike(
            "Uppdrag som är ensamt på enheten (register, statistik, support): se arbetsbeskrivningen.",
            "A task that nobody else of the unit has (registry, statistics, support): see the job description.",
        ),
        LookAlike("Någon annan använde kontot: se inloggningsplats och tid.", "Somebody else used the account: see place and time of the login."),
    )  # fmt: skip

    fewest_lookups: int = 30
    fewest_without: int = 6
    late_days: int = 30
    fewest_of_unit: int = 25

    def detect(self, context: Context) -> Findings:
        """Screen every official of the log within their unit."""
        engine = context.engine
        engine.keep("insider_lookups", _LOOKUPS, {"late": self.late_days})
        counts = engine.query(_COUNTS).to_pandas()
        if counts.empty:
            return nothing()
        kind = self.subject_kind.value
        counts = counts.assign(
            key=counts["official_id"] + " " + counts["unit"],
            subject_id=counts["official_id"],
        )
        is_enough = counts["trials"] >= self.fewest_lookups
        size = counts["unit"].map(counts.loc[is_enough, "unit"].value_counts()).fillna(0)
        is_large = size >= self.fewest_of_unit
        counts["peer_group"] = ("officials of the unit " + counts["unit"]).where(is_large, "officials of smaller units")
        tests = tests_frame(
            rate_tests(counts[is_enough], unit=_UNIT, subject_kind=kind),
            not_evaluable_tests(
                counts[~is_enough],
                subject_kind=kind,
                unit=_UNIT,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_lookups} look-ups",
            ),
        )
        low_p = tests[(tests["p_value"] <= context.q_limit) & (tests["observed"] >= self.fewest_without)]
        low_p = low_p.merge(counts[["key", "trials", "first_on", "last_on"]], on="key")
        rows = engine.query(_ROWS).to_pandas()
        rows["key"] = rows["official_id"] + " " + rows["unit"]
        return Findings(
            hits=hits_frame(list(self._hits(low_p))),
            evidence=evidence_frame(
                rows[rows["key"].isin(low_p["key"])],
                register="access_log",
                sv="uppslag utan ärende",
                en="look-up without a case",
            ),
            tests=tests,
        )

    def _hits(self, low_p: pd.DataFrame) -> Iterator[dict[str, Any]]:
        test: Any
        for test in low_p.itertuples(index=False):
            expected = round(test.expected, 1)
            yield rate_hit(
                self,
                test,
                **of_official(str(test.subject_id)),
                amounts=(0, 0, 0),
                period=(test.first_on, test.last_on),
                sv=f"{number(test.observed)} av {number(test.trials)} uppslag saknar ärende ({number(expected)} väntade; {test.peers} kollegor).",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} look-ups are without a case "
                f"({number(expected, language='en')} expected; {test.peers} colleagues).",
            )


_LOOKUPS = """
    with told as (
        select record_id, official_id, unit, coalesce(person_id, organisation_id) as looked_at_id, cast(looked_at as date) as day, case_id
        from access_log
        where official_id is not null and not is_withheld and reason is null and coalesce(person_id, organisation_id) is not null
    ),
    cases as (select distinct official_id, looked_at_id, day from told where case_id is not null),
    once as (
        select official_id, unit, looked_at_id, day, min(record_id) as record_id, count(case_id) > 0 as has_case
        from told group by official_id, unit, looked_at_id, day
    ),
    covered as (
        select distinct o.record_id from once o
        join cases c on c.official_id = o.official_id and c.looked_at_id = o.looked_at_id
        where not o.has_case and abs(date_diff('day', o.day, c.day)) <= $late
    )
    select o.*, o.has_case or c.record_id is not null as is_covered from once o left join covered c on c.record_id = o.record_id
"""
"""One row an official, record and day."""

_COUNTS = """
    select official_id, unit, count(*) as trials, count_if(not is_covered) as observed, min(day) as first_on, max(day) as last_on
    from insider_lookups group by official_id, unit order by official_id, unit
"""

_ROWS = "select official_id, unit, record_id from insider_lookups where not is_covered order by record_id"
