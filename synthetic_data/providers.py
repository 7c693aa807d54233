"""Providers of assistance and home care: the company, its owner, permit, contract and office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_data.region import ASSISTANCE, HOME_CARE, Provider, Region
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    import numpy as np

FAULT_SHARES = (0.02, 0.15)
"""Honest clerical carelessness: share of faulty shifts, drawn for each provider (issue and typologies page)."""
MANUAL_SHARES = (0.03, 0.12)
"""Share of home-care visits registered by hand where the phone was dead."""
INDUSTRY = ("88.102", "88.101")
TRADES = (("Assistans", "Personlig Assistans", "Stöd"), ("Hemtjänst", "Omsorg", "Hemvård"))
VIRTUAL_OFFICE_SHARE = 0.12


def found_provider(
    region: Region, programme: int, rng: np.random.Generator, *, with_relative: bool = False
) -> Provider:
    """A company that provides assistance or home care, with permit and contract long before the period."""
    if with_relative:
        owner, relative = region.casting.owner_with_relative()
    else:
        owner, relative = int(region.casting.take("worker", 1)[0]), NONE
    trades = TRADES[programme]
    name = region.organisations.free_name(trades[int(rng.integers(0, len(trades)))], "AB")
    office: dict[str, str] = {}
    if rng.random() < VIRTUAL_OFFICE_SHARE:
        hotel = region.organisations[region.public["virtual office"]]
        office = {"street": hotel.street, "postcode": hotel.postcode}
    organisation = region.organisations.add(name, "AB", INDUSTRY[programme], **office)
    region.give_role(organisation, owner, "owner", "board_member", "signatory")
    if rng.random() < 0.4:
        region.give_role(organisation, owner, "managing_director")
    if relative != NONE:
        region.give_role(organisation, relative, "deputy")
    if rng.random() < 0.5:
        region.give_role(organisation, region.public["accountant"], "accountant")
    granted = -int(rng.integers(100, 1500))
    region.permits.add(organisation=organisation, programme=programme, valid_from=granted, applied=granted - 120)
    if programme == HOME_CARE:
        region.contracts.add(organisation=organisation, programme=programme, valid_from=granted + 30)
    provider = Provider(
        organisation=organisation,
        programme=programme,
        owner=owner,
        relative=relative,
        scheme=NONE,
        fault_share=float(FAULT_SHARES[0] + (FAULT_SHARES[1] - FAULT_SHARES[0]) * rng.beta(1.3, 2.6)),
        manual_share=float(rng.uniform(*MANUAL_SHARES)) if programme == HOME_CARE else 0.0,
        hourly_pay_ore=int(rng.integers(150, 180)) * 100,
        on_paper=bool(programme == ASSISTANCE and rng.random() < 0.25),
    )
    region.providers.append(provider)
    return provider
