"""Grouping: hits that share an organisation, people or money become one case. A hub never joins cases, and a case has a size limit.

Joins are of three strengths. A group with more organisations than the limit is taken apart by leaving out the weakest joins first; what was one group stays
readable in ``split_from``. Every hit is in exactly one case.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.engine import Engine
from follow_money.triage.owner import owners

JOINING_ROLES: Final = ("owner_side", "receiver", "holder", "related_organisation", "supplier")
"""Roles of parties that tie hits together: who has the money or stands behind. A worker with two employers, a user, who may be a victim, and the other provider
of an overlap do not: one worker would make one case of two unrelated schemes."""

STRENGTHS: Final = (1, 2, 3)
"""Of a join, weakest first: 1 a shared person, account or organisation, 2 a shared owner or officer, 3 one organisation."""

MOST_ORGANISATIONS_A_PARTY: Final = 3
"""A person or account that would join more organisations than this joins none: it works like a hub among the hits."""


def group_hits(engine: Engine, hits: pa.Table, *, case_size: int) -> pd.DataFrame:
    """Which case each hit belongs to.

    Args:
        engine: With the graph attached (``links`` and ``hubs`` are read).
        hits: In the schema ``HITS``.
        case_size: Largest number of organisations in one case.

    Returns:
        ``hit_id, case_id, split_from``, sorted by hit id.
    """
    frame = hits.select(["hit_id", "subject_id", "organisation_id", "parties"]).to_pandas()
    if frame.empty:
        return pd.DataFrame({"hit_id": [], "case_id": [], "split_from": []}, dtype=object)
    frame["owner"] = owners(frame)
    engine.table("case_hits_in", pa.Table.from_pandas(frame[["hit_id", "subject_id", "owner"]], preserve_index=False))
    engine.table("case_parties_in", _parties(hits))
    joins = engine.query(_JOINS, {"most": MOST_ORGANISATIONS_A_PARTY}).to_pandas()
    number = pd.Series(np.arange(len(frame)), index=frame["hit_id"])
    labels = np.zeros(len(frame), dtype=np.int64)
    split_from: dict[int, str] = {}
    undecided = [np.arange(len(frame))]
    result: list[np.ndarray] = []
    for strength in STRENGTHS:
        kept = joins[joins["strength"] >= strength]
        next_round: list[np.ndarray] = []
        for members in undecided:
            for group in _components(members, kept, number):
                if frame["owner"].iloc[group].nunique() <= case_size or strength == STRENGTHS[-1]:
                    result.append(group)
                else:
                    name = _digest("G-", frame["owner"].iloc[group])
                    split_from = (
                        dict.fromkeys(group.tolist(), name) | split_from
                    )  # the first, whole group is the one to be told
                    next_round.append(group)
        undecided = next_round
    for label, group in enumerate(result):
        labels[group] = label
    frame["label"] = labels
    case_ids = {label: _digest("C-", rows["owner"]) for label, rows in frame.groupby("label")}
    told = frame.assign(
        case_id=frame["label"].map(case_ids), split_from=[split_from.get(row) for row in range(len(frame))]
    )
    columns: pd.DataFrame = told[["hit_id", "case_id", "split_from"]]
    return columns.sort_values("hit_id").reset_index(drop=True)


def _parties(hits: pa.Table) -> pa.Table:
    flat = hits.select(["hit_id", "parties"]).to_pandas().explode("parties").dropna(subset=["parties"])
    told = pd.DataFrame(
        {
            "hit_id": flat["hit_id"],
            "entity_id": [party["entity_id"] for party in flat["parties"]],
            "role": [party["role"] for party in flat["parties"]],
        }
    )
    schema = pa.schema([("hit_id", pa.string()), ("entity_id", pa.string()), ("role", pa.string())])
    return pa.Table.from_pandas(told[told["role"].isin(JOINING_ROLES)], schema=schema, preserve_index=False)


def _components(members: np.ndarray, joins: pd.DataFrame, number: pd.Series) -> list[np.ndarray]:
    inside = set(members.tolist())
    left, right = number[joins["left_hit"]].to_numpy(), number[joins["right_hit"]].to_numpy()
    kept = np.array([a in inside and b in inside for a, b in zip(left, right, strict=True)], dtype=bool)
    position = {member: place for place, member in enumerate(members.tolist())}
    rows = np.array([position[a] for a in left[kept]], dtype=np.int64)
    columns = np.array([position[b] for b in right[kept]], dtype=np.int64)
    matrix = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(members), len(members)))
    count, label = connected_components(matrix, directed=False)
    return [members[label == value] for value in range(count)]


def _digest(prefix: str, owners: pd.Series) -> str:
    return prefix + hashlib.sha256(" ".join(sorted(set(owners))).encode()).hexdigest()[:10]


_JOINS = """
    with anchors as (select hit_id, owner, row_number() over (partition by owner order by hit_id) as place from case_hits_in),
    first_hits as (select hit_id, owner from anchors where place = 1),
    same_owner as (
        select f.hit_id as left_hit, a.hit_id as right_hit, 3 as strength
        from anchors a join first_hits f on f.owner = a.owner where a.place > 1
    ),
    officers as (
        select distinct l.from_id as person_id, f.owner, f.hit_id from links l
        join first_hits f on f.owner = l.to_id
        left join hubs h on h.hub_id = l.from_id
        where h.hub_id is null
            and l.kind in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')
    ),
    shared_officers as (
        select a.hit_id as left_hit, b.hit_id as right_hit, 2 as strength
        from officers a join officers b on a.person_id = b.person_id and a.owner < b.owner
    ),
    things as (
        select distinct p.entity_id, f.owner, f.hit_id from (
            select hit_id, entity_id from case_parties_in union select hit_id, subject_id from case_hits_in
        ) p
        join case_hits_in c on c.hit_id = p.hit_id
        join first_hits f on f.owner = c.owner
        left join hubs h on h.hub_id = p.entity_id
        where h.hub_id is null
    ),
    narrow as (select entity_id from things group by entity_id having count(distinct owner) between 2 and $most),
    shared_parties as (
        select a.hit_id as left_hit, b.hit_id as right_hit, 1 as strength
        from things a join narrow n on n.entity_id = a.entity_id join things b on b.entity_id = a.entity_id and a.owner < b.owner
    )
    select distinct left_hit, right_hit, strength from (
        select * from same_owner union all select * from shared_officers union all select * from shared_parties
    ) every_join
    order by left_hit, right_hit, strength
"""
"""Pairs of hits to be joined: 3 one organisation, 2 a shared owner or officer, 1 another shared person, account or organisation."""
