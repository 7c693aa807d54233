"""What holds of every trail, whatever the payments: cycles, rings at one instant, hubs, known and unknown balances."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.graph.flows.flow_store import FlowStore, make_store
from follow_money.graph.flows.line_kernel import in_lines
from follow_money.graph.flows.provenance import provenance
from follow_money.graph.flows.reading import read, read_only
from follow_money.graph.flows.share_kernels import part_of
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trace import order_sensitivity, trace
from follow_money.graph.flows.trace_scan import Scan
from follow_money.graph.flows.trail import Convention, Trail, Uint8s
from tests.graph.flows.letter_flows import small_stores
from tests.graph.flows.plain_purses import CLEAN, by_share, least_opening, ore_by_ore

FIFO, LIFO, HAIRCUT, POISON = Convention

always = settings(max_examples=150, deadline=None, derandomize=True)


class Question(NamedTuple):
    """What a trace is asked."""

    store: FlowStore
    sources: list[int]
    stops: Uint8s
    known_ore: Int64s

    def trail(self, *, backward: bool = False) -> Trail:
        return trace(
            self.store,
            self.sources,
            stops=self.stops,
            opening_ore=self.known_ore,
            conventions=tuple(Convention),
            backward=backward,
        )


@st.composite
def questions(draw: st.DrawFn, *, most_ore: int = 60, most_sources: int = 4) -> Question:
    """A few sources in a small store, some stops, some balances known (large enough or not)."""
    store = draw(small_stores(most_ore=most_ore))
    sources = draw(st.sets(st.integers(0, len(store) - 1), min_size=1, max_size=most_sources))
    stops = draw(st.lists(st.sampled_from([0, 0, 0, 0, 5]), min_size=len(store), max_size=len(store)))
    balances = st.one_of(st.just(-1), st.integers(0, 2 * most_ore))
    known = draw(st.lists(balances, min_size=store.nodes, max_size=store.nodes))
    return Question(store, sorted(sources), np.array(stops, dtype=np.uint8), np.array(known, dtype=np.int64))


def check_conservation(trail: Trail) -> None:
    for convention in trail.bounding:
        ore = trail.payment_ore[convention]
        stopped = int(ore[trail.stops > 0].sum())
        remaining = int(trail.remaining_ore[convention].sum())
        assert trail.source_ore == stopped + remaining + trail.recycled_ore[convention]
        assert (ore >= 0).all()
        assert (ore <= trail.store.amount_ore).all()
        assert (trail.remaining_ore[convention] >= 0).all()


@always
@given(questions(), st.booleans())
def test_what_is_traced_out_and_what_remains_is_what_came_in_to_the_ore(question: Question, backward: bool) -> None:
    check_conservation(question.trail(backward=backward))


@always
@given(questions(most_ore=2**53), st.booleans())
def test_no_ore_is_lost_where_products_of_amounts_are_beyond_64_bits(question: Question, backward: bool) -> None:
    check_conservation(question.trail(backward=backward))


@always
@given(questions(), st.booleans())
def test_order_within_an_instant_makes_and_loses_nothing(question: Question, backward: bool) -> None:
    trail = question.trail(backward=backward)
    other = order_sensitivity(trail)
    check_conservation(other)
    if len(set(question.store.paid_at_us.tolist())) == len(question.store):
        assert trail.same_instant == 0
        assert all((trail.payment_ore[each] == other.payment_ore[each]).all() for each in Convention)


@always
@given(questions(), st.booleans())
def test_poison_bounds_every_convention(question: Question, backward: bool) -> None:
    trail = question.trail(backward=backward)
    for convention in trail.bounding:
        assert (trail.payment_ore[convention] <= trail.payment_ore[POISON]).all()
        assert (trail.remaining_ore[convention] <= trail.remaining_ore[POISON]).all()


@always
@given(questions())
def test_fifo_and_lifo_are_what_purses_of_single_ore_do(question: Question) -> None:
    trail = question.trail()
    for convention in (FIFO, LIFO):
        plain = ore_by_ore(
            question.store, set(question.sources), question.stops.tolist(), question.known_ore.tolist(), convention
        )
        assert trail.payment_ore[convention].tolist() == plain.traced()
        assert trail.remaining_ore[convention].tolist() == plain.remaining()
        assert trail.recycled_ore[convention] == plain.recycled


@always
@given(questions(most_ore=2**53))
def test_haircut_is_what_unbounded_integers_say(question: Question) -> None:
    trail = question.trail()
    traced, remaining = by_share(
        question.store, set(question.sources), question.stops.tolist(), question.known_ore.tolist()
    )
    assert trail.payment_ore[HAIRCUT].tolist() == traced
    assert trail.remaining_ore[HAIRCUT].tolist() == remaining


@always
@given(questions())
def test_assumed_balance_is_the_least_with_which_nobody_pays_what_it_has_not_got(question: Question) -> None:
    trail, least = question.trail(), least_opening(question.store)
    for node, known in enumerate(question.known_ore.tolist()):
        assert trail.assumed_opening_ore[node] == (least[node] if known < 0 else 0)
        assert trail.lacking_ore[node] == (max(0, least[node] - known) if known >= 0 else 0)


@always
@given(questions(most_sources=1), st.data())
def test_backward_is_forward_reversed(question: Question, data: st.DataObject) -> None:
    """So much money of payment a as is in payment b, so much of b came by a; the haircut is off by less than an öre for each payment between."""
    (first,), store = question.sources, question.store
    second = data.draw(st.integers(0, len(store) - 1))
    if second == first:
        return
    question.stops[[first, second]] = 0
    forward, back = question.trail(), question._replace(sources=[second]).trail(backward=True)
    for convention in (FIFO, LIFO):
        assert forward.payment_ore[convention][second] == back.payment_ore[convention][first]
    assert abs(int(forward.payment_ore[HAIRCUT][second] - back.payment_ore[HAIRCUT][first])) <= len(store)


@always
@given(questions())
def test_under_fifo_and_lifo_a_trail_is_the_sum_of_the_trails_of_its_sources(question: Question) -> None:
    trail = question.trail()
    alone = [question._replace(sources=[source]).trail() for source in question.sources]
    for convention in (FIFO, LIFO):
        if not trail.recycled_ore[convention]:
            summed = np.sum([each.payment_ore[convention] for each in alone], axis=0)
            assert summed.tolist() == trail.payment_ore[convention].tolist()


@always
@given(questions(), st.data())
def test_parts_by_group_add_up_to_the_trail_and_are_those_of_the_single_ore(
    question: Question, data: st.DataObject
) -> None:
    trail = question.trail()
    size = len(question.sources)
    groups = data.draw(st.lists(st.sampled_from("abc"), min_size=size, max_size=size))
    told = provenance(trail, groups).to_pandas()
    for convention in trail.bounding:
        summed = told.groupby("payment")[f"{convention.value}_ore"].sum()
        assert summed.to_dict() == {int(p): int(trail.payment_ore[convention][p]) for p in trail.touched()}
    group_of = dict(zip(question.sources, groups, strict=True))
    for convention in (FIFO, LIFO):
        plain = ore_by_ore(
            question.store, set(question.sources), question.stops.tolist(), question.known_ore.tolist(), convention
        )
        parts = {
            (p, group): ore
            for p, payment in enumerate(plain.payments)
            for group, ore in Counter(group_of[each] for each in payment if each != CLEAN).items()
        }
        column = told[f"{convention.value}_ore"]
        assert {(p, g): o for p, g, o in zip(told["payment"], told["group"], column, strict=True) if o} == parts


@always
@given(questions(), st.booleans(), st.data())
def test_parts_of_some_payments_are_those_of_all(question: Question, backward: bool, data: st.DataObject) -> None:
    trail = question.trail(backward=backward)
    groups = [str(source) for source in question.sources]
    some = data.draw(st.sets(st.integers(0, len(question.store) - 1), min_size=1))
    every = provenance(trail, groups).to_pylist()
    assert provenance(trail, groups, payments=sorted(some)).to_pylist() == [r for r in every if r["payment"] in some]


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.integers(1, 2**62 - 1), st.data())
def test_part_of_is_exact_however_large(whole: int, data: st.DataObject) -> None:
    amount, part = data.draw(st.integers(0, whole)), data.draw(st.integers(0, whole))
    assert part_of(amount, part, whole) == amount * part // whole


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), backward=st.booleans())
def test_running_out_of_room_for_segments_changes_nothing(seed: int, backward: bool) -> None:
    random = np.random.default_rng(seed)
    size, nodes = 400, 12
    payer = random.integers(0, nodes, size).astype(np.int32)
    payee = ((payer + random.integers(1, nodes, size)) % nodes).astype(np.int32)
    store = make_store(
        payer, payee, np.sort(random.integers(0, 300, size)) * 1_000_000, random.integers(1, 90, size),
        node_ids=pa.array([f"n{node:02}" for node in range(nodes)]), payment_ids=pa.array([f"p{place}" for place in range(size)]),
    )  # fmt: skip
    reading = read(store, stops=None, opening_ore=random.integers(-1, 40, nodes), backward=backward)
    group_of = np.where(random.random(size) < 0.1, random.integers(0, 5, size), -1).astype(np.int32)
    scan = Scan(
        payer=reading.payer, payee=reading.payee, amount_ore=reading.amount_ore, group_of=read_only(group_of, np.int32), stops=reading.stops,
        opening_ore=read_only(reading.opening_ore, np.int64), repaid_ore=reading.repaid_ore,
        row_of=read_only(np.arange(size), np.int32), rows=size, groups=5,
    )  # fmt: skip
    for whole, part in zip(in_lines(scan), in_lines(scan, 6), strict=True):
        assert np.array_equal(whole, part)
