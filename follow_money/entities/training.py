"""Training of the linkage model on a sample, and keeping it: one model serves every later run of a workspace.

Pairs that share a valid number are true pairs for free, and pairs of different numbered parties are random ones. Where
too few true pairs are known, expectation maximisation over pairs of one birth date and of one street takes their place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from follow_money.entities.linkage_model import COLUMNS, COMPARED, starting_model, with_shares
from follow_money.entities.relatives import relatives_per_match
from follow_money.entities.splink_linker import linker
from follow_money.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.engine import Engine

SAMPLE_NODES: Final = 20_000
"""Descriptions that random pairs are drawn from."""

RANDOM_PAIRS: Final = 300_000
TRUE_PAIRS: Final = 5_000


def kept_model(path: Path | None) -> dict[str, Any] | None:
    """The model kept in a file; None where there is none.

    Raises:
        StorageError: The file is no linkage model.
    """
    if path is None or not path.exists():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return dict(told) if told["comparisons"] and told["relatives"] else None
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path} is no linkage model. Restore it from its copy, or delete it: the next run then trains another one, "
            "and entities may change."
        ) from error


def keep_model(path: Path, model: dict[str, Any]) -> None:
    """Write a model where later runs find it."""
    path.write_text(json.dumps(model, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def train_by_numbers(
    engine: Engine, table: pa.Table, everybody: pa.Table, *, kind: str, blocking: tuple[str, ...], seed: int
) -> dict[str, Any]:
    """The model with shares seen in random pairs of numbered parties and in pairs that bear one number.

    Args:
        engine: Whose database Splink works in.
        table: The descriptions that are to be linked.
        everybody: Descriptions of the numbered parties, in the shape of ``table``.
        kind: Of party.
        blocking: See `linkage_model.starting_model`.
        seed: Of the samples.
    """
    model = starting_model(kind, table.num_rows, blocking)
    bare = without_shares(model)
    chance = np.random.default_rng(seed)
    unit = everybody["unit"].to_numpy()
    one_each = np.unique(unit, return_index=True)[1]  # two descriptions of one party are no random pair
    sample = everybody.take(pa.array(np.sort(chance.permutation(one_each)[:SAMPLE_NODES])))
    if sample.num_rows > 1:
        with linker(engine, sample, bare) as splink:
            splink.training.estimate_u_using_random_sampling(
                max_pairs=RANDOM_PAIRS, seed=seed, min_count_per_level=None, num_chunks=1
            )
            seen = splink.misc.save_model_to_json()
        pairs = min(RANDOM_PAIRS, sample.num_rows * (sample.num_rows - 1) // 2)
        model = with_shares(model, seen, "u_probability", {k: pairs * s**2 for k, s in _told(sample, kind).items()})
    first = np.flatnonzero(unit[:-1] == unit[1:]) if len(unit) else np.empty(0, np.int64)
    first = np.sort(chance.permutation(first)[:TRUE_PAIRS])
    if len(first):
        described = everybody.take(pa.array(np.unique(np.concatenate([first, first + 1]))))
        node = everybody["node"].to_numpy()
        with linker(engine, described, bare) as splink:
            engine.table("linkage_labels", pa.table({"node_l": node[first], "node_r": node[first + 1]}))
            splink.training.estimate_m_from_pairwise_labels("linkage_labels")
            seen = splink.misc.save_model_to_json()
        model = with_shares(
            model, seen, "m_probability", {k: len(first) * s**2 for k, s in _told(described, kind).items()}
        )
    return model | {"relatives": relatives_per_match(everybody if everybody.num_rows else table)}


def train_without_numbers(
    engine: Engine, table: pa.Table, *, kind: str, blocking: tuple[str, ...], rules: tuple[str, ...], seed: int
) -> dict[str, Any]:
    """The model with shares from random pairs and from expectation maximisation within each of ``rules``."""
    model = starting_model(kind, table.num_rows, blocking)
    with linker(engine, table, model) as splink:
        splink.training.estimate_u_using_random_sampling(
            max_pairs=RANDOM_PAIRS, seed=seed, min_count_per_level=None, num_chunks=1
        )
        trained = splink.misc.save_model_to_json()
        for rule in rules:
            try:
                splink.training.estimate_parameters_using_expectation_maximisation(rule)
            except ValueError:  # Splink refuses a share of nought: too few pairs to tell, so what is known stands
                break
            trained = splink.misc.save_model_to_json()
    comparisons = [
        assumed | {"comparison_levels": [_mended(*levels) for levels in zip(
            assumed["comparison_levels"], found["comparison_levels"], strict=True)]}
        for assumed, found in zip(model["comparisons"], trained["comparisons"], strict=True)
    ]  # fmt: skip
    return model | {"comparisons": comparisons}


def without_shares(model: dict[str, Any]) -> dict[str, Any]:
    """The model without its shares, so that what training did not see comes back empty, and without blocking."""
    bare = json.loads(json.dumps(model)) | {
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.unit = r.unit"}]
    }
    for comparison in bare["comparisons"]:
        for level in comparison["comparison_levels"]:
            level.pop("m_probability", None)
            level.pop("u_probability", None)
    return dict(bare)


def _mended(assumed: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """A level with its trained shares; a share that no pair told stays as assumed."""
    shares = {k: found[k] for k in ("m_probability", "u_probability") if isinstance(found.get(k), int | float)}
    return assumed | ({} if assumed.get("is_null_level") else {k: max(float(v), 1e-9) for k, v in shares.items()})


def _told(table: pa.Table, kind: str) -> dict[str, float]:
    """For each comparison the share of rows that tell its column."""
    return {name: 1 - table[COLUMNS.get(name, name)].null_count / max(table.num_rows, 1) for name in COMPARED[kind]}
