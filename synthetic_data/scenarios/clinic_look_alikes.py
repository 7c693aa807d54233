"""Honest clinics, and lawful look-alikes of visits that nobody made (typologies page, 11 and 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.clinics import (
    AWAY,
    DENTAL,
    EMERGENCY,
    GROUP,
    PRIMARY_CARE,
    REMOTE,
    Clinic,
    Visits,
    book,
    draw_visits,
    found_clinic,
    make_careless,
    odd_hours,
    on_journeys,
)
from synthetic_data.period import DAY
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints


def found_honest_clinics(market: Market, rng: np.random.Generator, programme: int, count: int) -> None:
    """Clinics that treat whom they bill for, each as careless as it is."""
    for _ in range(count):
        clinic, visits = _honest(market, rng, programme, int(rng.integers(1, 4)))
        book(market.region, rng, clinic, visits)


def found_dental_look_alikes(market: Market, rng: np.random.Generator, count: int) -> None:
    """``count`` of each kind."""
    for _ in range(count):
        _emergency(market, rng)
        _mobile(market, rng)
        _two_chairs(market, rng)
        _entered_at_night(market, rng)
        _sold(market, rng)


def found_primary_care_look_alikes(market: Market, rng: np.random.Generator, count: int) -> None:
    """``count`` of each kind."""
    for _ in range(count):
        _notes_elsewhere(market, rng)
        _joint_visits(market, rng)
        _by_telephone(market, rng)
        _late_death_date(market, rng)
        _vaccination_rounds(market, rng)


def _honest(market: Market, rng: np.random.Generator, programme: int, practitioners: int = 2) -> tuple[Clinic, Visits]:
    clinic = found_clinic(market, rng, programme, practitioners)
    return clinic, make_careless(market.region, rng, clinic, draw_visits(market.region, rng, clinic))


def _emergency(market: Market, rng: np.random.Generator) -> None:
    """A clinic that is open at night."""
    clinic, visits = _honest(market, rng, DENTAL)
    night = rng.random(visits.start.size) < 0.4
    length, usual = visits.end - visits.start, visits.start.copy()
    visits.start[night] = odd_hours(market.region, rng, visits.start[night])
    _nobody_travels(market, visits, usual)
    visits.end = visits.start + length
    visits.setting[night] = EMERGENCY
    book(market.region, rng, clinic, visits)
    market.region.truth.tell(
        "emergency_clinic", clinic.organisation, "Visits at night and on holidays: it is open then."
    )


def _mobile(market: Market, rng: np.random.Generator) -> None:
    """Care homes are visited on Saturdays and Sundays too, many patients in a row with a team."""
    clinic, visits = _honest(market, rng, DENTAL)
    away = rng.random(visits.start.size) < 0.5
    weekend = away & (rng.random(visits.start.size) < 0.3)
    shift = (5 - market.region.period.weekday(visits.start // DAY)) * DAY
    length, usual = visits.end - visits.start, visits.start.copy()
    visits.start = np.where(weekend, visits.start + shift, visits.start)
    _nobody_travels(market, visits, usual)
    visits.end = visits.start + length
    visits.setting[away] = AWAY
    book(market.region, rng, clinic, visits)
    market.region.truth.tell(
        "mobile_clinic", clinic.organisation, "A mobile clinic treats at care homes, weekends too."
    )


def _nobody_travels(market: Market, visits: Visits, usual: Ints) -> None:
    """Visits that were moved to a day on which the practitioner is abroad stay at their usual time."""
    stays = on_journeys(market.region, visits)
    visits.start[stays] = usual[stays]


def _two_chairs(market: Market, rng: np.random.Generator) -> None:
    """A dentist with an assistant keeps two chairs busy all day."""
    clinic, visits = _honest(market, rng, DENTAL, 1)
    second = visits.chosen(rng.random(visits.start.size) < 0.8)
    first = second.patient
    second.patient = rng.choice(clinic.patients, size=second.start.size)
    # Nobody sits in both chairs.
    second = second.chosen(second.patient != first)
    visits = visits.beside(_alive(market, second))
    book(market.region, rng, clinic, visits)
    market.region.truth.tell("two_chairs", clinic.organisation, "One dentist and an assistant, two chairs at a time.")


def _entered_at_night(market: Market, rng: np.random.Generator) -> None:
    """Some days are entered in one go late at night, and the system takes that time for the visits'."""
    clinic, visits = _honest(market, rng, DENTAL)
    day = visits.practitioner * 100_000 + visits.start // DAY
    batch = np.isin(day, rng.choice(np.unique(day), size=np.unique(day).size // 3, replace=False))
    visits.start[batch] = visits.start[batch] // DAY * DAY + 23 * 60
    visits.end[batch] = visits.start[batch] + 20
    book(market.region, rng, clinic, visits, stamped=batch)
    market.region.truth.tell("entered_in_one_go", clinic.organisation, "Whole days are entered at one moment at night.")


def _sold(market: Market, rng: np.random.Generator) -> None:
    """A clinic is sold in earnest: owner and board change, the same people go on treating."""
    clinic, visits = _honest(market, rng, DENTAL)
    book(market.region, rng, clinic, visits)
    buyer = int(market.region.casting.take("worker", 1)[0])
    day = int(rng.integers(100, market.region.period.days - 100))
    market.region.give_role(clinic.organisation, buyer, "owner", "board_member", "signatory", valid_from=day)
    market.region.truth.tell("clinic_sold", clinic.organisation, "A real sale: new owner, same staff and patients.")


def _notes_elsewhere(market: Market, rng: np.random.Generator) -> None:
    """For some months the notes lie in another record system."""
    clinic, visits = _honest(market, rng, PRIMARY_CARE)
    region = market.region
    change = int(rng.integers(4, region.period.months - 4))
    visits.note[region.period.month_of(visits.start // DAY) < change] = 0
    book(region, rng, clinic, visits)
    region.truth.tell(
        "notes_in_another_system", clinic.organisation, "Notes before a change of systems lie in the old one."
    )


def _joint_visits(market: Market, rng: np.random.Generator) -> None:
    """Doctor and nurse see a patient together; both visits are paid."""
    clinic, visits = _honest(market, rng, PRIMARY_CARE, 2)
    joint = visits.chosen(rng.random(visits.start.size) < 0.12)
    first, second = clinic.practitioners[:2]
    joint.practitioner = np.where(joint.practitioner == first, second, first)
    both = np.isin(
        joint.practitioner * 100_000 + joint.start // DAY, visits.practitioner * 100_000 + visits.start // DAY
    )
    joint = joint.chosen(both)
    book(market.region, rng, clinic, visits.beside(joint))
    market.region.truth.tell(
        "joint_visit", clinic.organisation, "Two of the staff see one patient together, as agreed."
    )


def _by_telephone(market: Market, rng: np.random.Generator) -> None:
    """Visits by telephone in the evenings and at night, some beside other work."""
    clinic, visits = _honest(market, rng, PRIMARY_CARE)
    calls = visits.chosen(rng.random(visits.start.size) < 0.3)
    calls.start = calls.start // DAY * DAY + rng.integers(19 * 60, 25 * 60, size=calls.start.size)
    calls.end = calls.start + 10
    calls.setting = np.full(calls.start.size, REMOTE)
    book(market.region, rng, clinic, visits.beside(calls))
    market.region.truth.tell("telephone_visits", clinic.organisation, "Visits by telephone until after midnight.")


def _late_death_date(market: Market, rng: np.random.Generator) -> None:
    """Two or three patients were seen on the day after the registered death: the date was set late."""
    clinic, visits = _honest(market, rng, PRIMARY_CARE)
    people, period = market.region.people, market.region.period
    dead = np.flatnonzero((people.died != NONE) & (people.died < period.days - 5) & ~people.is_protected)
    if dead.size:
        some = visits.chosen(np.arange(min(3, dead.size)))
        some.patient = rng.choice(dead, size=some.start.size, replace=False)
        length = some.end - some.start
        some.start = (people.died[some.patient] + 1) * DAY + some.start % DAY
        some.end = some.start + length
        visits = visits.beside(some)
    book(market.region, rng, clinic, visits)
    market.region.truth.tell(
        "late_death_date", clinic.organisation, "Visits a day after a death whose date was set late."
    )


def _vaccination_rounds(market: Market, rng: np.random.Generator) -> None:
    """Vaccination: many at once under one nurse."""
    clinic, visits = _honest(market, rng, PRIMARY_CARE)
    like = visits.chosen(rng.integers(0, visits.start.size, size=visits.start.size // 3))
    like.patient = rng.choice(clinic.patients, size=like.start.size)
    like.start = like.start // DAY * DAY + 13 * 60 + rng.integers(0, 12, size=like.start.size) * 5
    like.end = like.start + 10
    like.setting = np.full(like.start.size, GROUP)
    book(market.region, rng, clinic, visits.beside(_alive(market, like)))
    market.region.truth.tell("vaccination_round", clinic.organisation, "Many are vaccinated at once under one nurse.")


def _alive(market: Market, visits: Visits) -> Visits:
    died = market.region.people.died[visits.patient]
    return visits.chosen((died == NONE) | (visits.start // DAY <= died))
