"""The forward search: fit a null on the peers with the lowest rates, then let in whoever the fit does not call extreme.

A region may hold several irregular organisations; fitted with them the null would hide them. Who is left out is left out because of its count, so every peer
that is in counts *given* that it is at most what lets one in (a truncated likelihood): else the null would be too narrow, and honest ones with high rates would
never come in. So one honest peer in a few hundred may be left out at no cost, and a tenth or a seventh of irregular peers does not widen the null.
Source: forward trimming as in Atkinson & Riani, Robust Diagnostic Regression, 2000; the truncation as in Cohen, Truncated and Censored Samples, 1991.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from follow_money.statistics.arrays import Floats, Ints
from follow_money.statistics.few_peers import tail_of_few

START_FROM: Final = 0.7
"""The forward search starts from this share of the peers, the ones with the lowest rates."""

FEWEST_COUNTS: Final = 5
"""And from more of them, where the start would hold fewer counts: a null of nothing calls everybody extreme."""

START_FROM_AT_MOST: Final = 0.95
"""But never from more than this share: where only irregular peers have counts, these must not make the null."""

TRIM_BELOW: Final = 0.003
"""Upper tails below this stay out, or below one honest peer in all, where there are more peers."""

ANY: Final = 2**62
"""No bound on a count."""


class Null(Protocol):
    """What a search needs of a fitted null."""

    def upper_tail(self, observed: Ints, size: Any, /) -> Floats:  # noqa: ANN401  # trials are whole, exposure is not
        """Mid-p of seeing so many or more, out of or over so much."""


Fitted = TypeVar("Fitted", bound=Null)
Size = TypeVar("Size", Ints, Floats)


def forward_search(
    observed: Ints, size: Size, fit: Callable[[Ints, Size, Ints], Fitted], *, trim_below: float, rounds: int
) -> Fitted:
    """The null that ``fit`` gives on the peers that it does not call extreme itself.

    Args:
        observed: Counts, one a peer.
        size: Trials or exposure, one a peer, above 0.
        fit: Maximum likelihood on some peers, each given that it has at most so many counts.
        trim_below: Peers with an upper tail below this are left out of the next round; never more strictly than one honest peer in all.
        rounds: At most so many rounds.
    """
    share = np.asarray(observed / size, dtype=np.float64)
    start = float(
        np.clip(
            _share_with_counts(observed, share),
            np.quantile(share, START_FROM),
            np.quantile(share, START_FROM_AT_MOST, method="lower"),
        )
    )
    limit = min(trim_below, 1.0 / len(observed))
    most = np.floor(start * size + 1e-9).astype(np.int64)
    kept = observed <= most
    fitted, before = fit(observed[kept], size[kept], most[kept]), [most]
    for _ in range(rounds):
        most = _most(fitted, size, limit, observed)
        if any((most == each).all() for each in before):
            break
        before.append(most)
        kept = observed <= most
        fitted = fit(observed[kept], size[kept], most[kept])
    return fitted


def _most(null: Null, size: Any, limit: float, observed: Ints) -> Ints:  # noqa: ANN401  # as above
    """The highest count of each size whose upper tail is not below the limit; ``ANY`` where the highest of all has no such tail.

    Few peers have the heavier tail here too: among twenty an honest one that was left out costs more than an irregular one that was not.
    """
    sizes, back = np.unique(size, return_inverse=True)
    low, high = np.zeros(len(sizes), dtype=np.int64), np.full(len(sizes), int(observed.max()))
    if sizes.dtype.kind == "i":
        high = np.minimum(high, sizes)
    top = high
    while (low < high).any():
        half = (low + high + 1) // 2
        is_in = tail_of_few(null.upper_tail(half, sizes), len(observed) - 1) >= limit
        low, high = np.where(is_in, half, low), np.where(is_in, high, half - 1)
    return np.asarray(np.where(low == top, ANY, low)[back], dtype=np.int64)


def _share_with_counts(observed: Ints, share: Floats) -> float:
    """The lowest share up to which peers have ``FEWEST_COUNTS`` together, or all there are."""
    order = np.argsort(share, kind="stable")
    counts = np.cumsum(observed[order])
    return float(share[order[np.searchsorted(counts, min(FEWEST_COUNTS, counts[-1]))]])
