"""Invoices split to stay just below a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.postings import keep_postings, money
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class SplitInvoices(Detector):
    """Invoices of one supplier that pile up just below an approval limit, several within days, whose sum is above it.

    Why:
        Above a limit a second person approves, or a competition is held. Who wants neither splits the purchase.
        Prices do not know the limit: without splitting, a supplier has about as many invoices just below it as its
        peers have, given how many it has round about.

    Not flagged:
        One amount that comes back at longer intervals than the window (a rent, a subscription), which counts once;
        lines of one invoice; credit notes; an amount of exactly the limit, mostly a round price; piles without two of
        them within the window and a sum above the limit; a weekly rhythm, as the window is shorter than a week.

    Parameters:
        limits_ore: Candidate limits, in hundredths of the row's currency; set them to the payer's own delegation of
            authority.
        band_percent: An invoice from this share of the limit up to, not including, the limit is just below it.
        around_percent: Invoices within this much of the limit, below and above, are the ones round about.
        within_days: Days between two invoices, up to which they may be one purchase.
        fewest_around: A supplier with fewer invoices round about a limit is not evaluable there.

    Source:
        Detector D4c (excess mass at a limit against a smooth density), typologies 8 and 21.
    """

    name = "split_invoices"
    version = "1"
    title_sv = "Fakturor delade strax under en gräns"
    title_en = "Invoices split just below a limit"
    why_sv = (
        "Över en beloppsgräns ska en andra person attestera eller en upphandling göras. Priser känner inte gränsen: "
        "en leverantör har normalt lika stor "
        "andel fakturor strax under den som andra leverantörer."
    )
    kinds = (HitKind.RATE,)
    typologies = (8, 21)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.SUPPLIER_CONTROL
    needs = {"invoices": ("booked_on", "net_ore")}
    look_alikes = (
        LookAlike(
            "Fast pris strax under gränsen för samma vara eller tjänst: se prislistan i avtalet.",
            "A fixed price just below the limit: see the price list of the contract.",
        ),
        LookAlike(
            "Flera beställare i olika nämnder som köpt var för sig: se beställningarna.",
            "Several buyers of different committees, each for itself: see the orders.",
        ),
        LookAlike(
            "Avrop på ett upphandlat ramavtal, där gränsen inte gäller: se avtalet.",
            "Call-offs from a tendered framework contract, where the limit does not apply: see the contract.",
        ),
        LookAlike(
            "Delleveranser eller arbetsorder som var sin faktura: se följesedlarna.",
            "Part deliveries or work orders invoiced one by one: see the delivery notes.",
        ),
    )

    limits_ore: tuple[int, ...] = (500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
    band_percent: int = 90
    around_percent: int = 30
    within_days: int = 6
    fewest_around: int = 5

    def detect(self, context: Context) -> Findings:
        """Screen every supplier of the ledgers against every candidate limit."""
        engine = context.engine
        keep_postings(engine)
        engine.table("limits", pa.table({"limit_ore": pa.array(sorted(set(self.limits_ore)), pa.int64())}))
        bounds = {"band": self.band_percent, "around": self.around_percent, "within_days": self.within_days}
        engine.keep("near_limit", _NEAR_LIMIT, bounds)
        engine.keep("split_windows", _SPLIT_WINDOWS, {"within_days": self.within_days})
        counts = engine.query(_COUNTS).to_pandas()
        if counts.empty:
            return nothing()
        counts["key"] = _keys(counts)
        counts["subject_id"] = counts["supplier_id"]
        counts["peer_group"] = (
            "suppliers of "
            + counts["payer"]
            + " about "
            + [
                money(ore, currency, language="en")
                for ore, currency in zip(counts["limit_ore"], counts["currency"], strict=True)
            ]
        )
        unit, kind = "invoices just below a limit", self.subject_kind.value
        is_enough = counts["trials"] >= self.fewest_around
        tests = tests_frame(
            rate_tests(counts[is_enough], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                counts[~is_enough],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_around} invoices about a limit",
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            counts[["key", "payer", "supplier_id", "currency", "limit_ore", "trials"]], on="key"
        )
        rows = engine.query(_ROWS).to_pandas()
        rows["key"] = _keys(rows)
        rows = rows[rows["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(list(self._hits(low_p, rows))),
            evidence=evidence_frame(
                rows,
                register="invoices",
                amount="net_ore",
                sv="faktura strax under gränsen",
                en="invoice just below the limit",
            ),
            tests=tests,
        )

    def _hits(self, low_p: pd.DataFrame, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(rows.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            if test.key not in by_key:  # a pile without a window whose sum is above the limit
                continue
            group = by_key[test.key]
            at_risk = int(group["net_ore"].sum())
            excess = round(at_risk * max(0.0, (test.observed - test.expected) / test.observed))
            invoices = group[["invoice", "booked_on"]].drop_duplicates().shape[0]
            yield rate_hit(
                self,
                test,
                payer=test.payer,
                amounts=(0, excess, at_risk),
                amount_kind=AmountKind.EXCESS,
                currency=test.currency,
                period=(group["booked_on"].min(), group["booked_on"].max()),
                sv=f"{number(test.observed)} av {number(test.trials)} fakturor kring "
                f"{money(test.limit_ore, test.currency)} ligger strax under "
                f"gränsen ({number(test.expected)} väntade; {test.peers} jämförbara leverantörer). {invoices} av dem "
                f"kom inom {self.within_days} dagar "
                f"från varandra och är tillsammans över gränsen.",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} invoices about "
                f"{money(test.limit_ore, test.currency, language='en')} lie just below the limit "
                f"({number(test.expected, language='en')} expected; "
                f"{test.peers} peers). {invoices} of them came within {self.within_days} days of one another and are "
                f"together above it.",
            )


def _keys(frame: pd.DataFrame) -> pd.Series:
    return frame["payer"] + " " + frame["supplier_id"] + " " + frame["currency"] + " " + frame["limit_ore"].astype(str)


_NEAR_LIMIT = """
    with paced as (
        select *, lag(booked_on) over (partition by payer, supplier_id, currency, net_ore order by booked_on,
            invoice) as same_amount_before
        from postings where net_ore > 0
    )
    select p.payer, p.supplier_id, p.currency, p.invoice, p.booked_on, p.net_ore, l.limit_ore,
        p.net_ore * 100 >= $band * l.limit_ore and p.net_ore < l.limit_ore as is_just_below,
        p.same_amount_before is null or date_diff('day', p.same_amount_before, p.booked_on) <= $within_days as
        is_new_price
    from paced p
    join limits l on p.net_ore * 100 >= (100 - $around) * l.limit_ore
        and p.net_ore * 100 < (100 + $around) * l.limit_ore
