"""Persons of another country's register: no Swedish number, other addresses, and one file that may hold people twice.

Given and family name stand in columns of their own, birth dates and the country's numbers are texts that may be wrong.
There is nothing to train on but the register itself, and its birth dates forbid nothing.

The screening does not call this: it links the register ``foreign_persons`` as it links all others, because what this links (other given names of
one day in one house, another birth date) may be two people. It is for those who have nothing but such a register and look at what comes
out, and what the benchmark measures on public ones (FEBRL).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.clustering import UNKNOWN, Constraints, Partition
from follow_money.entities.descriptions import name_shares
from follow_money.entities.linkage import Scores, decide, score
from follow_money.entities.names import fold, sorted_tokens
from follow_money.entities.person_words import bearers
from follow_money.entities.spellings import one_spelling
from follow_money.entities.training import train_without_numbers

if TYPE_CHECKING:
    from typing import Any

    from follow_money.engine import Engine

KIND: Final = "person_abroad"

COLUMNS: Final = (
    "given_name", "family_name", "birth_date", "house", "street", "locality", "city", "postcode", "region", "number",
)  # fmt: skip
"""What such a register may tell: all texts, null where not told."""

BLOCKING: Final = tuple(
    " and ".join(f"l.{part} = r.{other}" for part, other in pairs)
    for pairs in (
        [("born", "born")],
        [("digits", "digits")],
        [("name", "name")],
        [("street", "street")],
        [("given", "family"), ("family", "given")],
        *(
            [(first, first), (second, second)]
            for first in ("given", "family", "house", "locality")
            for second in ("postcode", "city", "locality")
            if first != second
        ),
        [("city", "city"), ("postcode", "postcode")],
    )
)
"""Conditions that bring two records into comparison."""

TRAINED_WITHIN: Final = ("l.born = r.born", "l.street = r.street and l.house = r.house")
"""Where expectation maximisation looks: among records of one birth date, and of one house."""


def foreign_descriptions(register: pa.Table) -> pa.Table:
    """The records of a foreign register (``COLUMNS``) as descriptions, a ``node`` and a ``unit`` each, in their order."""
    told = {name: register[name].combine_chunks() for name in COLUMNS}
    rows = pa.array(np.arange(register.num_rows))
    given, family = (_words(told[column]) for column in ("given_name", "family_name"))
    whole = pc.binary_join_element_wise(pc.coalesce(given, ""), pc.coalesce(family, ""), " ")
    whole = pc.utf8_trim(whole, characters=" ")
    whole = pc.if_else(pc.equal(whole, ""), None, whole)
    name = sorted_tokens(whole)
    given, family = (pc.replace_substring(part, " ", "") for part in (given, family))
    places = {column: _place(told[column]) for column in ("house", "street", "locality", "city", "postcode", "region")}
    return pa.table(
        {
            "node": rows,
            "unit": rows,
            "is_open": pa.array(np.ones(register.num_rows, np.bool_)),
            "name": name,
            "given": given,
            "family": family,
            "joined": pc.replace_substring(whole, " ", ""),
            "words": pc.split_pattern(name, " "),
            "given_n": bearers(given),
            "family_n": bearers(family),
            "name_shares": name_shares(name),
            "born": told["birth_date"],
            "digits": told["number"],
            **places,
        }
    )


def resolve_foreign(
    engine: Engine, register: pa.Table, *, model: dict[str, Any] | None = None, seed: int = 0
) -> tuple[Partition, Scores, dict[str, Any]]:
    """Who is who in a foreign register: the partition of its records, the scored pairs and the model, which may be kept."""
    table = foreign_descriptions(register)
    trained = model or train_without_numbers(
        engine, table, kind=KIND, blocking=BLOCKING, rules=TRAINED_WITHIN, seed=seed
    )
    scores = score(engine, table, trained, KIND)
    nothing = Constraints(facts=np.full((table.num_rows, 1), UNKNOWN, np.int64))
    parts, _ = decide(scores, table.num_rows, nothing)
    return parts, scores, trained


def _words(names: pa.Array) -> pa.Array:
    """Folded names with every word in one spelling; null where nothing is left."""
    folded = fold(names)
    lists = pc.split_pattern(folded, " ")
    spelled = pa.ListArray.from_arrays(lists.offsets, one_spelling(lists.flatten()))
    joined = pc.if_else(pc.is_valid(folded), pc.binary_join(spelled, " "), None)
    return pc.if_else(pc.equal(joined, ""), None, joined)


def _place(column: pa.Array) -> pa.Array:
    """A part of an address, folded and without spaces: they are the first thing that goes wrong."""
    plain = pc.replace_substring(fold(column), " ", "")
    return pc.if_else(pc.equal(plain, ""), None, plain)
