"""Public money that goes round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.circular_laps import circular_laps
from follow_money.detectors.company_payments import company_flows, times
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.owner_side import OWNER_SIDE
from follow_money.detectors.public_money import PublicMoney, public_money
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, trail_hit
from follow_money.detectors.sentences import between, counted
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.model import HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class CircularMoney(Detector):
    """Money of a publicly paid organisation that passes through other companies, nearly whole, and is back with it or its owners within days.

    Why:
        Bills between companies of one circle make public money look like turnover, wages or costs that never were. What is paid for work stays with those who
        did it; money that comes back nearly whole within days, again and again, paid for nothing on its way.

    Not flagged:
        Rent, tax and wages; what goes over an account that is kept for many (the account of a group, client funds, a payroll bureau); hubs; a loan repaid
        or goods returned, once or twice, or after longer; companies that buy from one another, of whose trade little comes back in a fitting sum; owners
        and officers of other days.

    Parameters:
        within_days: Days from the first payment to the last one of a lap.
        most_hops: Payments in a lap, at most.
        kept_percent: Per cent of each payment that the next one must be at least.
        fewest_laps: Laps from which on it is a finding.
        back_percent: Per cent of what the organisation paid to the first company of the laps that must have come back.

    Source:
        Typologies 8 (paid out the same day) and 14 (related-party transfers), detector D4b.
    """

    name = "circular_money"
    version = "1"
    title_sv = "Offentliga pengar som går runt"
    title_en = "Public money that goes round"
    why_sv = (
        "Fakturor mellan bolag i en krets får offentliga pengar att se ut som omsättning. Det som betalas för arbete stannar hos den som utfört "
        "det; pengar som gång på gång är tillbaka inom några dagar, nästan hela, kan ha gått runt utan att betala något på vägen."
    )
    kinds = (HitKind.FLOW,)
    typologies = (8, 14)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"payments": ("paid_at", "payer_number", "payee_number", "amount_ore")}
    uses = ("claims", "roles", "relations", "persons", "payroll", "accounts", "balances")
    look_alikes = (
        LookAlike(
            "Koncernkonto: bolagen i en koncern tömmer och fyller sina konton mot moderbolaget. Se avtalet med banken.",
            "A group account: companies of a group empty and fill their accounts against the parent. See the agreement with the bank.",
        ),
        LookAlike(
            "Kortfristigt lån mellan närstående bolag som betalats tillbaka: se skuldebrev och bokföring.",
            "A short loan between related companies, repaid: see the note and the books.",
        ),
        LookAlike(
            "Köp som gått tillbaka och krediterats: se kreditfakturan.",
            "Purchases returned and credited: see the credit note.",
        ),
        LookAlike(
            "Bolag som köper av varandra, med arbete eller varor åt båda håll: se leveranserna.",
            "Companies that buy from one another, work or goods going both ways: see what was delivered.",
        ),
    )

    within_days: int = 10
    most_hops: int = 6
    kept_percent: int = 90
    fewest_laps: int = 3
    back_percent: int = 30

    def detect(self, context: Context) -> Findings:
        """Screen every publicly paid organisation."""
        engine = context.engine
        public = public_money(context)
        engine.keep("owner_side", OWNER_SIDE)
        flows = company_flows(engine, public)
        laps = circular_laps(
            engine,
            flows,
            public.seen,
            within_days=self.within_days,
            most_hops=self.most_hops,
            kept_percent=self.kept_percent,
        )
        hits, evidence = [], []
        for key, group in laps[laps["back_percent"] >= self.back_percent].groupby("organisation_id", sort=True):
            traced = public.trail([str(key)], np.concatenate(group["payments"].tolist()))
            if times(group) < self.fewest_laps or traced is None:
                continue
            at, found = traced
            hits.append(self._hit(str(key), group, found, public))
            evidence.append(trail_evidence(str(key), context.flows, at, found, _NOTES))
            evidence.append(
                evidence_frame(
                    group.assign(key=key),
                    register="roles",
                    record="role_record_id",
                    sv="roll i organisationen",
                    en="role in the organisation",
                )
            )
        return Findings(
            hits=hits_frame(hits),
            evidence=joined(*evidence),
            tests=public.tests(
                {str(key): times(group) for key, group in laps.groupby("organisation_id")},
                unit="laps of money that came back",
                subject_kind=self.subject_kind.value,
            ),
            searches_cut=flows.cut.total(),
        )

    def _hit(self, key: str, laps: pd.DataFrame, found: FoundTrail, public: PublicMoney) -> dict[str, Any]:
        laps_told, companies = times(laps), {company for way in laps["middle_ids"] for company in way}
        home = laps["to_id"] == key
        whom = "both" if home.any() and not home.all() else "itself" if home.all() else "owners"
        amounts = found.amounts
        return trail_hit(
            self,
            key,
            found,
            unit="laps of money that came back",
            observed=laps_told,
            period=(laps["began_on"].min(), laps["day"].max()),
            payer=public.payer(key),
            programme=public.programme(key),
            parties={
                "related_organisation": companies,
                "receiver": laps.loc[~home, "to_id"],
                "owner_side": laps["owner_id"].dropna(),
            },
            sv=f"{laps_told} gånger gick pengar från organisationen genom {counted(len(companies), 'annat bolag', 'andra bolag')} och var inom "
            f"{self.within_days} dagar tillbaka {_WHOM_SV[whom]}, med minst {self.kept_percent}\u00a0% kvar i varje led. "
            f"Av offentliga pengar kom så {between(*amounts)} tillbaka.",
            en=f"{laps_told} times money went from the organisation through {counted(len(companies), 'other company', 'other companies')} and was back "
            f"{_WHOM_EN[whom]} within {self.within_days} days, at least {self.kept_percent}\u00a0% of it at each step. "
            f"Of public money {between(*amounts, language='en')} came back so.",
        )


_NOTES = TrailNotes(along=("vidare i kretsen", "onward in the circle"), ends=("kom tillbaka", "came back"))
_WHOM_SV = {
    "itself": "hos organisationen själv",
    "owners": "hos dem som äger eller företräder den, eller deras hushåll",
    "both": "hos organisationen själv eller dem som äger eller företräder den, eller deras hushåll",
}
_WHOM_EN = {
    "itself": "with the organisation itself",
    "owners": "with those who own or represent it, or their households",
    "both": "with the organisation itself or those who own or represent it, or their households",
}
