"""The generator of identities: truth beside noise, numbers that are nobody's, the same bytes under a seed."""

from __future__ import annotations

from random import Random

import pytest

from synthetic_data.identities.misspellings import misspelled, slip_in_digits, transliterated
from synthetic_data.identities.noise import LEVELS
from synthetic_data.identities.organisations import draw_firms, firm_records
from synthetic_data.identities.persons import draw_persons, person_records

PEOPLE = 3_000


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_gives_the_same_records_and_shares_are_kept(level: str) -> None:
    noise = LEVELS[level]
    people = draw_persons(PEOPLE, noise, 7)
    full, roles = person_records(people, noise, 8)
    assert (full, roles) == person_records(draw_persons(PEOPLE, noise, 7), noise, 8)
    rows = full + roles
    assert sum(row["person_number"] is None for row in rows) / len(rows) == pytest.approx(noise.no_number, abs=0.03)
    assert {row["truth"] for row in rows} <= set(range(PEOPLE))


def test_the_hard_level_has_twins_namesakes_and_fathers_and_sons_of_one_name() -> None:
    people = draw_persons(PEOPLE, LEVELS["hard"], 7)
    homes: dict[tuple[str, str], list[int]] = {}
    for place, person in enumerate(people):
        homes.setdefault(person.homes[0], []).append(place)
    pairs = [(people[a], people[b]) for members in homes.values() for a in members for b in members if a < b]
    assert sum(one.birth == other.birth and one.names[0] != other.names[0] for one, other in pairs) >= 10
    assert sum(one.names[0] == other.names[0] for one, other in pairs) >= 10
    names = [person.names[0] for person in people]
    assert len(set(names)) < 0.97 * len(names)


def test_every_number_is_one_persons_and_goes_with_the_birth_date() -> None:
    people = draw_persons(PEOPLE, LEVELS["hard"], 7)
    assert len({person.number for person in people}) == PEOPLE
    assert all(person.number.startswith(f"{person.birth:%Y%m%d}") for person in people)


def test_roles_tell_a_birth_date_wherever_they_tell_no_number() -> None:
    _, roles = person_records(draw_persons(PEOPLE, LEVELS["hard"], 7), LEVELS["hard"], 8)
    assert all(row["person_number"] or row["birth_date"] for row in roles)


def test_firms_have_sisters_and_an_office_hotel() -> None:
    firms = draw_firms(600, 7)
    assert len({firm.number for firm in firms}) == len({(firm.name, firm.form) for firm in firms}) == 600
    addresses = [firm.street for firm in firms]
    assert addresses.count("Torget 1") > 20
    rows = firm_records(firms, LEVELS["middle"], 8, first_truth=100)
    assert {row["truth"] for row in rows} == set(range(100, 700))


def test_slips_change_a_word_or_a_number_and_leave_short_words_alone() -> None:
    rng = Random(7)  # noqa: S311 - no secret
    assert misspelled("Bo", rng) == "Bo"
    assert sum(misspelled("Kerstin", rng) != "Kerstin" for _ in range(100)) > 80
    assert all(slip_in_digits("200001011234", rng) != "200001011234" for _ in range(50))
    assert "Youssef" in {transliterated("Yusuf", rng) for _ in range(30)}
