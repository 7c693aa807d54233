"""Which cases changed between two screenings of the same records, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class ChangedCase:
    """One case before and after; None where there was or is none. ``hits_gone`` and ``hits_new`` are counts of findings."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    hits_gone: int
    hits_new: int


def changed_cases(
    before: pa.Table, hits_before: pa.Table, after: pa.Table, hits_after: pa.Table
) -> tuple[ChangedCase, ...]:
    """The cases whose findings are not the same ones, in the order of rank; those that are new last.

    A case is known again by its id, else by the organisations that it shares with one of before.
    """
    earlier, later = ({case["case_id"]: case for case in table.to_pylist()} for table in (before, after))
    held_before, held_after = _hits(hits_before), _hits(hits_after)
    lost = [case for case in earlier.values() if case["case_id"] not in later]
    found = [case for case in later.values() if case["case_id"] not in earlier]
    told = []
    for case in lost:
        heir = max(found, key=lambda other: (_shared(case, other), -other["rank"]), default=None)
        heir = heir if heir is not None and _shared(case, heir) else None
        if heir is not None:
            found.remove(heir)
        told.append(_changed(case, heir, held_before, held_after))
    told += [_changed(None, case, held_before, held_after) for case in found]
    told += [
        _changed(case, later[name], held_before, held_after)
        for name, case in earlier.items()
        if name in later and held_before[name] != held_after[name]
    ]
    return tuple(sorted(told, key=lambda one: (one.before is None, (one.before or one.after or {})["rank"])))


def _changed(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    held_before: Mapping[str, set[str]],
    held_after: Mapping[str, set[str]],
) -> ChangedCase:
    were = held_before[before["case_id"]] if before else set()
    are = held_after[after["case_id"]] if after else set()
    return ChangedCase(before=before, after=after, hits_gone=len(were - are), hits_new=len(are - were))


def _shared(case: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return len(set(case["organisation_ids"]) & set(other["organisation_ids"]))


def _hits(table: pa.Table) -> dict[str, set[str]]:
    told: dict[str, set[str]] = defaultdict(set)
    for case, hit in zip(table["case_id"].to_pylist(), table["hit_id"].to_pylist(), strict=True):
        told[case].add(hit)
    return told


def changed_json(cases: Sequence[ChangedCase]) -> list[dict[str, Any]]:
    """The same for machines, on ids alone."""
    return [
        {
            "case_before": case.before and case.before["case_id"],
            "case_after": case.after and case.after["case_id"],
            "amount_likely_ore_before": case.before and case.before["amount_likely_ore"],
            "amount_likely_ore_after": case.after and case.after["amount_likely_ore"],
            "hits_gone": case.hits_gone,
            "hits_new": case.hits_new,
        }
        for case in cases
    ]
