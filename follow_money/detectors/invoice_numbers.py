"""Invoice numbers made comparable, and told apart from what only stands in their place: a date, a period, a word."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

FEWEST_DIGITS: Final = 3
"""A number with fewer digits, leading zeros aside, comes back too soon to be one invoice's own."""

_MONTHS: Final = "JAN|FEB|MAR|APR|MAJ|MAY|JUN|JUL|AUG|SEP|OKT|OCT|NOV|DEC"
_YEAR: Final = "(?:19|20)[0-9]{2}"
_PERIODS: Final = (
    rf"^{_YEAR}(?:~?(?:0?[1-9]|1[0-2])(?:~?(?:0?[1-9]|[12][0-9]|3[01]))?)?$",  # 2019, 201901, 2019-01, 2019-01-31
    rf"^(?:0?[1-9]|[12][0-9]|3[01])~(?:0?[1-9]|1[0-2])~(?:{_YEAR}|[0-9]{{2}})$",  # 31/01/2019
    rf"^(?:0?[1-9]|1[0-2])~{_YEAR}$",  # 01/2019
    rf"(?:{_MONTHS})[A-Z]*~?[0-9]{{2,4}}$",  # 23 Apr 19, januari 2019
    r"(?:VECKA|WEEK|PERIOD|KVARTAL|QUARTER|MÅNAD|MANAD|MONTH|TERMIN)",
    r"^(?:Q|KV)[1-4]",
)
"""What a period looks like, spaces gone and ``~`` for punctuation between digits."""


def invoice_numbers(written: pa.Array) -> pa.Array:
    """The same number for the same invoice, whatever its case, spaces, leading zeros and punctuation; null for what
    is no number.

    Punctuation between digits is kept as one mark: ``12-34`` and ``123-4`` are two invoices.

    Args:
        written: Texts as the ledger has them.

    Returns:
        Texts, null where fewer than ``FEWEST_DIGITS`` digits are left or where the text is a date or a period.
    """
    text = pc.replace_substring_regex(pc.utf8_upper(written), r"\s+", "")
    for _ in range(2):  # 1-2-3: one pass takes the middle digit from the next match
        text = pc.replace_substring_regex(text, r"([0-9])[^0-9A-ZÅÄÖ~]+([0-9])", r"\1~\2")
    text = pc.replace_substring_regex(text, r"[^0-9A-ZÅÄÖ~]", "")
    is_period = pc.match_substring_regex(text, _PERIODS[0])
    for pattern in _PERIODS[1:]:
        is_period = pc.or_(is_period, pc.match_substring_regex(text, pattern))
    number = pc.replace_substring_regex(text, r"(^|[^0-9])0+([0-9])", r"\1\2")
    has_digits = pc.greater_equal(pc.count_substring_regex(number, "[0-9]"), FEWEST_DIGITS)
    return pc.if_else(pc.and_(has_digits, pc.invert(is_period)), number, pa.scalar(None, pa.string()))
