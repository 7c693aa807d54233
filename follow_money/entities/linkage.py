"""Linkage of what has no number: Splink scores the pairs, and the surest join first, under the cannot-links.

Trained on pairs that share a valid number, which are labels for free, and on random pairs. A link needs an agreeing
name and a probability of ``LINK``; an open party with two numbered candidates is left to a person.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.exact_numbers import Units, date_texts, name_keys
from follow_money.entities.linkage_model import (
    BLOCKS,
    COLUMNS,
    COMPARED,
    NAME_AGREES,
    label_of,
    starting_model,
    with_shares,
)
from follow_money.entities.linkage_nodes import name_rarity
from follow_money.entities.masks import is_told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from follow_money.engine import Engine
    from follow_money.entities.clusters import Clusters
    from follow_money.entities.mentions import Mentions

LINK: Final = 0.99
"""Probability from which a pair is joined without a person's judgement."""

UNSURE: Final = 0.8
"""Probability from which a pair is listed for a person to judge."""

SAMPLE_NODES: Final = 20_000
"""Numbered parties that random pairs are drawn from."""

RANDOM_PAIRS: Final = 300_000
TRUE_PAIRS: Final = 5_000


@dataclass(frozen=True, kw_only=True)
class ScoredPair:
    """Two units, how likely they are one party, the comparison's words, and what became of the pair."""

    left: int
    right: int
    probability: float
    levels: tuple[tuple[str, str], ...]
    decision: str


