"""The linkage model: what is compared, in which levels, and the shares each level starts from.

Splink's Fellegi-Sunter model. ``m`` is the share of true pairs at a level, ``u`` that of random pairs. The shares given
here are what is assumed until pairs of the workspace say otherwise, and what rare levels fall back on; the numbered
pairs of clean registers hold fewer slips than the unnumbered rows that the model is for, so they never replace the
assumption entirely.
"""

from __future__ import annotations

from typing import Any, Final

ALIKE: Final = 0.87
"""Jaro-Winkler likeness of two words that may be spellings of one."""

SLIP_OF: Final = 8
"""A word that is like a word this many times as common is taken for a slip; of two common words neither is."""

FEW: Final = 5
"""Bearers up to which a word may be a slip however rare the other one is."""

NAME_AGREES: Final = "given name alike, other family name"
"""The worst level of a name at which a link may be made: a shared family name is no name."""

Level = tuple[str, str, float, float]
"""Label, SQL condition, m, u."""


NEARLY: Final = 0.75
"""Likeness of two given names that, beside one family name, may be two slips apart."""


def _spelled(left: str, right: str, least: float = ALIKE) -> str:
    """Whether two words may be spellings of one: equal, or alike and one of them far the rarer."""
    few, many = (f"{which}({left}_n_l, {right}_n_r)" for which in ("least", "greatest"))
    return (
        f"({left}_l = {right}_r or (jaro_winkler_similarity({left}_l, {right}_r) >= {least}"
        f" and ({few} <= {FEW} or {few} * {SLIP_OF} <= {many})))"
    )


_GIVEN, _FAMILY = _spelled("given", "given"), _spelled("family", "family")
_CROSSED: Final = f"{_spelled('given', 'family')} and {_spelled('family', 'given')}"
_SHARED: Final = "length(list_intersect(words_l, words_r))"
_FEWEST: Final = "least(length(words_l), length(words_r))"
_INITIAL: Final = "(length(given_l) = 1 or length(given_r) = 1) and left(given_l, 1) = left(given_r, 1)"
_ONE_TOLD: Final = "(given_l is null or given_r is null)"

