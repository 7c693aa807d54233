"""A restaurant with a serving permit that a publicly paid organisation pays for, without a contract that the permit unit knows of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.owner_side import OWNER_SIDE
from follow_money.detectors.public_money import PublicMoney, public_money
from follow_money.detectors.rows import (
    evidence_frame,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    tests_frame,
    trail_hit,
)
from follow_money.detectors.sentences import between, counted, kronor
from follow_money.detectors.serving_funding_ways import funding_ways
from follow_money.detectors.serving_holders import SERVING_HOLDERS
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.model import HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class ServingPermitFunding(Detector):
    """Money of a publicly paid organisation into a restaurant, soon after it was paid, that no stated loan or contribution explains.

    Why:
        Who applies for a serving permit shows the municipality where the money comes from. Sums that come from a publicly paid organisation instead, soon
        after it was paid, show an outlet for public money, and perhaps a holder who has no say.

    Not flagged:
        A loan or contribution that was stated, from that organisation, its owners or who handed it on, up to its sum; rent (a hall, a kitchen); purchases
        of the size and unevenness of bills (meals, a feast); what an owner was paid out and puts in himself; small sums; money that
        left long after public money had come; a holder of whom nothing stated was delivered (unknown is not missing).

    Parameters:
        within_days: From a public payment until money leaves who got it.
        handed_days: Until somebody in between hands it on.
        kept_percent: Least part that is handed on.
        least_kronor: Least single sum.
        round_kronor: What is called a purchase counts when it is a multiple of this.
        bill_kronor: And no smaller than this.
        fewest_sums: Sums from which on they count.
        total_kronor: Total beyond what was stated, from which on it counts.

    Source:
        Typology 25, detector D4a; alkohollagen (2010:1622) 8 kap. The limits are this file's. For the permit unit, Skatteverket, Polisen.
    """

    name = "serving_permit_funding"
    version = "1"
    title_sv = "Restaurang med serveringstillstånd som betalas med offentliga pengar utan angivet avtal"
    title_en = "Restaurant with a serving permit paid for with public money without a stated contract"
    why_sv = (
        "Den som söker serveringstillstånd visar kommunen varifrån pengarna kommer. Belopp som i stället kommer från en offentligt betald organisation, strax "
        "efter att den fått betalt, visar en avsättning för offentliga pengar."
    )
    kinds = (HitKind.FLOW,)
    typologies = (25,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
        "permits": ("organisation_number", "kind"),
        "serving_funds": ("organisation_number", "source_number", "amount_ore"),
    }
    uses = ("claims", "roles", "accounts", "balances", "relations")
    look_alikes = (
        LookAlike(
            "Lån inom familjen eller mellan bolag med ett avtal som inte lämnats till kommunen: se skuldebrev och räntebetalningar.",
            "A loan in the family or between companies by a contract that was not handed in: see the note and interest paid.",
        ),
        LookAlike(
            "Förskott på catering, uthyrning eller abonnerade måltider: se fakturor och bokning.",
            "Advances on catering, letting or meals by subscription: see invoices and bookings.",
        ),
        LookAlike(
            "Köp av restaurangens inventarier eller av verksamheten: se köpeavtalet.",
            "A purchase of the restaurant's fittings or of the business: see the agreement.",
        ),
        LookAlike(
            "Koncernbidrag eller utlägg mellan bolag med samma ägare: se bokföringen i båda.",
            "Contributions within a group, or outlays between companies of one owner: see the books of both.",
        ),
    )

    within_days: int = 14
    handed_days: int = 7
    kept_percent: int = 80
    least_kronor: int = 10_000
    round_kronor: int = 5_000
    bill_kronor: int = 25_000
    fewest_sums: int = 2
    total_kronor: int = 100_000

    def detect(self, context: Context) -> Findings:
        """Screen every holder of a serving permit."""
        engine = context.engine
        engine.keep("serving_holders", SERVING_HOLDERS)
        engine.keep("owner_side", OWNER_SIDE)
        public = public_money(context)
        ways = funding_ways(
            engine,
            public,
            within_days=self.within_days,
            handed_days=self.handed_days,
            kept_percent=self.kept_percent,
            least_ore=100 * self.least_kronor,
            round_ore=100 * self.round_kronor,
            bill_ore=100 * self.bill_kronor,
        )
        stated, stated_for = engine.query(_STATED).to_pandas(), engine.query(_STATED_FOR).to_pandas()
        holders = engine.query(_HOLDERS).to_pandas()
        told = holders[holders["organisation_id"].isin(stated["organisation_id"])]
        ways = _beyond_stated(ways[ways["organisation_id"].isin(told["organisation_id"])], stated_for)
        hits, evidence, observed = [], [], {}
        for organisation, group in ways.groupby("organisation_id", sort=True):
            key, sure = str(organisation), group[group["is_funding"]]
            observed[key] = len(sure)
            if len(sure) < self.fewest_sums or sure["amount_ore"].sum() < 100 * self.total_kronor:
                continue
            providers = sorted(set(sure["provider_id"]))
            traced = public.trail(providers, sure[["first", "last"]].to_numpy(dtype=np.int64).ravel())
            if traced is None:
                continue
            at, found = traced
            whole = group[group["provider_id"].isin(providers)]
            widest = public.trail(providers, whole[["first", "last"]].to_numpy(dtype=np.int64).ravel())
            high = max(found.high_ore, widest[1].high_ore if widest else 0)
            amounts = (found.low_ore, found.likely_ore, high)
            hits.append(self._hit(key, sure, found, amounts, public))
            evidence.append(trail_evidence(key, context.flows, at, found, _NOTES))
        keys = [row["key"] for row in hits]
        shown = stated[stated["organisation_id"].isin(keys)]
        return Findings(
            hits=hits_frame(hits),
            evidence=joined(
                *evidence,
                evidence_frame(
                    shown.assign(key=shown["organisation_id"]),
                    register="serving_funds",
                    sv="vad som uppgavs om finansieringen",
                    en="what was stated of funds",
                ),
                evidence_frame(
                    told[told["organisation_id"].isin(keys)].assign(key=lambda rows: rows["organisation_id"]),
                    register="permits",
                    record="permit_record_id",
                    sv="tillståndet",
                    en="the permit",
                ),
            ),
            tests=self._tests(holders, told, observed),
        )

    def _hit(
        self, key: str, sure: pd.DataFrame, found: FoundTrail, amounts: tuple[int, int, int], public: PublicMoney
    ) -> dict[str, Any]:
        providers, middles = sorted(set(sure["provider_id"])), set(sure["middle_id"].dropna())
        ore = int(sure["amount_ore"].sum())
        by_sv = f", delvis genom {counted(len(middles), 'annan', 'andra')}" if middles else ""
        by_en = f", partly by way of {counted(len(middles), 'other', 'others')}" if middles else ""
        return trail_hit(
            self,
            key,
            found,
            unit="sums into a restaurant without a stated contract",
            observed=len(sure),
            amounts=amounts,
            period=(sure["day"].min(), sure["day"].max()),
            payer=public.payer(providers[0]),
            programme=public.programme(providers[0]),
            parties={"related_organisation": {*providers, *middles}},
            sv=f"{len(sure)} belopp, {kronor(ore)} i allt, kom in inom {self.within_days} dagar efter offentliga betalningar till den som betalade{by_sv}. "
            f"Inget lån eller tillskott från den är angivet till kommunen för beloppet. Av offentliga pengar nådde {between(*amounts)} restaurangen.",
            en=f"{len(sure)} sums, {kronor(ore, language='en')} in all, came in within {self.within_days} days after public payments to who paid{by_en}. "
            f"No loan or contribution of theirs was stated to the municipality for the sum. Of public money {between(*amounts, language='en')} reached "
            "the restaurant.",
        )

    def _tests(self, holders: pd.DataFrame, told: pd.DataFrame, observed: Mapping[str, int]) -> pd.DataFrame:
        kind, unit = self.subject_kind.value, "sums into a restaurant without a stated contract"
        known = told.assign(subject_id=told["organisation_id"], key=told["organisation_id"])
        unknown = holders[~holders["organisation_id"].isin(told["organisation_id"])]
        return tests_frame(
            plain_tests(
                known.assign(found=[observed.get(each, 0) for each in known["organisation_id"]]),
                subject_kind=kind,
                unit=unit,
                null_model="path",
                observed="found",
            ),
            not_evaluable_tests(
                unknown.assign(subject_id=unknown["organisation_id"]),
                subject_kind=kind,
                unit=unit,
                null_model="path",
                why="nothing that it stated of its funds was delivered",
            ),
        )


_NOTES = TrailNotes(along=("vidare", "onward"), ends=("in i restaurangen", "into the restaurant"))


def _beyond_stated(ways: pd.DataFrame, stated_for: pd.DataFrame) -> pd.DataFrame:
    """The payments of those whose total is beyond what they or their owners stated, and not of one who stated the sum and handed it on."""
    by_pair = stated_for.set_index(["organisation_id", "provider_id"])["stated_ore"]
    straight = pd.MultiIndex.from_frame(ways[["organisation_id", "provider_id"]])
    middle = pd.MultiIndex.from_frame(ways[["organisation_id", "middle_id"]])
    paid = ways[ways["is_funding"]].groupby(["organisation_id", "provider_id"])["amount_ore"].sum()
    beyond = paid.reindex(straight).fillna(0).to_numpy() > by_pair.reindex(straight).fillna(0).to_numpy()
    return ways[beyond & by_pair.reindex(middle).isna().to_numpy()]


_HOLDERS = "select organisation_id, permit_record_id from serving_holders order by organisation_id"

_STATED = """
    select organisation_id, record_id from serving_funds where organisation_id is not null and not is_withheld order by record_id
"""

_STATED_FOR = """
    with sides as (
        select record_id, organisation_id, source_id as provider_id, amount_ore from serving_funds
        where organisation_id is not null and source_id is not null and not is_withheld
        union
        select f.record_id, f.organisation_id, o.organisation_id as provider_id, f.amount_ore from serving_funds f
        join owner_side o on o.member_id = f.source_id and o.organisation_id <> f.organisation_id where f.organisation_id is not null and not f.is_withheld
    )
    select organisation_id, provider_id, sum(amount_ore) as stated_ore from sides group by organisation_id, provider_id order by organisation_id, provider_id
"""
"""What was stated of each source, and of each organisation that a source owns, represents, or lives with an owner of."""
