"""Honest study associations, and lawful look-alikes of attendance reported twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.associations import draw_board, found_association, seat_board
from synthetic_data.grants import buy_for_activities, rent_rooms
from synthetic_data.period import DAY, SATURDAY
from synthetic_data.rows import NONE
from synthetic_data.study_circles import (
    ACTIVITY,
    SLOTS,
    Circle,
    able,
    activities,
    busy,
    draw_circle,
    pay_for_hours,
    report,
    write_carelessly,
)

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Flags, Ints

HONEST = 30
CIRCLES = (4, 11)
FEW_CIRCLES = (3, 8)
SIZES = (5, 15)
SAME_LEADER = 0.4
"""Share of circles led by who led the circle before."""
TOURNAMENTS = 4
CLASS_SLOTS = (0, 6, 12, 18)
GROUP_SLOTS = (2, 8, 14)
TOURNAMENT_MINUTES = 480


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Associations that report what took place, and ``count`` of each look-alike."""
    for _ in range(HONEST):
        close(market, rng, found_reporting(market, rng))
    for _ in range(count):
        _co_funded(market, rng)
        _hours_split(market, rng)
        _tournament(market, rng)
        _twins(market, rng)
        _school_class(market, rng)
        _born_on_new_year(market, rng)
        _stable_group(market, rng)


def found_reporting(market: Market, rng: np.random.Generator, circles: tuple[int, int] = CIRCLES) -> int:
    """An association with premises and circles of its own. Its lists are entered, its grants not yet paid."""
    region = market.region
    association = found_association(region, rng)
    seat_board(region, association, draw_board(region, rng, 3))
    months = np.arange(region.period.months)
    rent_rooms(market, rng, association, months, scale=0.4)
    buy_for_activities(market, rng, association, months, scale=0.3)
    taken, leader = busy(region), None
    for _ in range(int(rng.integers(*circles))):
        circle = draw_circle(
            region, rng, association, taken, size=int(rng.integers(*SIZES)),
            leader=leader if rng.random() < SAME_LEADER else None,
        )  # fmt: skip
        leader = circle.leader
        report(region, circle)
    return association


def close(market: Market, rng: np.random.Generator, association: int) -> None:
    """The lists are written with the usual errors, and the grants paid."""
    write_carelessly(market.region, rng, association)
    pay_for_hours(market.region, association)


def _pair(market: Market, rng: np.random.Generator) -> tuple[int, int, Flags]:
    one, other = (found_reporting(market, rng, FEW_CIRCLES) for _ in range(2))
    return one, other, busy(market.region)


def _tell(market: Market, rng: np.random.Generator, kind: str, text: str, *associations: int) -> None:
    for association in associations:
        close(market, rng, association)
        market.region.truth.tell(kind, association, text)


def _co_funded(market: Market, rng: np.random.Generator) -> None:
    """One gathering, two payers: the study association counts it to one, the other association to the municipality."""
    one, other, taken = _pair(market, rng)
    for _ in range(3):
        circle = draw_circle(market.region, rng, one, taken, size=12)
        report(market.region, circle)
        report(market.region, circle, organisation=other, programme=ACTIVITY)
    _tell(market, rng, "co_funded_event", "Two payers support the same gatherings, each for its part.", one, other)


def _hours_split(market: Market, rng: np.random.Generator) -> None:
    """Two study associations share the hours of circles held together: half each, or as a joint event."""
    one, other, taken = _pair(market, rng)
    for number in range(4):
        circle = draw_circle(market.region, rng, one, taken, size=12)
        is_joint = number % 2 == 0
        share = None if is_joint else 0.5
        report(market.region, circle, joint=is_joint, counted_share=share)
        report(market.region, circle, organisation=other, joint=is_joint, counted_share=share)
    _tell(market, rng, "overhead_split", "Two study associations share the hours of joint circles.", one, other)


