"""What young traders were paid by others registered for VAT, and what of it their declarations do not show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from follow_money.engine import Engine


@dataclass(frozen=True, kw_only=True)
class VatRule:
    """Rates in per cent, and how many last months of the declarations may lack one that is late."""

    vat_percent: int
    lowest_vat_percent: int
    late_months: int

    @property
    def part(self) -> float:
        """The VAT in a price that holds it."""
        return self.vat_percent / (100 + self.vat_percent)


def undeclared_sales(engine: Engine, young: pd.DataFrame, rule: VatRule, *, last: date) -> pd.DataFrame:
    """Sales and VAT that declarations do not show, of everybody in ``young_traders``.

    A buyer whose declarations were not delivered is believed to have bought under reverse charge, as far as the trader says that it sold so, and to have
    deducted nothing; only the highest amount believes otherwise. Payments whose identities are doubtful count in it alone, too.

    Args:
        engine: With ``trade``, ``filed`` and the table ``young_traders`` kept.
        young: One row a trader: ``filer_id`` and more.
        rule: Rates and delay.
        last: The last month that anybody declared.

    Returns:
        The rows of ``young`` that were paid, with ``months, first_month, last_month, due_ore`` (paid in months whose declarations are due),
        ``deducted_ore`` (VAT in it that the buyers can have deducted), ``shown_ore`` (what the declarations bear of it), and
        ``low_ore, likely_ore, high_ore`` of VAT not declared.
    """
    sales, buyers = engine.query(_SALES).to_pandas(), engine.query(_BUYERS).to_pandas()
    until = pd.Timestamp(last) - pd.DateOffset(months=rule.late_months)
    sales["month"] = pd.to_datetime(sales["month"])
    sales["due_ore"] = sales["exact_ore"].where(sales["month"] <= until, 0)
    by_buyer = sales.groupby(["filer_id", "buyer_id"], as_index=False)[["paid_ore", "due_ore"]].sum()
    by_buyer = by_buyer.merge(buyers, on="buyer_id", how="left")
    said = by_buyer["reverse_charge_ore"]
    by_buyer["confirmed_ore"] = _lesser(said.fillna(0), by_buyer["paid_ore"])
    by_buyer["believed_ore"] = _lesser(said.fillna(by_buyer["paid_ore"]), by_buyer["paid_ore"])
    by_buyer["deducted_ore"] = _lesser(by_buyer["input_vat_ore"].fillna(0), by_buyer["due_ore"] * rule.part)
    sums = ["paid_ore", "due_ore", "confirmed_ore", "believed_ore", "deducted_ore"]
    spans = sales.groupby("filer_id", as_index=False).agg(
        first_month=("month", "min"), last_month=("month", "max"), months=("month", "nunique")
    )
    told = young.drop(columns="first_month").merge(
        by_buyer.groupby("filer_id", as_index=False)[sums].sum(), on="filer_id"
    )
    told = told.merge(spans, on="filer_id")
    told = told.merge(engine.query(_DECLARED).to_pandas(), on="filer_id", how="left")
    declared = told[["turnover_ore", "untaxed_ore", "output_vat_ore"]].fillna(0)
    borne = declared["output_vat_ore"] * 100 / rule.lowest_vat_percent
    taxed = (declared["turnover_ore"] - declared["untaxed_ore"]).clip(lower=0)
    gross = _lesser(taxed, borne) + declared["output_vat_ore"]
    told["shown_ore"] = gross + _lesser(told["believed_ore"], declared["untaxed_ore"])
    least_shown = gross + _lesser(told["confirmed_ore"], declared["untaxed_ore"])
    told["likely_ore"] = (told["due_ore"] - told["shown_ore"]) * rule.part
    # VAT is declared in whole kronor
    told["high_ore"] = np.ceil((told["paid_ore"] - least_shown) * rule.part / 100) * 100
    # What buyers deducted and nobody declared; what was declared is taken to be theirs first.
    told["low_ore"] = _lesser(told["likely_ore"], told["deducted_ore"] - declared["output_vat_ore"])
    return told


def _lesser(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.where(one < other, other)


_SALES = """
    select t.seller_id as filer_id, t.buyer_id, t.month, t.paid_ore, t.exact_ore
    from trade t join young_traders y on y.filer_id = t.seller_id order by t.seller_id, t.buyer_id, t.month
"""

_BUYERS = """
    select f.filer_id as buyer_id, cast(sum(f.reverse_charge_ore) as bigint) as reverse_charge_ore, cast(sum(f.input_vat_ore) as bigint) as input_vat_ore
    from filed f
    join (select distinct t.buyer_id from trade t join young_traders y on y.filer_id = t.seller_id) b on b.buyer_id = f.filer_id
    group by f.filer_id order by f.filer_id
"""

_DECLARED = """
    select f.filer_id, cast(sum(f.turnover_ore) as bigint) as turnover_ore, cast(sum(f.untaxed_ore) as bigint) as untaxed_ore,
        cast(sum(f.output_vat_ore) as bigint) as output_vat_ore
    from filed f join young_traders y on y.filer_id = f.filer_id group by f.filer_id order by f.filer_id
"""
