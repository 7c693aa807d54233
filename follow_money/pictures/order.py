"""The order in which a reader is shown the hits of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from follow_money.model import HitKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: Final = (HitKind.CONTRADICTION, HitKind.FLOW, HitKind.RATE)


def hit_order(hit: Mapping[str, Any]) -> tuple[int, int, str]:
    """Sorting key of a row of `model.HITS`: contradictions first, then flows, then rates; the larger likely amount
    first.
    """
    return _KINDS.index(HitKind(hit["kind"])), -hit["amount_likely_ore"], hit["hit_id"]
