"""Typology 1, ghost assistance hours: shifts of paper assistants, and their wages on the way back to the owner.

Parameters, drawn for each scheme (typologies page, 1; what the page does not say is drawn wide):

* 2-6 users; ghost hours 15-60 % of the provider's hours in a window of 6-24 months; 0.3-6 MSEK;
* 97-100 % of the grant used every month (page: "100 % of grant every month");
* two to four of: clock-timed work elsewhere, shifts for another client, abroad, user in hospital (page: "shift in
  overlap, or during other full-time job, hospital stay or absence abroad"), at least one of the last three;
* one to five in ten ghost hours are only never worked, and no other register says so;
* 50-85 % of the ghost net wage goes back within 1-7 days (page: ">= 50 % of wage out within 7 days"), in 9 of 10
  months, to the owner, a relative of the owner, or another company of the owner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data.absences import ABROAD, HOSPITAL, add_absence, inside_stay
from synthetic_data.assistance import AssistancePlan, Need, draw_slots
from synthetic_data.billing import rate_ore
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.period import DAY
from synthetic_data.providers import found_provider
from synthetic_data.region import ASSISTANCE, Provider, Region
from synthetic_data.rows import NONE, Ints
from synthetic_data.truth import Scheme

USERS = (2, 6)
GHOST_SHARE = (0.15, 0.60)
MONTHS = (6, 24)
AMOUNT_ORE = (30_000_000, 600_000_000)
USE = (0.97, 1.0)
UNCONTRADICTED_SHARE = (0.1, 0.5)
RETURN_SHARE = (0.50, 0.85)
RETURN_DAYS = (1, 7)
RETURN_MONTHS_SHARE = 0.9
ROUTES = ("owner", "relative", "company")
ROUTE_SHARES = (0.6, 0.25, 0.15)
MEANS = ("clock", "client", "abroad", "hospital")
HOURS_A_PAPER_MONTH = 150
WEEK_DAYS = 5
OVERLAP_MINUTES = 60


@dataclass
class GhostScheme:
    """A scheme that is planned but not yet written into the shifts."""

    number: int
    provider: Provider
    share: float
    means: tuple[str, ...]
    return_share: float
    route: str
    level: Level | None
    company: int = NONE
    shares_staff_with: int = NONE
    """Another scheme at whose provider a paper assistant really works."""


def plan_ghost_schemes(region: Region, plan: AssistancePlan, count: int, matrix: int = 0) -> list[GhostScheme]:
    """Found the providers and their users; their shifts are honest at first."""
    rng = region.rng("ghost schemes")
    return [_plan_one(region, plan, rng, level_of(number, matrix)) for number in range(count)]


def _plan_one(region: Region, plan: AssistancePlan, rng: np.random.Generator, level: Level | None) -> GhostScheme:
    provider = found_provider(region, ASSISTANCE, rng, with_relative=True)
    for user in region.casting.take("user", int(rng.integers(USERS[0], USERS[1] + 1))):
        slots, jitter = draw_slots(rng)
        plan.add_team(region, provider, [Need(int(user), slots, float(rng.uniform(*USE)), jitter=jitter)])
    months = min(int(rng.integers(MONTHS[0], MONTHS[1] + 1)), region.period.months)
    first = int(rng.integers(0, region.period.months - months + 1))
    starts = region.period.month_starts
    chosen = rng.permutation(3)[: int(rng.integers(1, 4))]
    means = {MEANS[1 + int(place)] for place in chosen} | (
        {"clock"} if rng.random() < 0.6 or chosen.size == 1 else set()
    )
    scheme = Scheme(
        "1",
        "provider",
        provider.organisation,
        "forsakringskassan",
        "assistance",
        int(starts[first]),
        int(starts[first + months]) - 1,
    )
    provider.scheme = region.truth.plant(scheme)
    ghost = GhostScheme(
        provider.scheme,
        provider,
        float(rng.uniform(*at_level(GHOST_SHARE, level))),
        tuple(mean for mean in MEANS if mean in means),
        float(rng.uniform(*at_level(RETURN_SHARE, level))),
        str(rng.choice(ROUTES, p=ROUTE_SHARES)),
        level,
    )
    if ghost.route == "company":
        ghost.company = region.organisations.add(region.organisations.free_name("Invest", "AB"), "AB", "70.220")
        region.give_role(ghost.company, provider.owner, "owner", "board_member", "signatory")
        scheme.organisations[ghost.company] = "company of the owner"
    return ghost


def plant_ghost_shifts(region: Region, schemes: list[GhostScheme], clocked: Ints) -> None:
    """Give real-looking shifts to paper assistants who were elsewhere."""
    for ghost in schemes:
        _plant_one(region, ghost, schemes, clocked, region.rng(f"ghost {ghost.number}"))


def _plant_one(
    region: Region, ghost: GhostScheme, schemes: list[GhostScheme], clocked: Ints, rng: np.random.Generator
) -> None:
    shifts = region.shifts
    scheme = region.truth.schemes[ghost.number]
    rows = np.arange(ghost.provider.rows.start, ghost.provider.rows.stop)
    day = shifts["start"][rows] // DAY
    rows = rows[(shifts["gone"][rows] == 0) & (day >= scheme.first_day) & (day <= scheme.last_day)]
    rate = int(rate_ore(np.array([ASSISTANCE]), np.array([0]))[0])
    minutes = float(shifts["billable"][rows].sum())
    wanted = float(np.clip(minutes * ghost.share, AMOUNT_ORE[0] * 60 / rate, AMOUNT_ORE[1] * 60 / rate * 0.95))
    wanted = min(wanted, minutes * GHOST_SHARE[1])
    plain = float(rng.uniform(*at_level(UNCONTRADICTED_SHARE, ghost.level, hidden_when_high=True)))
    quota = wanted * (1 - plain) / len(ghost.means)
    users = rng.permutation(np.unique(shifts["user"][rows]))
    written = np.zeros(0, dtype=np.int64)
    for place, mean in enumerate((*ghost.means, "plain")):
        user = users[place % users.size]
        free = np.setdiff1d(rows[shifts["user"][rows] == user], written)
        left = quota if mean != "plain" else wanted - float(shifts["billable"][written].sum())
        if mean == "client":
            taken = _other_client(region, ghost, schemes, free, minutes=left, rng=rng)
        elif mean == "hospital":
            taken = _hospital(region, scheme, int(user), free, minutes=left, rng=rng)
        else:
            taken = _paper_assistants(region, scheme, mean, free, minutes=left, clocked=clocked, rng=rng)
        written = np.concatenate([written, taken])
    shifts["ghost"][written] = 1
    ghost_minutes = int(shifts["billable"][written].sum())
    scheme.difficulty = {
        "ghost_share": round(ghost_minutes / minutes, 3),
        "ghost_share_drawn": round(ghost.share, 3),
        "means": "+".join(ghost.means),
        "uncontradicted_share_drawn": round(plain, 3),
        "return_share": round(ghost.return_share, 3),
        "route": ghost.route,
        "shares_staff_with": "" if ghost.shares_staff_with == NONE else f"S{ghost.shares_staff_with + 1:03d}",
    }


def _fill(region: Region, rows: Ints, minutes: float, rng: np.random.Generator) -> Ints:
    """Rows by chance until the quota of minutes is reached."""
    order = rng.permutation(rows)
    total = np.cumsum(region.shifts["billable"][order])
    return np.sort(order[: int(np.searchsorted(total, max(minutes, 0)))])


def _paper_assistants(
    region: Region, scheme: Scheme, mean: str, free: Ints, *, minutes: float, clocked: Ints, rng: np.random.Generator
) -> Ints:
    """Shifts of persons who have a clock-timed job, or journeys abroad, or (``plain``) only never came."""
    shifts = region.shifts
    if mean == "clock":
        start = shifts["start"][free] % DAY
        weekday = region.period.weekday(shifts["start"][free] // DAY) < WEEK_DAYS
        daytime = free[weekday & (start >= 360) & (start <= 900)]
        free = daytime if daytime.size > 20 else free
    taken = _fill(region, free, minutes, rng)
    months = max((scheme.last_day - scheme.first_day) / 30, 1)
    count = int(np.ceil(float(shifts["billable"][taken].sum()) / 60 / months / HOURS_A_PAPER_MONTH))
    if not taken.size:
        return taken
    paper = region.casting.take("worker", max(count, 1))
    shifts["staff"][taken] = paper[np.arange(taken.size) % paper.size]
    for person in paper:
        if mean == "clock":
            clock_in(region, int(person), int(rng.choice(clocked)), (scheme.first_day, scheme.last_day), rng)
        if mean == "abroad":
            for _ in range(int(rng.integers(2, 6))):
                first = int(rng.integers(scheme.first_day, max(scheme.last_day - 20, scheme.first_day + 1)))
                add_absence(region, int(person), ABROAD, first, first + int(rng.integers(12, 40)))
    return taken


def clock_in(region: Region, person: int, company: int, span: tuple[int, int], rng: np.random.Generator) -> None:
    """A weekday job with a clock at another employer, declared and paid as any other."""
    days = np.arange(span[0], span[1] + 1)
    days = days[(region.period.weekday(days) < WEEK_DAYS) & (rng.random(days.size) < 0.9)]
    start = days * DAY + 420 + rng.integers(-12, 20, size=days.size)
    region.clock.add(
        organisation=company, person=person, start=start, end=start + 510 + rng.integers(-20, 25, size=days.size)
    )
    months = np.unique(region.period.month_of(days))
    gross = int(rng.integers(250, 330)) * 10_000
    region.pay.add(organisation=company, person=person, month=months, gross=gross, tax=int(gross * 0.25))


def _other_client(
    region: Region,
    ghost: GhostScheme,
    schemes: list[GhostScheme],
    free: Ints,
    *,
    minutes: float,
    rng: np.random.Generator,
) -> Ints:
    """Shifts written on an assistant who at that time works for another user, here or at another provider."""
    shifts = region.shifts
    others = [ghost.provider] + [each.provider for each in schemes if each is not ghost]
    provider = others[0] if rng.random() < 0.7 or len(others) == 1 else others[int(rng.integers(1, len(others)))]
    if provider is not ghost.provider:
        ghost.shares_staff_with = provider.scheme
    rows = np.arange(provider.rows.start, provider.rows.stop)
    user = shifts["user"][free[0]] if free.size else NONE
    rows = rows[(shifts["user"][rows] != user) & (shifts["gone"][rows] == 0) & (shifts["ghost"][rows] == 0)]
    taken: list[Ints] = []
    done = 0.0
    for person in rng.permutation(np.unique(shifts["staff"][rows])):
        if done >= minutes:
            break
        real = np.sort(rows[shifts["staff"][rows] == person])
        order = np.argsort(shifts["start"][real], kind="stable")
        starts, ends = shifts["start"][real][order], shifts["end"][real][order]
        place = np.searchsorted(starts, shifts["end"][free] - OVERLAP_MINUTES, side="right") - 1
        overlap = np.minimum(ends[np.maximum(place, 0)], shifts["end"][free]) - np.maximum(
            starts[np.maximum(place, 0)], shifts["start"][free]
        )
        fits = free[(place >= 0) & (overlap >= OVERLAP_MINUTES)]
        fits = _fill(region, fits, min(minutes - done, minutes / 2), rng)
        shifts["staff"][fits] = person
        free = np.setdiff1d(free, fits)
        taken.append(fits)
        done += float(shifts["billable"][fits].sum())
    return np.concatenate([np.zeros(0, dtype=np.int64), *taken])


def _hospital(
    region: Region, scheme: Scheme, user: int, free: Ints, *, minutes: float, rng: np.random.Generator
) -> Ints:
    """Shifts with a user who is in hospital and has no assistance granted there."""
    shifts = region.shifts
    taken = np.zeros(0, dtype=np.int64)
    for _ in range(int(rng.integers(2, 6))):
        first = int(rng.integers(scheme.first_day, max(scheme.last_day - 12, scheme.first_day + 1)))
        last = first + int(rng.integers(5, 24))
        add_absence(region, user, HOSPITAL, first, last)
        inside = free[inside_stay(shifts["start"][free], shifts["end"][free], first, last)]
        taken = np.union1d(taken, inside)
        if shifts["billable"][taken].sum() >= minutes:
            break
    return taken


def return_wages(region: Region, schemes: list[GhostScheme]) -> None:
    """Send part of each ghost wage back within days, and tell the truth about rows and amounts."""
    for ghost in schemes:
        rng = region.rng(f"ghost returns {ghost.number}")
        pay = region.pay
        provider = region.providers.index(ghost.provider)
        rows = np.flatnonzero((pay["provider"] == provider) & (pay["ghost_permille"] >= 250) & (pay["payment"] != NONE))
        region.truth.add_members(ghost.number, "payments", pay["payment"][rows], "salary for ghost hours")
        rows = rows[rng.random(rows.size) < RETURN_MONTHS_SHARE]
        net = (pay["gross"] - pay["tax"])[rows] * pay["ghost_permille"][rows] / 1000
        back = np.ceil(net * ghost.return_share / 10_000).astype(np.int64) * 10_000
        at = (
            region.payments["at"][pay["payment"][rows]]
            + rng.integers(RETURN_DAYS[0], RETURN_DAYS[1], size=rows.size) * DAY
            + 600
        )
        to = {"owner": ghost.provider.owner, "relative": ghost.provider.relative, "company": ghost.company}[ghost.route]
        paid = region.pay_out(pay["person"][rows], np.full(rows.size, to), back, at, "transfer")
        region.truth.add_members(ghost.number, "payments", paid, "wage returned")
        region.truth.schemes[ghost.number].difficulty["returned_ore"] = int(back.sum())


def tell_ghost_truth(region: Region, schemes: list[GhostScheme]) -> None:
    """After bills and clerical errors: which shifts and claims, and how much."""
    shifts, claims = region.shifts, region.claims
    ghost_rows = np.flatnonzero((shifts["ghost"] == 1) & (shifts["programme"] == ASSISTANCE) & (shifts["gone"] == 0))
    by_scheme = np.array([each.scheme for each in region.providers])[shifts["provider"][ghost_rows]]
    region.truth.add_members(by_scheme, "time_reports", ghost_rows, "ghost shift")
    months = region.period.months
    month = np.clip(region.period.month_of(shifts["start"][ghost_rows] // DAY), 0, months - 1)
    cell = shifts["decision"][ghost_rows] * months + month
    minutes = np.bincount(cell, weights=shifts["billable"][ghost_rows], minlength=region.decisions.count * months)
    of_claim = minutes[np.maximum(claims["decision"], 0) * months + claims["month"]]
    amount = np.where(
        claims["programme"] == ASSISTANCE,
        of_claim / 60 * rate_ore(np.minimum(claims["programme"], 1), claims["month"]),
        0,
    )
    amount = np.minimum(amount, claims["amount"])
    for scheme in schemes:
        rows = np.flatnonzero((claims["organisation"] == scheme.provider.organisation) & (amount > 0))
        region.truth.add_members(scheme.number, "claims", rows, "claim with ghost hours")
        region.truth.schemes[scheme.number].amount_ore = int(amount[rows].sum())
