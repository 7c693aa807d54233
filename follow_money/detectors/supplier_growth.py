"""A supplier's sudden growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

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
class SupplierGrowth(Detector):
    """A supplier that is paid much more in the last months than in its own earlier months, beyond what the other
    suppliers of the ledger did.

    Why:
        A provider that bills for more than it does grows without a decision that explains it. Most growth is lawful;
        it is shown because it says where to read the orders first. Money is counted in invoices of the supplier's own
        earlier size, so that ten invoices more and one invoice ten times as large weigh the same. Two negative
        binomial counts with one scale are, given their sum, beta-binomial: so the share of the last months is
        compared with the peers' share, which holds season and growth of the whole ledger.

    Not flagged:
        One large month: the largest of the last months and the largest of the earlier are both left out; suppliers
        without a regular past; growth below the factor or the lowest sum; what most suppliers of the ledger did too.

    Parameters:
        last_months: Months at the end of the ledger that are compared with the earlier ones.
        thin_month_percent: A month with fewer postings than this share of the ledger's busiest month is not one of
            its months: a ledger delivered for a year holds stray rows of other years.
        fewest_months: A ledger with fewer months is not evaluable.
        fewest_earlier_months: A supplier with invoices in fewer earlier months is not evaluable.
        factor: Growth of the monthly level, against its own past and the peers' median growth, from which on it is
            shown.
        lowest_ore: Excess in the last months, in hundredths of the currency, from which on it is shown.

    Source:
        Detector D9 on aggregates, typologies 3 and 8. Conditioning two negative binomials on their sum: Johnson, Kemp
        & Kotz, Univariate Discrete Distributions, 2005, 6.2. How much unequal sums tell: Kish, Survey Sampling, 1965.
    """

    name = "supplier_growth"
    version = "2"
    title_sv = "Leverantör som plötsligt växer"
    title_en = "A supplier's sudden growth"
    why_sv = (
        "En utförare som fakturerar mer än den utför växer utan beslut som förklarar det. Det mesta av tillväxten är "
        "laglig; den visas därför att den "
        "säger var beställningarna först ska läsas."
    )
    kinds = (HitKind.RATE,)
    typologies = (3, 8)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.SUPPLIER_CONTROL
    needs = {"invoices": ("booked_on", "net_ore")}
    look_alikes = (
        LookAlike("Säsong: jämför samma månader året före.", "Season: compare the same months of the year before."),
        LookAlike("Ett stort projekt eller köp: se beställningen.", "One large project or purchase: see the order."),
        LookAlike(
            "Nytt ramavtal eller fler beviljade timmar: se avtalet och besluten.",
            "A new framework contract or more granted hours: see contract and decisions.",
        ),
        LookAlike(
            "Sammanslagna leverantörer eller byte av organisationsnummer: se registreringen.",
            "Merged suppliers or a change of number: see the registration.",
        ),
        LookAlike(
            "Sen fakturering av tidigare månader: se leveransdatum på fakturorna.",
            "Late invoices for earlier months: see the dates of delivery on them.",
        ),
    )

    last_months: int = 3
    thin_month_percent: int = 25
    fewest_months: int = 6
    fewest_earlier_months: int = 3
    factor: float = 2.0
    lowest_ore: int = 10_000_000

    def detect(self, context: Context) -> Findings:
        """Screen every supplier of ledgers that are long enough."""
        engine = context.engine
        keep_postings(engine)
        engine.keep(
            "supplier_months", _SUPPLIER_MONTHS, {"last_months": self.last_months, "thin": self.thin_month_percent}
        )
        levels = engine.query(_LEVELS).to_pandas()
        if levels.empty:
            return nothing()
        levels = self._measured(levels)
        unit, kind = "payment in invoices of earlier size, last months", self.subject_kind.value
        is_short = levels["ledger_months"] < max(self.fewest_months, self.last_months + 2)
        is_irregular = ~is_short & ((levels["earlier_active"] < self.fewest_earlier_months) | (levels["trials"] < 1))
        short = {"subject_kind": kind, "unit": unit, "null_model": "beta-binomial"}
        tests = tests_frame(
            rate_tests(levels[~is_short & ~is_irregular], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                levels[is_short], why=f"the ledger has fewer than {self.fewest_months} months", **short
            ),
            not_evaluable_tests(
                levels[is_irregular], why=f"invoices in fewer than {self.fewest_earlier_months} earlier months", **short
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            levels[
                ["key", "payer", "supplier_id", "currency", "earlier_ore", "last_ore", "monthly_growth", "peer_growth"]
            ],
            on="key",
        )
        low_p["excess_ore"] = low_p["last_ore"] * np.maximum(0.0, 1.0 - low_p["expected"] / low_p["observed"])
        low_p = low_p[
            (low_p["monthly_growth"] >= self.factor * np.maximum(1.0, low_p["peer_growth"]))
            & (low_p["excess_ore"] >= self.lowest_ore)
        ]
        rows = engine.query(_ROWS).to_pandas()
        rows["key"] = _keys(rows)
        rows = rows[rows["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(list(self._hits(low_p, rows))),
            evidence=evidence_frame(
                rows, register="invoices", amount="net_ore", sv="rad i de sista månaderna", en="row of the last months"
            ),
            tests=tests,
        )

    def _measured(self, levels: pd.DataFrame) -> pd.DataFrame:
        """Counts for the test: money in invoices of the supplier's earlier size, without the largest month of either period.

        The size is that of the invoice in which an öre is found, on average (Kish): few large invoices among many small ones
        tell as little as if there were few. It, too, leaves out the largest earlier month.
        """
        levels = levels.assign(
            key=_keys(levels),
            subject_id=levels["supplier_id"],
            peer_group="suppliers of " + levels["payer"] + " in " + levels["currency"],
        )
        billed = levels["usual_billed_ore"]
        size = levels["usual_billed_ore_squared"] / billed.where(billed > 0)
        earlier = ((levels["earlier_ore"] - levels["earlier_top_ore"]) / size).fillna(0).clip(0, 1e9).round()
        last = ((levels["last_ore"] - levels["last_top_ore"]) / size).fillna(0).clip(0, 1e9).round()
        months_earlier = (levels["ledger_months"] - self.last_months - 1).clip(lower=1)
        growth = (last / max(1, self.last_months - 1)) / (earlier / months_earlier).where(earlier > 0)
        levels = levels.assign(
            observed=last.astype("int64"), trials=(last + earlier).astype("int64"), monthly_growth=growth.fillna(0.0)
        )
        return levels.assign(peer_growth=levels.groupby("peer_group")["monthly_growth"].transform("median"))

    def _hits(self, low_p: pd.DataFrame, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(rows.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group = by_key[test.key]
            yield rate_hit(
                self,
                test,
                payer=test.payer,
                amounts=(0, round(test.excess_ore), round(test.last_ore)),
                amount_kind=AmountKind.EXCESS,
                currency=test.currency,
                period=(group["booked_on"].min(), group["booked_on"].max()),
                sv=f"{money(test.last_ore, test.currency)} på {self.last_months} månader: den vanliga månaden är "
                f"{number(test.monthly_growth)} gånger "
                f"den tidigare (övriga leverantörer {number(test.peer_growth)} gånger; {test.peers} jämförda).",
                en=f"{money(test.last_ore, test.currency, language='en')} in {self.last_months} months: the usual "
                f"month is "
                f"{number(test.monthly_growth, language='en')} times the earlier one (other suppliers "
                f"{number(test.peer_growth, language='en')} times; "
                f"{test.peers} compared).",
            )


def _keys(frame: pd.DataFrame) -> pd.Series:
    return frame["payer"] + " " + frame["supplier_id"] + " " + frame["currency"]


_SUPPLIER_MONTHS = """
    with every_month as (select payer, month, count(*) as size from postings group by payer, month),
    full_months as (select payer, month, size, max(size) over (partition by payer) as busiest from every_month),
    months as (
        select payer, month, dense_rank() over (partition by payer order by month desc) as from_last, count(*)
            over (partition by payer) as ledger_months
        from full_months where size * 100 >= $thin * busiest
    )
    select p.payer, p.supplier_id, p.currency, p.month, m.ledger_months, m.from_last <= $last_months as is_last,
        cast(sum(p.net_ore) as bigint) as month_ore, sum(cast(greatest(p.net_ore, 0) as decimal(19, 0))) as billed_ore,
        sum(cast(greatest(p.net_ore, 0) as decimal(19, 0)) * cast(greatest(p.net_ore, 0) as decimal(19, 0))) as squared
    from postings p join months m on m.payer = p.payer and m.month = p.month
    group by p.payer, p.supplier_id, p.currency, p.month, m.ledger_months, m.from_last
