"""Hits that share an organisation, people or money become one case."""

from __future__ import annotations

import itertools
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from follow_money.triage.grouping import JOINING_ROLES, MOST_ORGANISATIONS_A_PARTY
from follow_money.triage.owner import EITHER_ROLE
from tests.triage.small_cases import Row, cases_of, grouped, hit

if TYPE_CHECKING:
    from pathlib import Path

OFFICERS = ("owner", "beneficial_owner", "board_member", "chair", "managing_director", "signatory", "treasurer")


def officer(person: str, organisation: str, kind: str = "owner") -> Row:
    return {"from_id": person, "to_id": organisation, "kind": kind, "register": "roles"}


def hub(entity: str, kind: str = "person") -> Row:
    return {"hub_id": entity, "kind": kind, "parties": 99, "why_sv": "-", "why_en": "-"}


def test_hits_of_one_organisation_are_one_case(tmp_path: Path) -> None:
    groups = grouped(tmp_path, [hit("1", "A"), hit("2", "A"), hit("3", "B")])
    assert cases_of(groups) == {frozenset("12"), frozenset("3")}
    assert list(groups["hit_id"]) == ["1", "2", "3"]
    assert groups["split_from"].isna().all()


def test_hit_about_an_account_belongs_to_the_organisation_that_it_names(tmp_path: Path) -> None:
    account = hit("2", "A", subject_id="K", subject_kind="account")
    alone = hit("3", None, subject_id="L", subject_kind="account")
    assert cases_of(grouped(tmp_path, [hit("1", "A"), account, alone])) == {frozenset("12"), frozenset("3")}


@pytest.mark.parametrize("kind", OFFICERS)
def test_shared_owner_or_officer_joins(tmp_path: Path, kind: str) -> None:
    links = [officer("o", "A", kind), officer("o", "B")]
    assert cases_of(grouped(tmp_path, [hit("1", "A"), hit("2", "B")], links=links)) == {frozenset("12")}


@pytest.mark.parametrize("kind", ["auditor", "accountant", "deputy", "household", "shared_address"])
def test_auditors_households_and_shared_addresses_do_not_join(tmp_path: Path, kind: str) -> None:
    links = [officer("o", "A", kind), officer("o", "B", kind)]
    assert len(cases_of(grouped(tmp_path, [hit("1", "A"), hit("2", "B")], links=links))) == 2


@pytest.mark.parametrize("role", JOINING_ROLES)
def test_shared_party_that_has_the_money_joins(tmp_path: Path, role: str) -> None:
    hits = [hit("1", "A", [("x", role)]), hit("2", "B", [("x", role)])]
    assert cases_of(grouped(tmp_path, hits)) == {frozenset("12")}


@pytest.mark.parametrize("role", ["user", "other_provider", "payee"])
def test_shared_user_who_may_be_a_victim_does_not_join(tmp_path: Path, role: str) -> None:
    hits = [hit("1", "A", [("x", role)]), hit("2", "B", [("x", role)])]
    assert len(cases_of(grouped(tmp_path, hits))) == 2


def test_hub_never_joins_as_officer_or_as_party(tmp_path: Path) -> None:
    hits = [hit("1", "A", [("x", "receiver")]), hit("2", "B", [("x", "receiver")])]
    links = [officer("o", "A"), officer("o", "B")]
    assert len(cases_of(grouped(tmp_path, hits, links=links, hubs=[hub("o"), hub("x")]))) == 2


@pytest.mark.parametrize("above", [0, 1])
def test_party_of_more_organisations_than_the_limit_joins_none(tmp_path: Path, above: int) -> None:
    count = MOST_ORGANISATIONS_A_PARTY + above
    groups = grouped(tmp_path, [hit(str(n), f"O{n}", [("x", "receiver")]) for n in range(count)])
    assert len(cases_of(groups)) == (count if above else 1)


def chain(joins: str) -> tuple[list[Row], list[Row]]:
    """Organisations A, B, C … joined one to the next: ``o`` by a shared officer, ``p`` by a shared party."""
    names = [chr(ord("A") + n) for n in range(len(joins) + 1)]
    parties: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    links = []
    for (left, right), join in zip(itertools.pairwise(names), joins, strict=True):
        if join == "o":
            links += [officer(f"o{left}", left), officer(f"o{left}", right)]
        else:
            parties[left].append((f"p{left}", "receiver"))
            parties[right].append((f"p{left}", "receiver"))
    return [hit(name, name, parties[name]) for name in names], links


