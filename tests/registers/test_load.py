from __future__ import annotations

import itertools
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from follow_money.model import Purpose
from follow_money.registers.contract import REGISTERS
from follow_money.registers.contract.grounds import RATES
from follow_money.registers.contract_page import contract_page
from follow_money.registers.coverage import coverage, coverage_lines
from follow_money.registers.intake import FILES, Intake
from follow_money.registers.load import load, plan
from follow_money.registers.mapping import read_mapping
from follow_money.registers.profiles import profile
from follow_money.registers.quarantine import QUARANTINE
from follow_money.registers.tariffs import packaged_rates, rates_in_force

if TYPE_CHECKING:
    from tests.registers.delivered_folder import Folder

ROOT = Path(__file__).parents[2]
LEDGERS = ROOT.parent / "shared" / "data" / "real_ledgers"
PAYMENTS = "payment_id;paid_at;payee_name;amount_ore\n1;2024-01-02;A;150\n2;2024-03-02;B;x\n"


def test_every_table_has_its_declared_schema(folder: Folder) -> None:
    folder.put("payments.csv", PAYMENTS)
    loaded = folder.load()
    assert loaded.records("payments").schema.equals(REGISTERS["payments"].record_schema())
    assert pq.read_schema(loaded.out / "quarantine.parquet").equals(QUARANTINE)
    assert pq.read_schema(loaded.out / "files.parquet").equals(FILES)


def test_the_same_input_gives_the_same_bytes(folder: Folder, tmp_path: Path) -> None:
    folder.put("payments_b.csv", PAYMENTS.replace("A", "C"))
    folder.put("payments_a.csv", PAYMENTS)
    outs = [tmp_path / name for name in ("one", "two")]
    for out in outs:
        out.mkdir()
        load(folder.path, out, mapping=None, profile=profile("own"), synthetic=True, max_quarantine=1.0)
    names = sorted(path.relative_to(outs[0]) for path in outs[0].rglob("*") if path.is_file())
    assert names
    for name in names:
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()


def test_records_are_in_the_order_of_file_key_and_line(folder: Folder) -> None:
    for number in range(5):
        folder.put(f"payments_{number}.csv", PAYMENTS + f"{number};2024-03-02;B;7\n")
    keys = [record.split(":") for record in folder.load().column("payments", "record_id")]
    assert keys == sorted(keys, key=lambda key: (key[0], int(key[1])))


def test_the_intake_can_be_read_back(folder: Folder) -> None:
    folder.put("payments.csv", PAYMENTS)
    loaded = folder.load()
    assert Intake.from_json((loaded.out / "intake.json").read_text(encoding="utf-8")) == loaded.intake


def test_a_plan_counts_what_a_load_would_take_and_writes_nothing(folder: Folder) -> None:
    folder.put("payments.csv", PAYMENTS)
    planned = plan(folder.path, mapping=None, profile=profile("own"), synthetic=False)
    assert not folder.out.exists()
    assert planned == folder.load().intake


def test_the_coverage_names_months_columns_reasons_and_gaps(folder: Folder) -> None:
    folder.put("payments.csv", PAYMENTS + "3;2024-04-02;;1\n")
    intake = folder.load().intake
    (part,) = coverage(intake)
    assert (part.rows, part.reasons, part.months) == (2, {"amount": 1}, {"2024-01": 1, "2024-04": 1})
    assert part.months_missing == ("2024-02", "2024-03")
    assert part.filled["payee_name"] == 1
    assert "payer_name" in part.empty_columns
    assert intake.columns("payments", purpose=Purpose.PAYMENT_CONTROL) == {
        "payment_id", "paid_at", "payee_name", "amount_ore", "currency"
    }  # fmt: skip
    assert any("quarantined lines: amount 1" in line for line in coverage_lines(intake))


def test_columns_are_told_apart_by_purpose_and_payer(folder: Folder) -> None:
    folder.map_payments()
    folder.put("p.csv", "Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1,50\n")
    intake = folder.load().intake
    assert "payee_name" in intake.columns("payments", purpose=Purpose.PAYMENT_CONTROL, payer="kommun")
    assert intake.columns("payments", purpose=Purpose.SUPPLIER_CONTROL) == frozenset()
    assert intake.columns("payments", payer="forsakringskassan") == frozenset()


def test_progress_is_told_for_every_file(folder: Folder) -> None:
    folder.put("payments_1.csv", PAYMENTS)
    folder.put("payments_2.csv", PAYMENTS + "3;2024-03-02;B;7\n")
    told: list[tuple[str, int, int]] = []
    plan(
        folder.path,
        mapping=None,
        profile=profile("own"),
        synthetic=False,
        on_progress=lambda name, done, total: told.append((name, done, total)),
    )
    assert [(done, total) for _, done, total in told] == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_is_a_sentence_and_leaves_nothing(folder: Folder) -> None:
    folder.put(
        "payments.csv", PAYMENTS + "".join(f"{i};2024-03-02;{os.urandom(40).hex()};{i}\n" for i in range(20_000))
    )
    folder.out.mkdir()
    program = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from follow_money.errors import StorageError
        from follow_money.registers.load import load
        from follow_money.registers.profiles import profile
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            load(Path(sys.argv[1]), Path(sys.argv[2]), mapping=None, profile=profile("own"), synthetic=False)
        except StorageError as error:
            print(error)
            raise SystemExit(error.exit_code)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder.path), str(folder.out)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 4, done.stderr
    assert "is full" in done.stdout
    assert list(folder.out.iterdir()) == []


def test_the_committed_contract_page_is_the_generated_one() -> None:
    assert (ROOT / "docs" / "register-contract.md").read_text(encoding="utf-8") == contract_page()


def test_the_packaged_rates_cover_every_kind_without_gap() -> None:
    rates = packaged_rates()
    assert rates.schema.equals(RATES.record_schema())
    for kind in RATES.column("kind").values:
        rows = sorted((r for r in rates.to_pylist() if r["kind"] == kind), key=lambda row: row["valid_from"])
        for earlier, later in itertools.pairwise(rows):
            assert (later["valid_from"] - earlier["valid_to"]).days == 1
        assert rows[-1]["valid_to"] is None


def test_delivered_rates_take_the_place_of_their_kind_only(folder: Folder) -> None:
    folder.put("rates.csv", "kind;valid_from;amount_ore\nlabour_hour;2024-01-01;17000\n")
    delivered = folder.load().records("rates")
    table: pa.Table = rates_in_force(delivered)
    amounts = {(row["kind"], row["amount_ore"]) for row in table.to_pylist()}
    assert {amount for kind, amount in amounts if kind == "labour_hour"} == {17000}
    assert any(kind == "assistance_hour" for kind, _ in amounts)


@pytest.mark.parametrize("name", ["calderdale", "darlington"])
def test_the_mappings_of_the_real_ledgers_are_valid(name: str) -> None:
    (delivery,) = read_mapping(ROOT / "follow_money" / "registers" / "mappings" / f"{name}.toml")
    assert delivery.register.name == "invoices"


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="the real ledgers are not here")
@pytest.mark.parametrize(("name", "rows"), [("calderdale", 27_158), ("darlington", 21_132)])
def test_the_real_ledgers_load_whole(name: str, rows: int, tmp_path: Path) -> None:
    mapping = ROOT / "follow_money" / "registers" / "mappings" / f"{name}.toml"
    intake = load(LEDGERS / name, tmp_path, mapping=mapping, profile=profile("own"), synthetic=False)
    assert intake.counts["loaded_rows"] == rows
    assert intake.counts["quarantined_lines"] == 0
    assert len(intake.files) == 12
