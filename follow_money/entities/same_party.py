"""Exact rules beyond the number: one supplier key is one party, one registered name is one organisation.

A key that stands with many unlike names is a category ("personal budgets"), not an identity, and is refused. A wholly
unlike name under a key is another party that got the key later, and is not joined; what many keys' names share ("bygg", "Anna")
makes no two names alike, nor does a family name where two may be persons. Names are held against whoever bears a number.

Organisations without a number are one where name and legal form are one, unless two different numbers bear that
name. Names are protected within a county at most: where those of one name are in several towns, only a town or a telephone
that agrees joins them, and who tells neither may be any of them. A person's name alone never joins anything.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.clusters import FACTS, UNKNOWN
from follow_money.entities.exact_numbers import Units, name_keys
from follow_money.entities.kinds import ORGANISATION
from follow_money.entities.masks import is_told, mask
from follow_money.entities.names import names_agree
from follow_money.entities.numbers_of_others import wholly_unlike
from follow_money.entities.organisation_names import NEVER_LEFT_OUT
from follow_money.entities.possible_persons import PossiblePerson, of_one_family, possible_persons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from follow_money.entities.mentions import Mentions

MOST_UNLIKE_NAMES: Final = 2
"""A key with more names than this that are unlike its usual name is a category, not an identity."""

COMMON_WORD: Final = 3
"""A word in the names of more keys than this says nothing of who bears one of them."""

SHARED_WORD: Final = 1
"""A word in the names of more keys than this is taken for no given name where no persons are delivered."""

UNLIKE_NAME_PROBABILITY: Final = 0.95
"""That a key with an unlike name is still the same party: it was renamed, or trades under another name."""

SAME_NAME_PROBABILITY: Final = 0.98
"""That one name and one legal form are one organisation."""

SAME_NAME_WITHOUT_FORM_PROBABILITY: Final = 0.95
"""The same where the legal form is not told on one side or on both."""

SHORTEST_NAME: Final = 3
"""Letters that a name must have to join anything."""


def join_by_key(mentions: Mentions, kind: npt.NDArray[np.int8], units: Units) -> dict[int, str]:
    """Join what one register calls by one key. Returns a note for every mention whose key was refused."""
    keys = mentions.column("source_key")
    name = name_keys(mentions, kind)
    refused: dict[int, str] = {}
    records = mentions.column("records").to_numpy()
    groups = [
        (rows, name.take(pa.array(rows)).to_pylist()) for rows in _rows_of_keys(mentions.column("register"), keys)
    ]
    keys_of_word = _keys_of_words(mentions.column("register"), keys, name)
    common = frozenset(_in_more_keys_than(COMMON_WORD, keys_of_word).to_pylist())
    asked = np.concatenate([rows for rows, told in groups if len(set(told)) > 1] or [np.empty(0, np.int64)])
    persons = possible_persons(mentions, kind, asked, _in_more_keys_than(SHARED_WORD, keys_of_word))
    for rows, told in groups:
        person = [persons.get(row) for row in rows.tolist()]
        note = _join_one_key(rows, told, person, records[rows].tolist(), units=units, common=common)
        refused.update(dict.fromkeys(rows.tolist(), note) if note else {})
    _explain_by_key(keys, units, refused)
    return refused


def _rows_of_keys(registers: pa.Array, keys: pa.Array) -> Iterator[npt.NDArray[np.int64]]:
    """The mentions of each key that has several, in order."""
    told = np.flatnonzero(is_told(keys))
    both = pc.binary_join_element_wise(
        registers.take(pa.array(told)), keys.take(pa.array(told)), "\x1f"
    ).dictionary_encode()
    codes = np.asarray(both.indices)
    order = np.argsort(codes, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        if len(part) > 1:
            yield told[part]


def _keys_of_words(registers: pa.Array, keys: pa.Array, names: pa.Array) -> pa.Table:
    """In the names of how many keys each word stands: ``word, key_count_distinct``."""
    both = pc.binary_join_element_wise(registers, keys, "\x1f")
    told = pa.table({"key": both, "word": pc.split_pattern(names, " ")}).filter(
        pc.and_(pc.is_valid(both), pc.is_valid(names))
    )
    lists = told["word"].combine_chunks()
    flat = pa.table({"key": told["key"].combine_chunks().take(pc.list_parent_indices(lists)), "word": lists.flatten()})
    return flat.group_by("word", use_threads=False).aggregate([("key", "count_distinct")])


def _in_more_keys_than(keys: int, counted: pa.Table) -> pa.Array:
    return counted.filter(pc.greater(counted["key_count_distinct"], keys))["word"].combine_chunks()


def _is_another(usual: str, name: str, common: frozenset[str]) -> bool:
    """Whether two names have nothing in common but words that many share."""
    telling = [" ".join(word for word in each.split() if word not in common) for each in (usual, name)]
    return wholly_unlike(usual, name) or (all(telling) and wholly_unlike(*telling))


def _join_one_key(
    rows: npt.NDArray[np.int64],
    told: list[str | None],
    person: list[PossiblePerson | None],
    weight: list[int],
    *,
    units: Units,
    common: frozenset[str],
) -> str | None:
    clusters = units.clusters
    unit = units.unit[rows]
    has_number = [clusters.facts[clusters.root(u), FACTS.index("number")] != UNKNOWN for u in unit.tolist()]
    numbered = [u for u, has in zip(unit.tolist(), has_number, strict=True) if has]
    usual = _usual_name(told, weight, has_number) or _usual_name(told, weight, [True] * len(told))
    unlike = {name for name in told if name is not None and not names_agree(usual, name)}
    if len(unlike) > MOST_UNLIKE_NAMES:
        return "key_of_many_names"
    if len({clusters.root(u) for u in numbered}) > 1:
        return "key_of_several_numbers"
    base = numbered[0] if numbered else int(unit[told.index(usual)] if usual else unit[0])
    if clusters.why[base] == "alone":
        clusters.why[base], clusters.probability[base], clusters.is_exact[base] = "exact_source_key", 1.0, True
    bearers = [each for each, name in zip(person, told, strict=True) if name == usual]
    bearer = bearers[0] if all(bearers) and bearers else None
    for other, name, may_be in zip(unit.tolist(), told, person, strict=True):
        alike = name not in unlike
        if not alike and name is not None and _is_another(usual, name, common):
            continue
        if not alike and bearer is not None and may_be is not None and of_one_family(bearer, may_be):
            continue
        clusters.join(
            base, other, why="exact_source_key", probability=1.0 if alike else UNLIKE_NAME_PROBABILITY, is_exact=alike
        )
    return None


def _usual_name(told: list[str | None], weight: list[int], among: list[bool]) -> str:
    """The name that most records bear, among some mentions; the first in the alphabet of equals, and empty where none is told."""
    weights: dict[str, int] = defaultdict(int)
    for name, records, counts in zip(told, weight, among, strict=True):
        if name is not None and counts:
            weights[name] += records
    return min(weights, key=lambda name: (-weights[name], name), default="")


def _explain_by_key(keys: pa.Array, units: Units, refused: dict[int, str]) -> None:
    """A mention alone under its key is known by that key: many rows, one identity."""
    clusters = units.clusters
    told = is_told(keys)
    told[list(refused)] = False
    only = np.zeros(len(clusters.why), np.bool_)
    only[units.unit[told]] = True
    only &= clusters.why == "alone"
    clusters.why[only], clusters.probability[only], clusters.is_exact[only] = "exact_source_key", 1.0, True


def join_by_name(mentions: Mentions, kind: npt.NDArray[np.int8], units: Units) -> None:
    """Join organisations without a number that bear one name and one legal form."""
    clusters, names = units.clusters, mentions.organisation
    able = (kind == ORGANISATION) & mask(pc.greater_equal(pc.utf8_length(names.key), SHORTEST_NAME))
    able &= ~is_told(units.conflict) & (units.apart == 0)  # what somebody set apart bears no name for others
    rows = np.flatnonzero(able)
    codes = np.asarray(names.key.take(pa.array(rows)).dictionary_encode().indices).astype(np.int64)
    pairs = np.unique(np.stack([codes, units.unit[rows]], axis=1), axis=0)
    without_number = (clusters.facts[pairs[:, 1], FACTS.index("number")] == UNKNOWN).astype(np.int64)
    several = (np.bincount(pairs[:, 0]) > 1) & (np.bincount(pairs[:, 0], weights=without_number) > 0)
    chosen = np.flatnonzero(np.isin(codes, np.flatnonzero(several)))
    spelled: dict[int, dict[str, dict[str, set[int]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    places = rows[chosen]
    strict, form = (
        column.take(pa.array(places)).fill_null("").to_pylist() for column in (names.strict_key, names.form)
    )
    for code, unit, letters, legal in zip(
        codes[chosen].tolist(), units.unit[places].tolist(), strict, form, strict=True
    ):
        spelled[code][letters][legal].add(unit)
    told = _places(mentions, units, places)
    for code in sorted(spelled):
        for by_form in _one_spelling(spelled[code]):
            _join_one_name(by_form, units, told)


def _one_spelling(by_letters: dict[str, dict[str, set[int]]]) -> list[dict[str, set[int]]]:
    """One name may be written with å, ä, ö or without; two names that both have them and differ are two."""
    if len([letters for letters in by_letters if letters]) <= 1:
        merged: dict[str, set[int]] = defaultdict(set)
        for by_form in by_letters.values():
            for legal, members in by_form.items():
                merged[legal] |= members
        return [merged]
    return [by_form for _, by_form in sorted(by_letters.items())]


def _join_one_name(by_form: dict[str, set[int]], units: Units, places: dict[int, set[str]]) -> None:
    formless, forms = by_form.get("", set()), {legal: members for legal, members in by_form.items() if legal}
    for _, members in sorted(forms.items()):
        _join_all(members, units, SAME_NAME_PROBABILITY, places)
    if len(forms) == 1 and not forms.keys() & NEVER_LEFT_OUT:
        formless = formless.union(*forms.values())
    _join_all(formless, units, SAME_NAME_WITHOUT_FORM_PROBABILITY, places)


def _join_all(members: set[int], units: Units, probability: float, places: dict[int, set[str]]) -> None:
    clusters = units.clusters
    numbered = {clusters.root(u) for u in members if clusters.facts[clusters.root(u), FACTS.index("number")] != UNKNOWN}
    if len(numbered) > 1:
        return
    for together in _where_places_agree(members, places):
        base = min(numbered & {clusters.root(u) for u in together} or together)
        for unit in sorted(together):
            clusters.join(base, unit, why="same_name", probability=probability)


def _places(mentions: Mentions, units: Units, rows: npt.NDArray[np.int64]) -> dict[int, set[str]]:
    """The post towns, areas of postcodes (three digits) and telephones that the mentions of each unit tell."""
    take = pa.array(rows)
    code = mentions.addresses.postcode.take(take)
    told = {
        "town": mentions.addresses.city.take(take),
        "area": pc.utf8_slice_codeunits(code, 0, 3),
        "phone": mentions.phone.take(take),
    }
    answer: dict[int, set[str]] = defaultdict(set)
    for what, column in told.items():
        for unit, place in zip(units.unit[rows].tolist(), column.to_pylist(), strict=True):
            if place:
                answer[unit].add(f"{what} {place}")
    return answer


def _where_places_agree(members: set[int], places: dict[int, set[str]]) -> list[set[int]]:
    """Everybody, where all places told hang together; else those of each place, and nobody who tells none."""
    groups: list[tuple[set[int], set[str]]] = []
    for unit in sorted(members):
        mine, told = {unit}, set(places.get(unit, ()))
        if not any(place.startswith(("town", "area")) for place in told):
            continue
        near = [group for group in groups if group[1] & told]
        groups = [group for group in groups if not group[1] & told]
        groups.append((mine.union(*(group[0] for group in near)), told.union(*(group[1] for group in near))))
    if len(groups) <= 1:
        return [members] if members else []
    placed = set().union(*(group[0] for group in groups))
    by_phone = {unit: places.get(unit, set()) for unit in sorted(members - placed)}
    for unit, told in by_phone.items():
        near = [group for group in groups if group[1] & told]
        if len(near) == 1:
            near[0][0].add(unit)
    return [group[0] for group in groups]
