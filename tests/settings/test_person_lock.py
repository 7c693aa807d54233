"""The lock on detectors about what natural persons claim."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from follow_money import log, open_workspace
from follow_money.detectors.catalogue import chosen
from follow_money.errors import UsageError
from follow_money.settings.person_lock import PersonLock
from follow_money.settings.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 3, 1)
OPEN = PersonLock(
    dpia_id="DPIA 7", fria_id="FRIA 3", legal_basis="SFB 110 kap.", owner="Anna Ek", review_on="2026-05-01"
)
TABLE = '[person_detectors]\ndpia_id = "DPIA 7"\nfria_id = "FRIA 3"\nlegal_basis = "SFB 110 kap."\nowner = "Anna Ek"\n'


def test_every_field_opens_it() -> None:
    OPEN.require("any")
    OPEN.require_review(TODAY)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PersonLock)])
@pytest.mark.parametrize("empty", ["", "  "])
def test_one_field_that_is_missing_is_named_with_where_and_what_to_do(field: str, empty: str) -> None:
    with pytest.raises(UsageError) as told:
        dataclasses.replace(OPEN, **{field: empty}).require("benefit")
    sentence = str(told.value)
    assert "The detector 'benefit'" in sentence
    assert "[person_detectors] lacks: " + field in sentence
    assert "turn the detector off" in sentence


@pytest.mark.parametrize(
    ("days", "refused"), [(-1, "has passed"), (0, None), (92, None), (93, "more than 92 days ahead")]
)
def test_review_is_due_each_quarter(days: int, refused: str | None) -> None:
    lock = dataclasses.replace(OPEN, review_on=(TODAY + timedelta(days=days)).isoformat())
    if refused is None:
        lock.require_review(TODAY)
    else:
        with pytest.raises(UsageError, match=refused):
            lock.require_review(TODAY)


def test_a_review_that_is_no_day_is_told() -> None:
    with pytest.raises(UsageError, match="is 'soon'"):
        dataclasses.replace(OPEN, review_on="soon").require("any")


def read(folder: Path, text: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


@pytest.mark.parametrize("day", ["2026-05-01", '"2026-05-01"'])
def test_settings_file_fills_it_in(tmp_path: Path, day: str) -> None:
    assert read(tmp_path, TABLE + f"review_on = {day}\n").person_detectors == OPEN


def test_it_is_locked_unless_said() -> None:
    assert Settings().person_detectors == PersonLock()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('ovner = "A"', "has the unknown key 'ovner'. Did you mean owner?"),
        ("owner = 3", "'person_detectors.owner' must be a text, not 3"),
        ("dpia_id = 2026-05-01", "'person_detectors.dpia_id' must be a text"),
    ],
)
def test_wrong_keys_and_values_are_told(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(UsageError) as told:
        read(tmp_path, f"[person_detectors]\n{line}\n")
    assert sentence in str(told.value)


ASKED = {"benefit_with_full_pay": {"enabled": True}}


def test_detectors_on_persons_are_off_unless_asked_for() -> None:
    assert not any(each.on_persons for each in chosen({}, OPEN))
    assert "benefit_with_full_pay" in {each.name for each in chosen(ASKED, OPEN)}


def test_asking_for_one_without_the_settings_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"lacks: dpia_id .* fria_id .* legal_basis .* owner .* review_on"):
        chosen(ASKED)
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    for lock, sentence in ((PersonLock(), "lacks: dpia_id"), (OPEN, "and that day has passed")):
        old = dataclasses.replace(lock, review_on=lock.review_on and "2020-01-01")
        with pytest.raises(UsageError, match=sentence):
            workspace.screen(exports(tmp_path), Settings(detectors=ASKED, person_detectors=old))
    assert list((workspace.folder / "runs").iterdir()) == []
    assert log.read(workspace.folder / "audit.jsonl") == []


def test_each_use_is_logged_with_who_answers_for_it_and_the_name_is_nowhere_else(tmp_path: Path) -> None:
    soon = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    lock = dataclasses.replace(OPEN, review_on=soon)
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    run = workspace.screen(exports(tmp_path), Settings(detectors=ASKED, person_detectors=lock))
    assert run is not None
    (entry,) = [told for told in log.read(workspace.folder / "audit.jsonl") if told["event"] == "person_detectors"]
    assert entry["detectors"] == ["benefit_with_full_pay"]
    assert (entry["owner"], entry["dpia_id"]) == ("Anna Ek", "DPIA 7")
    assert "Anna Ek" not in (run.folder / "run.json").read_text(encoding="utf-8")


def exports(folder: Path) -> Path:
    """A delivery of one file."""
    place = folder / "exports"
    place.mkdir(exist_ok=True)
    (place / "organisations.csv").write_text("organisation_number;organisation_name\n;A\n", encoding="utf-8")
    return place
