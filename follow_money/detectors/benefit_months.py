"""Months of parental benefit beside what the employer declared for them: pay, and days of absence."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from follow_money.engine import Engine

WORKING_DAYS: Final = 21
"""Working days of a month: a day of leave takes this part off the pay."""
SHOWN: Final = 0.5
"""Half of what leave takes off the pay shows that it was taken; the rest may be holiday pay or pay during leave (föräldralön)."""
SHOWN_IN_DOUBT: Final = 0.75
"""What is asked instead, of all jobs together, where one that is not the largest may have ended, or its holder be on leave from it alone: who is claims only
for its share of the days, so that its pay is about all that leave takes off; hours and pay of two jobs are not quite in proportion."""
_KEY: Final = ["person_id", "month"]
_JOB: Final = ["person_id", "employer_id"]
_NEXT: Final = pd.DateOffset(months=1)
_APART: Final = 2
"""Months from a job's last pay, or the last claimed month, to the next claimed month up to which leave may have gone on between: one for leave that begins
as the claim does, one more for pay in arrears or a month without a claim."""


def claimed_months(engine: Engine) -> pd.DataFrame:
    """One row a claim's source row and month: ``subject_id, person_id, month, record_id, payer, days, whole_days, ore``.

    ``subject_id`` is the decision that the claim rests on, else the claim itself; ``whole_days`` are days weighed by how much of each was claimed. A row over
    several months is spread by days.
    """
    rows = engine.query(_CLAIMED).to_pandas()
    share = rows["inside"] / rows["length"]
    told: pd.DataFrame = rows.assign(
        month=pd.to_datetime(rows["month"]),
        days=rows["claimed_days"] * share,
        whole_days=rows["claimed_days"] * share * rows["extent_percent"].clip(0, 100) / 100,
        ore=np.floor(rows["amount_ore"] * share).astype("int64"),
    )
    return told


def person_months(engine: Engine, claimed: pd.DataFrame, *, since: date, usual_months: int) -> pd.DataFrame:
    """One row a month from ``since`` on in which somebody claimed benefit and had pay, as far as it can be told.

    Returns:
        ``person_id, month, employer_id, days, whole_days, is_full`` (neither that month's pay nor the next one's shows the leave) and ``is_reported`` (the
        employer declared a day of absence, in that month or as more days than were claimed in the next). ``employer_id`` is the one that paid most. There
        is no row where that one has too few months without benefit to know its usual pay by, where nothing was paid in the month or the next, or where a link
        is doubtful.
    """
    months = claimed.groupby(_KEY, as_index=False)[["days", "whole_days"]].sum()
    pay = engine.query(_PAID).to_pandas().assign(month=lambda rows: pd.to_datetime(rows["month"]))
    told = _with_usual(pay, months, usual_months).merge(months, on=_KEY, how="left")
    absent = engine.query(_ABSENT).to_pandas().assign(month=lambda rows: pd.to_datetime(rows["month"]))
    told = told.merge(absent, on=_KEY, how="left").fillna({"days": 0.0, "whole_days": 0.0, "absent_days": 0})
    share = (told["whole_days"] / WORKING_DAYS).clip(upper=1.0)
    told = told.assign(
        due=told["usual_ore"] * share,
        due_of_all=(told["usual_ore"] + told["doubt_ore"]) * share,
        missing=told["usual_ore"] - told["total_ore"],
        missing_of_all=told["usual_ore"] + told["doubt_ore"] - told["total_ore"],
    )
    later = told.assign(
        month=told["month"] - _NEXT,
        missing_later=(told["missing"] - told["due"]).clip(lower=0),
        missing_of_all_later=(told["missing_of_all"] - told["due_of_all"]).clip(lower=0),
        absent_later=(told["absent_days"] - told["days"]).clip(lower=0),
    )
    told = told.merge(later[[*_KEY, "missing_later", "missing_of_all_later", "absent_later"]], on=_KEY)
    told = told[(told["days"] > 0) & (told["month"] >= pd.Timestamp(since))]
    shows = told[["missing", "missing_later"]].max(axis=1) >= SHOWN * told["due"]
    shows |= told[["missing_of_all", "missing_of_all_later"]].max(axis=1) >= SHOWN_IN_DOUBT * told["due_of_all"]
    told = told.assign(
        is_full=~told["is_away"] & ~shows,
        is_reported=(told["absent_days"] > 0) | (told["absent_later"] >= 1),
    )
    columns: pd.DataFrame = told[[*_KEY, "employer_id", "days", "whole_days", "is_full", "is_reported"]]
    return columns.reset_index(drop=True)


def month_employers(engine: Engine) -> pd.DataFrame:
    """One row a month in which an employer paid a claimant: ``person_id, employer_id, month``."""
    pay = engine.query(_PAID).to_pandas()
    told: pd.DataFrame = pay.assign(month=pd.to_datetime(pay["month"]))[[*_JOB, "month"]]
    return told


def _with_usual(pay: pd.DataFrame, claimed: pd.DataFrame, usual_months: int) -> pd.DataFrame:
    """One row a month in which somebody had pay: ``person_id, month, employer_id, total_ore, usual_ore, doubt_ore, is_away``.

    The usual pay is the sum over the jobs held in the month (``_held``), each the middle one of its months with pay and without benefit. So a month in which
    one of them pays nothing is short by all of its usual pay; that of jobs before their first pay or past their last is ``doubt_ore`` and not in
    ``usual_ore``. A job beside the largest with too few such months counts as it was paid. Where the one that paid most has too few, there is no row.
    ``is_away``: the largest job by usual pay, or one as large, paid nothing; of one with too few months without benefit the middle one of all its months
    tells how large it is.
    """
    held = _held(pay, claimed).merge(pay, on=[*_JOB, "month"], how="left").fillna({"pay_ore": 0})
    is_free = held.merge(claimed[_KEY].assign(is_claimed=True), on=_KEY, how="left")["is_claimed"].isna().to_numpy()
    free = held[is_free & (held["pay_ore"] > 0)].groupby(_JOB)["pay_ore"].agg(["median", "count"])
    usual = free[free["count"] >= usual_months]["median"].rename("usual_ore")
    any_month = pay.groupby(_JOB)["pay_ore"].median().rename("size_ore")
    held = held.merge(usual, on=_JOB, how="left").merge(any_month, on=_JOB)
    held = held.assign(
        is_known=held["usual_ore"].notna(),
        usual_ore=held["usual_ore"].fillna(held["pay_ore"]),
        size_ore=held["usual_ore"].fillna(held["size_ore"]),
    )
    held["doubt_ore"] = held["usual_ore"].where(held["is_outside"], 0)
    is_largest = held["size_ore"] == held.groupby(_KEY)["size_ore"].transform("max")
    held["is_away"] = is_largest & (held["pay_ore"] == 0)
    held = held.sort_values([*_KEY, "pay_ore", "employer_id"], ascending=[True, True, False, True])
    told = held.groupby(_KEY, as_index=False).agg(
        employer_id=("employer_id", "first"),
        total_ore=("pay_ore", "sum"),
        usual_ore=("usual_ore", "sum"),
        doubt_ore=("doubt_ore", "sum"),
        is_known=("is_known", "first"),
        is_away=("is_away", "any"),
    )
    told["usual_ore"] -= told["doubt_ore"]
    return told[told["is_known"]].drop(columns="is_known")


def _held(pay: pd.DataFrame, claimed: pd.DataFrame) -> pd.DataFrame:
    """One row a job and month with any pay of its holder in which it was held: ``person_id, employer_id, month, is_outside`` (its first pay to its last).

    A job is held from its first pay to its last. Two whole months with neither its pay nor benefit tell that it is over. One whose last pay lies within a
    stretch of claimed months, or in the two months before, may have ended or its holder be on leave to the end of the data: it is held through the stretch,
    and a month more, in which pay in arrears for the stretch would come. So is, from the beginning of the stretch, one whose first pay lies within it or in
    the two months after: the leave may be older than the data. Claimed months with one other between them are one stretch.
    """
    jobs = pay.groupby(_JOB, as_index=False).agg(first=("month", "min"), last=("month", "max"))
    paused, apart = jobs.merge(_stretches(claimed), on="person_id"), pd.DateOffset(months=_APART)
    after = paused[paused["last"].between(paused["begins"] - apart, paused["ends"])]
    before = paused[paused["first"].between(paused["begins"], paused["ends"] + apart)]
    jobs = jobs.merge(after.assign(until=after["ends"] + _NEXT)[[*_JOB, "until"]], on=_JOB, how="left")
    jobs = jobs.merge(before.assign(since=before["begins"])[[*_JOB, "since"]], on=_JOB, how="left")
    jobs = jobs.assign(until=jobs["until"].fillna(jobs["last"]), since=jobs["since"].fillna(jobs["first"]))
    held = pay[_KEY].drop_duplicates().merge(jobs, on="person_id")
    held["is_outside"] = ~held["month"].between(held["first"], held["last"])
    inside: pd.DataFrame = held[held["month"].between(held["since"], held["until"])]
    return inside[[*_JOB, "month", "is_outside"]]


def _stretches(claimed: pd.DataFrame) -> pd.DataFrame:
    """One row a stretch of claimed months of a person: ``person_id, begins, ends``. Stretches lie further apart than ``_APART`` months."""
    rows = claimed[_KEY].drop_duplicates().sort_values(_KEY, ignore_index=True)
    count = 12 * rows["month"].dt.year + rows["month"].dt.month
    is_new = (count.diff() > _APART) | (rows["person_id"] != rows["person_id"].shift())
    told: pd.DataFrame = rows.groupby(["person_id", is_new.cumsum().rename("stretch")], as_index=False).agg(
        begins=("month", "min"), ends=("month", "max")
    )
    return told[["person_id", "begins", "ends"]]


_CLAIMED = """
    with months as (select distinct month from current_payroll where month is not null)
    select coalesce(c.decision_id, c.claim_id) as subject_id, c.person_id, m.month, c.record_id, c.payer, c.currency, c.claimed_days, c.amount_ore,
        coalesce(c.extent_percent, 100) as extent_percent, date_diff('day', c.period_from, c.period_to) + 1 as length,
        date_diff('day', greatest(c.period_from, m.month), least(c.period_to, last_day(m.month))) + 1 as inside
    from current_claims c join months m on m.month <= c.period_to and c.period_from <= last_day(m.month)
    where c.programme = 'parental_benefit' and c.person_id is not null and c.links_exact and not c.is_withheld
        and c.claimed_days > 0 and c.period_to >= c.period_from
    order by c.record_id, m.month
"""

_PAID = """
    with claimants as (select distinct person_id from current_claims where programme = 'parental_benefit' and person_id is not null)
    select p.person_id, p.organisation_id as employer_id, p.month, cast(sum(p.cash_pay_ore) as bigint) as pay_ore
    from current_payroll p join claimants c on c.person_id = p.person_id
    where p.organisation_id is not null and p.cash_pay_ore > 0 and p.links_exact and not p.is_withheld
    group by p.person_id, p.organisation_id, p.month order by p.person_id, p.month, p.organisation_id
"""

_ABSENT = """
    with claimants as (select distinct person_id from current_claims where programme = 'parental_benefit' and person_id is not null)
    select r.person_id, cast(date_trunc('month', r.absent_on) as date) as month, count(distinct r.absent_on) as absent_days
    from reported_absences r join claimants c on c.person_id = r.person_id
    group by r.person_id, cast(date_trunc('month', r.absent_on) as date) order by r.person_id, month
"""
