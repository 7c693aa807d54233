"""Windows in the plainest words: every window that begins at a payment is looked at. For stores of a few dozen payments."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from follow_money.graph.flows.flow_store import FlowStore


def plain_episodes(
    store: FlowStore, payments: Iterable[int], *, within_us: int, is_enough: Callable[[list[int]], bool]
) -> list[list[int]]:
    """Payments of windows that hold enough, windows that share a payment together; in order."""
    own = sorted(payments)
    windows = [{q for q in own if 0 <= store.paid_at_us[q] - store.paid_at_us[p] <= within_us} for p in own]
    groups: list[set[int]] = []
    for window in (window for window in windows if is_enough(sorted(window))):
        touching = [group for group in groups if group & window]
        groups = [group for group in groups if not group & window] + [window.union(*touching)]
    return sorted(sorted(group) for group in groups)


def ore(store: FlowStore, payments: Iterable[int]) -> int:
    """Their sum."""
    return sum(int(store.amount_ore[p]) for p in payments)
