"""The judgement ledger: appended, sealed, mended, undone; what stands is what was said last by whoever ranks highest."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.entities.judged_pairs import forced
from follow_money.entities.judgements import Act, Judged, Verdict, standing
from follow_money.entities.ledger import Ledger
from follow_money.errors import StorageError, UsageError
from tests.entities.small_registers import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOW = "2025-06-30T12:00:00+00:00"


def undo(*acts: str) -> Act:
    return Act(judge="analyst", version="", who="a", when=NOW, evidence=("a slip",), undoes=acts)


def rows(judged: Judged) -> list[tuple[str, str, str, str]]:
    return list(
        zip(
            judged.left.to_pylist(), judged.right.to_pylist(), judged.verdict.to_pylist(), judged.judge.to_pylist(),
            strict=True,
        )
    )  # fmt: skip


def test_acts_come_back_as_they_were_said_in_their_order(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.acts() == {}
    told = [said(("M-a", "M-b", "+")), said(("M-å", "M-c", "-"), ("M-a", "M-c", "?"), judge="model")]
    names = [ledger.add(act) for act in told]
    read = ledger.acts()
    assert list(read) == names
    assert [replace(act, left=tuple(act.left), right=tuple(act.right)) for act in read.values()] == told
    assert ledger.path.stat().st_mode & 0o077 == 0


def test_the_last_judgement_of_a_pair_stands_but_an_analyst_outranks_rule_and_model() -> None:
    acts = {
        "1": said(("M-a", "M-b", "+"), judge="model"),
        "2": said(("M-b", "M-a", "-"), judge="analyst"),
        "3": said(("M-a", "M-b", "+"), ("M-c", "M-d", "-"), judge="rule"),
        "4": said(("M-c", "M-d", "+"), judge="model"),
        "5": said(("M-e", "M-f", "-"), judge="model"),
        "6": said(("M-e", "M-f", "?"), judge="model"),
    }
    assert rows(standing(acts)) == [
        ("M-b", "M-a", "-", "analyst"), ("M-c", "M-d", "-", "rule"), ("M-e", "M-f", "?", "model"),
    ]  # fmt: skip


def test_undoing_restores_what_stood_and_undoing_that_restores_the_judgement(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add(said(("M-a", "M-b", "+")))
    before = standing(ledger.acts())
    changed = ledger.add(said(("M-a", "M-b", "-")))
    after = standing(ledger.acts())
    undone = ledger.add(undo(changed))
    assert rows(standing(ledger.acts())) == rows(before)
    assert standing(ledger.acts()).digest() == before.digest() != after.digest()
    ledger.add(undo(undone))
    assert standing(ledger.acts()).digest() == after.digest()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (said(("M-a", "M-a", "+")), "same one twice"),
        (said(("M-a", "", "+")), "two descriptions"),
        (said(("M-a", "M-b", "x")), "A verdict is one of"),
        (said(("M-a", "M-b", "+"), judge="oracle"), "no judge"),
        (replace(said(("M-a", "M-b", "+")), evidence=("",)), "needs a reason"),
        (replace(said(("M-a", "M-b", "+")), evidence=("a", "b")), "needs a reason"),
        (replace(said(("M-a", "M-b", "+")), right=()), "for every pair"),
        (replace(said(("M-a", "M-b", "+")), undoes=("J-1",)), "name one of the two"),
        (replace(undo("J-1"), undoes=()), "name one of the two"),
        (replace(undo("J-1"), who=""), "who made it"),
        (undo("J-1"), "no judgement 'J-1'"),
    ],
)
def test_what_says_nothing_is_refused_and_nothing_is_written(tmp_path: Path, act: Act, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        Ledger(tmp_path).add(act)
    assert not Ledger(tmp_path).path.exists()


def test_of_two_who_undo_the_same_at_once_one_is_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    act = ledger.add(said(("M-a", "M-b", "+")))
    start = threading.Barrier(8)

    def undone() -> bool:
        start.wait()
        try:
            Ledger(tmp_path).add(undo(act))
        except UsageError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        told = [each.result() for each in [pool.submit(undone) for _ in range(8)]]
    assert sum(told) == 1


def test_what_is_checked_before_writing_is_checked_while_nobody_else_writes(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def only_one(acts: Mapping[str, Act]) -> None:
        if acts:
            raise UsageError("Somebody was first.")

    def heard(number: int) -> bool:
        start.wait()
        try:
            Ledger(tmp_path).add(said((f"M-{number}", "M-b", "+")), check=only_one)
        except UsageError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(heard, range(8))) == 1


def test_the_same_cannot_be_undone_twice(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    name = ledger.add(said(("M-a", "M-b", "+")))
    ledger.add(undo(name))
    with pytest.raises(UsageError, match="undone before"):
        ledger.add(undo(name))


# --- Torn and changed files ---


@pytest.fixture
def three(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path)
    for number in range(3):
        ledger.add(said((f"M-{number}", "M-z", "+")))
    return ledger


def test_a_line_cut_off_anywhere_is_put_aside_and_the_rest_stays(three: Ledger) -> None:
    whole = three.path.read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    for end in range(start + 1, len(whole)):
        three.path.write_bytes(whole[:end])
        assert len(three.acts()) == 2
        assert three.path.read_bytes() == whole[:start]
        [aside] = three.torn()
        assert aside.read_bytes() == whole[start:end]
        aside.unlink()


def test_writing_after_a_torn_line_goes_on_from_the_last_whole_one(three: Ledger) -> None:
    three.path.write_bytes(three.path.read_bytes()[:-40])
    three.add(said(("M-new", "M-z", "-")))
    assert [act.left for act in three.acts().values()] == [["M-0"], ["M-1"], ["M-new"]]


def test_blocks_that_never_reached_the_disk_are_a_torn_line(three: Ledger) -> None:
    whole = three.path.read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    three.path.write_bytes(whole[:start] + bytes(len(whole) - start))
    assert len(three.acts()) == 2
    three.path.write_bytes(whole[: start + 20] + bytes(60) + whole[start + 80 :])
    assert len(three.acts()) == 2


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_line_is_refused_with_its_number(three: Ledger, place: int) -> None:
    lines = three.path.read_bytes().splitlines(keepends=True)
    lines[place] = lines[place].replace(b'"+"', b'"-"')
    three.path.write_bytes(b"".join(lines))
    with pytest.raises(StorageError, match=f"Line {place + 1}"):
        three.acts()
    assert three.path.read_bytes() == b"".join(lines)


def test_a_missing_line_and_another_format_are_refused(three: Ledger) -> None:
    lines = three.path.read_bytes().splitlines(keepends=True)
    three.path.write_bytes(b"".join([lines[0], lines[2]]))
    with pytest.raises(StorageError, match="Line 2"):
        three.acts()


def _write_many(folder: Path, writer: int) -> None:
    for number in range(40):
        Ledger(folder).add(said((f"M-{writer}-{number}", "M-z", "+")))


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, writer)) for writer in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    told = [act.left[0] for act in Ledger(tmp_path).acts().values()]
    assert sorted(told) == sorted(f"M-{writer}-{number}" for writer in range(2) for number in range(40))
    assert Ledger(tmp_path).torn() == []


# --- Properties ---


def test_a_thousand_random_merges_undone_give_the_identical_state(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    ids = [f"M-{number:04d}" for number in range(800)]
    ledger = Ledger(tmp_path)

    def drawn(pairs: int, sign: str) -> Act:
        chosen = [rng.choice(800, 2, replace=False) for _ in range(pairs)]
        judge = str(rng.choice(["analyst", "rule", "model"]))
        return said(*((ids[one], ids[other], sign) for one, other in chosen), judge=judge)

    for _ in range(60):
        ledger.add(drawn(int(rng.integers(1, 20)), str(rng.choice(list(Verdict)))))
    before = standing(ledger.acts())
    merges = [ledger.add(drawn(1, "+")) for _ in range(1000)]
    assert standing(ledger.acts()).digest() != before.digest()
    rng.shuffle(merges)
    for start in range(0, 1000, 100):
        ledger.add(undo(*merges[start : start + 100]))
    after = standing(ledger.acts())
    assert rows(after) == rows(before)
    assert after.act.tolist() == before.act.tolist()
    assert after.digest() == before.digest()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6),
)
def test_what_is_forced_together_never_holds_what_is_kept_apart(
    positive: list[tuple[int, int]], negative: list[tuple[int, int]]
) -> None:
    def array(pairs: list[tuple[int, int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        return np.array([pair for pair in pairs if pair[0] != pair[1]], np.int64).reshape(-1, 2)

    for_it, against = array(positive), array(negative)
    label = forced(12, for_it, against)
    assert all(label[one] != label[other] for one, other in against.tolist())
    assert all(label[label[thing]] == label[thing] <= thing for thing in range(12))
    for one, other in for_it.tolist():  # left out only where it would bring two together that are kept apart
        joined = np.isin(label, [label[one], label[other]])
        assert label[one] == label[other] or any(joined[a] and joined[b] for a, b in against.tolist())


def test_the_ledger_needs_no_file_to_be_read(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "nowhere").acts() == {}
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # nothing at all
