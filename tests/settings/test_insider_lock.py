"""The lock on insider traces: nothing that tells what officials did is read, and no detector on it starts, until somebody answers for it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from follow_money import log, open_workspace
from follow_money.detectors.catalogue import catalogue, chosen
from follow_money.errors import InputError, UsageError
from follow_money.registers.contract import REGISTERS
from follow_money.registers.profiles import profiles
from follow_money.settings.insider_lock import InsiderLock
from follow_money.settings.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

OPEN = InsiderLock(
    purpose="control of approvals",
    decided_by="the board of audit",
    legal_basis="kommunallagen",
    dpia_id="DPIA 9",
    consulted_on="2026-01-15",
    staff_told_on="2026-02-01",
    owner="Bo Alm",
    review_on=(datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
)
ASKED = {"lookups_without_case": {"enabled": True}}
INSIDER_REGISTERS = {"access_log", "approvals"}
HEAD = "lookup_id,system,unit,user_account,looked_at,organisation_number,case_id\n"


def exports(tmp_path: Path) -> Path:
    """An access log beside an organisation."""
    folder = tmp_path / "exports"
    folder.mkdir(exist_ok=True)
    rows = [f"L{n},s,E1,anv{n % 10},2024-01-{1 + n % 28:02} 09:00,5560000001,D{n}\n" for n in range(40)]
    (folder / "access_log.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    (folder / "organisations.csv").write_text(
        "organisation_number,organisation_name\n5560000001,Ek AB\n", encoding="utf-8"
    )
    return folder


def test_the_registers_of_officials_are_these_and_only_locked_detectors_read_them() -> None:
    assert {name for name, register in REGISTERS.items() if register.is_of_officials} == INSIDER_REGISTERS
    for name, detector in catalogue().items():
        reads = set(detector.needs) | set(detector.uses) | set(detector.needs_one_of)
        assert bool(reads & INSIDER_REGISTERS) is detector.on_officials, name
        assert not (detector.on_officials and detector.default_on)
        assert bool(detector.recipients and "internrevision" in detector.recipients) is detector.on_officials


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(InsiderLock)])
def test_every_field_is_asked_for(field: str) -> None:
    assert OPEN.is_open
    lacking = dataclasses.replace(OPEN, **{field: " "})
    assert not lacking.is_open
    with pytest.raises(UsageError, match=rf"is about what officials did .* \[insider\] lacks: {field} "):
        chosen(ASKED, insider=lacking)
    assert [each.name for each in chosen(ASKED, insider=OPEN) if each.on_officials] == ["lookups_without_case"]


@pytest.mark.parametrize("name", sorted(profiles()))
def test_no_profile_reads_them_by_itself(name: str) -> None:
    assert not profiles()[name].reads_officials


def test_without_the_settings_the_register_is_not_read_and_the_reason_is_told(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    for settings in (Settings(), Settings(insider=dataclasses.replace(OPEN, owner=""))):
        intake = workspace.dry_run(exports(tmp_path), settings)
        assert "access_log" not in intake.registers
        (unread,) = intake.unread
        assert unread.reason.endswith("tells what officials did, and is read only with the settings table [insider]")
    assert "access_log" in workspace.dry_run(exports(tmp_path), Settings(insider=OPEN)).registers


def test_an_overdue_review_is_refused(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    old = dataclasses.replace(OPEN, review_on="2020-01-01")
    with pytest.raises(UsageError, match="that day has passed: the detectors on officials stay off"):
        workspace.screen(exports(tmp_path), Settings(insider=old))


def test_each_use_stands_in_a_log_of_its_own_and_the_name_nowhere_else(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    run = workspace.screen(exports(tmp_path), Settings(detectors=ASKED, insider=OPEN))
    assert run is not None
    (entry,) = log.read(workspace.folder / "insider.jsonl")
    assert (entry["event"], entry["detectors"], entry["owner"]) == ("insider", ["lookups_without_case"], "Bo Alm")
    assert "Bo Alm" not in (run.folder / "run.json").read_text(encoding="utf-8")
    assert "Bo Alm" not in (workspace.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert set(run.tests["detector"].to_pylist()) >= {"lookups_without_case"}
    assert not any("anv" in each for each in run.tests["subject_id"].to_pylist())
    again = workspace.rescreen()  # the same people answer for it
    assert again.told["run_id"] == run.told["run_id"]


def test_a_screening_without_it_forgets_who_answered(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    workspace.screen(exports(tmp_path), Settings(detectors=ASKED, insider=OPEN))
    run = workspace.screen(exports(tmp_path), Settings())
    assert run is not None
    assert not (workspace.restricted / "insider.json").exists()
    assert not run.graph.has("access_log")


def test_what_only_tells_of_officials_is_nothing_to_read(tmp_path: Path) -> None:
    folder = exports(tmp_path)
    (folder / "organisations.csv").unlink()
    with pytest.raises((InputError, UsageError)):
        open_workspace(tmp_path / "workspace", synthetic=True).dry_run(folder, Settings())


def test_settings_file_fills_it_in(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    lines = "".join(f'{name} = "{value}"\n' for name, value in dataclasses.asdict(OPEN).items())
    path.write_text("[insider]\n" + lines, encoding="utf-8")
    assert read_settings(path).insider == OPEN
    path.write_text("[insider]\n" + lines.replace("dpia_id", "dpia"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"has the unknown key 'dpia'\. Did you mean dpia_id\?"):
        read_settings(path)