_PERSON_NAME: Final[list[Level]] = [
    ("same words", "name_l = name_r", 0.70, 1e-5),
    ("one holds the other", f"{_SHARED} >= 2 or joined_l = joined_r", 0.09, 1e-5),
    ("every word alike", f"({_GIVEN} and {_FAMILY}) or ({_CROSSED})", 0.12, 2e-5),
    ("family name alike, initial", f"{_INITIAL} and {_FAMILY}", 0.02, 5e-4),
    (
        "both names nearly alike",
        f"{_spelled('given', 'given', NEARLY)} and {_spelled('family', 'family', NEARLY)}",
        0.02,
        2e-4,
    ),
    (NAME_AGREES, f"{_GIVEN} and family_l is not null and family_r is not null", 0.035, 0.008),
    ("one word told, alike", f"{_ONE_TOLD} and {_FAMILY}", 0.01, 1e-3),
    ("family name alike, other given name", f"{_FAMILY}", 0.012, 6e-3),
    ("one word shared", f"{_SHARED} >= 1", 0.006, 2e-3),
    ("names differ", "ELSE", 0.012, 0.9824),
]
_EVERY_WORD_ALIKE: Final = (
    "list_min(list_transform({short}, lambda w: "
    "list_max(list_transform({long}, lambda v: jaro_winkler_similarity(w, v))))) >= 0.9"
)
_FORWARD, _BACKWARD = (
    _EVERY_WORD_ALIKE.format(short=s, long=t) for s, t in (("words_l", "words_r"), ("words_r", "words_l"))
)
_ORGANISATION_NAME: Final[list[Level]] = [
    ("same words", "name_l = name_r", 0.72, 1e-5),
    ("one holds the other", f"siblings_l = siblings_r and {_FEWEST} >= 2 and {_SHARED} = {_FEWEST}", 0.1, 1e-5),
    (
        "every word alike",
        (
            f"siblings_l = siblings_r and (((length(words_l) > length(words_r) or {_FORWARD})"
            f" and (length(words_l) < length(words_r) or {_BACKWARD}))"
            " or jaro_winkler_similarity(joined_l, joined_r) >= 0.95)"
        ),
        0.13,
        2e-5,
    ),
    ("one word shared", f"{_SHARED} >= 1", 0.04, 0.01),
    ("names differ", "ELSE", 0.01, 0.98996),
]
_HOME: Final[list[Level]] = [
    ("same dwelling", "dwelling_l = dwelling_r", 0.42, 1e-5),
    ("same building", "building_l = building_r and (dwelling_l is null or dwelling_r is null)", 0.18, 5e-5),
    (
        "same street, nearly",
        "postcode_l = postcode_r and (street_l = street_r or jaro_winkler_similarity(street_l, street_r) >= 0.92)",
        0.1,
        1e-3,
    ),
    ("same postcode", "postcode_l = postcode_r", 0.05, 5e-3),
    ("elsewhere", "ELSE", 0.25, 0.99394),
]
_BORN: Final[list[Level]] = [
    ("same day", "born_l = born_r and right(born_l, 4) <> '0101'", 0.91, 4e-5),
    ("same 1 January", "born_l = born_r", 0.02, 5e-6),  # often set by an office: says less
    (
        "one slip from the day",
        ("damerau_levenshtein(born_l, born_r) <= 1 or (left(born_l, 4) = left(born_r, 4)"
        " and (right(born_l, 2) || substr(born_l, 5, 2) = right(born_r, 4)))"),
        0.04,
        1e-3,
    ),
    ("1 January of the year", "left(born_l, 4) = left(born_r, 4) and '0101' in (right(born_l, 4), right(born_r, 4))", 0.01, 1e-3),
    ("other day", "ELSE", 0.02, 0.99795),
]  # fmt: skip
_PHONE: Final[list[Level]] = [
    ("same phone", "phone_l = phone_r", 0.7, 2e-5),
    ("one slip from the phone", "damerau_levenshtein(phone_l, phone_r) <= 1", 0.03, 1e-5),
    ("other phone", "ELSE", 0.27, 0.99997),
]
_NUMBER: Final[list[Level]] = [
    ("same number", "digits_l = digits_r", 0.3, 1e-6),
    ("one slip from the number", "damerau_levenshtein(digits_l, digits_r) <= 1", 0.5, 2e-6),
    ("two slips from the number", "damerau_levenshtein(digits_l, digits_r) <= 2", 0.05, 1e-4),
    ("another number", "ELSE", 0.15, 0.999897),
]


def _text(column: str, same: tuple[float, float], alike: tuple[float, float]) -> list[Level]:
    """A part of a foreign address: the same, a slip away, or another."""
    near = f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.9 or damerau_levenshtein({column}_l, {column}_r) <= 2"
    return [
        (f"same {column}", f"{column}_l = {column}_r", *same),
        (f"{column} alike", near, *alike),
        (f"other {column}", "ELSE", 1 - same[0] - alike[0], 1 - same[1] - alike[1]),
    ]


def _code(column: str, same: tuple[float, float], slip: tuple[float, float]) -> list[Level]:
    near = f"damerau_levenshtein({column}_l, {column}_r) <= 1"
    return [
        (f"same {column}", f"{column}_l = {column}_r", *same),
        (f"{column} one slip away", near, *slip),
        (f"other {column}", "ELSE", 1 - same[0] - slip[0], 1 - same[1] - slip[1]),
    ]