def _tournament(market: Market, rng: np.random.Generator) -> None:
    """Some Saturdays a year, the same people go between two halls that two associations keep open all day."""
    region = market.region
    one, other, _ = _pair(market, rng)
    days = np.arange(region.period.days)
    saturdays = days[region.period.weekday(days) == SATURDAY]
    chosen = np.sort(rng.choice(saturdays, size=TOURNAMENTS, replace=False))
    people = rng.choice(able(region), size=30, replace=False)
    leaders = rng.choice(np.setdiff1d(able(region), people), size=2, replace=False)
    for association, leader in zip((one, other), leaders.tolist(), strict=True):
        present = rng.random((TOURNAMENTS, people.size)) < 0.9
        start = chosen * DAY + 540
        venue = 10 * (association % 1_000_000) + 7
        report(region, Circle(association, NONE, leader, venue, people, start, TOURNAMENT_MINUTES, present))
    _tell(market, rng, "tournament", "Players go between two halls on a few days a year.", one, other)


def _twins(market: Market, rng: np.random.Generator) -> None:
    """Brothers and sisters of one family name in two circles at one hour."""
    region = market.region
    one, other, taken = _pair(market, rng)
    slot = int(rng.integers(0, SLOTS))
    free = able(region)
    free = free[~taken[slot, free] & (region.people.age[free] <= 40)]
    home = region.people.household[free]
    twin = np.flatnonzero((home[1:] == home[:-1]) & (np.arange(home.size - 1) % 2 == 0))
    twin = twin[np.append(True, home[twin][1:] != home[twin][:-1])][:7]
    left = draw_circle(region, rng, one, taken, size=0, slot=slot, members=free[twin])
    right = draw_circle(region, rng, other, taken, size=0, slot=slot, members=free[twin + 1])
    report(region, left)
    report(region, right)
    _tell(market, rng, "twins", "Brothers and sisters are in two circles at one hour.", one, other)


def _school_class(market: Market, rng: np.random.Generator) -> None:
    """A class that is always there, in circles of two associations on different days."""
    one, other, taken = _pair(market, rng)
    members = _class(market.region, taken)
    for association, slot in zip((one, one, other, other), CLASS_SLOTS, strict=True):
        report(market.region, draw_circle(
            market.region, rng, association, taken, size=0, slot=slot, members=members, attendance=0.985, terms=np.arange(4),
        ))  # fmt: skip
    _tell(market, rng, "school_class", "A class is always present, on different days.", one, other)


def _class(region: Region, taken: Flags) -> Ints:
    """Pupils who are free at all the hours of the class."""
    free = able(region)
    free = free[(region.people.age[free] <= 18) & ~taken[list(CLASS_SLOTS)][:, free].any(axis=0)]
    return free[:22]


def _born_on_new_year(market: Market, rng: np.random.Generator) -> None:
    """Two circles at one hour of people whose birth day an administration set to 1 January; many lists lack their numbers."""
    region = market.region
    one, other, taken = _pair(market, rng)
    slot = int(rng.integers(0, SLOTS))
    free = able(region)
    free = free[~taken[slot, free]]
    born = region.people.birth[free].astype("datetime64[D]")
    free = rng.permutation(free[born == born.astype("datetime64[Y]").astype("datetime64[D]")])
    half = min(free.size // 2, 9)
    for association, members in ((one, free[:half]), (other, free[half : 2 * half])):
        events = report(region, draw_circle(region, rng, association, taken, size=0, slot=slot, members=members))
        rows = activities(region)
        mine = np.flatnonzero(np.isin(rows["event"], events))
        rows["numbered"][mine[rng.random(mine.size) < 0.4]] = 0
    _tell(market, rng, "new_year_birthdays", "People of one birthday, many without a number.", one, other)


def _stable_group(market: Market, rng: np.random.Generator) -> None:
    """The same people three times a week with two associations; who is ill is so the whole week."""
    region = market.region
    one, other, taken = _pair(market, rng)
    free = able(region)
    free = free[~taken[list(GROUP_SLOTS)][:, free].any(axis=0)]
    members = rng.choice(free, size=9, replace=False)
    ill = rng.random((region.period.days // 7 + 2, members.size)) < 0.06
    for association, slot in zip((one, one, other), GROUP_SLOTS, strict=True):
        circle = draw_circle(
            region, rng, association, taken, size=0, slot=slot, members=members, attendance=0.95, terms=np.arange(4)
        )
        present = circle.present & ~ill[circle.start // DAY // 7]
        report(region, replace(circle, present=present))
    _tell(market, rng, "stable_group", "The same people meet three times a week.", one, other)
