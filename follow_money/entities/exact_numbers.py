"""Units by exact number: one valid number is one party, unless birth dates contradict each other.

A mention whose birth date contradicts its number, or the other birth dates of an undated number, is kept apart with a
note and left to linkage; so is a wholly unlike name that nothing speaks for. Any other name is noted only. An invalid number ties only descriptions with
the same full text and the same name, and of one home where they tell it. Interim numbers belong to their issuer and tie within one register only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.birth_conflicts import far_apart
from follow_money.entities.clusters import DAYS_BEFORE_1970, UNKNOWN, Clusters
from follow_money.entities.generation_words import OLDER, generations
from follow_money.entities.identity_numbers import PERSON_KINDS, NumberKind
from follow_money.entities.judged_pairs import JudgedPairs, set_apart
from follow_money.entities.judged_units import judge_units
from follow_money.entities.kinds import ACCOUNT, ORGANISATION, PERSON
from follow_money.entities.masks import is_told
from follow_money.entities.number_centuries import closed_centuries
from follow_money.entities.number_dates import NOT_A_DAY, birth_dates
from follow_money.entities.numbers_of_others import BASIC_REGISTER, of_somebody_else
from follow_money.entities.organisation_names import LEGAL_FORMS
from follow_money.entities.usual_values import usual_values
from follow_money.entities.wrong_numbers import elsewhere_than_most, is_evidence

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

INVALID_NUMBER_PROBABILITY: Final = 0.99
"""That one invalid number with one name is one party: the same slip of the pen, copied."""

FIRM_PROBABILITY: Final = 0.9
"""That several rows of one description without a number are one organisation: registered names are rarely shared."""

NAME_PROBABILITY: Final = 0.5
"""The same for a person: namesakes are common."""

BIRTH_DATE_PROBABILITY: Final = 0.95
"""The same for a person with a birth date."""

NUMBER_OF_ORGANISATION: Final = "number_of_an_organisation"
"""Note on a person who bears an organisation's number."""


@dataclass(frozen=True, kw_only=True)
class Units:
    """What exact numbers make of the mentions.

    ``unit`` is each mention's unit; ``full`` its number with the century its context gave (10 digits while that is
    open, null where it is not valid); ``apart`` the part that somebody set apart from its number's others (0: none);
    ``birth_date`` what number or row tell; ``conflict`` what keeps a mention apart
    from its number (null: nothing). ``is_open`` says for each unit whether linkage may look for its party, ``tells``
    for each mention whether its number, right or wrong, is evidence.
    """

    unit: npt.NDArray[np.int64]
    full: pa.Array
    apart: npt.NDArray[np.int64]
    birth_date: npt.NDArray[np.datetime64]
    conflict: pa.Array
    is_open: npt.NDArray[np.bool_]
    tells: npt.NDArray[np.bool_]
    clusters: Clusters


