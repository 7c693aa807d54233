"""Cycles as plain joins in SQL, and a table of payments like a bank's: few accounts have most of them, and some are hubs."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from follow_money.graph.flows.flow_store import FlowStore, make_store

_BAND = "between {before}.amount_ore * $low and {before}.amount_ore * $high"

_JOINS = {
    2: f"""
        select a.p, b.p
        from pay a join pay b on b.payer = a.payee and b.payee = a.payer
        where b.p > a.p and b.paid_at_us - a.paid_at_us <= $within and b.amount_ore * 100 {_BAND.format(before="a")}
        order by all
    """,
    3: f"""
        select a.p, b.p, c.p
        from pay a
        join pay b on b.payer = a.payee
        join pay c on c.payer = b.payee and c.payee = a.payer
        where b.payee <> a.payer and b.p > a.p and c.p > b.p and c.paid_at_us - a.paid_at_us <= $within
            and b.amount_ore * 100 {_BAND.format(before="a")} and c.amount_ore * 100 {_BAND.format(before="b")}
        order by all
    """,
    4: f"""
        select a.p, b.p, c.p, d.p
        from pay a
        join pay b on b.payer = a.payee
        join pay c on c.payer = b.payee
        join pay d on d.payer = c.payee and d.payee = a.payer
        where b.payee <> a.payer and c.payee <> a.payer and c.payee <> a.payee and b.p > a.p and c.p > b.p and d.p > c.p
            and d.paid_at_us - a.paid_at_us <= $within
            and b.amount_ore * 100 {_BAND.format(before="a")} and c.amount_ore * 100 {_BAND.format(before="b")}
            and d.amount_ore * 100 {_BAND.format(before="c")}
        order by all
    """,
}


def joined_cycles(store: FlowStore, hops: int, *, within_us: int, share: tuple[int, int]) -> list[tuple[int, ...]]:
    """All cycles of 2, 3 or 4 hops, in order. Nobody pays himself in the store."""
    pay = pa.table(
        {
            "p": np.arange(len(store)),
            "payer": store.payer,
            "payee": store.payee,
            "paid_at_us": store.paid_at_us,
            "amount_ore": store.amount_ore,
        }
    )
    with duckdb.connect() as connection:
        connection.register("pay", pay)
        return connection.execute(_JOINS[hops], {"within": within_us, "low": share[0], "high": share[1]}).fetchall()


def bank_like(payments: int, *, days: int, hub_share: float, planted: int, seed: int = 1) -> FlowStore:
    """Power-law accounts, log-normal amounts around 5,000 kr, planted cycles within a day; ``hub_share`` of all payments are paid by, and to, one of 5 hubs."""
    rng = np.random.default_rng(seed)
    nodes = payments // 10
    payer, payee = ((nodes * rng.random(payments) ** 3).astype(np.int32) for _ in range(2))
    hubs = rng.choice(nodes, 5, replace=False).astype(np.int32)
    for side in (payer, payee):
        is_hub = rng.random(payments) < hub_share
        side[is_hub] = rng.choice(hubs, int(is_hub.sum()))
    seconds = rng.integers(0, days * 86_400, payments)
    ore = np.maximum(1, np.rint(rng.lognormal(np.log(5_000), 1, payments) * 100)).astype(np.int64)
    rows = [(payer, payee, seconds, ore)]
    for _ in range(planted):
        k = int(rng.integers(2, 5))
        ring = rng.choice(nodes, k, replace=False).astype(np.int32)
        at = rng.integers(0, (days - 1) * 86_400) + np.sort(rng.choice(86_400, k, replace=False))
        kept = np.ceil(rng.integers(100_000, 10_000_000) * np.cumprod(rng.uniform(0.91, 1, k))).astype(np.int64)
        rows.append((ring, np.roll(ring, -1), at, kept))
    payer, payee, seconds, ore = (np.concatenate(columns) for columns in zip(*rows, strict=True))
    kept_rows = payer != payee
    return make_store(
        payer[kept_rows],
        payee[kept_rows],
        seconds[kept_rows].astype(np.int64) * 1_000_000,
        ore[kept_rows],
        node_ids=pa.array(np.arange(nodes)).cast(pa.string()),
        payment_ids=pa.array(np.arange(int(kept_rows.sum()))).cast(pa.string()),
    )
