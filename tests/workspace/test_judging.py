"""Judging from a case: what people say splits and joins entities, screens again, and can be undone to the same bytes."""

from __future__ import annotations

import getpass
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from follow_money import Settings, open_workspace
from follow_money.entities.id_registry import IdRegistry
from follow_money.entities.judgements import standing
from follow_money.errors import StorageError, UsageError
from follow_money.log import read
from follow_money.workspace.judging import judge, judgements, not_same, not_the_same, same, undo, undo_and_rescreen
from tests.entities.small_registers import said
from tests.whole_flow import Screened, command, digests

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money import Run, Workspace


@pytest.fixture
def place(screened: Screened, tmp_path: Path) -> Workspace:
    """A screened workspace to write to."""
    return screened.copy(tmp_path / "workspace")


def _first(run: Run) -> tuple[str, list[str], str]:
    """The organisation of the first case, its descriptions, and the one of them that pay is claimed by."""
    entity = run.cases["organisation_id"][0].as_py()
    mentions = run.mentions(entity).to_pylist()
    [claimant] = [mention["mention_id"] for mention in mentions if mention["register"] == "claims"][:1]
    return entity, [mention["mention_id"] for mention in mentions], claimant


def test_not_the_same_splits_and_screens_again_and_undoing_gives_the_same_run(place: Workspace) -> None:
    before, untouched = place.run(), digests(place.folder / "runs")
    entity, mentions, apart = _first(before)
    told = not_the_same(place, entity, [apart], reason="two companies with one number")
    assert told.run.run_id != before.run_id
    assert {*told.run.mentions(entity)["mention_id"].to_pylist()} == {*mentions} - {apart}
    assert told.cases
    assert all(case.hits_gone or case.hits_new for case in told.cases)
    hits = {case.after["case_id"] for case in told.cases if case.after} - set(before.cases["case_id"].to_pylist())
    assert hits <= set(told.run.cases["case_id"].to_pylist())
    registry = IdRegistry(place.restricted)
    assert [row["kind"] for row in registry.changes().to_pylist()] == ["split"]
    assert place.churn().splits == 1

    again = undo_and_rescreen(place, [told.judgement], reason="one company after all")
    assert again.run.run_id == before.run_id
    assert {name: digest for name, digest in digests(place.folder / "runs").items() if name in untouched} == untouched
    assert again.run.cases.equals(before.cases)
    assert [row["kind"] for row in registry.changes().to_pylist()] == ["split", "merge"]
    events = [entry["event"] for entry in read(place.folder / "audit.jsonl")]
    assert events == ["screen", "judge", "rescreen", "ids", "undo", "rescreen", "ids"]


def test_two_entities_said_to_be_one_are_one_from_the_next_screening_on(screened: Screened, place: Workspace) -> None:
    ids = place.run().cases["organisation_id"].to_pylist()
    one, other = ids[0], next(each for each in ids if each != ids[0])
    name = same(place, one, other, reason="the papers say so")
    assert place.screen(screened.exports, Settings(), until="resolve") is None
    changes = IdRegistry(place.restricted).changes().to_pylist()
    assert [(row["kind"], {row["from_id"], row["to_id"]}) for row in changes] == [("merge", {one, other})]
    assert judgements(place)[0]["judgement"] == name
    assert judgements(place)[0]["reason"] == "the papers say so"


def test_a_judgement_that_contradicts_another_is_refused_until_that_is_undone(place: Workspace) -> None:
    ids = place.run().cases["organisation_id"].to_pylist()
    one, other = ids[0], next(each for each in ids if each != ids[0])
    first = same(place, one, other, reason="a")
    mentions = [place.run().mentions(each)["mention_id"].to_pylist() for each in (one, other)]
    with pytest.raises(UsageError, match=f"contradicts the judgement {first}"):
        judge(place, [mentions[0][-1]], [mentions[1][-1]], "-", "b")
    undo(place, [first], reason="c")
    judge(place, [mentions[0][-1]], [mentions[1][-1]], "-", "b")
    with pytest.raises(UsageError, match="contradicts"):
        same(place, one, other, reason="a")


