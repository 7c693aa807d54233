"""Hours billed above what was granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peers import rate_tests, size_class
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, not_evaluable_tests, tests_frame
from follow_money.detectors.sentences import hours, kronor, number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class HoursAboveGrant(Detector):
    """Hours billed above what a decision granted in a settlement period; and, as a rate, grants that are used to the last hour.

    Why:
        A decision is a ceiling. Time may be moved within the settlement period (avräkningsperiod) but not beyond it, so a bill above the ceiling is
        contradicted by the decision itself. Use of exactly all granted hours, month after month and user after user, is lawful for one user and unusual for
        a whole provider: it is compared with peers.

    Not flagged:
        Hours moved within a settlement period; rounding within the tolerance; an hour of the autumn clock change; a claim that a correction has
        replaced; two decisions in force that together grant the hours; a period that is cut off at the edge of the data; single users who use all their hours.

    Parameters:
        tolerance_percent: Billed time above the grant up to this share is rounding.
        tolerance_hours: And up to this many hours in the period.
        full_use_percent: A month with at least this share of the grant billed counts as used to the last hour.
        fewest_months: A provider with fewer user-months is not evaluable as a rate.

    Source:
        Typologies 1 and 3, detector D1d; SFB 51 kap.; settlement period as Försäkringskassan applies it.
    """

    name = "hours_above_grant"
    version = "1"
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
    fewest_months: int = 24

    def detect(self, context: Context) -> Findings:
        """Screen every provider with claims on decisions that grant time."""
        engine = context.engine
        engine.keep("grant_months", _GRANT_MONTHS)
        periods = engine.query(
            _ABOVE, {"share": 1 + self.tolerance_percent / 100, "minutes": 60 * self.tolerance_hours}
        ).to_pandas()
        periods["key"] = "hard " + periods["organisation_id"] + " " + periods["programme"]
        claims = engine.query(
            _CLAIMS_ABOVE, {"share": 1 + self.tolerance_percent / 100, "minutes": 60 * self.tolerance_hours}
        ).to_pandas()
        claims["key"] = "hard " + claims["organisation_id"] + " " + claims["programme"]
        counts = engine.query(_FULL_USE, {"full": self.full_use_percent / 100}).to_pandas()
        if counts.empty:
            return nothing()
        counts["key"] = "rate " + counts["organisation_id"] + " " + counts["programme"]
        counts["subject_id"] = counts["organisation_id"]
        counts["peer_group"] = size_class(counts["programme"], counts["trials"])
        kind = self.subject_kind.value
        unit = "user-months used to the last hour"
        tests = tests_frame(
            rate_tests(counts[counts["trials"] >= self.fewest_months], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                counts[counts["trials"] < self.fewest_months],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_months} user-months",
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            counts[["key", "organisation_id", "programme", "trials"]], on="key"
        )
        full = engine.query(_FULL_CLAIMS, {"full": self.full_use_percent / 100}).to_pandas()
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
            yield hit(
                self,
                str(test.key),
                HitKind.RATE,
                subject_id=str(test.organisation_id),
                organisation_id=str(test.organisation_id),
                payer=group["payer"].iloc[0],
                programme=str(test.programme),
                unit="user-months used to the last hour",
                observed=test.observed,
                expected=test.expected,
                p_value=test.p_value,
                # Full use is lawful in itself: nothing is at risk by it alone.
                amounts=(0, 0, int(group["amount_ore"].sum())),
                amount_kind=AmountKind.EXCESS,
                period=(group["period_from"].min(), group["period_to"].max()),
                parties={"user": group["person_id"]},
                sv=f"{number(test.observed)} av {number(test.trials)} brukarmånader använder minst {self.full_use_percent} % av beviljad tid "
                f"({number(test.expected)} väntade; {test.peers} jämförbara utförare).",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} user-months use at least "
                f"{self.full_use_percent} % of the granted time ({number(test.expected, language='en')} expected; {test.peers} peers).",
            )


_GRANT_MONTHS = """
    with grants as (
        select record_id, person_id, programme, payer, valid_from, coalesce(valid_to, date '2999-12-31') as valid_to, granted_minutes, granted_per,
            coalesce(settlement_months, 1) as settlement_months, links_exact
        from decisions
        where granted_minutes is not null and granted_per is not null and person_id is not null and programme <> 'wage_subsidy' and not is_withheld
    ),
    billed as (
        select record_id, organisation_id, person_id, programme, payer, period_from, period_to, billed_minutes, amount_ore, links_exact
        from current_claims
        where billed_minutes is not null and person_id is not null and organisation_id is not null and not is_withheld
    ),
    matched as (
        select b.*, g.record_id as decision_record_id, g.valid_from, g.settlement_months, g.links_exact as decision_exact,
            greatest(0, date_diff('day', greatest(b.period_from, g.valid_from), least(b.period_to, g.valid_to)) + 1) as days_in_force,
            case g.granted_per
                when 'week' then g.granted_minutes / 7.0
                else g.granted_minutes * 1.0 / (date_diff('day', date_trunc('month', b.period_from), last_day(b.period_from)) + 1)
            end as granted_a_day
        from billed b
        join grants g on g.person_id = b.person_id and g.programme = b.programme and g.payer = b.payer
            and g.valid_from <= b.period_to and g.valid_to >= b.period_from
    )
    select record_id, organisation_id, person_id, programme, payer, period_from, period_to, billed_minutes, amount_ore,
        min(decision_record_id) as decision_record_id, min(valid_from) as valid_from, max(settlement_months) as settlement_months,
        sum(days_in_force * granted_a_day) as granted, count_if(links_exact and decision_exact) = count(*) as links_exact
    from matched
    group by record_id, organisation_id, person_id, programme, payer, period_from, period_to, billed_minutes, amount_ore
