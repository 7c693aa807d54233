"""Organisations and the records of them: sister firms, office hotels, one name with two legal forms."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic_data.identities.misspellings import misspelled, slip_in_digits
from synthetic_data.identities.persons import CITY, RECORD_SHARES, RECORDS
from synthetic_data.identity_numbers import OrganisationNumbers
from synthetic_data.names import words

if TYPE_CHECKING:
    from synthetic_data.identities.noise import Noise

FORMS = {
    "AB": ("AB", "Aktiebolag", "aktiebolag (publ)", "A.B."),
    "HB": ("HB", "Handelsbolag"),
    "EK": ("ek. för.", "ekonomisk förening", "ek för"),
    "I": ("ideell förening", "Ideella föreningen"),
}
FORM_SHARES = (0.7, 0.1, 0.1, 0.1)


@dataclass
class Firm:
    """One real organisation."""

    number: str
    name: str
    form: str
    street: str
    postcode: str
    phone: str


def draw_firms(count: int, seed: int) -> list[Firm]:
    """Organisations of a town. One in twelve is a sister of another one, at its address and with its phone."""
    rng = Random(seed)  # noqa: S311 - made-up firms, no secret
    numbers = OrganisationNumbers(np.random.default_rng(seed))
    firsts, trades, streets = words("company_words"), words("trades"), words("streets")
    firms: list[Firm] = []
    taken: set[tuple[str, str]] = set()
    while len(firms) < count:
        form = rng.choices(tuple(FORMS), FORM_SHARES)[0]
        street, phone = f"{rng.choice(streets)} {rng.randrange(1, 200)}", f"08-{rng.randrange(10**6, 10**7)}"
        code = f"181 {rng.randrange(10, 100)}"
        name = f"{rng.choice(firsts)} {rng.choice(firsts)} {rng.choice(trades)}"
        if firms and rng.random() < 1 / 12:
            sister = rng.choice(firms)
            street, code, phone = sister.street, sister.postcode, sister.phone
            name = " ".join([*sister.name.split()[:-1], rng.choice(trades)])
        elif rng.random() < 0.1:
            street, code = "Torget 1", "181 10"  # an office hotel
        if (name, form) in taken:
            continue
        taken.add((name, form))
        firms.append(Firm(numbers.next(form), name, form, street, code, phone))
    return firms


def firm_records(firms: list[Firm], noise: Noise, seed: int, first_truth: int) -> list[dict[str, Any]]:
    """Rows of the register of organisations' shape, each with its ``truth``."""
    rng = Random(seed)  # noqa: S311 - made-up firms, no secret
    rows = []
    for place, firm in enumerate(firms):
        for _ in range(rng.choices(RECORDS, RECORD_SHARES)[0]):
            chance = rng.random()
            number: str | None = firm.number if rng.random() < 0.6 else f"{firm.number[:6]}-{firm.number[6:]}"
            if chance < noise.no_number:
                number = None
            elif chance < noise.no_number + noise.wrong_number:
                number = slip_in_digits(firm.number, rng, first=3)
            row: dict[str, Any] = {
                "truth": first_truth + place, "organisation_number": number, "organisation_name": _name(firm, noise, rng)
            }  # fmt: skip
            if rng.random() >= noise.no_phone:
                row["phone"] = firm.phone
            if rng.random() >= noise.no_address:
                row |= {"street": firm.street, "postcode": firm.postcode, "city": CITY}
            rows.append(row)
    return rows


def _name(firm: Firm, noise: Noise, rng: Random) -> str:
    parts = firm.name.split()
    if rng.random() < noise.misspelled:
        place = rng.randrange(len(parts))
        parts[place] = misspelled(parts[place], rng)
    name = " ".join(parts)
    form = "" if rng.random() < 0.05 + noise.misspelled / 2 else rng.choice(FORMS[firm.form])
    told = f"{form} {name}" if form in ("AB", "Ideella föreningen") and rng.random() < 0.2 else f"{name} {form}"
    if rng.random() < 0.02:
        told += " i likvidation"
    return (told.upper() if rng.random() < 0.15 else told).strip()
