"""Amounts at risk by the rules A1-A5: per row first, then summed, a krona once."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from follow_money.engine import Engine

HOURLY_RATES = """
    select o.programme, o.valid_from, coalesce(o.next_from - interval 1 day, o.valid_to) as valid_to, o.amount_ore
    from (
        select replace(kind, '_hour', '') as programme, valid_from, coalesce(max(valid_to), date '2999-12-31') as valid_to,
            min(amount_ore) as amount_ore,
            lead(valid_from) over (partition by kind order by valid_from) as next_from
        from rates where kind in ('assistance_hour', 'home_care_hour', 'study_circle_hour') group by kind, valid_from
    ) o
"""
"""SQL of the hourly tariffs: ``programme, valid_from, valid_to, amount_ore`` (öre an hour). One holds on a day: a
later one ends an earlier one, and of two from
one day on the lower counts, which is what is surely at risk.
"""


def whole_claims(engine: Engine, touched: pd.DataFrame) -> pd.Series:
    """The high amount: everything that was paid for the claims that a finding touches.

    Args:
        engine: With the graph attached.
        touched: ``key, organisation_id, programme, user_id, month``; one row for each user and month of each finding.

    Returns:
        Öre by key; a key without claims is absent.
    """
    if touched.empty:
        return pd.Series(dtype="int64")
    engine.table("touched", pa.Table.from_pandas(touched.drop_duplicates(), preserve_index=False))
    told = engine.query(
        """
        with once as (
            select distinct t.key, c.record_id, c.amount_ore
            from touched t
            join current_claims c on c.organisation_id = t.organisation_id and c.programme = t.programme
                and c.person_id = t.user_id and c.period_from <= last_day(t.month) and c.period_to >= t.month
        )
        select key, cast(sum(amount_ore) as bigint) as ore from once group by key order by key
        """
    ).to_pandas()
    ore: pd.Series = told.set_index("key")["ore"]
    return ore
