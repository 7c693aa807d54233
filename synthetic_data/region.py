"""A region while it is being made: its people and organisations, and every register's rows as integers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthetic_data.accounts import Accounts
from synthetic_data.casting import Casting
from synthetic_data.organisations import Organisations
from synthetic_data.people import People, draw_people
from synthetic_data.period import Period
from synthetic_data.rows import NONE, Ints, Rows
from synthetic_data.truth import Truth

PAYER_OF = {
    "assistance": "forsakringskassan",
    "home_care": "kommun",
    "wage_subsidy": "arbetsformedlingen",
    "other": "region",
    "association_grant": "kommun",
    "study_circle": "folkbildningsradet",
    "dental": "forsakringskassan",
    "primary_care": "region",
    "placement": "kommun",
    "school_voucher": "kommun",
    "wage_guarantee": "lansstyrelsen",
    "business_support": "skatteverket",
    "sick_pay": "forsakringskassan",
    "parental_benefit": "forsakringskassan",
    "housing_benefit": "forsakringskassan",
    "insurance": "forsakringsbolag",
}
"""Programmes and who pays them."""
PROGRAMMES = tuple(PAYER_OF)
PAYERS = tuple(PAYER_OF.values())
ASSISTANCE, HOME_CARE, WAGE_SUBSIDY, OTHER = range(4)
WEEK, MONTH = range(2)

ROLES = (
    "owner",
    "beneficial_owner",
    "board_member",
    "deputy",
    "chair",
    "managing_director",
    "signatory",
    "treasurer",
    "auditor",
    "accountant",
    "administrator",
)
PAYMENT_KINDS = ("salary", "rent", "tax", "supplier", "public", "transfer", "loan", "gift", "cash", "other")


@dataclass
class Provider:
    """A provider of assistance or home care. ``rows`` is where its shifts stand in the table of shifts."""

    organisation: int
    programme: int
    owner: int
    relative: int
    scheme: int
    fault_share: float
    manual_share: float
    hourly_pay_ore: int
    on_paper: bool
    staff: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    relief: int = NONE
    users: list[int] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    rows: slice = field(default_factory=lambda: slice(0, 0))
    paid_hours_factor: float = 1.0


@dataclass
class Region:
    """All that is known of a region. Day columns are days of the period, times wall minutes of it, amounts öre."""

    seed: int
    period: Period
    people: People
    organisations: Organisations
    accounts: Accounts
    casting: Casting
    truth: Truth = field(default_factory=Truth)
    providers: list[Provider] = field(default_factory=list)
    public: dict[str, int] = field(default_factory=dict)
    """Party numbers of authorities and hubs by name."""
    salary_accounts: dict[int, int] = field(default_factory=dict)
    """Accounts of persons whose pay goes elsewhere than to their own account."""
    f_tax_staff: set[int] = field(default_factory=set)
    """Persons who invoice with F-tax for their work."""
    spouses: list[tuple[Provider, int]] = field(default_factory=list)
    """Assistants who live with the owner of their provider."""
    trips: list[tuple[Provider, int, tuple[int, int], int, int]] = field(default_factory=list)
    """Journeys of a user with two assistants: provider, user, assistants, first and last day."""
    roles: Rows = field(
        default_factory=lambda: Rows(organisation=NONE, person=NONE, role=NONE, valid_from=NONE, valid_to=NONE)
    )
    relations: Rows = field(default_factory=lambda: Rows(person=NONE, other=NONE, kind=NONE, valid_from=NONE))
    permits: Rows = field(
        default_factory=lambda: Rows(
            organisation=NONE, programme=NONE, valid_from=NONE, valid_to=NONE, status=0, applied=NONE
        )
    )
    exchange_permits: Rows = field(
        default_factory=lambda: Rows(organisation=NONE, valid_from=NONE, valid_to=NONE, status=0, applied=NONE)
    )
    contracts: Rows = field(
        default_factory=lambda: Rows(organisation=NONE, programme=NONE, valid_from=NONE, valid_to=NONE)
    )
    decisions: Rows = field(
        default_factory=lambda: Rows(
            programme=NONE,
            person=NONE,
            organisation=NONE,
            valid_from=NONE,
            valid_to=NONE,
            granted=NONE,
            per=NONE,
            settlement=1,
            allows_double=0,
            allows_hospital=0,
            amount=NONE,
            approved=NONE,
            provider=NONE,
            overbill=0,
            cap=1000,
        )
    )
    shifts: Rows = field(
        default_factory=lambda: Rows(
            programme=NONE,
            provider=NONE,
            decision=NONE,
            user=NONE,
            staff=NONE,
            start=NONE,
            end=NONE,
            kind=0,
            is_double=0,
            method=0,
            entered=NONE,
            corrects=NONE,
            billable=0,
            paid=0,
            ghost=0,
            gone=0,
        )
    )
    claims: Rows = field(
        default_factory=lambda: Rows(
            programme=NONE,
            decision=NONE,
            organisation=NONE,
            person=NONE,
            month=NONE,
            billed=NONE,
            amount=NONE,
            paid_on=NONE,
            contract=NONE,
            first=NONE,
            last=NONE,
            days=NONE,
            extent=NONE,
        )
    )
    clock: Rows = field(default_factory=lambda: Rows(organisation=NONE, person=NONE, start=NONE, end=NONE))
    absences: Rows = field(default_factory=lambda: Rows(person=NONE, kind=NONE, first=NONE, last=NONE))
    pay: Rows = field(
        default_factory=lambda: Rows(
            organisation=NONE,
            person=NONE,
            month=NONE,
            gross=0,
            f_tax=0,
            tax=0,
            is_paid=1,
            account=NONE,
            payer=NONE,
            payer_account=NONE,
            scheme=NONE,
            ghost_permille=0,
            provider=NONE,
            payment=NONE,
        )
    )
    payroll: Rows = field(
        default_factory=lambda: Rows(
            organisation=NONE,
            person=NONE,
            month=NONE,
            specification=1,
            gross=0,
            f_tax=0,
            tax=0,
            received=NONE,
            deletion=0,
        )
    )
    payments: Rows = field(
        default_factory=lambda: Rows(
            at=NONE,
            payer=NONE,
            payer_account=NONE,
            payee=NONE,
            payee_account=NONE,
            amount=0,
            kind=9,
            claim=NONE,
            decision=NONE,
        )
    )
    invoices: Rows = field(
        default_factory=lambda: Rows(
            supplier=NONE, booked=NONE, paid=NONE, net=0, unit=0, text=0, document=0, spelling=0
        )
    )

    tables: dict[str, Rows] = field(default_factory=dict)
    """Registers that only scenarios of the matrix fill, by name: see `table`."""

    def table(self, register: str, columns: dict[str, int]) -> Rows:
        """The rows of a register that only scenarios of the matrix fill; ``columns`` are its columns with their defaults."""
        return self.tables.setdefault(register, Rows(**columns))

    def public_body(self, name: str, spelled: str, form: str = "STAT") -> int:
        """The party number of an authority, which is founded when it is first asked for."""
        if name not in self.public:
            self.public[name] = self.organisations.add(spelled, form, "84.300")
        return self.public[name]

    def rng(self, part: str) -> np.random.Generator:
        """The random numbers of one part: a change in one part leaves the others as they were."""
        return np.random.default_rng([self.seed, *part.encode()])

    def give_role(
        self, organisation: int, person: int, *roles: str, valid_from: int = NONE, valid_to: int = NONE
    ) -> None:
        """Enter a person in these roles."""
        self.roles.add(
            organisation=organisation,
            person=person,
            role=[ROLES.index(role) for role in roles],
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def pay_out(
        self,
        payer: int | Ints,
        payee: int | Ints,
        amount_ore: int | Ints,
        at: int | Ints,
        kind: str,
        *,
        payer_account: Ints | int | None = None,
        payee_account: Ints | int | None = None,
        claim: Ints | int = NONE,
        decision: Ints | int = NONE,
    ) -> Ints:
        """Enter payments between parties, from and to their own accounts unless said otherwise."""
        payers, payees = np.atleast_1d(payer), np.atleast_1d(payee)
        return self.payments.add(
            at=at,
            payer=payer,
            payee=payee,
            amount=np.atleast_1d(amount_ore),
            kind=PAYMENT_KINDS.index(kind),
            payer_account=self.accounts.of_all(payers) if payer_account is None else payer_account,
            payee_account=self.accounts.of_all(payees) if payee_account is None else payee_account,
            claim=claim,
            decision=decision,
        )


def empty_region(people: int, seed: int, years: int) -> Region:
    """A region with its people and nothing else."""
    period = Period(years)
    streams = [np.random.default_rng([seed, number]) for number in range(4)]
    persons = draw_people(people, period, streams[0])
    return Region(
        seed=seed,
        period=period,
        people=persons,
        organisations=Organisations(period.first_day, streams[1]),
        accounts=Accounts(people, streams[2]),
        casting=Casting(persons, streams[3]),
    )
