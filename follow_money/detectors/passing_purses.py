"""Organisations without activity that are paid with public money: how much of what they receive is gone within hours, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from follow_money.detectors.public_money import PublicMoney
from follow_money.graph.flows.found_groups import FoundGroups
from follow_money.graph.flows.found_trail import part_of
from follow_money.graph.flows.patterns.pass_through import pass_through
from follow_money.graph.flows.search_rule import HOUR_US
from follow_money.graph.flows.time_order import Int64s

IN, OUT = 0, 1
"""Roles of a payment in the groups that `pass_through` finds."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PassingPurse:
    """What went through one organisation.

    Attributes:
        entity_id: The organisation.
        public_payments: Payments to it by public bodies, and by organisations that are paid with public money.
        public_ore: Their sum.
        received_ore: All that it received.
        paid_ore: All that it paid.
        gone_ore: What it received and had paid on in time, first in first out.
        came: int64: places of the public payments in of which something went on in time.
        left: int64: places of the payments out by which it went.
        receivers: Payees of ``left``, those that took most first.
        receiver_ore: int64: what each of them took.
    """

    entity_id: str
    public_payments: int
    public_ore: int
    received_ore: int
    paid_ore: int
    gone_ore: int
    came: Int64s
    left: Int64s
    receivers: tuple[str, ...]
    receiver_ore: Int64s


def passing_purses(public: PublicMoney, idle: NDArray[np.bool_], *, within_hours: int) -> list[PassingPurse]:
    """Every purse among ``idle`` (bool, one a node) that public money is paid to, by entity id.

    Args:
        public: Public money.
        idle: Organisations of interest.
        within_hours: The time that counts as passing through.
    """
    store = public.facts.store
    is_public = (public.is_paid | public.is_payer)[store.payer] & idle[store.payee]
    is_purse = np.zeros(store.nodes, np.bool_)
    is_purse[store.payee[is_public]] = True
    if not is_purse.any():
        return []
    part, node = part_of(store, np.flatnonzero(is_purse[store.payer] | is_purse[store.payee]))
    groups = pass_through(
        part,
        within_us=within_hours * HOUR_US,
        share_percent=1,
        fewest_payments=1,
        nodes=is_purse[node],
        opening_ore=public.facts.opening_ore[node],
    )
    place_of = {int(number): place for place, number in enumerate(node[np.asarray(groups.figures["node"])])}
    told = [
        _purse(public, int(number), groups, place_of.get(int(number)), is_public) for number in np.flatnonzero(is_purse)
    ]
    return sorted(told, key=lambda purse: purse.entity_id)


def _purse(
    public: PublicMoney, node: int, groups: FoundGroups, place: int | None, is_public: NDArray[np.bool_]
) -> PassingPurse:
    store = public.facts.store
    ins, outs = store.paid_to(node), store.paid_by(node)
    by_public = ins[is_public[ins]]
    nothing = np.zeros(0, np.int64)
    came, left, gone = nothing, nothing, 0
    if place is not None:
        group = slice(groups.start[place], groups.start[place + 1])
        rows, role = groups.store.row[groups.payments[group]], groups.role[group]
        came, left = rows[(role == IN) & is_public[rows]], rows[role == OUT]
        gone = int(groups.figures["left_ore"][place].as_py())
    receivers, at = np.unique(store.payee[left], return_inverse=True)
    ore = np.bincount(at, store.amount_ore[left], minlength=len(receivers)).astype(np.int64)
    order = np.argsort(-ore, kind="stable")
    return PassingPurse(
        entity_id=str(store.node_ids[node].as_py()),
        public_payments=len(by_public),
        public_ore=int(store.amount_ore[by_public].sum()),
        received_ore=int(store.amount_ore[ins].sum()),
        paid_ore=int(store.amount_ore[outs].sum()),
        gone_ore=gone,
        came=came,
        left=left,
        receivers=tuple(store.node_ids.take(receivers[order]).to_pylist()),
        receiver_ore=ore[order],
    )
