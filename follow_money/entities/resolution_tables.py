"""What resolution writes of mentions and pairs: the schemas, and the tables filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.exact_numbers import Units, name_keys
from follow_money.entities.kinds import KINDS
from follow_money.entities.mentions import DESCRIBING, Mentions
from follow_money.entities.names import agreement
from follow_money.entities.usual_values import usual_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
        pa.field(
            "name_note", pa.string()
        ),  # the name as it is compared, where it is unlike the one that the entity's number usually bears
    ]
)
"""``mentions.parquet``: restricted. One row a distinct description of a party in a register and role."""

WHY: Final = (
    "exact_number",
    "wrong_number",
    "exact_source_key",
    "exact_account",
    "same_name",
    "linked",
    "judged",
    "alone",
    "split",
)
"""What ties a mention to its entity."""

LEVEL: Final = pa.struct([("comparison", pa.string()), ("level", pa.string())])
PAIRS: Final = pa.schema(
    [
        pa.field("mention_id_l", pa.string(), nullable=False),
        pa.field("mention_id_r", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field(
            "decision", pa.string(), nullable=False
        ),  # linked, unsure, rivals (candidates that exclude each other), denied (a cannot-link), outvoted
        pa.field("levels", pa.list_(LEVEL), nullable=False),
    ]
)
"""``pairs.parquet``: restricted. Every scored pair from `linkage.UNSURE` up, with what was compared."""


def mention_table(
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    units: Units,
    *,
    entity: npt.NDArray[np.int64],
    ids: pa.Array,
    mention_ids: pa.Array,
    refused: Mapping[int, str],
) -> pa.Table:
    """Every mention with its entity, in the order of register, role and key.

    ``entity`` is each mention's entity as a number, ``ids`` their ids; ``refused`` a note for mentions whose key was.
    """
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
        "name_note": pc.if_else(pa.array(agrees), None, names),
    }
    told = {name: columns[name] if name in columns else mentions.raw[name] for name in MENTIONS.names}
    return pa.table(told).cast(MENTIONS)


def pair_table(pairs: Sequence[pa.Table], units: Units, mention_ids: pa.Array) -> pa.Table:
    """The scored pairs (`link_parties.SCORED`), each side told by its unit's first mention."""
    first = np.full(len(units.clusters.why), len(units.unit), np.int64)
    np.minimum.at(first, units.unit, np.arange(len(units.unit)))
    told = pa.concat_tables(pairs)
    sides = {f"mention_id_{side}": mention_ids.take(pa.array(first[told[side].to_numpy()])) for side in ("l", "r")}
    columns = {name: sides.get(name, told[name] if name in told.column_names else None) for name in PAIRS.names}
    table = pa.table(columns).cast(PAIRS)
    return table.sort_by([("mention_id_l", "ascending"), ("mention_id_r", "ascending")])
