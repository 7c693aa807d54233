"""A supplier's sudden growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.peers import IN_OWN_ERROR, ratio_tests
from follow_money.detectors.postings import keep_postings, money
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import number
from follow_money.detectors.usual_months import usual_months
from follow_money.errors import UsageError
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEWEST_LAST_MONTHS = 3
_FEWEST_EARLIER_MONTHS = 2
_LEAST_SPREAD = 0.05
"""Months of one supplier differ by a twentieth at least: prices change, though an index may not."""


@dataclass(frozen=True, kw_only=True)
class SupplierGrowth(Detector):
    """A supplier whose usual month in the last months is far above its usual month before, beyond what the other suppliers of the ledger did.

    Why:
        A provider that bills for more than it does grows without a decision that explains it. Most growth is lawful; it is shown because it says where to
        read the orders first. The usual month of the last months is set against the usual month before. How far this ratio lies above that of the other
        suppliers of the ledger is measured in the supplier's own spread: what is billed once a month hardly varies, single purchases vary much. Season and
        growth of the whole ledger are in the others' ratio.

    Not flagged:
        One large month, or an invoice that is credited in another month (the usual month is the middle one); suppliers without a regular past, or no longer
        paid in most of the last months; growth below the factor or the lowest sum; what most suppliers of the ledger did too.

    Parameters:
        last_months: Months at the end of the ledger that are compared with the earlier ones, at least 3.
        thin_month_percent: A month with fewer postings than this share of the ledger's busiest month is not one of its months: a ledger delivered for a year
            holds stray rows of other years.
        fewest_earlier_months: A supplier that bills in fewer earlier months, or a ledger that has fewer, is not evaluable; at least 2.
        active_percent: Nor is a supplier that bills in a smaller share of the earlier months: among months without payment none is the usual one.
        factor: Growth of the usual month, against its own past and the others' growth, from which on it is shown.
        lowest_ore: Excess in the last months, in hundredths of the currency, from which on it is shown.

    Source:
        Detector D9 on aggregates, typologies 3 and 8. Robust z of log ratios: Rousseeuw & Croux, 1993; the error of a median: Kendall & Stuart, 10.
    """

    name = "supplier_growth"
    version = "4"
    title_sv = "Leverantör som plötsligt växer"
    title_en = "A supplier's sudden growth"
    why_sv = (
        "En utförare som fakturerar mer än den utför växer utan beslut som förklarar det. Det mesta av tillväxten är "
        "laglig; den visas därför att den "
        "säger var beställningarna först ska läsas."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.OWN_ERROR
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
    fewest_earlier_months: int = 6
    active_percent: int = 75
    factor: float = 2.0
    lowest_ore: int = 10_000_000

    def __post_init__(self) -> None:
        """Raises UsageError for so few months that none of them is the usual one, or that none differs from another."""
        for name, value, least in (
            ("last_months", self.last_months, _FEWEST_LAST_MONTHS),
            ("fewest_earlier_months", self.fewest_earlier_months, _FEWEST_EARLIER_MONTHS),
        ):
            if value < least:
                raise UsageError(
                    f"The settings give the detector '{self.name}' {name} = {value}; so few months say neither what is usual nor how much months differ. "
                    f"Set it to {least} or more."
                )

    def detect(self, context: Context) -> Findings:
        """Screen every supplier of ledgers that are long enough."""
        engine = context.engine
        keep_postings(engine)
        engine.keep(
            "supplier_months", _SUPPLIER_MONTHS, {"last_months": self.last_months, "thin": self.thin_month_percent}
        )
        levels = self._levels(engine.query(_MONTHS).to_pandas())
        if levels.empty:
            return nothing()
        unit, kind = "usual month of the last months to the usual month before", self.subject_kind.value
        is_evaluable = levels["why_not"].isna()
        tests = tests_frame(
            ratio_tests(levels[is_evaluable], unit=unit, subject_kind=kind),
            *(
                not_evaluable_tests(rows, subject_kind=kind, unit=unit, null_model=IN_OWN_ERROR, why=str(why))
                for why, rows in levels[~is_evaluable].groupby("why_not", sort=True)
            ),
        )
        low_p = tests[tests["p_value"] <= context.q_limit].merge(
            levels[["key", "payer", "supplier_id", "currency", "last_ore", "usual_before_ore", "usual_last_ore"]],
            on="key",
        )
        held = low_p["expected"].clip(lower=1.0)
        before_ore = self.last_months * held * low_p["usual_before_ore"]
        in_all = np.minimum(
            self.last_months * low_p["usual_last_ore"], low_p["last_ore"]
        )  # a credit in one of them takes off
        low_p["excess_ore"] = in_all - before_ore
        growth = (low_p["observed"] / held).round(6)
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

    def _levels(self, months: pd.DataFrame) -> pd.DataFrame:
        """One row a supplier: its usual months, their ratio and how sure that is, and why it is not evaluable."""
        levels = usual_months(months, last_months=self.last_months)
        ledger = self.last_months + self.fewest_earlier_months
        earlier = levels["ledger_months"] - self.last_months
        fewest = (-(-earlier * self.active_percent // 100)).clip(lower=self.fewest_earlier_months)
        reasons = {
            f"the ledger has fewer than {ledger} months": levels["ledger_months"] < ledger,
            **{
                f"more billed than credited in fewer than {least} earlier months": (fewest == least)
                & (levels["active"] < least)
                for least in fewest.unique()
            },
            "no usual month among the last months": 2 * levels["active_last"] <= self.last_months,
        }
        why_not = np.select(list(reasons.values()), list(reasons), default="")
        before, active = levels["usual_before_ore"], levels["active"].clip(lower=1)
        return levels.assign(
            key=_keys(levels),
            subject_id=levels["supplier_id"],
            peer_group="suppliers of " + levels["payer"] + " in " + levels["currency"],
            ratio=levels["usual_last_ore"] / before.where(before > 0),
            error=levels["spread"].clip(lower=_LEAST_SPREAD)
            * np.sqrt(_middle_variance(self.last_months) + _middle_variance(active)),
            degrees=(active - 1).clip(lower=1),
            why_not=pd.Series(why_not, index=levels.index).where(why_not != "", None),
        )

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


def _middle_variance(months: Any) -> Any:  # noqa: ANN401  # a number or a column
    """Of the middle one of so many like normal months, in the variance of one: pi / 2n of many, .44 of three (Kendall & Stuart)."""
    return np.pi / 2 / (months + np.pi / 2 - 1)


def _keys(frame: pd.DataFrame) -> pd.Series:
    return frame["payer"] + " " + frame["supplier_id"] + " " + frame["currency"]


_SUPPLIER_MONTHS = """
    with every_month as (select payer, month, count(*) as size from postings group by payer, month),
    full_months as (select payer, month, size, max(size) over (partition by payer) as busiest from every_month),
    months as (
        select payer, month, dense_rank() over (partition by payer order by month desc) as from_last, count(*)
            over (partition by payer) as ledger_months
        from full_months where size * 100 >= $thin * busiest and month is not null
    )
    select p.payer, p.supplier_id, p.currency, p.month, m.ledger_months, m.from_last, m.from_last <= $last_months as is_last,
        cast(sum(p.net_ore) as bigint) as month_ore
    from postings p join months m on m.payer = p.payer and m.month = p.month
    group by p.payer, p.supplier_id, p.currency, p.month, m.ledger_months, m.from_last
"""
"""One row a supplier's month. Months that the ledger does not hold at all are not counted as months without payment."""

_MONTHS = """
    select payer, supplier_id, currency, month_ore, from_last, ledger_months from supplier_months
    order by payer, currency, supplier_id, from_last
"""

_ROWS = """
    select l.payer, l.supplier_id, l.currency, l.booked_on, l.record_id, l.net_ore
    from ledger_rows l
    join supplier_months m on m.payer = l.payer and m.supplier_id = l.supplier_id and m.currency = l.currency
        and m.month = cast(date_trunc('month', l.booked_on) as date)
    where m.is_last
    order by l.payer, l.supplier_id, l.currency, l.record_id
"""