_COMPARISONS: Final[dict[str, tuple[str, list[Level], str | None]]] = {
    "name": ("name_l is null or name_r is null", _PERSON_NAME, "name"),
    "organisation_name": ("name_l is null or name_r is null", _ORGANISATION_NAME, "name"),
    "birth_date": ("born_l is null or born_r is null", _BORN, None),
    "home": ("postcode_l is null or postcode_r is null", _HOME, None),
    "phone": ("phone_l is null or phone_r is null", _PHONE, None),
    "number": ("digits_l is null or digits_r is null or (not is_open_l and not is_open_r)", _NUMBER, None),
    "house": ("house_l is null or house_r is null", _code("house", (0.8, 0.02), (0.1, 0.1)), None),
    "street": ("street_l is null or street_r is null", _text("street", (0.7, 1e-3), (0.15, 1e-3)), "street"),
    "locality": ("locality_l is null or locality_r is null", _text("locality", (0.7, 1e-3), (0.15, 1e-3)), "locality"),
    "city": ("city_l is null or city_r is null", _text("city", (0.7, 1e-3), (0.15, 1e-3)), "city"),
    "postcode": ("postcode_l is null or postcode_r is null", _code("postcode", (0.85, 1e-3), (0.08, 0.01)), "postcode"),
    "region": ("region_l is null or region_r is null", _code("region", (0.89, 0.25), (0.01, 0.05)), None),
}
"""Comparison: when it says nothing, its levels from best to worst, the column whose rare values weigh more."""

COMPARED: Final = {
    "person": ("name", "birth_date", "home", "phone", "number"),
    "organisation": ("organisation_name", "home", "phone", "number"),
    "person_abroad": ("name", "birth_date", "house", "street", "locality", "city", "postcode", "region", "number"),
}
"""What is compared for each kind of party. Another country's addresses have parts that do not go together as ours do."""

COLUMNS: Final = {
    "name": "name",
    "organisation_name": "name",
    "birth_date": "born",
    "home": "postcode",
    "phone": "phone",
    "number": "digits",
}
"""The column that a comparison says nothing without; those that are not listed bear the column's name."""


_BIRTHS_MAY_AGREE: Final = "(l.born is null or r.born is null or l.born_year = r.born_year or l.born_day = r.born_day)"
"""A slip changes the year or the day and month; two dates that differ in both are two people's."""

_ONLY_WITH_BIRTHS: Final = (
    "block_dwelling", "block_building", "block_postcode_given", "block_postcode_family", "block_words",
)  # fmt: skip
"""Blocks of many who are not one: namesakes, neighbours, households."""


def starting_model(kind: str, nodes: int, blocking: tuple[str, ...]) -> dict[str, Any]:
    """Splink settings for ``kind`` (a key of ``COMPARED``) over ``nodes`` descriptions, with the assumed shares.

    An unnumbered party is as likely as not to be among the others: one chance in two, spread over all descriptions.
    ``blocking`` are the columns, or the conditions, that bring two descriptions into comparison. Of two descriptions one
    is open, and it is the left one: Splink puts the lower ``node`` there, and open ones are counted first. A condition on
    one side is decided before the join, one on either side after it.
    """
    rules = [rule if "=" in rule else f"l.{rule} = r.{rule} and l.is_open" for rule in blocking]
    rules = [
        f"{rule} and {_BIRTHS_MAY_AGREE}" if old in _ONLY_WITH_BIRTHS else rule
        for old, rule in zip(blocking, rules, strict=True)
    ]
    return {
        "link_type": "dedupe_only",
        "linker_uid": kind,
        "unique_id_column_name": "node",
        "probability_two_random_records_match": 0.5 / max(nodes, 1),
        "retain_matching_columns": True,  # keeps the levels, too
        "additional_columns_to_retain": [],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": f"{rule} and l.unit <> r.unit"} for rule in rules],
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


def gamma_of(comparison: str, label: str) -> int:
    """Splink's number of a level, from its words."""
    levels = [each[0] for each in _COMPARISONS[comparison][1]]
    return len(levels) - 1 - levels.index(label)
