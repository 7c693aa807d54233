"""People with what registers may tell of them over time, and the records of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic_data.identities.alike_names import alike_name
from synthetic_data.identities.misspellings import misspelled, slip_in_digits, transliterated, written
from synthetic_data.identity_numbers import personal_numbers
from synthetic_data.names import words
from synthetic_data.people import draw_people
from synthetic_data.period import EPOCH, Period

if TYPE_CHECKING:
    import numpy.typing as npt

    from synthetic_data.identities.noise import Noise

CITY = "Granköping"
RECORDS = (1, 2, 3, 4, 5, 6)
RECORD_SHARES = (0.25, 0.25, 0.2, 0.15, 0.1, 0.05)
"""Records of one person."""

ROLE_SHARE = 0.25
"""Records that a register of roles holds: name, number or else birth date, no address."""


@dataclass
class Person:
    """One real person. ``names`` and ``homes`` hold what once was true, each a state of its own."""

    number: str
    birth: date
    names: list[tuple[str, str]]
    homes: list[tuple[str, str]]
    phones: list[str] = field(default_factory=list)


def draw_persons(count: int, noise: Noise, seed: int) -> list[Person]:
    """People of a town, some of whom moved, married, or are hard to tell from somebody else."""
    rng = Random(seed)  # noqa: S311 - made-up people, no secret
    drawn = draw_people(count, Period(1), np.random.default_rng(seed))
    household, birth = drawn.household, drawn.birth.copy()
    given, family = drawn.given.copy(), drawn.family.copy()
    older: dict[int, int] = {}
    for person in range(count):
        home = int(household[person])
        if home in older:
            other = older[home]
            if rng.random() < noise.twins * 2 and abs(int(birth[person] - birth[other])) < 9000:
                birth[person], family[person] = birth[other], family[other]
            elif rng.random() < noise.same_name_at_home * 2 and abs(int(birth[person] - birth[other])) > 6500:
                given[person], family[person] = given[other], family[other]
        older[home] = person
        if rng.random() < noise.namesakes:
            other = rng.randrange(count)
            given[person], family[person] = given[other], family[other]
    alike = _alike_twins(household, birth, family, noise, seed)
    number = personal_numbers(birth, np.zeros(count, np.bool_), np.random.default_rng(seed + 1)).to_pylist()
    streets, codes = drawn.homes.addresses.texts().to_pylist(), drawn.homes.addresses.postcodes().to_pylist()
    phones = drawn.phone_texts().to_pylist()
    first, last = words("given_names"), words("family_names")
    chance = Random(f"{seed} alike")  # noqa: S311 - made-up people, no secret
    other_given = {person: alike_name(first[int(given[twin])], chance) for person, twin in alike.items()}
    people = []
    for person in range(count):
        home = int(household[person])
        told = Person(
            number=number[person],
            birth=EPOCH + timedelta(days=int(birth[person])),
            names=[(other_given.get(person, first[int(given[person])]), last[int(family[person])])],
            homes=[(streets[home], codes[home])],
            phones=[phones[person]],
        )
        if rng.random() < noise.moved:
            other = rng.randrange(len(streets))
            told.homes.append((streets[other], codes[other]))
        if rng.random() < noise.married:
            name, maiden = told.names[0]
            new = rng.choice(last)
            told.names.append((name, f"{maiden} {new}" if rng.random() < 0.25 else new))
        people.append(told)
    return people


def _alike_twins(
    household: npt.NDArray[np.int64],
    birth: npt.NDArray[np.int64],
    family: npt.NDArray[np.int64],
    noise: Noise,
    seed: int,
) -> dict[int, int]:
    """Who becomes the twin of whom, with a given name like the other's: birth date and family name are set in place.

    Drawn apart from all else, so that a level without such twins is what it was.
    """
    rng = Random(f"{seed} twins")  # noqa: S311 - made-up people, no secret
    twins: dict[int, int] = {}
    last: dict[int, int] = {}
    for person, home in enumerate(household.tolist()):
        other = last.get(home)
        last[home] = person
        if other is None or other in twins or rng.random() >= noise.alike_twins * 2:
            continue
        birth[person], family[person] = birth[other], family[other]
        twins[person] = other
    return twins


def person_records(people: list[Person], noise: Noise, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the population register's and of the role register's shape, each with its ``truth``: the person's place."""
    rng = Random(seed)  # noqa: S311 - made-up people, no secret
    full: list[dict[str, Any]] = []
    roles: list[dict[str, Any]] = []
    for truth, person in enumerate(people):
        for _ in range(rng.choices(RECORDS, RECORD_SHARES)[0]):
            row = {
                "truth": truth,
                "person_number": _number(person, people, noise, rng),
                "person_name": _name(person, noise, rng),
                "birth_date": _birth(person, noise, rng),
            }
            if rng.random() < ROLE_SHARE:
                roles.append(_role(row, person, noise, rng))
            else:
                full.append({**row, **_home(person, noise, rng)})
    return full, roles


