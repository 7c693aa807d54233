"""Row checks: what must hold between the columns of one row, whatever the file says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.registers.quarantine import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from follow_money.model import Register
    from follow_money.registers.dates import Flags

PERIODS: Final = (
    ("starts_at", "ends_at"),
    ("period_from", "period_to"),
    ("valid_from", "valid_to"),
    ("from_on", "to_on"),
)
"""Pairs of columns of which the second must not lie before the first. The same moment or day is allowed."""
CURRENCY: Final = "currency"
"""Three capital letters (ISO 4217)."""


def row_checks(register: Register, columns: Mapping[str, pa.Array]) -> Iterator[tuple[Reason, Flags, str]]:
    """For each check that the register has columns for: the reason, the rows that fail, and the column to name."""
    names = {column.name for column in register.columns}
    if CURRENCY in names:
        is_code = pc.fill_null(pc.match_substring_regex(columns[CURRENCY], "^[A-Z]{3}$"), fill_value=True)
        yield Reason.CATEGORY, ~np.asarray(is_code.to_numpy(zero_copy_only=False), dtype=bool), CURRENCY
    for start, end in PERIODS:
        if start in names and end in names:
            flags = pc.fill_null(pc.less(columns[end], columns[start]), fill_value=False)
            yield Reason.ENDS_BEFORE_START, np.asarray(flags.to_numpy(zero_copy_only=False), dtype=bool), end