def units_by_number(
    mentions: Mentions, kind: npt.NDArray[np.int8], judged: JudgedPairs, mention_ids: pa.Array
) -> Units:
    """Group the mentions by number or account or, failing both, each on its own; then as people judged.

    ``kind`` is the code of each mention's kind.
    """
    numbers = mentions.numbers
    of_person = numbers.is_kind(*PERSON_KINDS) & numbers.is_valid & (kind != ACCOUNT)
    valid = of_person | (numbers.is_kind(NumberKind.ORGANISATIONSNUMMER) & numbers.is_valid & (kind == ORGANISATION))
    interim = numbers.is_kind(NumberKind.INTERIM) & numbers.is_valid & (kind == PERSON)
    account = (kind == ACCOUNT) & is_told(mentions.account)
    name = name_keys(mentions, kind)
    wrong = is_evidence(mentions, kind, ~valid & ~interim & (kind != ACCOUNT) & is_told(name))
    century = closed_centuries(mentions, kind, of_person)
    full = pc.binary_join_element_wise(_CENTURIES.take(pa.array(century)), numbers.last_ten_texts(), "")
    full = pc.if_else(pa.array(valid), full, None)

    said = [
        (valid, _joined("n", full)),
        (interim, _joined("t", mentions.column("register"), numbers.text)),
        (wrong, _joined("w", numbers.text, name)),
        (account, _joined("a", mentions.account)),
    ]
    identity = pa.nulls(len(mentions), pa.string())
    for among, text in said:
        identity = pc.if_else(pa.array(among), text, identity)
    key = _joined(pa.array(kind), identity)
    in_number = np.where(of_person, birth_dates(numbers.last_ten, century), NOT_A_DAY)
    contradicts = of_person & far_apart(in_number, mentions.birth_date)
    contradicts |= _against_most(key, mentions, ~np.isnat(in_number))
    of_other = of_somebody_else(key, mentions, of_person, in_number, name, is_person=kind == PERSON) & ~contradicts
    elsewhere = elsewhere_than_most(key, mentions, wrong)
    key = pc.if_else(pa.array(elsewhere), _joined(key, mentions.addresses.postcode), key)
    key = pc.if_else(pa.array(contradicts), _joined(key, date_texts(mentions.birth_date)), key)
    key = pc.if_else(pa.array(of_other), _joined(key, name), key)

    records = mentions.column("records").to_numpy()
    apart = set_apart(_grouped(key)[0], judged.negative, name, records, mention_ids)
    key = pc.if_else(pa.array(apart > 0), _joined(key, pa.array(apart)), key)
    unit, leader = _grouped(key)
    born = np.where(contradicts | of_other | np.isnat(in_number), mentions.birth_date, in_number)
    number_of_other = numbers.is_kind(NumberKind.ORGANISATIONSNUMMER) & (kind == PERSON)
    note = np.select([contradicts, of_other, number_of_other], ["birth_date", "name", NUMBER_OF_ORGANISATION], "")
    contradicts |= of_other
    alone = ~(valid | interim | account | wrong)
    clusters = _clusters(
        mentions, kind, unit, leader, numbered=(valid | interim) & ~contradicts, born=born, apart=apart
    )
    rows = np.bincount(unit, weights=mentions.column("records").to_numpy())
    code, one_row = kind[leader], rows == 1
    sure = np.where(
        code == PERSON, np.where(np.isnat(born[leader]), NAME_PROBABILITY, BIRTH_DATE_PROBABILITY), FIRM_PROBABILITY
    )
    clusters.why[:] = np.select(
        [account[leader], wrong[leader], ~alone[leader]],
        ["exact_account", "wrong_number", "exact_number"],
        "alone",
    )
    clusters.is_exact[:] = (valid | interim | account)[leader] & ~contradicts[leader]
    clusters.probability[:] = np.select(
        [clusters.is_exact, ~alone[leader], one_row], [1.0, INVALID_NUMBER_PROBABILITY, 1.0], sure
    )
    split = apart[leader] > 0
    clusters.why[split], clusters.is_exact[split] = "split", False
    judge_units(clusters, unit, judged)
    return Units(
        unit=unit,
        full=full,
        apart=apart,
        birth_date=born,
        conflict=pa.array(note.astype(object), pa.string(), mask=note == ""),
        is_open=(alone | wrong | contradicts)[leader] & (code != ACCOUNT),
        tells=(valid | wrong) & ~contradicts & ~elsewhere,
        clusters=clusters,
    )


def name_keys(mentions: Mentions, kind: npt.NDArray[np.int8]) -> pa.Array:
    """The comparable name of each mention by its kind."""
    return pc.if_else(pa.array(kind == ORGANISATION), mentions.organisation.key, mentions.person_key)


def date_texts(days: npt.NDArray[np.datetime64]) -> pa.Array:
    """Days as ISO text; null where unknown."""
    return pa.array(days, pa.date32()).cast(pa.string())


_CENTURIES: Final = pa.array([str(century) if century else "" for century in range(100)])


