"""What the model compares does not depend on which of two descriptions is the left one."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from follow_money.entities.linkage_model import COMPARED, starting_model
from follow_money.entities.organisation_names import organisation_names, sibling_words
from follow_money.entities.person_words import bearers, person_words

if TYPE_CHECKING:
    from collections.abc import Iterator

PERSONS = [
    "Anna Berg", "Berg Anna", "Ana Berg", "A Berg", "Anna", "Berg", "Anna Maria Berg", "Anna Mria Borg", "Johan Bergman",
    "Johanna Bergman", "Bergman Johan", "Erik Eriksson", "Eriksson Erika", "Kristina Holmkvist", "Kristna Holmqvist",
    "Maria Berg Anna", "Martha Marhta", "Marhta Martha", "Bo Ek", "Ek", "Dwayne Duane", "Duane Dwayne", "AA AAA", "AAA AA",
]  # fmt: skip
ORGANISATIONS = [
    "Lindberg Lindbergs Omsorg AB", "Lindberg Svensson Omsorg AB", "Lindbergs Omsorg AB", "Lindberg Omsorg AB",
    "Omsorg Lindberg HB", "Nilsson Nilssons Bygg AB", "Nilsson Ek Bygg AB", "Nilson Ek Byg AB", "Berg & Bergs Bygg AB",
    "Berg & Sten Bygg AB", "Bergs Bergs Sten Bygg AB", "Bygg AB", "Bygg i Norrby AB", "Norrby Bygg AB",
    "Lindberg Lindbergs Svensson Omsorg AB", "Lindberg Svensson Svenssons Omsorg AB",
]  # fmt: skip
DAYS = [None, "19800517", "19800518", "19801705", "19800101", "19810101", "19800705", "19800507", "19900312"]
TEXTS = [None, "1", "12", "storgatan 1", "storgatan 11", "storgtan 1", "nygatan 1", "gatan stor 1"]
DIGITS = [None, "8005171123", "8005171132", "8005171223", "800517112", "0805171123", "9003124455"]


def odd_descriptions(kind: str) -> pa.Table:
    """Every name, with the other values beside it in all ways that a few turns of their lists give."""
    count = 240
    if kind == "organisation":
        told = organisation_names(pa.array(ORGANISATIONS * (count // len(ORGANISATIONS)))).key
        given = family = pa.nulls(len(told), pa.string())
        joined = pc.replace_substring(told, " ", "")
    else:
        words = person_words(pa.array(PERSONS * (count // len(PERSONS))))
        told, given, family, joined = words.key, words.given, words.family, words.joined
    words_of = pc.split_pattern(told, " ")

    def turned(values: list[str | None], step: int) -> pa.Array:
        return pa.array([values[(place * step + place // 7) % len(values)] for place in range(len(told))], pa.string())

    return pa.table(
        {
            "place": pa.array(range(len(told))),
            "name": told, "given": given, "family": family, "joined": joined,
            "given_n": pa.array([1, 2, 9, 30] * (len(told) // 4)), "family_n": bearers(family),
            "words": words_of, "siblings": sibling_words(words_of),
            "born": turned(DAYS, 1), "phone": turned(DIGITS, 2), "digits": turned(DIGITS, 3),
            "is_open": pa.array([place % 3 > 0 for place in range(len(told))]),
            "dwelling": turned(TEXTS, 1), "building": turned(TEXTS, 3), "postcode": turned(["15131", "15132", None], 1),
        }
        | {column: turned(TEXTS, step) for step, column in enumerate(("house", "street", "locality", "city", "region"), 1)}
    )  # fmt: skip


def levels(kind: str) -> Iterator[tuple[str, list[str]]]:
    """Each comparison's name and its conditions but "else", from the best level on."""
    for comparison in starting_model(kind, 100, ("block_phone",))["comparisons"]:
        conditions = [level["sql_condition"] for level in comparison["comparison_levels"]]
        assert conditions[-1] == "ELSE"
        yield comparison["output_column_name"], conditions[:-1]


@pytest.mark.parametrize("kind", sorted(COMPARED))
def test_every_level_gives_one_answer_with_left_and_right_exchanged(kind: str) -> None:
    table = odd_descriptions(kind)
    sides = ", ".join(
        f"{side}.{name} as {name}_{of}" for name, (side, of) in product(table.column_names, (("a", "l"), ("b", "r")))
    )
    with duckdb.connect() as database:
        database.register("odd", table)
        database.execute(f"create table pairs as select {sides} from odd a, odd b")
        for comparison, conditions in levels(kind):
            cases = " ".join(f"when {condition} then {place}" for place, condition in enumerate(conditions))
            database.execute(
                f"create or replace table found as select place_l, place_r, case {cases} else -1 end as level from pairs"
            )
            told = database.execute(
                "select any_value(a.name), any_value(b.name), f.level, g.level from found f join found g"
                " on f.place_l = g.place_r and f.place_r = g.place_l and f.level <> g.level"
                " join odd a on a.place = f.place_l join odd b on b.place = f.place_r group by f.level, g.level"
            ).fetchall()
            assert told == [], comparison
            [(several,)] = database.execute("select count(distinct level) from found").fetchall()
            assert several > len(conditions) / 2, comparison  # the table meets most levels
