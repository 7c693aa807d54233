"""A supplier's sudden growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.peers import ratio_tests
from follow_money.detectors.postings import keep_postings, money
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.statistics import FEWEST_PEERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class SupplierGrowth(Detector):
    """A supplier that is paid much more in the last months than in its own earlier months, beyond what the other
    suppliers of the ledger did.

    Why:
        A provider that bills for more than it does grows without a decision that explains it. Most growth is lawful;
        it is shown because it says where to read the orders first. The usual month of the last months is set against
        the usual month before, and this ratio against the ratio of suppliers of the same ledger that bill as regularly:
        what is billed once a month hardly varies, single purchases vary much. Season and growth of the whole ledger
        are in the peers' ratio too.

    Not flagged:
        One large month: the largest of the last months and the largest of the earlier are both left out; suppliers
        without a regular past; growth below the factor or the lowest sum; what most suppliers of the ledger did too.

    Parameters:
        last_months: Months at the end of the ledger that are compared with the earlier ones.
        thin_month_percent: A month with fewer postings than this share of the ledger's busiest month is not one of
            its months: a ledger delivered for a year holds stray rows of other years.
        fewest_months: A ledger with fewer months is not evaluable.
        fewest_earlier_months: A supplier with invoices in fewer earlier months is not evaluable.
        most_bills: Invoices in an earlier month with any, on average, up to which a supplier bills once a month,
        monthly_percent: if it bills in so many of the earlier months. Who does is compared with others who do, the
            rest with each other; where either are too few, all are compared with all.
        factor: Growth of the monthly level, against its own past and the peers' median growth, from which on it is
            shown.
        lowest_ore: Excess in the last months, in hundredths of the currency, from which on it is shown.

    Source:
        Detector D9 on aggregates, typologies 3 and 8. Robust z of log ratios: Rousseeuw & Croux, 1993.
    """

    name = "supplier_growth"
    version = "3"
    title_sv = "Leverantör som plötsligt växer"
    title_en = "A supplier's sudden growth"
    why_sv = (
        "En utförare som fakturerar mer än den utför växer utan beslut som förklarar det. Det mesta av tillväxten är "
        "laglig; den visas därför att den "
        "säger var beställningarna först ska läsas."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.RATIO
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
    most_bills: float = 1.5
    monthly_percent: int = 75
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
        unit, kind = "usual month of the last months to the usual month before", self.subject_kind.value
        is_short = levels["ledger_months"] < max(self.fewest_months, self.last_months + 2)
        is_irregular = ~is_short & (
            (levels["earlier_active"] < self.fewest_earlier_months) | (levels["usual_before_ore"] <= 0)
        )
        is_over = ~is_short & ~is_irregular & (levels["ratio"] <= 0)
        is_evaluable = ~is_short & ~is_irregular & ~is_over
        levels = levels.assign(peer_group=self._peer_groups(levels, levels[is_evaluable]))
        short = {"subject_kind": kind, "unit": unit, "null_model": "robust z of log ratio, Student tail"}
        tests = tests_frame(
            ratio_tests(levels[is_evaluable], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                levels[is_short], why=f"the ledger has fewer than {self.fewest_months} months", **short
            ),
            not_evaluable_tests(
                levels[is_irregular], why=f"invoices in fewer than {self.fewest_earlier_months} earlier months", **short
            ),
            not_evaluable_tests(levels[is_over], why="no usual month among the last months", **short),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            levels[["key", "payer", "supplier_id", "currency", "last_ore"]], on="key"
        )
        low_p["excess_ore"] = low_p["last_ore"] * (1.0 - low_p["expected"] / low_p["observed"]).clip(lower=0.0)
        growth = (low_p["observed"] / low_p["expected"].clip(lower=1.0)).round(6)
        low_p = low_p[(growth >= self.factor) & (low_p["excess_ore"] >= self.lowest_ore)]
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
        """The usual month of either period, which is one without its largest, and their ratio."""
        usual_last = (levels["last_ore"] - levels["last_top_ore"]) / max(1, self.last_months - 1)
        months_before = (levels["ledger_months"] - self.last_months - 1).clip(lower=1)
        usual_before = (levels["earlier_ore"] - levels["earlier_top_ore"]) / months_before
        ratio = usual_last / usual_before.where(usual_before > 0)
        return levels.assign(
            key=_keys(levels),
            subject_id=levels["supplier_id"],
            usual_before_ore=usual_before,
            ratio=ratio.fillna(0.0),
        )

    def _peer_groups(self, levels: pd.DataFrame, evaluable: pd.DataFrame) -> pd.Series:
        """Suppliers of one ledger and currency that bill once a month, and the others; all in one where either are too few."""
        ledger = "suppliers of " + levels["payer"] + " in " + levels["currency"]
        earlier_months = levels["ledger_months"] - self.last_months
        is_monthly = (levels["earlier_bills"] <= self.most_bills * levels["earlier_active"]) & (
            100 * levels["earlier_active"] >= self.monthly_percent * earlier_months
        )
        group = ledger + np.where(is_monthly, ", once a month", ", at other times")
        size = group.loc[evaluable.index].value_counts()
        fewest = group.map(size).fillna(0).loc[evaluable.index].groupby(ledger).min()
        return group.where(ledger.map(fewest) > FEWEST_PEERS, ledger)

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
                f"{number(test.observed)} gånger "
                f"den tidigare (övriga leverantörer {number(test.expected)} gånger; {test.peers} jämförda).",
                en=f"{money(test.last_ore, test.currency, language='en')} in {self.last_months} months: the usual "
                f"month is "
                f"{number(test.observed, language='en')} times the earlier one (other suppliers "
                f"{number(test.expected, language='en')} times; "
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
        cast(sum(p.net_ore) as bigint) as month_ore, cast(sum(case when p.net_ore > 0 then 1 else 0 end) as bigint) as bills
    from postings p join months m on m.payer = p.payer and m.month = p.month
    group by p.payer, p.supplier_id, p.currency, p.month, m.ledger_months, m.from_last
"""
"""One row a supplier's month. Months that the ledger does not hold at all are not counted as months without payment."""

_LEVELS = """
    select payer, supplier_id, currency, max(ledger_months) as ledger_months,
        cast(sum(case when is_last then month_ore else 0 end) as bigint) as last_ore,
        cast(sum(case when is_last then 0 else month_ore end) as bigint) as earlier_ore,
        greatest(0, max(case when is_last then month_ore else 0 end)) as last_top_ore,
        greatest(0, max(case when is_last then 0 else month_ore end)) as earlier_top_ore,
        cast(sum(case when not is_last and month_ore > 0 then 1 else 0 end) as bigint) as earlier_active,
        cast(sum(case when is_last then 0 else bills end) as bigint) as earlier_bills
    from supplier_months
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
