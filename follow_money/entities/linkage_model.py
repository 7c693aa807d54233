"""The linkage model: what is compared, in which levels, and the shares each level starts from.

Splink's Fellegi-Sunter model. ``m`` is the share of true pairs at a level, ``u`` that of random pairs. The shares given
here are what is assumed until pairs of the workspace say otherwise, and what rare levels fall back on; the numbered
pairs of clean registers hold fewer slips than the unnumbered rows that the model is for, so they never replace the
assumption entirely.
"""

from __future__ import annotations

from typing import Any, Final

ALIKE: Final = 0.9
"""Jaro-Winkler likeness of two words that may be spellings of one."""

NAME_AGREES: Final = 2
"""Comparison level of the name from which a link may be made at all: a shared surname is not a name."""

_EVERY_WORD_ALIKE: Final = (
    "list_min(list_transform({short}, lambda w: "
    "list_max(list_transform({long}, lambda v: jaro_winkler_similarity(w, v))))) >= {alike}"
)

Level = tuple[str, str, float, float]
"""Label, SQL condition, m, u."""


def _name_levels() -> list[Level]:
    forward = _EVERY_WORD_ALIKE.format(short="words_l", long="words_r", alike=ALIKE)
    backward = _EVERY_WORD_ALIKE.format(short="words_r", long="words_l", alike=ALIKE)
    fewest = "least(length(words_l), length(words_r))"
    alike = f"(length(words_l) <= length(words_r) and {forward}) or (length(words_l) > length(words_r) and {backward})"
    return [
        ("same words", "name_l = name_r", 0.75, 1e-5),
        ("one holds the other", f"{fewest} >= 2 and length(list_intersect(words_l, words_r)) = {fewest}", 0.1, 1e-5),
        ("every word alike", alike, 0.1, 2e-5),
        ("one word shared", "length(list_intersect(words_l, words_r)) >= 1", 0.04, 0.01),
        ("names differ", "ELSE", 0.01, 0.98996),
    ]


_ADDRESS: Final[list[Level]] = [
    ("same dwelling", "dwelling_l = dwelling_r", 0.5, 1e-5),
    ("same building", "building_l = building_r and (dwelling_l is null or dwelling_r is null)", 0.25, 5e-5),
    ("same postcode", "postcode_l = postcode_r", 0.1, 5e-3),
    ("elsewhere", "ELSE", 0.15, 0.99494),
]
_BIRTH_DATE: Final[list[Level]] = [
    ("same day", "birth_date_l = birth_date_r and not ends_with(birth_date_l, '-01-01')", 0.93, 4e-5),
    ("same 1 January", "birth_date_l = birth_date_r", 0.02, 5e-6),  # often set by an office: says less
    ("other day", "ELSE", 0.05, 0.999955),
]
_PHONE: Final[list[Level]] = [("same phone", "phone_l = phone_r", 0.8, 2e-5), ("other phone", "ELSE", 0.2, 0.99998)]
_NUMBER: Final[list[Level]] = [
    ("one slip from the number", "damerau_levenshtein(digits_l, digits_r) <= 1", 0.85, 2e-6),
    ("another number", "ELSE", 0.15, 0.999998),
]

_COMPARISONS: Final[dict[str, tuple[str, list[Level], str | None]]] = {
    "name": ("words_l is null or words_r is null", _name_levels(), "name"),
    "birth_date": ("birth_date_l is null or birth_date_r is null", _BIRTH_DATE, None),
    "address": ("postcode_l is null or postcode_r is null", _ADDRESS, None),
    "phone": ("phone_l is null or phone_r is null", _PHONE, None),
    "number": ("digits_l is null or digits_r is null or (not is_open_l and not is_open_r)", _NUMBER, None),
}
"""Comparison: when it says nothing, its levels from best to worst, the column whose rare values weigh more."""

COMPARED: Final = {
    "person": ("name", "birth_date", "address", "phone", "number"),
    "organisation": ("name", "address", "phone", "number"),
}
"""What is compared for each kind of party."""

COLUMNS: Final = {
    "name": "words",
    "birth_date": "birth_date",
    "address": "postcode",
    "phone": "phone",
    "number": "digits",
}
"""The column that a comparison says nothing without."""

BLOCKS: Final = ("block_birth_date", "block_phone", "block_building", "block_postcode_name", "block_words")
"""Columns that bring two nodes into comparison where they are equal; hub values have been emptied."""


def starting_model(kind: str, nodes: int) -> dict[str, Any]:
    """Splink settings for ``kind`` ("person" or "organisation") over ``nodes`` nodes, with the assumed shares.

    An unnumbered party is as likely as not to be among the others: one chance in two, spread over all nodes.
    """
    return {
        "link_type": "dedupe_only",
        "linker_uid": kind,
        "unique_id_column_name": "node",
        "probability_two_random_records_match": 0.5 / max(nodes, 1),
        "retain_matching_columns": True,
        "additional_columns_to_retain": [],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{block} = r.{block} and (l.is_open or r.is_open)"} for block in BLOCKS
        ],
        "comparisons": [_comparison(name) for name in COMPARED[kind]],
    }


def _comparison(name: str) -> dict[str, Any]:
    empty, levels, rare = _COMPARISONS[name]
    told = [
        {"sql_condition": sql, "label_for_charts": label, "m_probability": m, "u_probability": u}
        | ({"tf_adjustment_column": rare, "tf_adjustment_weight": 1.0} if rare and place == 0 else {})
        for place, (label, sql, m, u) in enumerate(levels)
    ]
    return {
        "output_column_name": name,
        "comparison_levels": [{"sql_condition": empty, "label_for_charts": "not told", "is_null_level": True}, *told],
    }


def with_shares(model: dict[str, Any], seen: dict[str, Any], share: str, pairs: dict[str, float]) -> dict[str, Any]:
    """The model with the shares that training saw, weighed against the assumed ones.

    ``share`` is "m_probability" or "u_probability"; ``pairs`` how many pairs each comparison had both values in. The
    number's shares stay as assumed: true pairs were chosen for having one number.
    """
    weight = ASSUMED_PAIRS[share]
    comparisons = []
    for assumed, found in zip(model["comparisons"], seen["comparisons"], strict=True):
        name = assumed["output_column_name"]
        levels = []
        told = (
            pairs[name]
            if any(isinstance(level.get(share), int | float) for level in found["comparison_levels"])
            else 0.0
        )
        for level, trained in zip(assumed["comparison_levels"], found["comparison_levels"], strict=True):
            value = trained.get(share)
            observed = (
                float(value) if isinstance(value, int | float) else 0.0
            )  # a level that no pair was at comes back as text
            assumed_share = level.get(share, 0.0)
            mixed = (observed * told + assumed_share * weight) / (told + weight)
            mixed = max(mixed, min(assumed_share, 1 / max(told, 1.0)))  # never rarer than once in what was looked at
            levels.append(
                level if name == "number" or level.get("is_null_level") else level | {share: round(mixed, 12)}
            )
        comparisons.append(assumed | {"comparison_levels": levels})
    return model | {"comparisons": comparisons}


ASSUMED_PAIRS: Final = {"m_probability": 5_000, "u_probability": 20_000}
"""What the assumed shares weigh, in pairs."""


def label_of(comparison: str, gamma: int) -> str:
    """What Splink's level number says in words; -1 is "not told"."""
    levels = _COMPARISONS[comparison][1]
    return "not told" if gamma < 0 else levels[len(levels) - 1 - gamma][0]
