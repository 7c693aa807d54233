"""Public money that leaves through an exchange office or as cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.company_payments import company_flows
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.exchange_ways import exchange_ways
from follow_money.detectors.public_money import PublicMoney, public_money
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, trail_hit
from follow_money.detectors.sentences import between, counted, kronor
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.graph.flows.search_rule import DAY_US
from follow_money.model import HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class ExchangeExit(Detector):
    """Large round sums that leave a publicly paid organisation for an exchange office or as cash, soon after public money came, without any trade abroad.

    Why:
        An exchange office turns account money into notes that no statement follows. Tourists and importers need it; who drives patients or interprets in
        Sweden does not. Large withdrawals of cash do the same. The sums go straight there, or by way of companies that hand each of them on at once.

    Not flagged:
        Small sums (travel money, change, petty cash); sums that are not round; organisations that pay accounts abroad for a good part of what they exchange
        (importers, travel agents); those that put more cash in than they take out (shops); money that no public payment came shortly before; sums that are
        small beside the public money; single ones; what persons change of their wages; donations of organisations that get no public money.

    Parameters:
        within_days: Days after a public payment within which the money must leave the organisation.
        least_ore: Least sum, in öre.
        round_ore: A sum is round when it is a multiple of so many öre.
        round_percent: Per cent of the sums that must be round.
        share_percent: Per cent of the public money of the time that the sums must be.
        fewest_exits: Sums from which on it is a finding.
        within_hours: Hours from one payment to the next where companies hand the money on.
        kept_percent: Per cent of each payment that the next one must be at least, where they do.
        trade_percent: Per cent of its exits that an organisation must pay to accounts abroad to count as trading abroad.

    Source:
        Typology 7 (50-300 kSEK per withdrawal, round sums to exchanger without foreign trade), detectors D4a-c; D7 for the office's own entry in the
        register of Finansinspektionen (lag 1996:1006).
    """

    name = "exchange_exit"
    version = "1"
    title_sv = "Offentliga pengar ut genom växlingskontor eller som kontanter"
    title_en = "Public money out through an exchange office or as cash"
    why_sv = (
        "Ett växlingskontor gör kontopengar till sedlar som inget kontoutdrag följer. Turister och importörer behöver det; den som utför tjänster i Sverige "
        "behöver det inte. Stora kontantuttag gör detsamma. Pengarna går dit direkt eller genom bolag som genast skickar dem vidare."
    )
    kinds = (HitKind.FLOW,)
    typologies = (7,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"payments": ("paid_at", "payer_number", "payee_number", "amount_ore")}
    uses = ("permits", "claims", "accounts", "balances", "payroll")
    look_alikes = (
        LookAlike(
            "Handel med utlandet som betalas kontant på plats: se tulldeklaration och fakturor.",
            "Trade abroad that is paid in cash on the spot: see customs declarations and invoices.",
        ),
        LookAlike(
            "Reskassor för personal eller kunder: se resebokningar och kvitton.",
            "Travel money for staff or customers: see bookings and receipts.",
        ),
        LookAlike(
            "Kontantintensiv verksamhet som hämtar växel: se kassaregister och insättningar.",
            "A cash-heavy business that fetches change: see the till and the deposits.",
        ),
        LookAlike(
            "Hjälp till platser utan banker: se redovisning till givare och mottagare.",
            "Relief to places without banks: see the accounts to donors and receivers.",
        ),
    )

    within_days: int = 7
    least_ore: int = 2_500_000
    round_ore: int = 100_000
    round_percent: int = 80
    share_percent: int = 10
    fewest_exits: int = 3
    within_hours: int = 48
    kept_percent: int = 90
    trade_percent: int = 50

    def detect(self, context: Context) -> Findings:
        """Screen every publicly paid organisation."""
        public = public_money(context)
        flows = company_flows(context.engine, public)
        ways = exchange_ways(
            public,
            flows,
            within_days=self.within_days,
            within_hours=self.within_hours,
            kept_percent=self.kept_percent,
            least_ore=self.least_ore,
            trade_percent=self.trade_percent,
        )
        hits, evidence, exits = [], [], {}
        for organisation, group in ways.groupby("organisation_id", sort=True):
            key = str(organisation)
            exits[key] = int(group["last"].nunique())
            traced = public.trail([key], np.concatenate(group["payments"].tolist()))
            if traced is None or not self._is_finding(key, group, public):
                continue
            at, found = traced
            lapsed = _lapsed(context, group).assign(key=key)
            hits.append(self._hit(key, group, lapsed, public, found))
            evidence.append(trail_evidence(key, context.flows, at, found, _NOTES))
            evidence.append(
                evidence_frame(
                    lapsed,
                    register="permits",
                    sv="växlingskontorets registrering, ur kraft den dagen",
                    en="the exchange office's entry, not in force on the day",
                )
            )
        return Findings(
            hits=hits_frame(hits),
            evidence=joined(*evidence),
            tests=public.tests(exits, unit="sums to exchange offices or in cash", subject_kind=self.subject_kind.value),
            searches_cut=flows.cut.total(),
        )

    def _is_finding(self, key: str, ways: pd.DataFrame, public: PublicMoney) -> bool:
        store, sums = public.facts.store, ways.drop_duplicates("last")
        came = public.to([key])
        first, last = ways["first"].min(), ways["last"].max()
        of_the_time = came[
            (came < last) & (store.paid_at_us[came] >= store.paid_at_us[first] - self.within_days * DAY_US)
        ]
        is_round = sums["ore"] % self.round_ore == 0
        return bool(
            len(sums) >= self.fewest_exits
            and 100 * is_round.sum() >= self.round_percent * len(sums)
            and 100 * sums["ore"].sum() >= self.share_percent * store.amount_ore[of_the_time].sum()
        )

    def _hit(
        self, key: str, ways: pd.DataFrame, lapsed: pd.DataFrame, public: PublicMoney, found: FoundTrail
    ) -> dict[str, Any]:
        sums = ways.drop_duplicates("last")
        companies = {company for middles in ways["middle_ids"] for company in middles}
        cash = int((sums["exit_class"] == ExitClass.CASH).sum())
        closed = int((sums["exit_class"] == ExitClass.LAPSED_EXCHANGE_OFFICE).sum())
        amounts, ore = found.amounts, int(sums["ore"].sum())
        way = "cash" if cash == len(sums) else "both" if cash else "office"
        return trail_hit(
            self,
            key,
            found,
            unit="sums to exchange offices or in cash",
            observed=len(sums),
            period=(ways["began_on"].min(), ways["day"].max()),
            payer=public.payer(key),
            programme=public.programme(key),
            parties={"related_organisation": companies, "exit": ways["to_id"]},
            sv=f"{len(sums)} belopp, de flesta jämna, {kronor(ore)} i allt, gick inom {self.within_days} dagar efter offentliga betalningar {_WAY_SV[way]}"
            f"{_by(companies, 'genom', 'annat bolag', 'andra bolag')}. "
            f"Av offentliga pengar lämnade så {between(*amounts)}.{_closed_sv(closed, lapsed)}",
            en=f"{len(sums)} sums, most of them round, {kronor(ore, language='en')} in all, "
            f"went {_WAY_EN[way]}{_by(companies, 'by way of', 'other company', 'other companies')} "
            f"within {self.within_days} days after public payments. "
            f"Of public money {between(*amounts, language='en')} left so.{_closed_en(closed, lapsed)}",
        )


_NOTES = TrailNotes(
    along=("vidare", "onward"), ends=("till växlingskontor eller kontantuttag", "to an exchange office or in cash")
)
_WAY_SV = {
    "office": "till växlingskontor",
    "cash": "ut som kontanter",
    "both": "till växlingskontor eller ut som kontanter",
}
_WAY_EN = {"office": "to exchange offices", "cash": "out as cash", "both": "to exchange offices or out as cash"}


def _by(companies: set[str], by: str, one: str, more: str) -> str:
    return f" {by} {counted(len(companies), one, more)}" if companies else ""


def _closed_sv(closed: int, lapsed: pd.DataFrame) -> str:
    until = f" (gällde till {lapsed['valid_to'].max()})" if lapsed["valid_to"].notna().any() else ""
    return (
        f" {closed} av beloppen gick till ett växlingskontor vars registrering inte gällde den dagen{until}."
        if closed
        else ""
    )


def _closed_en(closed: int, lapsed: pd.DataFrame) -> str:
    until = f" (valid until {lapsed['valid_to'].max()})" if lapsed["valid_to"].notna().any() else ""
    return (
        f" {closed} of the sums went to an exchange office whose entry was not in force on the day{until}."
        if closed
        else ""
    )


def _lapsed(context: Context, ways: pd.DataFrame) -> pd.DataFrame:
    """The entries of the offices that were paid while none of theirs was in force: ``organisation_id, record_id, valid_to``."""
    offices = sorted(set(ways.loc[ways["exit_class"] == ExitClass.LAPSED_EXCHANGE_OFFICE, "to_id"]))
    context.engine.table("lapsed_offices", pa.table({"organisation_id": pa.array(offices, pa.string())}))
    told: pd.DataFrame = context.engine.query(_ENTRIES).to_pandas()
    return told


_ENTRIES = """
    select p.organisation_id, p.record_id, p.valid_to from permits p
    join lapsed_offices o on o.organisation_id = p.organisation_id
    where p.kind = 'currency_exchange' order by p.organisation_id, p.record_id
"""
