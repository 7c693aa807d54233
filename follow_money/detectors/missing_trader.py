"""Goods bought in the EU and sold on with a VAT that their seller never declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.declared_months import DECLARED
from follow_money.detectors.resale_chains import resale_chains, ways_to
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    tests_frame,
)
from follow_money.detectors.sentences import counted, kronor, percent
from follow_money.detectors.undeclared_sales import VatRule, undeclared_sales
from follow_money.detectors.vat_books import BEHIND, BOUGHT, FILED, FILERS, IMPORTERS, SOLD, TRADE
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_UNIT = "months of sales without declared VAT"


@dataclass(frozen=True, kw_only=True)
class MissingTrader(Detector):
    """A young firm that buys goods in the EU and whose sales, with VAT that its buyers deducted, its declarations do not show, up to a refund.

    Why:
        Goods come from another EU country without VAT. Who sells them on takes VAT from the buyer, who deducts it, and owes it to the state. Where that VAT
        is never declared and the goods leave the country again, the refund to the last one is paid out of tax that nobody paid. The contradiction is
        between the trader's declarations and what its buyers paid and deducted.

    Not flagged:
        Exports and sales to other EU countries; sales under reverse charge that the buyer declared as such; members of a VAT group, for whom another one
        files (their sales to one another, and one declaration for all); goods bought in one season and sold in the next, or kept; goods at a reduced rate;
        a month or a few that were forgotten, filed late or corrected; whoever files by the year; firms of some age under their owner; sales that reach
        nobody who claims a refund. Buyers and those who claim a refund may know nothing of it: they are parties, and no finding is about them.

    Parameters:
        young_days: Days since the firm was registered, registered for VAT or got its owner, up to which it is young when its purchases begin.
        least_purchases_kronor: Purchases in the EU in all, from which on a firm is looked at.
        least_vat_kronor: Output VAT not declared, from which on it counts.
        least_percent: Per cent of its sales that are not declared, from which on it counts.
        vat_percent: The rate of VAT on the goods.
        lowest_vat_percent: The lowest rate there is: declared turnover counts as far as the declared VAT bears it at that rate.
        late_months: Last months of the declarations in which one may be missing because it is not due or late.
        fewest_months: Months in which each of the chain bought from the one before.
        most_hops: Sales from the trader to the one who claims a refund, at most.
        kept_percent: What a buyer of the chain pays, to what its seller paid on, in per cent at least.
        refund_percent: The refund, to the VAT on the goods that reached the one who claims it, in per cent at least.

    Source:
        Typology 9, detectors D4b and D9. No case was read for it, and all limits are this file's; so it is off until it is asked for. Statements of
        traders do not exist in bulk, and declarations and VIES are Skatteverket's: both together are found in an investigation.
    """

    name = "missing_trader"
    version = "1"
    title_sv = "EU-varor sålda med moms som aldrig redovisats"
    title_en = "EU goods sold on with VAT that was never declared"
    why_sv = (
        "Den som säljer varor vidare från ett annat EU-land tar ut moms av köparen, som drar av den, och är skyldig staten den. Redovisas den aldrig, och "
        "lämnar varorna landet igen, betalas den sistas återbäring av skatt som ingen har betalat."
    )
    kinds = (HitKind.CONTRADICTION,)
    typologies = (9,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    default_on = False
    needs = {
        "tax_returns": (
            "organisation_number",
            "month",
            "turnover_ore",
            "output_vat_ore",
            "input_vat_ore",
            "refund_ore",
        ),
        "vat_registrations": ("organisation_number", "valid_from"),
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
    }
    needs_one_of = ("eu_supplies", "tax_returns")
    uses = ("eu_supplies", "organisations", "organisation_events", "accounts")
    look_alikes = (
        LookAlike(
            "Omvänd betalningsskyldighet som köparen redovisat i en annan ruta: se fakturorna.",
            "Reverse charge that the buyer declared in another box: see the invoices.",
        ),
        LookAlike(
            "Momsgrupp vars registrering inte finns i underlaget: fråga Skatteverket vem som redovisar.",
            "A VAT group whose registration was not delivered: ask Skatteverket who files.",
        ),
        LookAlike(
            "Betalningar som inte är försäljning: lån, förskott eller pantbrev mellan bolagen. Se bokföringen.",
            "Payments that are no sales: loans, advances or pledges between the companies. See the books.",
        ),
        LookAlike(
            "Deklaration som är försenad men inlämnad, eller anstånd: se Skatteverkets senaste uppgifter.",
            "A declaration that was late but filed, or a respite: see what Skatteverket has now.",
        ),
        LookAlike(
            "Säsongsvaror som säljs långt efter inköpet: se lagret.",
            "Goods of a season, sold long after they were bought: see the stock.",
        ),
    )

    young_days: int = 540
    least_purchases_kronor: int = 500_000
    least_vat_kronor: int = 100_000
    least_percent: int = 25
    vat_percent: int = 25
    lowest_vat_percent: int = 6
    late_months: int = 3
    fewest_months: int = 3
    most_hops: int = 5
    kept_percent: int = 50
    refund_percent: int = 25

    def detect(self, context: Context) -> Findings:
        """Screen every firm that buys in the EU."""
        engine = context.engine
        engine.keep("declared", DECLARED)
        engine.keep("filers", FILERS)
        engine.keep("filed", FILED)
        importers = engine.query(IMPORTERS, {"least_ore": 100 * self.least_purchases_kronor}).to_pandas()
        last = engine.query("select max(month) as month from filed")["month"][0].as_py()
        if importers.empty or last is None:
            return nothing()
        importers = importers.assign(key=importers["filer_id"], subject_id=importers["filer_id"])
        began, since = (pd.to_datetime(importers[name]) for name in ("first_month", "since"))
        young = importers[(began - since).dt.days <= self.young_days]
        by_year = young[young["filing"].fillna("") == "year"]
        young = young[~young["key"].isin(by_year["key"])]
        engine.table("young_traders", pa.table({"filer_id": pa.array(young["filer_id"], pa.string())}))
        engine.keep("bought", BOUGHT)
        engine.keep("sold", SOLD)
        engine.keep("trade", TRADE)
        rule = VatRule(
            vat_percent=self.vat_percent, lowest_vat_percent=self.lowest_vat_percent, late_months=self.late_months
        )
        told = undeclared_sales(engine, young, rule, last=last)
        short = told[
            (told["low_ore"] >= 100 * self.least_vat_kronor)
            & (100 * (told["due_ore"] - told["shown_ore"]) >= self.least_percent * told["due_ore"])
        ]
        chains = resale_chains(
            engine,
            short,
            most_hops=self.most_hops,
            fewest_months=self.fewest_months,
            kept_percent=self.kept_percent,
        )
        claimed = self._refunds(chains, short, engine.query(_REFUNDS).to_pandas())
        found = short[short["filer_id"].isin(claimed["trader_id"])]
        ways = ways_to(chains, set(zip(claimed["trader_id"], claimed["buyer_id"], strict=True)))
        engine.table("found_traders", pa.table({"filer_id": pa.array(found["filer_id"], pa.string())}))
        rows = engine.query(BEHIND).to_pandas()
        rows = rows.assign(
            key=rows["filer_id"], vat_ore=rows["amount_ore"] * self.vat_percent // (100 + self.vat_percent)
        )
        refunds = claimed.explode("records").assign(key=lambda each: each["trader_id"])
        months = told.set_index("filer_id")["months"]
        evaluated = importers[~importers["key"].isin(by_year["key"])].assign(
            found=lambda each: each["key"].where(each["key"].isin(found["key"])).map(months).fillna(0)
        )
        kind = self.subject_kind.value
        return Findings(
            hits=hits_frame(list(self._hits(found, ways, claimed))),
            evidence=joined(
                evidence_frame(
                    rows[rows["register"] == "payments"],
                    register="payments",
                    amount="vat_ore",
                    sv="betald försäljning; beloppet är momsen i den",
                    en="sale that was paid; the amount is the VAT in it",
                ),
                evidence_frame(
                    rows[rows["register"] == "tax_returns"],
                    register="tax_returns",
                    sv="vad firman redovisat",
                    en="what the firm declared",
                ),
                evidence_frame(
                    rows[rows["register"] == "eu_supplies"],
                    register="eu_supplies",
                    sv="leverans från annat EU-land",
                    en="supply from another EU country",
                ),
                evidence_frame(
                    refunds,
                    register="tax_returns",
                    record="records",
                    sv="begärd återbäring i kedjans slut",
                    en="refund claimed at the end of the chain",
                ),
            ),
            tests=tests_frame(
                plain_tests(evaluated, subject_kind=kind, unit=_UNIT, null_model="fact", observed="found"),
                not_evaluable_tests(
                    by_year, subject_kind=kind, unit=_UNIT, null_model="fact", why="declares VAT by the year"
                ),
            ),
        )

    def _refunds(self, chains: pd.DataFrame, short: pd.DataFrame, refunds: pd.DataFrame) -> pd.DataFrame:
        """Who claims VAT back at the end of a chain, and how much of it in the months of the trader's sales."""
        spans = short.set_index("filer_id")[["first_month", "last_month"]]
        told = chains.merge(refunds, left_on="buyer_id", right_on="filer_id").join(spans, on="trader_id")
        month = pd.to_datetime(told["month"])
        inside = (month >= told["first_month"]) & (month <= told["last_month"] + pd.DateOffset(months=self.late_months))
        grouped = (
            told[inside]
            .groupby(["trader_id", "buyer_id", "seller_id"], as_index=False)
            .agg(
                refund_ore=("refund_ore", "sum"),
                reached_ore=("reached_ore", "first"),
                times=("record_id", "nunique"),
                records=("record_id", list),
            )
        )
        vat = grouped["reached_ore"] * self.vat_percent / (100 + self.vat_percent)
        enough = (grouped["times"] >= self.fewest_months) & (100 * grouped["refund_ore"] >= self.refund_percent * vat)
        return grouped[enough].drop_duplicates(["trader_id", "buyer_id"])

    def _hits(self, found: pd.DataFrame, ways: pd.DataFrame, claimed: pd.DataFrame) -> Iterator[dict[str, Any]]:
        chain, ends = dict(tuple(ways.groupby("trader_id"))), dict(tuple(claimed.groupby("trader_id")))
        row: Any
        for row in found.sort_values("filer_id").itertuples(index=False):
            sales, claims = chain[row.filer_id], ends[row.filer_id]
            companies = sorted({*sales["seller_id"], *sales["buyer_id"]} - {row.filer_id})
            refund = int(claims["refund_ore"].sum())
            missing = 1 - row.shown_ore / row.due_ore
            until = (pd.Timestamp(row.last_month) + pd.offsets.MonthEnd(0)).date()
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                subject_id=str(row.filer_id),
                organisation_id=str(row.filer_id),
                payer="skatteverket",
                unit=_UNIT,
                observed=float(row.months),
                amounts=(int(row.low_ore), int(row.likely_ore), int(row.high_ore)),
                amount_kind=AmountKind.ROWS,
                period=(pd.Timestamp(row.first_month).date(), until),
                parties={"buyer": companies},
                sv=f"Varor för {kronor(row.bought_ore)} köptes från andra EU-länder. Momsregistrerade köpare betalade {kronor(row.due_ore)} under "
                f"{row.months} månader; {percent(missing)} av det syns inte i deklarationerna, fast köparna kan ha dragit av {kronor(row.deducted_ore)} "
                f"i moms. Försäljningen når genom {counted(len(companies), 'bolag', 'bolag')} en begärd återbäring om {kronor(refund)}. "
                f"Oredovisad utgående moms är {kronor(row.likely_ore)}.",
                en=f"Goods for {kronor(row.bought_ore, language='en')} were bought from other EU countries. Buyers registered for VAT paid "
                f"{kronor(row.due_ore, language='en')} in {counted(row.months, 'month', 'months')}; {percent(missing)} of it is not in the declarations, "
                f"though the buyers can have deducted {kronor(row.deducted_ore, language='en')} of VAT. The sales reach, through "
                f"{counted(len(companies), 'company', 'companies')}, a refund claimed of {kronor(refund, language='en')}. Output VAT not declared is "
                f"{kronor(row.likely_ore, language='en')}.",
            )


_REFUNDS = "select filer_id, month, record_id, refund_ore from filed where refund_ore > 0 and links_exact order by filer_id, month, record_id"
