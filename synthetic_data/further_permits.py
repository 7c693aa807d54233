"""Permits of activities that only scenarios of the matrix have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

KINDS = ("placement", "serving", "security")
STATUS = ("granted", "revoked", "stayed", "applied")
COLUMNS = {
    "organisation": NONE,
    "kind": NONE,
    "valid_from": NONE,
    "valid_to": NONE,
    "status": 0,
    "applied": NONE,
    "seats": NONE,
}
DECIDED_AFTER_DAYS = 110


def grant_permit(
    region: Region, organisation: int, kind: str, valid_from: int, *, valid_to: int = NONE, seats: int = NONE
) -> int:
    """A permit applied for some months before, for so many guests. Returns its row."""
    rows = region.table("further_permits", COLUMNS).add(
        organisation=organisation,
        kind=KINDS.index(kind),
        valid_from=valid_from,
        valid_to=valid_to,
        applied=valid_from - DECIDED_AFTER_DAYS,
        seats=seats,
    )
    return int(rows[0])


def end_permit(region: Region, row: int, day: int, status: str) -> None:
    """Revoke it from a day on; ``stayed`` when a court lets it go on."""
    permits = region.table("further_permits", COLUMNS)
    permits["valid_to"][row] = day
    permits["status"][row] = STATUS.index(status)


def notify_change(region: Region, row: int, changed_on: int, notified_on: int) -> Ints:
    """The holder tells the authority of a change of owners or board."""
    permits = region.table("further_permits", COLUMNS)
    return permits.add(
        organisation=int(permits["organisation"][row]),
        kind=int(permits["kind"][row]),
        valid_from=changed_on,
        status=STATUS.index("applied"),
        applied=notified_on,
    )
