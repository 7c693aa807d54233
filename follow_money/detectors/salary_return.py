"""Salary flowing back to the provider's owners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.sentences import kronor, percent
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class SalaryReturn(Detector):
    """Salaries of which most goes, within days, to somebody who owns or represents the employer.

    Why:
        A wage that is paid and handed back was not paid for work. The paper wage still draws assistance money or a wage subsidy, and later sick pay and
        parental benefit. The return goes straight to an owner or officer, or by way of one person who collects from several employees.

    Not flagged:
        Rent (called so by the bank, or the same amount each month while the wage varies); repayment of a loan that the owner side paid out before; an
        employee who shares household or address with the owner (a family's own money); small shares (gifts, tithes, tickets); a few months only;
        owners' own salaries.

    Parameters:
        within_days: Days after the salary within which money that leaves counts as returned.
        return_share_percent: Share of the salary that must return in a month.
        fewest_months: Employee-months of return with the employer, from which on it is a finding.
        collectors_from: Employees from whom one person must collect to count as a link on the way to the owner.

    Source:
        Typologies 1, 4 and 5, detector D4a; Svea hovrätt 2014-15: part of the wages went back to the owners.
    """

    name = "salary_return"
    version = "1"
    title_sv = "Lön som återgår till utförarens ägare"
    title_en = "Salary that returns to the owners"
    why_sv = (
        "En lön som betalas ut och lämnas tillbaka har inte betalats för arbete. Pappersbetalningen drar ändå assistansersättning eller lönebidrag "
        "och ger senare rätt till andra förmåner."
    )
    kinds = (HitKind.FLOW,)
    typologies = (1, 4, 5)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
        "payroll": ("organisation_number", "person_number", "month"),
        "roles": ("organisation_number", "person_number", "role"),
    }
    uses = ("accounts", "balances", "relations", "persons")
    look_alikes = (
        LookAlike(
            "Hyra eller avbetalning till en ägare som också är hyresvärd eller långivare: se avtalet.",
            "Rent or instalments to an owner who is also landlord or lender: see the contract.",
        ),
        LookAlike(
            "Gemensam ekonomi i en familj: se folkbokföringen.",
            "A family's shared economy: see the population register.",
        ),
        LookAlike(
            "Utlägg som arbetstagaren fått för mycket för och betalar tillbaka: se bokföringen.",
            "Expenses overpaid and returned: see the books.",
        ),
        LookAlike(
            "Köp av vara eller bil från ägaren: se kvitto eller registrering.",
            "A purchase from the owner: see the receipt or registration.",
        ),
    )

    within_days: int = 7
    return_share_percent: int = 50
    fewest_months: int = 3
    collectors_from: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every employer that pays salaries."""
        engine = context.engine
        engine.keep("return_salaries", _SALARIES)
        engine.keep("return_owner_side", _OWNER_SIDE)
        engine.keep("return_left", _LEFT_AGAIN, {"days": self.within_days})
        engine.keep("return_ways", _WAYS, {"days": self.within_days, "collect": self.collectors_from})
        rows = engine.query(
            _RETURNED, {"share": self.return_share_percent / 100, "months": self.fewest_months}
        ).to_pandas()
        rows["key"] = rows["organisation_id"]
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["subject_id"]
        balances = engine.query(_BALANCES).to_pandas()
        return Findings(
            hits=hits_frame(list(self._hits(rows, balances))),
            evidence=joined(
                evidence_frame(
                    rows,
                    register="payments",
                    record="return_id",
                    amount="returned_ore",
                    sv="betalning tillbaka",
                    en="payment back",
                ),
                evidence_frame(
                    rows,
                    register="payments",
                    record="onward_id",
                    sv="vidare till ägarsidan",
                    en="onward to the owner side",
                ),
                evidence_frame(rows, register="payments", record="salary_id", sv="utbetald lön", en="salary paid"),
                evidence_frame(
                    rows,
                    register="roles",
                    record="role_record_id",
                    sv="roll i organisationen",
                    en="role in the organisation",
                ),
            ),
            tests=plain_tests(
                tests,
                subject_kind=self.subject_kind.value,
                unit="employee-months with money to the owner side",
                null_model="path",
                observed="months",
            ),
        )

    def _hits(self, rows: pd.DataFrame, balances: pd.DataFrame) -> Iterator[dict[str, Any]]:
        standing = balances.set_index("entity_id")["balance_ore"]
        for key, group in rows.groupby("key", sort=True):
            salaries = group.drop_duplicates("salary_id")
            returned = int(group.drop_duplicates("return_id")["returned_ore"].sum())
            paid = int(salaries["salary_ore"].sum())
            months = len(salaries)
            people = group["person_id"].nunique()
            rich = [person for person in group["person_id"].unique() if standing.get(person, 0) > 3 * paid / months]
            by_way = group["onward_id"].notna().any()
            yield hit(
                self,
                str(key),
                HitKind.FLOW,
                subject_id=str(key),
                organisation_id=str(key),
                unit="employee-months",
                observed=months,
                amounts=(returned, returned, paid),
                amount_kind=AmountKind.TRACE,
                period=(group["day"].min(), group["return_day"].max()),
                currency=group["currency"].iloc[0],
                parties={
                    "employee": group["person_id"],
                    "receiver": group["receiver_id"],
                    "owner_side": group["owner_id"],
                },
                sv=f"Av {kronor(paid)} i lön till {people} anställda gick {kronor(returned)} ({percent(returned / paid)}) inom "
                f"{self.within_days} dagar till personer som äger eller företräder arbetsgivaren"
                f"{', delvis genom en person som samlar från flera' if by_way else ''} ({months} personmånader).",
                en=f"Of {kronor(paid, language='en')} in salaries to {people} employees, {kronor(returned, language='en')} "
                f"({percent(returned / paid)}) went within {self.within_days} days to people who own or represent the employer"
                f"{', partly by way of one who collects from several' if by_way else ''} ({months} employee-months).",
                against=[
                    (
                        f"{len(rich)} av de anställda hade mer än tre månadslöner på kontot i förväg; pengarna kan ha annat ursprung.",
                        f"{len(rich)} of the employees held more than three months' pay beforehand; the money may have another origin.",
                    )
                ]
                if rich
                else [],
            )


_SALARIES = """
    with employees as (
        select distinct organisation_id, person_id from current_payroll where organisation_id is not null and person_id is not null
    ),
    owners as (
        select distinct to_id as organisation_id, from_id as person_id from links
        where kind in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')
    )
    select t.record_id as salary_id, e.organisation_id, e.person_id, t.to_id, t.paid_at, t.day, t.amount_ore, t.currency,
        lead(t.paid_at) over (partition by e.organisation_id, e.person_id order by t.paid_at, t.record_id) as next_paid_at
    from transfers t
    join employees e on e.organisation_id = t.from_id and e.person_id = coalesce(t.named_payee_id, t.to_id)
    left join owners o on o.organisation_id = e.organisation_id and o.person_id = e.person_id
    where (t.kind = 'salary' or t.kind is null) and o.person_id is null
"""
"""Salaries of employees who are not themselves owners or officers."""

_OWNER_SIDE = """
    with officers as (
        select to_id as organisation_id, from_id as owner_id, min(record_id) as role_record_id from links
        where kind in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')
        group by to_id, from_id
    ),
    near as (
        select from_id, to_id from links where kind in ('household', 'family', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'family', 'shared_address')
    ),
    side as (
        select organisation_id, owner_id, owner_id as member_id, role_record_id from officers
        union all
        select o.organisation_id, o.owner_id, n.to_id as member_id, o.role_record_id from officers o join near n on n.from_id = o.owner_id
    )
    select organisation_id, member_id, min(owner_id) as owner_id, min(role_record_id) as role_record_id
    from side group by organisation_id, member_id
"""
"""Owners and officers, and who lives with them: the owner side of each organisation."""

_LEFT_AGAIN = """
    with own_household as (select s.organisation_id, s.person_id from return_salaries s join return_owner_side m
            on m.organisation_id = s.organisation_id and m.member_id = s.person_id group by s.organisation_id, s.person_id),
    straight as (
        -- The salary was credited to somebody else's account in the first place.
        select s.salary_id, s.organisation_id, s.person_id, s.day, s.amount_ore as salary_ore, s.currency, s.salary_id as return_id, s.to_id as receiver_id,
            s.amount_ore as returned_ore, s.day as return_day, s.paid_at as return_at
        from return_salaries s where s.to_id <> s.person_id
    ),
    afterwards as (
        select s.salary_id, s.organisation_id, s.person_id, s.day, s.amount_ore as salary_ore, s.currency, t.record_id as return_id, t.to_id as receiver_id,
            t.amount_ore as returned_ore, t.day as return_day, t.paid_at as return_at
        from return_salaries s
        join transfers t on t.from_id = s.person_id and t.day between s.day and cast(s.day + $days * interval 1 day as date)
            and t.paid_at >= s.paid_at and (s.next_paid_at is null or t.paid_at < s.next_paid_at)
        where s.to_id = s.person_id and t.to_id <> s.organisation_id and coalesce(t.kind, '') not in ('rent', 'tax', 'supplier', 'loan', 'salary')
            and t.to_id <> s.person_id
    ),
    left_again as (select * from straight union all select * from afterwards)
    select b.* from left_again b
    left join own_household h on h.organisation_id = b.organisation_id and h.person_id = b.person_id
    where h.person_id is null
"""
"""Money that left an employee within days of a salary, and salaries that landed on another's account."""

_WAYS = """
    with collectors as (
        select organisation_id, receiver_id from return_left group by organisation_id, receiver_id having count(distinct person_id) >= $collect
    ),
    onward as (
        select l.return_id, l.salary_id, l.organisation_id, min(t.record_id) as onward_id, min(m.owner_id) as owner_id,
            min(m.role_record_id) as role_record_id
        from return_left l
        join collectors c on c.organisation_id = l.organisation_id and c.receiver_id = l.receiver_id
        left join return_owner_side direct on direct.organisation_id = l.organisation_id and direct.member_id = l.receiver_id
        join transfers t on t.from_id = l.receiver_id and t.paid_at >= l.return_at and t.day <= cast(l.return_day + $days * interval 1 day as date)
        join return_owner_side m on m.organisation_id = l.organisation_id and m.member_id = t.to_id
        where direct.member_id is null and coalesce(t.kind, '') not in ('rent', 'tax', 'supplier', 'loan', 'salary')
        group by l.return_id, l.salary_id, l.organisation_id
    )
    select l.*, m.owner_id, m.role_record_id, cast(null as varchar) as onward_id
    from return_left l join return_owner_side m on m.organisation_id = l.organisation_id and m.member_id = l.receiver_id
    union all
    select l.*, o.owner_id, o.role_record_id, o.onward_id
    from return_left l join onward o on o.return_id = l.return_id and o.salary_id = l.salary_id and o.organisation_id = l.organisation_id
"""
"""What of it reached the owner side, straight or by way of a collector."""

_LAWFUL = """
    lent as (
        select w.organisation_id, w.person_id, w.receiver_id, sum(t.amount_ore) as lent_ore
        from (select distinct organisation_id, person_id, receiver_id from return_ways) w
        join transfers t on t.from_id = w.receiver_id and t.to_id = w.person_id
        group by w.organisation_id, w.person_id, w.receiver_id
    ),
    pairs as (
        select organisation_id, person_id, receiver_id, count(distinct salary_id) as months, sum(returned_ore) as returned_ore,
            max(returned_ore) - min(returned_ore) as spread_of_returns, max(salary_ore) - min(salary_ore) as spread_of_salaries,
            max(salary_ore) as largest_salary
        from return_ways where return_id <> salary_id
        group by organisation_id, person_id, receiver_id
    ),
    lawful as (
        select p.organisation_id, p.person_id, p.receiver_id from pairs p
        left join lent l on l.organisation_id = p.organisation_id and l.person_id = p.person_id and l.receiver_id = p.receiver_id
        where coalesce(l.lent_ore, 0) >= 0.8 * p.returned_ore
            or (p.months >= 3 and p.spread_of_returns = 0 and p.spread_of_salaries > 0.02 * p.largest_salary)
    )
"""

_RETURNED = f"""
    with {_LAWFUL},
    counted as (
        select w.* from return_ways w
        left join lawful f on f.organisation_id = w.organisation_id and f.person_id = w.person_id and f.receiver_id = w.receiver_id
        where f.person_id is null
    ),
    months as (
        select organisation_id, salary_id from counted
        group by organisation_id, salary_id, salary_ore having sum(returned_ore) >= $share * salary_ore
    ),
    enough as (select organisation_id from months group by organisation_id having count(*) >= $months)
    select c.* from counted c
    join months m on m.organisation_id = c.organisation_id and m.salary_id = c.salary_id
    join enough e on e.organisation_id = c.organisation_id
    order by c.organisation_id, c.salary_id, c.return_id
"""

_TESTED = """
    with evaluated as (select distinct organisation_id from return_salaries),
    reached as (select organisation_id, count(distinct salary_id) as months from return_ways group by organisation_id)
    select e.organisation_id as subject_id, coalesce(r.months, 0) as months
    from evaluated e left join reached r on r.organisation_id = e.organisation_id order by e.organisation_id
"""

_BALANCES = """
    select a.holder_id as entity_id, max(b.balance_ore) as balance_ore
    from balances b join accounts a on a.account_id = b.account_id
    where a.holder_id is not null group by a.holder_id order by a.holder_id
"""
