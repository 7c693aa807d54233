"""The real ledgers: ``python -m benchmarks.real_ledgers FOLDER`` screens both and prints the page ``docs/real-ledgers.md``.

Counts and ``file:line`` references alone: the page names no supplier.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money import Run, Settings, open_workspace
from follow_money.registers.intake import Intake

LEDGERS = ("calderdale", "darlington")
MOST_REFERENCES = 12


def page(folder: Path) -> str:
    """The page, from the folder that holds one folder of monthly files a ledger."""
    parts = [_HEAD]
    for name in LEDGERS:
        with tempfile.TemporaryDirectory() as place, resources.as_file(_mapping(name)) as mapping:
            run = open_workspace(Path(place) / "workspace").screen(folder / name, Settings(), mapping=mapping)
            if run is None:
                raise AssertionError("a screening that is not stopped returns its run")
            parts.append("\n".join(_ledger(name, run)))
    return "\n\n".join(parts) + "\n"


def _mapping(name: str) -> resources.abc.Traversable:
    return resources.files("follow_money.registers") / "mappings" / f"{name}.toml"


def _ledger(name: str, run: Run) -> Iterator[str]:
    intake = Intake.from_json((run.records / "intake.json").read_text(encoding="utf-8"))
    counts = intake.counts
    yield f"## {name.title()}\n"
    yield (
        f"{counts['files']} files, {counts['lines']:,} lines = {counts['header_lines']} of headers + {counts['blank_lines']} blank + "
        f"{counts['loaded_lines']:,} loaded + {counts['quarantined_lines']} quarantined + {counts['withheld_lines']} withheld. "
        f"Columns that nobody maps, in some files: {len({column for file in intake.files for column in file.ignored_columns})}."
    )
    mentions = pq.read_table(run.entities / "mentions.parquet", columns=["name", "entity_id", "why", "is_exact"])
    entities = pq.read_table(run.entities / "entities.parquet", columns=["entity_id", "mentions"])
    several = pc.sum(pc.greater(entities["mentions"], 1)).as_py()
    yield (
        f"\nSuppliers: {len(mentions):,} descriptions with {pc.count_distinct(mentions['name']).as_py():,} spellings became {len(entities):,} suppliers; "
        f"{several} of them are described in more than one way. Tied by: "
        + ", ".join(f"{row['values']} {row['counts']:,}" for row in _counted(mentions["why"]))
        + "."
    )
    files = pq.read_table(run.records / "files.parquet", columns=["file_key", "file_name"]).to_pydict()
    name_of = dict(zip(files["file_key"], files["file_name"], strict=True))
    yield "\n| detector | suppliers evaluated | not evaluable | hits | where (file:line) |"
    yield "|---|--:|--:|--:|---|"
    for detector in ("invoice_paid_twice", "split_invoices", "supplier_growth", "suppliers_sharing_number"):
        if detector in run.not_evaluable:
            yield f"| {detector} | 0 | all | 0 | {run.not_evaluable[detector]} |"
            continue
        tests = run.tests.filter(pc.equal(run.tests["detector"], detector))
        evaluated = tests.filter(pc.is_null(tests["not_evaluable"]))
        hits = run.hits.filter(pc.equal(run.hits["detector"], detector))
        rows = run.evidence.filter(pc.is_in(run.evidence["hit_id"], value_set=hits["hit_id"].combine_chunks()))
        references = sorted({_reference(record, name_of) for record in rows["record_id"].to_pylist()})
        more = f" and {len(references) - MOST_REFERENCES} more" if len(references) > MOST_REFERENCES else ""
        yield (
            f"| {detector} | {pc.count_distinct(evaluated['subject_id']).as_py():,} | {len(tests) - len(evaluated):,} | {len(hits)} | "
            f"{', '.join(references[:MOST_REFERENCES])}{more} |"
        )
    others = [
        detector for detector in run.not_evaluable if detector not in {"invoice_paid_twice", "suppliers_sharing_number"}
    ]
    yield f"\nNot evaluable for want of other registers: {', '.join(others)}."


def _counted(column: object) -> list[dict[str, object]]:
    return sorted(pc.value_counts(column).to_pylist(), key=lambda row: (-row["counts"], row["values"]))


def _reference(record_id: str, name_of: dict[str, str]) -> str:
    key, line = record_id.split(":")
    return f"{name_of[key]}:{line}"


_HEAD = """# The real ledgers

What a supplier ledger alone allows, on two real ones: the payments of two English municipalities for 2019, published as open data (contains public sector
information licensed under the Open Government Licence v3.0). They stand in for a Swedish ledger, of which none could be had as a file. The kind of
register is the same: columns that change between months, junk leading columns, many spellings of one supplier, numbers for some rows only.

Nothing here says that anything is wrong: a hit is a place to look. No supplier is named; a reference is a file and its line. The page is made by
`python -m benchmarks.real_ledgers FOLDER` with the mappings in `follow_money/registers/mappings/`."""


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1])))
