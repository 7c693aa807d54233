"""The linkage models of a workspace, trained once and kept, so that the same records give the same entities in any number of deliveries.

One folder a generation, ``models/0001`` in the restricted folder. What the first delivery of a generation trains serves all later ones; a new generation
is begun by asking for it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from follow_money.stages import told_storage

MODELS: Final = "models"
_DIGITS: Final = 4


@dataclass(frozen=True)
class KeptModels:
    """The models of a restricted folder."""

    restricted: Path

    def current(self) -> Path:
        """The folder of the present generation, made where there is none."""
        folder = self.restricted / MODELS
        with told_storage(folder):
            found = sorted(path for path in folder.glob("[0-9]" * _DIGITS) if path.is_dir())
            return found[-1] if found else self._begun(1)

    def retrain(self) -> Path:
        """Begin a new generation: the next delivery trains its models. Entities may change, by told merges and splits."""
        return self._begun(int(self.current().name) + 1)

    def keep(self, resolved: Path, generation: Path) -> None:
        """Keep what a resolution trained, where the generation has no model of that kind yet."""
        with told_storage(generation):
            for path in sorted(resolved.glob("linkage-*.json")):
                building = generation / f"{path.name}.{os.getpid()}"
                if not (generation / path.name).exists():
                    building.write_bytes(path.read_bytes())
                    with suppress(FileExistsError):  # another run was faster
                        os.link(building, generation / path.name)
                    building.unlink()

    def _begun(self, number: int) -> Path:
        folder = self.restricted / MODELS / f"{number:0{_DIGITS}d}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder
