"""A trail of a run: what can be asked for, and the sentences that tell it."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from follow_money.errors import UsageError
from follow_money.graph.flows.exit_classes import EXIT_WORDS, ExitClass
from follow_money.graph.flows.trail import REMAINS
from follow_money.graph.flows.trail_groups import NO_DECISION
from follow_money.pictures.between import between
from follow_money.pictures.kronor import kronor
from follow_money.run_trail import RunTrail
from follow_money.told.trail import trail_json, trail_told
from tests.whole_flow import Screened


@pytest.fixture(scope="module")
def found(screened: Screened) -> RunTrail:
    """The trail of the first case whose organisations get public money."""
    for case_id in screened.run.cases["case_id"].to_pylist():
        try:
            return screened.run.trail(case_id)
        except UsageError:
            continue
    raise AssertionError("no case of the region has public payments")


def payee(found: RunTrail) -> str:
    return str(found.trail.store.told(found.trail.sources)["payee_id"][0].as_py())


def sentences(found: RunTrail, *, rows: int = 5, language: str = "sv") -> list[str]:
    return list(trail_told(found, rows=rows, language=language))


# --- what can be asked for ---


def test_the_sources_of_a_case_are_the_public_payments_to_its_organisations(
    screened: Screened, found: RunTrail
) -> None:
    payees = set(found.trail.store.told(found.trail.sources)["payee_id"].to_pylist())
    organisations = [set(each) for each in screened.run.cases["organisation_ids"].to_pylist()]
    assert any(payees <= each for each in organisations)
    assert found.facts.is_public[found.trail.sources].all()


def test_a_month_narrows_the_sources(screened: Screened, found: RunTrail) -> None:
    whole = screened.run.trail(payee(found)).trail
    month = screened.run.trail(payee(found), months=["2024-05"]).trail
    assert set(month.sources) < set(whole.sources)


def test_all_that_an_entity_paid_is_followed_when_asked(screened: Screened, found: RunTrail) -> None:
    trail = screened.run.trail(payee(found), is_payer=True).trail
    assert len(trail.sources) == len(trail.store.paid_by(trail.store.node(payee(found))))


def test_a_hit_is_followed_from_the_payments_of_its_evidence(screened: Screened) -> None:
    run = screened.run
    evidence = run.evidence.filter(pc.equal(run.evidence["register"], "payments"))
    hit = evidence["hit_id"][0].as_py()
    trail = run.trail(hit).trail
    ids = trail.store.payment_ids.take(trail.sources).to_pylist()
    assert set(ids) <= set(evidence.filter(pc.equal(evidence["hit_id"], hit))["record_id"].to_pylist())


def test_payments_claims_and_decisions_are_followed_by_their_ids(screened: Screened, found: RunTrail) -> None:
    run, trail = screened.run, found.trail
    record = str(trail.store.payment_ids[int(trail.sources[0])].as_py())
    one = run.trail(record).trail
    assert one.store.payment_ids.take(one.sources).to_pylist() == [record]
    transfers = run.graph.table("transfers", ["record_id", "programme_ref"])
    referring = transfers.filter(pc.is_valid(transfers["programme_ref"]))
    reference = referring["programme_ref"][0].as_py()
    told = run.trail(reference).trail
    expected = referring.filter(pc.equal(referring["programme_ref"], reference))["record_id"].to_pylist()
    assert set(told.store.payment_ids.take(told.sources).to_pylist()) >= set(expected)


def test_a_hit_is_told_by_the_trail_that_it_rests_on(screened: Screened) -> None:
    hits = screened.run.hits.filter(pc.is_valid(screened.run.hits["trail_id"])).to_pylist()
    assert hits
    told = screened.run.trail(hits[0]["hit_id"])
    assert told.trail.trail_id != ""
    own = screened.run.case_file(_case_of(screened, hits[0]["hit_id"])).trails[hits[0]["hit_id"]]
    assert told.trail.exits().equals(own.exits())
    assert len(sentences(told)) > 4


def _case_of(screened: Screened, hit_id: str) -> str:
    hits = screened.run.hits.filter(pc.equal(screened.run.hits["hit_id"], hit_id))
    organisation = hits["organisation_id"][0].as_py()
    cases = screened.run.cases.to_pylist()
    return next(str(case["case_id"]) for case in cases if organisation in case["organisation_ids"])


def test_things_of_several_kinds_are_not_followed_together(screened: Screened, found: RunTrail) -> None:
    payment = found.trail.store.payment_ids[int(found.trail.sources[0])].as_py()
    with pytest.raises(UsageError, match="one kind at a time"):
        screened.run.trail(payee(found), payment)


@pytest.mark.parametrize(
    ("what", "more", "word"),
    [
        ("O-nobody", {}, "O-nobody"),
        ("9999", {}, "9999"),
        ("H-nobody", {}, "H-nobody"),
        ("0123456789ab:1", {}, "0123456789ab:1"),
        ("H-nobody", {"backward": True}, "ask for one hit, without"),
        ("1", {"is_payer": True}, "--paid"),
        ("1", {"paid_by": ["O-nobody"]}, "O-nobody"),
        ("1", {"months": ["2024-13"]}, "'2024-13' is no month"),
        ("1", {"months": ["2024-5"]}, "'2024-5' is no month"),
        ("1", {"months": ["1999-01"]}, "No payment fits.*--paid"),
    ],
)
def test_what_cannot_be_followed_is_refused(screened: Screened, what: str, more: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        screened.run.trail(what, **more)  # type: ignore[arg-type]  # keywords of several types


# --- sentences ---


def test_every_end_is_told_with_its_bounds_in_both_languages(found: RunTrail) -> None:
    for language, word in (("sv", "Slutade som, av "), ("en", "Ended as, of ")):
        told = sentences(found, language=language)
        assert any(sentence.startswith(word) for sentence in told)
        for end in found.ends["exit_class"].to_pylist():
            words = EXIT_WORDS[language][ExitClass(end)]
            assert sum(sentence.startswith("  ") and f": {words}" in sentence for sentence in told) >= 1


def test_it_is_told_that_amounts_are_intervals_and_that_leaving_the_data_is_not_cash(found: RunTrail) -> None:
    told = " ".join(sentences(found, language="en"))
    assert "No single figure is the right one." in told
    assert "does not say that it became cash" in told
    assert "does not say what the party knew" in told


def test_source_rows_name_file_and_line_of_the_delivered_files(screened: Screened, found: RunTrail) -> None:
    rows = [sentence for sentence in sentences(found, rows=6) if ".csv rad " in sentence]
    assert 2 <= len(rows) <= 6
    assert not [sentence for sentence in sentences(found, rows=0) if ".csv rad " in sentence]
    for row in rows:
        name, line = row.strip().split(": ")[0].split(" rad ")
        [path] = screened.exports.rglob(name)
        amount = row.rsplit(" → ", 1)[1].split(", ")[1].removesuffix("\u00a0kr").replace("\u00a0", "")
        delivered = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()[int(line) - 1]
        assert f";{amount};" in delivered


def test_organisations_are_named_and_persons_are_not(screened: Screened, found: RunTrail) -> None:
    told = "\n".join(sentences(found, rows=500))
    parties = pa.concat_arrays([found.rows[end].combine_chunks() for end in ("payer_id", "payee_id")])
    people = [named for named in screened.run.names(pc.unique(parties)).values() if named.kind == "person"]
    assert found.names[payee(found)] in told
    assert [named.entity_id for named in people if named.entity_id in told]
    assert not [named for named in people if named.name in told]


def test_what_was_set_aside_is_counted(found: RunTrail) -> None:
    told = " ".join(sentences(found, language="en"))
    for reason, n in found.set_aside.items():
        assert f"{reason} ({n})" in told
    assert ("No payment was set aside" in told) == (not found.set_aside)


def test_balances_that_are_assumed_or_do_not_suffice_are_told_with_count_and_sum(found: RunTrail) -> None:
    trail = found.trail
    at = trail.touched()
    passed = np.unique(trail.store.payee[at[trail.stops[at] == 0]])
    assumed, lacking = trail.assumed_opening_ore[passed], trail.lacking_ore[passed]
    told = " ".join(sentences(found, language="en"))
    unknown = np.count_nonzero(assumed)
    expected = f"for {unknown} of the trail's {len(passed)} parties" if unknown else "nothing had to be assumed"
    assert expected in told
    assert ("more than their known balance covers" in told) == bool(lacking.any())


def test_backward_it_is_told_where_the_money_came_from(screened: Screened) -> None:
    run = screened.run
    owners = np.flatnonzero(run.flow_facts.exit_class == ExitClass.OWNERS)
    owner = run.flow_facts.store.told(owners[:1])["payee_id"][0].as_py()
    back = run.trail(owner, backward=True)
    told = sentences(back, rows=4)
    assert told[0].endswith("bakåt i tiden, till var pengarna kom ifrån.")
    assert told[1].startswith("Kom ifrån, av ")
    rows = [sentence for sentence in told if ".csv rad " in sentence]
    assert rows
    assert trail_json(back, rows=1)["is_backward"] is True


def test_what_the_order_within_an_instant_moves_is_told_by_end_and_by_party(found: RunTrail) -> None:
    (end, _), (between, party) = found.moved_by_order, found.moved_between_parties
    document = trail_json(found, rows=1)
    assert (document["moved_by_order_ore"], document["moved_between_parties_ore"]) == (end, between)
    [told] = [
        sentence for sentence in sentences(found, language="en") if sentence.startswith("Payments at one instant")
    ]
    assert ("in the reverse order no end changes" in told) == (end == between == 0)
    assert not between or f"{kronor(between, 'en')} of what came to a party" in told
    assert not between or party in told


def test_the_most_that_can_have_come_holds_for_every_order_within_an_instant(
    screened: Screened, found: RunTrail
) -> None:
    told = sentences(screened.run.trail(payee(found), to=[payee(found)]), language="en")
    [bound] = [sentence for sentence in told if "greatest flow" in sentence]
    assert "in whatever order payments at one instant came" in bound


# --- figures ---


def test_json_tells_the_ends_in_ore_and_no_name(screened: Screened, found: RunTrail) -> None:
    document = trail_json(found, rows=4)
    text = json.dumps(document, ensure_ascii=False, default=str)
    for convention in ("fifo", "lifo", "haircut"):
        ends = sum(end[f"{convention}_ore"] for end in document["ends"]) + document["recycled_ore"][convention]
        assert ends == document["source_ore"]
    assert len(document["largest_payments"]) == 4
    for named in screened.run.names(found.trail.entities()["node_id"].combine_chunks()).values():
        if named.name != named.entity_id:
            assert named.name not in text


def test_what_reached_an_end_comes_from_the_months_of_the_sources(found: RunTrail) -> None:
    by_month, ends = found.by_month.to_pylist(), found.ends.to_pylist()
    months = set(found.rows.filter(found.rows["is_source"])["month"].to_pylist())
    assert {row["month"] for row in by_month} <= months
    for end in ends:
        if end["exit_class"] != REMAINS:
            parts = [row["middle_ore"] for row in by_month if row["exit_class"] == end["exit_class"]]
            assert sum(parts) == end["middle_ore"]


def test_what_reached_an_end_comes_from_the_decisions_that_the_sources_rest_on(found: RunTrail) -> None:
    by_decision, ends = found.by_decision.to_pylist(), found.ends.to_pylist()
    assert {row["decision"] for row in by_decision} - {NO_DECISION}
    for end in ends:
        if end["exit_class"] != REMAINS:
            parts = [row["middle_ore"] for row in by_decision if row["exit_class"] == end["exit_class"]]
            assert sum(parts) == end["middle_ore"]


def test_months_and_decisions_are_told_as_intervals_and_all_of_them_in_json(found: RunTrail) -> None:
    for language, months, decisions, more in (
        ("sv", "efter de följda betalningarnas månad", "efter beslutet", "--json visar fler"),
        ("en", "by the month of the followed payments", "by the decision", "--json shows more"),
    ):
        told = sentences(found, rows=0, language=language)
        [at] = [place for place, each in enumerate(told) if months in each]
        [then] = [place for place, each in enumerate(told) if decisions in each]
        shown = told[at + 1 : then]
        assert [line[2:9] for line in shown[:-1]] == sorted(line[2:9] for line in shown[:-1])
        assert len(shown) == 7
        assert more in shown[-1]
        end = found.by_decision.to_pylist()[0]
        assert any(between(end["low_ore"], end["high_ore"], language) in line for line in told[at:])
    document = trail_json(found, rows=0)
    assert {row["month"] for row in document["by_month"]} == set(found.by_month["month"].to_pylist())
    assert document["by_decision"][0].keys() == {"decision", "end", "exit_class", "low_ore", "middle_ore", "high_ore"}
    assert document["outer_bound"] is None


def test_a_single_end_that_is_left_out_is_told_as_one(screened: Screened, found: RunTrail) -> None:
    ends = Counter(found.by_month["month"].to_pylist())
    [one, *_] = [month for month, count in ends.items() if count == 4]
    [other, *_] = [month for month in ends if month != one]
    told = "\n".join(sentences(screened.run.trail(payee(found), months=[one, other]), rows=0, language="en"))
    assert "; 1 more end\n" in told
    assert "1 more ends" not in told


def test_one_month_is_not_told_apart(screened: Screened, found: RunTrail) -> None:
    month = screened.run.trail(payee(found), months=["2024-05"])
    assert not any("efter de följda betalningarnas månad" in each for each in sentences(month))


def test_the_outer_bound_is_told_when_asked_for(found: RunTrail) -> None:
    assert not any("poison" in each for each in sentences(found))
    told = list(trail_told(found, rows=0, language="en", with_bound=True))
    [at] = [place for place, each in enumerate(told) if "(poison)" in each]
    most = found.outer_bound
    assert [line[:10] for line in told[at + 1 : at + 1 + len(most)]] == ["  at most "] * len(most)
    for end in found.ends.to_pylist():
        assert most[end["exit_class"]] >= end["high_ore"]
    bound = trail_json(found, rows=0, with_bound=True)["outer_bound"]
    assert {row["exit_class"]: row["most_ore"] for row in bound} == most


def test_the_pictures_show_names_only_when_asked(found: RunTrail) -> None:
    name = found.names[payee(found)]
    for drawn in (found.sankey, found.time_line):
        assert name in drawn(width=900).svg
        assert name not in drawn(width=900, with_names=False).svg
        assert payee(found) in drawn(with_names=False).svg
