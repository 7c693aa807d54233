"""Lawful look-alikes of home care (typologies page, 3 and 13): work without declared pay, permits that seem to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.providers import found_provider
from synthetic_data.region import HOME_CARE, Provider, Region

if TYPE_CHECKING:
    from synthetic_data.home_care import HomeCarePlan

STAYED, GRANTED = 2, 0
USE = (0.8, 0.95)
KINDS = (
    "f_tax_subcontractor",
    "owner_works",
    "late_cancellation",
    "permit_renewed",
    "revocation_stayed",
    "late_invoice",
    "two_person_visits",
)


def found_look_alikes(region: Region, plan: HomeCarePlan, count: int, factor: float) -> None:
    """``count`` honest providers of each kind. ``factor``: paid time to time with users."""
    rng = region.rng("home care look-alikes")
    for kind in KINDS:
        for _ in range(count):
            _found(region, plan, kind, factor, rng)


def _found(region: Region, plan: HomeCarePlan, kind: str, factor: float, rng: np.random.Generator) -> None:
    provider = found_provider(region, HOME_CARE, rng)
    provider.paid_hours_factor = factor
    users = region.casting.take("elder", int(rng.integers(4, 9)))
    use = rng.uniform(*USE, size=users.size)
    owner_works = np.array([provider.owner]) if kind == "owner_works" else None
    ends = None
    if kind == "late_invoice":
        ends = int(
            region.period.month_starts[int(rng.integers(region.period.months // 3, region.period.months * 2 // 3))]
        )
    plan.add_provider(
        region, provider, users, use, rng, with_staff=owner_works, ends=ends, two_persons=kind == "two_person_visits"
    )
    texts = {
        "f_tax_subcontractor": _subcontract(region, provider) if kind == "f_tax_subcontractor" else "",
        "owner_works": "The owner makes visits and takes a low salary.",
        "late_cancellation": "Visits cancelled too late are billed, as the contract says.",
        "permit_renewed": "A new permit, applied for in time, follows the old one.",
        "revocation_stayed": "The permit was revoked; a court stayed the revocation.",
        "late_invoice": "Invoices for earlier care were paid after care and permit had ended.",
        "two_person_visits": "Two staff members make granted two-person visits.",
    }
    if kind == "late_cancellation":
        region.decisions["overbill"][np.array(provider.decisions)] = int(rng.integers(8, 21))
    _permits(region, provider, kind, ends, rng)
    region.truth.tell(kind, provider.organisation, texts[kind])


def _subcontract(region: Region, provider: Provider) -> str:
    """Half of the staff invoices with F-tax instead of being employed."""
    region.f_tax_staff |= {int(person) for person in provider.staff[::2]}
    return "Half of the work is done by subcontractors with F-tax."


def _permits(region: Region, provider: Provider, kind: str, ends: int | None, rng: np.random.Generator) -> None:
    permits = region.permits
    row = int(np.flatnonzero(permits["organisation"] == provider.organisation)[-1])
    if kind == "late_invoice" and ends is not None:
        permits["valid_to"][row] = ends - 1
    if kind in {"permit_renewed", "revocation_stayed"}:
        day = int(rng.integers(90, region.period.days - 150))
        permits["valid_to"][row] = day
        status = STAYED if kind == "revocation_stayed" else GRANTED
        permits["status"][row] = 1 if kind == "revocation_stayed" else GRANTED
        permits.add(
            organisation=provider.organisation,
            programme=HOME_CARE,
            valid_from=day + 1,
            status=status,
            applied=day - 100,
        )
