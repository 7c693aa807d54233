"""Resolve: records in, entities out. Exact numbers first, then exact keys and registered names, then linkage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.entities.entity_ids import keyed_entity_ids, keyed_mention_ids, refuse_collisions
from follow_money.entities.entity_table import entity_table
from follow_money.entities.exact_numbers import Units, units_by_number
from follow_money.entities.judged_pairs import judged_pairs
from follow_money.entities.judgements import NOTHING_JUDGED, Judged
from follow_money.entities.kinds import KINDS, ORGANISATION, PERSON, decide_kinds
from follow_money.entities.link_parties import link
from follow_money.entities.match_key import SEPARATOR, match_key_sql
from follow_money.entities.mentions import Mentions, gather_mentions
from follow_money.entities.number_signals import number_signals
from follow_money.entities.resolution_tables import mention_table, pair_table
from follow_money.entities.same_party import join_by_key, join_by_name
from follow_money.entities.usual_values import usual_values
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from follow_money.engine import Engine

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
    judgements_passed_over: int


def resolve(
    engine: Engine,
    records: Mapping[str, Path],
    out: Path,
    *,
    key: bytes,
    synthetic: bool,
    judged: Judged = NOTHING_JUDGED,
    seed: int = 0,
    as_of: date | None = None,
    kept: Path | None = None,
    on_progress: Callable[[str, int, int], None] = lambda _step, _done, _of: None,
) -> Resolution:
    """Say which records are about one person, organisation or account.

    Args:
        engine: Where registers are deduplicated and Splink works.
        records: Register name to the Parquet file of its records.
        out: An existing, restricted folder: gets ``mentions.parquet``, ``entities.parquet``, ``pairs.parquet``,
            ``signals.parquet`` and the linkage models.
        key: The workspace's secret; entity ids are keyed by it.
        synthetic: The workspace holds made-up data, whose valid numbers have a shifted check digit.
        judged: What stands of the judgement ledger.
        seed: Of the random samples that the linkage model is trained on.
        as_of: Nobody is born after this day. None: the latest day that an event of the registers bears.
        kept: A folder with linkage models of an earlier run, which are used again; those it lacks are trained.
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
    pairs_judged = judged_pairs(judged, mention_ids)
    units = units_by_number(mentions, kind, pairs_judged, mention_ids)
    on_progress("keys and names", 2, steps)
    refused = join_by_key(mentions, kind, units)
    join_by_name(mentions, kind, units)
    on_progress("linkage", 3, steps)
    pairs = _linked(engine, mentions, kind, units, out=out, seed=seed, kept=kept)
    on_progress("entities", 4, steps)
    leaders, entity = np.unique(units.clusters.roots()[units.unit], return_inverse=True)
    ids = _entity_ids(mentions, kind, units, mention_ids=mention_ids, entity=entity, count=len(leaders), key=key)
    refuse_collisions(ids)
    entities = entity_table(mentions, kind, units, entity, ids)
    told = mention_table(mentions, kind, units, entity=entity, ids=ids, mention_ids=mention_ids, refused=refused)
    scored = pair_table(pairs, units, mention_ids)
    signals = number_signals(mentions, kind, units, told=told, entity=entity, ids=ids)
    for name, table in (("mentions", told), ("entities", entities), ("pairs", scored), ("signals", signals)):
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")
    on_progress("entities", steps, steps)
    return Resolution(
        mentions=len(mentions),
        entities=_counts(entities["kind"]),
        why=_counts(told["why"]),
        conflicts=_counts(told["conflict"].drop_null()),
        pairs=_counts(scored["decision"]),
        name_notes=len(told) - told["name_note"].null_count,
        judgements_passed_over=pairs_judged.passed_over,
    )


def record_entities(engine: Engine, records: Mapping[str, Path], folder: Path) -> pa.Table:
    """Who every record speaks of: ``record_id, register, role, entity_id, why, probability``, sorted.

    ``folder`` is where `resolve` wrote. For big registers join on `match_key_sql` instead, as `connect` does.
    """
    engine.table("resolved_mentions", folder / "mentions.parquet")
    parts: list[str] = []
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
    engine: Engine,
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    units: Units,
    *,
    out: Path,
    seed: int,
    kept: Path | None,
) -> list[pa.Table]:
    """The scored pairs of each kind of party; sure ones have been joined in ``units``."""
    return [
        link(engine, mentions, kind, units, code=code, out=out, seed=seed, kept=kept) for code in (PERSON, ORGANISATION)
    ]


def _entity_ids(
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    units: Units,
    *,
    mention_ids: pa.Array,
    entity: npt.NDArray[np.int64],
    count: int,
    key: bytes,
) -> pa.Array:
    """Ids from kind and number or account, else the smallest description; what was set apart claims no number."""
    first = np.full(count, len(mentions), np.int64)
    np.minimum.at(first, entity, np.arange(len(mentions)))
    holds = pc.and_(pa.array(units.apart == 0), pc.is_null(units.conflict))
    weights = np.ones(len(mentions), np.int64)
    number = usual_values(entity, pc.if_else(holds, units.full, None), weights, count)
    account = usual_values(entity, pc.if_else(pa.array(units.apart == 0), mentions.account, None), weights, count)
    smallest = pc.binary_join_element_wise("mention", mention_ids.take(pa.array(first)), SEPARATOR)
    identity = pc.coalesce(
        pc.binary_join_element_wise("number", number, SEPARATOR),
        pc.binary_join_element_wise("account", account, SEPARATOR),
        smallest,
    )
    kinds = pa.array([k.value for k in KINDS]).take(pa.array(kind[first]))
    texts = pc.binary_join_element_wise(kinds, identity, SEPARATOR)
    return keyed_entity_ids(pa.array(_ID_HEADS).take(pa.array(kind[first])), texts, key)


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)
    return dict(sorted((str(entry["values"]), int(entry["counts"])) for entry in counted.to_pylist()))