def test_of_those_who_contradict_each_other_at_once_one_is_heard(place: Workspace) -> None:
    start = threading.Barrier(6)

    def heard(sign: str) -> bool:
        start.wait()
        try:
            judge(place, ["M-a"], ["M-b"], sign, "seen")
            judge(place, ["M-b"], ["M-c"], "+", "seen")
            judge(place, ["M-a"], ["M-c"], sign, "seen")
        except UsageError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(heard, "+-+-+-"))
    judged = standing(place.ledger.acts())
    told = {frozenset(pair): v for *pair, v in zip(*(c.to_pylist() for c in (judged.left, judged.right, judged.verdict)),
                                                   strict=True)}  # fmt: skip
    signs = [told.get(frozenset(pair)) for pair in (("M-a", "M-b"), ("M-b", "M-c"), ("M-a", "M-c"))]
    assert signs.count("-") != 1 or signs.count("+") != 2, signs  # two joins and a "not one" hold no sense


@pytest.mark.parametrize("cut", ["last", "all", "deleted"])
def test_a_ledger_that_lacks_what_the_audit_log_holds_is_refused(place: Workspace, cut: str) -> None:
    first = judge(place, ["M-a"], ["M-b"], "+", "seen")
    second = judge(place, ["M-b"], ["M-c"], "+", "seen")
    path = place.ledger.path
    lines = path.read_bytes().splitlines(keepends=True)
    if cut == "deleted":
        path.unlink()
    else:
        path.write_bytes(b"".join(lines[:1] if cut == "last" else []))
    missing = second if cut == "last" else first
    for act in (place.ledger.acts, lambda: judgements(place), lambda: judge(place, ["M-c"], ["M-d"], "+", "seen")):
        with pytest.raises(StorageError, match=f"lacks the judgement {missing}.*Put the file back from a copy"):
            act()
    for judged_by in ("rule", "model"):
        with pytest.raises(StorageError, match=r"lacks the judgement .*Put the file back from a copy"):
            judge(place, ["M-c"], ["M-d"], "+", "of a rule", judge=judged_by)
    told = command("explain", _first(place.run())[0], "-w", place.folder)
    assert (told.code, "lacks the judgement" in told.err) == (4, True)
    path.write_bytes(b"".join(lines))
    assert list(place.ledger.acts()) == [first, second]


def test_a_rule_goes_on_where_somebody_judged_and_had_not_logged_it_yet(place: Workspace) -> None:
    first = judge(place, ["M-a"], ["M-b"], "+", "seen")
    unlogged = [place.ledger.add(said((f"M-{number}", "M-z", "+"))) for number in range(3)]
    last = judge(place, ["M-c"], ["M-d"], "+", "of a rule", judge="rule")
    assert list(place.ledger.acts()) == [first, *unlogged, last]


def test_half_a_sign_in_a_reason_does_not_break_the_ledger(place: Workspace) -> None:
    name = judge(place, ["M-a"], ["M-b"], "+", "seen \udce5 there")
    assert [(row["judgement"], row["reason"]) for row in judgements(place)] == [(name, "seen ? there")]


@pytest.mark.parametrize("case", ["stranger", "nobody", "everybody", "no reason"])
def test_what_cannot_be_set_apart_is_refused_and_nothing_is_written(place: Workspace, case: str) -> None:
    entity, mentions, apart = _first(place.run())
    asked = {"stranger": ["M-nobody"], "nobody": [], "everybody": mentions, "no reason": [apart]}[case]
    with pytest.raises(UsageError):
        not_same(place, entity, asked, reason=" " if case == "no reason" else "why")
    assert not place.ledger.path.exists()


def test_an_entity_is_not_the_same_as_itself(place: Workspace) -> None:
    entity, _, _ = _first(place.run())
    with pytest.raises(UsageError, match="one entity already"):
        same(place, entity, entity, reason="why")


def test_the_commands_say_which_cases_changed(place: Workspace) -> None:
    entity, _, apart = _first(place.run())
    told = command("not-same", entity, "--mention", apart, "--reason", "two", "-w", place.folder, "--json")
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert document["cases"][0]["hits_gone"] + document["cases"][0]["hits_new"] > 0
    listed = command("judgements", entity, "-w", place.folder)
    assert f"{document['judgement']} " in listed.out
    assert "two" in listed.out
    told = command("explain", entity, "-w", place.folder, "--language", "en")
    assert "Why these are one:" in told.out
    assert "bear the same valid number" in told.out
    assert f"Judged to be two by {getpass.getuser()}" in told.out
    assert f"({document['judgement']}): two" in told.out
    assert f"From {entity} 1 descriptions went to O-" in told.out
    undone = command("undo", document["judgement"], "--reason", "one", "-w", place.folder, "--language", "en")
    assert undone.code == 0, undone.err
    assert "Cases that changed:" in undone.out
    [split, merge] = IdRegistry(place.restricted).changes().to_pylist()
    gone = command("explain", merge["from_id"], "-w", place.folder, "--language", "en")
    assert gone.out.splitlines()[-1].startswith(f"{split['to_id']} became part of {entity}")
    assert "(undone)" in command("judgements", "-w", place.folder).out