@pytest.mark.parametrize(
    ("size", "expected"), [(4, {"ABCD"}), (3, {"AB", "CD"}), (2, {"AB", "CD"}), (1, {"A", "B", "C", "D"})]
)
def test_group_above_the_size_limit_is_split_by_its_weakest_joins(
    tmp_path: Path, size: int, expected: set[str]
) -> None:
    hits, links = chain("opo")
    groups = grouped(tmp_path, hits, case_size=size, links=links)
    assert cases_of(groups) == {frozenset(case) for case in expected}
    names = set(groups["split_from"].dropna())
    assert len(names) == (0 if size == 4 else 1)  # also after two rounds: the whole group is the one to be told


def test_what_was_split_is_told_for_its_own_group_alone(tmp_path: Path) -> None:
    hits, links = chain("opo")
    groups = grouped(
        tmp_path,
        [*hits, hit("X", "X"), hit("Y", "Y", [("z", "receiver")]), hit("Z", "Z", [("z", "receiver")])],
        case_size=3,
        links=links,
    )
    assert cases_of(groups) == {frozenset(case) for case in ("AB", "CD", "X", "YZ")}
    assert set(groups.loc[groups["split_from"].notna(), "hit_id"]) == set("ABCD")


def test_one_organisation_is_never_split_however_many_hits_it_has(tmp_path: Path) -> None:
    assert len(cases_of(grouped(tmp_path, [hit(str(n), "A") for n in range(30)], case_size=1))) == 1


def test_no_hits_make_no_cases(tmp_path: Path) -> None:
    assert grouped(tmp_path, []).empty


HITS = st.lists(
    st.tuples(
        st.sampled_from("ABCDEF"),
        st.lists(st.tuples(st.sampled_from("pqrst"), st.sampled_from(["owner_side", "receiver", "user"])), max_size=3),
    ),
    min_size=1,
    max_size=12,
)
LINKS = st.lists(st.tuples(st.sampled_from("uvw"), st.sampled_from("ABCDEF")), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=HITS,
    officers=LINKS,
    hubs=st.sets(st.sampled_from("pquv"), max_size=2),
    size=st.integers(1, 4),
    seed=st.integers(0, 9),
)
def test_every_hit_is_in_exactly_one_case_whatever_the_order_of_the_rows(  # noqa: PLR0917  # as drawn
    tmp_path: Path,
    told: list[tuple[str, list[tuple[str, str]]]],
    officers: list[tuple[str, str]],
    hubs: set[str],
    size: int,
    seed: int,
) -> None:
    shutil.rmtree(tmp_path)
    hits = [hit(f"H{n:02}", organisation, parties) for n, (organisation, parties) in enumerate(told)]
    tables = {
        "links": [officer(person, to) for person, to in officers],
        "hubs": [hub(entity) for entity in sorted(hubs)],
    }
    groups = grouped(tmp_path, hits, case_size=size, **tables)
    assert sorted(groups["hit_id"]) == [row["hit_id"] for row in hits]
    owner = {row["hit_id"]: row["organisation_id"] for row in hits}
    owners = [frozenset(owner[name] for name in case) for case in cases_of(groups)]
    assert all(len(case) <= size for case in owners)
    assert sum(len(case) for case in owners) == len(set(owner.values()))  # an organisation is in one case
    draw = random.Random(seed)  # noqa: S311  # an order, no secret
    draw.shuffle(hits)
    for rows in tables.values():
        draw.shuffle(rows)
    again = grouped(tmp_path, hits, case_size=size, **tables)
    assert again.astype(str).to_dict() == groups.astype(str).to_dict()


def pair(hit_id: str, *sides: str) -> Row:
    parties = [(side, EITHER_ROLE) for side in sides]
    return hit(hit_id, None, parties, subject_id=f"G{hit_id}", subject_kind="group", amount_low_ore=0)


def test_finding_about_two_organisations_never_joins_their_cases(tmp_path: Path) -> None:
    groups = grouped(tmp_path, [hit("1", "A"), hit("2", "B"), pair("3", "A", "B")])
    assert cases_of(groups) == {frozenset("1"), frozenset("2"), frozenset("3")}


def test_finding_about_two_organisations_goes_to_the_one_that_other_findings_concern(tmp_path: Path) -> None:
    groups = grouped(tmp_path, [hit("1", "A"), pair("2", "A", "B"), pair("3", "A", "C"), pair("4", "D", "E")])
    assert cases_of(groups) == {frozenset("123"), frozenset("4")}
