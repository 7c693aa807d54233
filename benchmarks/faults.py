"""A faulty file: a payments export with planted faults of many families, and the truth about every line of it.

Each fault is planted in a line of its own, so every other line is whole and must be loaded with its own values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

HEADER: Final = (
    "payment_id;paid_at;payer_account;payer_number;payer_name;"
    "payee_account;payee_number;payee_name;amount;currency;kind"
)
MAPPING: Final = """format = 1

[[delivery]]
register = "payments"
files = ["payments.csv"]
payer = "kommun"
purposes = ["payment_control"]
legal_basis = "benchmark"

[delivery.columns]
payment_id = "payment_id"
paid_at = "paid_at"
payer_account = "payer_account"
payer_number = "payer_number"
payer_name = "payer_name"
payee_account = "payee_account"
payee_number = "payee_number"
payee_name = "payee_name"
amount_ore = { column = "amount", unit = "kr" }
currency = "currency"
kind = "kind"
"""
_PAID_AT, _PAYEE_NAME, _AMOUNT, _CURRENCY, _KIND = 1, 7, 8, 9, 10
_FAR = 400
"""A quote opened in one line is closed so many lines later."""
_KINDS: Final = ("salary", "rent", "tax", "supplier", "public", "transfer")


HARMLESS: Final = "stray_quote"
"""The line in which a far quote is closed: by itself it has a quote inside a value, which is a character, and may be
loaded.
"""


@dataclass(frozen=True)
class Truth:
    """What is true of a faulty file: by line number (from 1) the family of each faulty line, the amount in öre of
    every line.
    """

    lines: int
    faulty: dict[int, str]
    amounts: dict[int, int]


@dataclass(frozen=True)
class Verdict:
    """What a load made of a faulty file, in lines. All but ``families`` must be zero."""

    lost: int
    """Whole lines that are not in the records."""
    wrong: int
    """Loaded lines with another amount or id than theirs."""
    missed: int
    """Faulty lines that were loaded although their fault does harm."""
    doubled: int
    """Lines in records and quarantine both, or twice."""
    unaccounted: int
    """Data lines that are nowhere."""
    families: int
    """Families planted."""


def judge(truth: Truth, records: pa.Table, quarantine: pa.Table) -> Verdict:
    """Compare what was loaded, and what is in quarantine, with the truth."""
    loaded = [int(record.split(":")[1]) for record in records.column("record_id").to_pylist()]
    amounts, ids = records.column("amount_ore").to_pylist(), records.column("payment_id").to_pylist()
    firsts, counts = quarantine.column("line").to_pylist(), quarantine.column("lines").to_pylist()
    refused = [line + step for line, count in zip(firsts, counts, strict=True) for step in range(count)]
    told = zip(loaded, amounts, ids, strict=True)
    everywhere = set(loaded) | set(refused)
    return Verdict(
        lost=len(truth.amounts.keys() - truth.faulty.keys() - set(loaded)),
        wrong=sum(1 for line, amount, id_ in told if (amount, id_) != (truth.amounts[line], _id(line))),
        missed=sum(1 for line in loaded if truth.faulty.get(line, HARMLESS) != HARMLESS),
        doubled=len(loaded) + len(refused) - len(everywhere),
        unaccounted=truth.lines - 1 - len(everywhere),
        families=len(set(truth.faulty.values())),
    )


def _id(line: int) -> str:
    return f"B{line - 2:08d}"


def _fields(change: Callable[[list[bytes]], None]) -> Callable[[bytes], bytes]:
    def fault(line: bytes) -> bytes:
        values = line.split(b";")
        change(values)
        return b";".join(values)

    return fault


def _set(place: int, value: bytes) -> Callable[[bytes], bytes]:
    def change(values: list[bytes]) -> None:
        values[place] = value

    return _fields(change)


def _open_quote(values: list[bytes]) -> None:
    values[_PAYEE_NAME] = b'"' + values[_PAYEE_NAME]


def _close_quote(values: list[bytes]) -> None:
    values[_PAYEE_NAME] = values[_PAYEE_NAME] + b'" AB'


def _odd_quotes(values: list[bytes]) -> None:
    values[_PAYEE_NAME] = b'"' + values[_PAYEE_NAME] + b'" AB'


def _drop(values: list[bytes]) -> None:
    del values[_CURRENCY]


def _add(values: list[bytes]) -> None:
    values.append(b"surplus")


def _stray_separator(values: list[bytes]) -> None:
    values[_PAYEE_NAME] = values[_PAYEE_NAME].replace(b" ", b"; ", 1)


def _latin1(values: list[bytes]) -> None:
    values[_PAYEE_NAME] = "Hemvård Öst".encode("latin-1")


def _nul(values: list[bytes]) -> None:
    values[_PAYEE_NAME] = values[_PAYEE_NAME][:3] + b"\0" + values[_PAYEE_NAME][3:]


FAMILIES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "unclosed_quote": _fields(_open_quote),
    "odd_quotes": _fields(_odd_quotes),
    "nul_byte": _fields(_nul),
    "too_few_columns": _fields(_drop),
    "too_many_columns": _fields(_add),
    "impossible_date": _set(_PAID_AT, b"2024-02-30 10:00"),
    "two_decimal_signs": _set(_AMOUNT, b"1.234.56,7"),
    "wrong_groups": _set(_AMOUNT, b"12,34,56"),
    "text_in_amount": _set(_AMOUNT, b"enligt avtal"),
    "mixed_encoding": _fields(_latin1),
    "stray_separator": _fields(_stray_separator),
    "repeated_header": lambda _: HEADER.encode(),
    "missing_required": _set(_PAID_AT, b""),
    "unknown_category": _set(_KIND, b"okand typ"),
    "control_character": _set(_PAYEE_NAME, b"Hemv\x07ard"),
    "bare_return": _set(_PAYEE_NAME, b"Hemvard\rOst"),
    "too_precise": _set(_AMOUNT, b"10,125"),
}
"""One line each. Two more families are planted beside them: a quote closed 400 lines later, and a last line cut off."""


def write_faulty(path: Path, rows: int = 200_000, faults: int = 2_000, *, seed: int) -> Truth:
    """Write a payments export of about ``rows`` lines, of which about ``faults`` are faulty. Same seed, same bytes."""
    random = np.random.default_rng(seed)
    amounts = random.integers(1_00, 5_000_000_00, rows)
    lines = [HEADER.encode(), *_whole(random, amounts)]
    far = max(1, faults // 100)
    single = faults - 2 * far - 1
    # A fault is planted in a line without quotes: there it is the only thing that is wrong.
    places = 1 + np.flatnonzero([b'"' not in line for line in lines[1:rows]])
    places = random.permutation(places)
    faulty: dict[int, str] = {}
    for number, place in enumerate(places[:single].tolist()):
        family = list(FAMILIES)[number % len(FAMILIES)]
        lines[place] = FAMILIES[family](lines[place])
        faulty[place + 1] = family
    planted = 0
    for place in places[single:].tolist():
        if planted == far:
            break
        closing = place + _FAR
        if closing < rows and not {place + 1, closing + 1} & faulty.keys() and b'"' not in lines[closing]:
            lines[place] = _fields(_open_quote)(lines[place])
            lines[closing] = _fields(_close_quote)(lines[closing])
            faulty |= {place + 1: "quote_closed_far", closing + 1: "stray_quote"}
            planted += 1
    lines[rows] = b";".join(lines[rows].split(b";")[:6])
    faulty[rows + 1] = "cut_off"
    path.write_bytes(b"\n".join(lines))
    return Truth(rows + 1, faulty, {line: int(amounts[line - 2]) for line in range(2, rows + 2)})


def _whole(random: np.random.Generator, amounts: npt.NDArray[np.int64]) -> list[bytes]:
    rows = len(amounts)
    start = np.datetime64("2024-01-01T06:00", "m")
    paid = np.datetime_as_string(start + random.integers(0, 360 * 24 * 60, rows), unit="m")
    payers, payees = random.integers(0, 500, rows), random.integers(0, 9_000, rows)
    kinds = random.integers(0, len(_KINDS), rows)
    quoted = random.random(rows) < 0.05  # whole lines hold quotes too, with a separator between them
    lines = []
    for i in range(rows):
        name = f"Omsorgen Åkerö nr {payees[i]}"
        payee = f'"{name}; filial ""Öst"""' if quoted[i] else name
        kronor = f"{amounts[i] // 100},{amounts[i] % 100:02d}"
        lines.append(
            f"B{i:08d};{paid[i].replace('T', ' ')};bg:{payers[i]:04d}-1055;55{payers[i]:08d};Nämnd {payers[i]};"
            f"bg:{payees[i]:04d}-2066;19{payees[i]:010d};{payee};{kronor};SEK;{_KINDS[kinds[i]]}".encode()
        )
    return lines
