"""People who are alike in everything but their valid numbers: perhaps one person who was given two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.addresses import Addresses
from follow_money.entities.clusters import JUDGED
from follow_money.entities.descriptions import HUB_NAMES, without_hubs
from follow_money.entities.identity_numbers import NumberKind
from follow_money.entities.masks import is_told, mask

if TYPE_CHECKING:
    from follow_money.entities.exact_numbers import Units
    from follow_money.entities.mentions import Mentions

    Ints = npt.NDArray[np.int64]


def alike_under_two_numbers(
    mentions: Mentions, units: Units, people: pa.Table, rows: Ints, entity: Ints
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Entities of one name of two words or more, one birth date, and one dwelling or telephone, with numbers of one kind.

    A building stands for the dwelling where no flat is told. Places of many names say nothing; nor is a pair told that
    somebody judged to be two.

    Args:
        mentions: All mentions.
        units: What exact numbers make of them.
        people: ``name, born, entity`` of who bears a valid number, each once.
        rows: The mentions of persons that bear a valid number.
        entity: Each mention's entity.

    Returns:
        The first entity of each that are alike, another of them, and how many they are.
    """
    namesakes = people.filter(pc.match_substring(people["name"], " "))
    several = namesakes.group_by(["name", "born"], use_threads=False).aggregate([([], "count_all")])
    several = several.filter(pc.greater(several["count_all"], 1)).select(["name", "born"])
    asked = namesakes.join(several, ["name", "born"], join_type="inner")["entity"].to_numpy()
    holds = ~is_told(units.conflict)[rows] & (units.apart[rows] == 0)
    chosen = rows[holds & np.isin(entity[rows], asked)]
    told = _with_places(mentions, units, chosen, entity)
    keys = ["name", "born", "is_coordination", "place"]
    each = told.group_by([*keys, "entity"], use_threads=False).aggregate([])
    groups = each.group_by(keys, use_threads=False).aggregate([("entity", "min"), ([], "count_all")])
    groups = groups.filter(pc.greater(groups["count_all"], 1))
    pairs = each.join(groups, keys, join_type="inner")
    pairs = pairs.filter(pc.not_equal(pairs["entity"], pairs["entity_min"]))
    pairs = pairs.group_by(["entity_min", "entity"], use_threads=False).aggregate([("count_all", "max")])
    unit = dict(zip(entity[chosen].tolist(), units.unit[chosen].tolist(), strict=True))
    sides = zip(pairs["entity_min"].to_pylist(), pairs["entity"].to_pylist(), strict=True)
    open_ones = [units.clusters.denied(unit[one], unit[other]) != JUDGED for one, other in sides]
    pairs = pairs.filter(pa.array(open_ones, pa.bool_())).combine_chunks()
    return tuple(pairs[name].combine_chunks() for name in ("entity_min", "entity", "count_all_max"))


def _with_places(mentions: Mentions, units: Units, rows: Ints, entity: Ints) -> pa.Table:
    """The mentions with each place that they tell, a row each; places of many names left out."""
    address, phone = mentions.addresses, mentions.phone
    near = mask(pc.is_in(phone, value_set=phone.take(pa.array(rows)).drop_null()))
    near |= np.logical_and.reduce(
        [
            mask(pc.is_in(column, value_set=column.take(pa.array(rows)).drop_null()))
            for column in (address.street, address.number, address.postcode)
        ]
    )
    beside = np.flatnonzero(near & is_told(mentions.person_key))
    take = pa.array(beside)
    there = Addresses(**{part: getattr(address, part).take(take) for part in Addresses.__dataclass_fields__})
    names = mentions.person_key.take(take)
    coordination = mentions.numbers.is_kind(NumberKind.SAMORDNING, NumberKind.SAMORDNING_UNKNOWN_DATE)
    table = pa.table(
        {
            "row": beside,
            "name": names,
            "born": pa.array(units.birth_date[beside], pa.date32()),
            "is_coordination": coordination[beside],
            "entity": entity[beside],
        }
    )
    places = (pc.coalesce(there.dwelling(), there.building()), phone.take(take))
    told = pa.concat_tables(table.append_column("place", without_hubs(place, names, HUB_NAMES)) for place in places)
    return told.filter(pc.and_(pc.is_valid(told["place"]), pc.is_in(told["row"], value_set=pa.array(rows))))
