"""Support for lost turnover, where the declarations show no such loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.declared_months import DECLARED
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    tests_frame,
)
from follow_money.detectors.sentences import kronor, percent
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class SupportTurnover(Detector):
    """Support to a company whose stated drop of turnover its own declarations contradict, or that decided a dividend in the ban period.

    Why:
        Support was paid by the share of turnover that a company lost against an earlier period, as it stated itself. Its VAT declarations tell the turnover
        of the same months. A dividend while it is banned means that the condition of the whole support failed.

    Not flagged:
        A drop of a season (the company's own period of comparison is used); a new firm that compares with other months; one month with sales of another
        (accruals: a month far from the others counts as the middle one, in favour of the company); differences within the tolerance;
        a corrected declaration (the latest counts); months that are not declared, or filed by the quarter (not evaluable); a dividend before the support
        period or after the ban; a bankruptcy afterwards.

    Parameters:
        tolerance_percent: Points by which the declared drop may be below the stated one.
        least_kronor: Difference of turnover from which on it counts.
        ban_days: Days after the support period for which dividends are banned.

    Source:
        Typology 18, detector D8a; lag (2020:548) om omställningsstöd. The tolerance is this file's.
    """

    name = "support_turnover"
    version = "1"
    title_sv = "Stöd för tappad omsättning som inte syns i deklarationerna"
    title_en = "Support for lost turnover that the declarations do not show"
    why_sv = (
        "Stödet betalades efter den andel av omsättningen som företaget självt uppgav att det tappat. Momsdeklarationerna visar omsättningen för samma "
        "månader. En utdelning under förbudstiden betyder att villkoret för hela stödet brast."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (18,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "support_applications": (
            "organisation_number",
            "period_from",
            "period_to",
            "reference_from",
            "reference_to",
            "turnover_ore",
            "reference_turnover_ore",
            "amount_ore",
        ),
        "tax_returns": ("organisation_number", "month", "turnover_ore"),
    }
    uses = ("organisation_events",)
    look_alikes = (
        LookAlike(
            "Försäljning som periodiserats annorlunda i bokföringen: se huvudboken för månaderna.",
            "Sales put in another period in the books: see the ledger of these months.",
        ),
        LookAlike(
            "Omsättning som inte hör till näringsverksamheten, eller en försäljning av en anläggningstillgång: se fakturan.",
            "Turnover that is not of the business, as a fixed asset that was sold: see the invoice.",
        ),
        LookAlike(
            "Fusion eller köp av en annan verksamhet under perioden: se avtalet.",
            "A merger, or another business bought in the period: see the agreement.",
        ),
        LookAlike(
            "Beslut om utdelning som återtogs innan den betalades: se protokollet och kontot.",
            "A decided dividend that was withdrawn before it was paid: see the minutes and the account.",
        ),
    )

    tolerance_percent: int = 13
    least_kronor: int = 20_000
    ban_days: int = 270

    def detect(self, context: Context) -> Findings:
        """Screen every application."""
        engine = context.engine
        engine.keep("declared", DECLARED)
        told = engine.query(_APPLICATIONS).to_pandas()
        if told.empty:
            return nothing()
        told["key"], told["subject_id"] = told["record_id"], told["organisation_id"]
        months = engine.query(_MONTHS).to_pandas()
        told = told.merge(_favourable(months), on="record_id", how="left")
        dividends = engine.query(_DIVIDENDS, {"days": self.ban_days}).to_pandas()
        told["has_dividend"] = told["record_id"].isin(dividends["record_id"]) & told["links_exact"]
        whole = (told["months"] == told["months_wanted"]) & (told["reference_months"] == told["reference_wanted"])
        told["is_declared"] = whole & (told["declared_reference"] > 0) & (told["reference_turnover_ore"] > 0)
        told["stated"] = 1 - told["turnover_ore"] / told["reference_turnover_ore"].clip(lower=1)
        told["drop"] = 1 - told["declared_turnover"] / told["declared_reference"].clip(lower=1)
        gap = (told["declared_turnover"] - told["turnover_ore"]).clip(lower=0) + (
            told["reference_turnover_ore"] - told["declared_reference"]
        ).clip(lower=0)
        told["is_contradicted"] = (
            told["is_declared"]
            & told["links_exact"]
            & (told["stated"] - told["drop"] >= self.tolerance_percent / 100)
            & (gap >= 100 * self.least_kronor)
        )
        found = told[told["is_contradicted"] | told["has_dividend"]]
        known = told[told["is_declared"] | told["has_dividend"]]
        kind, unit = self.subject_kind.value, "contradicted applications"
        shown = months[months["record_id"].isin(found.loc[found["is_contradicted"], "record_id"])].rename(
            columns={"record_id": "key"}
        )
        banned = dividends[dividends["record_id"].isin(found["record_id"])].rename(columns={"record_id": "key"})
        return Findings(
            hits=hits_frame(list(self._hits(found))),
            evidence=joined(
                evidence_frame(
                    found,
                    register="support_applications",
                    amount="amount_ore",
                    sv="ansökan och utbetalt stöd",
                    en="application and support paid",
                ),
                evidence_frame(
                    shown,
                    register="tax_returns",
                    record="return_record_id",
                    sv="deklarerad omsättning",
                    en="declared turnover",
                ),
                evidence_frame(
                    banned,
                    register="organisation_events",
                    record="event_record_id",
                    sv="beslut om utdelning",
                    en="decided dividend",
                ),
            ),
            tests=tests_frame(
                plain_tests(
                    known.assign(found=known["record_id"].isin(found["record_id"]).astype(float)),
                    subject_kind=kind,
                    unit=unit,
                    null_model="fact",
                    observed="found",
                ),
                not_evaluable_tests(
                    told[~told["record_id"].isin(known["record_id"])],
                    subject_kind=kind,
                    unit=unit,
                    null_model="fact",
                    why="not every month of both periods is declared",
                ),
            ),
        )

    def _hits(self, found: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in found.itertuples(index=False):
            amount = int(row.amount_ore)
            beyond = (row.stated - row.drop) / max(row.stated, 0.01) if row.is_contradicted else 0.0
            surely = (
                (row.stated - row.drop - self.tolerance_percent / 100) / max(row.stated, 0.01)
                if row.is_contradicted
                else 0.0
            )
            low, likely = (
                (amount, amount) if row.has_dividend else (int(amount * surely), int(amount * min(beyond, 1.0)))
            )
            swedish, english = [], []
            if row.is_contradicted:
                swedish.append(
                    f"omsättningen uppgavs ha fallit {percent(row.stated)}, från {kronor(row.reference_turnover_ore)} till {kronor(row.turnover_ore)}; "
                    f"deklarationerna visar {kronor(row.declared_reference)} och {kronor(row.declared_turnover)} ({percent(row.drop)})"
                )
                english.append(
                    f"turnover was stated to have fallen {percent(row.stated)}, from {kronor(row.reference_turnover_ore, language='en')} to "
                    f"{kronor(row.turnover_ore, language='en')}; the declarations show {kronor(row.declared_reference, language='en')} and "
                    f"{kronor(row.declared_turnover, language='en')} ({percent(row.drop)})"
                )
            if row.has_dividend:
                swedish.append("utdelning beslutades under förbudstiden")
                english.append("a dividend was decided in the ban period")
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                subject_id=str(row.organisation_id),
                organisation_id=str(row.organisation_id),
                payer=row.payer,
                programme="business_support",
                unit="contradicted applications",
                observed=1.0,
                amounts=(min(low, amount), min(likely, amount), amount),
                amount_kind=AmountKind.PERIOD,
                period=(row.period_from, row.period_to),
                currency=row.currency,
                sv=f"Stöd om {kronor(amount)}: {'; '.join(swedish)}.",
                en=f"Support of {kronor(amount, language='en')}: {'; '.join(english)}.",
            )


def _favourable(months: pd.DataFrame) -> pd.DataFrame:
    """Declared turnover of both periods of each application, one month far from the others set to the middle one in the company's favour."""
    parts = months.groupby(["record_id", "part"])["turnover_ore"].agg(["sum", "median", "count"]).unstack("part")
    columns = {}
    for part, name in (("period", "turnover"), ("reference", "reference")):
        told = {
            stat: parts[(stat, part)] if (stat, part) in parts else pd.Series(dtype=float)
            for stat in ("sum", "median", "count")
        }
        middle = (told["median"] * told["count"]).astype(float)
        whole = told["sum"].astype(float)
        columns[f"declared_{name}"] = (
            whole.where(whole < middle, middle) if part == "period" else whole.where(whole > middle, middle)
        )
        columns["months" if part == "period" else "reference_months"] = told["count"]
    return pd.DataFrame(columns, index=parts.index).rename_axis("record_id").reset_index()


_APPLICATIONS = """
    select record_id, organisation_id, payer, period_from, period_to, reference_from, reference_to, turnover_ore, reference_turnover_ore, amount_ore, currency,
        links_exact, date_diff('month', period_from, period_to) + 1 as months_wanted, date_diff('month', reference_from, reference_to) + 1 as reference_wanted
    from support_applications where organisation_id is not null and amount_ore > 0 and not is_withheld order by record_id
"""

_MONTHS = """
    select a.record_id, 'period' as part, d.turnover_ore, d.record_id as return_record_id
    from support_applications a join declared d on d.organisation_id = a.organisation_id
    where d.month >= date_trunc('month', a.period_from) and d.month <= a.period_to and d.turnover_ore is not null and d.links_exact
    union all
    select a.record_id, 'reference' as part, d.turnover_ore, d.record_id
    from support_applications a join declared d on d.organisation_id = a.organisation_id
    where d.month >= date_trunc('month', a.reference_from) and d.month <= a.reference_to and d.turnover_ore is not null and d.links_exact
    order by record_id, part, return_record_id
"""

_DIVIDENDS = """
    select a.record_id, e.record_id as event_record_id
    from support_applications a join organisation_events e on e.organisation_id = a.organisation_id
    where e.kind = 'dividend_decided' and e.links_exact and e.happened_on >= a.period_from and e.happened_on <= a.period_to + $days * interval 1 day
    order by a.record_id, e.record_id
"""