# --- Workspaces of format 1 ---


def _made_old(place: Workspace, *splits: dict[str, object]) -> None:
    mark = place.folder / "workspace.json"
    mark.write_text(json.dumps(json.loads(mark.read_text(encoding="utf-8")) | {"format": 1}), encoding="utf-8")
    lines = [json.dumps(split) + "\n" for split in splits]
    (place.restricted / "splits.jsonl").write_text("".join(lines), encoding="utf-8")


def test_splits_of_format_1_become_judgements_and_their_file_goes(place: Workspace) -> None:
    entity, mentions, apart = _first(place.run())
    when = "2025-06-30T12:00:00+00:00"
    _made_old(place, {"entity_id": entity, "mention_ids": [apart], "who": "a", "when": when, "reason": "två"})
    opened = open_workspace(place.folder)
    [act] = opened.ledger.acts().values()
    assert (act.who, act.when, act.evidence, set(act.left)) == ("a", when, ("två",), {apart})
    assert set(act.right) == set(mentions) - {apart}
    assert not (place.restricted / "splits.jsonl").exists()
    assert json.loads((place.folder / "workspace.json").read_text(encoding="utf-8"))["format"] == 2
    assert open_workspace(place.folder).ledger.acts() == opened.ledger.acts()


@pytest.mark.parametrize(
    "line",
    ['{"entity_id": "O-a"', '{"entity_id": "O-a", "mention_ids": ["M-gone"], "who": "a", "when": "b", "reason": "c"}'],
)
def test_a_split_that_cannot_be_read_or_found_stops_the_migration(place: Workspace, line: str) -> None:
    _made_old(place)
    (place.restricted / "splits.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(StorageError, match="Line 1"):
        open_workspace(place.folder)
    assert json.loads((place.folder / "workspace.json").read_text(encoding="utf-8"))["format"] == 1
    assert not place.ledger.path.exists()


def test_a_dry_run_does_not_migrate(screened: Screened, place: Workspace) -> None:
    _made_old(place)
    told = command("screen", screened.exports, "-w", place.folder, "--dry-run")
    assert told.code == 2
    assert "has format 1" in told.err


def test_a_new_export_leaves_the_ids_as_they_were(screened: Screened, place: Workspace, tmp_path: Path) -> None:
    """A delivery without one of the registers, then the whole one again: nothing merges, nothing splits, no id is another."""
    import shutil

    before = {
        row["mention_id"]: row["entity_id"]
        for row in pq.read_table(place.run().entities / "mentions.parquet").to_pylist()
    }
    smaller = tmp_path / "smaller"
    shutil.copytree(screened.exports, smaller)
    (smaller / "bolagsverket_organisationer.csv").unlink()
    text = (smaller / "mapping.toml").read_text(encoding="utf-8")
    kept = [part for part in text.split("[[delivery]]") if "bolagsverket_organisationer.csv" not in part]
    (smaller / "mapping.toml").write_text("[[delivery]]".join(kept), encoding="utf-8")
    run = place.screen(smaller, Settings())
    assert run is not None
    now = {row["mention_id"]: row["entity_id"] for row in pq.read_table(run.entities / "mentions.parquet").to_pylist()}
    told = {(row["from_id"], row["to_id"]) for row in IdRegistry(place.restricted).changes().to_pylist()}
    assert {(before[name], after) for name, after in now.items() if name in before and before[name] != after} == told
    place.screen(screened.exports, Settings())
    again = {
        row["mention_id"]: row["entity_id"]
        for row in pq.read_table(place.run().entities / "mentions.parquet").to_pylist()
    }
    assert again == before


def test_models_are_kept_and_trained_anew_only_when_asked(screened: Screened, place: Workspace) -> None:
    kept = sorted((place.restricted / "models" / "0001").iterdir())
    assert "linkage-person.json" in {path.name for path in kept}
    place.screen(screened.exports, Settings(), until="resolve")
    assert len(list(place.restricted.glob("entities-*"))) == 1
    place.screen(screened.exports, Settings(), until="resolve", retrain=True)
    assert len(list(place.restricted.glob("entities-*"))) == 2
    assert (place.restricted / "models" / "0002" / "linkage-person.json").exists()
