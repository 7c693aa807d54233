"""The forward search: fit a null on the peers with the lowest rates, then let in whoever the fit does not call extreme.

A region may hold several irregular organisations; fitted with them the null would hide them.
Source: forward trimming as in Atkinson & Riani, Robust Diagnostic Regression, 2000.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from follow_money.statistics.arrays import Flags, Floats, Ints

START_FROM: Final = 0.7
"""The forward search starts from this share of the peers, the ones with the lowest rates."""

FEWEST_COUNTS: Final = 5
"""And from more of them, where the start would hold fewer counts: a null of nothing calls everybody extreme."""

START_FROM_AT_MOST: Final = 0.95
"""But never from more than this share: where only irregular peers have counts, these must not make the null."""

IRREGULAR: Final = 20
"""One peer in so many is taken to be irregular where two nulls are weighed against each other."""

CLEARLY: Final = 2.0
"""By so much the null without the highest peers must tell the counts better (log likelihood; seven times as well): among 9 to 40 peers that differ much, the
highest of honest ones looked irregular often, and .1 to .7 % of them had p <= .001 (with it 0 to .2 %)."""

TRIM_BELOW: Final = 2e-4
"""Peers with an upper tail below this do not make the null: two honest peers in ten thousand, which moves the fit by less than its own error."""

RULE_OF_THREE: Final = 3.0
"""Counts that peers without any leave open at most, one time in twenty: the null for others who do have some."""

NOBODY: Final = 0.5
"""Counts that are expected in all where nobody has any: an estimate, since there is nobody whom a bound would protect."""


class Null(Protocol):
    """What a search needs of a fitted null."""

    @property
    def is_bound(self) -> bool:
        """Not fitted: no counts lie behind it."""

    def point(self, observed: Ints, size: Any, /) -> Floats:  # noqa: ANN401  # as below
        """The probability of just so many."""

    def upper_tail(self, observed: Ints, size: Any, /) -> Floats:  # noqa: ANN401  # trials are whole, exposure is not
        """Mid-p of seeing so many or more, out of or over so much."""


Fitted = TypeVar("Fitted", bound=Null)
Size = TypeVar("Size", Ints, Floats)


def forward_search(
    observed: Ints, size: Size, fit: Callable[[Ints, Size], Fitted], *, trim_below: float, rounds: int
) -> Fitted:
    """The null that ``fit`` gives on the peers that it does not call extreme itself.

    From the lowest rates the search may end too early: among peers that differ much, the null of those with low rates calls honest others extreme, and
    lets none in. So the peers are searched from all of them too, and that null holds unless the other one tells the counts clearly better (`CLEARLY`),
    irregular ones allowed for (`_told`). A null without counts stays: one peer among many without any count tells nothing of how peers differ.

    Args:
        observed: Counts, one a peer.
        size: Trials or exposure, one a peer, above 0.
        fit: Maximum likelihood on some peers; without counts among them, the bound that ``left_open`` counts give (`RULE_OF_THREE`, `NOBODY`).
        trim_below: Peers with an upper tail below this are left out of the next round; never more strictly than one honest peer in all.
        rounds: At most so many rounds.
    """
    share = np.asarray(observed / size, dtype=np.float64)
    lowest = share <= np.clip(
        _share_with_counts(observed, share),
        np.quantile(share, START_FROM),
        np.quantile(share, START_FROM_AT_MOST, method="lower"),
    )
    limit = min(trim_below, 1.0 / len(observed))

    def search(kept: Flags) -> tuple[Fitted, Flags]:
        fitted = fit(observed[kept], size[kept])
        for _ in range(rounds):
            now = fitted.upper_tail(observed, size) >= limit
            if (now == kept).all():
                break
            kept = now
            fitted = fit(observed[kept], size[kept])
        return fitted, kept

    narrow, kept = search(lowest)
    if narrow.is_bound or kept.all():
        return narrow
    wide, _ = search(np.ones_like(kept))
    return narrow if _told(narrow, observed, size) > _told(wide, observed, size) + CLEARLY else wide


def _told(null: Null, observed: Ints, size: Any) -> float:  # noqa: ANN401  # trials are whole, exposure is not
    """How well a null tells all counts: the log likelihood where one peer in ``IRREGULAR`` has any count up to the highest of all."""
    share = 1.0 / IRREGULAR
    usual = (1.0 - share) * null.point(observed, size)
    return float(np.log(usual + share / (1.0 + observed.max())).sum())


def _share_with_counts(observed: Ints, share: Floats) -> float:
    """The lowest share up to which peers have ``FEWEST_COUNTS`` together, or all there are."""
    order = np.argsort(share, kind="stable")
    counts = np.cumsum(observed[order])
    return float(share[order[np.searchsorted(counts, min(FEWEST_COUNTS, counts[-1]))]])
