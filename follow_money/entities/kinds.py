"""Person, organisation or account: what each mention is, where the row does not say.

Decided by the number first, then by a legal form in the name, then by looking the name up among the parties that rows
do call a person or an organisation. What stays open is taken for an organisation, on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.identity_numbers import PERSON_KINDS, NumberKind
from follow_money.entities.masks import is_told, mask
from follow_money.model import EntityKind

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

PERSON, ORGANISATION, ACCOUNT = 0, 1, 2
KINDS: Final = (EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.ACCOUNT)
"""The kinds by their code."""


def decide_kinds(mentions: Mentions) -> npt.NDArray[np.int8]:
    """The kind of each mention as a code of ``KINDS``."""
    told = mentions.party_kind
    is_party = told == EntityKind.PARTY
    kind = np.select([told == EntityKind.PERSON, told == EntityKind.ACCOUNT], [PERSON, ACCOUNT], ORGANISATION).astype(
        np.int8
    )
    if not is_party.any():
        return kind
    numbers, names = mentions.numbers, mentions.organisation
    has_person_number = numbers.is_kind(*PERSON_KINDS) & numbers.is_valid
    is_trader = has_person_number & ((told == EntityKind.ORGANISATION) | (is_party & is_told(names.form)))
    by_number = numbers.last_ten_texts()
    trades_as = is_trader & ~_held_by(by_number, mentions.person_key, has_person_number & (told == EntityKind.PERSON))
    is_firm = _held_by(by_number, names.key, trades_as) & ~_held_by(
        by_number, mentions.person_key, has_person_number & ~is_trader & ~is_party
    )
    says_person = has_person_number | numbers.is_kind(*PERSON_KINDS, NumberKind.INTERIM, NumberKind.BIRTH_DATE)
    says_organisation = numbers.is_kind(NumberKind.ORGANISATIONSNUMMER) | is_told(names.form) | is_told(names.status)
    known_organisation = mask(
        pc.is_in(names.key, value_set=_present(names.key, ~is_party & (told == EntityKind.ORGANISATION)))
    )
    known_person = mask(
        pc.is_in(mentions.person_key, value_set=_present(mentions.person_key, told == EntityKind.PERSON))
    )
    reads_as_person = known_person | _made_of_known_words(mentions.person_key, is_party, told == EntityKind.PERSON)
    decided = np.select(
        [
            is_trader | (has_person_number & is_firm),
            says_person,
            says_organisation,
            known_organisation,
            reads_as_person,
        ],
        [ORGANISATION, PERSON, ORGANISATION, ORGANISATION, PERSON],
        ORGANISATION,
    )
    return np.where(is_party, decided, kind).astype(np.int8)


def _held_by(numbers: pa.Array, keys: pa.Array, among: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a mention has number and name of one of those ``among``."""
    both = pc.binary_join_element_wise(numbers, keys, " ")
    return mask(pc.is_in(both, value_set=_present(both, among)))


def _present(column: pa.Array, among: npt.NDArray[np.bool_]) -> pa.Array:
    return column.filter(pa.array(among)).drop_null().unique()


def _made_of_known_words(
    keys: pa.Array, asked: npt.NDArray[np.bool_], persons: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Where a name has two words or more and each of them stands in the name of somebody whom a row calls a person."""
    words = pc.split_pattern(_present(keys, persons), " ").flatten().unique()
    unique = keys.filter(pa.array(asked)).dictionary_encode()
    lists = pc.split_pattern(unique.dictionary, " ")
    known = mask(pc.is_in(lists.flatten(), value_set=words))
    found = np.bincount(np.asarray(pc.list_parent_indices(lists)), weights=known, minlength=len(lists)).astype(np.int64)
    length = np.asarray(pc.list_value_length(lists)).astype(np.int64)
    all_known = pa.array((length > 1) & (found == length))
    answer = np.zeros(len(keys), np.bool_)
    answer[asked] = mask(all_known.take(unique.indices))
    return answer
