"""Write a region to a folder, and say what it holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.build import Planted, build_region
from synthetic_data.exports.account_registers import export_account_registers
from synthetic_data.exports.basic_registers import export_basic_registers
from synthetic_data.exports.commission_registers import export_commission_registers
from synthetic_data.exports.delivery import INSIDER
from synthetic_data.exports.further.foreign_persons import residents_abroad
from synthetic_data.exports.further_registers import export_further_registers
from synthetic_data.exports.money_registers import export_money_registers
from synthetic_data.exports.parties import Parties
from synthetic_data.exports.programme_registers import export_programme_registers
from synthetic_data.exports.truth_files import export_truth
from synthetic_data.exports.work_registers import export_work_registers
from synthetic_data.region import PROGRAMMES

if TYPE_CHECKING:
    from pathlib import Path

FEWEST_PEOPLE = 1500


@dataclass(frozen=True)
class RegionSummary:
    """How much a region holds. Numbers of rows unless the name says otherwise."""

    persons: int
    organisations: int
    assistance_providers: int
    home_care_providers: int
    shifts: int
    staff_ledger_rows: int
    payroll_rows: int
    payments: int
    claims: int
    invoices: int
    planted_schemes: int
    look_alikes: int
    files: int
    bytes: int

    def __str__(self) -> str:
        return "\n".join(
            f"{name.replace('_', ' '):22}{value:>14,}".replace(",", " ") for name, value in asdict(self).items()
        )


def write_region(
    out: Path, *, people: int, seed: int, years: int = 2, planted: int | Planted | None = None
) -> RegionSummary:
    """Make a region and write ``out/exports`` (with ``mapping.toml``) and ``out/truth``.

    ``planted``: number of schemes, or a number for each typology; 105 to 100,000 people when it is not given. Money
    trails come beside them, one of each of five scenarios to 20,000 people, unless ``planted`` is 0 or says how many.
    Same arguments, same bytes. Raises ValueError when there are too few people for what is asked, and
    FileExistsError when ``out`` already holds something else than an earlier region.
    """
    if people < FEWEST_PEOPLE:
        raise ValueError(f"A region needs at least {FEWEST_PEOPLE} people, not {people}.")
    schemes = planted if isinstance(planted, Planted) else Planted.usual(people, planted)
    _empty_folder(out)
    region = build_region(people, seed, years, schemes)
    exports, truth = out / "exports", out / "truth"
    for folder in (exports, truth):
        folder.mkdir(parents=True, exist_ok=True)
    parties = Parties(region)
    basic, unnumbered = export_basic_registers(region, parties, exports)
    deliveries = [
        *basic,
        *export_account_registers(region, parties, exports),
        *export_programme_registers(region, parties, exports),
        *export_commission_registers(region, parties, exports),
        *export_work_registers(region, parties, exports),
        *export_money_registers(region, parties, exports),
        *export_further_registers(region, parties, exports),
    ]
    if "approvals" in region.tables:
        # Internal audit may compare what officials did with any of them.
        for delivery in deliveries:
            delivery.purposes = tuple(dict.fromkeys((*delivery.purposes, INSIDER)))
    mapping = "format = 1\n\n" + "\n".join(delivery.toml() for delivery in deliveries)
    (exports / "mapping.toml").write_text(mapping, encoding="utf-8", newline="\n")
    export_truth(region, parties, truth, [*unnumbered, *residents_abroad(region, parties)])
    written = [path for path in sorted(exports.iterdir()) if path.suffix == ".csv"]
    programmes = np.array([provider.programme for provider in region.providers])
    return RegionSummary(
        persons=people,
        organisations=len(region.organisations),
        assistance_providers=int((programmes == PROGRAMMES.index("assistance")).sum()),
        home_care_providers=int((programmes == PROGRAMMES.index("home_care")).sum()),
        shifts=int((region.shifts["gone"] == 0).sum()),
        staff_ledger_rows=region.clock.count,
        payroll_rows=region.payroll.count,
        payments=region.payments.count,
        claims=region.claims.count,
        invoices=region.invoices.count,
        planted_schemes=len(region.truth.schemes),
        look_alikes=len(region.truth.look_alikes),
        files=len(written),
        bytes=sum(path.stat().st_size for path in written),
    )


def _empty_folder(out: Path) -> None:
    """Remove an earlier region; refuse a folder that holds anything else."""
    if not out.exists():
        return
    strange = [path.name for path in out.iterdir() if path.name not in {"exports", "truth"}]
    if strange:
        raise FileExistsError(f"The folder {out} holds something else than a synthetic region: choose an empty folder.")
    for folder in out.iterdir():
        for path in folder.iterdir():
            path.unlink()
