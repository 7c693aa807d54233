"""Opening balances: what each party of the flows had before the first payment, by the balances that banks told."""

from __future__ import annotations

from typing import Final

import numpy as np

from follow_money.engine import Engine
from follow_money.graph.flows.exit_classes import attach_store
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int64s

UNKNOWN: Final = -1
"""The opening balance of a node whose balance nobody told."""


def opening_balances(engine: Engine, store: FlowStore) -> Int64s:
    """Öre of each node at the start of the data, for `trace`'s ``opening_ore``: int64, one a node, ``UNKNOWN`` where nobody told.

    The sum over the party's accounts. It is known only when each account that it pays from is known; an overdrawn party has nothing. An account's balance is
    the first one told within the data, less what came in and plus what went out before that day; an account that was opened later had nothing.
    An account that is used by several parties is nobody's: their balances are unknown.

    Args:
        engine: With the graph's tables attached.
        store: Flows of the attached ``transfers``.
    """
    attach_store(engine, store)
    told = engine.query(_OPENING)
    opening = np.full(store.nodes, UNKNOWN, np.int64)
    opening[np.asarray(told["node"])] = np.maximum(np.asarray(told["opening_ore"]), 0)
    return opening


_OPENING: Final = """
    with moves as (
        select coalesce(from_id, from_account_id) as entity_id, from_account_id as account_id, day, -amount_ore as change_ore, true as is_paying
        from transfers
        union all
        select coalesce(to_id, to_account_id) as entity_id, to_account_id as account_id, day, amount_ore as change_ore, false as is_paying
        from transfers
    ),
    begun as (select min(day) as first_day from transfers),
    used as (
        select entity_id, account_id, count_if(is_paying) > 0 as is_paying from moves where entity_id is not null group by entity_id, account_id
    ),
    shared as (select account_id from used where account_id is not null group by account_id having count(*) > 1),
    told as (
        -- Two deliveries that tell different balances of one day tell none.
        select b.account_id, b.balance_on, min(b.balance_ore) as balance_ore, row_number() over (partition by b.account_id order by b.balance_on) as place
        from balances b join begun g on b.balance_on >= g.first_day
        where b.account_id is not null and not b.is_withheld
        group by b.account_id, b.balance_on having min(b.balance_ore) = max(b.balance_ore)
    ),
    later as (
        select t.account_id, sum(m.change_ore) as change_ore
        from told t join begun g on t.balance_on > g.first_day
        join moves m on m.account_id = t.account_id and m.day < t.balance_on
        where t.place = 1 group by t.account_id
    ),
    opened as (
        select a.account_id from accounts a where a.account_id is not null group by a.account_id
        having min(coalesce(a.valid_from, date '1900-01-01')) > (select first_day from begun)
    ),
    known as (
        select t.account_id, t.balance_ore - coalesce(l.change_ore, 0) as opening_ore
        from told t left join later l on l.account_id = t.account_id where t.place = 1
        union all
        select o.account_id, 0 as opening_ore from opened o left join told t on t.account_id = o.account_id where t.account_id is null
    )
    select n.node, cast(sum(case when s.account_id is null then coalesce(k.opening_ore, 0) else 0 end) as bigint) as opening_ore
    from used u
    join exit_nodes n on n.entity_id = u.entity_id
    left join known k on k.account_id = u.account_id
    left join shared s on s.account_id = u.account_id
    group by n.node
    having count_if(u.is_paying and (k.account_id is null or s.account_id is not null)) = 0 and count_if(k.account_id is not null and s.account_id is null) > 0
"""
