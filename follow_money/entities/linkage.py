"""Linkage of what has no number: Splink scores pairs of descriptions, the surest join under the cannot-links.

A party is compared by all of its descriptions: in each comparison the level at which any two of them agree best counts,
since a party that moved has two addresses. The odds are those against strangers and against relatives. What is sure
enough is joined by `clustering`, under what forbids it; what is not is listed for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from follow_money.entities.clustering import UNCOMPARED_BITS, Constraints, Partition, partition
from follow_money.entities.linkage_model import COMPARED, NAME_AGREES, gamma_of
from follow_money.entities.relatives import against_relatives
from follow_money.entities.splink_linker import linker
from follow_money.entities.twins import twins

if TYPE_CHECKING:
    from follow_money.engine import Engine

LINK: Final = 0.9
"""Probability from which a pair is joined without a person's judgement."""

UNSURE: Final = 0.8
"""Probability from which a pair is listed for a person to judge."""

LINK_BITS: Final = float(np.log2(LINK / (1 - LINK)))


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Scored pairs of parties, each once, ``left`` below ``right``, in that order.

    ``bits`` are log2 odds that the two are one; ``levels`` Splink's best level of each comparison between their
    descriptions, a column each; ``may_link`` whether their names allow a link at all; ``are_two`` whether they may be
    twins (see `twins`), whom no third description joins either.
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    bits: npt.NDArray[np.float64]
    levels: dict[str, npt.NDArray[np.int64]]
    may_link: npt.NDArray[np.bool_]
    are_two: npt.NDArray[np.bool_]

    @property
    def probability(self) -> npt.NDArray[np.float64]:
        """That each pair is one party."""
        return np.round(1 / (1 + np.exp2(-self.bits)), 6)


def score(engine: Engine, table: pa.Table, model: dict[str, Any], kind: str) -> Scores:
    """Score the pairs that the model's blocking finds among descriptions, and make of them one pair of each two parties.

    Args:
        engine: Whose database Splink works in.
        table: See `descriptions.blocked`: ``node``, ``unit``, ``is_open``, what is compared and what the model blocks on.
        model: A trained model.
        kind: Of party.
    """
    columns = COMPARED[kind]
    with linker(engine, table, model) as splink:
        rarity = table.select(["name", "name_shares"]).group_by("name", use_threads=False)
        engine.table("linkage_rarity", rarity.aggregate([("name_shares", "max")]).rename_columns(["name", "tf_name"]))
        splink.table_management.register_term_frequency_lookup(splink._db_api.register("linkage_rarity"), "name")
        found = splink.inference.predict(threshold_match_weight=UNCOMPARED_BITS)
        wanted = ", ".join(["node_l", "node_r", "match_weight", *(f"gamma_{name}" for name in columns)])
        scored = found.as_duckdbpyrelation().project(wanted).to_arrow_table()
    node = table["node"].to_numpy()
    order = np.argsort(node, kind="stable")
    unit = table["unit"].to_numpy()[order]
    places = [np.searchsorted(node[order], scored[side].to_numpy()) for side in ("node_l", "node_r")]
    row_left, row_right = (order[place] for place in places)
    left, right = (unit[place] for place in places)
    low, high = np.minimum(left, right), np.maximum(left, right)
    gammas = {name: scored[f"gamma_{name}"].to_numpy().astype(np.int64) for name in columns}
    rarity_bits = scored["match_weight"].to_numpy() - _bits(gammas, model)
    order = np.lexsort((rarity_bits, -gammas[columns[0]], high, low))  # the names that agree best come first
    low, high = low[order], high[order]
    is_first = np.ones(len(low), np.bool_)
    is_first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    starts = np.flatnonzero(is_first)
    levels = {name: _best(gamma[order], starts) for name, gamma in gammas.items()}
    bits = _bits(levels, model) + rarity_bits[order][starts]
    if "home" in columns:
        bits = against_relatives(bits, levels, model, kind)
    may_link, are_two = _name_agrees(levels, kind), np.zeros(len(bits), np.bool_)
    if kind == "person":
        group = np.cumsum(is_first) - 1
        may_be_twins, are_two = twins(table, row_left[order], row_right[order], group, levels)
        may_link &= ~may_be_twins
    bits = np.round(bits, 6)
    kept = np.flatnonzero((bits > UNCOMPARED_BITS) | are_two)
    return Scores(
        left=low[starts][kept],
        right=high[starts][kept],
        bits=bits[kept],
        levels={name: level[kept] for name, level in levels.items()},
        may_link=may_link[kept],
        are_two=are_two[kept],
    )


def _best(values: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The largest value of each group."""
    return np.maximum.reduceat(values, starts) if len(starts) else values


def _bits(gammas: dict[str, npt.NDArray[np.int64]], model: dict[str, Any]) -> npt.NDArray[np.float64]:
    """Log2 odds by the levels alone; how rare a name or a street is comes on top."""
    prior = model["probability_two_random_records_match"]
    bits = np.full(len(next(iter(gammas.values()))), np.log2(prior / (1 - prior)))
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        told = comparison["comparison_levels"][1:]
        weights = [np.log2(level["m_probability"] / level["u_probability"]) for level in reversed(told)]
        bits += np.array([*weights, 0.0])[gammas[name]]  # the last one is "not told": level -1
    return bits


def _name_agrees(gammas: dict[str, npt.NDArray[np.int64]], kind: str) -> npt.NDArray[np.bool_]:
    if kind == "person":
        return gammas["name"] >= gamma_of("name", NAME_AGREES)
    if kind == "organisation":
        return gammas["organisation_name"] >= gamma_of("organisation_name", "every word alike")
    return np.ones(len(gammas["name"]), np.bool_)


def decide(scores: Scores, count: int, constraints: Constraints) -> tuple[Partition, list[str]]:
    """Partition ``count`` parties by their scores, and say what became of each pair: "linked", "unsure", "denied", "rivals" or "outvoted"."""
    capped = np.where(scores.may_link, scores.bits, np.minimum(scores.bits, -1.0))
    two = (side[scores.are_two] for side in (scores.left, scores.right))
    negative = tuple(np.concatenate(sides) for sides in zip(constraints.negative, two, strict=True))
    constraints = replace(constraints, negative=(negative[0], negative[1]))
    parts = partition(count, (scores.left, scores.right), capped, constraints, link_bits=LINK_BITS)
    sure = capped >= LINK_BITS
    one = parts.cluster[scores.left] == parts.cluster[scores.right]
    decision = np.where(one, "linked", np.where(sure, "denied", "unsure")).astype(object)
    for place in np.flatnonzero(~one & sure).tolist():
        decision[place] = parts.refused.get((int(scores.left[place]), int(scores.right[place])), "denied")
    return parts, decision.tolist()
