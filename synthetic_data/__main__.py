"""``python -m synthetic_data OUT --people N --seed S``: write a region and say what it holds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from synthetic_data.build import Planted
from synthetic_data.writing import write_region


def _planted(text: str) -> int | Planted:
    """A number of schemes, or ``7,7,7`` for each typology, or ``7,7,7,5`` with money trails."""
    counts = [int(part) for part in text.split(",")]
    if len(counts) == 1:
        return counts[0]
    ghosts, overbillers, papers, trails = [*counts, 0][:4]
    return Planted(ghosts, overbillers, papers, trails)


def _asked(chosen: argparse.Namespace) -> int | Planted | None:
    if chosen.matrix:
        named = tuple(filter(None, chosen.scenarios.split(",")))
        return Planted.by_level(chosen.matrix, named)
    if chosen.surroundings:
        return Planted(0, 0, 0, surroundings=True)
    planted: int | Planted | None = 0 if chosen.no_planted else chosen.planted
    return planted


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m synthetic_data", description="Write a synthetic region.")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write exports/ and truth/ into")
    parser.add_argument("--people", type=int, default=20_000, help="how many persons (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes (default 1)")
    parser.add_argument("--years", type=int, default=2, help="years of care and payments (default 2)")
    schemes = parser.add_mutually_exclusive_group()
    schemes.add_argument(
        "--planted",
        type=_planted,
        help="schemes in all, or GHOST,OVERBILLING,PAPER[,TRAILS] (default 105 for 100000 people, and 25 trails)",
    )
    parser.add_argument(
        "--matrix",
        type=int,
        default=0,
        metavar="N",
        help="N schemes of every scenario of the typologies at each level of difficulty, in place of the usual ones",
    )
    parser.add_argument("--scenarios", default="", help="only these scenarios of the matrix, by comma")
    schemes.add_argument("--no-planted", action="store_true", help="plant nothing")
    schemes.add_argument(
        "--surroundings",
        action="store_true",
        help="plant nothing, among the honest peers of every scenario of the matrix",
    )
    chosen = parser.parse_args(arguments)
    try:
        summary = write_region(
            chosen.out,
            people=chosen.people,
            seed=chosen.seed,
            years=chosen.years,
            planted=_asked(chosen),
        )
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 2
    print(summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
