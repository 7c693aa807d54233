"""Public money through a chain of companies that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.chain_companies import company_chains
from follow_money.detectors.company_payments import company_flows, times
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.flow_places import nodes_of
from follow_money.detectors.front_companies import WITHOUT_ACTIVITY
from follow_money.detectors.owner_side import OWNER_SIDE
from follow_money.detectors.public_money import PublicMoney, public_money
from follow_money.detectors.rows import hits_frame, joined, trail_hit
from follow_money.detectors.sentences import between
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.model import HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class LayeredChain(Detector):
    """Money of a publicly paid organisation that passes, nearly whole and within two days each time, through companies without activity, one after another.

    Why:
        A subcontractor does a part of the work, with wages and purchases, and pays on the rest when the bill falls due. Companies without staff or premises,
        young or under one officer or one address, that hand on all within two days only put distance between the public payment and where it ends.

    Not flagged:
        Companies that declare pay, pay rent, hold an account for many or are hubs; companies that are neither young nor share an officer, address or
        telephone with another of the chain; rent, tax and wages; a balance that moves once to a successor; money that comes home to the organisation or
        its owners (that is circular money).

    Parameters:
        within_hours: Hours from one payment to the next.
        fewest_hops: Payments in the chain, the first one of the publicly paid organisation and the last one out of the chain counted.
        most_hops: The most of them that are searched.
        kept_percent: Per cent of each payment that the next one must be at least.
        young_days: Days after its registration for which a company is young.
        fewest_times: Times that money must take such a chain from the organisation.

    Source:
        Typology 8 (municipality, supplier, sub A, shell B, cash; mailbox; paid out the same day), detectors D4a and D6a.
    """

    name = "layered_chain"
    version = "1"
    title_sv = "Offentliga pengar genom en kedja av likadana bolag"
    title_en = "Public money through a chain of companies that look alike"
    why_sv = (
        "En underleverantör utför en del av arbetet, har löner och inköp, och betalar resten vidare när fakturan förfaller. Bolag utan anställda och lokal, "
        "nya eller med samma företrädare eller adress, som skickar vidare allt inom två dygn kan vara där bara för att göra vägen längre."
    )
    kinds = (HitKind.FLOW,)
    typologies = (8,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
        "payroll": ("organisation_number", "person_number", "month"),
    }
    uses = ("claims", "organisations", "roles", "relations", "persons", "accounts", "balances")
    look_alikes = (
        LookAlike(
            "Underleverantörer i flera led som utför arbete med inhyrd personal: se avtal och tidrapporter.",
            "Subcontractors in several tiers who work with hired staff: see agreements and time sheets.",
        ),
        LookAlike(
            "Överlåtelse av verksamheten till ett nytt bolag med samma ägare: se anmälan till Bolagsverket.",
            "The business went over to a new company of the same owner: see the notification to the company register.",
        ),
        LookAlike(
            "Franchise- eller licensavgift som betalas vidare enligt avtal: se avtalet.",
            "A franchise or licence fee paid on as agreed: see the agreement.",
        ),
        LookAlike(
            "Holdingbolag i en koncern som för vidare utdelning eller koncernbidrag: se årsredovisningen.",
            "Holding companies of a group that pass on dividends or group contributions: see the annual accounts.",
        ),
    )

    within_hours: int = 48
    fewest_hops: int = 3
    most_hops: int = 6
    kept_percent: int = 90
    young_days: int = 730
    fewest_times: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every publicly paid organisation."""
        engine, public = context.engine, public_money(context)
        engine.keep("owner_side", OWNER_SIDE)
        flows = company_flows(engine, public)
        ways = company_chains(
            engine,
            flows,
            public.seen,
            nodes_of(flows.store, engine.query(WITHOUT_ACTIVITY)["entity_id"]),
            hops=(self.fewest_hops, self.most_hops),
            within_hours=self.within_hours,
            kept_percent=self.kept_percent,
            young_days=self.young_days,
        )
        hits, evidence, counted = [], [], {}
        for organisation, group in ways.groupby("organisation_id", sort=True):
            key = str(organisation)
            counted[key] = times(group)
            traced = public.trail([key], np.concatenate(group["payments"].tolist()))
            if counted[key] < self.fewest_times or traced is None:
                continue
            at, found = traced
            hits.append(self._hit(key, group, public, found))
            evidence.append(trail_evidence(key, context.flows, at, found, _NOTES))
        return Findings(
            hits=hits_frame(hits),
            evidence=joined(*evidence),
            tests=public.tests(
                counted, unit="times through a chain of companies", subject_kind=self.subject_kind.value
            ),
            searches_cut=flows.cut.total(),
        )

    def _hit(self, key: str, ways: pd.DataFrame, public: PublicMoney, found: FoundTrail) -> dict[str, Any]:
        count, companies = times(ways), {company for middles in ways["middle_ids"] for company in middles}
        longest = max(len(middles) for middles in ways["middle_ids"])
        alike = {kind for kinds in ways["alike"] for kind in kinds}
        ends = sorted(set(ways["to_id"]))
        is_organisation = public.is_organisation[public.facts.store.numbers(ends)]
        amounts = found.amounts
        return trail_hit(
            self,
            key,
            found,
            unit="times through a chain of companies",
            observed=count,
            period=(ways["began_on"].min(), ways["day"].max()),
            payer=public.payer(key),
            programme=public.programme(key),
            parties={
                "related_organisation": companies,
                "receiver": [end for end, known in zip(ends, is_organisation, strict=True) if not known],
                "exit": [end for end, known in zip(ends, is_organisation, strict=True) if known],
            },
            sv=f"{count} gånger gick pengar från organisationen genom kedjor av upp till {longest} bolag ({len(companies)} i allt), "
            f"minst {self.kept_percent}\u00a0% av dem inom "
            f"{self.within_hours} timmar i varje led. Bolagen redovisar inga löner och betalar ingen hyra; "
            f"bland dem finns bolag som {_joined(alike, _ALIKE_SV, 'och')}. "
            f"Av offentliga pengar gick så {between(*amounts)} ut ur kedjan.",
            en=f"{count} times money went from the organisation through chains of up to {longest} companies ({len(companies)} in all), at least "
            f"{self.kept_percent}\u00a0% of it within {self.within_hours} hours at each step. The companies declare no pay and pay no rent; "
            f"among them are companies that {_joined(alike, _ALIKE_EN, 'and')}. Of public money {between(*amounts, language='en')} left the chain so.",
        )


_NOTES = TrailNotes(along=("vidare i kedjan", "onward in the chain"), ends=("ut ur kedjan", "out of the chain"))
_ALIKE_SV = {
    "officer": "har samma företrädare",
    "address": "har samma adress",
    "phone": "har samma telefon",
    "young": "är nya",
}
_ALIKE_EN = {
    "officer": "share an officer",
    "address": "share an address",
    "phone": "share a telephone",
    "young": "are young",
}


def _joined(alike: set[str], words: dict[str, str], and_: str) -> str:
    told = [word for kind, word in words.items() if kind in alike]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {and_} {told[-1]}"
