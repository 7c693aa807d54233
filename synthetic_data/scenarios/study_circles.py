"""Typology 6, study circles: attendance reported twice.

Parameters, drawn for each scheme (typologies page, 6: "same participants or leader at the same time in two", "copied roster"; the rest is drawn wide):

* an association with 6-14 circles of its own reports some of the gatherings once more at another place, or those of one to three other associations,
  who know nothing of it;
* blatant: two to four fifths as many gatherings as its own, at the same hour, with the same list and leader;
* careful: 15-35 per cent, begun up to 45 minutes later or earlier, three fourths of the list kept, half under another leader;
* professional: 8-20 per cent, in runs of 8-16 gatherings; two to four of ten are put on another day with the list copied; the others begin 20-60 minutes
  apart with half of the list kept and the rest invented; another leader.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.study_circle_look_alikes import close, found_reporting, surround
from synthetic_data.study_circles import STUDY_CIRCLE, Circle, able, activities, gatherings_of, report
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Flags, Ints

CIRCLES = (6, 15)
OWN_LISTS = 0.5
"""Share of schemes that copy lists of their own."""
DONORS = (1, 4)


@dataclass(frozen=True)
class Habits:
    """What is copied: share of the own gatherings, gatherings in a row, minutes apart, share of the list kept, share put on other days, of a new leader."""

    share: tuple[float, float]
    run: tuple[int, int]
    apart: tuple[int, int]
    kept: tuple[float, float]
    other_day: tuple[float, float]
    new_leader: float


HABITS = {
    Level.BLATANT: Habits((0.4, 0.8), (30, 60), (0, 1), (1.0, 1.0), (0.0, 0.0), 0.0),
    Level.CAREFUL: Habits((0.15, 0.35), (14, 30), (0, 46), (0.7, 0.95), (0.0, 0.1), 0.5),
    Level.PROFESSIONAL: Habits((0.08, 0.2), (8, 17), (20, 61), (0.45, 0.7), (0.2, 0.4), 1.0),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    association = found_reporting(market, rng, CIRCLES)
    own = gatherings_of(region, association)["event"]
    wanted = max(round(own.size * rng.uniform(*habits.share)), habits.run[0])
    copies_own = rng.random() < OWN_LISTS
    sources = own if copies_own else _of_others(region, rng, association)
    while wanted > 0:
        wanted -= _copy_one(region, rng, association, sources, habits)
    close(market, rng, association)
    told = gatherings_of(region, association)
    ghosts = told["copied"] != NONE
    days = told["start"][ghosts] // DAY
    scheme = Scheme(
        "6", "association", association, PAYER_OF["study_circle"], "study_circle", int(days.min()), int(days.max())
    )
    scheme.amount_ore = int(told["amount"][ghosts].sum())
    scheme.difficulty |= {"copies": "own" if copies_own else "others", "share": round(float(ghosts.mean()), 3)}
    number = region.truth.plant(scheme)
    rows = np.flatnonzero(np.isin(activities(region)["event"], told["event"][ghosts]))
    region.truth.add_members(number, "activities", rows, "gathering reported twice")
    return number


def _of_others(region: Region, rng: np.random.Generator, association: int) -> Ints:
    """Gatherings of associations that no scheme copied from, and that are in none."""
    rows = activities(region)
    copied = np.isin(rows["event"], rows["copied"][rows["copied"] != NONE])
    barred = {association, *rows["organisation"][copied | (rows["copied"] != NONE)].tolist()}
    barred |= {each.organisation for each in region.truth.look_alikes}
    free = np.setdiff1d(np.unique(rows["organisation"]), np.array(sorted(barred)))
    donors = rng.choice(free, size=int(rng.integers(*DONORS)), replace=False)
    return np.unique(rows["event"][np.isin(rows["organisation"], donors) & (rows["programme"] == STUDY_CIRCLE)])


def _copy_one(region: Region, rng: np.random.Generator, association: int, sources: Ints, habits: Habits) -> int:
    """Report a run of gatherings of one circle once more. Returns how many."""
    rows = activities(region)
    chosen = np.flatnonzero(np.isin(rows["event"], sources) & (rows["copied"] == NONE) & (rows["corrects"] == NONE))
    circle = int(rng.choice(np.unique(rows["circle"][chosen])))
    mine = chosen[rows["circle"][chosen] == circle]
    events, first = np.unique(rows["event"][mine], return_index=True)
    run = min(int(rng.integers(*habits.run)), events.size)
    begin = int(rng.integers(0, events.size - run + 1))
    events, first = events[begin : begin + run], mine[first[begin : begin + run]]
    members = np.unique(rows["participant"][mine])
    inside = mine[np.isin(rows["event"][mine], events)]
    present = np.zeros((run, members.size), dtype=np.bool_)
    place = np.searchsorted(events, rows["event"][inside]), np.searchsorted(members, rows["participant"][inside])
    present[place] = True
    minutes = int((rows["end"] - rows["start"])[first[0]])
    apart = rng.integers(*habits.apart) // 5 * 5 * int(rng.choice([-1, 1]))
    start = rows["start"][first] + apart
    other_day = rng.random(run) < rng.uniform(*habits.other_day)
    start = np.where(other_day, rows["start"][first] + rng.integers(1, 4, size=run) * DAY, start)
    start = np.clip(start, 0, (region.period.days - 1) * DAY)
    told = Circle(
        association, NONE, int(rows["leader"][first[0]]), _venue(rng, association), members, start, minutes, present
    )
    told = _with_other_people(region, rng, told, other_day, habits)
    report(region, told, copied=events)
    return run


def _venue(rng: np.random.Generator, association: int) -> int:
    return 10 * (association % 1_000_000) + int(rng.integers(5, 9))


def _with_other_people(
    region: Region, rng: np.random.Generator, circle: Circle, other_day: Flags, habits: Habits
) -> Circle:
    """Part of the members are replaced by others, but on lists put on another day; perhaps another leader."""
    size = circle.members.size
    kept = max(round(size * rng.uniform(*habits.kept)), 3)
    others = rng.choice(np.setdiff1d(able(region), circle.members), size=size + 1, replace=False)
    leader = int(others[-1]) if rng.random() < habits.new_leader else circle.leader
    replaced = rng.permutation(size)[kept:]
    copied_whole = circle.present & other_day[:, None]
    own, new = circle.present.copy(), np.zeros((circle.start.size, replaced.size), dtype=np.bool_)
    new[:] = circle.present[:, replaced]
    own[:, replaced] = False
    own |= copied_whole
    new[other_day] = False
    members = np.concatenate([circle.members, others[: replaced.size]])
    return replace(circle, leader=leader, members=members, present=np.concatenate([own, new], axis=1))


SCENARIO = Scenario(name="study_circles", typologies=(6,), plant=_plant, surround=surround)
