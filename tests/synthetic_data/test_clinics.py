"""Claims about planted visits of clinics and their look-alikes."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data import Planted
from synthetic_data.build import build_region
from synthetic_data.period import DAY
from synthetic_data.rows import NONE
from synthetic_data.scenarios import dental_visits, primary_care_visits
from tests.synthetic_data.conftest import SEED, TRAIL_PEOPLE, YEARS
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, members, scheme_at

BOTH = ("dental_visits", "primary_care_visits")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("scenario", BOTH)
def test_planted_amount_is_the_sum_of_the_visits_that_nobody_made(scenario: str, level: str) -> None:
    region = matrix_region(scenario)
    number, scheme = scheme_at(region, level)
    rows, visits = members(region, number, "visits"), region.tables["visits"]
    assert visits["amount"][rows].sum() == scheme.amount_ore > 0
    assert set(visits["organisation"][rows].tolist()) == {scheme.organisation}
    days = visits["start"][rows] // DAY
    assert (days.min(), days.max()) == (scheme.first_day, scheme.last_day)


@pytest.mark.parametrize("scenario", BOTH)
def test_what_is_paid_month_by_month_is_what_the_visits_cost(scenario: str) -> None:
    region = matrix_region(scenario)
    visits, claims = region.tables["visits"], region.claims
    for organisation in np.unique(visits["organisation"]).tolist():
        own = (visits["organisation"] == organisation) & (visits["corrects"] == NONE)
        assert claims["amount"][claims["organisation"] == organisation].sum() == visits["amount"][own].sum()


def test_the_blatant_dentist_bills_at_night_far_more_than_honest_ones() -> None:
    region = matrix_region("dental_visits")
    visits = region.tables["visits"]
    night = (visits["start"] % DAY >= 22 * 60) | (visits["start"] % DAY < 6 * 60)
    shares = [night[members(region, scheme_at(region, level)[0], "visits")].mean() for level in LEVELS]
    assert shares[0] > 0.05
    assert shares[2] < 0.1
    assert dental_visits.LEVELS["professional"].odd[1] < dental_visits.LEVELS["careful"].odd[0]  # type: ignore[index]


def test_doctors_of_blatant_health_centres_are_their_own_patients_again_and_again() -> None:
    region = matrix_region("primary_care_visits")
    visits = region.tables["visits"]
    own = visits["patient"] == visits["practitioner"]
    for level in LEVELS:
        number, _ = scheme_at(region, level)
        low, high = primary_care_visits.LEVELS[level].own  # type: ignore[index]
        assert low <= own[members(region, number, "visits")].sum() <= high
    assert set(visits["organisation"][own].tolist()) <= {each.organisation for each in region.truth.schemes}


@pytest.mark.parametrize(
    ("scenario", "kinds"),
    [
        ("dental_visits", {"emergency_clinic", "mobile_clinic", "two_chairs", "entered_in_one_go", "clinic_sold"}),
        (
            "primary_care_visits",
            {"notes_in_another_system", "joint_visit", "telephone_visits", "late_death_date", "vaccination_round"},
        ),
    ],
)
def test_lawful_look_alikes_stand_beside(scenario: str, kinds: set[str]) -> None:
    assert kinds <= look_alike_kinds(matrix_region(scenario))


def test_honest_clinics_treat_nobody_long_after_death() -> None:
    region = matrix_region("primary_care_visits")
    visits, died = region.tables["visits"], region.people.died
    late = (died[visits["patient"]] != NONE) & (visits["start"] // DAY > died[visits["patient"]] + 3)
    assert set(visits["organisation"][late].tolist()) <= {each.organisation for each in region.truth.schemes}


def test_surroundings_are_honest_clinics_alone() -> None:
    chosen = Planted(0, 0, 0, scenarios=BOTH, surroundings=True)
    region = build_region(TRAIL_PEOPLE, SEED, YEARS, chosen)
    assert not region.truth.schemes
    assert np.unique(region.tables["visits"]["organisation"]).size == dental_visits.HONEST + primary_care_visits.HONEST
    assert look_alike_kinds(region) == look_alike_kinds(build_region(TRAIL_PEOPLE, SEED, YEARS, Planted(0, 0, 0)))


def test_no_look_alike_treats_at_night_or_at_weekends_during_a_journey() -> None:
    """Up to two rows with a wrong day lie inside one, as in honest registers; what is moved there would be contradicted."""
    region = build_region(TRAIL_PEOPLE, 5, YEARS, Planted(0, 0, 0, matrix=3, scenarios=("dental_visits",)))
    visits, absences = region.tables["visits"], region.absences
    clinics = {
        each.organisation for each in region.truth.look_alikes if each.kind in ("emergency_clinic", "mobile_clinic")
    }
    own, day = np.isin(visits["organisation"], list(clinics)), visits["start"] // DAY
    journeys = 0
    for person, first, last in zip(*(absences[name] for name in ("person", "first", "last")), strict=True):
        inside = own & (visits["practitioner"] == person) & (day > first) & (day < last)
        journeys += bool(inside.any())
        assert np.unique(day[inside]).size <= 2
    assert journeys
