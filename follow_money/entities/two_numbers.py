"""People who are alike in everything but their valid numbers: perhaps one person who was given two."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.addresses import Addresses
from follow_money.entities.descriptions import HUB_NAMES, without_hubs
from follow_money.entities.identity_numbers import NumberKind
from follow_money.entities.masks import is_told, mask

if TYPE_CHECKING:
    from follow_money.entities.exact_numbers import Units
    from follow_money.entities.mentions import Mentions

    Ints = npt.NDArray[np.int64]

MOST_IN_ALL_PAIRS: Final = 5
"""People who are alike up to which every pair of them is told; of more, each is told beside one other."""


def alike_under_two_numbers(
    mentions: Mentions, units: Units, people: pa.Table, rows: Ints, entity: Ints
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Entities of one name of two words or more, one birth date, and one dwelling or telephone, with numbers of one kind.

    A building stands for the dwelling where no flat is told. Places of many names say nothing. A pair that somebody judged
    to be two is not told, and nobody who is alike with somebody else goes untold for it.

    Args:
        mentions: All mentions.
        units: What exact numbers make of them.
        people: ``name, born, entity`` of who bears a valid number, each once.
        rows: The mentions of persons that bear a valid number.
        entity: Each mention's entity.

    Returns:
        Two entities that are alike, the smaller first, and how many are alike with both of them, themselves included: who
        is judged to be another than one of the two does not count.
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
    groups = each.group_by(keys, use_threads=False).aggregate([("entity", "list"), ([], "count_all")])
    groups = groups.filter(pc.greater(groups["count_all"], 1))
    apart = _judged_apart(units, chosen, entity)
    found: dict[tuple[int, int], int] = {}
    for members in groups["entity_list"].to_pylist():
        for pair in _pairs_of(sorted(members), apart):
            still_alike = len(members) - len((apart[pair[0]] | apart[pair[1]]).intersection(members))
            found[pair] = max(still_alike, found.get(pair, 0))
    one, other = (pa.array([pair[side] for pair in sorted(found)], pa.int64()) for side in (0, 1))
    return one, other, pa.array([found[pair] for pair in sorted(found)], pa.int64())


def _judged_apart(units: Units, rows: Ints, entity: Ints) -> defaultdict[int, set[int]]:
    """Of each entity those that somebody judged to be another one."""
    entities, first = np.unique(entity[rows], return_index=True)
    apart: defaultdict[int, set[int]] = defaultdict(set)
    sides = (entities[side].tolist() for side in units.clusters.kept_apart(units.unit[rows[first]]))
    for one, other in zip(*sides, strict=True):
        apart[one].add(other)
        apart[other].add(one)
    return apart


def _pairs_of(members: list[int], apart: defaultdict[int, set[int]]) -> set[tuple[int, int]]:
    """Pairs that nobody judged: all of few members; of many each with the smallest other that it may be one with."""
    if len(members) <= MOST_IN_ALL_PAIRS:
        return {pair for pair in combinations(members, 2) if pair[1] not in apart[pair[0]]}
    beside = (
        (one, next((other for other in members if other != one and other not in apart[one]), one)) for one in members
    )
    return {(min(pair), max(pair)) for pair in beside if pair[0] != pair[1]}


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
