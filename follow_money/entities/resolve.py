"""Resolve: records in, entities out. Exact numbers first, then exact keys and registered names, then linkage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.entities.entity_ids import keyed_entity_ids, keyed_mention_ids, refuse_collisions
from follow_money.entities.entity_table import entity_table
from follow_money.entities.exact_numbers import Units, name_keys, units_by_number
from follow_money.entities.kinds import KINDS, ORGANISATION, PERSON, decide_kinds
from follow_money.entities.linkage import ScoredPair, labelled, link
from follow_money.entities.linkage_nodes import linkage_nodes
from follow_money.entities.match_key import SEPARATOR, match_key_sql
from follow_money.entities.mentions import DESCRIBING, Mentions, gather_mentions
from follow_money.entities.names import agreement
from follow_money.entities.same_party import join_by_key, join_by_name
from follow_money.entities.splits import Split, set_apart
from follow_money.entities.usual_values import usual_values
from follow_money.registers.contract import REGISTERS

MENTIONS: Final = pa.schema(
    [
        pa.field("mention_id", pa.string(), nullable=False),
        pa.field("register", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("match_key", pa.string(), nullable=False),
        *(pa.field(name, pa.date32() if name == "birth_date" else pa.string()) for name in DESCRIBING),
        pa.field("records", pa.int64(), nullable=False),
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("is_exact", pa.bool_(), nullable=False),
        pa.field("conflict", pa.string()),  # what kept it from a number or a key that it bears
        pa.field("name_note", pa.string()),  # the name is unlike the one that the entity's number usually bears
    ]
)
"""``mentions.parquet``: restricted. One row a distinct description of a party in a register and role."""

WHY: Final = ("exact_number", "exact_source_key", "exact_account", "same_name", "linked", "alone", "split")
"""What ties a mention to its entity."""

LEVEL: Final = pa.struct([("comparison", pa.string()), ("level", pa.string())])
PAIRS: Final = pa.schema(
    [
        pa.field("mention_id_l", pa.string(), nullable=False),
        pa.field("mention_id_r", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),  # linked, unsure, rivals (two numbered candidates), denied (a cannot-link)
        pa.field("levels", pa.list_(LEVEL), nullable=False),
    ]
)
"""``pairs.parquet``: restricted. Every scored pair from `linkage.UNSURE` up, with what was compared."""

_ID_HEADS: Final = ("P-", "O-", "A-")


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What `resolve` did, as counts: it can be printed and logged."""

    mentions: int
    entities: Mapping[str, int]
    why: Mapping[str, int]
    conflicts: Mapping[str, int]
    pairs: Mapping[str, int]
    name_notes: int
    splits_passed_over: int


def resolve(
    engine: Engine,
    records: Mapping[str, Path],
    out: Path,
    *,
    key: bytes,
    synthetic: bool,
    splits: Sequence[Split] = (),
    seed: int = 0,
    as_of: date | None = None,
    on_progress: Callable[[str, int, int], None] = lambda _step, _done, _of: None,
) -> Resolution:
    """Say which records are about one person, organisation or account.

    Args:
        engine: Where registers are deduplicated and Splink works.
        records: Register name to the Parquet file of its records.
        out: An existing, restricted folder: gets ``mentions.parquet``, ``entities.parquet``, ``pairs.parquet`` and the
            linkage models.
        key: The workspace's secret; entity ids are keyed by it.
        synthetic: The workspace holds made-up data, whose valid numbers have a shifted check digit.
        splits: What people have set apart by hand.
        seed: Of the random samples that the linkage model is trained on.
        as_of: Nobody is born after this day. None: the latest day that an event of the registers bears.
        on_progress: Called with step, done, of.

    Raises:
        FollowMoneyError: Two entities came out with one id.
    """
    steps = 5
    on_progress("descriptions", 0, steps)
    mentions = gather_mentions(engine, records, as_of=as_of, synthetic=synthetic)
    on_progress("numbers", 1, steps)
    kind = decide_kinds(mentions)
    mention_ids = keyed_mention_ids(_described(mentions), key)
    refuse_collisions(mention_ids)
    apart = set_apart(mention_ids, splits)
    units = units_by_number(mentions, kind, apart)
    on_progress("keys and names", 2, steps)
    refused = join_by_key(mentions, kind, units)
    join_by_name(mentions, kind, units)
    on_progress("linkage", 3, steps)
    pairs = _linked(engine, mentions, kind, units, out, seed)
    on_progress("entities", 4, steps)
    leaders, entity = np.unique(units.clusters.roots()[units.unit], return_inverse=True)
    ids = _entity_ids(mentions, mention_ids, kind, apart, units, entity, len(leaders), key)
    refuse_collisions(ids)
    entities = entity_table(mentions, kind, units, entity, ids)
    told = _mention_table(mentions, kind, units, entity, ids, mention_ids, refused)
    scored = _pair_table(pairs, units, mention_ids)
    for name, table in (("mentions", told), ("entities", entities), ("pairs", scored)):
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")
    on_progress("entities", steps, steps)
    named = {mention for split in splits for mention in split.mention_ids}
    return Resolution(
        mentions=len(mentions),
        entities=_counts(entities["kind"]),
        why=_counts(told["why"]),
        conflicts=_counts(told["conflict"].drop_null()),
        pairs=_counts(scored["decision"]),
        name_notes=len(told) - told["name_note"].null_count,
        splits_passed_over=len(named - set(mention_ids.to_pylist())) if named else 0,
    )


