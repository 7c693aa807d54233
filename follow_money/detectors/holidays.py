"""Swedish Sundays and public holidays (lag 1989:253), for what is unusual on such days."""

from __future__ import annotations

from datetime import date, timedelta

FIXED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))
FROM_EASTER = (-2, 0, 1, 39, 49)
"""Days from Easter Sunday: Good Friday, Easter, its Monday, Ascension, Whit Sunday."""


def public_holidays(first_year: int, last_year: int) -> list[date]:
    """The public holidays of these years apart from ordinary Sundays, in order."""
    told: list[date] = []
    for year in range(first_year, last_year + 1):
        easter = _easter(year)
        told += [date(year, month, day) for month, day in FIXED]
        told += [easter + timedelta(days=days) for days in FROM_EASTER]
        told += [_saturday_from(date(year, 6, 20)), _saturday_from(date(year, 10, 31))]
    return sorted(told)


def _saturday_from(first: date) -> date:
    """Midsummer Day is the Saturday from 20 June, All Saints' the one from 31 October."""
    return first + timedelta(days=(5 - first.weekday()) % 7)


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian rule (Meeus, Astronomical Algorithms, 1991)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * ell) // 433
    month = (h + ell - 7 * m + 90) // 25
    return date(year, month, (h + ell - 7 * m + 33 * month + 19) % 32)