"""
"""One row a supplier's month. Months that the ledger does not hold at all are not counted as months without payment."""

_LEVELS = """
    with in_order as (
        select *, row_number() over (
            partition by payer, supplier_id, currency, is_last order by month_ore desc, squared desc, billed_ore
        ) as place from supplier_months
    )
    select payer, supplier_id, currency, max(ledger_months) as ledger_months,
        cast(sum(case when is_last then month_ore else 0 end) as bigint) as last_ore,
        cast(sum(case when is_last then 0 else month_ore end) as bigint) as earlier_ore,
        greatest(0, max(case when is_last then month_ore else 0 end)) as last_top_ore,
        greatest(0, max(case when is_last then 0 else month_ore end)) as earlier_top_ore,
        cast(sum(billed_ore) filter (not is_last and place > 1) as double) as usual_billed_ore,
        cast(sum(squared) filter (not is_last and place > 1) as double) as usual_billed_ore_squared,
        count_if(not is_last and month_ore > 0) as earlier_active
    from in_order
    group by payer, supplier_id, currency
    order by payer, supplier_id, currency
"""

_ROWS = """
    select l.payer, l.supplier_id, l.currency, l.booked_on, l.record_id, l.net_ore
    from ledger_rows l
    join supplier_months m on m.payer = l.payer and m.supplier_id = l.supplier_id and m.currency = l.currency
        and m.month = cast(date_trunc('month', l.booked_on) as date)
    where m.is_last
    order by l.payer, l.supplier_id, l.currency, l.record_id
"""
