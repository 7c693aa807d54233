"""A trail's ends by what its sources are grouped by: the month in which they were paid, or the decision that they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from follow_money.engine import Engine
from follow_money.graph.flows.provenance import provenance_of_ends
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import REMAINS, Convention, Trail

MOST_GROUPS: Final = 20
"""So many decisions are told apart, those with most money: each takes memory at every node."""

NO_DECISION: Final = ""
"""The group of sources that rest on no claim or decision."""

OTHER_DECISIONS: Final = "…"
"""The group of all decisions beyond ``MOST_GROUPS``."""


def ends_by_group(trail: Trail, groups: Sequence[str], *, name: str) -> pa.Table:
    """How much of which group's money reached which end.

    Args:
        trail: A trail.
        groups: One text a source, in their order; see `provenance`.
        name: What the groups are called.

    Returns:
        ``<name>, exit_class, low_ore, middle_ore, high_ore`` (the middle by haircut): groups in order, the largest middle first; what remains with its last
        holder is left out.
    """
    left = provenance_of_ends(trail, groups)
    columns = [f"{convention.value}_ore" for convention in trail.bounding]
    rows = [
        {
            name: row["group"],
            "exit_class": row["exit_class"],
            "low_ore": min(row[column] for column in columns),
            "middle_ore": row["haircut_ore"],
            "high_ore": max(row[column] for column in columns),
        }
        for row in left.to_pylist()
    ]
    rows.sort(key=lambda row: (row[name], -row["middle_ore"], row["exit_class"]))
    ore = [(column, pa.int64()) for column in ("low_ore", "middle_ore", "high_ore")]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()), ("exit_class", pa.int64()), *ore]))


def source_decisions(engine: Engine, trail: Trail) -> list[str]:
    """The decision that each source rests on: that of its claim where the claim tells one, else the claim or decision that the payment names.

    Args:
        engine: With the graph attached that the trail is of.
        trail: A trail.

    Returns:
        One text a source, in their order; ``NO_DECISION`` among them.
    """
    sources = pa.array(trail.sources)
    told = pa.table({"place": sources, "record_id": trail.store.payment_ids.take(sources)})
    engine.table("trail_sources", told)
    return [str(each) for each in engine.query(_DECISIONS)["decision"].to_pylist()]


def source_ore(trail: Trail, groups: Sequence[str]) -> dict[str, int]:
    """How much is followed of each group, most first; what rests on no decision last."""
    ore = Counter[str]()
    for group, amount in zip(groups, trail.store.amount_ore[trail.sources].tolist(), strict=True):
        ore[group] += amount
    return dict(sorted(ore.items(), key=lambda each: (each[0] == NO_DECISION, -each[1], each[0])))


def largest_groups(trail: Trail, groups: Sequence[str]) -> list[str]:
    """The groups with ``OTHER_DECISIONS`` in place of all but the largest."""
    decisions = [group for group in source_ore(trail, groups) if group != NO_DECISION]
    pooled = set(decisions[MOST_GROUPS:])
    return [OTHER_DECISIONS if group in pooled else group for group in groups]


def outer_bound(trail: Trail) -> dict[int, int]:
    """What can have reached each end at the very most, if all that a touched purse pays were touched (`Convention.POISON`): exit class to öre, most first.

    It makes money: the sums can exceed what is followed. It says where followed money can have been at all.
    """
    touched = trace(
        trail.store,
        trail.sources,
        stops=trail.stops,
        opening_ore=trail.known_opening_ore,
        conventions=(Convention.HAIRCUT, Convention.POISON),
        backward=trail.is_backward,
        pays_first=trail.is_paid_first,
    )
    ore = touched.payment_ore[Convention.POISON]
    sums = {int(end): int(ore[trail.stops == end].sum()) for end in np.unique(trail.stops[trail.stops > 0])}
    sums[REMAINS] = int(touched.remaining_ore[Convention.POISON].sum())
    return dict(sorted(((end, most) for end, most in sums.items() if most), key=lambda each: (-each[1], each[0])))


# A claim id is told apart by its payer, whom a payment does not name in the same way: where two decisions fit, the claim stands for itself.
_DECISIONS: Final = """
    with decided as (
        select claim_id, min(decision_id) as decision_id from current_claims where claim_id is not null
        group by claim_id having count(distinct decision_id) = 1 and count(decision_id) = count(*)
    )
    select coalesce(d.decision_id, t.programme_ref, '') as decision
    from trail_sources s left join transfers t on t.record_id = s.record_id left join decided d on d.claim_id = t.programme_ref
    order by s.place
"""
