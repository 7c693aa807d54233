"""Home care (hemtjänst): users with daily visits, routes, staff who walk them, decisions of the municipality.

A route holds at most eight users, one after the other in a part of the day; a staff member walks one route at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import HOME_CARE, MONTH, Provider, Region
from synthetic_data.rows import NONE, Floats, Ints, Rows

ROUTE_USERS = 8
PARTS = ((420, 45, 37), (780, 38, 30), (1080, 33, 25))
"""Morning, afternoon, evening: start of the route, minutes from one user to the next, longest visit."""
PARTS_A_DAY = (1, 2, 3)
PARTS_SHARES = (0.68, 0.23, 0.09)
TWO_PERSON_SHARE = 0.06
SKIPPED_SHARE = 0.03
TRAVEL_FACTOR = 1.2
"""Paid time to time with users: travel and reporting are paid too."""
HOURS_A_MONTH = 120
MONTH_DAYS = 30.4


@dataclass
class HomeCarePlan:
    """All daily visits of the region and the staff that make them."""

    visits: Rows = field(
        default_factory=lambda: Rows(
            provider=NONE,
            decision=NONE,
            user=NONE,
            team=NONE,
            size=NONE,
            turn=NONE,
            start=NONE,
            length=NONE,
            is_double=0,
            from_day=0,
            to_day=NONE,
            ghost=0,
        )
    )
    staff: list[Ints] = field(default_factory=list)
    staff_count: int = 0

    def add_provider(
        self,
        region: Region,
        provider: Provider,
        users: Ints,
        use: Floats,
        rng: np.random.Generator,
        *,
        phantom_share: float = 0.0,
        with_staff: Ints | None = None,
        after_death: int = 0,
        ends: int | None = None,
        two_persons: bool = False,
    ) -> None:
        """Plan the visits of a provider. ``use``: hours registered to hours granted, one a user.

        ``phantom_share``: users who get one more visit a day that nobody makes, written on staff who are with the
        next user of the route. ``after_death``: days that visits go on after a user's death. ``ends``: the day
        on which the provider stops. ``two_persons``: every visit is made by two.
        """
        period = region.period
        routes = math.ceil(users.size / ROUTE_USERS)
        size = max(2 * routes + 1, math.ceil(users.size * 25 / HOURS_A_MONTH))
        known = np.zeros(0, dtype=np.int64) if with_staff is None else with_staff
        staff = np.concatenate([known, region.casting.take("worker", max(size - known.size, 0))])
        number = region.providers.index(provider)
        for j, user in enumerate(users):
            begin, finish = self._span(region, int(user), rng, after_death)
            if ends is not None:
                finish = min(finish, ends)
                begin = min(begin, max(finish - 90, 0))
            parts = sorted(rng.permutation(3)[: int(rng.choice(PARTS_A_DAY, p=PARTS_SHARES))])
            phantom = sorted(set(range(3)) - set(parts))[:1] if rng.random() < phantom_share else []
            double = (rng.random() < TWO_PERSON_SHARE or two_persons) and phantom_share == 0
            lengths = {part: int(PARTS[part][2] - rng.integers(0, 13)) for part in parts}
            lengths |= {part: PARTS[part][2] for part in phantom}
            daily = sum(lengths.values()) * (2 if double else 1)
            decision = int(
                region.decisions.add(
                    programme=HOME_CARE,
                    person=int(user),
                    organisation=provider.organisation,
                    provider=number,
                    valid_from=begin if begin else -90,
                    valid_to=finish if finish < period.days else NONE,
                    per=MONTH,
                    granted=math.ceil(daily * MONTH_DAYS / use[j] / 15) * 15,
                    allows_double=double,
                )[0]
            )
            route, place = divmod(j, ROUTE_USERS)
            for part, length in lengths.items():
                start, step, _ = PARTS[part]
                for second in range(2 if double else 1):
                    self.visits.add(
                        provider=number,
                        decision=decision,
                        user=int(user),
                        team=self.staff_count,
                        size=staff.size,
                        turn=route + (part == 2) + routes * second,
                        start=start + step * place,
                        length=length,
                        is_double=double,
                        from_day=begin,
                        to_day=finish,
                        ghost=part in phantom,
                    )
            if phantom and users.size - route * ROUTE_USERS > 1:
                self._crowd(place, phantom[0], min(users.size - route * ROUTE_USERS, ROUTE_USERS))
            provider.users.append(int(user))
            provider.decisions.append(decision)
        self.staff.append(staff)
        self.staff_count += staff.size
        provider.staff = np.concatenate([provider.staff, staff])

    def _crowd(self, place: int, part: int, users: int) -> None:
        """Move the latest visit to the time of the next user of the route, whom the same staff visits."""
        start, step, _ = PARTS[part]
        self.visits["start"][-1] = start + step * ((place + 1) % users) + 3

    @staticmethod
    def _span(region: Region, user: int, rng: np.random.Generator, after_death: int) -> tuple[int, int]:
        period = region.period
        starts = period.month_starts
        begin = int(starts[rng.integers(0, period.months // 2)]) if rng.random() < 0.3 else 0
        finish = int(starts[rng.integers(period.months // 2 + 1, period.months)]) if rng.random() < 0.2 else period.days
        died = int(region.people.died[user])
        if died != NONE:
            finish = min(died + after_death, period.days)
            begin = begin if begin + 60 < finish else 0
        return begin, max(finish, begin + 1)


def make_visits(region: Region, plan: HomeCarePlan) -> None:
    """Write all visits, provider by provider."""
    rng = region.rng("home care visits")
    visits = plan.visits
    staff = np.concatenate(plan.staff)
    days = visits["to_day"] - visits["from_day"]
    visit = np.repeat(np.arange(visits.count), days)
    day = np.arange(visit.size) - np.repeat(np.cumsum(days) - days, days) + visits["from_day"][visit]
    keep = rng.random(visit.size) >= SKIPPED_SHARE
    visit, day = visit[keep], day[keep]
    ghost = visits["ghost"][visit]
    start = day * DAY + visits["start"][visit] + rng.integers(0, 4, size=visit.size)
    length = visits["length"][visit] - rng.integers(0, 4, size=visit.size)
    turn = (visits["turn"][visit] + 2 * day) % visits["size"][visit]
    factors = np.array([provider.paid_hours_factor for provider in region.providers])
    rows = region.shifts.add(
        programme=HOME_CARE,
        provider=visits["provider"][visit],
        decision=visits["decision"][visit],
        user=visits["user"][visit],
        staff=staff[visits["team"][visit] + turn],
        start=start,
        end=start + length,
        is_double=visits["is_double"][visit],
        billable=length,
        paid=np.where(ghost, 0, length * factors[visits["provider"][visit]]).astype(np.int64),
        ghost=ghost,
    )
    owner = region.shifts["provider"][rows]
    for number in np.unique(owner):
        low, high = np.searchsorted(owner, [number, number + 1])
        region.providers[int(number)].rows = slice(int(rows[0] + low), int(rows[0] + high))