def _role(row: dict[str, Any], person: Person, noise: Noise, rng: Random) -> dict[str, Any]:
    """A row of the role register: it tells a birth date wherever it tells no number."""
    birth = row["birth_date"]
    while birth is None and row["person_number"] is None:
        birth = _birth(person, noise, rng)
    return {**row, "birth_date": birth, "role": "owner"}


def _number(person: Person, people: list[Person], noise: Noise, rng: Random) -> str | None:
    chance = rng.random()
    if chance < noise.no_number:
        return None
    chance -= noise.no_number
    if chance < noise.wrong_number:
        return slip_in_digits(person.number, rng, first=2)
    if chance < noise.wrong_number + noise.other_number:
        return rng.choice(people).number
    form = rng.random()
    number = person.number
    return number if form < 0.6 else f"{number[:8]}-{number[8:]}" if form < 0.9 else f"{number[:8]} {number[8:]}"


def _name(person: Person, noise: Noise, rng: Random) -> str:
    given, family = rng.choice(person.names)
    if rng.random() < noise.misspelled:
        given, family = (misspelled(given, rng), family) if rng.random() < 0.5 else (given, misspelled(family, rng))
    if rng.random() < noise.transliterated:
        given = transliterated(given, rng)
        family = transliterated(family, rng) if rng.random() < 0.5 else family
    if rng.random() < noise.initial:
        given = given[0]
    elif rng.random() < 0.06:
        given = f"{given} {rng.choice(words('given_names'))}"
    turned = rng.random() < noise.turned
    name = (f"{family}, {given}" if rng.random() < 0.5 else f"{family} {given}") if turned else f"{given} {family}"
    return written(name, rng)


def _birth(person: Person, noise: Noise, rng: Random) -> date | None:
    chance = rng.random()
    if chance < noise.no_birth:
        return None
    chance -= noise.no_birth
    if chance < noise.birth_slip:
        return _slipped(person.birth, rng)
    return person.birth.replace(month=1, day=1) if chance < noise.birth_slip + noise.new_year else person.birth


def _slipped(birth: date, rng: Random) -> date:
    """A date with one slip that still is a date: day and month exchanged, or a digit changed."""
    if rng.random() < 0.4 and birth.day <= 12:
        return birth.replace(day=birth.month, month=birth.day)
    for _ in range(20):
        digits = slip_in_digits(f"{birth:%Y%m%d}", rng, first=2)
        try:
            told = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            continue
        if told <= EPOCH + timedelta(days=Period(1).first_day):
            return told
    return birth


def _home(person: Person, noise: Noise, rng: Random) -> dict[str, Any]:
    told: dict[str, Any] = {"phone": None if rng.random() < noise.no_phone else person.phones[0]}
    if told["phone"] and rng.random() < noise.misspelled / 4:
        told["phone"] = told["phone"][:4] + slip_in_digits(told["phone"][4:], rng)
    if rng.random() < noise.no_address:
        return told
    street, code = rng.choice(person.homes)
    if rng.random() < noise.no_flat:
        street = street.split(" lgh ")[0]
    if rng.random() < noise.misspelled / 2:
        name, rest = street.split(" ", 1)
        street = f"{misspelled(name, rng)} {rest}"
    if rng.random() < 0.1:
        street = street.replace("gatan ", "g. ").replace("vägen ", "v. ")
    return {**told, "street": street, "postcode": code if rng.random() < 0.7 else code.replace(" ", ""), "city": CITY}
