"""Entity ids that last: they change by a logged merge or split alone, and an undone merge gives the earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from follow_money.entities.id_history import HISTORY, LOG, standing
from follow_money.entities.id_registry import Churn, IdRegistry
from follow_money.entities.surviving_ids import Survival, survive
from follow_money.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEY = b"a key of thirty-two bytes, or so"


@dataclass
class Memory:
    """A registry in memory: what `IdRegistry` keeps in files."""

    log: pa.Table = field(default_factory=LOG.empty_table)
    registration: int = 0

    @property
    def history(self) -> dict[str, dict[str, object]]:
        """What stands."""
        return _state(self.log)

    def register(self, *entities: Sequence[str], kind: str = "P-") -> dict[str, str]:
        """Register a delivery whose entities are groups of descriptions; the id of each description."""
        self.registration += 1
        mentions = [name for group in entities for name in group]
        first = pa.array([kind + min(group) for group in entities], pa.string())
        self.told: Survival = survive(
            self.log,
            pa.array([f"M-{name}" for name in mentions], pa.string()),
            np.repeat(np.arange(len(entities)), [len(group) for group in entities]),
            first,
            registration=self.registration,
            another_id=lambda name, times: f"{name}#{times}",
        )
        self.log = pa.concat_tables([self.log, _numbered(self.told.changed, self.registration)])
        ids = self.told.ids.to_pylist()
        assert len(set(ids)) == len(ids)
        return {name: ids[place] for place, group in enumerate(entities) for name in group}


@pytest.fixture
def memory() -> Memory:
    return Memory()


def _state(log: pa.Table) -> dict[str, dict[str, object]]:
    """All that is remembered of descriptions, first ids and sets, by key; not which deliveries were met."""
    rows = standing(log).select(HISTORY.names).to_pylist()
    return {row["key"]: row for row in rows if not row["key"].startswith("D-")}


def _numbered(changed: pa.Table, registration: int) -> pa.Table:
    return changed.append_column(LOG.field("registration"), pa.array([registration] * len(changed), pa.int64()))


def changes(memory: Memory) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["from_id"], row["to_id"]) for row in memory.told.changes.to_pylist()]


def test_the_first_delivery_gets_the_first_ids_and_the_same_again_changes_nothing(memory: Memory) -> None:
    assert memory.register("ab", "c") == {"a": "P-a", "b": "P-a", "c": "P-c"}
    assert memory.register("c", "ab") == {"a": "P-a", "b": "P-a", "c": "P-c"}
    assert len(memory.told.changed) == 0
    assert (memory.told.new, memory.told.known, memory.told.away) == (0, 2, 0)


def test_a_smaller_description_that_arrives_later_does_not_change_the_id(memory: Memory) -> None:
    memory.register("bc")
    assert memory.register("abc") == dict.fromkeys("abc", "P-b")
    assert changes(memory) == []


def test_descriptions_that_are_not_delivered_again_keep_their_id_for_when_they_are(memory: Memory) -> None:
    memory.register("ab", "c")
    memory.register("b")
    assert memory.told.away == 1
    assert memory.register("a", "c") == {"a": "P-a", "c": "P-c"}


def test_an_entity_all_of_whose_descriptions_are_new_is_known_by_its_first_id() -> None:
    number = pa.array(["P-number"])
    history = survive(
        LOG.empty_table(), pa.array(["M-a"]), np.array([0]), number, registration=1, another_id=lambda n, _: n
    ).changed
    later = survive(
        _numbered(history, 1), pa.array(["M-z"]), np.array([0]), number, registration=2, another_id=lambda n, _: n + "#"
    )
    assert later.ids.to_pylist() == ["P-number"]
    assert (later.new, later.known) == (0, 1)


def test_of_two_that_merge_the_older_id_survives_and_the_merge_is_told(memory: Memory) -> None:
    memory.register("z")
    memory.register("z", "abc")
    assert memory.register("zabc") == dict.fromkeys("zabc", "P-z")
    assert changes(memory) == [("merge", "P-a", "P-z")]


def test_of_two_of_one_age_the_one_with_more_descriptions_survives(memory: Memory) -> None:
    memory.register("a", "bcd")
    assert set(memory.register("abcd").values()) == {"P-b"}


def test_a_split_leaves_the_id_with_those_who_held_it_longest_and_is_told(memory: Memory) -> None:
    memory.register("bc")
    memory.register("bcadef")
    assert memory.register("bc", "adef") == {**dict.fromkeys("bc", "P-b"), **dict.fromkeys("adef", "P-a")}
    assert changes(memory) == [("split", "P-b", "P-a")]


def test_a_merge_that_is_undone_gives_both_their_ids_back_and_leaves_no_trace(memory: Memory) -> None:
    before = memory.register("ab", "cde", "f")
    history = memory.history
    memory.register("abcde", "f")
    memory.register("abcdef")
    assert memory.register("ab", "cde", "f") == before
    assert history.items() <= memory.history.items()


def test_an_entity_told_of_in_part_keeps_its_id(memory: Memory) -> None:
    memory.register("ab", "c")
    memory.register("abc")
    assert memory.register("c") == {"c": "P-a"}
    assert memory.register("ab") == {"a": "P-a", "b": "P-a"}
    assert changes(memory) == []


def test_an_id_that_absent_descriptions_bear_is_not_given_back_to_others(memory: Memory) -> None:
    memory.register("ab", "c", "d")
    memory.register("ab", "cd")
    memory.register("abcd")
    memory.register("abd")  # c still bears the id of the whole
    told = memory.register("ab", "d")
    assert told["a"] == told["b"] == "P-a"
    assert told["d"] != "P-a"


def test_an_id_never_passes_to_another_kind(memory: Memory) -> None:
    memory.register("ab")
    assert memory.register("ab", kind="O-") == dict.fromkeys("ab", "O-a")
    assert changes(memory) == [("merge", "P-a", "O-a")]


def test_a_first_id_that_was_given_before_is_not_given_to_another(memory: Memory) -> None:
    memory.register("ab", "c")
    memory.register("abc")
    told = memory.register("bc", "a")
    assert sorted(set(told.values())) == ["P-a", "P-c"] or len(set(told.values())) == 2


@st.composite
def _deliveries(draw: st.DrawFn) -> list[list[str]]:
    """Partitions of some of fourteen descriptions."""
    told = []
    for _ in range(draw(st.integers(1, 6))):
        labels = draw(st.lists(st.integers(0, 5), min_size=14, max_size=14))
        groups = ["".join(n for n, label in zip("abcdefghijklmn", labels, strict=True) if label == g) for g in range(5)]
        told.append([group for group in groups if group])  # label 5: not delivered
    return told


@settings(max_examples=80, deadline=None)
@given(_deliveries())
def test_an_id_changes_by_a_told_merge_or_split_alone(deliveries: list[list[str]]) -> None:
    memory = Memory()
    bears: dict[str, str] = {}
    for delivery in deliveries:
        now = memory.register(*delivery)
        told = {(row["from_id"], row["to_id"]): row["descriptions"] for row in memory.told.changes.to_pylist()}
        moved = [(bears[name], after) for name, after in now.items() if name in bears and bears[name] != after]
        assert {pair: moved.count(pair) for pair in moved} == told
        away = {after for name, after in bears.items() if name not in now} - set(now.values())
        assert memory.told.away == len(away)
        bears |= now
        again = memory.register(*delivery)
        assert again == now
        assert len(memory.told.changed) == len(memory.told.changes) == 0


_WHOLE = "abcdefghijklmn"


@settings(max_examples=60, deadline=None)
@given(_deliveries(), st.integers(0, 2**32 - 1))
@example([[_WHOLE], ["abcdefghijklm", "n"]], 0)
@example([[_WHOLE], ["abcdefghijklm", "n"], ["abcdefghijkl", "mn"]], 0)
@example([["abcdfghijklm", "en"], [_WHOLE], ["abcdfghijklmn", "e"]], 0)
def test_merges_and_splits_one_after_another_and_their_undoing_leave_the_registry_exactly_as_it_was(
    deliveries: list[list[str]], seed: int
) -> None:
    memory = Memory()
    for delivery in deliveries:
        before = memory.register(*delivery)
    start, groups, rng = memory.history, list(deliveries[-1]), np.random.default_rng(seed)
    for _ in range(5):
        chosen = rng.choice(len(groups), min(2, len(groups)), replace=False).tolist()
        taken = "".join(rng.permutation([*"".join(groups[place] for place in chosen)]).tolist())
        cut = int(rng.integers(0, len(taken))) * int(rng.integers(0, 2))
        groups = [group for place, group in enumerate(groups) if place not in chosen]
        groups += [part for part in (taken[:cut], taken[cut:]) if part]
        memory.register(*groups)
    assert memory.register(*deliveries[-1]) == before
    assert start.items() <= memory.history.items()  # sets that were met meanwhile are remembered beside


@settings(max_examples=60, deadline=None)
@given(_deliveries(), st.integers(0, 2**32 - 1))
@example([[_WHOLE], ["abcdefghijklm", "n"], ["abcdefghijkl", "mn"]], 0)
@example([["abcdfghijklm", "en"], [_WHOLE], ["abcdfghijklmn", "e"]], 0)
def test_a_merge_that_is_undone_after_others_came_leaves_what_was_remembered_of_the_merged_exactly_as_it_was(
    deliveries: list[list[str]], seed: int
) -> None:
    memory = Memory()
    for delivery in deliveries:
        before = memory.register(*delivery)
    groups, rng = list(deliveries[-1]), np.random.default_rng(seed)
    about = {f"M-{name}" for name in before}
    start = {key: row for key, row in memory.history.items() if key in about}
    while len(groups) > 1:
        one, other = sorted(rng.choice(len(groups), 2, replace=False).tolist())
        groups[one] += groups.pop(other)
        memory.register(*groups)
    memory.register(*groups, "xyz")
    now = memory.register(*deliveries[-1], "xyz")
    assert {name: now[name] for name in before} == before
    assert start.items() <= memory.history.items()


# --- In files ---


def _resolved(folder: Path, *entities: str) -> Path:
    folder.mkdir(parents=True)
    rows = [{"mention_id": f"M-{name}", "entity_id": f"O-{min(group)}"} for group in entities for name in group]
    pq.write_table(pa.Table.from_pylist(rows), folder / "mentions.parquet")
    told = {
        "entity_id": [f"O-{min(group)}" for group in entities],
        "sole_trader_of": pa.array([f"O-{min(group)}" for group in entities], pa.string()),
    }
    pq.write_table(pa.table(told), folder / "entities.parquet")
    pq.write_table(pa.table({"x": [1]}), folder / "pairs.parquet")
    return folder


def test_a_resolution_whose_first_ids_last_is_left_as_it_is(tmp_path: Path) -> None:
    resolved = _resolved(tmp_path / "entities-1", "bc", "d")
    registry = IdRegistry(tmp_path)
    folder, churn = registry.register(resolved, key=KEY)
    assert folder == resolved
    assert churn == Churn(entities=2, known=0, new=2, merges=0, splits=0, away=0)
    assert registry.register(resolved, key=KEY)[1] == Churn(entities=2, known=2, new=0, merges=0, splits=0, away=0)
    assert len(registry.registrations()) == 1


def test_lasting_ids_replace_first_ones_in_a_folder_of_its_own_that_is_found_again(tmp_path: Path) -> None:
    registry = IdRegistry(tmp_path)
    registry.register(_resolved(tmp_path / "entities-1", "bc", "d"), key=KEY)
    resolved = _resolved(tmp_path / "entities-2", "abcd")
    folder, churn = registry.register(resolved, key=KEY)
    assert folder != resolved
    assert (churn.merges, churn.splits, churn.known, churn.new) == (1, 0, 1, 0)
    assert pq.read_table(folder / "entities.parquet").to_pylist() == [{"entity_id": "O-b", "sole_trader_of": "O-b"}]
    assert set(pq.read_table(folder / "mentions.parquet")["entity_id"].to_pylist()) == {"O-b"}
    assert registry.changes().to_pylist() == [
        {"kind": "merge", "from_id": "O-d", "to_id": "O-b", "descriptions": 1, "registration": 2}
    ]
    assert registry.register(resolved, key=KEY)[0] == folder
    assert "1 merged" in churn.sentence("en")


def test_a_merge_and_its_undo_leave_the_registry_in_files_exactly_as_it_was(tmp_path: Path) -> None:
    registry = IdRegistry(tmp_path)
    for number, entities in enumerate((["bcd"], ["bc", "d"])):
        registry.register(_resolved(tmp_path / f"entities-{number}", *entities), key=KEY)
    before = _state(registry.log())
    registry.register(_resolved(tmp_path / "merged", "bcd"), key=KEY)
    registry.register(_resolved(tmp_path / "undone", "bc", "d"), key=KEY)
    assert before.items() <= _state(registry.log()).items()
    assert [(row["registration"], row["kind"]) for row in registry.changes().to_pylist()][-2:] == [
        (3, "merge"),
        (4, "split"),
    ]


def test_a_missing_registration_is_told(tmp_path: Path) -> None:
    registry = IdRegistry(tmp_path)
    for number, entities in enumerate((["b"], ["ab"], ["abc"])):
        registry.register(_resolved(tmp_path / f"entities-{number}", *entities), key=KEY)
    registry.registrations()[1].rename(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="registration is missing"):
        registry.log()
