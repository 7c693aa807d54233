"""Money that leaves again within two days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.flow_places import nodes_of
from follow_money.detectors.front_companies import WITHOUT_ACTIVITY
from follow_money.detectors.passing_purses import PassingPurse, passing_purses
from follow_money.detectors.public_money import PublicMoney, public_money
from follow_money.detectors.rows import hits_frame, joined, not_evaluable_tests, plain_tests, tests_frame, trail_hit
from follow_money.detectors.sentences import between, counted, kronor, percent
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.local_time import local_days
from follow_money.model import HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class RapidPassThrough(Detector):
    """An organisation without staff or premises that sends on nearly all of its public money to a few, and can have done so within two days each time.

    Why:
        Who works for what he is paid has wages, rent and purchases, and a balance between two payments. Money that only passes through was paid for something
        else than the invoice says; the organisation on the way hides where it goes.

    Not flagged:
        Whoever declares pay or pays rent; holders of accounts that are kept for many (payroll bureau, client funds, the account of a group); hubs; sole
        traders; those who hand out to many (an umbrella association, an estate in bankruptcy); those of whom most is paid by others than publicly paid
        organisations and public bodies; few or small payments.

    Parameters:
        within_hours: Hours after a payment within which money that is sent on counts as passing through.
        share_percent: Per cent of all that was received that can have left in that time: what is paid out is taken from what came in within it; rests of
            earlier payments take no part.
        kept_percent: Per cent of all that was received that may be left at the end.
        fewest_payments: Payments of public money in, straight or from organisations that are paid with it.
        least_ore: Sum of these payments, in öre.
        public_percent: Per cent of all that was received that these payments must be.
        most_receivers: Receivers who together must take 80 per cent of what was sent on.

    Source:
        Typologies 7 (same-day pass-through, fan-in to one cash-out) and 8 (paid out the same day, mailbox companies), detector D4a (48 h).
    """

    name = "rapid_pass_through"
    version = "2"
    title_sv = "Pengar som går vidare inom två dygn"
    title_en = "Money that leaves again within two days"
    why_sv = (
        "Den som arbetar för det som betalas har löner, hyra och inköp, och pengar på kontot mellan två betalningar. Pengar som bara passerar "
        "kan ha betalat något annat än det som står på fakturan."
    )
    kinds = (HitKind.FLOW,)
    typologies = (7, 8)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
        "payroll": ("organisation_number", "person_number", "month"),
    }
    uses = ("claims", "accounts", "balances", "organisations")
    look_alikes = (
        LookAlike(
            "Den som håller andras pengar: lönebyrå, mäklare, advokat, inkasso, fakturaköpare. Se kontots ändamål och uppdraget.",
            "Who keeps the money of others: payroll bureau, broker, lawyer, debt collector, factoring. See the purpose of the account and the commission.",
        ),
        LookAlike(
            "Internbank eller inköpsbolag i en koncern som betalar gruppens räkningar: se koncernförhållandet.",
            "The treasury or purchasing company of a group that pays the group's bills: see the group's structure.",
        ),
        LookAlike(
            "Huvudman som lämnar bidrag vidare till medlemmar enligt beslutet: se beslutet.",
            "An umbrella body that hands grants on to members as decided: see the decision.",
        ),
        LookAlike(
            "Agent, förmedlare eller hyresgäst i första hand som tar provision: se avtalet.",
            "An agent, go-between or head tenant who takes a commission: see the agreement.",
        ),
    )

    within_hours: int = 48
    share_percent: int = 75
    kept_percent: int = 10
    fewest_payments: int = 5
    least_ore: int = 10_000_000
    public_percent: int = 50
    most_receivers: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every organisation without activity that is paid with public money, straight or by those who are."""
        public = public_money(context)
        store = public.facts.store
        idle = nodes_of(store, context.engine.query(WITHOUT_ACTIVITY)["entity_id"]) & ~public.is_payer
        purses = passing_purses(public, idle, within_hours=self.within_hours)
        passing = [purse for purse in purses if self._only_passes(purse)]
        hits, evidence = [], []
        keys: dict[str, str] = {}
        for purse in passing:
            for giver, came in _by_giver(public, purse):
                traced = public.trail([giver], np.concatenate([came, purse.left]))
                if traced is None:
                    continue
                at, found = traced
                key = f"{purse.entity_id} {giver}"
                keys.setdefault(purse.entity_id, key)
                hits.append(self._hit(key, replace(purse, came=came), giver, public, found))
                evidence.append(trail_evidence(key, store, at, found, _NOTES))
        return Findings(hits=hits_frame(hits), evidence=joined(*evidence), tests=self._tests(purses, keys))

    def _only_passes(self, purse: PassingPurse) -> bool:
        received, passed = purse.received_ore, int(purse.receiver_ore.sum())
        return (
            purse.public_payments >= self.fewest_payments
            and purse.public_ore >= self.least_ore
            and 100 * purse.public_ore >= self.public_percent * received
            and 100 * purse.gone_ore >= self.share_percent * received
            and 100 * (received - purse.paid_ore) <= self.kept_percent * received
            and 100 * int(purse.receiver_ore[: self.most_receivers].sum()) >= _MOST_OF_IT * passed
        )

    def _hit(self, key: str, purse: PassingPurse, giver: str, public: PublicMoney, found: FoundTrail) -> dict[str, Any]:
        store, subject = public.facts.store, purse.entity_id
        days = local_days(store.told(np.sort(np.concatenate([purse.came, purse.left])))["paid_at"])
        receivers = purse.receivers[: self.most_receivers]
        is_organisation = public.is_organisation[store.numbers(list(receivers))]
        amounts, paid = found.amounts, int(store.amount_ore[purse.came].sum())
        share, others = percent(purse.gone_ore / purse.received_ore), len(purse.receivers)
        return trail_hit(
            self,
            key,
            found,
            subject_id=subject,
            organisation_id=giver,
            unit="per cent of what was received that can have left in time",
            observed=round(100 * purse.gone_ore / purse.received_ore, 1),
            period=(days[0].as_py(), days[-1].as_py()),
            payer=public.payer(giver),
            programme=public.programme(giver),
            parties={
                "related_organisation": [subject],
                "receiver": [who for who, known in zip(receivers, is_organisation, strict=True) if not known],
                "exit": [who for who, known in zip(receivers, is_organisation, strict=True) if known],
            },
            sv=f"{kronor(paid)} i {counted(len(purse.came), 'betalning', 'betalningar')} gick till en organisation som varken redovisar löner eller betalar "
            f"hyra, och som kan ha skickat vidare {share} av allt den tog emot inom {self.within_hours} timmar, "
            f"till {counted(others, 'mottagare', 'mottagare')}. "
            f"Av det som gick vidare var {between(*amounts)} offentliga pengar från denna utförare.",
            en=f"{kronor(paid, language='en')} in {counted(len(purse.came), 'payment', 'payments')} went to an organisation that neither declares pay nor pays "
            f"rent, and that can have sent on {share} of all it received within {self.within_hours} hours, to {counted(others, 'receiver', 'receivers')}. "
            f"Of what was sent on {between(*amounts, language='en')} was public money of this provider.",
        )

    def _tests(self, purses: list[PassingPurse], keys: Mapping[str, str]) -> pd.DataFrame:
        told = pd.DataFrame(
            {
                "subject_id": [purse.entity_id for purse in purses],
                "key": [keys.get(purse.entity_id) for purse in purses],
                "payments": [purse.public_payments for purse in purses],
                "gone": [round(100 * purse.gone_ore / purse.received_ore, 1) for purse in purses],
            }
        )
        enough = told["payments"] >= self.fewest_payments
        kind = self.subject_kind.value
        return tests_frame(
            plain_tests(
                told[enough],
                subject_kind=kind,
                unit="per cent of what was received that can have left in time",
                null_model="path",
                observed="gone",
            ),
            not_evaluable_tests(
                told[~enough],
                subject_kind=kind,
                unit="per cent of what was received that can have left in time",
                null_model="path",
                why=f"fewer than {self.fewest_payments} payments of public money to it",
            ),
        )


_NOTES = TrailNotes(along=("till den som skickar vidare", "to the one who sends on"), ends=("vidare", "sent on"))
_MOST_OF_IT = 80
"""Per cent of what was sent on that a few receivers must take: who hands out to many does so for others."""


def _by_giver(public: PublicMoney, purse: PassingPurse) -> Iterator[tuple[str, Int64s]]:
    """Payments into a purse by the organisation whose public money they are, largest first; what public bodies paid it is its own."""
    store = public.facts.store
    payers = store.payer[purse.came]
    giver = np.where(public.is_payer[payers], store.node(purse.entity_id), payers)
    total = pd.Series(store.amount_ore[purse.came]).groupby(giver).sum().sort_values(ascending=False, kind="stable")
    for node in total.index:
        yield str(store.node_ids[int(node)].as_py()), purse.came[giver == node]
