"""Salary flowing back to the provider's owners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.owner_side import OWNER_SIDE
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, plain_tests, trail_hit
from follow_money.detectors.salary_months import returned_months
from follow_money.detectors.salary_staff import staff_of
from follow_money.detectors.salary_ways import SalaryWays, salary_ways
from follow_money.detectors.sentences import between, counted, kronor, percent
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.found_trail import FoundTrail, found_trail
from follow_money.graph.flows.time_order import Int64s
from follow_money.model import HitKind, Purpose, SubjectKind


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
    version = "2"
    title_sv = "Lön som återgår till utförarens ägare"
    title_en = "Salary that returns to the owners"
    why_sv = (
        "En lön som betalas ut och lämnas tillbaka kan vara en betalning på papperet, utan arbete bakom. Den drar ändå assistansersättning eller "
        "lönebidrag och ger senare rätt till andra förmåner."
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
        engine, store = context.engine, context.flows
        engine.keep("owner_side", OWNER_SIDE)
        staff = staff_of(engine, store)
        ways = salary_ways(
            engine,
            staff,
            context.flow_facts.is_wage,
            within_days=self.within_days,
            collectors_from=self.collectors_from,
        )
        months = returned_months(
            engine,
            store,
            ways,
            within_days=self.within_days,
            share_percent=self.return_share_percent,
            fewest_months=self.fewest_months,
        )
        rows, reached = months.rows.assign(key=months.rows["organisation_id"]), months.reached
        tests = pd.DataFrame({"subject_id": staff.employers()})
        tests = tests.assign(key=tests["subject_id"], months=[reached.get(each, 0) for each in tests["subject_id"]])
        rich = _rich_beforehand(context, rows)
        trails = {str(key): _trail(context, ways, group) for key, group in rows.groupby("key", sort=True)}
        return Findings(
            hits=hits_frame(list(self._hits(rows, rich, trails))),
            evidence=joined(
                *(trail_evidence(key, store, at, found, _NOTES) for key, (at, found) in trails.items()),
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
            searches_cut=ways.searches_cut,
        )

    def _hits(
        self, rows: pd.DataFrame, rich: pd.DataFrame, trails: Mapping[str, tuple[Int64s, FoundTrail]]
    ) -> Iterator[dict[str, Any]]:
        rich_people = rich.groupby("key")["person_id"].nunique()
        for key, group in rows.groupby("key", sort=True):
            returned = int(group["returned_ore"].sum())
            by_month = group.drop_duplicates(["person_id", "month"])
            paid, months = int(by_month["month_ore"].sum()), len(by_month)
            people = group["person_id"].nunique()
            doubtful = int((~group["links_exact"]).sum())
            by_way = group["is_collected"].any()
            found = trails[str(key)][1]
            amounts = found.amounts
            yield trail_hit(
                self,
                str(key),
                found,
                unit="employee-months",
                observed=months,
                period=(group["day"].min(), group["return_day"].max()),
                currency=group["currency"].iloc[0],
                parties={
                    "employee": group["person_id"],
                    "receiver": group["receiver_id"],
                    "owner_side": group["owner_id"],
                },
                sv=f"Av {kronor(paid)} i lön till {counted(people, 'anställd', 'anställda')} gick {kronor(returned)} ({percent(returned / paid)}) inom "
                f"{self.within_days} dagar till personer som äger eller företräder arbetsgivaren, eller till deras hushåll"
                f"{', delvis genom en person som samlar från flera' if by_way else ''} ({months} personmånader). "
                f"Därav var {between(*amounts)} lön från arbetsgivaren.",
                en=f"Of {kronor(paid, language='en')} in salaries to {counted(people, 'employee', 'employees')}, {kronor(returned, language='en')} "
                f"({percent(returned / paid)}) went within {self.within_days} days to people who own or represent the employer, or to their households"
                f"{', partly by way of one who collects from several' if by_way else ''} ({months} employee-months). "
                f"Of it {between(*amounts, language='en')} was pay from the employer.",
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


_NOTES = TrailNotes(
    sources=("utbetald lön", "salary paid"),
    along=("betalning till den som samlar", "payment to the one who collects"),
    ends=("betalning tillbaka", "payment back"),
)


def _trail(context: Context, ways: SalaryWays, rows: pd.DataFrame) -> tuple[Int64s, FoundTrail]:
    """The trail of the salaries of one employer to those who returned them, from the first one that came back to the last return."""
    employer, paid = int(rows["employer"].iloc[0]), ways.salaries
    collectors = sorted(set(rows.loc[rows["is_collected"], "receiver"]))
    after = np.concatenate([rows["back"].to_numpy(), *(ways.onward[(employer, collector)] for collector in collectors)])
    salaries = paid.loc[(paid["employer"] == employer) & paid["person"].isin(rows["person"]), "salary"].to_numpy()
    salaries = salaries[(salaries >= rows["salary"].min()) & (salaries <= after.max())]
    at = np.union1d(after, salaries)
    return at, found_trail(context.flows, at, opening_ore=context.flow_facts.opening_ore)


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
