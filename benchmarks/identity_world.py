"""Made-up registers with a known truth, as the resolution reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.entities.resolve import record_entities, resolve
from follow_money.registers.contract import REGISTERS
from synthetic_data.identities.noise import LEVELS
from synthetic_data.identities.organisations import draw_firms, firm_records
from synthetic_data.identities.persons import draw_persons, person_records

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.engine import Engine
    from follow_money.entities.id_registry import IdRegistry

KEY = b"a key of thirty-two bytes, or so"
PARTIES = {"persons": "person", "roles": "person", "organisations": "organisation"}
"""Register: the role whose truth is known."""

_NUMBER = {"persons": "person_number", "roles": "person_number", "organisations": "organisation_number"}


@dataclass(frozen=True)
class World:
    """Rows by register, each with a ``truth``, in any order."""

    rows: dict[str, list[dict[str, Any]]]

    def write(self, folder: Path) -> dict[str, Path]:
        """The registers as record files."""
        paths = {}
        for register, rows in self.rows.items():
            told = [
                {"record_id": f"{register}:{place}", "is_withheld": False} | row | {"truth": None}
                for place, row in enumerate(rows)
            ]
            paths[register] = folder / f"{register}.parquet"
            pq.write_table(pa.Table.from_pylist(told, schema=REGISTERS[register].record_schema()), paths[register])
        return paths

    def truth(self) -> npt.NDArray[np.int64]:
        """Who is meant, record by record."""
        return np.array([row["truth"] for rows in self.rows.values() for row in rows], np.int64)

    def unnumbered(self) -> npt.NDArray[np.bool_]:
        """The records without a number."""
        return np.array([row[_NUMBER[name]] is None for name, rows in self.rows.items() for row in rows], np.bool_)

    def is_person(self) -> npt.NDArray[np.bool_]:
        """The records of persons."""
        return np.array([name != "organisations" for name, rows in self.rows.items() for _ in rows], np.bool_)


def made_up_world(level: str, people: int, seed: int) -> World:
    """People, and a tenth as many organisations, at one level of noise."""
    noise = LEVELS[level]
    persons = draw_persons(people, noise, seed)
    full, roles = person_records(persons, noise, seed + 1000)
    firms = firm_records(draw_firms(people // 10, seed + 2000), noise, seed + 3000, first_truth=people)
    return World({"organisations": firms, "persons": full, "roles": roles})


def resolved(
    engine: Engine, world: World, folder: Path, *, kept: Path | None = None, registry: IdRegistry | None = None
) -> npt.NDArray[np.str_]:
    """The entity id of each record of a world; with a registry the one that it bears there."""
    paths = world.write(folder)
    out = folder / "resolved"
    out.mkdir()
    resolve(engine, paths, out, key=KEY, synthetic=True, kept=kept)
    told = record_entities(engine, paths, out if registry is None else registry.register(out, key=KEY)[0])
    found = {
        (register, record): entity
        for register, role, record, entity in zip(
            *(told[name].to_pylist() for name in ("register", "role", "record_id", "entity_id")), strict=True
        )
        if PARTIES[register] == role
    }
    return np.array([found[name, f"{name}:{place}"] for name, rows in world.rows.items() for place in range(len(rows))])
