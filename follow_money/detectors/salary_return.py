"""Salary flowing back to the provider's owners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.salary_paths import (
    BACK,
    EMPLOYEES,
    LEFT_AGAIN,
    OUTSIDE,
    OWNER_SIDE,
    SALARIES,
    STRAIGHT,
    WAYS,
)
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
        return_share_percent: Share of a month's salary, all payments of the employer together, that must return.
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
        engine.keep("return_employees", EMPLOYEES)
        engine.keep("return_owner_side", OWNER_SIDE)
        engine.keep("return_outside", OUTSIDE)
        engine.keep("return_straight", STRAIGHT)
        engine.keep("return_back", BACK, {"collect": self.collectors_from})
        engine.keep("return_salaries", SALARIES)
        engine.keep("return_left", LEFT_AGAIN, {"days": self.within_days})
        engine.keep("return_ways", WAYS, {"days": self.within_days, "collect": self.collectors_from})
        rows = engine.query(_RETURNED, {"share": self.return_share_percent, "months": self.fewest_months}).to_pandas()
        rows["key"] = rows["organisation_id"]
        tests = engine.query(_TESTED).to_pandas()
        tests["key"] = tests["subject_id"]
        rich = _rich_beforehand(context, rows)
        return Findings(
            hits=hits_frame(list(self._hits(rows, rich))),
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
                    rich,
                    register="balances",
                    role="against",
                    sv="saldo före första återbetalningen",
                    en="balance before the first return",
                ),
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

    def _hits(self, rows: pd.DataFrame, rich: pd.DataFrame) -> Iterator[dict[str, Any]]:
        rich_people = rich.groupby("key")["person_id"].nunique()
        for key, group in rows.groupby("key", sort=True):
            returned = int(group["returned_ore"].sum())
            by_month = group.drop_duplicates(["person_id", "month"])
            paid, months = int(by_month["month_ore"].sum()), len(by_month)
            people = group["person_id"].nunique()
            doubtful = int((~group["links_exact"]).sum())
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
                against=[*_other_origin(int(rich_people.get(key, 0))), *_doubtful(doubtful)],
            )


def _rich_beforehand(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Employees whose last known balance before their first returned salary was above three months' pay: ``key, person_id, record_id``."""
    first = rows.groupby(["key", "person_id"], as_index=False).agg(day=("day", "min"), month_ore=("month_ore", "mean"))
    told = pa.table(
        {
            "key": pa.array(first["key"].tolist(), pa.string()),
            "person_id": pa.array(first["person_id"].tolist(), pa.string()),
            "day": pa.array(first["day"].tolist(), pa.date32()),
            "three_months_ore": pa.array([round(3 * ore) for ore in first["month_ore"]], pa.int64()),
        }
    )
    context.engine.table("return_first_days", told)
    rich: pd.DataFrame = context.engine.query(_BALANCES).to_pandas()
    return rich


def _other_origin(rich: int) -> list[tuple[str, str]]:
    if not rich:
        return []
    return [
        (
            f"{rich} av de anställda hade mer än tre månadslöner på kontot i förväg; pengarna kan ha annat ursprung.",
            f"{rich} of the employees held more than three months' pay beforehand; the money may have another origin.",
        )
    ]


def _doubtful(payments: int) -> list[tuple[str, str]]:
    if not payments:
        return []
    return [
        (
            f"I {payments} av betalningarna är någon part inte säkert identifierad med nummer.",
            f"In {payments} of the payments a party is not surely identified by a number.",
        )
    ]


_LAWFUL = """
    people as (
        select organisation_id, person_id, min(return_at) as first_at, sum(returned_ore) as returned_ore from return_ways
        group by organisation_id, person_id
    ),
    lenders as (
        select organisation_id, person_id, receiver_id as lender_id from return_ways
        union select p.organisation_id, p.person_id, m.member_id from people p join return_owner_side m on m.organisation_id = p.organisation_id
    ),
    lent as (
        select l.organisation_id, l.person_id, sum(t.amount_ore) as lent_ore
        from lenders l
        join people p on p.organisation_id = l.organisation_id and p.person_id = l.person_id
        join transfers t on t.from_id = l.lender_id and t.to_id = l.person_id and t.paid_at < p.first_at
        where coalesce(t.kind, '') <> 'salary'
        group by l.organisation_id, l.person_id
    ),
    repaying as (
        select p.organisation_id, p.person_id from people p
        join lent l on l.organisation_id = p.organisation_id and l.person_id = p.person_id where 10 * l.lent_ore >= 8 * p.returned_ore
    ),
    renting as (
        select organisation_id, person_id, receiver_id from return_ways where return_id <> salary_id
        group by organisation_id, person_id, receiver_id
        having count(distinct month) >= 3 and max(returned_ore) = min(returned_ore)
            and 50 * (max(salary_ore) - min(salary_ore)) > max(salary_ore)
    )
"""

_RETURNED = f"""
    with {_LAWFUL},
    counted as (
        select w.*, sum(w.returned_ore) over (
            partition by w.organisation_id, w.person_id, w.month order by w.return_at, w.return_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_ore
        from return_ways w
        left join repaying p on p.organisation_id = w.organisation_id and p.person_id = w.person_id
        left join renting r on r.organisation_id = w.organisation_id and r.person_id = w.person_id and r.receiver_id = w.receiver_id
            and w.return_id <> w.salary_id
        where p.person_id is null and r.person_id is null
    ),
    capped as (
        -- More than the month's pay cannot be pay that returned.
        select *, cast(greatest(0, least(returned_ore, month_ore - coalesce(earlier_ore, 0))) as bigint) as counted_ore from counted
    ),
    months as (
        select organisation_id, person_id, month from capped
        group by organisation_id, person_id, month, month_ore having 100 * sum(counted_ore) >= $share * month_ore
    ),
    enough as (select organisation_id from months group by organisation_id having count(*) >= $months)
    select c.organisation_id, c.person_id, cast(c.month as date) as month, cast(c.month_ore as bigint) as month_ore, c.day, c.salary_id, c.currency,
        c.return_id, c.receiver_id, c.counted_ore as returned_ore, c.return_day, c.owner_id, c.role_record_id, c.onward_id, c.links_exact
    from capped c
    join months m on m.organisation_id = c.organisation_id and m.person_id = c.person_id and m.month = c.month
    join enough e on e.organisation_id = c.organisation_id
    order by c.organisation_id, c.salary_id, c.return_id
"""

_TESTED = """
    with evaluated as (select distinct organisation_id from return_employees),
    reached as (
        select organisation_id, count(distinct person_id || ' ' || cast(month as varchar)) as months from return_ways group by organisation_id
    )
    select e.organisation_id as subject_id, coalesce(r.months, 0) as months
    from evaluated e left join reached r on r.organisation_id = e.organisation_id order by e.organisation_id
"""

_BALANCES = """
    with beforehand as (
        select f.key, f.person_id, f.three_months_ore, b.record_id, b.balance_ore,
            row_number() over (partition by f.key, f.person_id, b.account_id order by b.balance_on desc, b.record_id) as newest_first
        from return_first_days f
        join accounts a on a.holder_id = f.person_id and coalesce(a.valid_from, date '1900-01-01') <= f.day
        join balances b on b.account_id = a.account_id and b.balance_on <= f.day
    )
    select key, person_id, min(record_id) as record_id from beforehand
    where newest_first = 1 group by key, person_id, three_months_ore having sum(balance_ore) > three_months_ore
    order by key, person_id
"""
