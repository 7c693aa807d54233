"""Visits as they stand, with their local day and what is known of their time: read by the detectors of visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from follow_money.detectors.holidays import public_holidays
from follow_money.graph.local_time import SWEDISH_TIME, local_days
from follow_money.model import INSTANT

if TYPE_CHECKING:
    from follow_money.engine import Engine

NIGHT: Final = (22, 6)
"""From this hour to that one it is night."""
SUNDAY: Final = 6


def keep_visits(engine: Engine) -> None:
    """Hold ``standing_visits``: the rows of ``visits`` that no later row replaces, an overlapping delivery once.

    Beside the columns of the register: ``day`` (local), ``is_odd_hour`` (begun at night, on a Sunday or a public
    holiday) and ``is_stamped`` (its start is only when the row was entered: several of one practitioner have the same).
    """
    engine.keep("visits_once", _ONCE)
    times = engine.query("select distinct starts_at from visits_once order by starts_at")
    starts = pc.cast(times["starts_at"], INSTANT)
    days = local_days(starts)
    local = pc.local_timestamp(pc.cast(starts, pa.timestamp("us", tz=SWEDISH_TIME.key)))
    hours = pc.hour(local)
    years = pc.min_max(pc.year(local)).as_py() if len(times) else {"min": 2000, "max": 2000}
    holidays = pa.array(public_holidays(years["min"], years["max"]), pa.date32())
    is_night = pc.or_(pc.greater_equal(hours, NIGHT[0]), pc.less(hours, NIGHT[1]))
    is_free = pc.or_(pc.equal(pc.day_of_week(days), SUNDAY), pc.is_in(days, value_set=holidays))
    engine.table(
        "visit_times",
        pa.table({"starts_at": starts, "day": days, "is_odd_hour": pc.or_(is_night, is_free)}),
    )
    engine.keep("standing_visits", _STANDING)


_ONCE = """
    with replaced as (
        select distinct payer, corrects_visit_id from visits where corrects_visit_id is not null and corrects_visit_id <> visit_id
    ),
    same_row as (
        select record_id, row_number() over (
            partition by payer, visit_id, programme, organisation_id, patient_id, practitioner_id, starts_at, ends_at, code, amount_ore
            order by length(record_id), record_id
        ) as copy
        from visits
    )
    select v.record_id, v.payer, v.programme, v.organisation_id, v.patient_id, v.practitioner_id, v.starts_at, v.ends_at, v.entered_at,
        v.code, v.amount_ore, v.currency, v.has_note, coalesce(v.setting, 'clinic') as setting, v.links_exact, v.is_withheld
    from visits v
    join same_row s on s.record_id = v.record_id and s.copy = 1
    left join replaced r on r.payer = v.payer and r.corrects_visit_id = v.visit_id
    where r.corrects_visit_id is null and v.organisation_id is not null
"""

_STANDING = """
    with stamped as (
        select organisation_id, practitioner_id, starts_at from visits_once where coalesce(entered_at = starts_at, true)
        group by organisation_id, practitioner_id, starts_at having count(*) >= 3
    )
    select v.*, t.day, t.is_odd_hour, s.starts_at is not null as is_stamped
    from visits_once v
    join visit_times t on t.starts_at = v.starts_at
    left join stamped s on s.starts_at = v.starts_at and s.organisation_id = v.organisation_id and s.practitioner_id = v.practitioner_id
"""
