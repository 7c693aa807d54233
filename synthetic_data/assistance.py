"""Personal assistance: users with daily needs, teams that share the shifts, decisions of Försäkringskassan.

A team takes its slots of the day in turn (round robin over slots in order of their start), so nobody is in two places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import ASSISTANCE, WEEK, Provider, Region
from synthetic_data.rows import NONE, Ints, Rows

ACTIVE, WAITING, STANDBY = range(3)
HOURS_A_WEEK = 34
"""Working time a week that a team member gets at most on average."""
SKIPPED_SHARE = 0.015
"""Slots that fall away: the user is with relatives, or the assistant is ill and nobody else comes."""
ROUND_THE_CLOCK = 1440
DAYS = (
    ((420, 480), (900, 480), (1380, 480)),
    ((420, 480), (900, 480)),
    ((480, 420), (900, 420)),
    ((480, 300), (780, 300)),
    ((540, 480),),
    ((540, 360), (900, 360)),
    ((540, 360), (1260, 600)),
)
"""Kinds of a day: (start, length) of its slots in minutes."""
DAY_SHARES = (0.12, 0.27, 0.2, 0.12, 0.09, 0.13, 0.07)


@dataclass
class Slot:
    """One daily shift. ``same_as``: the number of the slot of the team whose assistant takes this one too."""

    start: int
    length: int
    kind: int = ACTIVE
    is_double: bool = False
    same_as: int = NONE


@dataclass
class Need:
    """What a user is granted and how it is used. ``use`` is hours worked to hours granted."""

    user: int
    slots: list[Slot]
    use: float
    settlement: int = 1
    allows_hospital: bool = False
    from_day: int = 0
    to_day: int = NONE
    jitter: bool = True


@dataclass
class AssistancePlan:
    """All slots of the region and the teams that take them."""

    slots: Rows = field(
        default_factory=lambda: Rows(
            provider=NONE,
            decision=NONE,
            user=NONE,
            team=NONE,
            size=NONE,
            per_day=NONE,
            position=NONE,
            start=NONE,
            length=NONE,
            kind=ACTIVE,
            is_double=0,
            from_day=0,
            to_day=NONE,
            settlement=1,
            jitter=1,
        )
    )
    staff: list[Ints] = field(default_factory=list)
    staff_count: int = 0

    def add_team(
        self, region: Region, provider: Provider, needs: list[Need], *, with_staff: Ints | None = None
    ) -> Ints:
        """Grant each need, hire a team for them (``with_staff`` are already in it), and plan its slots."""
        slots = [(need, slot) for need in needs for slot in need.slots]
        minutes = sum(slot.length for _, slot in slots if slot.same_as == NONE)
        crowd = max(sum(s.start <= o.start < s.start + s.length for _, s in slots) for _, o in slots)
        known = np.zeros(0, dtype=np.int64) if with_staff is None else with_staff
        size = max(math.ceil(minutes * 7 / 60 / HOURS_A_WEEK), crowd + 1, 3, known.size)
        staff = np.concatenate([known, region.casting.take("worker", size - known.size)])
        positions = _positions([slot for _, slot in slots])
        decisions = {need.user: self._grant(region, provider, need) for need in needs}
        for (need, slot), position in zip(slots, positions, strict=True):
            self.slots.add(
                provider=region.providers.index(provider),
                decision=decisions[need.user],
                user=need.user,
                team=self.staff_count,
                size=size,
                per_day=max(positions) + 1,
                position=position,
                start=slot.start,
                length=slot.length,
                kind=slot.kind,
                is_double=slot.is_double,
                from_day=need.from_day,
                to_day=region.period.days if need.to_day == NONE else need.to_day,
                settlement=need.settlement,
                jitter=need.jitter,
            )
        self.staff.append(staff)
        self.staff_count += size
        provider.staff = np.concatenate([provider.staff, staff])
        provider.users.extend(need.user for need in needs)
        provider.decisions.extend(decisions.values())
        return staff

    def _grant(self, region: Region, provider: Provider, need: Need) -> int:
        weight = {ACTIVE: 1.0, WAITING: 0.25, STANDBY: 1 / 7}
        weekly = 7 * sum(slot.length * weight[slot.kind] for slot in need.slots)
        rows = region.decisions.add(
            programme=ASSISTANCE,
            person=need.user,
            organisation=provider.organisation,
            valid_from=-184 if need.from_day == 0 else need.from_day,
            granted=math.ceil(weekly / need.use / 15 - 1e-9) * 15,
            per=WEEK,
            settlement=need.settlement,
            allows_double=any(slot.is_double for slot in need.slots),
            allows_hospital=need.allows_hospital,
            provider=region.providers.index(provider),
        )
        return int(rows[0])


def _positions(slots: list[Slot]) -> list[int]:
    """The turn of each slot in its team: by start, except those that follow another slot's assistant."""
    own = sorted((slot.start, number) for number, slot in enumerate(slots) if slot.same_as == NONE)
    turn = {number: place for place, (_, number) in enumerate(own)}
    return [turn[number if slot.same_as == NONE else slot.same_as] for number, slot in enumerate(slots)]


def draw_slots(rng: np.random.Generator) -> tuple[list[Slot], bool]:
    """The slots of a day by chance, and whether their times may vary from day to day."""
    kind = int(rng.choice(len(DAYS), p=DAY_SHARES))
    later = int(rng.integers(-4, 5)) * 15
    slots = [Slot((start + later) % DAY, length) for start, length in DAYS[kind]]
    return slots, sum(slot.length for slot in slots) < ROUND_THE_CLOCK


def work_shifts(region: Region, plan: AssistancePlan) -> None:
    """Write the shifts of all slots, provider by provider."""
    rng = region.rng("assistance shifts")
    slots = plan.slots
    staff = np.concatenate(plan.staff)
    days = slots["to_day"] - slots["from_day"]
    slot = np.repeat(np.arange(slots.count), days)
    day = np.arange(slot.size) - np.repeat(np.cumsum(days) - days, days) + slots["from_day"][slot]
    month = region.period.month_of(day)
    saved = (slots["settlement"][slot] > 1) & (month % np.maximum(slots["settlement"][slot], 2) == 0)
    keep = rng.random(slot.size) >= np.where(saved, 0.2, SKIPPED_SHARE)
    slot, day = slot[keep], day[keep]
    late = rng.integers(-1, 2, size=slot.size) * 15 * (rng.random(slot.size) < 0.3) * slots["jitter"][slot]
    start = day * DAY + slots["start"][slot] + late
    end = start + slots["length"][slot]
    turn = (day * slots["per_day"][slot] + slots["position"][slot]) % slots["size"][slot]
    minutes = region.period.minutes_between(start, end)
    rows = region.shifts.add(
        programme=ASSISTANCE,
        provider=slots["provider"][slot],
        decision=slots["decision"][slot],
        user=slots["user"][slot],
        staff=staff[slots["team"][slot] + turn],
        start=start,
        end=end,
        kind=slots["kind"][slot],
        is_double=slots["is_double"][slot],
        billable=minutes,
        paid=minutes,
    )
    _locate(region, rows)


def _locate(region: Region, rows: Ints) -> None:
    """Tell each provider which rows are its own; they stand together."""
    owner = region.shifts["provider"][rows]
    for number in np.unique(owner):
        low, high = np.searchsorted(owner, [number, number + 1])
        region.providers[int(number)].rows = slice(int(rows[0] + low), int(rows[0] + high))
