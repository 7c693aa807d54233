"""Chains of resale, from a trader to somebody who claims VAT back."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pyarrow as pa

from follow_money.engine import Engine

_SCHEMA: Final = pa.schema(
    [
        ("trader_id", pa.string()),
        ("seller_id", pa.string()),
        ("reached_ore", pa.int64()),
        ("first_month", pa.date32()),
        ("last_month", pa.date32()),
    ]
)
_COLUMNS: Final = ["trader_id", "seller_id", "buyer_id", "months", "paid_ore", "reached_ore", "hop"]


def resale_chains(
    engine: Engine, traders: pd.DataFrame, *, most_hops: int, fewest_months: int, kept_percent: int
) -> pd.DataFrame:
    """Who buys from a trader, and who from them, as far as much the same money comes from.

    Args:
        engine: With ``trade`` kept.
        traders: ``filer_id, first_month, last_month``: whose sales, from which month to which.
        most_hops: Sales in a chain, at most.
        fewest_months: Months in which one must buy from the other.
        kept_percent: What a buyer pays must be so many per cent of what its seller paid on towards the trader.

    Returns:
        One row a sale of a chain: ``trader_id, seller_id, buyer_id, months, paid_ore, reached_ore, hop``; ``reached_ore`` is the least that was
        paid at any sale between the trader and the buyer.
    """
    spans = traders.set_index("filer_id")[["first_month", "last_month"]]
    at = pd.DataFrame({"trader_id": traders["filer_id"], "seller_id": traders["filer_id"], "reached_ore": 0})
    seen = set(zip(at["trader_id"], at["seller_id"], strict=True))
    told: list[pd.DataFrame] = []
    for hop in range(1, most_hops + 1):
        if at.empty:
            break
        frontier = at.join(spans, on="trader_id")
        engine.table("resale_frontier", pa.Table.from_pandas(frontier, schema=_SCHEMA, preserve_index=False))
        sales = engine.query(_SALES).to_pandas()
        sales = sales.merge(at, on=["trader_id", "seller_id"])
        is_new = [pair not in seen for pair in zip(sales["trader_id"], sales["buyer_id"], strict=True)]
        enough = (sales["months"] >= fewest_months) & (100 * sales["paid_ore"] >= kept_percent * sales["reached_ore"])
        sales = sales[enough & pd.Series(is_new, index=sales.index, dtype=bool)].assign(hop=hop)
        if hop > 1:
            sales["reached_ore"] = sales[["reached_ore", "paid_ore"]].min(axis=1)
        else:
            sales["reached_ore"] = sales["paid_ore"]
        told.append(sales[_COLUMNS])
        widest = sales.sort_values(["reached_ore", "seller_id"], ascending=[False, True], kind="stable")
        widest = widest.drop_duplicates(["trader_id", "buyer_id"]).sort_values(["trader_id", "buyer_id"])
        seen |= set(zip(widest["trader_id"], widest["buyer_id"], strict=True))
        at = widest[["trader_id", "buyer_id", "reached_ore"]].rename(columns={"buyer_id": "seller_id"})
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=_COLUMNS)


def ways_to(chains: pd.DataFrame, ends: set[tuple[str, str]]) -> pd.DataFrame:
    """The sales that lie on a way to one of these ``(trader, buyer)``, of all that `resale_chains` found."""
    wanted = set(ends)
    kept: list[pd.DataFrame] = []
    for _, group in sorted(chains.groupby("hop"), reverse=True):
        sales = group[[pair in wanted for pair in zip(group["trader_id"], group["buyer_id"], strict=True)]]
        kept.append(sales)
        wanted |= set(zip(sales["trader_id"], sales["seller_id"], strict=True))
    return pd.concat(kept[::-1], ignore_index=True) if kept else chains


_SALES = """
    select f.trader_id, f.seller_id, t.buyer_id, count(*) as months, cast(sum(t.paid_ore) as bigint) as paid_ore
    from resale_frontier f
    join trade t on t.seller_id = f.seller_id
    where t.month >= f.first_month and t.month <= f.last_month
    group by f.trader_id, f.seller_id, t.buyer_id
    order by f.trader_id, f.seller_id, t.buyer_id
"""
