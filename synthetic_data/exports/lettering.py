"""Integers become text: dates, instants, amounts, hours, ids. Whole columns at once, by look-up."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic_data.period import DAY
from synthetic_data.rows import NONE, Flags, Ints

FIRST_DATE = -25_567
"""1900-01-01 as days since 1970."""
DATES = 52_000
MARGIN_DAYS = 120
"""Days before and after the period for which instants can be written."""


def _look_up(table: pa.Array, index: Ints, is_null: Flags | None = None) -> pa.Array:
    return table.take(pa.array(index, mask=is_null))


@cache
def _date_table(form: str) -> pa.Array:
    days = pa.array(np.arange(FIRST_DATE, FIRST_DATE + DATES).astype(np.int32)).cast(pa.date32())
    return pc.strftime(days, format=form)


def dates(days: Ints, form: str = "%Y-%m-%d") -> pa.Array:
    """Days since 1970 as text; NONE is empty."""
    is_null = days == NONE
    return _look_up(_date_table(form), np.where(is_null, 0, days - FIRST_DATE), is_null)


@cache
def _instant_table(first_day: int, days: int, form: str) -> pa.Array:
    day = dates(np.arange(first_day - MARGIN_DAYS, first_day + days + MARGIN_DAYS), form)
    minute = pa.array([f"{m // 60:02d}:{m % 60:02d}" for m in range(DAY)])
    count = days + 2 * MARGIN_DAYS
    return pc.binary_join_element_wise(
        day.take(pa.array(np.repeat(np.arange(count), DAY))), minute.take(pa.array(np.tile(np.arange(DAY), count))), " "
    )


def instants(wall: Ints, first_day: int, days: int, form: str = "%Y-%m-%d") -> pa.Array:
    """Wall minutes of the period as local date and time; NONE is empty."""
    is_null = wall == NONE
    return _look_up(_instant_table(first_day, days, form), np.where(is_null, 0, wall + MARGIN_DAYS * DAY), is_null)


@cache
def _cents() -> pa.Array:
    return pa.array([f"{cent:02d}" for cent in range(100)])


def kronor(ore: Ints, decimal: str = ",") -> pa.Array:
    """Öre as kronor with two decimals; NONE is empty."""
    is_null = ore == NONE
    positive = np.abs(np.where(is_null, 0, ore))
    whole = pa.array(positive // 100, mask=is_null).cast(pa.string())
    text = pc.binary_join_element_wise(whole, _cents().take(pa.array(positive % 100)), decimal)
    negative = ~is_null & (ore < 0)
    if negative.any():
        text = pc.if_else(pa.array(negative), pc.binary_join_element_wise(pa.scalar("-"), text, ""), text)
    return text


def whole_kronor(ore: Ints) -> pa.Array:
    """Öre as kronor without decimals, as AGI has them; zero is empty."""
    return pa.array(ore // 100, mask=ore == 0).cast(pa.string())


def whole(numbers: Ints) -> pa.Array:
    """Whole numbers; NONE is empty."""
    return pa.array(numbers, mask=numbers == NONE).cast(pa.string())


def hours(minutes: Ints, decimal: str = ",") -> pa.Array:
    """Minutes as decimal hours with two decimals; NONE is empty."""
    return kronor(np.where(minutes == NONE, NONE, (minutes * 100 + 30) // 60), decimal)


def ids(prefix: str, numbers: Ints, base: int = 10_000_000) -> pa.Array:
    """``prefix`` and a number; NONE is empty."""
    is_null = numbers == NONE
    return pc.binary_join_element_wise(pa.scalar(prefix), pa.array(numbers + base, mask=is_null).cast(pa.string()), "")


def counts(numbers: Ints) -> pa.Array:
    """Whole numbers as text; NONE is empty."""
    return ids("", numbers, 0)


def row_ids(rows: Ints) -> pa.Array:
    """Ids of rows in a register that only scenarios of the matrix fill."""
    return ids("X", rows, 1_000_000)


def user_accounts(numbers: Ints) -> pa.Array:
    """Accounts of officials in the authority's systems."""
    return ids("anv", numbers, 10_000)


def pick(words: list[str] | tuple[str, ...], index: Ints) -> pa.Array:
    """The word of each index; NONE is empty."""
    is_null = index == NONE
    return _look_up(pa.array(words, type=pa.string()), np.where(is_null, 0, index), is_null)


def flags(values: Ints, yes: str = "J", no: str = "N") -> pa.Array:
    """Yes or no for each value."""
    return pick((no, yes), (values > 0).astype(np.int64))


def blank(text: pa.Array, where: Flags) -> pa.Array:
    """The text, empty where asked."""
    return pc.if_else(pa.array(where), pa.scalar(None, pa.string()), text)


def dashed(number: pa.Array, digits_after: int = 4) -> pa.Array:
    """``19121212-1212`` from twelve or ten digits."""
    return pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(number, 0, -digits_after), pc.utf8_slice_codeunits(number, -digits_after), "-"
    )
