"""Organisations without activity that are paid with public money: how much of what they receive is gone within hours, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from follow_money.detectors.public_money import PublicMoney
from follow_money.graph.flows.found_trail import part_of
from follow_money.graph.flows.patterns.sent_on import sent_on
from follow_money.graph.flows.search_rule import HOUR_US
from follow_money.graph.flows.time_order import Int64s


@dataclass(frozen=True, kw_only=True, eq=False)
class PassingPurse:
    """What went through one organisation.

    Attributes:
        entity_id: The organisation.
        public_payments: Payments to it by public bodies, and by organisations that are paid with public money.
        public_ore: Their sum.
        received_ore: All that it received.
        paid_ore: All that it paid.
        gone_ore: The most of what it received that can have left in time.
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
    links = sent_on(part, within_us=within_hours * HOUR_US, nodes=is_purse[node])
    into, out, ore = (np.asarray(links[name]) for name in ("in_payment", "out_payment", "amount_ore"))
    of_node = node[part.payee[into]]
    told = []
    for number in np.flatnonzero(is_purse):
        mine = slice(*np.searchsorted(of_node, [number, number + 1]))  # by node, in the order of the nodes of the whole
        came, left = (part.row[np.unique(side[mine])] for side in (into, out))
        told.append(_purse(public, int(number), is_public, came=came, left=left, gone_ore=int(ore[mine].sum())))
    return sorted(told, key=lambda purse: purse.entity_id)


def _purse(
    public: PublicMoney, node: int, is_public: NDArray[np.bool_], *, came: Int64s, left: Int64s, gone_ore: int
) -> PassingPurse:
    store = public.facts.store
    ins, outs = store.paid_to(node), store.paid_by(node)
    by_public = ins[is_public[ins]]
    receivers, at = np.unique(store.payee[left], return_inverse=True)
    ore = np.bincount(at, store.amount_ore[left], minlength=len(receivers)).astype(np.int64)
    order = np.argsort(-ore, kind="stable")
    return PassingPurse(
        entity_id=str(store.node_ids[node].as_py()),
        public_payments=len(by_public),
        public_ore=int(store.amount_ore[by_public].sum()),
        received_ore=int(store.amount_ore[ins].sum()),
        paid_ore=int(store.amount_ore[outs].sum()),
        gone_ore=gone_ore,
        came=came[is_public[came]],
        left=left,
        receivers=tuple(store.node_ids.take(receivers[order]).to_pylist()),
        receiver_ore=ore[order],
    )
