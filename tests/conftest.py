"""One small region, screened once, for all claims about the flow as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from follow_money import Settings, open_workspace
from synthetic_data import write_region
from tests.whole_flow import Screened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported registers of a region of 2,000 people, with their mapping."""
    region = tmp_path_factory.mktemp("region")
    write_region(region, people=2000, seed=1, years=1)
    return region / "exports"


@pytest.fixture(scope="session")
def screened(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Screened:
    workspace = open_workspace(tmp_path_factory.mktemp("screened") / "workspace", synthetic=True)
    run = workspace.screen(exports, Settings())
    assert run is not None
    return Screened(exports, workspace, run)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A folder with one small register under the contract's own column names: screened in no time."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    lines = ["voucher_id;invoice_no;payer;supplier_name;net_ore;booked_on;currency"]
    lines += [
        f"V{n};F{n};kommun;Leverantör {n % 7} AB;{10000 + n};2024-{n % 12 + 1:02d}-{n % 28 + 1:02d};SEK"
        for n in range(200)
    ]
    (folder / "invoices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
