"""A share of a clinic's visits that is above what its peers lead to expect, as a finding: read by the detectors of visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from follow_money.detectors.rows import rate_hit
from follow_money.detectors.sentences import number, percent
from follow_money.model import AmountKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from follow_money.detectors.contract import Detector


def visit_rates(detector: Detector, low_p: pd.DataFrame, *, amount: str, sv: str, en: str) -> Iterator[dict[str, Any]]:
    """One hit a test.

    Args:
        detector: Whose hits they are.
        low_p: Tests with ``trials, payer, programme, paid_ore, period_from, period_to``.
        amount: The column with what was paid for the visits counted.
        sv: What the visits did, in Swedish.
        en: The same in English.
    """
    test: Any
    for test in low_p.itertuples(index=False):
        likely = round(getattr(test, amount) * (1 - test.expected / test.observed))
        expected = round(test.expected, 1)
        yield rate_hit(
            detector,
            test,
            payer=test.payer,
            programme=test.programme,
            amounts=(0, likely, int(test.paid_ore)),
            amount_kind=AmountKind.EXCESS,
            period=(test.period_from, test.period_to),
            sv=f"{number(test.observed)} av {number(test.trials)} besök ({percent(test.observed / test.trials)}) {sv}, mot väntade "
            f"{number(expected)} hos {test.peers} jämförbara mottagningar.",
            en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} visits ({percent(test.observed / test.trials)}) {en}, "
            f"against {number(expected, language='en')} expected from {test.peers} peers.",
        )
