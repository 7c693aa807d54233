"""Claims about the scenario of insurance rings."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.incidents import PRIVATE
from synthetic_data.region import Region
from synthetic_data.rows import NONE, Ints
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, members, scheme_at


@pytest.fixture(scope="module")
def region() -> Region:
    return build_region(4000, 5, 2, Planted(0, 0, 0, matrix=1, scenarios=("incident_rings",)))


def _meetings(region: Region, rows: Ints) -> Counter[tuple[int, int]]:
    """How often each two people stand in one claim, of these rows."""
    incidents = region.tables["incidents"]
    people: dict[int, list[int]] = {}
    for row in rows.tolist():
        people.setdefault(int(incidents["claim"][row]), []).append(int(incidents["person"][row]))
    return Counter(pair for claim in people.values() for pair in combinations(sorted(claim), 2))


@pytest.mark.parametrize("level", LEVELS)
def test_planted_is_what_was_paid_for_the_incidents_of_the_ring(region: Region, level: str) -> None:
    number, scheme = scheme_at(region, level)
    incidents, rows = region.tables["incidents"], members(region, number, "incidents")
    paid = dict(zip(incidents["claim"][rows].tolist(), incidents["amount"][rows].tolist(), strict=True))
    assert scheme.amount_ore == sum(paid.values()) > 0
    assert len(paid) == scheme.difficulty["incidents"]
    holders = {scheme.organisation, *scheme.organisations}
    assert set(incidents["organisation"][rows].tolist()) == holders


@pytest.mark.parametrize("level", LEVELS)
def test_its_people_meet_again_and_change_roles(region: Region, level: str) -> None:
    number, _ = scheme_at(region, level)
    incidents, rows = region.tables["incidents"], members(region, number, "incidents")
    assert sum(times > 1 for times in _meetings(region, rows).values()) >= 3
    roles: dict[int, set[int]] = {}
    for row in rows.tolist():
        roles.setdefault(int(incidents["person"][row]), set()).add(int(incidents["role"][row]))
    assert sum(len(each) > 1 for each in roles.values()) >= 3


@pytest.mark.parametrize("level", LEVELS)
def test_every_vehicle_was_bought_before_the_incident(region: Region, level: str) -> None:
    number, _ = scheme_at(region, level)
    incidents, vehicles = region.tables["incidents"], region.tables["vehicles"]
    bought = dict(zip(vehicles["vehicle"].tolist(), vehicles["valid_from"].tolist(), strict=True))
    for row in members(region, number, "incidents").tolist():
        assert bought[int(incidents["vehicle"][row])] < incidents["day"][row]


def test_most_people_meet_once(region: Region) -> None:
    everybody = _meetings(region, np.arange(region.tables["incidents"].count))
    again = sum(times > 1 for times in everybody.values())
    assert 0 < again < 0.1 * len(everybody)


def test_a_private_vehicle_has_no_holder_and_no_plate_twice(region: Region) -> None:
    incidents = region.tables["incidents"]
    private = incidents["vehicle"] >= PRIVATE
    assert (incidents["organisation"][private] == NONE).all()
    assert (incidents["organisation"][~private] != NONE).all()


def test_look_alikes_are_told_and_in_no_scheme(region: Region) -> None:
    assert {"family_car", "fleet", "taxi_rank", "dangerous_junction"} <= look_alike_kinds(region)
    wrong = {party for each in region.truth.schemes for party in (each.organisation, *each.organisations)}
    assert not wrong & {each.organisation for each in region.truth.look_alikes}
