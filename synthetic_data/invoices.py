"""The municipality's supplier ledger (leverantörsreskontra): home care and all else, names spelled many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synthetic_data.names import plain
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.region import HOME_CARE, Region

if TYPE_CHECKING:
    from synthetic_data.rows import Ints

UNITS = ("Omsorgsförvaltningen", "Tekniska förvaltningen", "Utbildningsförvaltningen", "Kommunledningskontoret")
ACCOUNT_TEXTS = (
    "Köp av hemtjänst",
    "Entreprenader",
    "Livsmedel",
    "Förbrukningsmaterial",
    "Konsulttjänster",
    "IT-tjänster",
)
DOCUMENTS = ("Faktura", "Kredit")
SPELLINGS = 5
CREDIT_SHARE = 0.015
INVOICES_A_SUPPLIER_YEAR = 30


def book_invoices(region: Region, suppliers: Ints) -> None:
    """Home-care invoices, one a provider and month, and those of the other suppliers."""
    rng = region.rng("invoices")
    claims = region.claims
    care = claims["programme"] == HOME_CARE
    months = region.period.months
    cell = (claims["organisation"][care] - ORGANISATION_BASE) * months + claims["month"][care]
    total = np.bincount(cell, weights=claims["amount"][care])
    filled = np.flatnonzero(total)
    month = filled % months
    region.invoices.add(
        supplier=filled // months + ORGANISATION_BASE,
        booked=region.period.day_of_month(month + 1, 5),
        paid=region.period.day_of_month(month + 1, 28),
        net=total[filled].astype(np.int64),
        spelling=rng.integers(0, 2, size=filled.size),
    )
    count = suppliers.size // 2 * region.period.years * INVOICES_A_SUPPLIER_YEAR
    supplier = rng.choice(suppliers[: max(suppliers.size // 2, 1)], size=count)
    booked = rng.integers(0, region.period.days, size=count)
    net = np.round(rng.lognormal(8.6, 1.2, size=count)).astype(np.int64) * 100
    credit = rng.random(count) < CREDIT_SHARE
    common = np.where(rng.random(count) < 0.7, 0, rng.integers(0, SPELLINGS, size=count))
    region.invoices.add(
        supplier=supplier,
        booked=booked,
        paid=region.period.bank_day(booked + 30),
        net=np.where(credit, -net, net),
        unit=rng.integers(0, len(UNITS), size=count),
        text=rng.integers(1, len(ACCOUNT_TEXTS), size=count),
        document=credit,
        spelling=common,
    )
    municipality = region.public["kommun"]
    paid = ~credit
    at = region.period.bank_day(booked + 30)[paid] * 1440 + 480
    region.pay_out(municipality, supplier[paid], net[paid], at, "supplier")


def spelling_of(name: str, way: int) -> str:
    """One of the ways in which a ledger spells a supplier."""
    stem = name.removesuffix(" AB").removesuffix(" HB")
    return (
        name,
        name.upper(),
        stem,
        plain(name).replace("å", "a").replace("ä", "a").replace("ö", "o"),
        f"{stem} Aktiebolag",
    )[way]


def spelled(region: Region, supplier: Ints, way: Ints) -> pa.Array:
    """The supplier's name in the spelling of each row."""
    parties = np.unique(supplier)
    table = [spelling_of(region.organisations[int(party)].name, w) for party in parties for w in range(SPELLINGS)]
    return pa.array(table).take(pa.array(np.searchsorted(parties, supplier) * SPELLINGS + way))
