"""Typologies 4 and 5, paper employment for wage subsidy through associations tied to a congregation and companies.

Parameters, drawn for each scheme (typologies page, 4 and 5; what the page does not say is drawn wide):

* 1-3 associations whose board sits on the board of a religious community and owns a company (page: "signatory in
  >= 3 associations", "representative"); 4-10 paper employees over 6-24 months;
* 40-80 % of them are already employed by the company before the decision, or sit on the board (page: "person already
  in AGI of same or related employer; person is representative");
* pay is not declared as approved (0-60 % of it, page: "gross != approved"), or declared, paid and 50-90 % of it
  returned to the signatory, treasurer or company within 1-7 days (page: "payout to person within days");
* two in five collect the salaries of all on one account; half of those with several associations share one giro (page:
  "same BG").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.accounts import OWN
from synthetic_data.associations import Subsidy, found_association, grant_subsidy, seat_board
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.period import DAY
from synthetic_data.rows import NONE, Ints
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.region import Region

ASSOCIATIONS = (1, 4)
EMPLOYEES = (4, 11)
MONTHS = (6, 24)
TIED_SHARE = (0.4, 0.8)
SUBSIDY_ORE = (12_000_00, 20_000_00)
APPROVED_ORE = (22_000_00, 28_000_00)
DECLARED_SHARE = (0.0, 0.6)
RETURN_SHARE = (0.5, 0.9)
RETURN_DAYS = (1, 7)
COLLECTING_SHARE = 0.4
SHARED_GIRO_SHARE = 0.5
MODES = ("undeclared", "paid_back")


@dataclass
class PaperScheme:
    """A scheme whose decisions and pay are entered."""

    number: int
    mode: str
    return_share: float
    back_to: int
    pay_rows: list[Ints] = field(default_factory=list)


def plant_paper_employment(region: Region, count: int, matrix: int = 0) -> list[PaperScheme]:
    """Associations, boards, decisions and declared pay of all schemes."""
    rng = region.rng("paper employment")
    return [_plant_one(region, rng, level_of(number, matrix)) for number in range(count)]


def _plant_one(region: Region, rng: np.random.Generator, level: Level | None) -> PaperScheme:
    leader, treasurer, *others = (int(person) for person in region.casting.take("worker", 4))
    congregation = region.organisations.add(region.organisations.free_name("församling", ""), "TSF", "94.910")
    seat_board(region, congregation, [*others, leader, treasurer])
    associations = [found_association(region, rng) for _ in range(int(rng.integers(*ASSOCIATIONS)))]
    company = region.organisations.add(region.organisations.free_name("Service", "AB"), "AB", "81.210")
    region.give_role(company, leader, "owner", "board_member", "signatory")
    months = min(int(rng.integers(MONTHS[0], MONTHS[1] + 1)), region.period.months - 3)
    first = int(rng.integers(3, region.period.months - months + 1))
    starts = region.period.month_starts
    scheme = Scheme(
        "4_5",
        "employer",
        associations[0],
        "arbetsformedlingen",
        "wage_subsidy",
        int(starts[first]),
        int(starts[first + months]) - 1,
    )
    number = region.truth.plant(scheme)
    scheme.organisations |= {congregation: "congregation", company: "company of the signatory"}
    scheme.organisations |= dict.fromkeys(associations[1:], "employer")
    giro = len(associations) > 1 and bool(rng.random() < SHARED_GIRO_SHARE)
    if giro:
        account = region.accounts.open([associations[0]], OWN, giro=True)
        for association in associations:
            region.accounts.pays_on(association, account)
    mode = MODES[int(rng.random() < 0.6)]
    collecting = bool(rng.random() < COLLECTING_SHARE)
    collector = int(rng.choice([leader, treasurer]))
    paper = PaperScheme(
        number,
        mode,
        float(rng.uniform(*at_level(RETURN_SHARE, level))),
        (leader, treasurer, company)[int(rng.integers(0, 3))],
    )
    employees = region.casting.take("worker", int(rng.integers(*EMPLOYEES)))
    tied = max(round(float(rng.uniform(*at_level(TIED_SHARE, level))) * employees.size), 2)
    declared = (
        float(rng.uniform(*at_level(DECLARED_SHARE, level, hidden_when_high=True))) if mode == "undeclared" else 1.0
    )
    for association in associations:
        board = [leader, treasurer, *[int(p) for p in employees[:tied:2]]]
        seat_board(region, association, board, valid_from=int(starts[first]) - 400)
    for place, person in enumerate(employees):
        association = associations[place % len(associations)]
        if place < tied and place % 2 == 1:
            _employ_before(region, company, int(person), first, rng)
        _subsidise(
            region,
            paper,
            association,
            int(person),
            span=(first, first + months),
            declared=declared,
            collector=collector if collecting else NONE,
            rng=rng,
        )
    scheme.difficulty = {
        "mode": mode,
        "employees": int(employees.size),
        "tied_employees": tied,
        "declared_share": round(declared, 3),
        "return_share": round(paper.return_share, 3) if mode == "paid_back" else 0.0,
        "collecting_account": int(collecting),
        "shared_giro": int(giro),
        "associations": len(associations),
    }
    return paper


def _employ_before(region: Region, company: int, person: int, first: int, rng: np.random.Generator) -> None:
    """A job at the related company that began before the subsidised one and goes on."""
    begin = max(first - int(rng.integers(4, 10)), 0)
    month = np.arange(begin, min(first + int(rng.integers(3, 12)), region.period.months))
    gross = int(rng.integers(200, 290)) * 10_000
    region.pay.add(organisation=company, person=person, month=month, gross=gross, tax=int(gross * 0.24))


def _subsidise(
    region: Region,
    paper: PaperScheme,
    association: int,
    person: int,
    *,
    span: tuple[int, int],
    declared: float,
    collector: int,
    rng: np.random.Generator,
) -> None:
    approved = int(rng.integers(*APPROVED_ORE)) // 10_000 * 10_000
    monthly = min(int(rng.integers(*SUBSIDY_ORE)), approved * 3 // 4) // 10_000 * 10_000
    subsidy = Subsidy(association, person, span[0], span[1], monthly, approved)
    decision, claims, payments = grant_subsidy(region, subsidy)
    truth = region.truth
    truth.add_members(paper.number, "decisions", np.array([decision]), "subsidy decision")
    truth.add_members(paper.number, "claims", claims, "subsidy paid")
    truth.add_members(paper.number, "payments", payments, "subsidy paid")
    truth.schemes[paper.number].amount_ore += monthly * (span[1] - span[0])
    gross = int(approved * declared) // 10_000 * 10_000
    if gross:
        month = np.arange(*span)
        rows = region.pay.add(
            organisation=association,
            person=person,
            month=month,
            gross=gross,
            tax=int(gross * 0.23) // 100 * 100,
            account=collector,
            scheme=paper.number,
        )
        paper.pay_rows.append(rows)


def return_pay(region: Region, schemes: list[PaperScheme]) -> None:
    """After salaries were paid: send part of them back within days; tell which payments."""
    pay, payments = region.pay, region.payments
    for scheme in schemes:
        if not scheme.pay_rows:
            continue
        rng = region.rng(f"paper returns {scheme.number}")
        rows = np.concatenate(scheme.pay_rows)
        salary = pay["payment"][rows]
        region.truth.add_members(scheme.number, "payments", salary, "salary of a paper employee")
        if scheme.mode != "paid_back":
            continue
        back = np.ceil(payments["amount"][salary] * scheme.return_share / 10_000).astype(np.int64) * 10_000
        at = payments["at"][salary] + rng.integers(*RETURN_DAYS, size=rows.size) * DAY + 500
        source = payments["payee_account"][salary]
        holder = np.where(source < region.people.count, source, pay["person"][rows])
        apart = holder != scheme.back_to
        paid = region.pay_out(
            holder[apart],
            np.full(int(apart.sum()), scheme.back_to),
            back[apart],
            at[apart],
            "transfer",
            payer_account=source[apart],
        )
        region.truth.add_members(scheme.number, "payments", paid, "pay returned")
