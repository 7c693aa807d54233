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
    return counts[0] if len(counts) == 1 else Planted(*counts)


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
    schemes.add_argument("--no-planted", action="store_true", help="plant nothing")
    chosen = parser.parse_args(arguments)
    try:
        summary = write_region(
            chosen.out,
            people=chosen.people,
            seed=chosen.seed,
            years=chosen.years,
            planted=0 if chosen.no_planted else chosen.planted,
        )
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 2
    print(summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
