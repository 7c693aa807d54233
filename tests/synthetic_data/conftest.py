"""One small region for all claims about synthetic regions."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from synthetic_data import Planted, RegionSummary, write_region
from synthetic_data.build import build_region

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_data.region import Region

PEOPLE, SEED, YEARS, PLANTED = 1800, 7, 1, 6
TRAIL_PEOPLE, TRAILS = 4000, Planted(1, 1, 1, money_trails=15)


@dataclass(frozen=True)
class Written:
    """A region on disk, read back by way of its own mapping."""

    out: Path
    summary: RegionSummary
    mapping: dict[str, Any]
    read: dict[tuple[str, str | None], list[dict[str, str]]] = field(default_factory=dict)

    def rows(self, register: str, payer: str | None = None) -> list[dict[str, str]]:
        """Rows of a register: contract column to the text in the file. Read once."""
        if (register, payer) not in self.read:
            self.read[register, payer] = self._rows(register, payer)
        return self.read[register, payer]

    def _rows(self, register: str, payer: str | None) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for delivery in self.mapping["delivery"]:
            if delivery["register"] != register or (payer and delivery["payer"] != payer):
                continue
            for name in delivery["files"]:
                found.extend(self._read(name, delivery["columns"]))
        return found

    def header(self, name: str) -> list[str]:
        """Column names of a file."""
        line = self._text(name).split("\n", 1)[0].strip("\r")
        return line.split("\t" if "\t" in line else ";")

    def truth(self, name: str) -> list[dict[str, str]]:
        """Rows of a truth file."""
        with (self.out / "truth" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def _text(self, name: str) -> str:
        content = (self.out / "exports" / name).read_bytes()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("latin-1")

    def _read(self, name: str, columns: dict[str, Any]) -> list[dict[str, str]]:
        heads = self.header(name)
        separator = "\t" if len(heads) > 1 and "\t" in self._text(name).split("\n", 1)[0] else ";"
        sources = {key: spec if isinstance(spec, str) else spec.get("column") for key, spec in columns.items()}
        places = {key: heads.index(source) for key, source in sources.items() if source}
        lines = self._text(name).replace("\r\n", "\n").rstrip("\n").split("\n")[1:]
        return [{key: cells[place] for key, place in places.items()} for cells in (li.split(separator) for li in lines)]


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Written:
    out = tmp_path_factory.mktemp("region")
    summary = write_region(out, people=PEOPLE, seed=SEED, years=YEARS, planted=PLANTED)
    mapping = tomllib.loads((out / "exports" / "mapping.toml").read_text(encoding="utf-8"))
    return Written(out, summary, mapping)


@pytest.fixture(scope="session")
def trails() -> Region:
    """A region with three schemes of each scenario of money trails, not written."""
    return build_region(TRAIL_PEOPLE, SEED, YEARS, TRAILS)