"""
"""One row an invoice and a limit that it lies round about."""

_SPLIT_WINDOWS = """
    select distinct a.payer, a.supplier_id, a.currency, a.limit_ore, a.invoice, a.booked_on
    from near_limit a
    join near_limit b on b.payer = a.payer and b.supplier_id = a.supplier_id and b.currency = a.currency
        and b.limit_ore = a.limit_ore
        and (b.invoice <> a.invoice or b.booked_on <> a.booked_on) and abs(date_diff('day', a.booked_on,
            b.booked_on)) <= $within_days
    where a.is_just_below and b.is_just_below and a.net_ore + b.net_ore > a.limit_ore
"""
"""One row an invoice just below a limit that another such invoice, days away, lifts above it."""

_COUNTS = """
    select payer, supplier_id, currency, limit_ore, count_if(is_just_below and is_new_price) as observed,
        count_if(is_new_price) as trials
    from near_limit
    group by payer, supplier_id, currency, limit_ore
    having count_if(is_new_price) > 0
    order by payer, supplier_id, currency, limit_ore
"""

_ROWS = """
    select w.payer, w.supplier_id, w.currency, w.limit_ore, w.invoice, w.booked_on, l.record_id, l.net_ore
    from split_windows w
    join ledger_rows l on l.payer = w.payer and l.supplier_id = w.supplier_id and l.currency = w.currency
        and l.invoice = w.invoice
        and l.booked_on = w.booked_on
    order by w.payer, w.supplier_id, w.currency, w.limit_ore, l.record_id
"""