def _against_most(key: pa.Array, mentions: Mentions, dated: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a key that holds no date stands with several birth dates, and this row's is not the usual one.

    The population register's come before any number of rows of others.
    """
    rows = np.flatnonzero(~dated & ~np.isnat(mentions.birth_date) & is_told(key))
    basic = pc.equal(mentions.column("register"), BASIC_REGISTER).take(pa.array(rows))
    told = pa.table(
        {
            "row": rows,
            "key": key.take(pa.array(rows)),
            "day": mentions.birth_date[rows],
            "records": mentions.column("records").take(pa.array(rows)),
            "basic": basic.cast(pa.int8()),
        }
    )
    days = told.group_by(["key", "day"]).aggregate([("records", "sum"), ("basic", "max")])
    order = [("key", "ascending"), ("basic_max", "descending"), ("records_sum", "descending"), ("day", "ascending")]
    days = days.sort_by(order)
    most = days.group_by("key", use_threads=False).aggregate([("day", "first"), ("day", "count")])
    several = most.filter(pc.greater(most["day_count"], 1))
    asked = told.filter(pc.is_in(told["key"], value_set=several["key"].combine_chunks()))
    usual = several["day_first"].take(pc.index_in(asked["key"], value_set=several["key"].combine_chunks()))
    answer = np.zeros(len(mentions), np.bool_)
    answer[np.asarray(asked.filter(pc.not_equal(asked["day"], usual))["row"])] = True
    return answer


def _grouped(key: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each row's group, groups numbered by their first row, and that first row; a null key is a group of its own."""
    rows = np.arange(len(key))
    keyed = is_told(key)
    codes = np.asarray(pc.fill_null(key.dictionary_encode().indices, 0)).astype(np.int64)
    first = np.full(int(codes.max(initial=0)) + 1, len(key), np.int64)
    np.minimum.at(first, codes[keyed], rows[keyed])
    leader, unit = np.unique(np.where(keyed, first[codes], rows), return_inverse=True)
    return unit.astype(np.int64), leader


def _clusters(
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    unit: npt.NDArray[np.int64],
    leader: npt.NDArray[np.int64],
    *,
    numbered: npt.NDArray[np.bool_],
    born: npt.NDArray[np.datetime64],
    apart: npt.NDArray[np.int64],
) -> Clusters:
    units = len(leader)
    own = np.arange(units)
    has_number = np.bincount(unit, weights=numbered | (kind == ACCOUNT), minlength=units) > 0
    days = np.full(units, UNKNOWN, np.int64)
    told = ~np.isnat(born)
    days[unit[told]] = born[told].astype(np.int64) + DAYS_BEFORE_1970
    facts = np.stack(
        [
            kind[leader].astype(np.int64),
            apart[leader],
            np.where(has_number, own, UNKNOWN),
            days,
            _usual_form(mentions, unit, units),
            _told_generation(mentions, kind, unit, units),
        ],
        axis=1,
    )
    return Clusters(
        facts=facts, why=np.full(units, "alone", "U16"), probability=np.ones(units), is_exact=np.zeros(units, np.bool_)
    )


def _usual_form(mentions: Mentions, unit: npt.NDArray[np.int64], units: int) -> npt.NDArray[np.int64]:
    """The legal form that most rows of each unit tell, as a code; the first in the alphabet of equals."""
    codes = pa.array(list(LEGAL_FORMS))
    usual = usual_values(unit, mentions.organisation.form, mentions.column("records").to_numpy(), units)
    return np.asarray(pc.fill_null(pc.index_in(usual, value_set=codes), UNKNOWN)).astype(np.int64)


def _told_generation(
    mentions: Mentions, kind: npt.NDArray[np.int8], unit: npt.NDArray[np.int64], units: int
) -> npt.NDArray[np.int64]:
    """Whether the names of each unit call a person the younger or the older; UNKNOWN where none does or they disagree."""
    told = np.where(kind == PERSON, generations(mentions.column("name")), UNKNOWN)
    least, most = np.full(units, OLDER + 1), np.full(units, UNKNOWN)
    rows = np.flatnonzero(told != UNKNOWN)
    np.minimum.at(least, unit[rows], told[rows])
    np.maximum.at(most, unit[rows], told[rows])
    return np.where(least == most, most, UNKNOWN).astype(np.int64)


def _joined(*parts: pa.Array | str) -> pa.Array:
    texts = [pa.scalar(part) if isinstance(part, str) else part.cast(pa.string()) for part in parts]
    return pc.binary_join_element_wise(*texts, "\x1f")
