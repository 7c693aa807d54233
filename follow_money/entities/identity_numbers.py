"""What an identity number is: kind, normalised form, century, and what is wrong with it.

Personal (personnummer), coordination (samordningsnummer), interim and organisation numbers (organisationsnummer). A
number that is wrong is evidence, never a reason to drop a row: it comes back with its problems.

Source: the Swedish Tax Agency's and Companies Registration Office's published forms, as collected in the project's
notes on registers, section 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.fixed_texts import one_text_array
from follow_money.entities.masks import mask
from follow_money.entities.number_dates import (
    NOT_A_DAY,
    SAMORDNING_DAY,
    Bools,
    Days,
    Ints,
    calendar_days,
    centuries,
    figures_of,
)

if TYPE_CHECKING:
    from datetime import date


class NumberKind(StrEnum):
    """What sort of number a text is."""

    PERSONNUMMER = "personnummer"
    SAMORDNING = "samordning"
    SAMORDNING_UNKNOWN_DATE = "samordning_unknown_date"
    INTERIM = "interim"
    ORGANISATIONSNUMMER = "organisationsnummer"
    BIRTH_DATE = "birth_date"
    """Eight digits: a date of birth stands where the number should."""
    UNKNOWN = "unknown"


PERSON_KINDS: Final = (NumberKind.PERSONNUMMER, NumberKind.SAMORDNING, NumberKind.SAMORDNING_UNKNOWN_DATE)
"""Numbers that a natural person holds, whichever column they stand in."""

PROBLEMS: Final = (
    "form", "letters", "century", "check_digit", "date", "future_date", "century_unknown", "not_synthetic",
    "placeholder",
)  # fmt: skip
"""What can be wrong. ``century_unknown`` alone does not make a number invalid: both readings are kept."""

CENTURY_UNKNOWN: Final = 1 << PROBLEMS.index("century_unknown")
"""The bit of an open century."""

_DUMMIES: Final = np.array([b"1212121212", b"1234567890", b"1234567897"], dtype="S10")
"""Last ten digits that forms, manuals and tests show; nobody holds them."""

_KINDS: Final = tuple(NumberKind)
_WEIGHTS: Final = np.array([2, 1, 2, 1, 2, 1, 2, 1, 2], dtype=np.int64)
_FORMS: Final = r"^(?P<century>[0-9]{2})?(?P<six>[0-9]{6})(?P<sign>[-+]?)(?P<four>[0-9A-Z]{4})$"
_NINE, _ORGANISATION_MONTH, _ORGANISATION_PREFIX = 9, 20, 16


@dataclass(frozen=True, kw_only=True)
class IdentityNumber:
    """One classified number. ``number`` is 12 digits, or 10 while the century is open, or None when it has no form."""

    kind: NumberKind
    number: str | None
    century_known: bool
    birth_date: date | None
    candidates: tuple[str, ...]
    problems: tuple[str, ...]
    is_valid: bool


@dataclass(frozen=True, kw_only=True)
class IdentityNumbers:
    """Many classified numbers, a column each, in the order given.

    ``last_ten`` is empty where the text has no known form. ``century`` is 16 for organisations, 18-20 for persons, 0
    while open; ``earlier`` and ``later`` are the two candidates then. ``birth_date`` is NaT where unknown.
    ``problems`` is a bit mask over ``PROBLEMS``. ``text`` is the delivered text without spaces and in capitals.
    """

    text: pa.Array
    kind: npt.NDArray[np.int8]
    last_ten: npt.NDArray[np.bytes_]
    century: Ints
    earlier: Ints
    later: Ints
    birth_date: Days
    problems: Ints
    is_valid: Bools

    def is_kind(self, *kinds: NumberKind) -> Bools:
        """Where the number is of one of these kinds."""
        return np.isin(self.kind, [_KINDS.index(kind) for kind in kinds])

    def has_problem(self, problem: str) -> Bools:
        """Where the number has this problem."""
        found: Bools = (self.problems >> PROBLEMS.index(problem)) & 1 == 1
        return found

    def take(self, rows: Ints) -> IdentityNumbers:
        """The numbers at these places, in this order."""
        return IdentityNumbers(
            text=self.text.take(pa.array(rows)),
            **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__ if name != "text"},
        )

    def last_ten_texts(self) -> pa.Array:
        """The last ten digits as text; empty where there is no known form."""
        return one_text_array(self.last_ten)

    def kind_names(self) -> pa.Array:
        """The kinds as text."""
        return pa.array([kind.value for kind in _KINDS], pa.string()).take(pa.array(self.kind))


def problem_lists(masks: Ints) -> pa.Array:
    """Bit masks of problems as lists of text."""
    distinct, place = np.unique(masks, return_inverse=True)
    return pa.array([_problem_names(int(each)) for each in distinct], pa.list_(pa.string())).take(pa.array(place))


def _problem_names(bits: int) -> list[str]:
    return [problem for bit, problem in enumerate(PROBLEMS) if bits >> bit & 1]


def classify(text: str, *, as_of: date, synthetic: bool = False) -> IdentityNumber:
    """Classify one number. See `classify_all`."""
    column = classify_all(pa.array([text]), as_of=as_of, synthetic=synthetic)
    last_ten, century = column.last_ten[0].decode(), int(column.century[0])
    is_open = bool(column.has_problem("century_unknown")[0])
    candidates = (str(column.earlier[0]) + last_ten, str(column.later[0]) + last_ten) if is_open else ()
    born = column.birth_date[0]
    return IdentityNumber(
        kind=_KINDS[int(column.kind[0])],
        number=(f"{century}{last_ten}" if century else last_ten) or None,
        century_known=century > 0,
        birth_date=None if np.isnat(born) else born.item(),
        candidates=candidates,
        problems=tuple(_problem_names(int(column.problems[0]))),
        is_valid=bool(column.is_valid[0]),
    )


def classify_all(texts: pa.Array, *, as_of: date, synthetic: bool = False) -> IdentityNumbers:
    """Classify many numbers at once.

    Args:
        texts: Strings as delivered; null counts as empty.
        as_of: A birth date after this day is impossible.
        synthetic: The workspace holds made-up data: the valid check digit is the real one plus one (mod 10).

    A hyphen says "under a hundred years old", a plus "a hundred or more". Ten digits without a sign keep both centuries
    as candidates where both are possible; the century is never invented.
    """
    text = _plain(texts)
    parts = pc.extract_regex(text, _FORMS)
    has_form = mask(pc.is_valid(parts))
    given = _integers(pc.struct_field(parts, "century"))
    sign = _bytes(pc.struct_field(parts, "sign"), 1)
    digits = np.concatenate(
        [_codes(pc.struct_field(parts, name), width) for name, width in (("six", 6), ("four", 4))], axis=1
    )
    is_figure = (digits >= ord("0")) & (digits <= ord("9"))
    figures = figures_of(digits.view("S10").ravel())
    interim = (
        has_form
        & (digits[:, 6] == ord("T"))
        & (is_figure[:, 7] | (digits[:, 7] == ord("F")))
        & is_figure[:, 8:].all(axis=1)
    )
    letters = has_form & ~is_figure.all(axis=1) & ~interim
    usable = has_form & ~letters
    year, month, day = (10 * figures[:, place] + figures[:, place + 1] for place in (0, 2, 4))

    organisation = usable & ~interim & (month >= _ORGANISATION_MONTH)
    personal = usable & ~organisation
    coordination = personal & ~interim & (day >= SAMORDNING_DAY)
    unknown_date = coordination & ((day == SAMORDNING_DAY) | (month == 0))
    born_day = np.where(coordination, day - SAMORDNING_DAY, day)

    later, earlier, century, problem = centuries(
        year, month, born_day, sign, given, personal=personal, dateless=unknown_date, as_of=as_of
    )
    birth = np.where(
        personal & ~unknown_date & (century > 0), calendar_days(100 * century + year, month, born_day), NOT_A_DAY
    )

    bad_luhn, not_synthetic = _check_digits(figures, usable & ~interim, synthetic=synthetic)
    bad_organisation_century = organisation & (given > 0) & (given != _ORGANISATION_PREFIX)
    century = np.where(organisation, _ORGANISATION_PREFIX, century)
    last_ten = digits.view("S10").ravel()
    placeholder = usable & ~interim & ((np.ptp(figures[:, :9], axis=1) == 0) | np.isin(last_ten, _DUMMIES))
    if not synthetic:  # a birth date filled up, of which one in ten fits; made-up people may bear it
        placeholder |= personal & ~interim & (figures[:, 6:] == 0).all(axis=1)
    birth_only = _birth_dates_alone(text, has_form, as_of)
    is_date = ~np.isnat(birth_only)
    empty = mask(pc.equal(text, ""))

    problem["form"] = ~has_form & ~is_date & ~empty
    problem["letters"] = letters
    problem["century"] = problem["century"] | bad_organisation_century
    problem["check_digit"], problem["not_synthetic"] = bad_luhn & ~not_synthetic, not_synthetic
    problem["placeholder"] = placeholder
    wrongs = sum(
        (problem[name].astype(np.int64) << bit for bit, name in enumerate(PROBLEMS)), np.zeros(len(text), np.int64)
    )
    kind = np.select(
        [is_date, organisation, interim, unknown_date, coordination, personal],
        [_KINDS.index(k) for k in (
            NumberKind.BIRTH_DATE, NumberKind.ORGANISATIONSNUMMER,
            NumberKind.INTERIM, NumberKind.SAMORDNING_UNKNOWN_DATE,
            NumberKind.SAMORDNING, NumberKind.PERSONNUMMER)],
        _KINDS.index(NumberKind.UNKNOWN),
    )  # fmt: skip
    grave = wrongs & ~CENTURY_UNKNOWN
    return IdentityNumbers(
        text=text,
        kind=kind.astype(np.int8),
        last_ten=np.where(usable, last_ten, b"").astype("S10"),
        century=np.where(usable, century, 0),
        earlier=earlier,
        later=later,
        birth_date=np.where(is_date, birth_only, birth),
        problems=wrongs,
        is_valid=usable & (grave == 0),
    )


def _check_digits(figures: Ints, among: Bools, *, synthetic: bool) -> tuple[Bools, Bools]:
    """Where the check digit is not this workspace's, and where it is a real number's in a synthetic workspace."""
    products = figures[:, :9] * _WEIGHTS
    real = -np.where(products > _NINE, products - _NINE, products).sum(axis=1) % 10  # the digit sum of each product
    asked = (real + 1) % 10 if synthetic else real
    wrong = among & (figures[:, 9] != asked)
    return wrong, wrong & (figures[:, 9] == real) if synthetic else np.zeros_like(wrong)


def _birth_dates_alone(text: pa.Array, has_form: Bools, as_of: date) -> Days:
    parts = pc.extract_regex(text, r"^(?P<y>(?:18|19|20)[0-9]{2})[-/]?(?P<m>[0-9]{2})[-/]?(?P<d>[0-9]{2})$")
    born = calendar_days(*(_integers(pc.struct_field(parts, name)) for name in ("y", "m", "d")))
    return np.where(~has_form & (born <= np.datetime64(as_of, "D")), born, NOT_A_DAY)


def _integers(column: pa.Array) -> Ints:
    told = pc.fill_null(column, "")
    return np.asarray(pc.cast(pc.if_else(pc.equal(told, ""), "0", told), pa.int64()), np.int64)


_INVISIBLE: Final = r"[\s\x{00A0}\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}]"
_WRITTEN: Final = (
    (_INVISIBLE, ""),
    ("[\u2010-\u2015\u2212]", "-"),
    (r"^'", ""),  # what a spreadsheet marks a text with
    (r"^([0-9]{10}|[0-9]{12})[.,]0+$", r"\1"),  # what became a decimal number in between
    (r"[.]", ""),
    ("^SE([0-9]{6}-?[0-9]{4})(?:01)?$", r"\1"),
    (r"^((?:18|19|20)[0-9]{6})-?(?:X{4}|[*]{4})$", r"\1"),
)
"""Other ways of writing a number, and the plain one: the number within a VAT number, and the date beside a masked end, which is all that it tells."""


def _plain(texts: pa.Array) -> pa.Array:
    """Capitals and plain figures, no spaces, stops or invisible signs, one sort of hyphen."""
    text = pc.utf8_upper(pc.fill_null(texts, ""))
    odd = pc.match_substring_regex(text, r"[^0-9A-Z+-]|^SE|X{4}$")
    if not pc.any(odd).as_py():
        return text
    text = pc.utf8_normalize(text, form="NFKC")
    for pattern, instead in _WRITTEN:
        text = pc.replace_substring_regex(text, pattern, instead)
    return text


def _codes(column: pa.Array, width: int) -> npt.NDArray[np.uint8]:
    """The ASCII codes of a column of texts of one width, (n, width); noughts where null."""
    filled = pa.concat_arrays([pc.fill_null(column, "0" * width)])  # starts at offset nought
    return np.frombuffer(filled.buffers()[2] or b"", dtype=np.uint8)[: len(column) * width].reshape(-1, width)


def _bytes(column: pa.Array, width: int) -> npt.NDArray[np.bytes_]:
    return _codes(pc.utf8_rpad(pc.fill_null(column, ""), width, " "), width).copy().view(f"S{width}").ravel()
