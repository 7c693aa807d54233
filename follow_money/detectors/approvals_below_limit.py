"""Approvals split just below the limit of who approves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.insider import RECIPIENTS, of_official
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import kronor, number
from follow_money.model import HitKind, Purpose, SubjectKind
from follow_money.statistics import drawn, excess_below, randomised_p

_UNIT = "approvals just below the official's limit"
_BINS = 8
"""Intervals of the curve on either side of the limit."""


@dataclass(frozen=True, kw_only=True)
class ApprovalsBelowLimit(Detector):
    """Approvals of one official that pile up just below their own limit, several for one organisation within days, whose sum is above it.

    Why:
        Above the limit somebody else must approve too. What things cost does not know the limit: without splitting, an official has about as many approvals
        just below it as the run of their amounts round about lets expect.

    Not flagged:
        An amount of exactly the limit; one amount for one organisation that comes back at longer intervals than the window (once); standing approvals; piles
        without two of them within the window whose sum is above the limit; officials with few amounts about the limit; a run of amounts as uneven elsewhere.

    Parameters:
        width_percent: Width of an interval, of the limit; the one just below it is tested.
        within_days: Days between two approvals for one organisation up to which they may be one matter.
        fewest_around: An official with fewer amounts within eight intervals of the limit is not evaluable.
        fewest_split: Approvals in such windows from which on it can be a hit.

    Source:
        Typology 21, detector D4c (excess mass at a limit against a smooth density). Attest logs tell the limit of the day; `split_invoices` looks at
        suppliers, for limits that many share.
    """

    name = "approvals_below_limit"
    version = "1"
    title_sv = "Attester delade strax under den egna gränsen"
    title_en = "Approvals split just below one's own limit"
    why_sv = (
        "Över gränsen ska även någon annan godkänna. Priser känner inte gränsen: utan delning har en handläggare ungefär så många attester strax under den som "
        "beloppen runt om låter vänta."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.CURVE
    typologies = (21,)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.INSIDER_CONTROL
    needs = {"approvals": ("user_account", "organisation_number", "approved_on", "amount_ore", "limit_ore")}
    default_on = False
    on_officials = True
    recipients = RECIPIENTS
    look_alikes = (
        LookAlike(
            "Fast pris strax under gränsen för samma vara eller tjänst: se prislistan.",
            "A fixed price just below the limit for the same goods or service: see the price list.",
        ),
        LookAlike(
            "Avrop mot ett ramavtal som någon annan har beslutat: se avtalet.",
            "Call-offs from a framework contract that somebody else decided on: see the contract.",
        ),
        LookAlike(
            "Delleveranser eller flera brukare med var sitt beslut: se underlagen.",
            "Part deliveries, or several clients with a decision each: see what the approvals rest on.",
        ),
        LookAlike(
            "Gränsen ändrades under tiden: se delegationsordningen.",
            "The limit changed meanwhile: see the order of delegation.",
        ),
    )

    width_percent: int = 5
    within_days: int = 10
    fewest_around: int = 30
    fewest_split: int = 4

    def detect(self, context: Context) -> Findings:
        """Screen every official at every limit that they had."""
        engine = context.engine
        bounds = {"width": self.width_percent, "within": self.within_days}
        engine.keep("limited_approvals", _LIMITED, bounds)
        told = engine.query("select * from limited_approvals order by key, record_id").to_pandas()
        if told.empty:
            return nothing()
        split = engine.query(_SPLIT, {"within": self.within_days}).to_pandas()
        tests = self._tests(told)
        enough = split.groupby("key")["record_id"].size()
        low_p = tests[(tests["p_value"] <= context.q_limit) & (tests["key"].map(enough).fillna(0) >= self.fewest_split)]
        split = split[split["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(list(self._hits(low_p, split, told))),
            evidence=evidence_frame(
                split, register="approvals", amount="amount_ore", sv="attest strax under gränsen", en="approval just below the limit"
            ),
            tests=tests,
        )  # fmt: skip

    def _tests(self, told: pd.DataFrame) -> pd.DataFrame:
        kind, few, rows = self.subject_kind.value, [], []
        for key, group in told[told["is_new_price"]].groupby("key", sort=True):
            limit, official = int(group["limit_ore"].iloc[0]), str(group["official_id"].iloc[0])
            width = max(1, limit * self.width_percent // 100)
            amounts = group["amount_ore"].to_numpy(dtype=np.int64)
            around = int((np.abs(amounts - limit) <= _BINS * width).sum())
            if around < self.fewest_around:
                few.append({"key": key, "subject_id": official, "observed": int(group["is_just_below"].sum())})
                continue
            mass = excess_below(amounts, limit, width=width, bins=_BINS)
            p_value, point = np.array([mass.p_value]), np.array([mass.point])
            rows.append(
                {
                    "key": key,
                    "subject_id": official,
                    "subject_kind": kind,
                    "unit": _UNIT,
                    "observed": float(mass.observed),
                    "expected": mass.expected,
                    "null_model": f"{self.null.value}, log-quadratic",
                    "peer_group": "their own approvals about the limit",
                    "peers": around,
                    "p_value": mass.p_value,
                    "p_randomised": float(randomised_p(p_value, point, drawn([str(key)], seed=_UNIT))[0]),
                    "not_evaluable": None,
                }
            )
        untested = pd.DataFrame(few, columns=["key", "subject_id", "observed"])
        return tests_frame(
            pd.DataFrame(rows),
            not_evaluable_tests(
                untested,
                subject_kind=kind,
                unit=_UNIT,
                null_model=self.null.value,
                observed="observed",
                why=f"fewer than {self.fewest_around} approvals about the limit",
            ),
        )

    def _hits(self, low_p: pd.DataFrame, split: pd.DataFrame, told: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key, whole = dict(tuple(split.groupby("key"))), dict(tuple(told.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group, every = by_key[test.key], whole[test.key]
            suppliers = sorted(group["organisation_id"].unique())
            amount, limit = int(group["amount_ore"].sum()), int(group["limit_ore"].iloc[0])
            excess = max(0.0, 1 - test.expected / test.observed)
            expected = round(test.expected, 1)
            yield rate_hit(
                self,
                test,
                **of_official(str(test.subject_id)),
                amounts=(0, round(amount * excess), int(every.loc[every["organisation_id"].isin(suppliers), "amount_ore"].sum())),
                currency=group["currency"].iloc[0],
                period=(group["approved_on"].min(), group["approved_on"].max()),
                parties={"supplier": suppliers},
                sv=f"{number(test.observed)} attester ligger strax under gränsen {kronor(limit)} ({number(expected)} väntade efter {number(test.peers)} egna "
                f"attester kring den). {number(len(group))} av dem gäller en organisation inom {self.within_days} dagar och är parvis över gränsen. Beloppet "
                "är "
                "vad som godkändes, inte en förlust.",
                en=f"{number(test.observed, language='en')} approvals lie just below the limit of {kronor(limit, language='en')} "
                f"({number(expected, language='en')} expected by {number(test.peers, language='en')} of their own about it). "
                f"{number(len(group), language='en')} "
                f"of them are for one organisation within {self.within_days} days and two by two above the limit. The amount is what was approved, no loss.",
            )  # fmt: skip


_LIMITED = """
    with told as (
        select record_id, official_id, organisation_id, approved_on, amount_ore, limit_ore, currency,
            official_id || ' ' || currency || ' ' || cast(limit_ore as varchar) as key,
            lag(approved_on) over (partition by official_id, organisation_id, currency, amount_ore order by approved_on, record_id) as same_before
        from approvals
        where official_id is not null and organisation_id is not null and not is_withheld and amount_ore > 0 and limit_ore > 0
            and coalesce(allocation, 'drawn') not in ('standing', 'framework')
    )
    select record_id, official_id, organisation_id, approved_on, amount_ore, limit_ore, currency, key,
        amount_ore < limit_ore and amount_ore * 100 >= (100 - $width) * limit_ore as is_just_below,
        same_before is null or date_diff('day', same_before, approved_on) <= $within as is_new_price
    from told
"""

_SPLIT = """
    select distinct a.key, a.record_id, a.organisation_id, a.approved_on, a.amount_ore, a.limit_ore, a.currency
    from limited_approvals a
    join limited_approvals b on b.key = a.key and b.organisation_id = a.organisation_id and b.record_id <> a.record_id
        and abs(date_diff('day', a.approved_on, b.approved_on)) <= $within
    where a.is_just_below and b.is_just_below and a.is_new_price and b.is_new_price and a.amount_ore + b.amount_ore > a.limit_ore
    order by a.key, a.record_id
"""
"""One row an approval just below the limit that another such approval, days away, lifts above it."""
