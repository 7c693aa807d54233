from __future__ import annotations

from pathlib import Path
from typing import Any

from follow_money.detectors.catalogue import catalogue
from follow_money.stages import STAGES
from tests.cli.told import one_document, publicly_paid
from tests.whole_flow import Screened, command


def test_every_command_prints_one_json_document_and_nothing_else(screened: Screened, place: Path) -> None:
    def run(*arguments: str | Path) -> Any:  # any JSON value
        return one_document(command(*arguments, "--json"))

    assert run("screen", screened.exports, "-w", place)["run_id"] == screened.run.run_id
    assert run("screen", screened.exports, "-w", place, "--until", "load") == {"until": "load"}
    assert run("screen", screened.exports, "-w", place, "--dry-run")["counts"] == screened.run.told["rows"]
    queue = run("queue", "-w", place, "--capacity", "2")
    assert [case["rank"] for case in queue["cases"]] == [1, 2]
    organisation = queue["cases"][0]["organisation_id"]
    assert run("find", "Assistans", "-w", place)["entities"]
    for what in ("1", organisation, "salary_return"):
        assert run("explain", what, "-w", place)["sentences"]
    assert run("trail", publicly_paid(screened), "-w", place)["trail_id"].startswith("T-")
    assert set(run("networks", "-w", place)) == {"run_id", "connectors", "ties", "key_connectors"}
    assert run("unusual", "1", "-w", place)["case_id"] == queue["cases"][0]["case_id"]
    assert run("what-if", "hours_above_grant", "-w", place)["levels"]
    assert {found["detector"] for found in run("detectors")["detectors"]} == set(catalogue())
    assert run("decide", "1", "--outcome", "notify", "--reason", "r", "-w", place)["outcome"] == "notify"
    assert run("queue", "-w", place)["cases"][0]["decided"] == "notify"
    packet = run("refer", "1", "-w", place)["packet"]
    assert run("verify", packet)["whole"] is True


def test_the_queue_as_json_bears_entity_ids_and_no_name(screened: Screened, place: Path) -> None:
    told = command("queue", "-w", place, "--json").out
    organisations = screened.run.cases["organisation_id"].combine_chunks()
    for named in screened.run.names(organisations).values():
        assert named.entity_id in told
        assert named.name not in told


def test_progress_goes_to_standard_error_and_the_queue_to_standard_output(ledger: Path, tmp_path: Path) -> None:
    told = command("screen", ledger, "-w", tmp_path / "workspace")
    assert told.code == 0
    assert [line.split(":")[0] for line in told.err.splitlines() if "done" in line] == list(STAGES)
    assert "done" not in told.out
    assert told.out.strip()