"""
"""One row a claim with what all decisions in force granted for its days."""

_PERIODS = """
    with anchored as (
        select *, floor(date_diff('month', date_trunc('month', valid_from), date_trunc('month', period_from)) * 1.0 / settlement_months) as settlement
        from grant_months
    ),
    one_grant as (
        -- Several providers may bill one decision in one month: the ceiling is the person's, counted once.
        select person_id, programme, settlement, valid_from, month, max(granted) as granted
        from (select *, date_trunc('month', period_from) as month from anchored) a
        group by person_id, programme, settlement, valid_from, month
    ),
    ceilings as (select person_id, programme, settlement, valid_from, sum(granted) as granted from one_grant group by person_id,
        programme, settlement, valid_from),
    totals as (
        select person_id, programme, settlement, valid_from, sum(billed_minutes) as billed, count(distinct organisation_id) as providers,
            min(organisation_id) as organisation_id, count_if(links_exact) = count(*) as links_exact
        from anchored group by person_id, programme, settlement, valid_from
    ),
    above as (
        select t.*, c.granted from totals t
        join ceilings c on c.person_id = t.person_id and c.programme = t.programme and c.settlement = t.settlement and c.valid_from = t.valid_from
        where t.links_exact and t.providers = 1 and t.billed > $share * c.granted and t.billed > c.granted + $minutes
    )
"""

_ABOVE = f"""
    {_PERIODS}
    select organisation_id, programme, person_id, settlement, cast(billed as double) as billed, granted from above
    order by organisation_id, programme, person_id, settlement
"""

_CLAIMS_ABOVE = f"""
    {_PERIODS}
    select a.organisation_id, a.programme, a.payer, a.person_id, a.record_id, a.decision_record_id, a.period_from, a.period_to, a.amount_ore,
        cast(floor(a.amount_ore * (b.billed - b.granted) / b.billed) as bigint) as excess_ore
    from anchored a
    join above b on b.person_id = a.person_id and b.programme = a.programme and b.settlement = a.settlement and b.valid_from = a.valid_from
    order by a.organisation_id, a.programme, a.record_id
"""

_FULL_USE = """
    select organisation_id, programme, count(*) as trials, count_if(billed_minutes >= $full * granted) as observed
    from grant_months where granted > 0
    group by organisation_id, programme order by organisation_id, programme
"""

_FULL_CLAIMS = """
    select organisation_id, programme, payer, person_id, record_id, period_from, period_to, amount_ore
    from grant_months where granted > 0 and billed_minutes >= $full * granted
    order by organisation_id, programme, record_id
"""
