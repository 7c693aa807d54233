"""The demo: a made-up region, screened, with a queue and a packet. The only part that knows the synthetic region."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from follow_money.cli.progress import Tell
from follow_money.errors import UsageError
from follow_money.pictures.queue import queue_picture
from follow_money.referral.verify import verify_packet
from follow_money.run import Run
from follow_money.settings.settings import Settings
from follow_money.stages import clear_abandoned, stage, told_storage, write_text
from follow_money.workspace.workspace import Workspace, open_workspace

MARK = "follow-money-demo"

_WORDS = {
    "sv": {
        "made": "De påhittade registren ligger i {exports}; de gjordes på {making:.0f} s och granskades på {screening:.0f} s.",
        "picture": "Kön som bild: {picture}",
        "packet": "Ett utkast till underrättelse till Försäkringskassan: {pdf} ({state})",
        "whole True": "hel", "whole False": "trasig",
        "next": "Gå vidare med: follow-money explain 1 --workspace {workspace}",
    },
    "en": {
        "made": "The made-up exports are in {exports}, made in {making:.0f} s and screened in {screening:.0f} s.",
        "picture": "The queue as a picture: {picture}",
        "packet": "A draft packet for Försäkringskassan: {pdf} ({state})",
        "whole True": "whole", "whole False": "broken",
        "next": "Go on with: follow-money explain 1 --workspace {workspace} --language en",
    },
}  # fmt: skip


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

    def sentences(self, language: str) -> list[str]:
        """What was made and what to do next, in ``sv`` or ``en``."""
        words = _WORDS[language]
        lines = [
            words["made"].format(exports=self.exports, making=self.seconds_making, screening=self.seconds_screening)
        ]
        lines += [words["picture"].format(picture=self.picture)]
        lines += [words["packet"].format(pdf=self.packet / "anmalan.pdf", state=words[f"whole {self.is_whole}"])]
        return [*lines, words["next"].format(workspace=self.workspace)]

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
    with told_storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
    started = time.monotonic()

    def make_region(out: Path) -> None:
        write_region(out, people=people, seed=seed)

    clear_abandoned(folder)
    on_progress("make", f"a region of {people} people", 0, 1)
    try:
        stage(region, make_region)
    except ValueError as error:
        raise UsageError(f"{error} Give more with --people.") from error
    on_progress("make", f"a region of {people} people", 1, 1)
    made = time.monotonic()
    workspace = open_workspace(folder / "workspace", synthetic=True)
    run = workspace.screen(region / "exports", Settings(synthetic=True), on_progress=on_progress)
    if run is None:
        raise AssertionError("a screening that is not stopped returns its run")
    screened = time.monotonic()
    picture = folder / "queue.svg"
    write_text(picture, queue_picture(run.cases, None, limit=15).svg)
    packet = _packet(workspace, run)
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


def _packet(workspace: Workspace, run: Run) -> Path:
    for case in run.cases.to_pylist():
        if "assistance" in case["programmes"]:
            there = workspace.folder / "packets" / f"{case['case_id']}-forsakringskassan"
            return (
                there
                if there.exists()
                else workspace.refer(case["case_id"], "forsakringskassan", author="follow_money, demonstration")
            )
    raise UsageError("No case of this region concerns Försäkringskassan. Try another --seed, or more --people.")
