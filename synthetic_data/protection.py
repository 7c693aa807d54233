"""Protected identities (skyddade personuppgifter): about one person in a thousand, never the key person of a scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.region import Region

PROTECTED_SHARE = 0.001


def protect_some(region: Region) -> None:
    """Mark persons as protected, among them honest users and staff."""
    rng = region.rng("protection")
    able = region.casting.free.copy()
    for provider in region.providers:
        if provider.scheme == NONE:
            able[provider.staff] = True
            able[np.array(provider.users, dtype=np.int64)] = True
    chosen = rng.choice(np.flatnonzero(able), size=max(round(region.people.count * PROTECTED_SHARE), 2), replace=False)
    region.people.is_protected[chosen] = True
    region.casting.withdraw(chosen)
