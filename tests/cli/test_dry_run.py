from __future__ import annotations

from pathlib import Path

from tests.whole_flow import Screened, command, digests


def test_a_dry_run_writes_nothing_and_prints_what_can_be_evaluated(exports: Path, tmp_path: Path) -> None:
    before = digests(exports)
    told = command(
        "screen", exports, "-w", tmp_path / "workspace", "--synthetic", "--dry-run", "--profile", "municipal_committee"
    )
    assert told.code == 0
    assert list(tmp_path.iterdir()) == []
    assert digests(exports) == before
    assert "time_reports" in told.out
    assert "2024-01 – 2024-12" in told.out
    words = " ".join(told.out.split())
    assert "nej: payments: inte läst, profilen" in words
    assert max(len(line) for line in told.out.splitlines() if ".csv" not in line) <= 100


def test_a_dry_run_beside_a_workspace_leaves_it_as_it_is(screened: Screened, place: Path) -> None:
    before = digests(place)
    told = command("screen", screened.exports, "-w", place, "--dry-run", "--language", "en")
    assert told.code == 0
    assert "Registers read" in told.out
    assert digests(place) == before
    assert command("screen", screened.exports, "-w", place, "--dry-run", "--real").code == 2


def test_a_dry_run_over_the_quarantine_limit_prints_the_coverage_and_ends_with_3(ledger: Path, tmp_path: Path) -> None:
    with (ledger / "invoices.csv").open("a", encoding="utf-8") as file:
        file.write("V;F;kommun;A AB;much;2024-13-45;SEK\n" * 10)
    told = command("screen", ledger, "-w", tmp_path / "workspace", "--dry-run")
    assert told.code == 3
    assert "10 rader i karantän" in told.out
    assert not (tmp_path / "workspace").exists()
    assert command("screen", ledger, "-w", tmp_path / "workspace", "--dry-run", "--max-quarantine", "0.1").code == 0
