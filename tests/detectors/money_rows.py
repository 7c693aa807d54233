"""Payments between letters for the detectors of flows: capitals are organisations, small letters persons; S is who pays public money."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.detectors.small_graph import instant, small_graph

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from follow_money.graph.money_graph import MoneyGraph

Row = dict[str, Any]
MONTHS = (1, 2, 3)


def pay(record: str, payer: str, payee: str, at: str, kronor: float, **more: Any) -> Row:
    """A payment to the payee's own account, in kronor."""
    moment = instant(at)
    told = {"record_id": record, "paid_at": moment, "day": moment.date(), "from_id": payer, "to_id": payee}
    return told | {"named_payee_id": payee, "amount_ore": round(100 * kronor)} | more


def later(at: str, hours: float) -> str:
    """So many hours later."""
    return (instant(at) + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M")


def public(provider: str = "P", kronor: float = 100_000, months: Iterable[int] = MONTHS, payer: str = "S") -> list[Row]:
    """Public money on the 10th of each month of 2024."""
    return [
        pay(f"public {provider}{month}", payer, provider, f"2024-{month:02}-10 08:00", kronor, kind="public")
        for month in months
    ]


def road(
    *steps: str,
    kronor: float = 50_000,
    kept: float = 0.95,
    hours: float = 20,
    months: Iterable[int] = MONTHS,
    **last: Any,
) -> list[Row]:
    """Money from step to step, from the 11th of each month on: each pays so much of what it got, so many hours later. ``last`` is told of the last payment.

    Payments are called by their payer, payee and month: ``PA1``.
    """
    rows = []
    for month in months:
        at, ore = f"2024-{month:02}-11 08:00", kronor
        for place, (payer, payee) in enumerate(pairwise(steps)):
            more = last if place == len(steps) - 2 else {}
            rows.append(pay(f"{payer}{payee}{month}", payer, payee, at, round(ore), **more))
            at, ore = later(at, hours), ore * kept
    return rows


def role(person: str, organisation: str, kind: str = "owner", **more: Any) -> Row:
    """A role of a person, told by the register of roles."""
    told = {"from_id": person, "to_id": organisation, "kind": kind, "register": "roles"}
    return told | {"record_id": f"role {person}{organisation}"} | more


def letters(*tables: Iterable[Row]) -> list[Row]:
    """What is known of every party of these payments and roles: capitals are organisations."""
    parties = {row[side] for rows in tables for row in rows for side in ("from_id", "to_id") if row.get(side)}
    return [
        {"entity_id": party, "kind": "organisation" if party[0].isupper() else "person"} for party in sorted(parties)
    ]


def money_graph(folder: Path, transfers: list[Row], *, links: Iterable[Row] = (), **more: Any) -> MoneyGraph:
    """A graph of payments and roles; ``payments`` holds the same records, as evidence names them."""
    links = list(links)
    tables = {"entity_facts": letters(transfers, links)} | more
    return small_graph(folder, transfers=transfers, links=links, **tables)
