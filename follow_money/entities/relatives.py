"""The other explanation of a likeness: two people of one household.

Between "one person" and "two strangers" stand relatives: they share a home, a family name, a telephone, and twins a
birth date; fathers and sons even all of their name. Independence between fields fails for them alone, so they are a
third hypothesis with shares of its own, and the odds of a pair are those against both others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from follow_money.entities.linkage_model import COMPARED, gamma_of

if TYPE_CHECKING:
    from typing import Any

    import pyarrow as pa

SHARES: Final[dict[str, dict[str, float]]] = {
    "name": {
        "same words": 0.003,
        "one holds the other": 0.003,
        "every word alike": 0.004,
        "family name alike, initial": 0.03,
        "both names nearly alike": 0.01,
        "given name alike, other family name": 0.01,
        "one word told, alike": 0.6,
        "family name alike, other given name": 0.6,
        "one word shared": 0.05,
        "names differ": 0.25,
    },
    "organisation_name": {
        "same words": 0.005,
        "one holds the other": 0.01,
        "every word alike": 0.01,
        "one word shared": 0.475,
        "names differ": 0.5,
    },
    "birth_date": {
        "same day": 0.03,
        "same 1 January": 0.003,
        "one slip from the day": 0.005,
        "1 January of the year": 0.005,
        "other day": 0.957,
    },
    "home": {
        "same dwelling": 0.6,
        "same building": 0.3,
        "same street, nearly": 0.04,
        "same postcode": 0.01,
        "elsewhere": 0.05,
    },
    "phone": {"same phone": 0.3, "one slip from the phone": 0.001, "other phone": 0.699},
    "number": {
        "same number": 1e-6,
        "one slip from the number": 1e-5,
        "two slips from the number": 1e-4,
        "another number": 0.99989,
    },
}
"""Share of pairs of one household at each level. Two firms of one house and owner are the household of organisations."""

MOST_RELATIVES: Final = 20.0
"""Relatives of one party at most, so that a register of one address does not make everybody a relative."""


def relatives_per_match(table: pa.Table) -> float:
    """How many relatives a description has for each description of the same party, as far as shared homes tell.

    Two descriptions of one home with different names are relatives. A party is as likely as not to have another
    description (see `linkage_model.starting_model`), so the number is twice the relatives of one.
    """
    home = pc.coalesce(table["dwelling"], table["building"])
    told = table.select(["name"]).append_column("home", home).filter(pc.is_valid(home))
    if told.num_rows == 0:
        return 1.0
    names = told.group_by(["home", "name"], use_threads=False).aggregate([])
    count = names.group_by("home", use_threads=False).aggregate([("name", "count")])["name_count"].to_numpy()
    return float(np.clip(2 * (count * (count - 1)).sum() / count.sum(), 0.1, MOST_RELATIVES))


def against_relatives(
    bits: npt.NDArray[np.float64], gammas: dict[str, npt.NDArray[np.int64]], model: dict[str, Any], kind: str
) -> npt.NDArray[np.float64]:
    """The pairs' bits against strangers and relatives together.

    Args:
        bits: Log2 odds of one party against two strangers.
        gammas: Splink's level of each pair for each comparison.
        model: With its trained shares, and ``relatives`` for each match.
        kind: Of party; its comparisons must have ``SHARES``.
    """
    log_ratio = np.full(len(bits), np.log2(model["relatives"]))
    for comparison in COMPARED[kind]:
        spoken = {c["output_column_name"]: c["comparison_levels"] for c in model["comparisons"]}[comparison]
        shares = SHARES[comparison]
        ratio = np.zeros(len(shares) + 1)  # the last one is "not told": gamma -1
        for level in spoken[1:]:
            label = level["label_for_charts"]
            ratio[gamma_of(comparison, label)] = np.log2(shares[label] / level["m_probability"])
        log_ratio += ratio[gammas[comparison]]
    odds_against: npt.NDArray[np.float64] = np.logaddexp2(-bits, log_ratio)
    return -odds_against
