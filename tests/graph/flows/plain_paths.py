"""Paths in the plainest words that can be found: every continuation of every payment is tried. For stores of a few dozen payments."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from follow_money.graph.flows.flow_store import FlowStore

Path = tuple[int, ...]


def continues(store: FlowStore, p: int, q: int, share: tuple[int, int]) -> bool:
    """Whether payment q is paid by the payee of p, not earlier than p, and is a share (per cent) of it."""
    before, after = int(store.amount_ore[p]), int(store.amount_ore[q])
    is_in_time = store.paid_at_us[p] <= store.paid_at_us[q] and store.payee[p] == store.payer[q]
    return bool(is_in_time and share[0] * before <= 100 * after <= share[1] * before)


def paths_home(
    store: FlowStore,
    first: int,
    homes: Collection[int],
    *,
    hops: Collection[int],
    within_us: int,
    share: tuple[int, int],
) -> Iterator[Path]:
    """Paths from one payment to the first payment to a home, through distinct nodes."""

    def onward(path: Path) -> Iterator[Path]:
        nodes = {int(store.payer[path[0]]), *(int(store.payee[p]) for p in path)}
        for q in range(len(store)):
            if not continues(store, path[-1], q, share):
                continue
            if store.paid_at_us[q] - store.paid_at_us[first] > within_us:
                continue
            if store.payee[q] in homes:
                if len(path) + 1 in hops:
                    yield (*path, q)
            elif store.payee[q] not in nodes and len(path) + 1 < max(hops):
                yield from onward((*path, q))

    if store.payee[first] not in homes:
        yield from onward((first,))


def plain_cycles(store: FlowStore, *, hops: Collection[int], within_us: int, share: tuple[int, int]) -> list[Path]:
    """All cycles, in order. One set of payments is told once, from the first of them that it can begin with."""
    told: dict[frozenset[int], Path] = {}
    for p in range(len(store)):
        for path in paths_home(store, p, {int(store.payer[p])}, hops=hops, within_us=within_us, share=share):
            told.setdefault(frozenset(path), path)
    return sorted(told.values())


def plain_chains(
    store: FlowStore, *, hops: tuple[int, int], within_us: int, share: tuple[int, int], starts: Collection[int] | None
) -> list[Path]:
    """All chains that are as long as they get, in order."""

    def fits(p: int, q: int) -> bool:
        return p < q and continues(store, p, q, share) and bool(store.paid_at_us[q] - store.paid_at_us[p] <= within_us)

    def nodes(path: Path) -> set[int]:
        return {int(store.payer[path[0]]), *(int(store.payee[p]) for p in path)}

    def onward(path: Path) -> Iterator[Path]:
        after = [q for q in range(len(store)) if fits(path[-1], q) and int(store.payee[q]) not in nodes(path)]
        if len(path) < hops[1] and after:
            for q in after:
                yield from onward((*path, q))
        elif len(path) >= hops[0]:
            yield path

    def begins(path: Path) -> bool:
        return not any(fits(p, path[0]) and int(store.payer[p]) not in nodes(path) for p in range(len(store)))

    begun = range(len(store)) if starts is None else starts
    found = (path for p in begun for path in onward((p,)))
    return sorted(path for path in found if starts is not None or begins(path))
