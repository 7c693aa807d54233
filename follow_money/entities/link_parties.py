"""Linkage within a run: which parties without a number are which others, under a model that is trained once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.birth_conflicts import day_numbers
from follow_money.entities.clustering import UNKNOWN, Constraints
from follow_money.entities.clusters import FACTS, days_of_facts
from follow_money.entities.descriptions import BLOCKS, blocked, descriptions
from follow_money.entities.kinds import KINDS, PERSON
from follow_money.entities.linkage import UNSURE, Scores, decide, score
from follow_money.entities.linkage_model import COMPARED, label_of
from follow_money.entities.training import keep_model, kept_model, train_by_numbers
from follow_money.entities.untellable import without_other_places, without_untellable

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.engine import Engine
    from follow_money.entities.exact_numbers import Units
    from follow_money.entities.mentions import Mentions

LEVEL: Final = pa.struct([("comparison", pa.string()), ("level", pa.string())])
SCORED: Final = pa.schema(
    [
        pa.field("l", pa.int64(), nullable=False),
        pa.field("r", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),
        pa.field("levels", pa.list_(LEVEL), nullable=False),
    ]
)
"""Pairs of units from `linkage.UNSURE` up, with what was compared and what became of them."""

_BIRTH: Final = FACTS.index("birth_date")


def model_file(folder: Path, kind: str) -> Path:
    """Where a kind's model lies in a folder."""
    return folder / f"linkage-{kind}.json"


def link(
    engine: Engine,
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    units: Units,
    *,
    code: int,
    out: Path,
    seed: int,
    kept: Path | None,
) -> pa.Table:
    """Score and join the open parties of one kind, in ``units.clusters``. Starts nothing when there are none.

    Args:
        engine: Whose database Splink works in.
        mentions: All mentions.
        kind: The kind of each.
        units: What exact rules made of them; changed in place.
        code: The kind to link.
        out: Folder of the restricted part; gets ``linkage-<kind>.json``.
        seed: Of the random samples.
        kept: A folder that may hold the kind's model.
    """
    table = descriptions(mentions, kind, units, code)
    if not pc.any(table["is_open"]).as_py():
        return SCORED.empty_table()
    name = KINDS[code].value
    to_link = blocked(table)
    model = kept_model(None if kept is None else model_file(kept, name))
    if model is None:
        numbered = table.filter(pc.invert(table["is_open"])).combine_chunks()
        model = train_by_numbers(engine, to_link, numbered, kind=name, blocking=BLOCKS, seed=seed)
    keep_model(model_file(out, name), model)
    scores = score(engine, to_link, model, name)
    generation = units.clusters.facts[:, FACTS.index("generation")]
    scores = without_untellable(scores, table, generation) if code == PERSON else without_other_places(scores)
    decisions = _joined(scores, units)
    return _scored(scores, decisions, name)


def _joined(scores: Scores, units: Units) -> list[str]:
    """Partition the parties that have scored pairs, and join them."""
    clusters = units.clusters
    party = np.unique(np.concatenate([scores.left, scores.right]))
    facts = clusters.facts[party].copy()
    days = facts[:, _BIRTH].copy()
    facts[:, _BIRTH] = UNKNOWN  # told apart by `births_conflict`, which forgives a slip
    local = Scores(
        left=np.searchsorted(party, scores.left),
        right=np.searchsorted(party, scores.right),
        bits=scores.bits,
        levels=scores.levels,
        may_link=scores.may_link,
        are_two=scores.are_two,
    )
    constraints = Constraints(facts=facts, births=day_numbers(days_of_facts(days)), negative=clusters.kept_apart(party))
    parts, decisions = decide(local, len(party), constraints)
    for merge in parts.merges:
        left, right = int(party[merge.left]), int(party[merge.right])
        sure = round(float(1 / (1 + np.exp2(-merge.bits))), 6)
        clusters.join(left, right, why="linked", probability=sure, is_decided=True)
    return decisions


def _scored(scores: Scores, decisions: list[str], kind: str) -> pa.Table:
    probability = scores.probability
    listed = np.flatnonzero((probability >= UNSURE) | (np.array(decisions, dtype="U8") == "linked"))
    return pa.table(
        {
            "l": scores.left[listed],
            "r": scores.right[listed],
            "kind": pa.array([kind] * len(listed), pa.string()),
            "probability": probability[listed],
            "decision": pa.array([decisions[place] for place in listed.tolist()], pa.string()),
            "levels": _levels({name: scores.levels[name][listed] for name in COMPARED[kind]}),
        },
        schema=SCORED,
    )


def _levels(levels: dict[str, npt.NDArray[np.int64]]) -> pa.Array:
    """For each pair what was compared and at which level, in the order of ``levels``."""
    told = [
        pa.array([label_of(name, level) for level in range(-1, int(of.max(initial=-1)) + 1)])
        for name, of in levels.items()
    ]
    first = np.cumsum([0, *(len(labels) for labels in told)])[:-1]
    place = np.stack([of + 1 + at for of, at in zip(levels.values(), first, strict=True)], axis=1)
    spoken = np.tile(np.arange(len(levels)), len(place))
    flat = pa.StructArray.from_arrays(
        [
            pa.array([_spoken(name) for name in levels]).take(pa.array(spoken)),
            pa.concat_arrays(told).take(pa.array(place.ravel())),
        ],
        fields=list(LEVEL),
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(len(place) + 1, dtype=np.int32) * len(levels)), flat)


def _spoken(comparison: str) -> str:
    return {"organisation_name": "name", "home": "address"}.get(comparison, comparison)