def link(
    engine: Engine, nodes: pa.Table, labels: pa.Table, clusters: Clusters, *, kind: str, out: Path, seed: int
) -> list[ScoredPair]:
    """Score and join the open nodes of one kind. Writes the model to ``out``; starts nothing when no node is open.

    Args:
        engine: Whose database Splink works in.
        nodes: See `linkage_nodes`.
        labels: Descriptions in the shape of ``nodes``, with ``label`` equal where they bear one valid number.
        clusters: Changed in place: sure pairs are joined.
        kind: "person" or "organisation".
        out: Folder of the restricted part; gets ``linkage-<kind>.json``.
        seed: Of the random samples.
    """
    if not pc.any(nodes["is_open"]).as_py():
        return []
    with _quiet():
        model = _trained(engine, nodes, labels, kind, seed)
        scored = _scored(engine, nodes, model)
    path = out / f"linkage-{kind}.json"
    path.write_text(json.dumps(model, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return _decided(scored, nodes, clusters, kind)


@contextmanager
def _linker(engine: Engine, table: pa.Table, model: dict[str, Any]) -> Iterator[Any]:
    """A Splink linker over one table; it leaves nothing behind in the database."""
    from splink import DuckDBAPI, Linker

    engine.table("linkage_input", table)
    api = DuckDBAPI(engine.connection)
    try:
        yield Linker(api.register("linkage_input"), model, log_level=None, validate_settings=False)
    finally:
        api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]  # Splink gives no type
        for name in ("linkage_input", "linkage_labels", "linkage_rarity"):
            engine.connection.unregister(name)


def _trained(engine: Engine, nodes: pa.Table, labels: pa.Table, kind: str, seed: int) -> dict[str, Any]:
    """The model with shares seen in random pairs of different numbered parties and in pairs that bear one number."""
    model = starting_model(kind, nodes.num_rows)
    numbered = nodes.filter(pc.invert(nodes["is_open"]))
    random = numbered.take(pa.array(np.sort(np.random.default_rng(seed).permutation(numbered.num_rows)[:SAMPLE_NODES])))
    bare = _untrained(model)
    if random.num_rows > 1:
        with _linker(engine, random, bare) as linker:
            linker.training.estimate_u_using_random_sampling(
                max_pairs=RANDOM_PAIRS, seed=seed, min_count_per_level=None, num_chunks=1
            )
            seen = linker.misc.save_model_to_json()
        pairs = min(RANDOM_PAIRS, random.num_rows * (random.num_rows - 1) // 2)
        model = with_shares(
            model, seen, "u_probability", {name: pairs * told**2 for name, told in _told(random).items()}
        )
    left, right, described = _true_pairs(labels, nodes.schema, seed)
    if len(left):
        with _linker(engine, described, bare) as linker:
            engine.table("linkage_labels", pa.table({"node_l": left, "node_r": right}))
            linker.training.estimate_m_from_pairwise_labels("linkage_labels")
            seen = linker.misc.save_model_to_json()
        model = with_shares(
            model, seen, "m_probability", {name: len(left) * told**2 for name, told in _told(described).items()}
        )
    return model


def _told(table: pa.Table) -> dict[str, float]:
    """For each comparison the share of rows that tell its column."""
    return {name: 1 - table[column].null_count / max(table.num_rows, 1) for name, column in COLUMNS.items()}


def _untrained(model: dict[str, Any]) -> dict[str, Any]:
    """The model without its shares, so that what training did not see comes back empty."""
    bare = json.loads(json.dumps(model))
    for comparison in bare["comparisons"]:
        for level in comparison["comparison_levels"]:
            level.pop("m_probability", None)
            level.pop("u_probability", None)
    return dict(bare)


def _true_pairs(labels: pa.Table, schema: pa.Schema, seed: int) -> tuple[pa.Array, pa.Array, pa.Table]:
    """Pairs of neighbouring descriptions that bear one number, at most ``TRUE_PAIRS``, and the descriptions."""
    label = labels["label"].to_numpy()
    first = np.flatnonzero(label[:-1] == label[1:]) if len(label) else np.empty(0, np.int64)
    first = np.sort(np.random.default_rng(seed).permutation(first)[:TRUE_PAIRS])
    rows = np.unique(np.concatenate([first, first + 1]))
    nodes = labels["node"].combine_chunks()
    described = labels.take(pa.array(rows)).select(schema.names).cast(schema)
    return nodes.take(pa.array(first)), nodes.take(pa.array(first + 1)), described


def _scored(engine: Engine, nodes: pa.Table, model: dict[str, Any]) -> pa.Table:
    with _linker(engine, nodes, model) as linker:
        engine.table("linkage_rarity", name_rarity(nodes["name"].combine_chunks(), nodes["words"].combine_chunks()))
        linker.table_management.register_term_frequency_lookup(linker._db_api.register("linkage_rarity"), "name")
        return linker.inference.predict(threshold_match_probability=UNSURE).as_duckdbpyrelation().to_arrow_table()


def _decided(scored: pa.Table, nodes: pa.Table, clusters: Clusters, kind: str) -> list[ScoredPair]:
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    low, high = np.minimum(left, right), np.maximum(left, right)
    probability = np.round(scored["match_probability"].to_numpy(), 6)
    gammas = np.stack([scored[f"gamma_{name}"].to_numpy() for name in COMPARED[kind]], axis=1)
    numbered = set(nodes.filter(pc.invert(nodes["is_open"]))["node"].to_pylist())
    denied = np.array(
        [clusters.denied(a, b) is not None for a, b in zip(low.tolist(), high.tolist(), strict=True)], np.bool_
    )
    agrees = gammas[:, 0] >= NAME_AGREES
    rivals = _with_rivals(low, high, agrees & ~denied, numbered)
    pairs = []
    for place in np.lexsort((high, low, -probability)).tolist():
        a, b, sure = int(low[place]), int(high[place]), float(probability[place])
        if denied[place]:
            decision = "denied"
        elif sure < LINK or not agrees[place]:
            decision = "unsure"
        elif rivals[place]:
            decision = "rivals"
        else:
            decision = "linked" if clusters.join(a, b, why="linked", probability=sure) else "denied"
        levels = tuple(
            (name, label_of(name, int(gamma))) for name, gamma in zip(COMPARED[kind], gammas[place], strict=True)
        )
        pairs.append(ScoredPair(left=a, right=b, probability=sure, levels=levels, decision=decision))
    return pairs


def _with_rivals(
    low: npt.NDArray[np.int64], high: npt.NDArray[np.int64], counts: npt.NDArray[np.bool_], numbered: set[int]
) -> npt.NDArray[np.bool_]:
    """Pairs of an open node with one numbered party while another numbered party is a candidate too."""
    known = np.array(sorted(numbered), np.int64)
    low_numbered, high_numbered = np.isin(low, known), np.isin(high, known)
    mixed = (low_numbered ^ high_numbered) & counts
    is_open = np.where(low_numbered, high, low)
    nodes, times = np.unique(is_open[mixed], return_counts=True)
    return mixed & np.isin(is_open, nodes[times > 1])


def labelled(mentions: Mentions, kind: npt.NDArray[np.int8], units: Units, code: int, schema: pa.Schema) -> pa.Table:
    """Descriptions of numbered parties, each once a party, in the shape of the nodes, with their ``label``."""
    valid = is_told(units.full)
    rows = np.flatnonzero((kind == code) & valid & (units.clusters.facts[units.unit, 1] == 0))
    take = pa.array(rows)
    told = pa.table(
        {
            "label": pa.array(units.unit[rows]),
            "name": name_keys(mentions, kind).take(take),
            "birth_date": date_texts(mentions.birth_date).take(take),
            "building": mentions.addresses.building().take(take),
            "dwelling": mentions.addresses.dwelling().take(take),
            "postcode": pc.if_else(pc.equal(mentions.addresses.postcode, ""), None, mentions.addresses.postcode).take(
                take
            ),
            "phone": mentions.phone.take(take),
        }
    )
    told = told.filter(pc.is_valid(told["name"]))
    told = told.group_by(told.column_names, use_threads=False).aggregate([])
    told = told.sort_by([(name, "ascending") for name in told.column_names])
    told = told.append_column("node", pa.array(-1 - np.arange(told.num_rows)))  # apart from the ids of the nodes
    told = told.append_column("words", pc.split_pattern(told["name"], " "))
    told = told.append_column("is_open", pa.array(np.zeros(told.num_rows, np.bool_)))
    for name in (*BLOCKS, "digits"):
        told = told.append_column(name, pa.nulls(told.num_rows, pa.string()))
    return told.select(["label", *schema.names])


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink's own remarks are no part of a run's output."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
