"""When each source row of a case says that something was so: its span on the Swedish clock or calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from follow_money.triage.case_file import CaseFile

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
DAY: Final = timedelta(days=1)
_LONGEST_LABEL: Final = 24
"""A longer name is told by what stands in its brackets: AGI."""

CLOCKED: Final = {"time_reports": ("starts_at", "ends_at"), "staff_ledgers": ("starts_at", "ends_at")}
"""Registers whose rows have a clock time of start and end."""

DAILY: Final = {"absences": ("from_on", "to_on")}
"""Registers whose rows say where somebody was on whole days; set beside clock times."""

_PERIODS: Final = {
    "claims": ("period_from", "period_to"),
    "decisions": ("valid_from", "valid_to"),
    "permits": ("valid_from", "valid_to"),
    "contracts": ("valid_from", "valid_to"),
    "roles": ("valid_from", "valid_to"),
    "accounts": ("valid_from", "valid_to"),
    "relations": ("valid_from", "valid_to"),
    "payroll": ("month", "month"),
    "payments": ("paid_at", "paid_at"),
    "invoices": ("booked_on", "booked_on"),
    "balances": ("balance_on", "balance_on"),
}
TIMED: Final = {**CLOCKED, **DAILY, **_PERIODS}
"""Start and end column of each register that has any."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """One evidence row as a stretch of Swedish wall-clock time, ``starts`` to ``ends`` (exclusive).

    ``who``: keys of the persons that the row speaks of, only to tell whether two rows are about the same one. Never
    drawn.
    """

    hit_id: str
    register: str
    record_id: str
    role: str
    starts: datetime
    ends: datetime
    who: frozenset[str]

    def within(self, day: date) -> Span | None:
        """The part that falls on a day, or None."""
        midnight = datetime.combine(day, time())
        starts, ends = max(self.starts, midnight), min(self.ends, midnight + DAY)
        return replace(self, starts=starts, ends=ends) if starts < ends else None

    def days(self) -> Iterable[date]:
        """Every day that the span touches."""
        day = self.starts.date()
        while datetime.combine(day, time()) < self.ends:
            yield day
            day += DAY


def register_label(register: str, language: str) -> str:
    """A register's short name: the contract's Swedish one, without its brackets where it is short, or its English
    one.
    """
    if language == "en" or register not in REGISTERS:
        return register.replace("_", " ")
    outside, _, inside = REGISTERS[register].swedish.partition(" (")
    name = outside.split(" och ")[0]
    return name if len(name) <= _LONGEST_LABEL or not inside else inside.partition(")")[0]


def spans(case: CaseFile) -> list[Span]:
    """The spans of a case's evidence rows, in the order of the evidence. Rows without any time are left out."""
    source = {
        (register, row["record_id"]): row
        for register, table in case.rows.items()
        if register in TIMED
        for row in table.to_pylist()
    }
    found = []
    for proof in case.evidence.to_pylist():
        row = source.get((proof["register"], proof["record_id"]))
        span = None if row is None else _span(proof, row, case)
        if span is not None:
            found.append(span)
    return found


def _span(proof: Mapping[str, Any], row: Mapping[str, Any], case: CaseFile) -> Span | None:
    register = proof["register"]
    first, last = TIMED[register]
    starts = _wall_clock(row[first] or (case.data_from if register in _PERIODS else None))
    ends = _wall_clock(row[last] or (case.data_to if register in _PERIODS else None))
    if starts is None or ends is None:
        return None
    if register == "payroll":
        ends = (starts + 31 * DAY).replace(day=1)
    elif register not in CLOCKED and register != "payments":
        ends += DAY  # a last day counts whole
    return Span(
        hit_id=proof["hit_id"],
        register=register,
        record_id=proof["record_id"],
        role=proof["role"],
        starts=starts,
        ends=max(starts + timedelta(minutes=1), ends),
        who=frozenset(_persons(register, row)),
    )


def _persons(register: str, row: Mapping[str, Any]) -> Iterable[str]:
    for party in REGISTERS[register].parties:
        for column in (party.number, party.name):
            if party.role != "organisation" and column is not None and row.get(column):
                yield str(row[column])
                break


def _wall_clock(moment: date | datetime | None) -> datetime | None:
    if isinstance(moment, datetime):
        return moment.astimezone(STOCKHOLM).replace(tzinfo=None)
    return None if moment is None else datetime.combine(moment, time())


def simultaneous(parts: list[Span]) -> list[tuple[datetime, datetime]]:
    """When two or more of these spans hold at once for the same person; merged, in time order.

    Only rows that speak for a finding count.
    """
    overlaps: list[tuple[datetime, datetime]] = []
    ordered = sorted((part for part in parts if part.role == "for"), key=lambda part: (part.starts, part.record_id))
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.starts >= one.ends:
                break
            if one.who & other.who:
                overlaps.append((other.starts, min(one.ends, other.ends)))
    merged: list[tuple[datetime, datetime]] = []
    for starts, ends in sorted(overlaps):
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((starts, ends))
    return merged
