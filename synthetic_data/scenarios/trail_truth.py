"""What the truth tells of a money trail: the public payments, and each payment of the road with its part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_data.region import Region
    from synthetic_data.roads import Hop
    from synthetic_data.rows import Ints

TYPOLOGIES = {
    "circular_money": "8_14",
    "layered_chain": "8",
    "exchange_exit": "7",
    "rapid_pass_through": "7_8",
    "donations_that_come_back": "5",
}
"""Scenario to typologies of the typologies page."""
PUBLIC, ONTO, ALONG, OFF = "public payment", "onto the road", "along the road", "off the road"


def plant_trail(region: Region, scenario: str, organisation: int, payer: str, span: tuple[int, int]) -> int:
    """Record a scheme whose public money came for work of the months of the span. Returns its number."""
    starts = region.period.month_starts
    first, last = int(starts[span[0]]), int(starts[span[1]]) - 1
    scheme = Scheme(TYPOLOGIES[scenario], "provider", organisation, payer, "other", first, last)
    scheme.difficulty["scenario"] = scenario
    return region.truth.plant(scheme)


def tell_public(region: Region, number: int, payments: Ints, claims: Ints) -> None:
    """The public payments of which a part took the road."""
    region.truth.add_members(number, "payments", payments, PUBLIC)
    region.truth.add_members(number, "claims", claims, PUBLIC)


def tell_road(region: Region, number: int, *, onto: Sequence[Hop], along: Sequence[Hop], off: Sequence[Hop]) -> None:
    """The payments of a road. What went onto it is the planted amount.

    A road of one hop leaves at once: give it as ``onto``, and in ``off`` nothing.
    """
    for what, hops in ((ONTO, onto), (ALONG, along), (OFF, off)):
        for hop in hops:
            region.truth.add_members(number, "payments", hop.rows, what)
    region.truth.schemes[number].amount_ore += sum(int(hop.amount.sum()) for hop in onto)
