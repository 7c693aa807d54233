"""The kernel that lists the payments by which a node may have paid a payment on: later, soon enough, of a fitting amount."""

from __future__ import annotations

from numba import njit

from follow_money.graph.flows.amount_lists import AmountLists, size_class
from follow_money.graph.flows.linked_payments import LinkedPayments
from follow_money.graph.flows.time_order import Int32s


@njit(cache=True, forceinline=True)
def onward(p: int, end: int, share: tuple[int, int], linked: LinkedPayments, room: Int32s) -> int:
    """Write the payments after ``p`` and before ``end`` that are a ``share`` (per cent) of it, by its payee, into ``room``, and say how many there are.

    What goes back to the payer of ``p`` or stays with its payee is left out. It stops when the room is full: give room for one more than are of use.
    """
    node, payer, size = linked.payee[p], linked.payer[p], 0
    amount, out = linked.amount_ore[p], linked.out
    least, greatest = (amount * share[0] + 99) // 100, amount * share[1] // 100
    b = out.busy[node]
    if b < 0:
        q = linked.onward[p]
        while q < end and size < len(room):
            if least <= linked.amount_ore[q] <= greatest and linked.payee[q] not in (payer, node):
                room[size] = q
                size += 1
            q = linked.next_out[q]
        return size
    lowest = max(size_class(least) - out.lowest, 0)
    highest = min(size_class(greatest) - out.lowest, out.classes - 1)
    for at in range(b * out.classes + lowest, b * out.classes + highest + 1):
        last = out.start[at + 1]
        i = _first_after(out, out.start[at], last, p)
        while i < last and out.rows[i].place < end and size < len(room):
            row = out.rows[i]
            if least <= row.amount_ore <= greatest and row.other not in (payer, node):
                room[size] = row.place
                size += 1
            i += 1
    return size


@njit(cache=True, forceinline=True)
def _first_after(lists: AmountLists, low: int, high: int, p: int) -> int:
    """The first position of ``low`` to ``high`` whose payment comes after ``p``; ``high`` when there is none."""
    while low < high:
        middle = (low + high) // 2
        if lists.rows[middle].place > p:
            high = middle
        else:
            low = middle + 1
    return low