def record_entities(engine: Engine, records: Mapping[str, Path], folder: Path) -> pa.Table:
    """Who every record speaks of: ``record_id, register, role, entity_id, why, probability``, sorted.

    ``folder`` is where `resolve` wrote. For big registers join on `match_key_sql` instead, as `connect` does.
    """
    engine.table("resolved_mentions", folder / "mentions.parquet")
    parts = []
    for name in sorted(records):
        engine.table(f"resolve_{name}", records[name])
        parts.extend(
            f"""select r.record_id, m.register, m.role, m.entity_id, m.why, m.probability
            from resolve_{name} r join resolved_mentions m on m.match_key = {match_key_sql(party, "r")}
            where m.register = '{name}' and m.role = '{party.role}' and not r.is_withheld"""
            for party in REGISTERS[name].parties
        )
    return engine.query(f"select * from ({' union all '.join(parts)}) as told order by register, record_id, role")


def _described(mentions: Mentions) -> pa.Array:
    """What a mention's id is made from: register, role and description."""
    columns = (mentions.column(name) for name in ("register", "role", "match_key"))
    return pc.binary_join_element_wise(*columns, SEPARATOR)


def _linked(
    engine: Engine, mentions: Mentions, kind: npt.NDArray[np.int8], units: Units, out: Path, seed: int
) -> list[tuple[str, ScoredPair]]:
    pairs: list[tuple[str, ScoredPair]] = []
    for code in (PERSON, ORGANISATION):
        nodes = linkage_nodes(mentions, kind, units, code)
        if not pc.any(nodes["is_open"]).as_py():
            continue
        labels = labelled(mentions, kind, units, code, nodes.schema)
        name = KINDS[code].value
        pairs.extend((name, pair) for pair in link(engine, nodes, labels, units.clusters, kind=name, out=out, seed=seed))
    return pairs


def _entity_ids(
    mentions: Mentions,
    mention_ids: pa.Array,
    kind: npt.NDArray[np.int8],
    apart: npt.NDArray[np.int64],
    units: Units,
    entity: npt.NDArray[np.int64],
    count: int,
    key: bytes,
) -> pa.Array:
    """Ids from kind and number, account, or else the smallest description; what a split set apart has no claim to the number."""
    first = np.full(count, len(mentions), np.int64)
    np.minimum.at(first, entity, np.arange(len(mentions)))
    holds = pc.and_(pa.array(apart == 0), pc.is_null(units.conflict))
    weights = np.ones(len(mentions), np.int64)
    number = usual_values(entity, pc.if_else(holds, units.full, None), weights, count)
    account = usual_values(entity, pc.if_else(pa.array(apart == 0), mentions.account, None), weights, count)
    smallest = pc.binary_join_element_wise("mention", mention_ids.take(pa.array(first)), SEPARATOR)
    identity = pc.coalesce(
        pc.binary_join_element_wise("number", number, SEPARATOR), pc.binary_join_element_wise("account", account, SEPARATOR), smallest
    )
    kinds = pa.array([k.value for k in KINDS]).take(pa.array(kind[first]))
    texts = pc.binary_join_element_wise(kinds, identity, SEPARATOR)
    return keyed_entity_ids(pa.array(_ID_HEADS).take(pa.array(kind[first])), texts, key)


def _mention_table(
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    units: Units,
    entity: npt.NDArray[np.int64],
    ids: pa.Array,
    mention_ids: pa.Array,
    refused: Mapping[int, str],
) -> pa.Table:
    names = name_keys(mentions, kind)
    usual = usual_values(entity, names, mentions.column("records").to_numpy(), len(ids))
    agrees = agreement(names, usual.take(pa.array(entity)))
    rows = np.array(sorted(refused), np.int64)
    by_key = np.full(len(mentions), None, dtype=object)
    by_key[rows] = [refused[row] for row in rows.tolist()]
    clusters = units.clusters
    columns = {
        "mention_id": mention_ids,
        "kind": pa.array([k.value for k in KINDS]).take(pa.array(kind)),
        "entity_id": ids.take(pa.array(entity)),
        "why": pa.array(clusters.why[units.unit].astype(object), pa.string()),
        "probability": pa.array(clusters.probability[units.unit]),
        "is_exact": pa.array(clusters.is_exact[units.unit]),
        "conflict": pc.coalesce(units.conflict, pa.array(by_key, pa.string())),
        "name_note": pc.if_else(pa.array(agrees), None, pa.scalar("unlike the usual name")),
    }
    told = {name: columns[name] if name in columns else mentions.raw[name] for name in MENTIONS.names}
    return pa.table(told).cast(MENTIONS)  # in the order of register, role and key already


def _pair_table(pairs: Sequence[tuple[str, ScoredPair]], units: Units, mention_ids: pa.Array) -> pa.Table:
    first = np.full(len(units.clusters.why), len(units.unit), np.int64)
    np.minimum.at(first, units.unit, np.arange(len(units.unit)))
    rows = [
        {
            "mention_id_l": mention_ids[int(first[pair.left])].as_py(),
            "mention_id_r": mention_ids[int(first[pair.right])].as_py(),
            "kind": kind,
            "probability": pair.probability,
            "decision": pair.decision,
            "levels": [{"comparison": name, "level": level} for name, level in pair.levels],
        }
        for kind, pair in pairs
    ]
    table = pa.Table.from_pylist(rows, schema=PAIRS)
    return table.sort_by([("mention_id_l", "ascending"), ("mention_id_r", "ascending")])


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)
    return dict(sorted((str(entry["values"]), int(entry["counts"])) for entry in counted.to_pylist()))
