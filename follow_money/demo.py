"""The demo: a made-up region, screened, with a queue and a packet. The only part that knows the synthetic region."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from follow_money.errors import UsageError
from follow_money.pictures.queue import queue_picture
from follow_money.progress import Tell
from follow_money.referral.verify import verify_packet
from follow_money.run import Run
from follow_money.settings import Settings
from follow_money.workspace import open_workspace

MARK = "follow-money-demo"


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What a demo made."""

    run: Run
    exports: Path
    workspace: Path
    packet: Path
    picture: Path
    is_whole: bool
    seconds_making: float
    seconds_screening: float

    def sentences(self) -> str:
        """What was made and what to do next."""
        return (
            f"The made-up exports are in {self.exports}, made in {self.seconds_making:.0f} s and screened in {self.seconds_screening:.0f} s.\n"
            f"The queue as a picture: {self.picture}\n"
            f"A draft packet for Försäkringskassan: {self.packet / 'anmalan.pdf'} ({'whole' if self.is_whole else 'broken'})\n"
            f"Go on with: follow-money explain 1 --workspace {self.workspace}"
        )

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "run_id": self.run.run_id,
            "cases": self.run.cases.num_rows,
            "exports": str(self.exports),
            "workspace": str(self.workspace),
            "packet": str(self.packet),
            "picture": str(self.picture),
            "packet_is_whole": self.is_whole,
            "seconds_making": round(self.seconds_making, 1),
            "seconds_screening": round(self.seconds_screening, 1),
        }


def run_demo(folder: Path, *, people: int, seed: int, on_progress: Tell) -> Demo:
    """Make a region of ``people`` under ``folder``, screen it and write a packet of the first case that Försäkringskassan pays for.

    Raises:
        UsageError: When the folder holds something that is no demo.
    """
    from synthetic_data import write_region

    region = folder / f"region-{people}-{seed}"
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise UsageError(
            f"The folder {folder} is not empty and is no demo. Name another folder: follow-money demo FOLDER"
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    started = time.monotonic()
    if not (region / "whole").exists():
        on_progress("make", f"a region of {people} people", 0, 1)
        write_region(region, people=people, seed=seed)
        (region / "whole").touch()
        on_progress("make", f"a region of {people} people", 1, 1)
    made = time.monotonic()
    workspace = open_workspace(folder / "workspace", synthetic=True)
    run = workspace.screen(region / "exports", Settings(synthetic=True), on_progress=on_progress)
    if run is None:
        raise AssertionError("a screening that is not stopped returns its run")
    screened = time.monotonic()
    picture = folder / "queue.svg"
    picture.write_text(queue_picture(run.cases.slice(0, 15), None).svg, encoding="utf-8")
    packet = _packet(workspace.folder, workspace, run)
    return Demo(
        run=run,
        exports=region / "exports",
        workspace=workspace.folder,
        packet=packet,
        picture=picture,
        is_whole=verify_packet(packet).is_whole,
        seconds_making=made - started,
        seconds_screening=screened - made,
    )


def _packet(folder: Path, workspace: Any, run: Run) -> Path:  # noqa: ANN401  # the workspace
    for case in run.cases.to_pylist():
        if "assistance" in case["programmes"]:
            there = folder / "packets" / f"{case['case_id']}-forsakringskassan"
            return there if there.exists() else Path(workspace.refer(case["case_id"], "forsakringskassan"))
    raise UsageError("No case of this region concerns Försäkringskassan. Try another --seed.")
