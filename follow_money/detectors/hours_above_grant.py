"""Hours billed above what was granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peer_groups import peer_groups
from follow_money.detectors.peers import rate_tests
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
from follow_money.detectors.sentences import hours, kronor, number
from follow_money.detectors.settlement import GRANT_MONTHS, GRANTS, SETTLEMENT_PERIODS
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class HoursAboveGrant(Detector):
    """Hours billed above what a decision granted in a settlement period; and, as a rate, grants that are used to the last hour.

    Why:
        A decision is a ceiling. Time may be moved within the settlement period (avräkningsperiod) but not beyond it, so a bill above the ceiling is
        contradicted by the decision itself. Use of exactly all granted hours, month after month and user after user, is lawful for one user and unusual for
        a whole provider: it is compared with peers, by users, since one user's months go together.

    Not flagged:
        Hours moved within a settlement period; rounding within the tolerance; an hour of the autumn clock change; a claim that a correction has
        replaced; two decisions in force that together grant the hours; a period that is cut off at the edge of the data, whose unseen months
        count as unused; single users who use all their hours; a period that several providers billed, because the bills do not tell
        whose hours are above (listed as not evaluable).

    Parameters:
        tolerance_percent: Billed time above the grant up to this share is rounding.
        tolerance_hours: And up to this many hours in the period.
        full_use_percent: A month with at least this share of the grant billed counts as used to the last hour.
        full_months_percent: A user with at least this share of such months counts.
        fewest_months: A provider with fewer user-months is not evaluable as a rate.

    Source:
        Typologies 1 and 3, detector D1d; SFB 51 kap.; settlement period as Försäkringskassan applies it.
    """

    name = "hours_above_grant"
    version = "3"
    title_sv = "Timmar utöver beslutet"
    title_en = "Hours above the grant"
    why_sv = (
        "Ett beslut är ett tak. Tid får flyttas inom avräkningsperioden men inte ur den. Att använda varje beviljad timme är lagligt för en brukare "
        "och ovanligt för en hel utförare; det jämförs därför med andra utförare."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (1, 3)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "decisions": ("decision_id", "person_number", "granted_minutes", "granted_per", "valid_from"),
        "claims": ("organisation_number", "person_number", "period_from", "period_to", "billed_minutes", "amount_ore"),
    }
    uses = ("organisations",)
    look_alikes = (
        LookAlike(
            "Tillfälligt utökat beslut som saknas i uttaget: se beslutsakten.",
            "A temporary, larger decision missing in the extract: see the file.",
        ),
        LookAlike(
            "Timmar flyttade från en tidigare avräkningsperiod genom beslut: se avräkningen.",
            "Hours moved from an earlier settlement period by decision: see the settlement.",
        ),
        LookAlike(
            "Faktura som rättar en tidigare månad: se kreditfakturan.",
            "An invoice that corrects an earlier month: see the credit note.",
        ),
        LookAlike(
            "Brukare med fast stort behov som använder alla timmar: se behovsbedömningen.",
            "Users with a constant large need who use all hours: see the assessment.",
        ),
    )

    tolerance_percent: int = 2
    tolerance_hours: int = 3
    full_use_percent: int = 99
    full_months_percent: int = 25
    fewest_months: int = 24

    def detect(self, context: Context) -> Findings:
        """Screen every provider with claims on decisions that grant time."""
        engine = context.engine
        engine.keep("grants", GRANTS)
        engine.keep("grant_months", GRANT_MONTHS)
        engine.keep(
            "grant_periods",
            SETTLEMENT_PERIODS,
            {"percent": 100 + self.tolerance_percent, "minutes": 60 * self.tolerance_hours},
        )
        full_use = {"full": self.full_use_percent, "months": self.full_months_percent}
        engine.keep("full_users", _FULL_USERS, full_use)
        counts = engine.query(_FULL_USE).to_pandas()
        if counts.empty:
            return nothing()
        counts["key"] = "rate " + counts["organisation_id"] + " " + counts["programme"]
        periods = engine.query(_ABOVE).to_pandas()
        claims = engine.query(_CLAIMS_ABOVE).to_pandas()
        settled = engine.query(_SETTLED).to_pandas()
        for frame in (periods, claims, settled):
            frame["key"] = "hard " + frame["organisation_id"] + " " + frame["programme"]
        counts["subject_id"] = counts["organisation_id"]
        enough = counts["user_months"] >= self.fewest_months
        counts["peer_group"] = peer_groups(
            engine, counts, counts["programme"], "user_months", evaluable=enough, hangs_on_size=True
        )
        kind = self.subject_kind.value
        unit = "users of all hours"
        tests = tests_frame(
            rate_tests(counts[enough], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                counts[~enough],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_months} user-months",
            ),
            *self._settled_tests(settled),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            counts[["key", "organisation_id", "programme", "trials"]], on="key"
        )
        full = engine.query(_FULL_CLAIMS, {"full": self.full_use_percent}).to_pandas()
        full["key"] = "rate " + full["organisation_id"] + " " + full["programme"]
        full = full[full["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame([*self._above(periods, claims), *self._full_use(low_p, full)]),
            evidence=joined(
                evidence_frame(
                    claims,
                    register="claims",
                    amount="excess_ore",
                    sv="räkning över beslutet",
                    en="bill above the grant",
                ),
                evidence_frame(
                    claims, register="decisions", record="decision_record_id", sv="beslutet", en="the decision"
                ),
                evidence_frame(
                    full, register="claims", sv="månad då alla timmar använts", en="month used to the last hour"
                ),
            ),
            tests=tests,
        )

    def _settled_tests(self, settled: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        kind, unit = self.subject_kind.value, "settlement periods above the grant"
        shared = settled[settled["shared"] > 0].assign(key=None)
        return (
            plain_tests(settled, subject_kind=kind, unit=unit, null_model="fact", observed="above"),
            not_evaluable_tests(
                shared,
                subject_kind=kind,
                unit=unit,
                null_model="fact",
                observed="shared",
                why="above the grant only together with other providers: the bills do not tell whose hours are above",
            ),
        )

    def _above(self, periods: pd.DataFrame, claims: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(claims.groupby("key")))
        for key, group in periods.groupby("key", sort=True):
            told = by_key[key]
            over = group["billed"].sum() - group["granted"].sum()
            amount = int(told["excess_ore"].sum())
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=group["organisation_id"].iloc[0],
                organisation_id=group["organisation_id"].iloc[0],
                payer=told["payer"].iloc[0],
                programme=group["programme"].iloc[0],
                unit="hours above the grant",
                observed=group["billed"].sum() / 60,
                expected=group["granted"].sum() / 60,
                amounts=(amount, amount, int(told["amount_ore"].sum())),
                amount_kind=AmountKind.ROWS,
                period=(told["period_from"].min(), told["period_to"].max()),
                parties={"user": group["person_id"]},
                sv=f"{hours(over)} fakturerades utöver beslut, {kronor(amount)}: {len(group)} avräkningsperioder för "
                f"{group['person_id'].nunique()} brukare (tolerans {self.tolerance_percent} % och {self.tolerance_hours} h).",
                en=f"{hours(over, language='en')} were billed above decisions, {kronor(amount, language='en')}: {len(group)} settlement "
                f"periods of {group['person_id'].nunique()} users (tolerance {self.tolerance_percent} % and {self.tolerance_hours} h).",
            )

    def _full_use(self, low_p: pd.DataFrame, full: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(full.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            if test.key not in by_key:
                continue
            group = by_key[test.key]
            yield rate_hit(
                self,
                test,
                payer=group["payer"].iloc[0],
                programme=str(test.programme),
                # Full use is lawful in itself: nothing is at risk by it alone.
                amounts=(0, 0, int(group["amount_ore"].sum())),
                amount_kind=AmountKind.EXCESS,
                period=(group["period_from"].min(), group["period_to"].max()),
                parties={"user": group["person_id"]},
                sv=f"{number(test.observed)} av {number(test.trials)} brukare använder minst {self.full_use_percent} % av beviljad tid i minst "
                f"{self.full_months_percent} % av månaderna ({number(test.expected)} väntade; {test.peers} jämförbara utförare).",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} users use at least {self.full_use_percent} % of the "
                f"granted time in at least {self.full_months_percent} % of the months ({number(test.expected, language='en')} expected; {test.peers} peers).",
            )


_ABOVE = """
    select organisation_id, programme, person_id, cast(billed as double) as billed, granted
    from grant_periods where is_above and providers = 1
    order by organisation_id, programme, person_id, valid_from, settlement_months, settlement
"""

_CLAIMS_ABOVE = """
    select m.organisation_id, m.programme, m.payer, m.person_id, m.record_id, m.decision_record_id, m.period_from, m.period_to, m.amount_ore,
        cast(floor(m.amount_ore * (p.billed - p.granted) / p.billed) as bigint) as excess_ore
    from grant_months m
    join grant_periods p on p.person_id = m.person_id and p.programme = m.programme and p.payer = m.payer and p.valid_from = m.valid_from
        and p.settlement_months = m.settlement_months and p.settlement = m.settlement
    where p.is_above and p.providers = 1
    order by m.organisation_id, m.programme, m.record_id
"""

_SETTLED = """
    with settled as (
        select distinct m.organisation_id, m.programme, p.person_id, p.payer, p.valid_from, p.settlement_months, p.settlement,
            p.is_above, p.providers
        from grant_months m
        join grant_periods p on p.person_id = m.person_id and p.programme = m.programme and p.payer = m.payer
            and p.valid_from = m.valid_from and p.settlement_months = m.settlement_months and p.settlement = m.settlement
    )
    select organisation_id, organisation_id as subject_id, programme, count_if(is_above and providers = 1) as above,
        count_if(is_above and providers > 1) as shared
    from settled group by organisation_id, programme order by organisation_id, programme
"""

_FULL_USERS = """
    select organisation_id, programme, person_id, count(*) as user_months,
        count_if(100 * billed_minutes >= $full * granted) > 0
            and 100 * count_if(100 * billed_minutes >= $full * granted) >= $months * count(*) as is_full
    from grant_months where granted > 0 group by organisation_id, programme, person_id
"""

_FULL_USE = """
    select organisation_id, programme, cast(sum(user_months) as bigint) as user_months, count(*) as trials, count_if(is_full) as observed
    from full_users group by organisation_id, programme order by organisation_id, programme
"""

_FULL_CLAIMS = """
    select m.organisation_id, m.programme, m.payer, m.person_id, m.record_id, m.period_from, m.period_to, m.amount_ore
    from grant_months m
    join full_users u on u.organisation_id = m.organisation_id and u.programme = m.programme and u.person_id = m.person_id and u.is_full
    where m.granted > 0 and 100 * m.billed_minutes >= $full * m.granted
    order by m.organisation_id, m.programme, m.record_id
"""
