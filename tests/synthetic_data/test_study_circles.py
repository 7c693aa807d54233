"""Claims about the scenario of study circles."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.period import DAY
from synthetic_data.region import Region
from synthetic_data.rows import NONE, Ints
from synthetic_data.study_circles import activities, gatherings_of
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, members, scheme_at

FRAMES = {"tournament"}
"""Look-alikes whose lists tell when a hall is open, not who is where."""


@pytest.fixture(scope="module")
def circles() -> Region:
    return matrix_region("study_circles")


def _double_dates(region: Region, role: str, organisations: Ints) -> int:
    """Pairs of gatherings at which one person of these associations is at one time, at two places."""
    rows = activities(region)
    replaced = rows["corrects"][rows["corrects"] != NONE]
    mine = np.isin(rows["organisation"], organisations) & ~np.isin(rows["event"], replaced) & (rows["joint"] == 0)
    mine &= (rows["counted"] == NONE) & (rows["programme"] == rows["programme"].min())
    told = np.unique(np.stack([rows[name][mine] for name in (role, "start", "end", "event")], axis=1), axis=0)
    same = (told[1:, 0] == told[:-1, 0]) & (told[1:, 3] != told[:-1, 3])
    return int((same & (told[1:, 1] < told[:-1, 2])).sum())


def _planted(region: Region) -> Ints:
    return np.array([scheme.organisation for scheme in region.truth.schemes])


@pytest.mark.parametrize("role", ["leader", "participant"])
def test_honest_people_are_at_two_places_by_clerical_error_alone(circles: Region, role: str) -> None:
    frames = [each.organisation for each in circles.truth.look_alikes if each.kind in FRAMES]
    honest = np.setdiff1d(activities(circles)["organisation"], np.concatenate([_planted(circles), frames]))
    rows = activities(circles)
    gatherings = np.unique(rows["event"][np.isin(rows["organisation"], honest)]).size
    doubles = _double_dates(circles, role, honest)
    assert doubles < 0.01 * gatherings * (1 if role == "leader" else 3)


@pytest.mark.parametrize("level", LEVELS)
def test_planted_gatherings_are_reported_twice_and_amount_to_what_is_told(circles: Region, level: str) -> None:
    number, scheme = scheme_at(circles, level)
    told = gatherings_of(circles, scheme.organisation)
    ghosts = told["copied"] != NONE
    assert ghosts.sum() > 5
    assert scheme.amount_ore == told["amount"][ghosts].sum()
    rows = activities(circles)
    planted = members(circles, number, "activities")
    assert np.array_equal(np.unique(rows["event"][planted]), np.unique(told["event"][ghosts]))


def test_levels_differ_in_how_much_is_copied_and_how_near_in_time(circles: Region) -> None:
    shares, apart = [], []
    for level in LEVELS:
        _, scheme = scheme_at(circles, level)
        told = gatherings_of(circles, scheme.organisation)
        ghosts = np.flatnonzero(told["copied"] != NONE)
        shares.append(ghosts.size / told["event"].size)
        rows = activities(circles)
        event, first = np.unique(rows["event"], return_index=True)
        source = rows["start"][first[np.searchsorted(event, told["copied"][ghosts])]]
        apart.append(float((np.abs(told["start"][ghosts] - source) >= DAY).mean()))
    assert shares == sorted(shares, reverse=True)
    assert apart[2] > 0.1


def test_grants_are_claims_for_the_hours_reported(circles: Region) -> None:
    for organisation in np.unique(activities(circles)["organisation"]).tolist():
        paid = circles.claims["amount"][circles.claims["organisation"] == organisation].sum()
        assert paid == gatherings_of(circles, organisation)["amount"].sum()


def test_look_alikes_are_told_and_in_no_scheme(circles: Region) -> None:
    kinds = {
        "co_funded_event", "overhead_split", "tournament", "twins", "school_class", "new_year_birthdays", "stable_group",
    }  # fmt: skip
    assert kinds <= look_alike_kinds(circles)
    lawful = {each.organisation for each in circles.truth.look_alikes if each.kind in kinds}
    assert not lawful & set(_planted(circles).tolist())
    rows = activities(circles)
    sources = np.isin(rows["event"], rows["copied"][rows["copied"] != NONE])
    assert not lawful & set(rows["organisation"][sources].tolist())
