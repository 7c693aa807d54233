"""How well a partition into entities agrees with the truth, told by pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Pairs of records within one entity: joined, true, and both."""

    joined: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """The share of joined pairs that are true."""
        return self.both / max(self.joined, 1)

    @property
    def recall(self) -> float:
        """The share of true pairs that are joined."""
        return self.both / max(self.true, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.both / max(self.joined + self.true, 1)


def agreement(cluster: Ints, truth: Ints, only: npt.NDArray[np.bool_] | None = None) -> Agreement:
    """Agreement over all pairs of records, or over those of which at least one record is among ``only``."""
    _, both = np.unique(np.stack([cluster, truth], axis=1), axis=0, return_inverse=True)
    counts = [_pairs(labels, only) for labels in (cluster, truth, both)]
    return Agreement(joined=counts[0], true=counts[1], both=counts[2])


def most_joined(cluster: Ints, truth: Ints) -> int:
    """How many real ones the worst entity joins."""
    pairs = np.unique(np.stack([cluster, truth], axis=1), axis=0)
    return int(np.unique(pairs[:, 0], return_counts=True)[1].max(initial=0))


def _pairs(labels: Ints, only: npt.NDArray[np.bool_] | None) -> int:
    _, group = np.unique(labels, return_inverse=True)
    everybody = np.bincount(group)
    others = np.bincount(group, weights=~only) if only is not None else np.zeros_like(everybody)
    return int((everybody * (everybody - 1) // 2).sum() - (others * (others - 1) // 2).sum())
